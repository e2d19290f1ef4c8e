package market_test

import (
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// TestTheTextOfAContractIsWrittenWithItsParts: when it is made, with every change of its
// details, and in worlds that are stored whole.
func TestTheTextOfAContractIsWrittenWithItsParts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, _ := seeded(t, db, 50)
		ctx, home, none := app.As(institution), app.World.Institutions["home"], market.ContractWants{}
		v, err := app.Market.CreateContract(ctx, market.CreateContract{
			InstitutionID: &home, PartnerID: app.World.Partners["partner"], SubServiceID: subServiceID(t, app, "Patient monitor"), Kind: lifecycle.KindRepair,
		}, none)
		if err != nil {
			t.Fatal(err)
		}
		draft := app.World.Contract("draft_details")
		for _, in := range []market.SetContractDetails{
			{ContractID: draft, Description: market.Some("  Kalibrasi  ÉLÉCTRIQUE "), ToolBrand: market.Some("Dräger")},
			{ContractID: draft, ToolType: market.Some("Evita V500")},
			{ContractID: draft, ToolBrand: market.Null[string]()},
		} {
			if _, err := app.Market.SetContractDetails(ctx, in, none); err != nil {
				t.Fatal(err)
			}
			checkTexts(t, app)
		}
		for text, want := range map[string]int64{v.ReferenceCode: v.ID, "electrique evita": draft, "v500": draft} {
			page, err := app.Market.Contracts(ctx, market.ContractFilter{Text: text}, market.ContractOrder{}, market.NumberedPage(1, 100), none)
			if err != nil || len(page.Items) != 1 || page.Items[0].ID != want {
				t.Errorf("%q: %v %v, want %d", text, page, err, want)
			}
		}
	})
}

// checkTexts compares the text of every contract with its parts.
func checkTexts(t *testing.T, app *testkit.App) {
	t.Helper()
	for _, c := range app.Store.Client().Contract.Query().AllX(t.Context()) {
		if want := testkit.Plain(textsOf(c)); c.SearchText != want {
			t.Errorf("contract %d has the text %q, want %q", c.ID, c.SearchText, want)
		}
	}
}
