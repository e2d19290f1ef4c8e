package market_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
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
			app.Store.Client().Partner.UpdateOneID(p.ID).SetFullName(name[0]).SetSearchName(store.Fold(name[0])).ExecX(ctx)
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
	return sought
}

// texts are what is searched for, as it is typed and as it is compared.
var texts = [][2]string{
	{"", ""}, {"a", "a"}, {"RENÉE", "renee"}, {"muller", "muller"}, {"%", "%"}, {"_", "_"}, {`\`, `\`}, {"0%", "0%"}, {"a_l", "a_l"},
	{"ß", "ss"}, {"FINE", "fine"}, {"æ", "æ"}, {"😀", "😀"}, {"ёлкин", "елкин"}, {"o'neil", "o'neil"}, {"  Budi   Santoso ", "budi santoso"},
	{"nobody at all", "nobody at all"}, {"';--", "';--"},
}

// centreOf is where a search is centred, by the oracle.
type centreOf struct{ latitude, longitude, km float64 }

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

// searched is the world as partners are searched in it.
type searched struct {
	*truth
	names  map[int64]string
	radius float64
}

// wrong gives the code with which a filter is refused.
func (w *searched) wrong(u *ent.User, f market.PartnerFilter) fault.Code {
	outside := func(x *float64, most float64) bool { return x != nil && math.Abs(*x) > most }
	switch {
	case f.Own && u.Role != actor.Supervisor:
		return fault.RoleForbidden
	case (f.Latitude == nil) != (f.Longitude == nil), outside(f.Latitude, 90), outside(f.Longitude, 180),
		f.RadiusKm != nil && (*f.RadiusKm <= 0 || *f.RadiusKm > 20000),
		f.InstitutionID != nil && !w.memberOf(u, *f.InstitutionID),
		f.Latitude == nil && f.InstitutionID == nil && f.NearCurrent && u.Role == actor.Institution && w.current(u) == nil:
		return fault.ParameterInvalid
	}
	return ""
}

// current is the institution that the user has selected and acts for.
func (w *searched) current(u *ent.User) *ent.Institution {
	for _, i := range w.institutions {
		if u.CurrentInstitutionID != nil && *u.CurrentInstitutionID == i.ID && w.memberOf(u, i.ID) {
			return i
		}
	}
	return nil
}

// centre gives where the search is centred, or nil.
func (w *searched) centre(u *ent.User, f market.PartnerFilter) *centreOf {
	at := centreOf{km: w.radius}
	if f.RadiusKm != nil {
		at.km = *f.RadiusKm
	}
	var around *ent.Institution
	switch {
	case f.Latitude != nil:
		at.latitude, at.longitude = *f.Latitude, *f.Longitude
		return &at
	case f.InstitutionID != nil:
		around = w.institutions[slices.IndexFunc(w.institutions, func(i *ent.Institution) bool { return i.ID == *f.InstitutionID })]
	case f.NearCurrent && u.Role == actor.Institution:
		around = w.current(u)
	default:
		return nil
	}
	at.latitude, at.longitude = around.Latitude, around.Longitude
	return &at
}

// haversine is the distance of two places in kilometres, by the text book.
func haversine(lat1, lng1, lat2, lng2 float64) float64 {
	rad := func(x float64) float64 { return x * math.Pi / 180 }
	sq := func(x float64) float64 { return x * x }
	h := sq(math.Sin(rad(lat2-lat1)/2)) + math.Cos(rad(lat1))*math.Cos(rad(lat2))*sq(math.Sin(rad(lng2-lng1)/2))
	return 2 * 6371 * math.Asin(math.Min(1, math.Sqrt(h)))
}

// away is how far the partner's primary place is from the centre.
func (w *searched) away(p *ent.Partner, at *centreOf) (km float64, placed bool) {
	l := w.places[p.ID]
	if l == nil {
		return 0, false
	}
	return haversine(at.latitude, at.longitude, l.Latitude, l.Longitude), true
}

// finds tells whether a filter keeps the partner; sure is false where the
// distance is too near to the radius to tell.
func (w *searched) finds(u *ent.User, p *ent.Partner, f market.PartnerFilter, at *centreOf) (kept, sure bool) {
	listed := p.Status == lifecycle.PartnerActive && p.VerificationStatus == lifecycle.VerificationCompleted
	own := p.CreatedByID != nil && *p.CreatedByID == u.ID
	switch {
	case p.DeletedAt != nil, f.Own && !own, !f.Own && !listed,
		f.OpenToWork != nil && p.OpenToWork != *f.OpenToWork,
		!strings.Contains(w.names[p.ID], typed(f.Text)), !w.skilled(p, f):
		return false, true
	}
	if at == nil {
		return true, true
	}
	km, placed := w.away(p, at)
	return placed && km <= at.km, !placed || math.Abs(km-at.km) > 0.005*at.km
}

// typed is a text as it is compared.
func typed(text string) string {
	return texts[slices.IndexFunc(texts, func(t [2]string) bool { return t[0] == text })][1]
}

// skilled tells whether one active competency of the partner is what is asked for.
func (w *searched) skilled(p *ent.Partner, f market.PartnerFilter) bool {
	if f.ServiceID == nil && f.SubServiceID == nil && f.Kind == nil {
		return true
	}
	return slices.ContainsFunc(w.competencies[p.ID], func(r *ent.Competency) bool {
		return r.Status == lifecycle.CatalogueActive &&
			(f.SubServiceID == nil || r.SubServiceID == *f.SubServiceID) &&
			(f.ServiceID == nil || w.serviceOf[r.SubServiceID] == *f.ServiceID) &&
			(f.Kind == nil || does(r, *f.Kind))
	})
}

// price gives the active price that a list shows of the partner.
func (w *searched) price(p *ent.Partner, f market.PartnerFilter) (amount int64, has bool) {
	for _, r := range w.prices {
		if r.PartnerID == p.ID && r.Active && (f.SubServiceID == nil || r.SubServiceID == *f.SubServiceID) && (!has || r.Amount < amount) {
			amount, has = r.Amount, true
		}
	}
	return amount, has
}

// sorted puts partners into the order of a list.
func (w *searched) sorted(list []*ent.Partner, f market.PartnerFilter, o market.PartnerOrder) {
	way := 1
	if o.Descending {
		way = -1
	}
	slices.SortFunc(list, func(a, b *ent.Partner) int {
		order := way * a.CreatedAt.Compare(b.CreatedAt)
		if o.ByPrice {
			x, hasX := w.price(a, f)
			y, hasY := w.price(b, f)
			order = way * cmp.Compare(x, y)
			if hasX != hasY { // without a price comes last, whatever the way
				order = map[bool]int{true: -1, false: 1}[hasX]
			}
		}
		return cmp.Or(order, way*cmp.Compare(a.ID, b.ID))
	})
}

// expect gives the partners of a list, in order; sure is false where a distance
// is too near to the radius to tell.
func (w *searched) expect(u *ent.User, f market.PartnerFilter, o market.PartnerOrder) (list []*ent.Partner, at *centreOf, sure bool) {
	at = w.centre(u, f)
	for _, p := range w.partners {
		kept, certain := w.finds(u, p, f, at)
		if !certain {
			return nil, nil, false
		}
		if kept {
			list = append(list, p)
		}
	}
	w.sorted(list, f, o)
	return list, at, true
}

// agrees compares a page with what is expected, and tells what differs.
func (w *searched) agrees(got *view.Page[view.Partner], want []*ent.Partner, at *centreOf, f market.PartnerFilter) error {
	ids := idsOf(want, func(p *ent.Partner) int64 { return p.ID })
	if found := idsOf(got.Items, func(v *view.Partner) int64 { return v.ID }); !slices.Equal(found, ids) || *got.Total != int64(len(ids)) {
		return fmt.Errorf("got %v of %d, want %v of %d", found, *got.Total, ids, len(ids))
	}
	for i, v := range got.Items {
		amount, has := w.price(want[i], f)
		if (v.Price != nil) != has || has && v.Price.Value != amount {
			return fmt.Errorf("partner %d asks for %v, want %d (%v)", v.ID, v.Price, amount, has)
		}
		if (v.DistanceKm != nil) != (at != nil) {
			return fmt.Errorf("partner %d has a distance: %v, and the search a centre: %v", v.ID, v.DistanceKm != nil, at != nil)
		}
		if at == nil {
			continue
		}
		km, _ := w.away(want[i], at)
		if math.Abs(*v.DistanceKm-km) > 0.005*km+0.005 {
			return fmt.Errorf("partner %d is %v km away, want %v", v.ID, *v.DistanceKm, km)
		}
	}
	return nil
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

// TestEveryFilterOfPartnersFindsWhatItSays tries every field of the filter alone
// and with every other, in every order, for callers of every role.
func TestEveryFilterOfPartnersFindsWhatItSays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := searchWorld(t, db)
		callers := w.callersOfEveryRole()
		callers = append(callers, w.user("other@demo.test"))
		as := actors(t, app, callers)
		tried, filled, measured := map[[2]int]int{}, 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			u := rapid.SampledFrom(callers).Draw(rt, "caller")
			first := rapid.IntRange(0, len(partnerFilters)-1).Draw(rt, "first")
			order := market.PartnerOrder{ByPrice: rapid.Bool().Draw(rt, "by price"), Descending: rapid.Bool().Draw(rt, "descending")}
			for second := range partnerFilters {
				var f market.PartnerFilter
				partnerFilters[first].draw(rt, w.truth, &f)
				if second != first {
					partnerFilters[second].draw(rt, w.truth, &f)
				}
				what := fmt.Sprintf("%s filters by %s and %s in order %+v: %s", u.Email, partnerFilters[first].name, partnerFilters[second].name, order, written(f))
				page, err := app.Market.Partners(as[u.ID], f, order, market.NumberedPage(1, 100), market.WantPrice)
				if refused := w.wrong(u, f); codeOf(err) != refused {
					rt.Fatalf("%s: %v, want code %q", what, err, refused)
				}
				tried[[2]int{min(first, second), max(first, second)}]++
				if err != nil {
					continue
				}
				want, at, sure := w.expect(u, f, order)
				if !sure {
					continue
				}
				if err := w.agrees(page, want, at, f); err != nil {
					rt.Fatalf("%s: %v", what, err)
				}
				if len(want) > 0 {
					filled++
					if at != nil {
						measured++
					}
				}
			}
		})
		if pairs := len(partnerFilters) * (len(partnerFilters) + 1) / 2; len(tried) != pairs || filled < 100 || measured < 20 {
			t.Errorf("%d of %d pairs of filters were tried, %d lists had something in them, %d of these around a centre", len(tried), pairs, filled, measured)
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
