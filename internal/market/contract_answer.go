package market

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// AcceptContract takes a contract that the caller was asked for.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND;
// WRONG_STATE; DEADLINE_PASSED; PARTNER_NOT_ELIGIBLE when the partner is not
// active, not verified, or has accepted other work at the same time; STALE.
func (a *App) AcceptContract(ctx context.Context, id int64, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &accepting{App: a}, w)
}

// accepting is the deed of AcceptContract.
type accepting struct {
	*App
	noInput
}

func (d *accepting) action() lifecycle.ContractAction { return lifecycle.ActAccept }

func (d *accepting) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	if err := d.book(ctx, tx, c.row, c.row.partnerID); err != nil {
		return err
	}
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractAccept, by: c.who, now: c.now,
		set:    func(u *ent.ContractUpdate) { u.SetAcceptedAt(c.now).ClearEscalationDeadlineAt() },
		beside: []step{closeAssignment(lifecycle.AssignmentAccept, ""), d.announce("contract_accepted")},
	})
}

// RejectContract refuses a contract that the caller was asked for; a supervisor
// looks for another partner then. The caller still gets the contract back.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND; INVALID
// without a reason; WRONG_STATE; DEADLINE_PASSED; STALE.
func (a *App) RejectContract(ctx context.Context, id int64, why string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &rejecting{App: a, reason: reason{why}}, w)
}

// rejecting is the deed of RejectContract.
type rejecting struct {
	*App
	reason
}

func (d *rejecting) action() lifecycle.ContractAction { return lifecycle.ActReject }

func (d *rejecting) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, d.escalation(c, lifecycle.AssignmentReject, d.text))
}

// escalation takes a contract from its partner and opens the supervisor's stage.
func (a *App) escalation(c *facts, end lifecycle.AssignmentEvent, why string) move {
	return move{
		event: lifecycle.ContractEscalate, by: c.who, now: c.now, reason: why,
		set: func(u *ent.ContractUpdate) {
			u.SetReleasedAt(c.now).SetEscalationDeadlineAt(c.set.supervisorDeadline(c.now, c.row.startAt.V))
		},
		beside: []step{closeAssignment(end, why), a.announce("contract_escalated")},
	}
}

// RejectEscalation gives a contract of the caller's queue up: nobody does the
// work, and what was paid is owed back.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor; NOT_FOUND;
// INVALID without a reason; WRONG_STATE; DEADLINE_PASSED; STALE.
func (a *App) RejectEscalation(ctx context.Context, id int64, why string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &givingUp{App: a, reason: reason{why}}, w)
}

// givingUp is the deed of RejectEscalation.
type givingUp struct {
	*App
	reason
}

func (d *givingUp) action() lifecycle.ContractAction { return lifecycle.ActRejectEscalation }

func (d *givingUp) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractReject, by: c.who, now: c.now, reason: d.text,
		set: func(u *ent.ContractUpdate) {
			u.SetStatusReason(d.text).SetSupervisorID(c.who.UserID).ClearEscalationDeadlineAt()
		},
		beside: append(ends(), d.announce("contract_escalation_rejected")),
	})
}
