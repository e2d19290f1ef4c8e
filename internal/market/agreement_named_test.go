package market_test

import (
	"testing"

	"kontrak/ent/agreement"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// TestHoweverManyNameSomebodyAreAllListed: a person that more agreements name than are
// looked up one by one still knows of every one of them.
func TestHoweverManyNameSomebodyAreAllListed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Papers(t, 1100, 3)
		c, ctx := app.Store.Client(), app.As("partner@demo.test")
		me, err := app.Market.Viewer(ctx, market.PartnerWant(0))
		if err != nil {
			t.Fatal(err)
		}
		c.Agreement.Update().SetOwnerID(me.ID).ExecX(t.Context())
		want := c.Agreement.Query().Where(agreement.DeletedAtIsNil()).CountX(t.Context())
		page, err := app.Market.Agreements(ctx, market.AgreementFilter{}, market.AgreementOrder{}, market.OffsetPage(0, 10), 0)
		if err != nil {
			t.Fatal(err)
		}
		if *page.Total != int64(want) || want <= 1000 {
			t.Errorf("%d of %d are listed", *page.Total, want)
		}
	})
}
