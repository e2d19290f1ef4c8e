package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/membership"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// MembershipDecision is what is decided of a membership.
type MembershipDecision struct {
	ID int64
	// Role of who is let in: MANAGER or MEMBER. By default a member; and, where the back
	// office lets in whoever claims an institution that has no manager, its manager. A
	// supervisor is an agent.
	Role *lifecycle.MembershipRole
	// Version is the one that was read; nil for whichever there is.
	Version *int64
}

// ApproveMembership lets somebody in who asked to be a member.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and supervisors; NOT_FOUND but for its
// managers, the back office and who asked, who is FORBIDDEN; INVALID for a role that it
// cannot have; WRONG_STATE when it does not wait any more; STALE.
func (a *App) ApproveMembership(ctx context.Context, d MembershipDecision) (*view.Membership, error) {
	return a.decideMembership(ctx, d, func(ctx context.Context, tx *ent.Tx, who actor.Actor, m *ent.Membership) error {
		role, err := d.role(ctx, tx, who, m)
		if err != nil {
			return err
		}
		next, err := moveMembership(ctx, tx, who, a.Now(), m, lifecycle.MembershipApprove, role)
		if err != nil {
			return err
		}
		return a.tellOfMembership(ctx, tx, "membership_approved", next)
	})
}

// RefuseMembership keeps somebody out who asked to be a member.
//
// Faults: as of ApproveMembership, without INVALID.
func (a *App) RefuseMembership(ctx context.Context, d MembershipDecision) (*view.Membership, error) {
	return a.decideMembership(ctx, d, func(ctx context.Context, tx *ent.Tx, who actor.Actor, m *ent.Membership) error {
		next, err := moveMembership(ctx, tx, who, a.Now(), m, lifecycle.MembershipRefuse, m.Role)
		if err != nil {
			return err
		}
		return a.tellOfMembership(ctx, tx, "membership_refused", next)
	})
}

// SetMembershipRole makes a member a manager, or the other way. The last manager stays
// one.
//
// Faults: as of ApproveMembership; WRONG_STATE also for the last manager.
func (a *App) SetMembershipRole(ctx context.Context, d MembershipDecision) (*view.Membership, error) {
	return a.decideMembership(ctx, d, func(ctx context.Context, tx *ent.Tx, who actor.Actor, m *ent.Membership) error {
		role, err := d.role(ctx, tx, who, m)
		if err != nil {
			return err
		}
		if m.State != lifecycle.MembershipActive {
			return fault.New(fault.WrongState, "Only an active membership has a role to change.").
				Refuse("membership_state", string(lifecycle.MembershipActive), string(m.State))
		}
		if err := keepManager(ctx, tx, m, role, false); err != nil {
			return err
		}
		next := *m
		next.Role = role
		if err := membershipRecords.save(ctx, tx, who, a.Now(), m, &next); err != nil || next.Version == m.Version || m.UserID == who.UserID {
			return err
		}
		return a.tellOfMembership(ctx, tx, "membership_role_changed", &next)
	})
}

// decideMembership does something to a membership of an institution that the caller manages, which
// is held meanwhile.
func (a *App) decideMembership(ctx context.Context, d MembershipDecision, do func(context.Context, *ent.Tx, actor.Actor, *ent.Membership) error) (*view.Membership, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Membership, error) {
		who, err := caller(ctx, actor.Institution, actor.Admin)
		if err != nil {
			return nil, err
		}
		err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			m, err := holdMembership(ctx, tx, who, d.ID)
			if err != nil {
				return err
			}
			stale := d.Version != nil && *d.Version != m.Version
			if err := do(ctx, tx, who, m); err != nil {
				return err
			}
			if stale { // after what is wrong with the input and the state
				return fault.New(fault.Stale, "")
			}
			return memory{}.keep(ctx, tx, "Membership", d.ID)
		})
		if err != nil {
			return nil, err
		}
		return a.membership(ctx, d.ID)
	}, a.membershipAgain)
}

// holdMembership gives a membership that the caller may decide on, held with its
// institution.
//
// Faults: NOT_FOUND, FORBIDDEN.
func holdMembership(ctx context.Context, tx *ent.Tx, who actor.Actor, id int64) (*ent.Membership, error) {
	m, err := tx.Membership.Query().Where(membership.ID(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, noMembership()
	}
	if err != nil {
		return nil, err
	}
	mine, err := managed(ctx, tx.Client(), who, []int64{m.InstitutionID})
	switch {
	case err != nil:
		return nil, err
	case len(mine) == 0 && m.UserID == who.UserID:
		// access: nobody lets itself in.
		return nil, fault.New(fault.RoleForbidden, "Only a manager of the institution may do this.")
	case len(mine) == 0:
		return nil, noMembership()
	}
	if _, err := holdInstitution(ctx, tx, m.InstitutionID); err != nil {
		return nil, err
	}
	return tx.Membership.Query().Where(membership.ID(id), store.ForUpdate).Only(ctx)
}

// role gives the role that a membership is to have.
//
// Faults: INVALID.
func (d MembershipDecision) role(ctx context.Context, tx *ent.Tx, who actor.Actor, m *ent.Membership) (lifecycle.MembershipRole, error) {
	agent := m.Role == lifecycle.MembershipAgent
	if d.Role != nil {
		var bad fault.Fields
		bad.Check(*d.Role != lifecycle.MembershipAgent || agent, "role", "can be that of a supervisor alone")
		bad.Check(*d.Role == lifecycle.MembershipAgent || !agent, "role", "of a supervisor is agent, and nothing else")
		return *d.Role, bad.Err(fault.InputInvalid)
	}
	if agent || !who.Is(actor.Admin) {
		return m.Role, nil
	}
	managers, err := tx.Membership.Query().Where(membership.InstitutionID(m.InstitutionID), membership.RoleEQ(lifecycle.MembershipManager),
		membership.StateEQ(lifecycle.MembershipActive)).Exist(ctx)
	if err == nil && !managers {
		return lifecycle.MembershipManager, nil
	}
	return lifecycle.MembershipMember, err
}
