package market_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// unsettle puts every partner into a state by chance, and gives them, the newest first.
func unsettle(t *testing.T, app *testkit.App, rng *rand.Rand) []*ent.Partner {
	t.Helper()
	c := app.Store.Client()
	for _, p := range c.Partner.Query().Order(partner.ByID()).AllX(t.Context()) {
		u := c.Partner.UpdateOne(p).SetStatus(lifecycle.PartnerStatuses[rng.IntN(3)]).SetVerificationStatus(lifecycle.VerificationStatuses[rng.IntN(4)]).
			SetStatusReason("why")
		if rng.IntN(4) == 0 {
			u.SetDeletedAt(world.Now)
		} else {
			u.ClearDeletedAt()
		}
		u.ExecX(t.Context())
	}
	lookAgain(t, app)
	all := c.Partner.Query().Order(partner.ByID()).AllX(t.Context())
	slices.Reverse(all)
	return all
}

// someOf draws some of the words; none stand for all.
func someOf[W any](rng *rand.Rand, words []W) []W {
	if rng.IntN(3) == 0 {
		return nil
	}
	var some []W
	for _, i := range rng.Perm(len(words))[:1+rng.IntN(2)] {
		some = append(some, words[i])
	}
	return some
}

func has[W comparable](some []W, word W) bool { return len(some) == 0 || slices.Contains(some, word) }

// TestTheBackOfficeListsPartnersOfEveryStateAsAPlainLoopFindsThem: by how far they are
// verified, whether they take part and were deleted, and by parts of their names, in pages
// from both ends; with what says why nobody else finds them.
func TestTheBackOfficeListsPartnersOfEveryStateAsAPlainLoopFindsThem(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, _ := seeded(t, db, 60)
		app.BendAll()
		rng := rand.New(rand.NewPCG(11, 26))
		all, office, filled := unsettle(t, app, rng), app.As(admin), 0
		for n := range 150 {
			f := market.AllPartnersFilter{Verifications: someOf(rng, lifecycle.VerificationStatuses), Statuses: someOf(rng, lifecycle.PartnerStatuses)}
			if rng.IntN(2) == 0 {
				f.Deleted = new(rng.IntN(2) == 0)
			}
			if name := []rune(all[rng.IntN(len(all))].FullName); n%2 == 0 { // a part of a name that somebody has
				from := rng.IntN(len(name) / 2)
				f.Text = strings.ToUpper(string(name[from : from+1+rng.IntN(len(name)/2)]))
			}
			var want []int64
			for _, p := range all {
				if has(f.Verifications, p.VerificationStatus) && has(f.Statuses, p.Status) && (f.Deleted == nil || *f.Deleted == (p.DeletedAt != nil)) &&
					strings.Contains(testkit.Plain(p.FullName), testkit.Plain(f.Text)) {
					want = append(want, p.ID)
				}
			}
			filled += min(1, len(want))
			list := func(p market.Page) (*view.Page[view.Partner], error) {
				return app.Market.AllPartners(office, f, p, market.WantPrivate)
			}
			got, views, err := glued(list, int32(1+rng.IntN(20)), n%4 < 2, partnerID)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%+v has %v, want %v: %v", f, got, want, err)
				continue
			}
			for _, v := range views {
				p := all[slices.IndexFunc(all, func(p *ent.Partner) bool { return p.ID == v.ID })]
				if v.Status != p.Status || v.VerificationStatus != p.VerificationStatus || *v.StatusReason != "why" || (v.DeletedAt != nil) != (p.DeletedAt != nil) {
					t.Errorf("%+v is shown of %+v", v, p)
				}
			}
		}
		if filled < 75 {
			t.Errorf("only %d of 150 filters found somebody", filled)
		}
	})
}

// TestOnlyTheBackOfficeListsPartnersOfEveryState, and nobody else is told when one was
// deleted.
func TestOnlyTheBackOfficeListsPartnersOfEveryState(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		first := market.NumberedPage(1, 10)
		for _, email := range []string{institution, technician, supervisor} {
			if _, err := app.Market.AllPartners(app.As(email), market.AllPartnersFilter{}, first, 0); codeOf(err) != fault.RoleForbidden {
				t.Errorf("%s: %v", email, err)
			}
		}
		if _, err := app.Market.AllPartners(t.Context(), market.AllPartnersFilter{}, first, 0); codeOf(err) != fault.TokenMissing {
			t.Errorf("somebody: %v", err)
		}
		long := market.AllPartnersFilter{Text: strings.Repeat("a", 101)}
		if _, err := app.Market.AllPartners(app.As(admin), long, first, 0); codeOf(err) != fault.InputInvalid {
			t.Errorf("101 letters: %v", err)
		}
		page, err := app.Market.AllPartners(app.As(admin), market.AllPartnersFilter{Deleted: new(true)}, first, market.WantPrivate)
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != app.World.Partners["deleted"] || page.Items[0].DeletedAt == nil {
			t.Errorf("deleted are %v, %v", page, err)
		}
		// Its own maker, to whom it is not there.
		if found, err := app.Market.PartnersByID(app.As(supervisor), []int64{app.World.Partners["deleted"]}, market.WantPrivate); err != nil || found[0] != nil {
			t.Errorf("its maker sees %v, %v", found, err)
		}
	})
}
