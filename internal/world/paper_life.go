package world

import (
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// approve approves a draft, which is active at once when its period has begun.
func (p *paper) approve(at time.Time) {
	event, a := lifecycle.AgreementApprove, p.row
	if a.StartsAt == nil || !a.StartsAt.After(at) {
		event = lifecycle.AgreementBegin
	}
	p.change(event, at, by(p.approver), nil)
	if a.StartsAt != nil && a.EndsAt != nil {
		p.open(lifecycle.TermInitial, lifecycle.TermApproved, at, *a.StartsAt, *a.EndsAt, a.Cost)
	}
}

// begin is time: the period has begun.
func (p *paper) begin() { p.change(lifecycle.AgreementBegin, *p.row.StartsAt, who{}, nil) }

// remind is time: the end is near.
func (p *paper) remind() {
	at := p.row.EndsAt.AddDate(0, 0, -int(*p.row.NotifyBeforeDays))
	p.change(lifecycle.AgreementRemind, at, who{}, func(a *ent.Agreement) { a.RemindedAt = &at })
}

// expire is time: the period is over.
func (p *paper) expire() {
	at := p.row.EndsAt.Add(time.Millisecond)
	p.change(lifecycle.AgreementExpire, at, who{}, nil)
	p.pass(at, nil)
}

// reject turns a draft down.
func (p *paper) reject(at time.Time, reason string) {
	p.change(lifecycle.AgreementReject, at, by(p.approver), func(a *ent.Agreement) { a.StatusReason = reason })
	p.because(reason)
}

// rewrite changes a draft, or makes a draft of what was rejected.
func (p *paper) rewrite(at time.Time, edit func(a *ent.Agreement)) {
	event := lifecycle.AgreementUpdate
	if p.row.Status == lifecycle.AgreementRejected {
		event = lifecycle.AgreementReopen
	}
	p.change(event, at, by(p.by), edit)
}

// attach gives the agreement another document.
func (p *paper) attach(at time.Time, f *ent.File) {
	p.change(lifecycle.AgreementAttach, at, by(p.by), func(a *ent.Agreement) { a.FileID, p.sum = &f.ID, f.Sha256 })
}

// remove takes a draft out of every list.
func (p *paper) remove(at time.Time) {
	p.change(lifecycle.AgreementDelete, at, by(p.by), func(a *ent.Agreement) { a.DeletedAt = &at })
}

// terminate ends the agreement before its time.
func (p *paper) terminate(at time.Time, reason string) {
	var refused []lifecycle.RenewalEvent
	if p.waits() {
		refused = []lifecycle.RenewalEvent{lifecycle.RenewalRefuse}
	}
	p.change(lifecycle.AgreementTerminate, at, by(p.by), func(a *ent.Agreement) { a.StatusReason = reason }, refused...)
	p.because(reason)
	p.pass(at, nil)
	p.decide(at, lifecycle.TermRejected)
}

// waits tells whether a next period waits for the approver.
func (p *paper) waits() bool {
	return p.row.RenewalStatus == lifecycle.RenewalPending || p.row.RenewalStatus == lifecycle.ExtensionPending
}

// renew asks for a new period of so many days, which begins so many days after the
// present end.
func (p *paper) renew(at time.Time, after, days int, cost int64) {
	p.change(lifecycle.AgreementRenew, at, by(p.by), nil, lifecycle.RenewalAsk)
	if p.err == nil {
		starts := p.row.EndsAt.AddDate(0, 0, after)
		p.open(lifecycle.TermRenewal, lifecycle.TermPending, at, starts, starts.AddDate(0, 0, days), cost)
	}
}

// extend asks for so many days more.
func (p *paper) extend(at time.Time, days int) {
	p.change(lifecycle.AgreementExtend, at, by(p.by), nil, lifecycle.RenewalAskExtended)
	if p.err == nil {
		p.open(lifecycle.TermExtension, lifecycle.TermPending, at, *p.row.EndsAt, p.row.EndsAt.AddDate(0, 0, days), p.row.Cost)
	}
}

// grant says yes to the period that was asked for.
func (p *paper) grant(at time.Time) {
	if p.err != nil {
		return
	}
	term, renewing := p.terms[len(p.terms)-1], p.row.RenewalStatus == lifecycle.RenewalPending
	if renewing && !term.StartsAt.After(at) {
		p.fail("a renewal of a period that has begun is not told here")
	}
	p.change(lifecycle.AgreementGrantTerm, at, by(p.approver), func(a *ent.Agreement) {
		a.EndsAt, a.Cost, a.RemindedAt = &term.EndsAt, term.Cost, nil
		if renewing {
			a.StartsAt = &term.StartsAt
		}
	}, lifecycle.RenewalGrant)
	if !renewing {
		p.pass(at, nil)
	}
	p.decide(at, lifecycle.TermApproved)
}

// refuse says no to it.
func (p *paper) refuse(at time.Time, reason string) {
	p.change(lifecycle.AgreementRefuseTerm, at, by(p.approver), nil, lifecycle.RenewalRefuse)
	p.because(reason)
	p.decide(at, lifecycle.TermRejected)
}

// takeOver is time: the renewed period has begun.
func (p *paper) takeOver() {
	event, at := lifecycle.AgreementTakeOver, *p.row.StartsAt
	if p.row.Status == lifecycle.AgreementExpired {
		event = lifecycle.AgreementRevive
	}
	p.change(event, at, who{}, func(a *ent.Agreement) { a.Origin = lifecycle.OriginRenewal }, lifecycle.RenewalBegin)
	p.pass(at, p.terms[len(p.terms)-1])
}

// open adds a period.
func (p *paper) open(kind lifecycle.TermKind, state lifecycle.TermState, at, starts, ends time.Time, cost int64) {
	if p.err != nil {
		return
	}
	t := &ent.AgreementTerm{Kind: kind, State: state, StartsAt: starts, EndsAt: ends, Cost: cost, Version: 1, CreatedAt: at, UpdatedAt: at}
	if p.approver != nil {
		t.ApproverID = new(p.approver.ID)
	}
	p.terms = append(p.terms, t)
}

// pass ends the approved periods but one.
func (p *paper) pass(at time.Time, but *ent.AgreementTerm) {
	for _, t := range p.terms {
		if t.State == lifecycle.TermApproved && t != but {
			t.State, t.UpdatedAt = lifecycle.TermPast, at
			t.Version++
		}
	}
}

// decide settles the period that waits.
func (p *paper) decide(at time.Time, state lifecycle.TermState) {
	for _, t := range p.terms {
		if t.State == lifecycle.TermPending {
			t.State, t.UpdatedAt = state, at
			t.Version++
		}
	}
}
