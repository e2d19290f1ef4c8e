package market

import (
	"context"
	"math"
	"slices"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/ent/wishlist"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// partnerParts is what is wanted of partners and does not stand in their row, by
// the partner's id.
type partnerParts struct {
	wants        PartnerWant
	competencies map[int64][]*competencyRow
	prices       map[int64]priceRow
	clients      map[int64]bool
	wishlisted   map[int64]bool
	places       map[int64][]*ent.PartnerLocation
	educations   map[int64][]*ent.Education
	asked        map[int64][]*askedRow
	completed    map[int64]int64
}

// priceOf says which price a list shows: that of one sub-service, or, with the
// zero priceOf, the lowest.
type priceOf struct{ subServiceID int64 }

// readPartnerParts reads the wanted parts of all partners, each in one statement.
func (a *App) readPartnerParts(ctx context.Context, on *ent.Client, who actor.Actor, rows []*partnerRow, w PartnerWant, price priceOf) (*partnerParts, error) {
	p := &partnerParts{wants: w}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.id
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return p, nil
	}
	customer := who.Is(actor.Institution)
	for _, part := range []struct {
		wanted bool
		read   func() error
	}{
		{w.has(WantCompetencies), func() (err error) { p.competencies, err = a.readCompetencies(ctx, on, ids); return err }},
		{w.has(WantPrice), func() (err error) { p.prices, err = a.readPrices(ctx, on, ids, price); return err }},
		{w.has(WantPhone) && customer, func() (err error) { p.clients, err = a.readClients(ctx, on, who, ids); return err }},
		{w.has(WantWishlisted) && customer, func() (err error) { p.wishlisted, err = a.readWishlisted(ctx, on, who, ids); return err }},
		{w.has(WantLocations), func() (err error) { p.places, err = readPlaces(ctx, on, ids); return err }},
		{w.has(WantEducation), func() (err error) { p.educations, err = readEducations(ctx, on, ids); return err }},
		{w.has(WantPrices), func() (err error) { p.asked, err = a.readAsked(ctx, on, ids); return err }},
		{w.has(WantCompleted), func() (err error) { p.completed, err = a.readCompleted(ctx, on, ids); return err }},
	} {
		if !part.wanted {
			continue
		}
		if err := part.read(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// competencyRow is one sub-service that a partner can do.
type competencyRow struct {
	partnerID                      int64
	status                         lifecycle.CatalogueStatus
	installation, maintain, repair bool
	sub                            subServiceRow
}

func (a *App) readCompetencies(ctx context.Context, on reader, ids []int64) (map[int64][]*competencyRow, error) {
	type row = competencyRow
	t, ss, sv := sql.Table(competency.Table).As("t"), sql.Table(subservice.Table).As("ss"), sql.Table(service.Table).As("sv")
	s := selectFrom[row](a.store.Dialect(), t)
	s.Join(ss).On(ss.C(subservice.FieldID), t.C(competency.FieldSubServiceID))
	s.Join(sv).On(sv.C(service.FieldID), ss.C(subservice.FieldServiceID))
	s.take(t, competency.FieldPartnerID, func(r *row) any { return &r.partnerID })
	s.take(t, competency.FieldStatus, func(r *row) any { return &r.status })
	s.take(t, competency.FieldInstallation, func(r *row) any { return &r.installation })
	s.take(t, competency.FieldMaintenance, func(r *row) any { return &r.maintain })
	s.take(t, competency.FieldRepair, func(r *row) any { return &r.repair })
	takeSubService(s, ss, sv, func(r *row) *subServiceRow { return &r.sub })
	s.Where(store.InP(t.C(competency.FieldPartnerID), ids))
	s.OrderBy(sv.C(service.FieldID), ss.C(subservice.FieldID))
	rows, err := s.rows(ctx, on)
	byPartner := make(map[int64][]*row, len(ids))
	for _, r := range rows {
		byPartner[r.partnerID] = append(byPartner[r.partnerID], r)
	}
	return byPartner, err
}

// priceRow is the active base price of a partner.
type priceRow struct {
	partnerID, amount int64
	currency          string
}

func (a *App) readPrices(ctx context.Context, on reader, ids []int64, of priceOf) (map[int64]priceRow, error) {
	type row = priceRow
	t := sql.Table(baseprice.Table).As("t")
	s := selectFrom[row](a.store.Dialect(), t)
	s.take(t, baseprice.FieldPartnerID, func(r *row) any { return &r.partnerID })
	s.take(t, baseprice.FieldAmount, func(r *row) any { return &r.amount })
	s.take(t, baseprice.FieldCurrency, func(r *row) any { return &r.currency })
	s.Where(store.InP(t.C(baseprice.FieldPartnerID), ids))
	s.Where(sql.EQ(t.C(baseprice.FieldActive), true))
	if of.subServiceID > 0 {
		s.Where(sql.EQ(t.C(baseprice.FieldSubServiceID), of.subServiceID))
	}
	s.OrderBy(sql.Desc(t.C(baseprice.FieldAmount)))
	rows, err := s.rows(ctx, on)
	lowest := make(map[int64]row, len(ids))
	for _, r := range rows { // the lowest comes last
		lowest[r.partnerID] = *r
	}
	return lowest, err
}

// readClients tells for which partners the caller's institutions have a contract
// that is accepted to completed.
func (a *App) readClients(ctx context.Context, on reader, who actor.Actor, ids []int64) (map[int64]bool, error) {
	c := sql.Table(contract.Table).As("c")
	s := selectFrom[int64](a.store.Dialect(), c)
	s.Distinct()
	s.take(c, contract.FieldPartnerID, func(r *int64) any { return r })
	s.Where(store.InP(c.C(contract.FieldInstitutionID), who.Institutions))
	s.Where(store.InP(c.C(contract.FieldPartnerID), ids))
	s.Where(sql.IsNull(c.C(contract.FieldReleasedAt)))
	s.Where(store.InP(c.C(contract.FieldStatus), []lifecycle.ContractStatus{
		lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress, lifecycle.ContractCompleted,
	}))
	return setOf(s.rows(ctx, on))
}

func (a *App) readWishlisted(ctx context.Context, on reader, who actor.Actor, ids []int64) (map[int64]bool, error) {
	t := sql.Table(wishlist.Table).As("t")
	s := selectFrom[int64](a.store.Dialect(), t)
	s.take(t, wishlist.FieldPartnerID, func(r *int64) any { return r })
	s.Where(sql.EQ(t.C(wishlist.FieldUserID), who.UserID))
	s.Where(store.InP(t.C(wishlist.FieldPartnerID), ids))
	return setOf(s.rows(ctx, on))
}

func setOf(ids []*int64, err error) (map[int64]bool, error) {
	set := make(map[int64]bool, len(ids))
	for _, id := range ids {
		set[*id] = true
	}
	return set, err
}

// seePartner makes the view of a partner, without what the caller may not see.
func (a *App) seePartner(r *partnerRow, who actor.Actor, parts *partnerParts) *view.Partner {
	ties := partnerTies(who, r, parts.clients[r.id])
	v := &view.Partner{
		ID: r.id, FullName: r.name, Picture: a.links.Public(r.picture), Gender: r.gender,
		Status: r.status, VerificationStatus: r.verification, VerificationStep: r.verificationStep,
		IsVerified: r.verification == lifecycle.VerificationCompleted, OpenToWork: r.openToWork,
		About: filled(r.about), CreatedAt: r.created, RatingsSummary: seeRatings(r),
		PhoneNumber: filled(r.phone), Email: filled(r.email), IdentityNumber: filled(r.identity),
		BirthDate: (*view.Date)(filled(r.birthDate)), BirthPlace: filled(r.birthPlace), StatusReason: filled(r.statusReason),
	}
	v.VerificationReason, v.SubmittedAt, v.DeletedAt = filled(r.verificationReason), instant(r.submitted), instant(r.deleted)
	v.IdentityCard, v.Version = a.links.Private(r.identityCard, a.wall()), &r.version
	if r.experience.Valid {
		v.ExperienceYears = new(int32(r.experience.V))
	}
	if r.location.id.Valid {
		v.Location = seeLocation(&r.location)
		v.City = filled(v.Location.City)
	}
	if r.distance.Valid {
		v.DistanceKm = new(math.Round(r.distance.V*100) / 100)
	}
	v.Competencies = seeCompetencies(parts.competencies[r.id])
	if price, ok := parts.prices[r.id]; ok {
		v.Price = &view.Money{Value: price.amount, Currency: price.currency}
	}
	a.seeDetails(v, ties, parts)
	if parts.wants.has(WantWishlisted) {
		v.IsWishlisted = new(parts.wishlisted[r.id])
	}
	return view.See(v, ties)
}

func seeRatings(r *partnerRow) *view.RatingsSummary {
	v := &view.RatingsSummary{TotalReviews: int32(r.reviewsCount)}
	if r.reviewsCount > 0 {
		v.OverallAverage = math.Round(float64(r.reviewsTenths)/float64(r.reviewsCount)*10) / 100
	}
	return view.See(v, view.Anyone)
}

func seeLocation(r *locationRow) *view.Location {
	return view.See(&view.Location{
		ID: r.id.V, IsPrimary: true,
		Province: r.texts[0].V, City: r.texts[1].V, District: r.texts[2].V,
		Subdistrict: r.texts[3].V, Postcode: r.texts[4].V, Address: r.texts[5].V,
		Latitude: r.latitude.V, Longitude: r.longitude.V,
	}, view.Anyone)
}

// seeCompetencies groups a partner's sub-services by their service.
func seeCompetencies(rows []*competencyRow) []*view.Competency {
	list := []*view.Competency{}
	for _, r := range rows {
		n := len(list)
		if n == 0 || list[n-1].Service.ID != r.sub.serviceID {
			list = append(list, view.See(&view.Competency{Service: seeService(&r.sub)}, view.Anyone))
			n++
		}
		list[n-1].SubServices = append(list[n-1].SubServices, view.See(&view.SubServiceCompetency{
			SubService: seeSubService(&r.sub), Status: r.status,
			Kinds: kindsOf(r.installation, r.maintain, r.repair),
		}, view.Anyone))
	}
	return list
}

func seeService(r *subServiceRow) *view.Service {
	return view.See(&view.Service{ID: r.serviceID, Name: r.serviceName, Description: filled(r.serviceText)}, view.Anyone)
}

func seeSubService(r *subServiceRow) *view.SubService {
	return view.See(&view.SubService{
		ID: r.id, Name: r.name, Description: filled(r.description),
		Kinds: kindsOf(r.installation, r.maintain, r.repair), Service: seeService(r),
	}, view.Anyone)
}

func kindsOf(installation, maintenance, repair bool) []lifecycle.Kind {
	kinds := make([]lifecycle.Kind, 0, 3)
	for i, has := range [...]bool{installation, maintenance, repair} {
		if has {
			kinds = append(kinds, lifecycle.Kinds[i])
		}
	}
	return kinds
}

// seeInstitution makes the view of an institution.
func (a *App) seeInstitution(r *institutionRow, who actor.Actor) *view.Institution {
	ties := view.Anyone
	if who.Is(actor.Institution) {
		ties |= view.Customer
	}
	return view.See(&view.Institution{
		ID: r.id, Name: r.name, Kind: r.kind, Address: r.address, Province: r.province, City: r.city,
		District: filled(r.district), Subdistrict: filled(r.subdistrict), Postcode: filled(r.postcode),
		Latitude: r.latitude, Longitude: r.longitude, Zone: r.zone, PhoneNumber: filled(r.phone),
		Email: filled(r.email), Picture: a.links.Public(r.picture), IsMember: new(who.MemberOf(r.id)),
		CreatedAt: r.created,
	}, ties)
}
