package market_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// crowdSize is how many partners the oracle of partners and wishlists makes by chance.
var crowdSize = flag.Int("crowd", 400, "partners of the oracle of lists of partners")

func (s *someone) write(ctx context.Context, tx *ent.Tx) error {
	at := s.created
	tx.User.Create().SetID(s.id).SetEmail(fmt.Sprintf("crowd%d@example.test", s.id)).SetPasswordHash("").SetFullName(s.name).SetRole(actor.Partner).
		SetCreatedAt(at).SetUpdatedAt(at).ExecX(ctx)
	p := tx.Partner.Create().SetID(s.id).SetUserID(s.id).SetFullName(s.name).SetSearchName(store.Fold(s.name)).SetGender(lifecycle.GenderMale).
		SetOpenToWork(s.open).SetVerificationStatus(lifecycle.VerificationCompleted).SetVerificationStep(lifecycle.VerifyDone).SetCreatedAt(at).SetUpdatedAt(at)
	if !s.listed {
		p.SetStatus([]lifecycle.PartnerStatus{lifecycle.PartnerInactive, lifecycle.PartnerSuspended}[s.id%2])
	}
	if s.deleted {
		p.SetDeletedAt(world.Now)
	}
	if s.owner != 0 {
		p.SetCreatedByID(s.owner)
	}
	p.ExecX(ctx)
	if s.placed {
		tx.PartnerLocation.Create().SetPartnerID(s.id).SetIsPrimary(true).SetCity(s.city).SetProvince("P").SetLatitude(s.latitude).SetLongitude(s.longitude).
			SetCreatedAt(at).SetUpdatedAt(at).ExecX(ctx)
	}
	for _, a := range s.skills {
		status := lifecycle.CatalogueActive
		if !a.active {
			status = lifecycle.CataloguePending
		}
		tx.Competency.Create().SetPartnerID(s.id).SetSubServiceID(a.sub).SetStatus(status).SetInstallation(a.kinds[0]).SetMaintenance(a.kinds[1]).
			SetRepair(a.kinds[2]).SetCreatedAt(at).SetUpdatedAt(at).ExecX(ctx)
	}
	for sub, amount := range s.prices {
		tx.BasePrice.Create().SetPartnerID(s.id).SetSubServiceID(sub).SetAmount(amount).SetCreatedAt(at).SetUpdatedAt(at).ExecX(ctx)
	}
	if err := store.KeepLowestPrices(ctx, tx, s.id, s.id); err != nil {
		return err
	}
	return store.KeepName(ctx, tx, store.PartnerNames, s.id, s.folded)
}

// crowdTexts are needles as they are typed and as they are compared.
var crowdTexts = [][2]string{{"bud", "bud"}, {"RENÉE", "renee"}, {"%", "%"}, {"_", "_"}, {"ёлкин", "елкин"}, {"😀", "😀"}, {"ß", "ss"}, {"i l", "i l"}, {"nobody", "nobody"}, {"12", "12"}}

// crowdFilters draw one field each.
var crowdFilters = []func(rng *rand.Rand, w *crowd, f *market.PartnerFilter){
	func(rng *rand.Rand, w *crowd, f *market.PartnerFilter) {
		f.SubServiceID = new(w.subs[rng.IntN(len(w.subs))].ID)
	},
	func(rng *rand.Rand, w *crowd, f *market.PartnerFilter) {
		f.ServiceID = new(w.subs[rng.IntN(len(w.subs))].ServiceID)
	},
	func(rng *rand.Rand, _ *crowd, f *market.PartnerFilter) { f.Kind = new(lifecycle.Kinds[rng.IntN(3)]) },
	func(rng *rand.Rand, _ *crowd, f *market.PartnerFilter) {
		f.Text = crowdTexts[rng.IntN(len(crowdTexts))][0]
	},
	func(rng *rand.Rand, _ *crowd, f *market.PartnerFilter) {
		f.City = crowdCities[rng.IntN(len(crowdCities))]
	},
	func(rng *rand.Rand, _ *crowd, f *market.PartnerFilter) { f.OpenToWork = new(rng.IntN(2) > 0) },
	func(rng *rand.Rand, w *crowd, f *market.PartnerFilter) {
		at := w.centres[rng.IntN(len(w.centres))]
		f.Latitude, f.Longitude, f.RadiusKm = new(at[0]+rng.NormFloat64()*0.2), new(at[1]), new([]float64{1, 9, 25, 80, 700, 6000}[rng.IntN(6)])
	},
	func(_ *rand.Rand, _ *crowd, f *market.PartnerFilter) { f.Own = true },
}

// forPlaces are the fields that a wishlist does not look at, from this one on.
const forPlaces = 6

