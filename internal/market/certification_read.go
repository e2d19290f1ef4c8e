package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/certification"
	"kontrak/ent/certificationwishlist"
	"kontrak/ent/partnercertification"
	"kontrak/ent/predicate"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// maxSearch bounds a text that is searched for, in letters.
const maxSearch = 100

// Certifications lists the certifications that are in use, the newest first.
//
// Faults: UNAUTHENTICATED; INVALID_PARAMETER.
func (a *App) Certifications(ctx context.Context, f CertificationFilter, p Page) (page *view.Page[view.Certification], err error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	f.Active = new(true)
	list := certificationRecords(f, func(a *App, r *ent.Certification) *view.Certification { return a.seeCertification(r, view.Anyone) })
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		page, err = list.page(ctx, a, on, p)
		return err
	})
	return page, err
}

// CertificationsByID gives the certifications with these ids, in their order; nil
// stands for an unknown one, and, but for the back office, for one that is not in use.
//
// Faults: UNAUTHENTICATED.
func (a *App) CertificationsByID(ctx context.Context, ids []int64) ([]*view.Certification, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().Certification.Query().Where(store.In(certification.FieldID, ids), shownTo(who)).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	views := make([]*view.Certification, len(rows))
	for i, r := range rows {
		views[i] = a.seeCertification(r, tiesOfCatalogue(who))
	}
	return inOrder(ids, views, func(v *view.Certification) int64 { return v.ID }), nil
}

// shownTo keeps the records that are in use, and all of them for the back office.
func shownTo(who actor.Actor) func(*sql.Selector) {
	if who.Is(actor.Admin) {
		return whereActive(nil)
	}
	return whereActive(new(true))
}

// tiesOfCatalogue are those to a record of the catalogue.
func tiesOfCatalogue(who actor.Actor) view.Tie {
	if who.Is(actor.Admin) {
		return view.Anyone | view.Admin
	}
	return view.Anyone
}

// Certification gives one certification with its sub-services, and how the caller
// stands to it.
//
// Faults: UNAUTHENTICATED; NOT_FOUND, also for one that is not in use.
func (a *App) Certification(ctx context.Context, id int64) (*view.OwnCertification, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	own := &view.OwnCertification{}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		r, err := on.Certification.Query().Where(certification.ID(id), shownTo(who)).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.RecordNotFound, "There is no such certification.")
		}
		if err != nil {
			return err
		}
		own.Certification = a.seeCertification(r, tiesOfCatalogue(who))
		subjects, err := a.subjects(ctx, on, who, []int64{id})
		if err != nil {
			return err
		}
		own.SubServices = subjects[id]
		own.Registered, err = on.PartnerCertification.Query().Where(partnercertification.CertificationID(id), ownRegistration(who)).Exist(ctx)
		if err != nil {
			return err
		}
		own.Wishlisted, err = on.CertificationWishlist.Query().
			Where(certificationwishlist.PartnerID(who.PartnerID), certificationwishlist.CertificationID(id)).Exist(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return own, nil
}

// ownRegistration keeps the registrations of the caller that count.
func ownRegistration(who actor.Actor) predicate.PartnerCertification {
	return partnercertification.And(partnercertification.PartnerID(who.PartnerID), countsNow)
}

// countsNow keeps the registrations that count, in the words of their index.
func countsNow(s *sql.Selector) {
	s.Where(sql.ExprP(s.C(partnercertification.FieldStatus) + " IN ('registered', 'in_review', 'passed')"))
}

// CertificationSubServices gives the sub-services of each certification that are
// active, all for the back office, by their number.
//
// Faults: UNAUTHENTICATED.
func (a *App) CertificationSubServices(ctx context.Context, ids []int64) (list [][]*view.SubService, err error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		subjects, err := a.subjects(ctx, on, who, ids)
		list = make([][]*view.SubService, len(ids))
		for i, id := range ids {
			list[i] = subjects[id]
		}
		return err
	})
	return list, err
}

// subjects reads the sub-services of certifications, by those.
func (a *App) subjects(ctx context.Context, on *ent.Client, who actor.Actor, ids []int64) (map[int64][]*view.SubService, error) {
	type pair struct{ certification, subService int64 }
	t := sql.Table(certification.SubServicesTable).As("t")
	s := selectFrom[pair](a.store.Dialect(), t)
	s.take(t, certification.SubServicesPrimaryKey[0], func(r *pair) any { return &r.certification })
	s.take(t, certification.SubServicesPrimaryKey[1], func(r *pair) any { return &r.subService })
	s.Where(store.InP(t.C(certification.SubServicesPrimaryKey[0]), ids)).OrderBy(t.C(certification.SubServicesPrimaryKey[1]))
	pairs, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	wanted := make([]int64, len(pairs))
	for i, p := range pairs {
		wanted[i] = p.subService
	}
	q := on.SubService.Query().Where(store.In(subservice.FieldID, wanted))
	if !who.Is(actor.Admin) {
		q.Where(subservice.StatusEQ(lifecycle.CatalogueActive))
	}
	rows, err := q.All(ctx)
	if err != nil {
		return nil, err
	}
	views, err := a.seeSubServices(ctx, on, rows, tiesOfCatalogue(who))
	if err != nil {
		return nil, err
	}
	of := make(map[int64][]*view.SubService, len(ids))
	for _, id := range ids {
		of[id] = []*view.SubService{}
	}
	for i, v := range inOrder(wanted, views, func(v *view.SubService) int64 { return v.ID }) {
		if v != nil {
			of[pairs[i].certification] = append(of[pairs[i].certification], v)
		}
	}
	return of, nil
}

// OwnRegistrations gives, for each certification, the caller's registration that
// counts; nil for none.
//
// Faults: UNAUTHENTICATED.
func (a *App) OwnRegistrations(ctx context.Context, ids []int64) ([]*view.PartnerCertification, error) {
	who, err := caller(ctx)
	if err != nil || who.PartnerID == 0 {
		return make([]*view.PartnerCertification, len(ids)), err
	}
	var views []*view.PartnerCertification
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := on.PartnerCertification.Query().
			Where(store.In(partnercertification.FieldCertificationID, ids), ownRegistration(who)).All(ctx)
		if err != nil {
			return err
		}
		views, err = a.seeRegistrations(ctx, on, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	return inOrder(ids, views, func(v *view.PartnerCertification) int64 { return v.CertificationID }), nil
}

// OwnCertificationWishes tells, for each certification, whether it is on the caller's
// list; nil for who is no partner.
//
// Faults: UNAUTHENTICATED.
func (a *App) OwnCertificationWishes(ctx context.Context, ids []int64) ([]*bool, error) {
	who, err := caller(ctx)
	list := make([]*bool, len(ids))
	if err != nil || who.PartnerID == 0 {
		return list, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().CertificationWishlist.Query().
		Where(certificationwishlist.PartnerID(who.PartnerID), store.In(certificationwishlist.FieldCertificationID, ids)).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	for i, r := range inOrder(ids, rows, func(r *ent.CertificationWishlist) int64 { return r.CertificationID }) {
		list[i] = new(r != nil)
	}
	return list, nil
}
