package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreementterm"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// ApproveAgreement approves what waits: a draft, which is active at once when its
// period has begun, or the period that was asked for.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, WRONG_STATE, STALE.
func (a *App) ApproveAgreement(ctx context.Context, id int64, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &approval{tell: a.tell}, w)
}

type approval struct {
	noPaperInput
	tell func(string) paperStep
}

// noPaperInput is the check of a deed that has no input.
type noPaperInput struct{}

func (noPaperInput) check(context.Context, *ent.Client, *paper) error { return nil }

func (*approval) action() lifecycle.AgreementAction { return lifecycle.AgreementActApprove }

func (d *approval) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	m := paperMove{by: p.in.who, now: p.now}
	r := p.row
	if p.periodWaits() {
		return d.grant(ctx, tx, p, m)
	}
	m.event = lifecycle.AgreementApprove
	if !r.startsAt.Valid || !r.startsAt.V.After(p.now) {
		m.event = lifecycle.AgreementBegin
	}
	if r.startsAt.Valid && r.endsAt.Valid {
		term := termPeriod{starts: r.startsAt.V, ends: r.endsAt.V, cost: r.cost, approverID: r.approverID.V}
		m.beside = append(m.beside, openTerm(lifecycle.TermInitial, lifecycle.TermApproved, term))
	}
	m.beside = append(m.beside, d.tell("agreement_approved"))
	return movePaper(ctx, tx, r, m)
}

// grant says yes to a period that was asked for: its dates and its cost become those
// of the agreement. A renewed period that has begun already takes over at once.
func (d *approval) grant(ctx context.Context, tx *ent.Tx, p *paper, m paperMove) error {
	r := p.row
	term, err := pendingTerm(ctx, tx.Client(), r.id)
	if err != nil {
		return err
	}
	m.event, m.renewal = lifecycle.AgreementGrantTerm, []lifecycle.RenewalEvent{lifecycle.RenewalGrant}
	begun := r.renewal == lifecycle.RenewalPending && !term.StartsAt.After(p.now)
	if begun {
		m.renewal = append(m.renewal, lifecycle.RenewalBegin)
		if r.status == lifecycle.AgreementExpired {
			m.event = lifecycle.AgreementRevive
		}
	}
	m.set = func(u *ent.AgreementUpdate) {
		u.SetEndsAt(term.EndsAt).SetCost(term.Cost).ClearRemindedAt()
		if r.renewal == lifecycle.RenewalPending {
			u.SetStartsAt(term.StartsAt)
		}
		if begun {
			u.SetOrigin(lifecycle.OriginRenewal)
		}
	}
	if begun || r.renewal == lifecycle.ExtensionPending {
		m.beside = append(m.beside, moveTerms(lifecycle.TermPass, 0))
	}
	m.beside = append(m.beside, moveTerms(lifecycle.TermGrant, 0), d.tell("agreement_period_approved"))
	return movePaper(ctx, tx, r, m)
}

func pendingTerm(ctx context.Context, on *ent.Client, agreementID int64) (*ent.AgreementTerm, error) {
	return on.AgreementTerm.Query().Where(agreementterm.AgreementID(agreementID), agreementterm.StateEQ(lifecycle.TermPending)).Only(ctx)
}

// RejectAgreement rejects what waits: a draft, or the period that was asked for.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; INVALID without a reason;
// WRONG_STATE, STALE.
func (a *App) RejectAgreement(ctx context.Context, id int64, why string, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &rejection{paperReason{why, 1}, a}, w)
}

type rejection struct {
	paperReason
	app *App
}

// paperReason is the input of a deed that asks for a reason, of so many letters at
// least.
type paperReason struct {
	text  string
	least int
}

func (r paperReason) check(context.Context, *ent.Client, *paper) error {
	var bad fault.Fields
	checkText(&bad, "reason", r.text, r.least, reasonLength)
	return bad.Err(fault.InputInvalid)
}

func (*rejection) action() lifecycle.AgreementAction { return lifecycle.AgreementActReject }

