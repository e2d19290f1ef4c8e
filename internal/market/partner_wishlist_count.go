package market

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/ent/wishlist"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// WishlistFilters counts the partners on the caller's wishlist that are listed today by
// what the list can be narrowed by: of each service, sub-service and kind of work those
// with an active competency for it, of each city those whose primary place is there.
// Services and sub-services come in the order of their numbers, cities with the most
// partners first; kinds are all there, those of nobody too.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution.
func (a *App) WishlistFilters(ctx context.Context) (*view.WishlistFilters, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	var v *view.WishlistFilters
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		v = &view.WishlistFilters{}
		cities, err := a.wishedCities(ctx, on, who)
		if err != nil {
			return err
		}
		v.TotalCount = int64(len(cities))
		v.Cities = countCities(cities)
		skills, err := a.wishedSkills(ctx, on, who)
		if err != nil {
			return err
		}
		v.Services, v.Kinds = countServices(skills), countKinds(skills)
		view.Redact(v, view.Anyone)
		return nil
	})
	return v, err
}

// fromWishes begins a statement over the partners on the caller's wishlist that are
// listed today. There are maxWishes at most.
func fromWishes[R any](dialect string, who actor.Actor) (*selection[R], partnerTables) {
	t, wish := newPartnerTables(), sql.Table(wishlist.Table).As("w")
	s := selectFrom[R](dialect, wish)
	s.Join(t.p).On(t.p.C(partner.FieldID), wish.C(wishlist.FieldPartnerID))
	// access: as in the list itself.
	s.Where(sql.EQ(wish.C(wishlist.FieldUserID), who.UserID))
	s.Where(sql.And(sql.IsNull(t.p.C(partner.FieldDeletedAt)), listed(t.p)))
	return s, t
}

// wishedCities gives the city of each partner on the wishlist; "" where it has none.
func (a *App) wishedCities(ctx context.Context, on reader, who actor.Actor) ([]*string, error) {
	s, t := fromWishes[string](a.store.Dialect(), who)
	s.LeftJoin(t.l).OnP(primaryLocation(t))
	s.compute(sql.Expr("COALESCE("+t.l.C(partnerlocation.FieldCity)+", '')"), "city", func(r *string) any { return r })
	return s.rows(ctx, on)
}

// wishedSkills gives the active competencies of the partners on the wishlist.
func (a *App) wishedSkills(ctx context.Context, on reader, who actor.Actor) ([]*competencyRow, error) {
	type row = competencyRow
	s, t := fromWishes[row](a.store.Dialect(), who)
	c, ss, sv := sql.Table(competency.Table).As("c"), sql.Table(subservice.Table).As("ss"), sql.Table(service.Table).As("sv")
	s.Join(c).OnP(sql.And(sql.ColumnsEQ(c.C(competency.FieldPartnerID), t.p.C(partner.FieldID)), is(c.C(competency.FieldStatus), lifecycle.CatalogueActive)))
	s.Join(ss).OnP(offeredSkill(c, ss))
	s.Join(sv).OnP(offeredService(ss, sv))
	s.take(c, competency.FieldPartnerID, func(r *row) any { return &r.partnerID })
	s.take(c, competency.FieldInstallation, func(r *row) any { return &r.installation })
	s.take(c, competency.FieldMaintenance, func(r *row) any { return &r.maintain })
	s.take(c, competency.FieldRepair, func(r *row) any { return &r.repair })
	takeSubService(s, ss, sv, func(r *row) *subServiceRow { return &r.sub })
	s.OrderBy(sv.C(service.FieldID), ss.C(subservice.FieldID))
	return s.rows(ctx, on)
}

func countCities(cities []*string) []*view.CityCount {
	by := map[string]int64{}
	for _, city := range cities {
		if *city != "" {
			by[*city]++
		}
	}
	list := make([]*view.CityCount, 0, len(by))
	for _, name := range slices.Sorted(maps.Keys(by)) {
		list = append(list, view.See(&view.CityCount{Name: name, Count: by[name]}, view.Anyone))
	}
	slices.SortStableFunc(list, func(a, b *view.CityCount) int { return cmp.Compare(b.Count, a.Count) })
	return list
}

// countServices counts partners by service and sub-service: the rows come in that
// order, one for each sub-service that a partner can do.
func countServices(skills []*competencyRow) []*view.ServiceCount {
	list := []*view.ServiceCount{}
	in := map[[2]int64]bool{} // a service and a partner that is counted there
	for _, r := range skills {
		n := len(list)
		if n == 0 || list[n-1].Service.ID != r.sub.serviceID {
			list = append(list, view.See(&view.ServiceCount{Service: seeService(&r.sub)}, view.Anyone))
			n++
		}
		of := list[n-1]
		if one := [2]int64{r.sub.serviceID, r.partnerID}; !in[one] {
			in[one] = true
			of.Count++
		}
		m := len(of.SubServices)
		if m == 0 || of.SubServices[m-1].SubService.ID != r.sub.id {
			of.SubServices = append(of.SubServices, view.See(&view.SubServiceCount{SubService: seeSubService(&r.sub)}, view.Anyone))
			m++
		}
		of.SubServices[m-1].Count++
	}
	return list
}

func countKinds(skills []*competencyRow) []*view.KindCount {
	list := make([]*view.KindCount, len(lifecycle.Kinds))
	for i, kind := range lifecycle.Kinds {
		who := map[int64]bool{}
		for _, r := range skills {
			if [...]bool{r.installation, r.maintain, r.repair}[i] {
				who[r.partnerID] = true
			}
		}
		list[i] = view.See(&view.KindCount{Kind: kind, Count: int64(len(who))}, view.Anyone)
	}
	return list
}
