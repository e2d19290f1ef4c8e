package market

import (
	"context"
	"fmt"
	"unicode/utf8"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/institution"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PartnerFilter narrows a list of partners.
type PartnerFilter struct {
	// Latitude and Longitude are the centre of the search; both or neither.
	Latitude, Longitude *float64
	// RadiusKm is how far from the centre a partner may be; by default the
	// setting talent_finder_radius.
	RadiusKm *float64
	// InstitutionID takes the centre from an institution of the caller.
	InstitutionID *int64
	// NearCurrent takes the centre, where nothing else gives one, from the
	// caller's current institution, and fails without one. It is for the REST
	// dialects: in the graph no hidden state changes an answer.
	NearCurrent  bool
	ServiceID    *int64
	SubServiceID *int64
	Kind         *lifecycle.Kind
	OpenToWork   *bool
	// Text is looked for in the name, whatever its case and accents.
	Text string
	// Own keeps the partners that the calling supervisor made.
	Own bool
	// City keeps those whose primary place is in the city, spelled like that.
	City string
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
	// readNames says that the names of those who are left are read for the text, and it is
	// not looked up.
	readNames bool
}

// maxRadius is how far a search may reach, in kilometres: round the earth.
const maxRadius = 20000

// maxText is how many letters a text that is searched for may have.
const maxText = 100

// PartnerOrder is how a list of partners is sorted.
type PartnerOrder struct {
	ByPrice    bool // those without a price come last; else by registration
	Descending bool
}

// centre is where a search for partners is centred; km is its radius, 0 when the
// search is everywhere.
type centre struct{ latitude, longitude, km float64 }

// Partners lists the active, verified partners, and with Own a supervisor's own
// ones in any state.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for Own by others than supervisors;
// INVALID_PARAMETER for half a centre, a centre outside the world, a radius that
// is not positive, an institution that is not the caller's, or none to take the
// centre from.
func (a *App) Partners(ctx context.Context, f PartnerFilter, o PartnerOrder, p Page, w PartnerWant) (*view.Page[view.Partner], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if f.Own && !who.Is(actor.Supervisor) {
		return nil, RoleRefusal(who, []actor.Role{actor.Supervisor})
	}
	if err := f.check(who); err != nil {
		return nil, err
	}
	var page *view.Page[view.Partner]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		at, err := a.searchCentre(ctx, on, who, f)
		if err != nil {
			return err
		}
		page, err = a.partnerPage(ctx, on, who, f, at, o, p, w)
		return err
	})
	return page, err
}

// check tells what is wrong with a filter, all of it at once.
func (f PartnerFilter) check(who actor.Actor) error {
	bad := f.Unread
	checkSought(&bad, f.Text)
	checkCentre(&bad, f.Latitude, f.Longitude, f.RadiusKm)
	checkText(&bad, "city", f.City, 0, nameLength)
	// access: an institution outside the caller's list is not told apart from an
	// unknown one.
	bad.Check(f.InstitutionID == nil || who.MemberOf(*f.InstitutionID), "institution_id", "is not one of your institutions")
	return bad.Err(fault.ParameterInvalid)
}

// checkSought notes what is wrong with a text that names are searched for.
func checkSought(bad *fault.Fields, text string) {
	bad.Check(utf8.RuneCountInString(text) <= maxText, "q", "must have at most %d letters", maxText)
	bad.Check(store.Storable(text), "q", "must be a text in UTF-8 without the zero character")
}

// checkCentre notes what is wrong with the centre of a search and its radius.
func checkCentre(bad *fault.Fields, latitude, longitude, radius *float64) {
	bad.Check(latitude != nil || longitude == nil, "latitude", "is required with longitude")
	bad.Check(longitude != nil || latitude == nil, "longitude", "is required with latitude")
	bad.Check(latitude == nil || (*latitude >= -90 && *latitude <= 90), "latitude", "must be between -90 and 90")
	bad.Check(longitude == nil || (*longitude >= -180 && *longitude <= 180), "longitude", "must be between -180 and 180")
	bad.Check(radius == nil || (*radius > 0 && *radius <= maxRadius), "radius", "must be more than 0 and at most %d km", maxRadius)
}

