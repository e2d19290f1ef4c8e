package market_test

import (
	"slices"
	"testing"

	"kontrak/ent/competency"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// TestNobodyIsFoundByWhatIsNotOffered: a sub-service that is switched off, and one of a
// service that is, count for nobody, in searches and beside the wishlist.
func TestNobodyIsFoundByWhatIsNotOffered(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, ctx := app.Store.Client(), app.As(institution)
		of := c.SubService.GetX(t.Context(), 8)
		found := func(f market.PartnerFilter) int {
			p, err := app.Market.Partners(ctx, f, market.PartnerOrder{}, market.NumberedPage(1, 100), 0)
			if err != nil {
				t.Fatal(err)
			}
			return len(p.Items)
		}
		counted := func() []int64 {
			v, err := app.Market.WishlistFilters(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var ids []int64
			for _, s := range v.Services {
				ids = append(ids, s.Service.ID)
			}
			return ids
		}
		sub, whole := market.PartnerFilter{SubServiceID: &of.ID}, market.PartnerFilter{ServiceID: &of.ServiceID}
		all, wished := found(whole), counted()
		if found(sub) == 0 || all <= found(sub) || len(wished) == 0 {
			t.Fatalf("%d %d %v: nothing would be seen", found(sub), all, wished)
		}
		c.SubService.Update().Where(subservice.ID(of.ID)).SetStatus(lifecycle.CatalogueInactive).ExecX(t.Context())
		if n := found(sub); n != 0 || found(whole) >= all {
			t.Errorf("%d are found by a sub-service that is off", n)
		}
		c.Service.Update().Where(service.ID(wished[0])).SetStatus(lifecycle.CatalogueInactive).ExecX(t.Context())
		if slices.Contains(counted(), wished[0]) {
			t.Errorf("service %d is off, and counted: %v", wished[0], counted())
		}
	})
}

// TestAPartnerIsOfNoKindThatIsNotOffered: CT scanners are maintained and repaired, and not
// installed.
func TestAPartnerIsOfNoKindThatIsNotOffered(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		partner := app.World.Partners["partner"]
		set := func(kinds market.Optional[[]lifecycle.Kind]) (*view.Partner, error) {
			return app.Market.SetCompetency(app.As(admin), market.CompetencySetting{PartnerID: partner, Version: app.Store.Client().Partner.GetX(t.Context(), partner).Version, SubServiceID: 3, Kinds: kinds}, 0)
		}
		if _, err := set(market.Some([]lifecycle.Kind{lifecycle.KindInstallation})); testFields(err) != "kinds " {
			t.Errorf("%v", err)
		}
		if _, err := set(market.Optional[[]lifecycle.Kind]{}); err != nil {
			t.Fatal(err)
		}
		made := app.Store.Client().Competency.Query().Where(competency.PartnerID(partner), competency.SubServiceID(3)).OnlyX(t.Context())
		if made.Installation || !made.Maintenance || !made.Repair {
			t.Errorf("%+v", made)
		}
	})
}

// TestTheAccountOfAPartnerForHireIsNotSuspended, since its owner would never see the
// offers; and a suspended partner takes no place of a quota.
func TestTheAccountOfAPartnerForHireIsNotSuspended(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		account, _ := app.World.Account("partner@demo.test")
		as := app.As("partner@demo.test")
		if _, err := app.Market.SuspendUser(app.As(admin), account.UserID, "Complaints.", 0); codeOf(err) != fault.WrongState {
			t.Fatalf("%v", err)
		}
		if _, err := app.Market.SuspendPartner(app.As(admin), app.World.Partners["partner"], "Complaints.", 0, market.ContractWants{}); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Market.RegisterCertification(as, 1, fault.Fields{}); codeOf(err) != fault.WrongState {
			t.Errorf("%v", err)
		}
		if _, err := app.Market.SuspendUser(app.As(admin), account.UserID, "Complaints.", 0); err != nil {
			t.Errorf("%v", err)
		}
	})
}
