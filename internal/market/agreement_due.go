package market

import (
	"context"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// due gives what time does to an agreement next, and when; false where it waits for
// people alone. An agreement runs until the end of the instant that it ends at.
func (r *agreementRow) due() (kind lifecycle.Due, at time.Time, waits bool) {
	if r.deletedAt.Valid {
		return "", at, false
	}
	next := func(k lifecycle.Due, t time.Time) {
		if !waits || t.Before(at) {
			kind, at, waits = k, t, true
		}
	}
	renewed := r.renewal == lifecycle.RenewalApproved && r.startsAt.Valid
	switch r.status {
	case lifecycle.AgreementApproved:
		if r.startsAt.Valid {
			next(lifecycle.DueAgreementBegin, r.startsAt.V)
		}
	case lifecycle.AgreementActive:
		if renewed {
			next(lifecycle.DueAgreementNext, r.startsAt.V)
		}
		if r.endsAt.Valid {
			if r.notifyDays.Valid && !r.remindedAt.Valid {
				next(lifecycle.DueAgreementNotice, r.endsAt.V.AddDate(0, 0, -int(r.notifyDays.V)))
			}
			next(lifecycle.DueAgreementEnd, r.endsAt.V.Add(time.Millisecond))
		}
	case lifecycle.AgreementExpired:
		if renewed {
			next(lifecycle.DueAgreementNext, r.startsAt.V)
		}
	}
	return kind, at, waits
}

// dueColumns are those that agreementRow.due looks at.
var dueColumns = []struct {
	name string
	at   func(*agreementRow) any
}{
	{agreement.FieldID, func(r *agreementRow) any { return &r.id }},
	{agreement.FieldStatus, func(r *agreementRow) any { return &r.status }},
	{agreement.FieldRenewalStatus, func(r *agreementRow) any { return &r.renewal }},
	{agreement.FieldStartsAt, func(r *agreementRow) any { return &r.startsAt }},
	{agreement.FieldEndsAt, func(r *agreementRow) any { return &r.endsAt }},
	{agreement.FieldNotifyBeforeDays, func(r *agreementRow) any { return &r.notifyDays }},
	{agreement.FieldRemindedAt, func(r *agreementRow) any { return &r.remindedAt }},
	{agreement.FieldDeletedAt, func(r *agreementRow) any { return &r.deletedAt }},
}

// papersDue gives what has fallen due for agreements until an instant, soonest first. It
// reads no more of them than says so: many may fall due at once.
func (a *App) papersDue(ctx context.Context, on *ent.Client, until time.Time, out []int64, limit int) ([]due, error) {
	t := sql.Table(agreement.Table).As("t")
	s := selectFrom[agreementRow](a.store.Dialect(), t)
	for _, c := range dueColumns {
		s.take(t, c.name, c.at)
	}
	s.Where(sql.And(
		sql.NotNull(t.C(agreement.FieldDueAt)), sql.LTE(t.C(agreement.FieldDueAt), until),
		sql.Not(store.InP(t.C(agreement.FieldID), out)),
	))
	s.OrderBy(t.C(agreement.FieldDueAt), t.C(agreement.FieldID)).Limit(limit)
	rows, err := s.rows(ctx, on)
	list := make([]due, 0, len(rows))
	for _, r := range rows {
		if kind, at, waits := r.due(); waits {
			list = append(list, due{kind: kind, at: at, agreementID: r.id, rowID: r.id})
		}
	}
	return list, err
}

// pass is what it changes when something falls due for an agreement. Nobody does it.
func (a *App) pass(r *agreementRow, kind lifecycle.Due, now time.Time) (paperMove, error) {
	m := paperMove{now: now}
	switch kind {
	case lifecycle.DueAgreementBegin:
		m.event, m.beside = lifecycle.AgreementBegin, []paperStep{a.tell("agreement_active")}
	case lifecycle.DueAgreementNotice:
		m.event, m.beside = lifecycle.AgreementRemind, []paperStep{a.tell("agreement_expires_soon")}
		m.set = func(u *ent.AgreementUpdate) { u.SetRemindedAt(now) }
	case lifecycle.DueAgreementEnd:
		m.event, m.beside = lifecycle.AgreementExpire, []paperStep{moveTerms(lifecycle.TermPass, 0), a.tell("agreement_expired")}
	case lifecycle.DueAgreementNext:
		m.event, m.renewal = lifecycle.AgreementTakeOver, []lifecycle.RenewalEvent{lifecycle.RenewalBegin}
		if r.status == lifecycle.AgreementExpired {
			m.event = lifecycle.AgreementRevive
		}
		m.set = func(u *ent.AgreementUpdate) { u.SetOrigin(lifecycle.OriginRenewal) }
		m.beside = []paperStep{passOldTerms, a.tell("agreement_renewed")}
	default:
		return m, fmt.Errorf("market: %s: %w", kind, errNotDue)
	}
	return m, nil
}

// passOldTerms ends the terms before the newest one that is approved.
func passOldTerms(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
	newest, err := newestTerm(ctx, tx.Client(), r.id)
	if err != nil {
		return err
	}
	return moveTerms(lifecycle.TermPass, newest)(ctx, tx, r, m)
}

// paperByID reads an agreement, whoever may know of it.
func (a *App) paperByID(ctx context.Context, on reader, id int64) (*agreementRow, error) {
	s, t := selectAgreements(a.store.Dialect(), AgreementFiles|agreementSigning)
	s.Where(sql.EQ(t.a.C(agreement.FieldID), id))
	rows, err := s.rows(ctx, on)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("market: agreement %d: %w", id, errNotDue)
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// firePaper does to an agreement what has fallen due.
//
// Faults: STALE.
func (a *App) firePaper(ctx context.Context, d due) (f Firing, next due, err error) {
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		r, err := a.paperByID(ctx, tx.Client(), d.agreementID)
		if err != nil {
			return err
		}
		kind, at, waits := r.due()
		if !waits || kind != d.kind || !at.Equal(d.at) || now.Before(at) {
			return errNotDue
		}
		m, err := a.pass(r, kind, now)
		if err != nil {
			return err
		}
		if err := movePaper(ctx, tx, r, m); err != nil {
			return err
		}
		then, err := a.paperByID(ctx, tx.Client(), d.agreementID)
		if err != nil {
			return err
		}
		if kind, at, waits := then.due(); waits {
			next = due{kind: kind, at: at, agreementID: d.agreementID, rowID: d.agreementID}
		}
		return nil
	})
	return Firing{Kind: d.kind, AgreementID: d.agreementID, At: now}, next, err
}
