package store_test

import (
	"testing"
	"time"

	"kontrak/ent/setting"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

func TestInstantsAreStoredAndComparedInUTCMilliseconds(t *testing.T) {
	t.Parallel()
	jakarta := time.FixedZone("WIB", 7*60*60)
	// 999.9 microseconds past the millisecond: cut, not rounded.
	given := time.Date(2026, 6, 8, 9, 30, 15, 123_999_900, jakarta)
	want := time.Date(2026, 6, 8, 2, 30, 15, 123_000_000, time.UTC)
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		c := s.Client()
		newSetting(c, "key").SetCreatedAt(given).ExecX(t.Context())
		got := c.Setting.Query().OnlyX(t.Context()).CreatedAt
		if got != want { // the location counts too
			t.Errorf("read back %#v, want %#v", got, want)
		}
		if !store.Instant(given).Equal(want) {
			t.Errorf("Instant gives %v, want %v", store.Instant(given), want)
		}
		for _, p := range []struct {
			name string
			n    int
		}{
			{"equal in another zone and finer", c.Setting.Query().Where(setting.CreatedAt(given)).CountX(t.Context())},
			{"not before itself", 1 - c.Setting.Query().Where(setting.CreatedAtLT(given)).CountX(t.Context())},
			{"before a millisecond later", c.Setting.Query().Where(setting.CreatedAtLT(given.Add(time.Millisecond))).CountX(t.Context())},
			{"after the whole second", c.Setting.Query().Where(setting.CreatedAtGT(given.Truncate(time.Second))).CountX(t.Context())},
			{"within a list", c.Setting.Query().Where(setting.CreatedAtIn(given)).CountX(t.Context())},
		} {
			if p.n != 1 {
				t.Errorf("%s: not so", p.name)
			}
		}
	})
}

func TestInstantsSortAsTimes(t *testing.T) {
	t.Parallel()
	second := time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)
	ascending := []time.Time{second.Add(-time.Millisecond), second, second.Add(5 * time.Millisecond), second.Add(50 * time.Millisecond), second.Add(500 * time.Millisecond), second.Add(time.Second)}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		for i := range ascending {
			newSetting(s.Client(), string(rune('a'+(i*5)%6))).SetCreatedAt(ascending[(i*5)%6]).ExecX(t.Context())
		}
		for i, row := range s.Client().Setting.Query().Order(setting.ByCreatedAt()).AllX(t.Context()) {
			if !row.CreatedAt.Equal(ascending[i]) {
				t.Errorf("place %d holds %v, want %v", i, row.CreatedAt, ascending[i])
			}
		}
	})
}

func TestOptionalInstantsAreBroughtIntoFormToo(t *testing.T) {
	t.Parallel()
	given := time.Date(2026, 6, 8, 9, 0, 0, 999_999, time.FixedZone("WIT", 9*60*60))
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		s.Client().User.Create().SetEmail("a@example.test").SetPasswordHash("").SetFullName("A").SetRole("admin").
			SetNillableEmailVerifiedAt(&given).SetCreatedAt(noon).SetUpdatedAt(noon).ExecX(t.Context())
		got := s.Client().User.Query().OnlyX(t.Context()).EmailVerifiedAt
		if got == nil || *got != store.Instant(given) {
			t.Errorf("read back %v, want %v", got, store.Instant(given))
		}
	})
}