// keeps tells whether a filter keeps somebody; sure is false where the distance is too
// near to the radius to tell.
func (s *someone) keeps(f market.PartnerFilter, boss int64) (kept, sure bool) {
	if s.deleted || f.Own && s.owner != boss || !f.Own && !s.listed || f.OpenToWork != nil && *f.OpenToWork != s.open {
		return false, true
	}
	if f.City != "" && (!s.placed || s.city != f.City) {
		return false, true
	}
	for _, text := range crowdTexts {
		if f.Text == text[0] && !strings.Contains(s.folded, text[1]) {
			return false, true
		}
	}
	if f.SubServiceID != nil || f.ServiceID != nil || f.Kind != nil {
		able := false
		for _, a := range s.skills {
			fits := a.active && (f.SubServiceID == nil || *f.SubServiceID == a.sub) && (f.ServiceID == nil || *f.ServiceID == a.service)
			able = able || fits && (f.Kind == nil || a.kinds[slices.Index(lifecycle.Kinds, *f.Kind)])
		}
		if !able {
			return false, true
		}
	}
	if f.Latitude == nil {
		return true, true
	}
	if !s.placed {
		return false, true
	}
	km := haversine(*f.Latitude, *f.Longitude, s.latitude, s.longitude)
	return km <= *f.RadiusKm, math.Abs(km-*f.RadiusKm) > sameRadius**f.RadiusKm
}

// price is what a list shows of somebody.
func (s *someone) price(f market.PartnerFilter) (amount int64, has bool) {
	for sub, p := range s.prices {
		if (f.SubServiceID == nil || *f.SubServiceID == sub) && (!has || p < amount) {
			amount, has = p, true
		}
	}
	return amount, has
}

// find gives whom a list has, in its order; wishes says that it is the wishlist.
func (w *crowd) find(f market.PartnerFilter, o market.PartnerOrder, wishes bool) (list []*someone, sure bool) {
	for _, s := range w.all {
		kept, certain := s.keeps(f, w.boss)
		if !certain {
			return nil, false
		}
		if kept && (!wishes || s.wished > 0) {
			list = append(list, s)
		}
	}
	way := 1
	if o.Descending {
		way = -1
	}
	slices.SortFunc(list, func(a, b *someone) int {
		if wishes { // the last one put there comes first: two of the same instant by their number
			x, y := (a.wished-1)/2, (b.wished-1)/2
			return cmp.Or(cmp.Compare(x, y), cmp.Compare(b.wished, a.wished))
		}
		order := way * a.created.Compare(b.created)
		if o.ByPrice {
			x, hasX := a.price(f)
			y, hasY := b.price(f)
			if order = way * cmp.Compare(x, y); hasX != hasY {
				order = map[bool]int{true: -1, false: 1}[hasX]
			}
		}
		return cmp.Or(order, way*cmp.Compare(a.id, b.id))
	})
	return list, true
}

// glued reads a whole list by pages of some size, from its beginning or its end, and
// holds its total against what there was.
func glued[V any](list func(market.Page) (*view.Page[V], error), size int32, backward bool, id func(*V) int64) (ids []int64, all []*V, err error) {
	var at *string
	for range 10_000 {
		c := market.Connection{First: &size, After: at, Total: true}
		if backward {
			c = market.Connection{Last: &size, Before: at, Total: true}
		}
		p, err := c.Page()
		if err != nil {
			return nil, nil, err
		}
		page, err := list(p)
		if err != nil {
			return nil, nil, err
		}
		more := page.HasNext
		if backward {
			all = append(slices.Clone(page.Items), all...)
			more = page.HasPrevious
		} else {
			all = append(all, page.Items...)
		}
		if !more || len(page.Items) == 0 || int64(len(all)) > *page.Total {
			ids = idsOf(all, id)
			if *page.Total != int64(len(ids)) {
				err = fmt.Errorf("a total of %d, and %d rows", *page.Total, len(ids))
			}
			return ids, all, err
		}
		at = &page.Cursors[len(page.Cursors)-1]
		if backward {
			at = &page.Cursors[0]
		}
	}
	return nil, nil, errors.New("the list does not end")
}

// TestEveryListOfPartnersIsWhatAPlainLoopFinds: each field alone and with each other, in
// every order, over partners by chance; pages glued together are the whole list, and
// distances are those of the text book within half a per cent.
func TestEveryListOfPartnersIsWhatAPlainLoopFinds(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		c := app.Store.Client()
		c.Partner.Update().SetDeletedAt(world.Now).ExecX(t.Context()) // the crowd alone is found
		c.Wishlist.Delete().ExecX(t.Context())
		w := newCrowd(t, app, *crowdSize, 11)
		as := map[bool]context.Context{true: app.As("supervisor@demo.test"), false: app.As(institution)}
		rng, filled := rand.New(rand.NewPCG(3, 5)), 0
		for one := range crowdFilters {
			for two := one; two < len(crowdFilters); two++ {
				var f market.PartnerFilter
				crowdFilters[one](rng, w, &f)
				if two != one {
					crowdFilters[two](rng, w, &f)
				}
				o := market.PartnerOrder{ByPrice: rng.IntN(2) > 0, Descending: rng.IntN(2) > 0}
				for _, wishes := range []bool{false, true} {
					if wishes && (one >= forPlaces || two >= forPlaces) {
						continue
					}
					want, sure := w.find(f, o, wishes)
					if !sure {
						continue
					}
					filled += min(1, len(want))
					list := func(p market.Page) (*view.Page[view.Partner], error) {
						if wishes {
							return app.Market.Wishlist(as[false], f, p, market.WantPrice|market.WantLocation|market.WantWishlisted)
						}
						return app.Market.Partners(as[f.Own], f, o, p, market.WantPrice|market.WantLocation)
					}
					if err := w.agrees(list, want, f, rng, wishes); err != nil {
						t.Errorf("fields %d and %d, wishes %v, in order %+v, %s, city %q: %v", one, two, wishes, o, written(f), f.City, err)
					}
				}
			}
		}
		if filled < 30 {
			t.Errorf("only %d lists had something in them", filled)
		}
	})
}

