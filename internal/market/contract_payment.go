package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// SendPaymentProof shows that a contract was paid: a picture or a PDF. It may be
// sent again until the back office has verified it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID without a file, or with another one than a picture or a PDF; WRONG_STATE;
// DEADLINE_PASSED; STALE; BUSY when the file cannot be stored.
func (a *App) SendPaymentProof(ctx context.Context, id int64, proof *Upload, w ContractWants) (*view.Contract, error) {
	d := &proving{App: a, proof: uploads{field: "proof", purpose: "proof", papers: true}}
	if proof != nil {
		d.proof.sent = []Attachment{{Upload: proof}}
	}
	return a.act(ctx, id, d, w)
}

// proving is the deed of SendPaymentProof.
type proving struct {
	*App
	proof uploads
}

func (d *proving) action() lifecycle.ContractAction { return lifecycle.ActSendProof }

func (d *proving) brings() []*uploads { return []*uploads{&d.proof} }

func (d *proving) check(context.Context, *ent.Client, *facts) error {
	var bad fault.Fields
	bad.Check(len(d.proof.sent) > 0, "proof", "is required: send a picture or a PDF as multipart/form-data")
	if err := d.proof.check(&bad, nil); err != nil {
		return err
	}
	return bad.Err(fault.InputInvalid)
}

func (d *proving) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractSendProof, by: c.who, now: c.now,
		beside: []step{
			storeUploads(&d.proof),
			movePayment(lifecycle.PaymentSendProof, func(u *ent.PaymentUpdate) {
				u.SetProof(d.proof.names()[0]).SetProofSentAt(c.now).SetStatusReason("")
			}),
			d.announce(topicChanged),
		},
	})
}

// VerifyPayment says that the money is there, and asks the partner, or the
// supervisors when the partner is suspended. When the start has gone by meanwhile
// nobody is asked: the contract expires, and the money is owed back.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; WRONG_STATE
// without a proof that waits; STALE.
func (a *App) VerifyPayment(ctx context.Context, id int64, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &verifying{App: a}, w)
}

// verifying is the deed of VerifyPayment.
type verifying struct {
	*App
	noInput
}

func (d *verifying) action() lifecycle.ContractAction { return lifecycle.ActVerifyPayment }

func (d *verifying) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	paid := func(u *ent.PaymentUpdate) { u.SetPaidAt(c.now) }
	if !c.now.Before(c.row.startAt.V) {
		return moveContract(ctx, tx, c.row, move{
			event: lifecycle.ContractExpire, by: c.who, now: c.now,
			beside: []step{
				movePayment(lifecycle.PaymentOwe, paid), closeAssignment(lifecycle.AssignmentCancel, ""),
				moveSchedules(lifecycle.ScheduleCancel), d.announce("contract_payment_expired"),
			},
		})
	}
	return d.ask(ctx, tx, c, paid)
}

// ask asks the partner of a paid contract, held so that it is not just being
// suspended or closing its account. Such a partner is asked nothing: the contract goes on
// to the supervisors at once, as it would have gone had the partner been asked before.
func (d *verifying) ask(ctx context.Context, tx *ent.Tx, c *facts, paid func(*ent.PaymentUpdate)) error {
	p, err := tx.Partner.Query().Where(partner.ID(c.row.partnerID), store.ForUpdate).Only(ctx)
	if err != nil {
		return err
	}
	verified := move{
		event: lifecycle.ContractVerifyPayment, by: c.who, now: c.now,
		set: func(u *ent.ContractUpdate) {
			u.SetStep(lifecycle.StepCompleted).SetOfferedAt(c.now).
				SetEscalationDeadlineAt(c.set.partnerDeadline(c.now, c.row.startAt.V))
		},
		beside: []step{movePayment(lifecycle.PaymentVerify, paid), d.announce("contract_payment_verified")},
	}
	gone := ""
	switch {
	case p.DeletedAt != nil:
		gone = closedReason
	case p.Status == lifecycle.PartnerSuspended:
		gone = suspendedReason
	}
	if gone == "" {
		verified.beside = append(verified.beside, d.announce("contract_assigned"))
		return moveContract(ctx, tx, c.row, verified)
	}
	if err := moveContract(ctx, tx, c.row, verified); err != nil {
		return err
	}
	offered, err := verified.after(tx.Contract, c.row)
	if err != nil {
		return err
	}
	return moveContract(ctx, tx, offered, d.escalation(
		&facts{who: c.who, now: c.now, row: offered, set: c.set}, lifecycle.AssignmentCancel, gone,
	))
}

// RefusePayment says that the money is not there: the institution has to pay, or
// to send another proof, and gets at least the time of a first try for it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID
// without a reason; WRONG_STATE without a proof that waits; STALE.
func (a *App) RefusePayment(ctx context.Context, id int64, why string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &refusing{App: a, reason: reason{why}}, w)
}

// refusing is the deed of RefusePayment.
type refusing struct {
	*App
	reason
}

func (d *refusing) action() lifecycle.ContractAction { return lifecycle.ActRefusePayment }

func (d *refusing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	deadline := later(c.row.payment.deadline.V, c.set.paymentDeadline(c.now))
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractRefusePayment, by: c.who, now: c.now, reason: d.text,
		beside: []step{
			movePayment(lifecycle.PaymentRefuse, func(u *ent.PaymentUpdate) {
				u.SetStatusReason(d.text).SetDeadlineAt(deadline)
			}),
			d.announce("contract_payment_refused"),
		},
	})
}

// RecordRefund says that the money was given back.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; WRONG_STATE
// unless money is owed back; STALE.
func (a *App) RecordRefund(ctx context.Context, id int64, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &refunding{App: a}, w)
}

// refunding is the deed of RecordRefund.
type refunding struct {
	*App
	noInput
}

func (d *refunding) action() lifecycle.ContractAction { return lifecycle.ActRecordRefund }

func (d *refunding) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractRecordRefund, by: c.who, now: c.now,
		beside: []step{movePayment(lifecycle.PaymentRefund, func(u *ent.PaymentUpdate) { u.SetRefundedAt(c.now) }), d.announce(topicChanged)},
	})
}
