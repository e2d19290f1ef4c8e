package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/counterparty"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// CounterpartyFilter narrows a list of counterparties. Everything is ANDed; in a
// list, nil keeps all, and an empty one nothing.
type CounterpartyFilter struct {
	InstitutionIDs, IDs []int64
	CustomKeys          []string
	// Name is looked for within theirs, whatever the case and accents.
	Name string
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

func (f CounterpartyFilter) check() error {
	bad := f.Unread
	checkText(&bad, "name", f.Name, 0, maxAgreementText)
	for _, key := range f.CustomKeys {
		bad.Check(store.Storable(key), "custom_keys", "must be texts in UTF-8 without the zero character")
	}
	return bad.Err(fault.ParameterInvalid)
}

func (f CounterpartyFilter) apply(s *sql.Selector, t *sql.SelectTable, who actor.Actor) {
	s.Where(keptBy(who, t.C(counterparty.FieldInstitutionID)))
	keepOf(s, t.C(counterparty.FieldInstitutionID), f.InstitutionIDs)
	keepOf(s, t.C(counterparty.FieldID), f.IDs)
	keepOf(s, t.C(counterparty.FieldCustomKey), f.CustomKeys)
	if f.Name != "" {
		s.Where(store.ContainsP(t.C(counterparty.FieldSearchName), f.Name))
	}
}

// keptBy is the predicate of the rows that the caller's institutions keep.
func keptBy(who actor.Actor, institution string) *sql.Predicate {
	if who.Is(actor.Admin) {
		return sql.NotNull(institution)
	}
	// access: active memberships, of which a supervisor's are those as an agent.
	return store.InP(institution, who.Institutions)
}

// byNumber is the order of a list by its ids alone.
func byNumber(t *sql.SelectTable) order {
	id := func(*sql.Selector) string { return t.C("id") }
	return order{name: "number", key: id, id: id, arg: numberKey}
}

// Counterparties lists the counterparties of the caller's institutions, the oldest
// first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; INVALID_PARAMETER.
func (a *App) Counterparties(ctx context.Context, f CounterpartyFilter, p Page) (*view.Page[view.Counterparty], error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	t := sql.Table(counterparty.Table).As("t")
	var page *view.Page[view.Counterparty]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s := selectFrom[counterpartyRow](a.store.Dialect(), t)
		takeCounterparty(s, t, func(r *counterpartyRow) *counterpartyRow { return r })
		page, err = listKept(ctx, a, on, p, t, s, func(s *sql.Selector) { f.apply(s, t, who) },
			func(r *counterpartyRow) int64 { return r.id }, seeCounterparty)
		return err
	})
	return page, err
}

// listKept gives a page of rows in the order of their ids: one statement, and another
// for the total.
func listKept[R, V any](ctx context.Context, a *App, on *ent.Client, p Page, t *sql.SelectTable, s *selection[R], where func(*sql.Selector), id func(*R) int64, see func(*R) *V) (*view.Page[V], error) {
	var total *int64
	if p.total {
		n, err := count(ctx, on, a.store.Dialect(), t, where)
		if err != nil {
			return nil, err
		}
		total = &n
	}
	where(s.Selector)
	by := byNumber(t)
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	return asPage(p, by, rows, total, func(r *R) (any, int64) { return id(r), id(r) }, func(rows []*R) ([]*V, error) {
		views := make([]*V, len(rows))
		for i, r := range rows {
			views[i] = see(r)
		}
		return views, nil
	})
}

// Counterparty gives one counterparty of the caller's institutions.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (a *App) Counterparty(ctx context.Context, id int64) (*view.Counterparty, error) {
	page, err := a.Counterparties(ctx, CounterpartyFilter{IDs: []int64{id}}, Page{size: 1})
	if err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return nil, fault.New(fault.RecordNotFound, "There is no such counterparty.")
	}
	return page.Items[0], nil
}