func (d *rejection) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	m := paperMove{by: p.in.who, now: p.now, reason: d.text, event: lifecycle.AgreementReject}
	m.set = func(u *ent.AgreementUpdate) { u.SetStatusReason(d.text) }
	// What is rejected is not signed: neither the draft nor what comes of it later.
	m.beside = []paperStep{d.app.cancelLive("rejected"), d.app.tell("agreement_rejected")}
	if p.periodWaits() {
		m.event, m.renewal, m.set = lifecycle.AgreementRefuseTerm, []lifecycle.RenewalEvent{lifecycle.RenewalRefuse}, nil
		m.beside = []paperStep{moveTerms(lifecycle.TermRefuse, 0), d.app.tell("agreement_period_rejected")}
	}
	return movePaper(ctx, tx, p.row, m)
}

// NextPeriod is the period that a renewal or an extension asks for. Its approver
// decides on it.
type NextPeriod struct {
	ApproverID int64
	Cost       *int64 // nil: as now
	StartsAt   *time.Time
	EndsAt     *time.Time
	Unread     fault.Fields
}

// RenewAgreement asks for a new period, which begins at the present end or later.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, WRONG_STATE, STALE.
func (a *App) RenewAgreement(ctx context.Context, id int64, in NextPeriod, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &asking{in: in, act: lifecycle.AgreementActRenew, tell: a.tell}, w)
}

// ExtendAgreement asks for more time: a period that begins at the present end.
//
// Faults: as for RenewAgreement.
func (a *App) ExtendAgreement(ctx context.Context, id int64, in NextPeriod, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &asking{in: in, act: lifecycle.AgreementActExtend, tell: a.tell}, w)
}

type asking struct {
	in   NextPeriod
	act  lifecycle.AgreementAction
	tell func(string) paperStep
	term termPeriod
}

func (d *asking) action() lifecycle.AgreementAction { return d.act }

func (d *asking) check(ctx context.Context, on *ent.Client, p *paper) error {
	bad := d.in.Unread
	end := p.row.endsAt.V
	d.term = termPeriod{starts: end, cost: p.row.cost, approverID: d.in.ApproverID}
	if d.in.Cost != nil {
		d.term.cost = *d.in.Cost
		bad.Check(d.term.cost >= 0 && d.term.cost <= maxCost, "cost", "must be between 0 and %d whole currency units", int64(maxCost))
	}
	switch at := d.in.StartsAt; {
	case at == nil && d.act == lifecycle.AgreementActRenew:
		bad.Add("starts_at", "is required")
	case at != nil && !storable(*at):
		bad.Add("starts_at", "must be an instant of a year from 1 to 9999")
	case at != nil && d.act == lifecycle.AgreementActRenew:
		d.term.starts = *at
		bad.Check(!p.row.endsAt.Valid || !at.Before(end.Truncate(time.Second)), "starts_at", "must not come before the present end, %s", stamp(end))
	case at != nil:
		bad.Check(!p.row.endsAt.Valid || at.Truncate(time.Second).Equal(end.Truncate(time.Second)), "starts_at", "must be the present end, %s", stamp(end))
	}
	if at := d.in.EndsAt; at == nil {
		bad.Add("ends_at", "is required")
	} else {
		d.term.ends = *at
		bad.Check(storable(*at) && at.After(d.term.starts), "ends_at", "must come after the start, %s", stamp(d.term.starts))
	}
	if d.in.ApproverID == 0 {
		bad.Add("approver_id", "is required")
	} else {
		found, err := people(ctx, on, p)([]int64{d.in.ApproverID})
		if err != nil {
			return err
		}
		bad.Check(len(found) == 1, "approver_id", "names nothing: %d", d.in.ApproverID)
	}
	return bad.Err(fault.InputInvalid)
}

