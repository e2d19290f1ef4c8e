package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementtype"
	"kontrak/ent/counterparty"
	"kontrak/ent/licensetype"
	"kontrak/ent/tag"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// maxKinds is how many kinds of agreements and licences a list gives.
const maxKinds = 100

// AgreementTypes gives the kinds of agreement, by their number.
//
// Faults: UNAUTHENTICATED.
func (a *App) AgreementTypes(ctx context.Context) ([]*view.AgreementType, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().AgreementType.Query().Order(agreementtype.ByID()).Limit(maxKinds).All(ctx)
	list := make([]*view.AgreementType, len(rows))
	for i, r := range rows {
		list[i] = agreementType(r.ID, r.Name)
	}
	return list, store.Fault(err)
}

// LicenseTypes gives the kinds of licence, by their number.
//
// Faults: UNAUTHENTICATED.
func (a *App) LicenseTypes(ctx context.Context) ([]*view.LicenseType, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().LicenseType.Query().Order(licensetype.ByID()).Limit(maxKinds).All(ctx)
	list := make([]*view.LicenseType, len(rows))
	for i, r := range rows {
		list[i] = licenseType(r.ID, r.Name)
	}
	return list, store.Fault(err)
}

// keeping is how a record that an institution keeps is read.
type keeping[R, V any] struct {
	table string
	take  func(*selection[R], *sql.SelectTable)
	see   func(*R) *V
}

func same[R any](r *R) *R { return r }

func seeTag(r *view.Tag) *view.Tag { return view.See(r, insiderTies) }

// CounterpartiesByID gives the counterparties with these ids, in their order; nil
// stands for one that is unknown or not for the caller to know of: of other
// institutions, those of the agreements that name the caller are known.
//
// Faults: UNAUTHENTICATED.
func (a *App) CounterpartiesByID(ctx context.Context, ids []int64) ([]*view.Counterparty, error) {
	views, err := keptByID(ctx, a, ids, keeping[counterpartyRow, view.Counterparty]{
		table: counterparty.Table,
		take:  func(s *selection[counterpartyRow], t *sql.SelectTable) { takeCounterparty(s, t, same) },
		see:   seeCounterparty,
	}, func(named []int64, t *sql.SelectTable) *sql.Predicate {
		ag := sql.Table(agreement.Table).As("na")
		vendors := sql.Dialect(a.store.Dialect()).Select(ag.C(agreement.FieldVendorID)).From(ag).
			Where(sql.And(store.InP(ag.C(agreement.FieldID), named), sql.NotNull(ag.C(agreement.FieldVendorID))))
		return sql.Or(sql.In(t.C("id"), vendors), sql.In(t.C("id"), a.pairedWith(agreement.CustomersTable, "counterparty_id", named)))
	})
	return inOrder(ids, views, func(v *view.Counterparty) int64 { return v.ID }), err
}

// TagsByID is CounterpartiesByID for tags.
//
// Faults: UNAUTHENTICATED.
func (a *App) TagsByID(ctx context.Context, ids []int64) ([]*view.Tag, error) {
	views, err := keptByID(ctx, a, ids, keeping[view.Tag, view.Tag]{
		table: tag.Table,
		take:  func(s *selection[view.Tag], t *sql.SelectTable) { takeTag(s, t, same) },
		see:   seeTag,
	}, func(named []int64, t *sql.SelectTable) *sql.Predicate {
		return sql.In(t.C("id"), a.pairedWith(agreement.TagsTable, "tag_id", named))
	})
	return inOrder(ids, views, func(v *view.Tag) int64 { return v.ID }), err
}

// pairedWith selects the ids of the others that agreements are paired with.
func (a *App) pairedWith(table, other string, agreements []int64) *sql.Selector {
	p := sql.Table(table).As("np")
	return sql.Dialect(a.store.Dialect()).Select(p.C(other)).From(p).Where(store.InP(p.C(pairAgreement), agreements))
}

// keptByID reads what institutions keep by ids. beside is the predicate of what
// belongs to agreements that name the caller.
func keptByID[R, V any](ctx context.Context, a *App, ids []int64, k keeping[R, V], beside func(named []int64, t *sql.SelectTable) *sql.Predicate) ([]*V, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	var views []*V
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		t := sql.Table(k.table).As("k")
		s := selectFrom[R](a.store.Dialect(), t)
		k.take(s, t)
		s.Where(store.InP(t.C("id"), ids))
		if !in.all() {
			// access: the caller's institutions, and agreements that name the caller.
			s.Where(sql.Or(store.InP(t.C("institution_id"), in.institutions), beside(in.named, t)))
		}
		rows, err := s.rows(ctx, on)
		for _, r := range rows {
			views = append(views, k.see(r))
		}
		return err
	})
	return views, err
}
