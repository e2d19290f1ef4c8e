package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// suspendedReason is what the parties of a contract read of why it was taken from
// its partner; what the partner did is between it and the back office.
const suspendedReason = "The partner was suspended."

// closedReason is the same for a partner that has left.
const closedReason = "The partner closed its account."

// Suspension is what suspending a partner came to.
type Suspension struct {
	Partner *view.Partner
	// Escalated are the contracts that were taken from it.
	Escalated []*view.Contract
	// ForAction are the contracts that it still has, soonest start first and at
	// most MaxPage.
	ForAction []*view.Contract
}

// SuspendPartner suspends a partner. What it has been asked for, and has not
// answered, goes to the supervisors; what it has accepted is given back for the
// back office to decide on. All of it is one transaction: a suspended partner never
// holds an offer, and of an offer that is accepted at the same instant either the
// acceptance or the escalation is stored. Offers live for a day at most, which
// bounds how many there are.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID
// without a reason; WRONG_STATE when it is suspended already; STALE.
func (a *App) SuspendPartner(ctx context.Context, id int64, why string, w PartnerWant, cw ContractWants) (*Suspension, error) {
	again := func(ctx context.Context, m memory) (*Suspension, error) { return a.suspension(ctx, m, w, cw) }
	return repeatable(ctx, a, func(ctx context.Context) (*Suspension, error) {
		m, err := a.suspendPartner(ctx, id, why)
		if err != nil {
			return nil, err
		}
		return again(ctx, m)
	}, again)
}

// suspension is the answer of what suspending a partner came to.
func (a *App) suspension(ctx context.Context, m memory, w PartnerWant, cw ContractWants) (s *Suspension, err error) {
	s = &Suspension{}
	if s.Partner, err = there(a.onePartner(ctx, m.id, w)); err != nil {
		return nil, err
	}
	if s.Escalated, err = a.ContractsByID(ctx, m.Escalated, cw); err != nil {
		return nil, err
	}
	s.ForAction, err = a.ContractsByID(ctx, m.ForAction, cw)
	return s, err
}

func (a *App) suspendPartner(ctx context.Context, id int64, why string) (m memory, err error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return m, err
	}
	now := a.Now()
	check := func(bad *fault.Fields) { checkText(bad, "reason", why, 1, reasonLength) }
	err = a.changePartner(ctx, id, check, func(ctx context.Context, tx *ent.Tx, p *ent.Partner) error {
		if err := standPartner(ctx, tx, who, p, lifecycle.PartnerSuspend, why, now); err != nil {
			return err
		}
		m = memory{id: id} // a second try begins anew
		if m.Escalated, err = a.escalateOffers(ctx, tx, who, id, now); err != nil {
			return err
		}
		m.ForAction, err = tx.Contract.Query().Where(contract.PartnerID(id), store.In(contract.FieldStatus, works)).
			Order(contract.ByScheduledStartAt(), contract.ByID()).Limit(MaxPage).IDs(ctx)
		if err != nil {
			return err
		}
		return m.keep(ctx, tx, "Partner", id)
	})
	return m, err
}

// ReinstatePartner lets a suspended partner work again.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; WRONG_STATE
// when it is not suspended; STALE.
func (a *App) ReinstatePartner(ctx context.Context, id int64, w PartnerWant) (*view.Partner, error) {
	again := func(ctx context.Context, m memory) (*view.Partner, error) { return there(a.onePartner(ctx, m.id, w)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.Partner, error) {
		if err := a.reinstatePartner(ctx, id); err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

func (a *App) reinstatePartner(ctx context.Context, id int64) error {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return err
	}
	now := a.Now()
	return a.changePartner(ctx, id, func(*fault.Fields) {}, func(ctx context.Context, tx *ent.Tx, p *ent.Partner) error {
		if err := standPartner(ctx, tx, who, p, lifecycle.PartnerReinstate, "", now); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Partner", id)
	})
}

// changePartner does something to a partner, once it is found and the input is
// right, in one transaction.
//
// Faults: NOT_FOUND, INVALID, and those of fn.
func (a *App) changePartner(ctx context.Context, id int64, check func(*fault.Fields), fn func(context.Context, *ent.Tx, *ent.Partner) error) error {
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		p, err := tx.Partner.Query().Where(partner.ID(id), partner.DeletedAtIsNil(), store.ForUpdate).Only(ctx)
		if ent.IsNotFound(err) {
			return errNoPartner()
		}
		if err != nil {
			return err
		}
		var bad fault.Fields
		check(&bad)
		if err := bad.Err(fault.InputInvalid); err != nil {
			return err
		}
		return fn(ctx, tx, p)
	})
}

// escalateOffers takes every contract that the partner was asked for from it. The
// contracts are held first, so that nobody answers meanwhile; whoever accepts one
// holds the partner before, as its suspension does.
func (a *App) escalateOffers(ctx context.Context, tx *ent.Tx, who actor.Actor, partnerID int64, now time.Time) ([]int64, error) {
	ids, err := tx.Contract.Query().Where(
		contract.PartnerID(partnerID), contract.StatusEQ(lifecycle.ContractPartnerPending), contract.StageEQ(lifecycle.StagePartner), store.ForUpdate,
	).Order(contract.ByID()).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	set, err := readSettings(ctx, tx.Client())
	if err != nil {
		return nil, err
	}
	rows, err := a.contractRows(ctx, tx.Client(), who, decisive, func(s *sql.Selector, c *sql.SelectTable) {
		s.Where(store.InP(c.C(contract.FieldID), ids))
		s.OrderBy(c.C(contract.FieldID))
	})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		c := &facts{who: who, now: now, row: r, set: set}
		if err := moveContract(ctx, tx, r, a.escalation(c, lifecycle.AssignmentCancel, suspendedReason)); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (a *App) onePartner(ctx context.Context, id int64, w PartnerWant) (*view.Partner, error) {
	list, err := a.PartnersByID(ctx, []int64{id}, w)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}
