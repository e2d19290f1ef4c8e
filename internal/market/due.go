package market

import (
	"cmp"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// What time does to a contract is decided here alone: when something falls due is
// a function of a row and the settings, and what it changes is a move. Firing it
// makes the move, simulating it applies the same move to a copy of the row.

// due is what time will do to a contract next, and when.
type due struct {
	kind       lifecycle.Due
	at         time.Time
	contractID int64
	// agreementID is set in place of contractID where it is an agreement that waits.
	agreementID int64
	rowID       int64 // of the row that has the deadline
}

// dues are what can fall due, in the order of what falls due at the same instant.
var dues = slices.Concat(lifecycle.Dues, lifecycle.AgreementDues)

// compare tells which of two comes first: the sooner one, and of two at the same
// instant the one whose kind, and then whose row, comes first.
func (d due) compare(o due) int {
	return cmp.Or(
		d.at.Compare(o.at),
		cmp.Compare(slices.Index(dues, d.kind), slices.Index(dues, o.kind)),
		cmp.Compare(d.rowID, o.rowID),
	)
}

// due gives what falls due next for a contract, whether or not its instant has
// come, and false where it waits for people alone.
func (s settings) due(r *contractRow) (due, bool) {
	d := due{contractID: r.id, rowID: r.id}
	switch {
	case r.status == lifecycle.ContractPaymentPending && r.payment.status.V == lifecycle.PaymentUnpaid && r.payment.deadline.Valid:
		d.kind, d.at, d.rowID = lifecycle.DuePayment, r.payment.deadline.V, r.payment.id.V
	case r.status == lifecycle.ContractPartnerPending && r.deadline.Valid:
		d.kind, d.at = dueOf(r.stage), r.deadline.V
	case r.status == lifecycle.ContractAccepted && r.startAt.Valid && !r.reminded.Valid:
		d.kind, d.at = lifecycle.DueReminder, s.reminderAt(r.startAt.V, r.accepted.V)
	default:
		return due{}, false
	}
	return d, true
}

// dueOf is what the deadline of a stage brings.
func dueOf(stage lifecycle.Stage) lifecycle.Due {
	if stage == lifecycle.StageSupervisor {
		return lifecycle.DueSupervisor
	}
	return lifecycle.DuePartner
}

// lapse is what it changes when something falls due. Nobody does it: c.who is
// empty.
func (a *App) lapse(c *facts, kind lifecycle.Due) move {
	switch kind {
	case lifecycle.DuePayment:
		return move{
			event: lifecycle.ContractExpire, now: c.now,
			beside: append(ends(), a.announce("contract_payment_expired")),
		}
	case lifecycle.DuePartner:
		return a.escalation(c, lifecycle.AssignmentExpire, "")
	case lifecycle.DueSupervisor:
		return move{
			event: lifecycle.ContractReject, now: c.now,
			set:    func(u *ent.ContractUpdate) { u.ClearEscalationDeadlineAt() },
			beside: append(ends(), a.announce("contract_escalation_rejected")),
		}
	}
	return move{
		event: lifecycle.ContractRemindDeparture, now: c.now,
		set:    func(u *ent.ContractUpdate) { u.SetDepartureRemindedAt(c.now) },
		beside: []step{a.announce("contract_departure_reminder")},
	}
}