func (d *asking) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	m := paperMove{
		event: lifecycle.AgreementRenew, renewal: []lifecycle.RenewalEvent{lifecycle.RenewalAsk}, by: p.in.who, now: p.now,
		set:    func(u *ent.AgreementUpdate) { u.SetApproverID(d.term.approverID) },
		beside: []paperStep{openTerm(lifecycle.TermRenewal, lifecycle.TermPending, d.term), d.tell("agreement_period_requested")},
	}
	if d.act == lifecycle.AgreementActExtend {
		m.event, m.renewal = lifecycle.AgreementExtend, []lifecycle.RenewalEvent{lifecycle.RenewalAskExtended}
		m.beside[0] = openTerm(lifecycle.TermExtension, lifecycle.TermPending, d.term)
	}
	return movePaper(ctx, tx, p.row, m)
}

// TerminateAgreement ends an agreement before its time.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, WRONG_STATE, STALE.
func (a *App) TerminateAgreement(ctx context.Context, id int64, why string, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &termination{paperReason{why, 0}, a}, w)
}

type termination struct {
	paperReason
	app *App
}

func (*termination) action() lifecycle.AgreementAction { return lifecycle.AgreementActTerminate }

func (d *termination) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	m := paperMove{event: lifecycle.AgreementTerminate, by: p.in.who, now: p.now, reason: d.text}
	m.set = func(u *ent.AgreementUpdate) { u.SetStatusReason(d.text) }
	m.beside = []paperStep{moveTerms(lifecycle.TermPass, 0), d.app.cancelLive("terminated"), d.app.tell("agreement_terminated")}
	if p.periodWaits() { // what was asked for is not given
		m.renewal = []lifecycle.RenewalEvent{lifecycle.RenewalRefuse}
		m.beside = append(m.beside, moveTerms(lifecycle.TermRefuse, 0))
	}
	return movePaper(ctx, tx, p.row, m)
}

// DeleteAgreement takes a draft or a rejected agreement out of every list.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, WRONG_STATE, STALE.
func (a *App) DeleteAgreement(ctx context.Context, id int64, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &deletion{app: a}, w)
}

type deletion struct {
	noPaperInput
	app *App
}

func (*deletion) action() lifecycle.AgreementAction { return lifecycle.AgreementActDelete }

func (d *deletion) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	return movePaper(ctx, tx, p.row, paperMove{
		event: lifecycle.AgreementDelete, by: p.in.who, now: p.now,
		set:    func(u *ent.AgreementUpdate) { u.SetDeletedAt(p.now) },
		beside: []paperStep{d.app.cancelLive("deleted")},
	})
}

// SortAgreement replaces what an agreement is paired with.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, STALE.
func (a *App) SortAgreement(ctx context.Context, id int64, in AgreementPairs, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &sorting{in}, w)
}

// SortAgreementByUUID is SortAgreement for the agreement of an institution with that
// uuid.
//
// Faults: as for SortAgreement.
func (a *App) SortAgreementByUUID(ctx context.Context, institutionID int64, uuid string, in AgreementPairs, w AgreementWants) (*view.Agreement, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Agreement, error) {
		f := AgreementFilter{InstitutionIDs: []int64{institutionID}, UUIDs: []string{uuid}}
		found, err := a.Agreements(ctx, f, AgreementOrder{}, OffsetPage(0, 1), 0)
		if err == nil && len(found.Items) == 0 {
			err = noAgreement()
		}
		if err != nil {
			return nil, err
		}
		return a.SortAgreement(ctx, found.Items[0].ID, in, w)
	}, a.paperAgain(w))
}

type sorting struct{ AgreementPairs }

func (*sorting) action() lifecycle.AgreementAction { return lifecycle.AgreementActSort }

func (d *sorting) check(ctx context.Context, on *ent.Client, p *paper) error {
	bad := d.Unsorted
	f := AgreementFields{AgreementPairs: d.AgreementPairs}
	if err := f.checkReferences(ctx, on, &bad, p); err != nil {
		return err
	}
	return bad.Err(fault.InputInvalid)
}

func (d *sorting) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	return movePaper(ctx, tx, p.row, paperMove{
		event: lifecycle.AgreementUpdate, by: p.in.who, now: p.now,
		beside: []paperStep{func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
			return d.write(ctx, tx, r, m)
		}},
	})
}
