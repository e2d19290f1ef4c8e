package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/ent/partnertest"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PendingPartners lists the partners that wait to be verified, those that wait longest
// first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) PendingPartners(ctx context.Context, p Page, unread fault.Fields, w PartnerWant) (page *view.Page[view.Partner], err error) {
	who, err := asksQueue(ctx, unread)
	if err != nil {
		return nil, err
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		page, err = a.pendingPartners(ctx, on, who, p, w)
		return err
	})
	return page, err
}

// asksQueue gives who asks for what waits for a decision.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func asksQueue(ctx context.Context, unread fault.Fields) (actor.Actor, error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return who, err
	}
	return who, unread.Err(fault.InputInvalid)
}

func (a *App) pendingPartners(ctx context.Context, on *ent.Client, who actor.Actor, p Page, w PartnerWant) (*view.Page[view.Partner], error) {
	inReview := func(s *sql.Selector, t *sql.SelectTable) {
		s.Where(sql.And(is(t.C(partner.FieldVerificationStep), lifecycle.VerifyReview), sql.IsNull(t.C(partner.FieldDeletedAt))))
	}
	var total *int64
	if p.total {
		t := newPartnerTables()
		n, err := count(ctx, on, a.store.Dialect(), t.p, func(s *sql.Selector) { inReview(s, t.p) })
		if err != nil {
			return nil, err
		}
		total = &n
	}
	s, t := a.selectPartners(w|WantPrivate, centre{})
	inReview(s.Selector, t.p)
	by := order{
		name: "submitted", arg: instantKey,
		key: func(*sql.Selector) string { return t.p.C(partner.FieldSubmittedAt) },
		id:  func(*sql.Selector) string { return t.p.C(partner.FieldID) },
	}
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, func(r *partnerRow) (any, int64) { return r.submitted.V, r.id }, func(rows []*partnerRow) ([]*view.Partner, error) {
		return a.seePartners(ctx, on, who, rows, w|WantPrivate, priceOf{})
	})
}

// PendingTests lists the certificates of competency tests that wait for a decision, those
// that wait longest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) PendingTests(ctx context.Context, p Page, unread fault.Fields, w TestWants) (page *view.Page[view.PartnerTest], err error) {
	who, err := asksQueue(ctx, unread)
	if err != nil {
		return nil, err
	}
	where := partnertest.And(partnertest.StatusEQ(lifecycle.TestPending), partnertest.HasPartnerWith(partner.DeletedAtIsNil()))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		page, err = a.testPage(ctx, on, who, testsBy("submitted", partnertest.FieldSubmittedAt), where, p, w)
		return err
	})
	return page, err
}

// PendingPayments lists the contracts whose payment waits to be verified, those whose
// proof came first first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) PendingPayments(ctx context.Context, p Page, unread fault.Fields, w ContractWants) (*view.Page[view.Contract], error) {
	if _, err := asksQueue(ctx, unread); err != nil {
		return nil, err
	}
	return a.Contracts(ctx, ContractFilter{PaymentStatuses: []lifecycle.PaymentStatus{lifecycle.PaymentPending}}, ContractOrder{byProof: true, Ascending: true}, p, w)
}
