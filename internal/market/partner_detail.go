package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/education"
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

// Partner gives one partner as a caller may know of it.
//
// Faults: UNAUTHENTICATED; NOT_FOUND for one that is unknown or not for the caller to
// know of, alike.
func (a *App) Partner(ctx context.Context, id int64, w PartnerWant) (*view.Partner, error) {
	return known(a.onePartner(ctx, id, w))
}

// known makes a partner that is not there into NOT_FOUND.
func known(v *view.Partner, err error) (*view.Partner, error) {
	if err == nil && v == nil {
		err = errNoPartner()
	}
	return v, err
}

func errNoPartner() error { return fault.New(fault.RecordNotFound, "There is no such partner.") }

// knownTo is the predicate of the partners that a caller may know of; nil for all of
// them. Everybody knows of those that are listed; an unlisted one is known to itself
// and to its maker.
func knownTo(who actor.Actor, p *sql.SelectTable) *sql.Predicate {
	if who.Is(actor.Admin) {
		return nil
	}
	return sql.And(
		sql.IsNull(p.C(partner.FieldDeletedAt)),
		// access: as said above.
		sql.Or(listed(p), sql.EQ(p.C(partner.FieldUserID), who.UserID), sql.EQ(p.C(partner.FieldCreatedByID), who.UserID)),
	)
}

// readPlaces gives every place of partners, the primary one first.
func readPlaces(ctx context.Context, on *ent.Client, ids []int64) (map[int64][]*ent.PartnerLocation, error) {
	list, err := on.PartnerLocation.Query().Where(store.In(partnerlocation.FieldPartnerID, ids)).
		Order(partnerlocation.ByIsPrimary(sql.OrderDesc()), partnerlocation.ByID()).All(ctx)
	return grouped(list, func(r *ent.PartnerLocation) int64 { return r.PartnerID }), err
}

// readEducations gives the education of partners, of which each has one at most.
func readEducations(ctx context.Context, on *ent.Client, ids []int64) (map[int64][]*ent.Education, error) {
	list, err := on.Education.Query().Where(store.In(education.FieldPartnerID, ids)).All(ctx)
	return grouped(list, func(r *ent.Education) int64 { return r.PartnerID }), err
}

// askedRow is an active price of a partner, with the sub-service that it is for.
type askedRow struct {
	partnerID, amount              int64
	currency, unit                 string
	installation, maintain, repair bool // the kinds of the partner's competency
	sub                            subServiceRow
}

// readAsked gives the active prices of partners for what they can do.
func (a *App) readAsked(ctx context.Context, on reader, ids []int64) (map[int64][]*askedRow, error) {
	type row = askedRow
	b, c := sql.Table(baseprice.Table).As("b"), sql.Table(competency.Table).As("c")
	ss, sv := sql.Table(subservice.Table).As("ss"), sql.Table(service.Table).As("sv")
	s := selectFrom[row](a.store.Dialect(), b)
	s.Join(c).OnP(sql.And(
		sql.ColumnsEQ(c.C(competency.FieldPartnerID), b.C(baseprice.FieldPartnerID)),
		sql.ColumnsEQ(c.C(competency.FieldSubServiceID), b.C(baseprice.FieldSubServiceID)),
		is(c.C(competency.FieldStatus), lifecycle.CatalogueActive),
	))
	s.Join(ss).On(ss.C(subservice.FieldID), b.C(baseprice.FieldSubServiceID))
	s.Join(sv).On(sv.C(service.FieldID), ss.C(subservice.FieldServiceID))
	s.take(b, baseprice.FieldPartnerID, func(r *row) any { return &r.partnerID })
	s.take(b, baseprice.FieldAmount, func(r *row) any { return &r.amount })
	s.take(b, baseprice.FieldCurrency, func(r *row) any { return &r.currency })
	s.take(b, baseprice.FieldUnit, func(r *row) any { return &r.unit })
	s.take(c, competency.FieldInstallation, func(r *row) any { return &r.installation })
	s.take(c, competency.FieldMaintenance, func(r *row) any { return &r.maintain })
	s.take(c, competency.FieldRepair, func(r *row) any { return &r.repair })
	takeSubService(s, ss, sv, func(r *row) *subServiceRow { return &r.sub })
	s.Where(store.InP(b.C(baseprice.FieldPartnerID), ids))
	s.Where(sql.EQ(b.C(baseprice.FieldActive), true))
	s.OrderBy(ss.C(subservice.FieldID))
	rows, err := s.rows(ctx, on)
	return grouped(rows, func(r *row) int64 { return r.partnerID }), err
}

// countOf is how many rows there are of something.
type countOf struct{ id, n int64 }

// readCompleted gives how many contracts partners have completed.
func (a *App) readCompleted(ctx context.Context, on reader, ids []int64) (map[int64]int64, error) {
	c := sql.Table(contract.Table).As("c")
	s := selectFrom[countOf](a.store.Dialect(), c)
	s.take(c, contract.FieldPartnerID, func(r *countOf) any { return &r.id })
	s.compute(sql.Expr("count(*)"), "n", func(r *countOf) any { return &r.n })
	s.Where(store.InP(c.C(contract.FieldPartnerID), ids))
	s.Where(is(c.C(contract.FieldStatus), lifecycle.ContractCompleted))
	s.GroupBy(c.C(contract.FieldPartnerID))
	return counted(s.rows(ctx, on))
}

func counted(rows []*countOf, err error) (map[int64]int64, error) {
	of := make(map[int64]int64, len(rows))
	for _, r := range rows {
		of[r.id] = r.n
	}
	return of, err
}

// seeDetails adds to the view of a partner what only its detail shows.
func (a *App) seeDetails(v *view.Partner, ties view.Tie, parts *partnerParts) {
	for _, r := range parts.places[v.ID] {
		v.Locations = append(v.Locations, view.See(&view.Location{
			ID: r.ID, IsPrimary: r.IsPrimary, Province: r.Province, City: r.City, District: r.District, Subdistrict: r.Subdistrict,
			Postcode: r.Postcode, Address: r.Address, Latitude: r.Latitude, Longitude: r.Longitude,
		}, view.Anyone))
	}
	if r := first(parts.educations[v.ID]); r != nil {
		v.Education = a.seeEducation(r, ties)
	}
	for _, r := range parts.asked[v.ID] {
		v.Prices = append(v.Prices, view.See(&view.PartnerPrice{
			SubServiceID: r.sub.id, SubService: seeSubService(&r.sub), Kinds: kindsOf(r.installation, r.maintain, r.repair),
			Amount: view.Money{Value: r.amount, Currency: r.currency}, Unit: r.unit,
		}, view.Anyone))
	}
	v.CompletedContractsCount = int32(parts.completed[v.ID])
}

func (a *App) seeEducation(r *ent.Education, ties view.Tie) *view.Education {
	v := &view.Education{
		Level: r.Level, InstitutionName: r.InstitutionName, Major: filled(r.Major), Certificate: a.links.Private(r.Certificate, a.wall()),
	}
	if r.GraduationYear != nil {
		v.GraduationYear = new(int32(*r.GraduationYear))
	}
	return view.See(v, ties)
}
