package market

import (
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/institution"
	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// AskMembership asks for a membership of an institution, which a manager of it or the
// back office grants: as a member, and for a supervisor as an agent. Who has one, or has
// asked for it, keeps it as it is.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and the back office; NOT_FOUND;
// WRONG_STATE of a suspended institution, and for who belongs to a hundred; RATE_LIMITED
// for who has asked it three times within a day.
func (a *App) AskMembership(ctx context.Context, institutionID int64) (*view.Membership, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Membership, error) {
		id, err := a.askMembership(ctx, institutionID)
		if err != nil {
			return nil, err
		}
		return a.membership(ctx, id)
	}, a.membershipAgain)
}

func (a *App) askMembership(ctx context.Context, institutionID int64) (id int64, err error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor)
	if err != nil {
		return 0, err
	}
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if _, err := holdCaller(ctx, tx, who); err != nil {
			return err
		}
		i, err := holdInstitution(ctx, tx, institutionID)
		if err != nil {
			return err
		}
		m, err := tx.Membership.Query().Where(membership.InstitutionID(institutionID), membership.UserID(who.UserID), store.ForUpdate).Only(ctx)
		switch {
		case ent.MaskNotFound(err) != nil:
			return err
		case m == nil || m.State == lifecycle.MembershipEnded:
			if m, err = a.ask(ctx, tx, who, now, i, m); err != nil {
				return err
			}
		}
		id = m.ID
		return memory{}.keep(ctx, tx, "Membership", id)
	})
	return id, err
}

// ask writes a request, the first one or another one after an end, and tells the managers.
func (a *App) ask(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, i *ent.Institution, before *ent.Membership) (*ent.Membership, error) {
	if i.Status == lifecycle.InstitutionSuspended {
		return nil, fault.New(fault.WrongState, "The institution is suspended: it takes no members.").
			Refuse("institution_active", string(lifecycle.InstitutionActive), string(i.Status))
	}
	if err := roomForMembership(ctx, tx, who.UserID); err != nil {
		return nil, err
	}
	role := lifecycle.MembershipMember
	if who.Is(actor.Supervisor) {
		role = lifecycle.MembershipAgent
	}
	asked := &ent.Membership{InstitutionID: i.ID, UserID: who.UserID, Role: role, State: lifecycle.Membership.Start}
	var err error
	if before == nil {
		err = membershipRecords.add(ctx, tx, who, now, asked)
	} else if err = mayAskAgain(ctx, tx, before, now); err == nil {
		asked, err = moveMembership(ctx, tx, who, now, before, lifecycle.MembershipAsk, role)
	}
	if err != nil {
		return nil, err
	}
	return asked, a.tellOfMembership(ctx, tx, topicAsked, asked)
}

// moveMembership moves a membership, and gives it as it is then.
//
// Faults: WRONG_STATE, STALE.
func moveMembership(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, before *ent.Membership, event lifecycle.MembershipEvent, role lifecycle.MembershipRole) (*ent.Membership, error) {
	to, ok := lifecycle.Membership.Next(before.State, event)
	if !ok {
		return nil, fault.New(fault.WrongState, "The membership is not in a state that allows this.").
			Refuse("membership_state", join(lifecycle.Membership.From(event), " or "), string(before.State))
	}
	next := *before
	next.State, next.Role = to, role
	return &next, membershipRecords.save(ctx, tx, who, now, before, &next)
}

// LeaveInstitution ends a membership: the caller's own, also one that was only asked
// for, or with a user another one's, which its managers and the back office may end. It
// is no current institution any more. Nothing is done where there is none. The last
// manager stays as long as there are others, and so does who has contracts there that
// are not over.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; NOT_FOUND of the institution, and of
// another user's membership for who does not manage it; WRONG_STATE.
func (a *App) LeaveInstitution(ctx context.Context, institutionID int64, userID *int64) (*view.Institution, error) {
	again := func(ctx context.Context, m memory) (*view.Institution, error) { return there(a.Institution(ctx, m.id)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.Institution, error) {
		who, err := a.leaveInstitution(ctx, institutionID, userID)
		if err != nil {
			return nil, err
		}
		return a.Institution(actor.With(ctx, who), institutionID)
	}, again)
}

// leaveInstitution also gives the caller as it is afterwards.
func (a *App) leaveInstitution(ctx context.Context, institutionID int64, userID *int64) (actor.Actor, error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return who, err
	}
	now, leaves := a.Now(), who.UserID
	if userID != nil {
		leaves = *userID
	}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if _, err := holdInstitution(ctx, tx, institutionID); err != nil {
			return err
		}
		m, err := tx.Membership.Query().Where(membership.InstitutionID(institutionID), membership.UserID(leaves), store.ForUpdate).Only(ctx)
		if ent.MaskNotFound(err) != nil {
			return err
		}
		if leaves != who.UserID {
			if err := seesMember(ctx, tx.Client(), who, institutionID, m); err != nil {
				return err
			}
		}
		if m != nil && m.State != lifecycle.MembershipEnded {
			if err := a.endMembership(ctx, tx, who, now, m); err != nil {
				return err
			}
		}
		return memory{}.keep(ctx, tx, "Institution", institutionID)
	})
	if err == nil && leaves == who.UserID {
		who.Institutions = slices.DeleteFunc(slices.Clone(who.Institutions), func(id int64) bool { return id == institutionID })
	}
	return who, err
}

// seesMember fails unless the caller may know of a membership that is not its own.
//
// Faults: NOT_FOUND.
func seesMember(ctx context.Context, on *ent.Client, who actor.Actor, institutionID int64, m *ent.Membership) error {
	mine, err := managed(ctx, on, who, []int64{institutionID})
	if err == nil && (len(mine) == 0 || m == nil) {
		err = noMembership()
	}
	return err
}

