package market_test

import (
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// TestASuspendedPartnerBeginsNothingAndFinishesWhatItHasBegun: whoever is inactive
// only takes no new work.
func TestASuspendedPartnerBeginsNothingAndFinishesWhatItHasBegun(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m, none := signedIn(t, app), app.Market, market.ContractWants{}
		partner2 := app.PartnerEmail("partner2")
		code := tokenOf(as[institution], t, m.ShowStartCode, app.World.Contract("on_route"))
		are := func(status lifecycle.PartnerStatus) {
			app.Store.Client().Partner.Update().SetStatus(status).ExecX(t.Context())
		}
		are(lifecycle.PartnerSuspended)
		for name, act := range map[string]func() error{
			"accept":      func() error { return contractErr(m.AcceptContract(as[technician], app.World.Contract("offer"), none)) },
			"go on route": func() error { return contractErr(m.GoOnRoute(as[technician], app.World.Contract("accepted"), none)) },
			"start": func() error {
				return contractErr(m.StartWork(as[partner2], app.World.Contract("on_route"), code, none))
			},
		} {
			if err := act(); codeOf(err) != fault.PartnerIneligible {
				t.Errorf("suspended, to %s: %v", name, err)
			}
		}
		if _, err := m.ShowEndCode(as[technician], app.World.Contract("running")); err != nil {
			t.Errorf("suspended, to show the end code: %v", err)
		}
		end := tokenOf(as[technician], t, m.ShowEndCode, app.World.Contract("running"))
		if _, err := m.FinishWork(as[institution], app.World.Contract("running"), end, none); err != nil {
			t.Errorf("the work of a suspended partner is not finished: %v", err)
		}
		are(lifecycle.PartnerInactive)
		if _, err := m.GoOnRoute(as[technician], app.World.Contract("accepted"), none); err != nil {
			t.Errorf("inactive, to go on route: %v", err)
		}
		if _, err := m.StartWork(as[partner2], app.World.Contract("on_route"), code, none); err != nil {
			t.Errorf("inactive, to start: %v", err)
		}
	})
}