// searchCentre resolves the centre of a search in the documented order: both
// coordinates, the institution, the current institution (Nukitu reference, 611).
func (a *App) searchCentre(ctx context.Context, on *ent.Client, who actor.Actor, f PartnerFilter) (at centre, err error) {
	switch id := f.InstitutionID; {
	case f.Latitude != nil:
		at.latitude, at.longitude = *f.Latitude, *f.Longitude
	case id != nil || f.NearCurrent && who.Is(actor.Institution):
		if id == nil {
			id = &who.CurrentInstitution
		}
		if *id == 0 {
			var bad fault.Fields
			bad.Add("latitude", "is required with longitude, or institution_id, or a current institution: there is nothing to search around")
			return at, bad.Err(fault.ParameterInvalid)
		}
		i, err := on.Institution.Query().Where(institution.ID(*id)).
			Select(institution.FieldLatitude, institution.FieldLongitude).Only(ctx)
		if err != nil {
			return at, err
		}
		at.latitude, at.longitude = i.Latitude, i.Longitude
	default:
		return at, nil
	}
	if f.RadiusKm != nil {
		at.km = *f.RadiusKm
		return at, nil
	}
	set, err := readSettings(ctx, on)
	at.km = set.radiusKm
	return at, err
}

func (a *App) partnerPage(ctx context.Context, on *ent.Client, who actor.Actor, f PartnerFilter, at centre, o PartnerOrder, p Page, w PartnerWant) (*view.Page[view.Partner], error) {
	if at.km > 0 || f.Text != "" {
		ctx = store.PlanAnew(ctx) // how many partners are near, or are called so, decides on the plan
	}
	f.readNames = f.Own || fewNear(at)
	var total *int64
	if p.total {
		n, err := a.countPartners(ctx, on, who, f, at)
		if err != nil {
			return nil, err
		}
		total = &n
	}
	if !f.readNames && f.ServiceID == nil && f.SubServiceID == nil {
		common, err := a.store.Common(ctx, on, store.PartnerNames, f.Text)
		if err != nil {
			return nil, err
		}
		f.readNames = common
	}
	if f.City != "" {
		w |= WantLocation
	}
	s, t := a.selectPartners(w, at)
	f.apply(s.Selector, t, who, at)
	by := a.sortPartners(s, t, f, o)
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	position := func(r *partnerRow) (any, int64) {
		if o.ByPrice {
			return r.sortKey, r.id
		}
		return r.created, r.id
	}
	return asPage(p, by, rows, total, position, func(rows []*partnerRow) ([]*view.Partner, error) {
		return a.seePartners(ctx, on, who, rows, w, f.price())
	})
}

// countPartners counts whom a list has.
func (a *App) countPartners(ctx context.Context, on *ent.Client, who actor.Actor, f PartnerFilter, at centre) (int64, error) {
	t := newPartnerTables()
	return count(ctx, on, a.store.Dialect(), t.p, func(s *sql.Selector) {
		if !f.readNames && at.km == 0 && f.City == "" && store.CountNamed(s, store.PartnerNames, "p", "partner_listed", f.Text) {
			f.Text = ""
		}
		if at.km > 0 || f.City != "" {
			s.LeftJoin(t.l).OnP(primaryLocation(t))
		}
		f.apply(s, t, who, at)
	})
}

// price says which price the list shows and sorts by.
func (f PartnerFilter) price() priceOf {
	if f.SubServiceID == nil {
		return priceOf{}
	}
	return priceOf{subServiceID: *f.SubServiceID}
}

func newPartnerTables() partnerTables {
	return partnerTables{p: sql.Table(partner.Table).As("p"), l: sql.Table("partner_locations").As("l"), u: sql.Table("users").As("u")}
}

// selectPartners begins the statement that reads partners; with a centre it also
// computes their distance.
func (a *App) selectPartners(w PartnerWant, at centre) (*selection[partnerRow], partnerTables) {
	t := newPartnerTables()
	s := selectFrom[partnerRow](a.store.Dialect(), t.p)
	if at.km > 0 {
		w |= WantLocation
	}
	takePartner(s, t, w, func(r *partnerRow) *partnerRow { return r })
	if at.km > 0 {
		s.compute(distance(t.l, at), "distance_km", func(r *partnerRow) any { return &r.distance })
	}
	return s, t
}

func (a *App) seePartners(ctx context.Context, on *ent.Client, who actor.Actor, rows []*partnerRow, w PartnerWant, price priceOf) ([]*view.Partner, error) {
	parts, err := a.readPartnerParts(ctx, on, who, rows, w, price)
	if err != nil {
		return nil, err
	}
	views := make([]*view.Partner, len(rows))
	for i, r := range rows {
		views[i] = a.seePartner(r, who, parts)
	}
	return views, nil
}

