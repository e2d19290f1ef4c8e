package market

import (
	"context"
	"encoding/json"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/counterparty"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// AgreementKey is what a list of agreements is sorted by.
type AgreementKey int

// The keys.
const (
	AgreementByID AgreementKey = iota
	AgreementByCreated
	AgreementByTitle // folded
	AgreementByStart // those without one come last, and so for the next two
	AgreementByEnd
	AgreementByConclusion
	AgreementByUpdated
	AgreementByCost
)

// AgreementOrder is how a list of agreements is sorted: by a key, then by id in the
// same direction.
type AgreementOrder struct {
	By         AgreementKey
	Descending bool
}

// order gives the sort of a list, and the key of a row in it.
func (o AgreementOrder) order(a *sql.SelectTable) (order, func(*agreementRow) (any, int64)) {
	by := order{desc: o.Descending}
	by.id = func(*sql.Selector) string { return a.C(agreement.FieldID) }
	at := func(name, column string, nullable bool, arg func(json.RawMessage) (any, error), key func(*agreementRow) any) (order, func(*agreementRow) (any, int64)) {
		by.name, by.nullable, by.arg = name, nullable, arg
		by.key = func(*sql.Selector) string { return a.C(column) }
		return by, func(r *agreementRow) (any, int64) { return key(r), r.id }
	}
	maybe := func(at *time.Time) any {
		if at == nil {
			return nil
		}
		return *at
	}
	switch o.By {
	case AgreementByCreated:
		return at("created", agreement.FieldCreatedAt, false, instantKey, func(r *agreementRow) any { return r.created })
	case AgreementByUpdated:
		return at("updated", agreement.FieldUpdatedAt, false, instantKey, func(r *agreementRow) any { return r.updated })
	case AgreementByTitle:
		return at("title", agreement.FieldSearchTitle, false, textKey, func(r *agreementRow) any { return r.searchTitle })
	case AgreementByCost:
		return at("cost", agreement.FieldCost, false, numberKey, func(r *agreementRow) any { return r.cost })
	case AgreementByStart:
		return at("start", agreement.FieldStartsAt, true, instantKey, func(r *agreementRow) any { return maybe(instant(r.startsAt)) })
	case AgreementByEnd:
		return at("end", agreement.FieldEndsAt, true, instantKey, func(r *agreementRow) any { return maybe(instant(r.endsAt)) })
	case AgreementByConclusion:
		return at("conclusion", agreement.FieldConcludedAt, true, instantKey, func(r *agreementRow) any { return maybe(instant(r.concludedAt)) })
	}
	return at("id", agreement.FieldID, false, numberKey, func(r *agreementRow) any { return r.id })
}

// Agreements lists the agreements that the caller may know of. Rows and total are
// of one snapshot.
//
// Faults: UNAUTHENTICATED, INVALID_PARAMETER.
func (a *App) Agreements(ctx context.Context, f AgreementFilter, o AgreementOrder, p Page, w AgreementWants) (*view.Page[view.Agreement], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	now := a.Now()
	var page *view.Page[view.Agreement]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		page, err = a.agreementPage(ctx, on, in, now, f, o, p, w)
		return err
	})
	return page, err
}

func (a *App) agreementPage(ctx context.Context, on *ent.Client, in insider, now time.Time, f AgreementFilter, o AgreementOrder, p Page, w AgreementWants) (*view.Page[view.Agreement], error) {
	dialect := a.store.Dialect()
	var total *int64
	if p.total {
		t := newAgreementTables()
		n, err := count(ctx, on, dialect, t.a, func(s *sql.Selector) {
			if f.Text != "" {
				joinNames(s, t)
			}
			s.Where(f.of(in, t.a))
			f.apply(s, t, dialect, now)
		})
		if err != nil {
			return nil, err
		}
		total = &n
	}
	s, t := selectAgreements(dialect, w)
	s.Where(f.of(in, t.a))
	f.apply(s.Selector, t, dialect, now)
	by, position := o.order(t.a)
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, position, func(rows []*agreementRow) ([]*view.Agreement, error) {
		return a.seeAgreements(ctx, on, in, now, rows, w)
	})
}

// of keeps the agreements that the caller may know of.
func (f AgreementFilter) of(in insider, t *sql.SelectTable) *sql.Predicate {
	if f.Deleted && !in.all() {
		return in.knows(t)
	}
	return agreementsOf(in, t)
}

// joinNames joins the names that a text is looked for in.
func joinNames(s *sql.Selector, t agreementTables) {
	s.Join(t.at).On(t.at.C("id"), t.a.C(agreement.FieldAgreementTypeID))
	s.LeftJoin(t.v).On(t.v.C(counterparty.FieldID), t.a.C(agreement.FieldVendorID))
}

// Agreement gives one agreement that the caller may know of.
//
// Faults: UNAUTHENTICATED, NOT_FOUND.
func (a *App) Agreement(ctx context.Context, id int64, w AgreementWants) (*view.Agreement, error) {
	found, err := a.AgreementsByID(ctx, []int64{id}, w)
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, noAgreement()
	}
	return found[0], nil
}

func noAgreement() error { return fault.New(fault.RecordNotFound, "There is no such agreement.") }

// AgreementsByID gives the agreements with these ids, in their order; nil stands for
// one that is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED.
func (a *App) AgreementsByID(ctx context.Context, ids []int64, w AgreementWants) ([]*view.Agreement, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	var views []*view.Agreement
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		rows, err := a.agreementRows(ctx, on, in, w, func(s *sql.Selector, t *sql.SelectTable) { s.Where(store.InP(t.C(agreement.FieldID), ids)) })
		if err != nil {
			return err
		}
		views, err = a.seeAgreements(ctx, on, in, now, rows, w)
		return err
	})
	if err != nil {
		return nil, err
	}
	return inOrder(ids, views, func(v *view.Agreement) int64 { return v.ID }), nil
}

// agreementRows reads the agreements that the caller may know of and that the
// condition keeps.
func (a *App) agreementRows(ctx context.Context, on reader, in insider, w AgreementWants, where func(*sql.Selector, *sql.SelectTable)) ([]*agreementRow, error) {
	s, t := selectAgreements(a.store.Dialect(), w)
	s.Where(agreementsOf(in, t.a))
	where(s.Selector, t.a)
	return s.rows(ctx, on)
}
