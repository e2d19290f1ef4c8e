package market_test

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

var institutionsOfOracle = flag.Int("institutions", 300, "how many institutions the oracle of their lists looks through")

// standardRadius is how far a search reaches that does not say how far, in kilometres.
const standardRadius = 25

// siteFilters draw one field each.
var siteFilters = []func(rng *rand.Rand, w *sites, f *market.InstitutionFilter){
	func(rng *rand.Rand, _ *sites, f *market.InstitutionFilter) {
		f.Text = crowdTexts[rng.IntN(len(crowdTexts))][0]
	},
	func(rng *rand.Rand, _ *sites, f *market.InstitutionFilter) {
		k := rng.IntN(len(lifecycle.InstitutionKinds))
		f.Kinds = []lifecycle.InstitutionKind{lifecycle.InstitutionKinds[k], lifecycle.InstitutionKinds[rng.IntN(k+1)]}
	},
	func(rng *rand.Rand, _ *sites, f *market.InstitutionFilter) {
		f.Statuses = lifecycle.InstitutionStatuses[rng.IntN(2):]
	},
	func(rng *rand.Rand, _ *sites, f *market.InstitutionFilter) {
		at := siteCentres[rng.IntN(len(siteCentres))]
		f.Latitude, f.Longitude = new(inWorld(at[0]+rng.NormFloat64()*0.2, 90)), new(inWorld(at[1], 180))
		if km := []float64{0, 9, 25, 80, 700, 6000, 19000}[rng.IntN(7)]; km > 0 {
			f.RadiusKm = new(km)
		}
	},
	func(_ *rand.Rand, _ *sites, f *market.InstitutionFilter) { f.Mine = true },
}

// siteNear is the filter of places, without which nothing is sorted by distance.
const siteNear = 3

// keeps tells whether a filter keeps an institution; sure is false where the distance is
// too near to the radius to tell.
func (s *site) keeps(f market.InstitutionFilter, who *asker) (kept, sure bool) {
	switch {
	case f.Mine && !who.mine[s.id], !f.Mine && !who.admin && s.status != lifecycle.InstitutionActive,
		len(f.Statuses) > 0 && !slices.Contains(f.Statuses, s.status), len(f.Kinds) > 0 && !slices.Contains(f.Kinds, s.kind):
		return false, true
	}
	for _, text := range crowdTexts {
		if f.Text == text[0] && !strings.Contains(s.folded, text[1]) {
			return false, true
		}
	}
	if f.Latitude == nil {
		return true, true
	}
	km, radius := s.away(f), float64(standardRadius)
	if f.RadiusKm != nil {
		radius = *f.RadiusKm
	}
	return km <= radius, math.Abs(km-radius) > sameRadius*radius
}

func (s *site) away(f market.InstitutionFilter) float64 {
	return haversine(*f.Latitude, *f.Longitude, s.latitude, s.longitude)
}

// find gives what a list has, in its order.
func (w *sites) find(f market.InstitutionFilter, o market.InstitutionOrder, who *asker) (list []*site, sure bool) {
	for _, s := range w.all {
		kept, certain := s.keeps(f, who)
		if !certain {
			return nil, false
		}
		if kept {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *site) int {
		order := 0
		switch o.By {
		case market.InstitutionByName:
			order = strings.Compare(a.folded, b.folded)
		case market.InstitutionByCreated:
			order = a.created.Compare(b.created)
		case market.InstitutionByDistance:
			order = cmp.Compare(a.away(f), b.away(f))
		}
		if order = cmp.Or(order, cmp.Compare(a.id, b.id)); o.Descending {
			order = -order
		}
		return order
	})
	return list, true
}

// agrees compares a list with what a plain loop found: glued from one end, and one page
// by its number.
func (w *sites) agrees(app *testkit.App, f market.InstitutionFilter, o market.InstitutionOrder, who *asker, want []*site, rng *rand.Rand) error {
	list := func(p market.Page) (*view.Page[view.Institution], error) {
		return app.Market.Institutions(who.ctx, f, o, p)
	}
	id := func(v *view.Institution) int64 { return v.ID }
	ids := idsOf(want, func(s *site) int64 { return s.id })
	size := min(max(1+rng.IntN(market.MaxPage), len(ids)/10), market.MaxPage)
	got, all, err := glued(list, int32(size), rng.IntN(2) > 0, id)
	if err != nil || !slices.Equal(got, ids) {
		return fmt.Errorf("glued by %d it is %v, want %v: %w", size, got, ids, err)
	}
	for i, v := range all {
		if err := want[i].shown(v, f, who); err != nil {
			return err
		}
	}
	number := 1 + rng.IntN(len(ids)/size+2)
	page, err := list(market.NumberedPage(number, size))
	if err != nil {
		return err
	}
	from, to := min(len(ids), (number-1)*size), min(len(ids), number*size)
	if got = idsOf(page.Items, id); !slices.Equal(got, ids[from:to]) || *page.Total != int64(len(ids)) || page.HasNext != (to < len(ids)) || page.HasPrevious != (number > 1) {
		return fmt.Errorf("page %d of %d has %v of %d, next %v, previous %v; want %v of %d", number, size, got, *page.Total, page.HasNext, page.HasPrevious, ids[from:to], len(ids))
	}
	return nil
}

