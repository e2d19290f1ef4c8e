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
		broken := []string{"a payment is the total less the discount", "a discount is not more than the price", testkit.PlaysBack}
		app.Bend(broken...)
		for _, c := range []struct {
			except []string
			fails  bool
		}{{nil, true}, {broken[:2], true}, {broken[2:], true}, {broken, false}} {
			got := failures{TB: t}
			testkit.CheckInvariants(&got, app.Store, c.except...)
			if (len(got.texts) > 0) != c.fails {
				t.Errorf("without %q: %.300q", c.except, got.texts)
			}
		}
	})
}