// apply adds the conditions of a filter.
func (f PartnerFilter) apply(s *sql.Selector, t partnerTables, who actor.Actor, at centre) {
	s.Where(sql.IsNull(t.p.C(partner.FieldDeletedAt)))
	if f.Own {
		s.Where(sql.EQ(t.p.C(partner.FieldCreatedByID), who.UserID))
	} else {
		s.Where(listed(t.p))
	}
	if f.OpenToWork != nil {
		s.Where(sql.EQ(t.p.C(partner.FieldOpenToWork), *f.OpenToWork))
	}
	if f.Text != "" {
		s.Where(named(store.PartnerNames, t.p, f.Text, f.readNames))
	}
	if f.ServiceID != nil || f.SubServiceID != nil || f.Kind != nil {
		s.Where(sql.Exists(f.competencies(s.Dialect(), t.p)))
	}
	if f.City != "" {
		// Said like this, a place is looked up for each partner, and never the partners of
		// all places in the city.
		s.Where(sql.P(func(b *sql.Builder) {
			b.WriteString("COALESCE(").Ident(t.l.C(partnerlocation.FieldCity)).WriteString(", '') = ").Arg(f.City)
		}))
	}
	if at.km > 0 {
		within(s, t.l, at)
	}
}

// listed is the predicate of the partners that everybody may find.
func listed(p *sql.SelectTable) *sql.Predicate {
	return sql.And(
		is(p.C(partner.FieldStatus), lifecycle.PartnerActive),
		is(p.C(partner.FieldVerificationStatus), lifecycle.VerificationCompleted),
	)
}

// competencies selects the active competencies of a partner that the filter asks for.
func (f PartnerFilter) competencies(dialect string, p *sql.SelectTable) *sql.Selector {
	c := sql.Table(competency.Table).As("cf")
	s := sql.Dialect(dialect).Select(c.C(competency.FieldID)).From(c)
	s.Where(sql.And(
		sql.ColumnsEQ(c.C(competency.FieldPartnerID), p.C(partner.FieldID)),
		is(c.C(competency.FieldStatus), lifecycle.CatalogueActive),
	))
	if f.SubServiceID != nil {
		s.Where(sql.EQ(c.C(competency.FieldSubServiceID), *f.SubServiceID))
	}
	if f.Kind != nil {
		s.Where(sql.EQ(c.C(string(*f.Kind)), true))
	}
	ss, sv := sql.Table(subservice.Table).As("sf"), sql.Table(service.Table).As("svf")
	s.Join(ss).OnP(offeredSkill(c, ss))
	s.Join(sv).OnP(offeredService(ss, sv))
	if f.ServiceID != nil {
		s.Where(sql.EQ(ss.C(subservice.FieldServiceID), *f.ServiceID))
	}
	return s
}

// offeredSkill joins the sub-service of a competency while it is offered.
func offeredSkill(c, ss *sql.SelectTable) *sql.Predicate {
	return sql.And(sql.ColumnsEQ(ss.C(subservice.FieldID), c.C(competency.FieldSubServiceID)), is(ss.C(subservice.FieldStatus), lifecycle.CatalogueActive))
}

// offeredService joins the service of a sub-service while it is offered.
func offeredService(ss, sv *sql.SelectTable) *sql.Predicate {
	return sql.And(sql.ColumnsEQ(sv.C(service.FieldID), ss.C(subservice.FieldServiceID)), is(sv.C(service.FieldStatus), lifecycle.CatalogueActive))
}

// sortPartners gives the sort of a list of partners and takes its key.
func (a *App) sortPartners(s *selection[partnerRow], t partnerTables, f PartnerFilter, o PartnerOrder) order {
	by := order{name: "registered", desc: o.Descending, arg: instantKey}
	by.id = func(*sql.Selector) string { return t.p.C(partner.FieldID) }
	if !o.ByPrice {
		by.key = func(*sql.Selector) string { return t.p.C(partner.FieldCreatedAt) }
		return by
	}
	key := sortedPrice(s.Selector, t, f.price(), o.Descending)
	by.name, by.arg = "price", numberKey
	by.key = func(*sql.Selector) string { return key }
	s.compute(sql.Expr(key), "sort_key", func(r *partnerRow) any { return &r.sortKey })
	return by
}

// sortedPrice gives the column that a list by price is sorted by: the active base price of
// the sub-service, of which there is one at most, or the lowest of all. Those without one
// come last.
func sortedPrice(s *sql.Selector, t partnerTables, of priceOf, descending bool) string {
	column, none := t.p.C(partner.FieldCheapestFirst), int64(store.NoneCheapest)
	if descending {
		column, none = t.p.C(partner.FieldDearestFirst), store.NoneDearest
	}
	if of.subServiceID == 0 {
		return column
	}
	b := sql.Table(baseprice.Table).As("bp")
	s.LeftJoin(b).OnP(sql.And(
		sql.ColumnsEQ(b.C(baseprice.FieldPartnerID), t.p.C(partner.FieldID)),
		sql.EQ(b.C(baseprice.FieldActive), true),
		sql.EQ(b.C(baseprice.FieldSubServiceID), of.subServiceID),
	))
	return fmt.Sprintf("COALESCE(%s, %d)", b.C(baseprice.FieldAmount), none)
}
