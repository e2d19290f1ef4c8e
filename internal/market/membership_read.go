package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// membershipRow is a membership as the database has it.
type membershipRow struct {
	id, institutionID, userID, version int64
	role                               lifecycle.MembershipRole
	state                              lifecycle.MembershipState
	user                               personRow
	created, updated                   time.Time
}

func selectMemberships(dialect string) (*selection[membershipRow], *sql.SelectTable) {
	t := sql.Table(membership.Table).As("t")
	s := selectFrom[membershipRow](dialect, t)
	s.take(t, membership.FieldID, func(r *membershipRow) any { return &r.id })
	s.take(t, membership.FieldInstitutionID, func(r *membershipRow) any { return &r.institutionID })
	s.take(t, membership.FieldUserID, func(r *membershipRow) any { return &r.userID })
	s.take(t, membership.FieldVersion, func(r *membershipRow) any { return &r.version })
	s.take(t, membership.FieldRole, func(r *membershipRow) any { return &r.role })
	s.take(t, membership.FieldState, func(r *membershipRow) any { return &r.state })
	s.take(t, membership.FieldCreatedAt, func(r *membershipRow) any { return &r.created })
	s.take(t, membership.FieldUpdatedAt, func(r *membershipRow) any { return &r.updated })
	takePerson(s, sql.Table(user.Table).As("u"), t.C(membership.FieldUserID), func(r *membershipRow) *personRow { return &r.user })
	return s, t
}

// seeMembership is the view of a membership for whoever may know of it: who manages its
// institution, the back office, and the member.
func seeMembership(r *membershipRow) *view.Membership {
	return view.See(&view.Membership{
		ID: r.id, InstitutionID: r.institutionID, User: seePerson(&r.user), Role: r.role, State: r.state, Version: r.version,
		CreatedAt: r.created, UpdatedAt: r.updated,
	}, view.Manager)
}

// membership reads a membership for who has just made or changed it.
func (a *App) membership(ctx context.Context, id int64) (*view.Membership, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	s, t := selectMemberships(a.store.Dialect())
	s.Where(sql.EQ(t.C(membership.FieldID), id))
	rows, err := s.rows(ctx, a.store.Client())
	if err != nil || len(rows) == 0 {
		return nil, store.Fault(err)
	}
	return seeMembership(rows[0]), nil
}

// membershipAgain reads a membership for the answer of a repeat: who does not manage its
// institution any more, and is not its member, is shown nothing.
func (a *App) membershipAgain(ctx context.Context, m memory) (*view.Membership, error) {
	v, err := there(a.membership(ctx, m.id))
	if err != nil {
		return nil, err
	}
	who := actor.From(ctx)
	if v.User != nil && v.User.ID == who.UserID {
		return v, nil
	}
	mine, err := managed(ctx, a.store.Client(), who, []int64{v.InstitutionID})
	if err == nil && len(mine) == 0 {
		err = store.ErrDone
	}
	if err != nil {
		return nil, store.Fault(err)
	}
	return v, nil
}

// OwnMembershipsOf gives for each of the institutions the caller's own membership; nil
// for none, and for one that has ended.
//
// Faults: UNAUTHENTICATED.
func (a *App) OwnMembershipsOf(ctx context.Context, institutionIDs []int64) ([]*view.Membership, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	s, t := selectMemberships(a.store.Dialect())
	s.Where(sql.And(
		sql.EQ(t.C(membership.FieldUserID), who.UserID), store.InP(t.C(membership.FieldInstitutionID), institutionIDs),
		sql.NEQ(t.C(membership.FieldState), lifecycle.MembershipEnded),
	))
	rows, err := s.rows(ctx, a.store.Client())
	if err != nil {
		return nil, store.Fault(err)
	}
	views := make([]*view.Membership, len(rows))
	for i, r := range rows {
		views[i] = seeMembership(r)
	}
	return inOrder(institutionIDs, views, func(v *view.Membership) int64 { return v.InstitutionID }), nil
}

// MembersOf gives for each of the institutions one page of its active members, by the
// number of their membership; nil stands for an institution that the caller does not
// manage.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of the list.
func (a *App) MembersOf(ctx context.Context, institutionIDs []int64, p Page) ([]*view.Page[view.Membership], error) {
	return managedList[membershipRow, view.Membership]{
		table: membership.Table, start: selectMemberships,
		keep: func(t *sql.SelectTable) *sql.Predicate {
			return is(t.C(membership.FieldState), lifecycle.MembershipActive)
		},
		of: func(r *membershipRow) (id, institutionID int64) { return r.id, r.institutionID }, see: seeMembership,
	}.pages(ctx, a, institutionIDs, p)
}

// MembershipRequests lists those who ask to be members, the oldest request first: of the
// institutions that the caller manages, and for the back office of all.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and supervisors; INVALID.
func (a *App) MembershipRequests(ctx context.Context, p Page, unread fault.Fields) (*view.Page[view.Membership], error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	if err := unread.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	var page *view.Page[view.Membership]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		mine, err := managed(ctx, on, who, who.Institutions)
		if err != nil {
			return err
		}
		page, err = a.requestPage(ctx, on, who, mine, p)
		return err
	})
	return page, err
}

func (a *App) requestPage(ctx context.Context, on *ent.Client, who actor.Actor, mine []int64, p Page) (*view.Page[view.Membership], error) {
	keep := func(s *sql.Selector, t *sql.SelectTable) {
		s.Where(is(t.C(membership.FieldState), lifecycle.MembershipRequested))
		if !who.Is(actor.Admin) { // access: who asks is for managers to know
			s.Where(store.InP(t.C(membership.FieldInstitutionID), mine))
		}
	}
	var total *int64
	if p.total {
		t := sql.Table(membership.Table).As("t")
		n, err := count(ctx, on, a.store.Dialect(), t, func(s *sql.Selector) { keep(s, t) })
		if err != nil {
			return nil, err
		}
		total = &n
	}
	s, t := selectMemberships(a.store.Dialect())
	keep(s.Selector, t)
	by := order{
		name: "asked", arg: instantKey,
		key: func(*sql.Selector) string { return t.C(membership.FieldCreatedAt) },
		id:  func(*sql.Selector) string { return t.C(membership.FieldID) },
	}
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, func(r *membershipRow) (any, int64) { return r.created, r.id }, func(rows []*membershipRow) ([]*view.Membership, error) {
		views := make([]*view.Membership, len(rows))
		for i, r := range rows {
			views[i] = seeMembership(r)
		}
		return views, nil
	})
}