func noMembership() error { return fault.New(fault.RecordNotFound, "There is no such membership.") }

// endMembership ends a membership that has not ended, and tells whom it concerns.
func (a *App) endMembership(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, m *ent.Membership) error {
	open, err := tx.Contract.Query().Where(contract.InstitutionID(m.InstitutionID), contract.CreatedByID(m.UserID), contract.Not(store.In(contract.FieldStatus, finished))).Exist(ctx)
	if err != nil {
		return err
	}
	if open {
		return fault.New(fault.WrongState, "There are contracts of this member that are not over: finish or cancel them first.").
			Refuse("no_open_contracts", "no contract that is not over", "there are some")
	}
	if err := keepManager(ctx, tx, m, lifecycle.MembershipMember, true); err != nil {
		return err
	}
	next, err := moveMembership(ctx, tx, who, now, m, lifecycle.MembershipLeave, m.Role)
	if err != nil {
		return err
	}
	if err := a.tellOfEnd(ctx, tx, who, m, next); err != nil {
		return err
	}
	return tx.User.Update().Where(user.ID(m.UserID), user.CurrentInstitutionID(m.InstitutionID)).ClearCurrentInstitutionID().AddVersion(1).SetUpdatedAt(now).Exec(ctx)
}

// keepManager refuses to take the last manager from an institution: for good, or, with
// mayBeAlone, while it has other members. The institution is held.
//
// Faults: WRONG_STATE.
func keepManager(ctx context.Context, tx *ent.Tx, m *ent.Membership, role lifecycle.MembershipRole, mayBeAlone bool) error {
	if m.Role != lifecycle.MembershipManager || m.State != lifecycle.MembershipActive || role == lifecycle.MembershipManager {
		return nil
	}
	others := tx.Membership.Query().Where(membership.InstitutionID(m.InstitutionID), membership.IDNEQ(m.ID), membership.StateEQ(lifecycle.MembershipActive))
	managers, err := others.Clone().Where(membership.RoleEQ(lifecycle.MembershipManager)).Exist(ctx)
	if err != nil || managers {
		return err
	}
	if mayBeAlone {
		members, err := others.Exist(ctx)
		if err != nil || !members {
			return err
		}
	}
	return fault.New(fault.WrongState, "This is the last manager of the institution: make another member a manager first.").
		Refuse("another_manager", "another manager", "none")
}

// holdCaller holds the caller's own account until the transaction ends.
//
// Faults: TOKEN_INVALID.
func holdCaller(ctx context.Context, tx *ent.Tx, who actor.Actor) (*ent.User, error) {
	u, err := tx.User.Query().Where(user.ID(who.UserID), user.StatusEQ(lifecycle.UserActive), store.ForUpdate).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.TokenInvalid, "")
	}
	return u, err
}

// holdInstitution holds an institution, so that nobody else changes who belongs to it
// meanwhile.
//
// Faults: NOT_FOUND.
func holdInstitution(ctx context.Context, tx *ent.Tx, id int64) (*ent.Institution, error) {
	i, err := tx.Institution.Query().Where(institution.ID(id), store.ForUpdate).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, noInstitution()
	}
	return i, err
}

// roomForMembership refuses one more membership than an account may have; the account is
// held.
//
// Faults: WRONG_STATE.
func roomForMembership(ctx context.Context, tx *ent.Tx, userID int64) error {
	n, err := tx.Membership.Query().Where(membership.UserID(userID), membership.StateNEQ(lifecycle.MembershipEnded)).Count(ctx)
	if err != nil || n < maxMemberships {
		return err
	}
	return fault.Newf(fault.WrongState, "You belong to %d institutions, or have asked to: leave one first.", n)
}

// SelectInstitution makes an institution the one that the REST dialects take for granted;
// with nil there is none any more. The graph reads no hidden state, and does not care.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; INVALID for one of
// which the caller is no active member.
func (a *App) SelectInstitution(ctx context.Context, id *int64, unread fault.Fields) (*view.Institution, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Institution, error) { return a.selectInstitution(ctx, id, unread) },
		func(ctx context.Context, m memory) (*view.Institution, error) {
			if m.id == 0 {
				return nil, nil // none was selected
			}
			return there(a.Institution(ctx, m.id))
		})
}

func (a *App) selectInstitution(ctx context.Context, id *int64, unread fault.Fields) (*view.Institution, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	// access: an institution outside the caller's list is not told apart from an unknown
	// one.
	unread.Check(id == nil || who.MemberOf(*id), "institution_id", "is not one of your institutions")
	if err := unread.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	chosen := int64(0)
	if id != nil {
		chosen = *id
	}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if _, err := holdCaller(ctx, tx, who); err != nil {
			return err
		}
		if err := chooseInstitution(ctx, tx, who.UserID, id, a.Now()); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Institution", chosen)
	})
	if err != nil || id == nil {
		return nil, err
	}
	return a.Institution(ctx, chosen)
}

// chooseInstitution writes which institution is the current one of an account, which is
// held; nil for none.
func chooseInstitution(ctx context.Context, tx *ent.Tx, userID int64, id *int64, now time.Time) error {
	u := tx.User.Update().Where(user.ID(userID)).AddVersion(1).SetUpdatedAt(now)
	if id == nil {
		u.ClearCurrentInstitutionID()
	} else {
		u.SetCurrentInstitutionID(*id)
	}
	return u.Exec(ctx)
}

// CurrentInstitution gives the institution that the REST dialects take for granted; nil
// for none.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution.
func (a *App) CurrentInstitution(ctx context.Context) (*view.Institution, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil || who.CurrentInstitution == 0 {
		return nil, err
	}
	return a.Institution(ctx, who.CurrentInstitution)
}
