package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// unregistered is the fault of an account that is no partner yet.
func unregistered() error {
	return fault.New(fault.WrongState, "Register as a partner first.").
		Refuse("registered", "a partner that has registered", "none")
}

// holdSelf reads the calling partner's own row, and holds it until the transaction ends.
//
// Faults: WRONG_STATE for who has not registered.
func holdSelf(ctx context.Context, tx *ent.Tx, who actor.Actor) (*ent.Partner, error) {
	p, err := tx.Partner.Query().Where(partner.UserID(who.UserID), partner.DeletedAtIsNil(), store.ForUpdate).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, unregistered()
	}
	return p, err
}

// SetAvailability says whether the calling partner takes new work. Work that it has
// stays.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID without a value;
// WRONG_STATE unless it is verified; STALE.
func (a *App) SetAvailability(ctx context.Context, open Optional[bool], unread fault.Fields, w PartnerWant) (*view.Partner, error) {
	again := func(ctx context.Context, m memory) (*view.Partner, error) { return there(a.onePartner(ctx, m.id, w)) }
	return repeatable(ctx, a, func(ctx context.Context) (*view.Partner, error) {
		id, err := a.setAvailability(ctx, open, unread)
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

func (a *App) setAvailability(ctx context.Context, open Optional[bool], bad fault.Fields) (id int64, err error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return 0, err
	}
	bad.Check(open.Sent() && !open.Null(), "open_to_work", "is required: true or false")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return 0, err
	}
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		p, err := holdSelf(ctx, tx, who)
		if err != nil {
			return err
		}
		id = p.ID
		if p.VerificationStatus != lifecycle.VerificationCompleted {
			return wrongStep(p, lifecycle.VerifyDone)
		}
		if p.OpenToWork != open.Or(false) {
			err := oneChanged(tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(p.Version)).
				SetOpenToWork(open.Or(false)).AddVersion(1).SetUpdatedAt(now).Save(ctx))
			if err != nil {
				return err
			}
		}
		return memory{}.keep(ctx, tx, "Partner", p.ID)
	})
	return id, err
}
