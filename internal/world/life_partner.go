package world

import (
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// assign adds a try of a partner.
func (l *life) assign(t *technician, kind lifecycle.AssignmentKind, status lifecycle.AssignmentStatus, at time.Time, actor who) {
	a := &ent.Assignment{
		InstitutionID: l.contract.InstitutionID, PartnerID: t.row.ID, Sequence: len(l.assignments) + 1,
		Kind: kind, Status: status, AssignedByID: actor.id, AssignedByRole: string(actor.role), AssignedAt: at,
		Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	if status == lifecycle.AssignmentAccepted {
		a.RespondedAt = new(at)
	}
	l.assignments = append(l.assignments, a)
}

// close ends the open assignment, if there is one. The partner answered it when
// it was accepted or rejected.
func (l *life) close(status lifecycle.AssignmentStatus, at time.Time, reason string) {
	a := l.assignments[len(l.assignments)-1]
	if l.err != nil || (a.Status != lifecycle.AssignmentPending && a.Status != lifecycle.AssignmentAccepted) {
		return
	}
	a.Status, a.StatusReason = status, reason
	if status == lifecycle.AssignmentAccepted || status == lifecycle.AssignmentRejected {
		a.RespondedAt = new(at)
	}
	a.Version++
	a.UpdatedAt = at
}

// setSchedules gives every day that is not over yet a status.
func (l *life) setSchedules(status lifecycle.ScheduleStatus, at time.Time) {
	if l.err != nil {
		return
	}
	for _, s := range l.schedules {
		l.setDay(s, status, at)
	}
}

func (l *life) setDay(s *ent.Schedule, status lifecycle.ScheduleStatus, at time.Time) {
	if s.Status == status || s.Status == lifecycle.ScheduleCompleted {
		return
	}
	s.Status = status
	s.Version++
	s.UpdatedAt = at
}

// inTime fails when the stage's deadline has passed.
func (l *life) inTime(event string, at time.Time) {
	if d := l.contract.EscalationDeadlineAt; d == nil || !at.Before(*d) {
		l.fail("%s at %s, after the deadline", event, at)
	}
}

// accept is the partner taking the contract.
func (l *life) accept(at time.Time) {
	l.inTime("accept", at)
	l.move(lifecycle.ContractAccept, at, l.technician.who(), func(c *ent.Contract) { c.AcceptedAt = new(at) })
	l.close(lifecycle.AssignmentAccepted, at, "")
}

// decline is the partner not taking it.
func (l *life) decline(at time.Time, reason string) {
	l.inTime("decline", at)
	l.escalate(at, l.technician.who())
	l.because(reason)
	l.close(lifecycle.AssignmentRejected, at, reason)
}

// lapse is the partner's deadline passing; the program fires it then.
func (l *life) lapse() {
	if l.contract.EscalationDeadlineAt == nil {
		l.fail("lapse without a deadline")
		return
	}
	at := *l.contract.EscalationDeadlineAt
	l.escalate(at, who{})
	l.close(lifecycle.AssignmentExpired, at, "")
}

func (l *life) escalate(at time.Time, actor who) {
	l.move(lifecycle.ContractEscalate, at, actor, func(c *ent.Contract) {
		c.ReleasedAt = new(at)
		c.EscalationDeadlineAt = new(supervisorDeadline(at, *c.ScheduledStartAt))
	})
}

// reassign is a supervisor finding another partner, who has it at once.
func (l *life) reassign(at time.Time, supervisor *ent.User, t *technician) {
	l.inTime("reassign", at)
	if !t.can(l.contract.SubServiceID, l.contract.Kind) || t.row.ID == l.contract.PartnerID {
		l.fail("partner %d is not eligible", t.row.ID)
	}
	l.move(lifecycle.ContractAssignReplacement, at, by(supervisor), func(c *ent.Contract) {
		c.SupervisorID = new(supervisor.ID)
		handOver(c, t, at)
	})
	l.replaceWith(t, at, by(supervisor))
}

// replacePartner is the back office giving the contract to another partner.
func (l *life) replacePartner(at time.Time, admin *ent.User, t *technician, reason string) {
	l.move(lifecycle.ContractReplacePartner, at, by(admin), func(c *ent.Contract) {
		c.OnRouteAt, c.DepartureRemindedAt = nil, nil
		handOver(c, t, at)
	})
	l.because(reason)
	l.close(lifecycle.AssignmentCancelled, at, reason)
	l.replaceWith(t, at, by(admin))
}

func handOver(c *ent.Contract, t *technician, at time.Time) {
	c.PartnerID, c.ReleasedAt, c.AcceptedAt = t.row.ID, nil, new(at)
}

func (l *life) replaceWith(t *technician, at time.Time, actor who) {
	if l.err != nil {
		return
	}
	l.technician = t
	l.assign(t, lifecycle.AssignmentReassignment, lifecycle.AssignmentAccepted, at, actor)
}

// reject is a supervisor finding nobody; the money is owed back.
func (l *life) reject(at time.Time, supervisor *ent.User, reason string) {
	l.inTime("reject", at)
	l.end(lifecycle.ContractReject, at, by(supervisor), reason, func(c *ent.Contract) { c.SupervisorID = new(supervisor.ID) })
}

// rejectByTime is the supervisor's deadline passing.
func (l *life) rejectByTime() {
	if l.contract.EscalationDeadlineAt == nil {
		l.fail("reject without a deadline")
		return
	}
	l.end(lifecycle.ContractReject, *l.contract.EscalationDeadlineAt, who{}, "", func(*ent.Contract) {})
}

// cancel is the institution giving the contract up.
func (l *life) cancel(at time.Time, actor *ent.User, reason string) {
	l.end(lifecycle.ContractCancel, at, by(actor), reason, func(c *ent.Contract) { c.CancelledAt = new(at) })
}

// forceCancel is the back office ending it.
func (l *life) forceCancel(at time.Time, admin *ent.User, reason string) {
	l.end(lifecycle.ContractForceCancel, at, by(admin), reason, func(c *ent.Contract) { c.CancelledAt = new(at) })
}

// end is every way in which a contract ends without its work being done.
func (l *life) end(event lifecycle.ContractEvent, at time.Time, actor who, reason string, edit func(*ent.Contract)) {
	l.move(event, at, actor, func(c *ent.Contract) {
		c.StatusReason = reason
		edit(c)
	})
	l.because(reason)
	l.close(lifecycle.AssignmentCancelled, at, "")
	l.setSchedules(lifecycle.ScheduleCancelled, at)
	l.answer(lifecycle.AdjustmentRejected, at, "")
	if l.err != nil || l.payment == nil {
		return
	}
	switch l.payment.Status {
	case lifecycle.PaymentPaid, lifecycle.PaymentPending:
		l.pays(at, lifecycle.PaymentRefundDue)
	case lifecycle.PaymentUnpaid:
		l.pays(at, lifecycle.PaymentExpired)
	}
}
