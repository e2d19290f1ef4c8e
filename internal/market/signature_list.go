package market

import (
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/signature"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// SignatureFilter keeps signatures of some institutions, made within a range.
type SignatureFilter struct {
	// Institutions nil keeps all that the caller may know of.
	Institutions []int64
	Created      InstantRange
	// ids nil keeps all.
	ids []int64
}

func (f SignatureFilter) apply(s *sql.Selector, t *sql.SelectTable) {
	keepOf(s, t.C(signature.FieldInstitutionID), f.Institutions)
	f.Created.keep(s, t.C(signature.FieldCreatedAt))
	keepOf(s, t.C(signature.FieldID), f.ids)
}

// Signatures lists the signatures of agreements that the caller may know of, newest
// first. Rows and total are of one snapshot.
//
// Faults: UNAUTHENTICATED, INVALID_PARAMETER.
func (a *App) Signatures(ctx context.Context, f SignatureFilter, p Page, w AgreementWants) (*view.Page[view.Signature], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	var page *view.Page[view.Signature]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		page, err = a.signaturePage(ctx, on, in, f, p, w)
		return err
	})
	return page, err
}

// ofAgreements joins the agreements of signatures, and keeps those to be known of.
func ofAgreements(s *sql.Selector, t *sql.SelectTable, in insider) {
	ag := sql.Table(agreement.Table).As("a")
	s.Join(ag).On(ag.C(agreement.FieldID), t.C(signature.FieldAgreementID))
	s.Where(agreementsOf(in, ag))
}

func (a *App) signaturePage(ctx context.Context, on *ent.Client, in insider, f SignatureFilter, p Page, w AgreementWants) (*view.Page[view.Signature], error) {
	t := sql.Table(signature.Table).As("t")
	var total *int64
	if p.total {
		n, err := count(ctx, on, a.store.Dialect(), t, func(s *sql.Selector) { ofAgreements(s, t, in); f.apply(s, t) })
		if err != nil {
			return nil, err
		}
		total = &n
	}
	s := selectFrom[signatureRow](a.store.Dialect(), t)
	takeSignature(s, t, func(r *signatureRow) *signatureRow { return r })
	ofAgreements(s.Selector, t, in)
	f.apply(s.Selector, t)
	by := order{
		name: "created", desc: true, arg: instantKey,
		key: func(*sql.Selector) string { return t.C(signature.FieldCreatedAt) },
		id:  func(*sql.Selector) string { return t.C(signature.FieldID) },
	}
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, func(r *signatureRow) (any, int64) { return r.created, r.id }, func(rows []*signatureRow) ([]*view.Signature, error) {
		views := make([]*view.Signature, len(rows))
		for i, r := range rows {
			views[i] = seeSignature(r)
		}
		if len(views) == 0 {
			return views, nil
		}
		return views, a.readSigners(ctx, on, views, w)
	})
}

// SignatureUsage counts signatures by their status.
//
// Faults: UNAUTHENTICATED.
func (a *App) SignatureUsage(ctx context.Context, f SignatureFilter) (*view.SignatureUsage, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	type tally struct {
		status lifecycle.SignatureStatus
		n      int64
	}
	var rows []*tally
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		t := sql.Table(signature.Table).As("t")
		s := selectFrom[tally](a.store.Dialect(), t)
		s.take(t, signature.FieldStatus, func(r *tally) any { return &r.status })
		s.compute(sql.Raw("count(*)"), "n", func(r *tally) any { return &r.n })
		ofAgreements(s.Selector, t, in)
		f.apply(s.Selector, t)
		s.GroupBy(t.C(signature.FieldStatus))
		rows, err = s.rows(ctx, on)
		return err
	})
	if err != nil {
		return nil, err
	}
	of := func(status lifecycle.SignatureStatus) int64 {
		if i := slices.IndexFunc(rows, func(r *tally) bool { return r.status == status }); i >= 0 {
			return rows[i].n
		}
		return 0
	}
	v := &view.SignatureUsage{
		Created: of(lifecycle.SignatureCreated), Waiting: of(lifecycle.SignatureWaiting),
		Done: of(lifecycle.SignatureDone), Canceled: of(lifecycle.SignatureCanceled),
	}
	v.Total = v.Created + v.Waiting + v.Done + v.Canceled
	return view.See(v, insiderTies), nil
}

// good tells whether a participant's link is good.
func good(s *ent.Signature, p *ent.Participant, now time.Time) bool {
	return s.Status == lifecycle.SignatureWaiting && wasAsked(p) && p.TokenHash != "" &&
		p.TokenExpiresAt != nil && now.Before(*p.TokenExpiresAt) && (s.ExpiredDate == nil || now.Before(*s.ExpiredDate))
}
