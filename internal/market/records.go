package market

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// records is how a table is read a page at a time: rows of ent by their number.
type records[R, V any] struct {
	newest bool // the newest first, in the place of the oldest
	// by is their order, and at the place of a row in it, where that is not their number.
	by    *order
	at    func(*R) (any, int64)
	id    func(*R) int64
	find  func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*R, error)
	count func(ctx context.Context, on *ent.Client) (int, error)
	see   func(ctx context.Context, a *App, on *ent.Client, rows []*R) ([]*V, error)
}

// order sorts by the number alone, which stands for the key as well, unless there is
// another order.
func (l records[R, V]) order() order {
	if l.by != nil {
		return *l.by
	}
	id := func(s *sql.Selector) string { return s.C("id") }
	o := order{name: "number", key: id, id: id, arg: numberKey}
	if l.newest {
		o.name, o.desc = "newest", true
	}
	return o
}

// listRecords gives a page of a table: one statement, another one for the count, and
// those of its sight.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func listRecords[R, V any](ctx context.Context, a *App, p Page, unread fault.Fields, l records[R, V]) (*view.Page[V], error) {
	if _, err := caller(ctx, actor.Admin); err != nil {
		return nil, err
	}
	if err := unread.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	var page *view.Page[V]
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) (err error) {
		page, err = l.page(ctx, a, on, p)
		return err
	})
	return page, err
}

// page reads a page of a table, whoever asks.
func (l records[R, V]) page(ctx context.Context, a *App, on *ent.Client, p Page) (*view.Page[V], error) {
	var wrong error
	rows, err := l.find(ctx, on, func(s *sql.Selector) { wrong = p.apply(s, l.order()) })
	if wrong != nil {
		return nil, wrong
	}
	if err != nil {
		return nil, err
	}
	var total *int64
	if p.total {
		n, err := l.count(ctx, on)
		if err != nil {
			return nil, err
		}
		total = new(int64(n))
	}
	at := l.at
	if at == nil {
		at = func(r *R) (any, int64) { return l.id(r), l.id(r) }
	}
	return asPage(p, l.order(), rows, total, at, func(rows []*R) ([]*V, error) {
		return l.see(ctx, a, on, rows)
	})
}

// oneByOne makes the views of rows that need nothing beside.
func oneByOne[R, V any](see func(*App, *R) *V) func(context.Context, *App, *ent.Client, []*R) ([]*V, error) {
	return func(_ context.Context, a *App, _ *ent.Client, rows []*R) ([]*V, error) {
		list := make([]*V, len(rows))
		for i, r := range rows {
			list[i] = see(a, r)
		}
		return list, nil
	}
}
