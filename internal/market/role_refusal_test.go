package market_test

import (
	"context"
	"slices"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// TestARefusalOfARoleSaysWhoMay: outside actions on contracts too.
func TestARefusalOfARoleSaysWhoMay(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		own := func(ctx context.Context) error {
			_, err := app.Market.Partners(ctx, market.PartnerFilter{Own: true}, market.PartnerOrder{}, market.Page{}, 0)
			return err
		}
		company := func(ctx context.Context) error {
			_, err := app.Market.CompanyID(ctx, "2M49E60Z7XGZ17G5DN")
			return err
		}
		for _, c := range []struct {
			name, as string
			ask      func(context.Context) error
			rule     string
			who      []string
		}{
			{"own partners", institution, own, "role", []string{"supervisor"}},
			{"own partners", technician, own, "role", []string{"supervisor"}},
			{"a company", technician, company, "role", []string{"institution", "supervisor", "admin"}},
			{"a company", institution, company, "keeper", nil},
			{"a company", supervisor, company, "keeper", nil},
		} {
			f, _ := fault.As(c.ask(app.As(c.as)))
			if f == nil || f.Code != fault.RoleForbidden || len(f.Refusals) != 1 || f.Refusals[0].Rule != c.rule || !slices.Equal(f.Refusals[0].Who, c.who) || f.Refusals[0].Needed == "" {
				t.Errorf("%s is refused to %s by %+v, want rule %s for %v", c.name, c.as, f, c.rule, c.who)
			}
		}
	})
}
