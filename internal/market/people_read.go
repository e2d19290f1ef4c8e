package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/partner"
	"kontrak/ent/service"
	"kontrak/ent/subservice"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PartnersByID gives the partners with these ids, in their order; nil stands for
// one that is unknown or not for the caller to know of. Everybody may know of
// active, verified partners, and the partner itself, the supervisor that made
// it, and the back office of the others too.
//
// Faults: UNAUTHENTICATED.
func (a *App) PartnersByID(ctx context.Context, ids []int64, w PartnerWant) ([]*view.Partner, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	var views []*view.Partner
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s, t := a.selectPartners(w, centre{})
		s.Where(store.InP(t.p.C(partner.FieldID), ids))
		if access := knownTo(who, t.p); access != nil {
			s.Where(access)
		}
		rows, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		views, err = a.seePartners(ctx, on, who, rows, w, priceOf{})
		return err
	})
	if err != nil {
		return nil, err
	}
	return inOrder(ids, views, func(v *view.Partner) int64 { return v.ID }), nil
}

// InstitutionsByID gives the institutions with these ids, in their order; nil
// stands for an unknown one. Everybody who has signed in may know of them.
//
// Faults: UNAUTHENTICATED.
func (a *App) InstitutionsByID(ctx context.Context, ids []int64) ([]*view.Institution, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	views, err := a.institutions(ctx, a.store.Client(), who, ids)
	if err != nil {
		return nil, store.Fault(err)
	}
	return inOrder(ids, views, func(v *view.Institution) int64 { return v.ID }), nil
}

func (a *App) institutions(ctx context.Context, on reader, who actor.Actor, ids []int64) ([]*view.Institution, error) {
	t := sql.Table(institution.Table).As("i")
	s := selectFrom[institutionRow](a.store.Dialect(), t)
	takeInstitution(s, t, func(r *institutionRow) *institutionRow { return r })
	s.Where(store.InP(t.C(institution.FieldID), ids)).OrderBy(t.C(institution.FieldID))
	rows, err := s.rows(ctx, on)
	views := make([]*view.Institution, len(rows))
	for i, r := range rows {
		views[i] = a.seeInstitution(r, who)
	}
	return views, err
}

// SubServicesByID gives the sub-services with these ids, in their order; nil stands
// for an unknown one, and, but for the back office, for one that is not active.
//
// Faults: UNAUTHENTICATED.
func (a *App) SubServicesByID(ctx context.Context, ids []int64) ([]*view.SubService, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ss, sv := sql.Table(subservice.Table).As("ss"), sql.Table(service.Table).As("sv")
	s := selectFrom[subServiceRow](a.store.Dialect(), ss)
	s.Join(sv).On(sv.C(service.FieldID), ss.C(subservice.FieldServiceID))
	takeSubService(s, ss, sv, func(r *subServiceRow) *subServiceRow { return r })
	s.Where(store.InP(ss.C(subservice.FieldID), ids))
	if !who.Is(actor.Admin) {
		s.Where(sql.EQ(ss.C(subservice.FieldStatus), lifecycle.CatalogueActive))
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := s.rows(ctx, a.store.Client())
	if err != nil {
		return nil, store.Fault(err)
	}
	views := make([]*view.SubService, len(rows))
	for i, r := range rows {
		views[i] = seeSubService(r)
	}
	return inOrder(ids, views, func(v *view.SubService) int64 { return v.ID }), nil
}

// ServicesByID gives the active services with these ids, in their order; nil
// stands for an unknown one.
//
// Faults: UNAUTHENTICATED.
func (a *App) ServicesByID(ctx context.Context, ids []int64) ([]*view.Service, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().Service.Query().
		Where(store.In(service.FieldID, ids), service.StatusEQ(lifecycle.CatalogueActive)).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	views := make([]*view.Service, len(rows))
	for i, r := range rows {
		views[i] = a.seeService(r, view.Anyone)
	}
	return inOrder(ids, views, func(v *view.Service) int64 { return v.ID }), nil
}

// Viewer gives the caller's own account, with its institutions and its partner.
//
// Faults: UNAUTHENTICATED.
func (a *App) Viewer(ctx context.Context, w PartnerWant) (*view.User, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	var v *view.User
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		u, err := on.User.Query().Where(user.ID(who.UserID)).Only(ctx)
		if err != nil {
			return err
		}
		v = a.seeUser(u)
		v.Institutions, err = a.institutions(ctx, on, who, who.Institutions)
		if err != nil {
			return err
		}
		v.HasInstitution = len(v.Institutions) > 0
		for _, i := range v.Institutions {
			if i.ID == who.CurrentInstitution {
				v.CurrentInstitution = i
			}
		}
		if who.PartnerID != 0 {
			v.Partner, err = a.ownRecord(ctx, on, who, w)
		}
		view.Redact(v, view.Self|view.Anyone)
		return err
	})
	return v, err
}

// ownRecord reads the caller's own partner record.
func (a *App) ownRecord(ctx context.Context, on *ent.Client, who actor.Actor, w PartnerWant) (*view.Partner, error) {
	s, t := a.selectPartners(w, centre{})
	s.Where(sql.EQ(t.p.C(partner.FieldID), who.PartnerID))
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	views, err := a.seePartners(ctx, on, who, rows, w, priceOf{})
	if err != nil || len(views) == 0 {
		return nil, err
	}
	return views[0], nil
}

func (a *App) seeUser(u *ent.User) *view.User {
	return &view.User{
		ID: u.ID, Email: u.Email, FullName: u.FullName, Role: u.Role, PhoneNumber: filled(u.Phone),
		Picture: a.links.Public(u.Picture), EmailVerified: u.EmailVerifiedAt != nil, Language: u.Language, Status: u.Status,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
	}
}