// shown compares what is shown of an institution.
func (s *site) shown(v *view.Institution, f market.InstitutionFilter, who *asker) error {
	if v.Name != s.name || v.Kind != s.kind || v.Latitude != s.latitude || v.Longitude != s.longitude || !v.CreatedAt.Equal(s.created) {
		return fmt.Errorf("%+v is shown of %+v", v, s)
	}
	if (v.IsMember != nil) != who.customer || who.customer && *v.IsMember != who.mine[s.id] {
		return fmt.Errorf("%d: member %v, want %v", v.ID, v.IsMember, who.mine[s.id])
	}
	if (v.DistanceKm != nil) != (f.Latitude != nil) {
		return fmt.Errorf("%d has the distance %v", v.ID, v.DistanceKm)
	}
	if f.Latitude == nil {
		return nil
	}
	if km := s.away(f); math.Abs(*v.DistanceKm-km) > 0.005*km+0.005 { // two decimals are shown
		return fmt.Errorf("%d is %v km away, want %v", v.ID, *v.DistanceKm, km)
	}
	return nil
}

// siteOrders are the orders; those by distance need a place.
var siteOrders = []market.InstitutionOrder{
	{By: market.InstitutionByName}, {By: market.InstitutionByName, Descending: true},
	{By: market.InstitutionByCreated}, {By: market.InstitutionByCreated, Descending: true},
	{By: market.InstitutionByDistance}, {By: market.InstitutionByDistance, Descending: true},
}

// TestEveryListOfInstitutionsIsWhatAPlainLoopFinds: each field alone and with each other,
// in every order, for every caller; pages glued together are the whole list, and distances
// are those of the text book within half a per cent.
func TestEveryListOfInstitutionsIsWhatAPlainLoopFinds(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		w, rng := newSites(t, app, *institutionsOfOracle, 31), rand.New(rand.NewPCG(5, 8))
		asked, unsure, filled := 0, 0, 0
		for one := range siteFilters {
			for two := one; two < len(siteFilters); two++ {
				for _, o := range siteOrders {
					if o.By == market.InstitutionByDistance && one != siteNear && two != siteNear {
						continue
					}
					for _, who := range w.askers {
						var f market.InstitutionFilter
						siteFilters[one](rng, w, &f)
						if two != one {
							siteFilters[two](rng, w, &f)
						}
						asked++
						want, sure := w.find(f, o, who)
						if !sure {
							unsure++
							continue
						}
						filled += min(1, len(want))
						if err := w.agrees(app, f, o, who, want, rng); err != nil {
							t.Errorf("fields %d and %d for %s in order %+v, %s: %v", one, two, who.email, o, siteWritten(f), err)
						}
					}
				}
			}
		}
		t.Logf("%d questions, %d that found something, %d at the rim of the circle", asked, filled, unsure)
		if filled < asked/3 || unsure > asked/20 {
			t.Errorf("of %d questions %d found something, and %d are not sure", asked, filled, unsure)
		}
	})
}

func siteWritten(f market.InstitutionFilter) string {
	text := fmt.Sprintf("%q kinds %v statuses %v mine %v", f.Text, f.Kinds, f.Statuses, f.Mine)
	if f.Latitude != nil {
		text += fmt.Sprintf(" around %v, %v", *f.Latitude, *f.Longitude)
	}
	if f.RadiusKm != nil {
		text += fmt.Sprintf(" within %v", *f.RadiusKm)
	}
	return text
}

// TestTheMapHasWhatAPlainLoopFinds: boxes by chance, also beyond the 180th meridian.
func TestTheMapHasWhatAPlainLoopFinds(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		w, rng := newSites(t, app, *institutionsOfOracle, 37), rand.New(rand.NewPCG(6, 9))
		filled, beyond := 0, 0
		for n := range 100 {
			box, most := w.box(rng, n), 1+rng.IntN(*institutionsOfOracle)
			var want []int64
			for _, s := range w.all { // by their number
				if s.status == lifecycle.InstitutionActive && (box == nil || inBox(box, s)) && len(want) < most {
					want = append(want, s.id)
				}
			}
			filled += min(1, len(want))
			if box != nil && box.West > box.East {
				beyond += min(1, len(want))
			}
			list, err := app.Market.InstitutionMarkers(w.askers[n%len(w.askers)].ctx, box, most, market.InstitutionFilter{}.Unread)
			if err != nil {
				t.Fatal(err)
			}
			if got := idsOf(list, func(v *view.InstitutionMarker) int64 { return v.ID }); !slices.Equal(got, want) {
				t.Errorf("%+v has %v, want %v", box, got, want)
			}
			for _, v := range list {
				if s := w.byID[v.ID]; v.Name != s.name || v.Latitude != s.latitude || v.Longitude != s.longitude {
					t.Errorf("%+v is shown of %+v", v, s)
				}
			}
		}
		if filled < 50 || beyond < 5 {
			t.Errorf("%d boxes had something in them, %d of them beyond the 180th meridian", filled, beyond)
		}
	})
}

