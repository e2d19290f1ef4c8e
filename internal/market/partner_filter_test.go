package market_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/view"

	"pgregory.net/rapid"
)

// oddNames are given to partners of the demo: letters with marks, letters of
// other scripts, and the signs that mean something to a database's LIKE. The
// second text of each is the name as it is searched.
var oddNames = [][2]string{
	{"Renée Müller", "renee muller"}, {"100% Kaya_Ltd", "100% kaya_ltd"}, {`Back\slash  O'Neil`, `back\slash o'neil`},
	{"STRASSE Straße", "strasse strasse"}, {"ﬁne Ægir", "fine ægir"}, {"😀 Emoji", "😀 emoji"}, {"Юрий Ёлкин", "юрии елкин"},
}

// rename gives a partner a name as the program does.
func rename(t testing.TB, app *testkit.App, id int64, name string) {
	t.Helper()
	err := app.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		if err := tx.Partner.UpdateOneID(id).SetFullName(name).SetSearchName(store.Fold(name)).Exec(ctx); err != nil {
			return err
		}
		return store.KeepName(ctx, tx, store.PartnerNames, id, store.Fold(name))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// renamed gives some partners names that are hard to search, as the program
// would store them, and returns every name as it is searched. Some others lose
// their prices, or ask for the same.
func renamed(t testing.TB, app *testkit.App) map[int64]string {
	t.Helper()
	ctx := t.Context()
	sought := map[int64]string{}
	for i, p := range app.Store.Client().Partner.Query().Order(ent.Asc("id")).AllX(ctx) {
		if i < 2*len(oddNames) && i%2 == 0 {
			name := oddNames[i/2]
			rename(t, app, p.ID, name[0])
			sought[p.ID] = name[1]
			continue
		}
		sought[p.ID] = strings.ToLower(p.FullName)
		prices := app.Store.Client().BasePrice.Update().Where(baseprice.PartnerID(p.ID))
		switch i % 8 {
		case 1, 3:
			prices.SetActive(false).ExecX(ctx)
		case 5:
			prices.SetAmount(140_000).ExecX(ctx)
		}
	}
	app.KeepPrices(t)
	return sought
}

// texts are what is searched for, as it is typed and as it is compared.
var texts = [][2]string{
	{"", ""}, {"a", "a"}, {"RENÉE", "renee"}, {"muller", "muller"}, {"%", "%"}, {"_", "_"}, {`\`, `\`}, {"0%", "0%"}, {"a_l", "a_l"},
	{"ß", "ss"}, {"FINE", "fine"}, {"æ", "æ"}, {"😀", "😀"}, {"ёлкин", "елкин"}, {"o'neil", "o'neil"}, {"  Budi   Santoso ", "budi santoso"},
	{"nobody at all", "nobody at all"}, {"';--", "';--"},
}

// partnerFilters draw one field of a filter each.
var partnerFilters = []struct {
	name string
	draw func(t *rapid.T, w *truth, f *market.PartnerFilter)
}{
	{"coordinates", func(t *rapid.T, w *truth, f *market.PartnerFilter) {
		at := rapid.SampledFrom(w.institutions).Draw(t, "near")
		beside := rapid.Float64Range(-0.2, 0.2)
		f.Latitude, f.Longitude = new(at.Latitude+beside.Draw(t, "north")), new(at.Longitude+beside.Draw(t, "east"))
	}},
	{"coordinates far away", func(t *rapid.T, _ *truth, f *market.PartnerFilter) {
		f.Latitude = new(rapid.SampledFrom([]float64{-90, -89.9, -6.2, 0, 90, 90.1}).Draw(t, "latitude"))
		f.Longitude = new(rapid.SampledFrom([]float64{-180, -179.9, 0, 106.8, 140.7, 180, -180.5}).Draw(t, "longitude"))
	}},
	{"half a centre", func(t *rapid.T, _ *truth, f *market.PartnerFilter) {
		if rapid.Bool().Draw(t, "which") {
			f.Latitude = new(1.0)
		} else {
			f.Longitude = new(1.0)
		}
	}},
	{"radius", func(t *rapid.T, _ *truth, f *market.PartnerFilter) {
		f.RadiusKm = new(rapid.SampledFrom([]float64{-1, 0, 0.001, 1, 3, 8.5, 120, 900, 3800, 12000, 20000, 20001}).Draw(t, "km"))
	}},
	{"institution", func(t *rapid.T, w *truth, f *market.PartnerFilter) {
		f.InstitutionID = new(rapid.SampledFrom(append([]int64{0, 1 << 40}, idsOf(w.institutions, func(i *ent.Institution) int64 { return i.ID })[:4]...)).Draw(t, "institution"))
	}},
	{"near the current institution", func(_ *rapid.T, _ *truth, f *market.PartnerFilter) { f.NearCurrent = true }},
	{"service", func(t *rapid.T, w *truth, f *market.PartnerFilter) {
		f.ServiceID = new(w.serviceOf[rapid.SampledFrom(w.contracts).Draw(t, "contract").SubServiceID])
	}},
	{"sub-service", func(t *rapid.T, w *truth, f *market.PartnerFilter) {
		f.SubServiceID = new(rapid.SampledFrom(append([]int64{1 << 40}, idsOf(w.contracts, func(c *ent.Contract) int64 { return c.SubServiceID })...)).Draw(t, "sub-service"))
	}},
	{"kind", func(t *rapid.T, _ *truth, f *market.PartnerFilter) {
		f.Kind = new(rapid.SampledFrom(lifecycle.Kinds).Draw(t, "kind"))
	}},
	{"open to work", func(t *rapid.T, _ *truth, f *market.PartnerFilter) {
		f.OpenToWork = new(rapid.Bool().Draw(t, "open"))
	}},
	{"text", func(t *rapid.T, _ *truth, f *market.PartnerFilter) {
		f.Text = rapid.SampledFrom(texts).Draw(t, "text")[0]
	}},
	{"own", func(_ *rapid.T, _ *truth, f *market.PartnerFilter) { f.Own = true }},
}

// searchWorld is the seeded world with names that are hard to search.
func searchWorld(t testing.TB, db testkit.Database) (*testkit.App, *searched) {
	t.Helper()
	app, _ := seeded(t, db, 150)
	names := renamed(t, app)
	s := &searched{truth: readTruth(t, app), names: names, radius: 25}
	for _, row := range app.Store.Client().Setting.Query().AllX(t.Context()) {
		if row.Key == "talent_finder_radius" {
			s.radius, _ = strconv.ParseFloat(row.Value, 64)
		}
	}
	return app, s
}

// askPartners draws a list with two fields of the filter, or with one, twice.
func askPartners(t *rapid.T, w *truth, callers []*ent.User, one, two int) question[market.PartnerFilter, market.PartnerOrder] {
	q := question[market.PartnerFilter, market.PartnerOrder]{
		u: rapid.SampledFrom(callers).Draw(t, "caller"), names: [2]string{partnerFilters[one].name, partnerFilters[two].name},
		order: market.PartnerOrder{ByPrice: rapid.Bool().Draw(t, "by price"), Descending: rapid.Bool().Draw(t, "descending")},
	}
	partnerFilters[one].draw(t, w, &q.filter)
	if two != one {
		partnerFilters[two].draw(t, w, &q.filter)
	}
	return q
}

// checkPartners compares the answer with the oracle, and gives how many partners
// the list has, and whether it is around a centre.
func (w *searched) checkPartners(app *testkit.App, as sessions, q question[market.PartnerFilter, market.PartnerOrder]) (found int, measured bool, err error) {
	what := fmt.Sprintf("%s filters by %q in order %+v: %s", q.u.Email, q.names, q.order, written(q.filter))
	page, err := app.Market.Partners(as[q.u.ID], q.filter, q.order, market.NumberedPage(1, 100), market.WantPrice)
	refused := w.wrong(q.u, q.filter)
	if codeOf(err) != refused {
		return 0, false, fmt.Errorf("%s: code %q, want %q", what, codeOf(err), refused)
	}
	if refused != "" {
		return 0, false, nil
	}
	want, at, sure := w.expect(q.u, q.filter, q.order)
	if !sure {
		return 0, false, nil
	}
	if err := w.agrees(page, want, at, q.filter); err != nil {
		return 0, false, fmt.Errorf("%s: %w", what, err)
	}
	return len(want), at != nil, nil
}

// TestEveryFilterOfPartnersFindsWhatItSays tries every field of the filter alone
// and with every other, in every order, for callers of every role.
func TestEveryFilterOfPartnersFindsWhatItSays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := searchWorld(t, db)
		app.Bend("a partner's account and the partner are one")
		callers := append(w.callersOfEveryRole(), w.user("other@demo.test"))
		as := actors(t, app, callers)
		filled, around := 0, 0
		// Every pair once, and then pairs by chance.
		for one := range partnerFilters {
			for two := one; two < len(partnerFilters); two++ {
				q := rapid.Custom(func(t *rapid.T) question[market.PartnerFilter, market.PartnerOrder] {
					return askPartners(t, w.truth, callers, one, two)
				}).Example(100*one + two)
				if _, _, err := w.checkPartners(app, as, q); err != nil {
					t.Error(err)
				}
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			one := rapid.IntRange(0, len(partnerFilters)-1).Draw(rt, "one")
			for two := range partnerFilters {
				n, measured, err := w.checkPartners(app, as, askPartners(rt, w.truth, callers, one, two))
				if err != nil {
					rt.Fatal(err)
				}
				filled += min(n, 1)
				if measured {
					around += min(n, 1)
				}
			}
		})
		if (filled < 100 || around < 10) && !testing.Short() { // which draws a fifth
			t.Errorf("only %d lists had something in them, %d of these around a centre", filled, around)
		}
	})
}

// written is a filter with what its pointers point to.
func written(f market.PartnerFilter) string {
	show := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return strconv.FormatFloat(*x, 'g', -1, 64)
	}
	number := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return strconv.FormatInt(*n, 10)
	}
	return fmt.Sprintf("centre %s %s, radius %s, institution %s, current %v, service %s, sub-service %s, text %q, own %v, kind %v, open %v",
		show(f.Latitude), show(f.Longitude), show(f.RadiusKm), number(f.InstitutionID), f.NearCurrent,
		number(f.ServiceID), number(f.SubServiceID), f.Text, f.Own, f.Kind != nil, f.OpenToWork != nil)
}

// TestPagesOfPartnersGluedTogetherAreTheWholeList reads lists by numbered pages
// and by positions, forwards and back.
func TestPagesOfPartnersGluedTogetherAreTheWholeList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := searchWorld(t, db)
		app.Bend("a partner's account and the partner are one")
		u := w.user("supervisor@demo.test")
		ctx := app.As(u.Email)
		for _, f := range []market.PartnerFilter{{}, {Own: true}, {Latitude: new(-6.2), Longitude: new(106.8), RadiusKm: new(2000.0)}} {
			for _, o := range []market.PartnerOrder{{}, {Descending: true}, {ByPrice: true}, {ByPrice: true, Descending: true}} {
				list, _, sure := w.expect(u, f, o)
				if !sure || len(list) < 8 {
					t.Fatalf("%s says too little: %d partners", written(f), len(list))
				}
				want := idsOf(list, func(p *ent.Partner) int64 { return p.ID })
				read := func(p market.Page) (*view.Page[view.Partner], error) { return app.Market.Partners(ctx, f, o, p, 0) }
				for _, forward := range []bool{true, false} {
					if got := idsOf(walk(t, 3, forward, read), partnerID); !slices.Equal(got, want) {
						t.Errorf("%s, %+v, by positions, forward %v: %v, want %v", written(f), o, forward, got, want)
					}
				}
				var got []int64
				for number := 1; ; number++ {
					page, err := read(market.NumberedPage(number, 3))
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, idsOf(page.Items, partnerID)...)
					if !page.HasNext {
						break
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, %+v, by numbers: %v, want %v", written(f), o, got, want)
				}
			}
		}
	})
}

func partnerID(v *view.Partner) int64 { return v.ID }

// TestTheLookUpOfPartnersAgreesWithTheRules: active, verified partners are known
// to everybody, the others to themselves, to their maker and to the back office.
func TestTheLookUpOfPartnersAgreesWithTheRules(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 50)
		ids := []int64{1 << 40, -1}
		for id := range w.partners {
			ids = append(ids, id)
		}
		callers := w.callers()
		as := actors(t, app, callers)
		for _, u := range callers {
			found, err := app.Market.PartnersByID(as[u.ID], ids, market.WantPrivate)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range found {
				p, known := w.partners[ids[i]], false
				if p != nil {
					listed := p.Status == lifecycle.PartnerActive && p.VerificationStatus == lifecycle.VerificationCompleted
					made := p.CreatedByID != nil && *p.CreatedByID == u.ID
					known = u.Role == actor.Admin || p.DeletedAt == nil && (listed || made || p.UserID == u.ID)
				}
				if (v != nil) != known {
					t.Errorf("%s knows partner %d: %v, want %v", u.Email, ids[i], v != nil, known)
				}
			}
		}
	})
}
