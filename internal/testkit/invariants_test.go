package testkit_test

import (
	"fmt"
	"testing"

	"kontrak/internal/testkit"
)

// failures is a test that only notes what fails it.
type failures struct {
	testing.TB
	texts []string
}

func (f *failures) Helper() {}
func (f *failures) Errorf(format string, args ...any) {
	f.texts = append(f.texts, fmt.Sprintf(format, args...))
}

func TestThereAreInvariantsAndEachHasAName(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, rule := range testkit.Invariants {
		if rule.Name == "" || names[rule.Name] || len(rule.Broken) < 30 {
			t.Errorf("%+v", rule)
		}
		names[rule.Name] = true
	}
	if len(names) < 45 {
		t.Errorf("%d are read", len(names))
	}
}

// TestWhatBreaksAnInvariantIsFound writes rows past the use-cases.
func TestWhatBreaksAnInvariantIsFound(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		if _, err := app.Store.Client().ExecContext(t.Context(), `UPDATE contracts SET discount = discount + 1 WHERE pricing_total > 0`); err != nil {
			t.Fatal(err)
		}
		var none, excused, wrong failures
		none.TB, excused.TB, wrong.TB = t, t, t
		testkit.CheckInvariants(&none, app.Store)
		testkit.CheckInvariants(&excused, app.Store, "a payment is the total less the discount")
		testkit.CheckInvariants(&wrong, app.Store, "at most one assignment is open")
		if len(none.texts) < 2 || len(excused.texts) != len(none.texts)-1 || len(wrong.texts) != len(none.texts)+1 {
			t.Errorf("%d, %d and %d: %.300q", len(none.texts), len(excused.texts), len(wrong.texts), none.texts)
		}
	})
}
