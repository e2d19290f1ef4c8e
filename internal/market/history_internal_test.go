package market

import (
	"slices"
	"testing"

	"kontrak/internal/changelog"
)

// TestEveryRecordedNameIsShownOrSaidToBeUntold: a new column is not forgotten.
func TestEveryRecordedNameIsShownOrSaidToBeUntold(t *testing.T) {
	t.Parallel()
	names := []string{
		changelog.Schedules, changelog.ContactPersons, changelog.PricingItems, changelog.Assignments, changelog.TimeAdjustments,
		changelog.Inspection, changelog.Conclusion, changelog.Review,
	}
	for _, c := range contractColumns {
		names = append(names, c.name)
	}
	for _, c := range paymentColumns {
		names = append(names, changelog.PaymentPrefix+c.name)
	}
	for _, name := range names {
		if slices.Contains([]string{"id", "version", "created_at", "updated_at"}, name) {
			continue // they follow from the row of the history
		}
		if _, shown := historyFields[name]; shown == slices.Contains(unshown, name) {
			t.Errorf("%s is shown: %t; it must be shown or be said to be unshown", name, shown)
		}
	}
}