// box draws a part of the map; the first is all of it.
func (w *sites) box(rng *rand.Rand, n int) *market.Box {
	if n == 0 {
		return nil
	}
	at, wide := siteCentres[rng.IntN(len(siteCentres))], []float64{0.3, 3, 30}[rng.IntN(3)]
	turn := func(lng float64) float64 { return math.Mod(lng+540, 360) - 180 }
	return &market.Box{
		South: inWorld(at[0]-wide*rng.Float64(), 90), North: inWorld(at[0]+wide*rng.Float64(), 90),
		West: turn(at[1] - wide*rng.Float64()), East: turn(at[1] + wide*rng.Float64()),
	}
}

func inBox(b *market.Box, s *site) bool {
	east := s.longitude >= b.West && s.longitude <= b.East
	if b.West > b.East {
		east = s.longitude >= b.West || s.longitude <= b.East
	}
	return east && s.latitude >= b.South && s.latitude <= b.North
}

// TestWhoBelongsToInstitutionsIsListedAsAPlainLoopSays: members of the institutions that
// the caller manages, and who asks to be one, oldest first.
func TestWhoBelongsToInstitutionsIsListedAsAPlainLoopSays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		w := newSites(t, app, *institutionsOfOracle, 41)
		w.people(t, app, 43)
		for _, who := range w.askers {
			if !who.customer && !who.admin {
				continue
			}
			var want []*belonging
			for _, m := range w.belongings {
				if m.state == lifecycle.MembershipRequested && (who.admin || who.manages[m.institution]) {
					want = append(want, m)
				}
			}
			slices.SortFunc(want, func(a, b *belonging) int { return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.id, b.id)) })
			for _, backward := range []bool{false, true} {
				list := func(p market.Page) (*view.Page[view.Membership], error) {
					return app.Market.MembershipRequests(who.ctx, p, market.InstitutionFilter{}.Unread)
				}
				got, _, err := glued(list, 7, backward, func(v *view.Membership) int64 { return v.ID })
				if ids := idsOf(want, func(m *belonging) int64 { return m.id }); err != nil || len(ids) < 10 || !slices.Equal(got, ids) {
					t.Errorf("%s is asked by %v, want %v: %v", who.email, got, ids, err)
				}
			}
			w.members(t, app, who)
		}
	})
}

// members compares the lists of members of many institutions, read together and page by
// page.
func (w *sites) members(t *testing.T, app *testkit.App, who *asker) {
	t.Helper()
	full := 0
	for some := range slices.Chunk(idsOf(w.all, func(s *site) int64 { return s.id }), 20) {
		want := map[int64][]int64{}
		for _, m := range w.belongings { // by their number
			if m.state == lifecycle.MembershipActive {
				want[m.institution] = append(want[m.institution], m.id)
			}
		}
		pages, err := app.Market.MembersOf(who.ctx, some, market.NumberedPage(1, 3))
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range some {
			if (pages[i] != nil) != (who.admin || who.manages[id]) {
				t.Errorf("%s is shown the members of %d: %v", who.email, id, pages[i] != nil)
			}
			if pages[i] == nil {
				continue
			}
			full += min(1, max(0, len(want[id])-3))
			list := func(p market.Page) (*view.Page[view.Membership], error) {
				pages, err := app.Market.MembersOf(who.ctx, []int64{id}, p)
				return first(pages), err
			}
			got, _, err := glued(list, 3, false, func(v *view.Membership) int64 { return v.ID })
			firsts := idsOf(pages[i].Items, func(v *view.Membership) int64 { return v.ID })
			if err != nil || !slices.Equal(got, want[id]) || *pages[i].Total != int64(len(got)) || !slices.Equal(firsts, got[:min(3, len(got))]) {
				t.Errorf("%d has the members %v, and first %v of %d; want %v: %v", id, got, firsts, *pages[i].Total, want[id], err)
			}
		}
	}
	if full == 0 {
		t.Error("no institution has more members than a page")
	}
}

func first[R any](list []*R) *R {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
