package imports_test

import (
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// TestASignatureThatIsTakenOverEndsInTime: one that waits is called off at its end, like
// one that was asked for here; what had ended before it came stays as it is.
func TestASignatureThatIsTakenOverEndsInTime(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		end := world.Now.Add(48 * time.Hour)
		must(t, app, lifecycle.SourceKit, kit(t, `"expiredDate": "2024-10-15T00:00:00.000Z"`, `"expiredDate": "`+end.Format("2006-01-02T15:04:05.000Z")+`"`))
		c := app.Store.Client()
		s := c.Signature.Query().Order(ent.Desc("id")).FirstX(t.Context())
		if s.Status != lifecycle.SignatureWaiting || s.DueAt == nil || !s.DueAt.Equal(end) {
			t.Fatalf("%+v", s)
		}
		app.Clock.Advance(49 * time.Hour)
		for more := true; more; {
			fired, err := app.Market.FireDue(t.Context(), app.Clock.Now())
			if err != nil || len(fired.Failed) > 0 {
				t.Fatal(err, fired.Failed)
			}
			more = fired.More
		}
		if s = c.Signature.GetX(t.Context(), s.ID); s.Status != lifecycle.SignatureCanceled || s.StatusReason != "expired" || s.DueAt != nil {
			t.Errorf("at its end: %+v", s)
		}
	})
	app := doors.Start(t, testkit.SQLite(t))
	must(t, app, lifecycle.SourceKit, "testdata/kit-contracts.json")
	if s := app.Store.Client().Signature.Query().Order(ent.Desc("id")).FirstX(t.Context()); s.Status != lifecycle.SignatureWaiting || s.DueAt != nil {
		t.Errorf("one that ended long ago: %+v", s)
	}
}
