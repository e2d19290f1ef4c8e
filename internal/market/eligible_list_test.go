package market_test

import (
	"slices"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// askEligible is a whole list of eligible partners with everything.
func askEligible(km *float64) market.EligibleQuestion {
	return market.EligibleQuestion{Page: market.NumberedPage(1, 100), RadiusKm: km, LeftOut: true, Partner: market.WantPrice}
}

// TestEligiblePartnersAreWhomTheRulesLetPass holds the lists, their order, counts
// and reasons against plain Go, for callers of every role and all contracts at
// once, in worlds that were shaken.
func TestEligiblePartnersAreWhomTheRulesLetPass(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, _ := seeded(t, db, 80)
		km, filled, leftOut := 20.0, map[string]int{}, map[string]int64{}
		for seed := range uint64(4) {
			w := churn(t, app, 300+seed)
			for _, u := range append(w.callersOfEveryRole(), w.user("supervisor2@demo.test")) {
				ids := idsOf(w.contracts, contractID)[:100]
				pages, err := app.Market.EligiblePartnersOf(app.As(u.Email), ids, askEligible(&km))
				if err != nil {
					t.Fatal(err)
				}
				for i, c := range w.contracts[:100] {
					rules := w.chooses(u, c)
					if (pages[i] != nil) != (rules != nil) {
						t.Errorf("%s of contract %d (%s %s): a list: %v, want %v", u.Email, c.ID, c.Status, c.Stage, pages[i] != nil, rules != nil)
						continue
					}
					o := &eligibleOracle{truth: w, u: u, c: c, rules: rules, km: km}
					if rules == nil || !o.sure() {
						continue
					}
					if err := o.agrees(pages[i]); err != nil {
						t.Errorf("seed %d: %s of contract %d (%s): %v", seed, u.Email, c.ID, c.Status, err)
					}
					filled[rules[0]] += min(1, len(pages[i].Items))
					for _, l := range pages[i].LeftOut {
						leftOut[l.Rule] += l.Count
					}
				}
			}
		}
		for _, rule := range slices.Concat(findRules, assignRules, replaceRules) {
			known := rule == "own_partner" || rule == "partner" // none of the pool is refused by these
			if leftOut[rule] < 3 && !known {
				t.Errorf("%s left out %d: too few to say anything", rule, leftOut[rule])
			}
		}
		if filled["partner_listed"] < 10 || filled["own_partner"] < 10 || filled["partner"] < 10 {
			t.Errorf("lists with somebody in them: %v: too few to say anything", filled)
		}
	})
}

// TestWhoIsListedAsEligibleCanBeChosen asks the actions themselves: whoever is in
// the list can be chosen, and whoever is not is refused by the rule that leaves it
// out first.
func TestWhoIsListedAsEligibleCanBeChosen(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		tried := map[bool]int{}
		w := churn(t, app, 400)
		for as, action := range map[string]lifecycle.ContractAction{supervisor: lifecycle.ActAssignReplacement, admin: lifecycle.ActReplacePartner} {
			ctx, u := app.As(as), w.user(as)
			for i, c := range w.contracts {
				rules := w.chooses(u, c)
				if rules == nil || rules[0] == "partner_listed" || i%3 != 0 {
					continue
				}
				pages, err := app.Market.EligiblePartnersOf(ctx, []int64{c.ID}, askEligible(nil))
				if err != nil {
					t.Fatal(err)
				}
				listed := idsOf(pages[0].Items, func(v *view.EligiblePartner) int64 { return v.Partner.ID })
				o := &eligibleOracle{truth: w, u: u, c: c, rules: rules}
				for id := range sortedPartners(w) {
					if !o.pooled(w.partners[id]) {
						continue
					}
					in := market.ActionInput{PartnerID: id, Reason: "Ill."}
					list, err := app.Market.ContractCan(ctx, []int64{c.ID}, action, &in)
					if err != nil {
						t.Fatal(err)
					}
					d, fits := list[0], slices.Contains(listed, id)
					tried[fits]++
					if refused := d.Code != nil && *d.Code == string(fault.PartnerIneligible); refused == fits {
						t.Errorf("%s of contract %d: partner %d is listed: %v, and may be chosen: %v (%v)", as, c.ID, id, fits, d.Allowed, d.Code)
					}
					if rule := o.broken(w.partners[id]); !fits && (len(d.Fields) != 1 || len(d.Refusals) < 1 || d.Refusals[0].Rule != rule) {
						t.Errorf("%s of contract %d: partner %d is left out by %s, and refused by %+v", as, c.ID, id, rule, d.Refusals)
					}
				}
			}
		}
		if tried[true] < 10 || tried[false] < 20 {
			t.Errorf("%v: too few to say anything", tried)
		}
	})
}

