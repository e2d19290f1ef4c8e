package market

import (
	"context"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/ent/signature"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// dueOfSignature gives what a signature waits for, and when; false where it waits for
// people alone.
func dueOfSignature(agreementID, id int64, dueAt, expires *time.Time) (due, bool) {
	if dueAt == nil {
		return due{}, false
	}
	d := due{kind: lifecycle.DueSignatureRemind, at: *dueAt, agreementID: agreementID, rowID: id}
	if expires != nil && !dueAt.Before(*expires) {
		d.kind = lifecycle.DueSignatureExpires
	}
	return d, true
}

// signaturesDue gives what has fallen due for signatures until an instant, soonest
// first.
func (a *App) signaturesDue(ctx context.Context, on reader, until time.Time, out []int64, limit int) ([]due, error) {
	t := sql.Table(signature.Table).As("t")
	s := selectFrom[signatureRow](a.store.Dialect(), t)
	takeSignature(s, t, func(r *signatureRow) *signatureRow { return r })
	s.Where(sql.And(
		sql.NotNull(t.C(signature.FieldDueAt)), sql.LTE(t.C(signature.FieldDueAt), until),
		sql.Not(store.InP(t.C(signature.FieldAgreementID), out)),
	))
	s.OrderBy(t.C(signature.FieldDueAt), t.C(signature.FieldID)).Limit(limit)
	rows, err := s.rows(ctx, on)
	list := make([]due, 0, len(rows))
	for _, r := range rows {
		if d, waits := dueOfSignature(r.agreementID, r.id, instant(r.due), instant(r.expires)); waits {
			list = append(list, d)
		}
	}
	return list, err
}

// ofSignature tells whether it is a signature that waits for this.
func ofSignature(kind lifecycle.Due) bool {
	return kind == lifecycle.DueSignatureRemind || kind == lifecycle.DueSignatureExpires
}

// fireSignature does to a signature what has fallen due.
//
// Faults: STALE.
func (a *App) fireSignature(ctx context.Context, d due, set settings) (f Firing, next due, err error) {
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		s, err := readSigning(ctx, tx.Client(), signature.ID(d.rowID))
		if err != nil {
			return err
		}
		if s == nil {
			return fmt.Errorf("market: signature %d: %w", d.rowID, errNotDue)
		}
		present, waits := dueOfSignature(s.AgreementID, s.ID, s.DueAt, s.ExpiredDate)
		if !waits || present.kind != d.kind || !present.at.Equal(d.at) || now.Before(present.at) {
			return errNotDue
		}
		r, err := a.paperByID(ctx, tx.Client(), s.AgreementID)
		if err != nil {
			return err
		}
		m, again := a.passSignature(s, d.kind, now, set)
		if err := movePaper(ctx, tx, r, m); err != nil {
			return err
		}
		next, _ = dueOfSignature(s.AgreementID, s.ID, again, s.ExpiredDate)
		return nil
	})
	return Firing{Kind: d.kind, AgreementID: d.agreementID, At: now}, next, err
}

// passSignature is what it changes when something falls due for a signature, and when
// something does next. Nobody does it.
func (a *App) passSignature(s *signing, kind lifecycle.Due, now time.Time, set settings) (m paperMove, again *time.Time) {
	m.now = now
	if kind == lifecycle.DueSignatureExpires {
		m.event, m.reason, m.beside = lifecycle.AgreementCancelSigning, expired, a.cancelation(s.Signature, expired)
		return m, nil
	}
	again = set.nextOf(now, s.ExpiredDate)
	m.event = lifecycle.AgreementSign
	m.beside = []paperStep{moveSignature(s.Signature, "", func(u *ent.SignatureUpdate) {
		if again == nil {
			u.ClearDueAt()
			return
		}
		u.SetDueAt(*again)
	})}
	for _, p := range s.open() {
		switch {
		case p.TokenExpiresAt != nil && !now.Before(*p.TokenExpiresAt): // a link that is good no longer is of no use
			m.beside = append(m.beside, a.request(s.Signature, p))
		case set.signReminder > 0:
			m.beside = append(m.beside, a.tellSigner("signature_reminder", s.ID, p.ID))
		}
	}
	return m, again
}

// expired is why a signature that nobody has finished in time is cancelled.
const expired = "expired"
