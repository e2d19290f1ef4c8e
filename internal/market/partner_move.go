package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// movePartner is the only place that writes whether a partner takes part. It
// compares and sets the version that the row was read with.
//
// Faults: WRONG_STATE, STALE.
func movePartner(ctx context.Context, tx *ent.Tx, p *ent.Partner, event lifecycle.PartnerEvent, reason string, now time.Time) error {
	to, ok := lifecycle.Partner.Next(p.Status, event)
	if !ok {
		return fault.New(fault.WrongState, "The partner is not in a state that allows this.").
			Refuse("partner_status", join(lifecycle.Partner.From(event), " or "), string(p.Status))
	}
	changed, err := tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(p.Version)).
		SetStatus(to).SetStatusReason(reason).AddVersion(1).SetUpdatedAt(now).Save(ctx)
	if err == nil && changed != 1 {
		err = fault.New(fault.Stale, "")
	}
	return err
}

// standPartner moves a partner for the back office, and writes down who did it.
//
// Faults: WRONG_STATE, STALE.
func standPartner(ctx context.Context, tx *ent.Tx, who actor.Actor, p *ent.Partner, event lifecycle.PartnerEvent, reason string, now time.Time) error {
	if err := movePartner(ctx, tx, p, event, reason, now); err != nil {
		return err
	}
	next := *p
	next.Status, _ = lifecycle.Partner.Next(p.Status, event)
	next.StatusReason, next.Version = reason, p.Version+1
	return tellOfPartner(ctx, tx, who, now, p, &next, nil)
}
