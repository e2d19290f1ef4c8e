package market

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// ForceCancel ends a contract that is not over, for the back office. What was paid
// is owed back.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID
// without a reason; WRONG_STATE; STALE.
func (a *App) ForceCancel(ctx context.Context, id int64, why string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &forceCancelling{App: a, reason: reason{why}}, w)
}

// forceCancelling is the deed of ForceCancel.
type forceCancelling struct {
	*App
	reason
}

func (d *forceCancelling) action() lifecycle.ContractAction { return lifecycle.ActForceCancel }

func (d *forceCancelling) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractForceCancel, by: c.who, now: c.now, reason: d.text,
		set: func(u *ent.ContractUpdate) {
			u.SetStatusReason(d.text).SetCancelledAt(c.now).ClearEscalationDeadlineAt()
		},
		beside: append(ends(), d.announce("contract_cancelled")),
	})
}

// ForceComplete says, for the back office, that the work of an accepted contract is
// done, whether or not codes were scanned.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID
// without a reason; WRONG_STATE; STALE.
func (a *App) ForceComplete(ctx context.Context, id int64, why string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &forceCompleting{App: a, reason: reason{why}}, w)
}

// forceCompleting is the deed of ForceComplete.
type forceCompleting struct {
	*App
	reason
}

func (d *forceCompleting) action() lifecycle.ContractAction { return lifecycle.ActForceComplete }

func (d *forceCompleting) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractForceComplete, by: c.who, now: c.now, reason: d.text,
		set:    func(u *ent.ContractUpdate) { u.SetStatusReason(d.text).SetCompletedAt(c.now) },
		beside: append(done(), d.announce("contract_completed")),
	})
}

// PartnerReplacement is what the back office says that gives a contract to another
// partner. A zero PartnerID means that none was named.
type PartnerReplacement struct {
	ContractID int64
	PartnerID  int64
	Reason     string
}

// ReplacePartner gives a contract, from the offer until its work begins, to another
// partner, for the back office: after a no-show, a dispute or a suspension. The
// contract is accepted at once; price and payment stay as they are.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID
// without a partner or a reason; PARTNER_NOT_ELIGIBLE with the rules that refuse
// it; WRONG_STATE; STALE.
func (a *App) ReplacePartner(ctx context.Context, in PartnerReplacement, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, in.ContractID, &exchanging{App: a, partnerID: in.PartnerID, reason: in.Reason}, w)
}

// exchanging is the deed of ReplacePartner.
type exchanging struct {
	*App
	partnerID int64
	reason    string
}

func (d *exchanging) action() lifecycle.ContractAction { return lifecycle.ActReplacePartner }

func (d *exchanging) check(ctx context.Context, on *ent.Client, c *facts) error {
	var bad fault.Fields
	checkID(&bad, "partner_id", d.partnerID, "Partner", "the id of a partner")
	checkText(&bad, "reason", d.reason, 1, reasonLength)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	job := c.row.job(0)
	p, err := candidateFound(ctx, on, d.store.Dialect(), c, job.owner, d.partnerID)
	if err != nil {
		return err
	}
	return toReplace.refuseNamed(job, p)
}

func (d *exchanging) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	if err := d.book(ctx, tx, c.row, d.partnerID); err != nil {
		return err
	}
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractReplacePartner, by: c.who, now: c.now, reason: d.reason,
		set: func(u *ent.ContractUpdate) { handOver(u, d.partnerID, c.now) },
		beside: []step{
			closeAssignment(lifecycle.AssignmentCancel, d.reason), openAssignment(d.partnerID), d.announce("contract_reassigned"),
		},
	})
}