// agrees compares a list with what a plain loop found.
func (w *crowd) agrees(list func(market.Page) (*view.Page[view.Partner], error), want []*someone, f market.PartnerFilter, rng *rand.Rand, wishes bool) error {
	ids := idsOf(want, func(s *someone) int64 { return s.id })
	first, err := list(market.NumberedPage(1, 20))
	if err != nil {
		return err
	}
	if *first.Total != int64(len(ids)) {
		return fmt.Errorf("it has %d, want %d", *first.Total, len(ids))
	}
	size := int32(max(1+rng.IntN(100), len(ids)/30))
	got, all, err := glued(list, min(size, market.MaxPage), rng.IntN(2) > 0, func(v *view.Partner) int64 { return v.ID })
	if err != nil || !slices.Equal(got, ids) {
		return fmt.Errorf("glued by %d it is %v, want %v: %w", size, got, ids, err)
	}
	for i, v := range all {
		amount, has := want[i].price(f)
		if (v.Price != nil) != has || has && v.Price.Value != amount || wishes && !*v.IsWishlisted {
			return fmt.Errorf("partner %d asks for %v, want %d (%v)", v.ID, v.Price, amount, has)
		}
		if f.Latitude == nil {
			continue
		}
		km := haversine(*f.Latitude, *f.Longitude, want[i].latitude, want[i].longitude)
		if v.DistanceKm == nil || math.Abs(*v.DistanceKm-km) > 0.005*km+0.005 {
			return fmt.Errorf("partner %d is %v km away, want %v", v.ID, v.DistanceKm, km)
		}
	}
	return nil
}

// TestAWishlistIsCountedAsAPlainLoopCounts.
func TestAWishlistIsCountedAsAPlainLoopCounts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		app.Store.Client().Wishlist.Delete().ExecX(t.Context())
		w := newCrowd(t, app, 150, 23)
		v, err := app.Market.WishlistFilters(app.As(institution))
		if err != nil {
			t.Fatal(err)
		}
		cities, kinds, subs, services, total := map[string]int64{}, map[lifecycle.Kind]int64{}, map[int64]int64{}, map[int64]int64{}, int64(0)
		for _, s := range w.all {
			if s.wished == 0 || !s.listed || s.deleted {
				continue
			}
			total++
			if s.placed {
				cities[s.city]++
			}
			done, does := map[int64]bool{}, [3]bool{}
			for _, a := range s.skills {
				if !a.active {
					continue
				}
				subs[a.sub]++
				done[a.service] = true
				for i := range does {
					does[i] = does[i] || a.kinds[i]
				}
			}
			for id := range done {
				services[id]++
			}
			for i, kind := range lifecycle.Kinds {
				if does[i] {
					kinds[kind]++
				}
			}
		}
		if v.TotalCount != total || total < 20 || len(v.Cities) != len(cities) || len(v.Services) != len(services) || len(v.Kinds) != 3 {
			t.Errorf("%d wishes, want %d; %d cities, %d services", v.TotalCount, total, len(v.Cities), len(v.Services))
		}
		for i, c := range v.Cities {
			if c.Count != cities[c.Name] || i > 0 && c.Count > v.Cities[i-1].Count {
				t.Errorf("%+v, want %d", c, cities[c.Name])
			}
		}
		for _, k := range v.Kinds {
			if k.Count != kinds[k.Kind] {
				t.Errorf("%s: %d, want %d", k.Kind, k.Count, kinds[k.Kind])
			}
		}
		n := 0
		for _, s := range v.Services {
			if s.Count != services[s.Service.ID] {
				t.Errorf("service %d: %d, want %d", s.Service.ID, s.Count, services[s.Service.ID])
			}
			for _, sub := range s.SubServices {
				n++
				if sub.Count != subs[sub.SubService.ID] {
					t.Errorf("sub-service %d: %d, want %d", sub.SubService.ID, sub.Count, subs[sub.SubService.ID])
				}
			}
		}
		if n != len(subs) {
			t.Errorf("%d sub-services, want %d", n, len(subs))
		}
	})
}
