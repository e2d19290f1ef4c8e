package market_test

import (
	"testing"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/predicate"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
)

// of finds the competency that a contract asks for.
func of(c *ent.Contract) []predicate.Competency {
	return []predicate.Competency{competency.PartnerID(c.PartnerID), competency.SubServiceID(c.SubServiceID)}
}

// priceOf finds the price of the partner that a contract asks for.
func priceOf(c *ent.Contract) []predicate.BasePrice {
	return []predicate.BasePrice{baseprice.PartnerID(c.PartnerID), baseprice.SubServiceID(c.SubServiceID), baseprice.Active(true)}
}

// occupy gives other work at the same time, in some status, to the partner of a
// contract.
func occupy(t testing.TB, app *testkit.App, c *ent.Contract, status lifecycle.ContractStatus) {
	t.Helper()
	app.Store.Client().Contract.Update().Where(contract.ID(app.World.Contract("accepted"))).
		SetPartnerID(c.PartnerID).SetScheduledStartAt(*c.ScheduledStartAt).SetScheduledEndAt(*c.ScheduledEndAt).SetStatus(status).
		ExecX(t.Context())
}
