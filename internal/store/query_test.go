package store_test

import (
	"fmt"
	"slices"
	"testing"

	"kontrak/ent/setting"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

func TestInFindsTheGivenValuesWithOneStatement(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		for i := range 5 {
			newSetting(s.Client(), fmt.Sprint("key", i)).SetID(int64(i + 1)).ExecX(t.Context())
		}
		ctx, seen := store.Observe(t.Context())
		for _, c := range []struct{ ask, want []int64 }{
			{nil, nil},
			{[]int64{3}, []int64{3}},
			{[]int64{5, 1, 1, 99}, []int64{1, 5}},
		} {
			got := s.Client().Setting.Query().Where(store.In(setting.FieldID, c.ask)).Order(setting.ByID()).IDsX(ctx)
			if !slices.Equal(got, c.want) {
				t.Errorf("In(%v) finds %v, want %v", c.ask, got, c.want)
			}
			rest := s.Client().Setting.Query().Where(setting.Not(store.In(setting.FieldID, c.ask))).CountX(t.Context())
			if rest != 5-len(c.want) {
				t.Errorf("not In(%v) finds %d, want the %d others", c.ask, rest, 5-len(c.want))
			}
		}
		keys := s.Client().Setting.Query().Where(store.In(setting.FieldKey, []string{"key1", `k"ey`, "key3"})).IDsX(ctx)
		if len(keys) != 2 {
			t.Errorf("two keys of three find %v", keys)
		}
		type name string // as enums are
		named := s.Client().Setting.Query().Where(store.In(setting.FieldKey, []name{"key0", `k"ey`, "key4"})).IDsX(ctx)
		if len(named) != 2 {
			t.Errorf("two keys of three, of a type of their own, find %v", named)
		}
		if texts := seen.Texts(); texts[0] != texts[1] || texts[1] != texts[2] {
			t.Errorf("different lengths have different texts: %q", texts)
		}
	})
}

func TestValuesServeHandWrittenStatements(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"sqlite":   "SELECT count(*) FROM settings WHERE id IN (SELECT value FROM json_each($1))",
		"postgres": "SELECT count(*) FROM settings WHERE id = ANY($1)",
	} {
		for _, db := range testkit.Databases(t) {
			if db.Name != name {
				continue
			}
			s := db.Open(t)
			newSetting(s.Client(), "key").SetID(8).ExecX(t.Context())
			if got := number(t.Context(), t, s.Client(), text, s.Values([]int64{7, 8})); got != 1 {
				t.Errorf("%s: %d rows, want 1", name, got)
			}
			if got := number(t.Context(), t, s.Client(), text, s.Values(nil)); got != 0 {
				t.Errorf("%s: no values find %d rows", name, got)
			}
		}
	}
}

func TestContainsTakesTheTextLiterally(t *testing.T) {
	t.Parallel()
	values := []string{`100% sure`, `100 sure`, `a_b`, `axb`, `back\slash`, `Ångström Śrī`, `STRASSE`}
	cases := []struct {
		sought string
		want   []string
	}{
		{"100%", []string{"100% sure"}},
		{"a_b", []string{"a_b"}},
		{`k\s`, []string{`back\slash`}},
		{"angstrom", []string{"Ångström Śrī"}},
		{"ÅNGSTRÖM  sri", []string{"Ångström Śrī"}},
		{"straße", []string{"STRASSE"}},
		{"nothing", nil},
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		for _, v := range values {
			newSetting(s.Client(), v).SetValue(store.Fold(v)).ExecX(t.Context())
		}
		for _, c := range cases {
			var got []string
			for _, row := range s.Client().Setting.Query().Where(store.Contains(setting.FieldValue, c.sought)).AllX(t.Context()) {
				got = append(got, row.Key)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("Contains(%q) finds %q, want %q", c.sought, got, c.want)
			}
		}
		if n := s.Client().Setting.Query().Where(store.HasPrefix(setting.FieldValue, "100")).CountX(t.Context()); n != 2 {
			t.Errorf("HasPrefix(100) finds %d, want 2", n)
		}
	})
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                   "",
		"  Rumah   SAKIT\t1": "rumah sakit 1",
		"Crème Brûlée":       "creme brulee",
		"ﬁlter":              "filter",
		"ΣΊΣΥΦΟΣ":            "σισυφοσ",
		"Đặng":               "đang",
		"a\xffb":             "ab",
	} {
		if got := store.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
		if again := store.Fold(want); again != want {
			t.Errorf("Fold(%q) = %q: folding twice changes the text", want, again)
		}
	}
}

func TestStorableTextIsTakenByBothDatabases(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{"plain": true, "Ångström 😀": true, "zero\x00": false, "broken\xff": false}
	s := testkit.Postgres(t).Open(t)
	for text, want := range cases {
		if got := store.Storable(text); got != want {
			t.Errorf("Storable(%q) = %v, want %v", text, got, want)
		}
		if err := newSetting(s.Client(), fmt.Sprintf("%x", text)).SetValue(text).Exec(t.Context()); (err == nil) != want {
			t.Errorf("PostgreSQL says of %q: %v", text, err)
		}
	}
}