// TestPagesOfEligiblePartnersGluedTogetherAreTheWholeList, forwards and back, by
// price and by distance.
func TestPagesOfEligiblePartnersGluedTogetherAreTheWholeList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, _ := seeded(t, db, 60)
		w := churn(t, app, 500)
		glued := 0
		for _, as := range []string{admin, supervisor} {
			ctx, u, km := app.As(as), w.user(as), 400.0
			for _, c := range w.contracts {
				if rules := w.chooses(u, c); rules == nil || glued > 40 {
					continue
				}
				read := func(p market.Page) (*view.Page[view.EligiblePartner], error) {
					q := askEligible(&km)
					q.Page = p
					pages, err := app.Market.EligiblePartnersOf(ctx, []int64{c.ID}, q)
					if err != nil {
						return nil, err
					}
					return &pages[0].Page, nil
				}
				all, err := read(market.NumberedPage(1, 100))
				if err != nil {
					t.Fatal(err)
				}
				if len(all.Items) < 4 {
					continue
				}
				glued++
				id := func(v *view.EligiblePartner) int64 { return v.Partner.ID }
				want := idsOf(all.Items, id)
				for _, forward := range []bool{true, false} {
					if got := idsOf(walk(t, 3, forward, read), id); !slices.Equal(got, want) {
						t.Errorf("%s of contract %d, forward %v: %v, want %v", as, c.ID, forward, got, want)
					}
				}
			}
		}
		if glued < 5 {
			t.Errorf("%d lists had more than a page", glued)
		}
	})
}

// TestTheInstitutionsListIsTheDialectsList: where the rules are the same, the
// partners are those of the search, in its order.
func TestTheInstitutionsListIsTheDialectsList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 30)
		home, compared := app.World.Institutions["home"], 0
		ctx := app.As(institution)
		for _, s := range app.Store.Client().SubService.Query().AllX(t.Context()) {
			for _, kind := range lifecycle.Kinds {
				km := 20000.0
				work := market.SoughtWork{InstitutionID: home, SubServiceID: s.ID, Kind: kind}
				page, err := app.Market.EligiblePartners(ctx, work, askEligible(&km))
				if codeOf(err) == fault.InputInvalid {
					continue // it is not offered
				}
				f := market.PartnerFilter{InstitutionID: &home, RadiusKm: &km, SubServiceID: &s.ID, Kind: &kind, OpenToWork: new(true)}
				found, err2 := app.Market.Partners(ctx, f, market.PartnerOrder{ByPrice: true}, market.NumberedPage(1, 100), market.WantPrice)
				if err != nil || err2 != nil {
					t.Fatal(err, err2)
				}
				priced := slices.DeleteFunc(found.Items, func(v *view.Partner) bool { return v.Price == nil || v.Price.Currency != "IDR" })
				got := idsOf(page.Items, func(v *view.EligiblePartner) int64 { return v.Partner.ID })
				if want := idsOf(priced, partnerID); !slices.Equal(got, want) {
					t.Errorf("%s, %s: %v, want %v", s.Name, kind, got, want)
				}
				for i, v := range page.Items {
					if *v.Partner.DistanceKm != *priced[i].DistanceKm || *v.Partner.Price != *priced[i].Price || *v.DistanceKm != *priced[i].DistanceKm {
						t.Errorf("%s, %s: partner %d differs in price or distance", s.Name, kind, v.Partner.ID)
					}
				}
				compared += len(got)
			}
		}
		if compared < 20 {
			t.Errorf("only %d partners were compared of %d", compared, len(w.partners))
		}
	})
}
