package market

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"kontrak/ent"
	"kontrak/ent/cataloguechange"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// records is how a table is read a page at a time, those of the catalogue by the back
// office: rows of ent by their number.
type records[R, V any] struct {
	newest bool // the newest first, in the place of the oldest
	id     func(*R) int64
	find   func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*R, error)
	count  func(ctx context.Context, on *ent.Client) (int, error)
	see    func(ctx context.Context, a *App, on *ent.Client, rows []*R) ([]*V, error)
}

// order sorts by the number alone, which stands for the key as well.
func (l records[R, V]) order() order {
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
	return asPage(p, l.order(), rows, total, func(r *R) (any, int64) { return l.id(r), l.id(r) }, func(rows []*R) ([]*V, error) {
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

// seen makes the view of what a change gave.
func seen[R, V any](a *App, see func(*App, *R) *V) func(*R, error) (*V, error) {
	return func(r *R, err error) (*V, error) {
		if err != nil {
			return nil, err
		}
		return see(a, r), nil
	}
}

// CatalogueChanges lists who changed what in the catalogue, the newest first; of one
// noun, and of one record of it, where they are given.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) CatalogueChanges(ctx context.Context, of *lifecycle.CatalogueNoun, recordID *int64, p Page, unread fault.Fields) (*view.Page[view.CatalogueChange], error) {
	where := func(s *sql.Selector) {
		if of != nil {
			s.Where(sql.EQ(s.C(cataloguechange.FieldNoun), *of))
		}
		if recordID != nil {
			s.Where(sql.EQ(s.C(cataloguechange.FieldRecordID), *recordID))
		}
	}
	return listRecords(ctx, a, p, unread, records[ent.CatalogueChange, view.CatalogueChange]{
		newest: true, id: func(r *ent.CatalogueChange) int64 { return r.ID }, see: seeCatalogueChanges,
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.CatalogueChange, error) {
			return on.CatalogueChange.Query().Where(where, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.CatalogueChange.Query().Where(where).Count(ctx)
		},
	})
}

// seeCatalogueChanges makes the views of changes; those who made them are read in
// one statement.
func seeCatalogueChanges(ctx context.Context, _ *App, on *ent.Client, rows []*ent.CatalogueChange) ([]*view.CatalogueChange, error) {
	if len(rows) == 0 {
		return []*view.CatalogueChange{}, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ActorID
	}
	actors, err := on.User.Query().Where(store.In(user.FieldID, ids)).Select(user.FieldID, user.FieldFullName, user.FieldRole).All(ctx)
	if err != nil {
		return nil, err
	}
	people := inOrder(ids, actors, func(u *ent.User) int64 { return u.ID })
	list := make([]*view.CatalogueChange, len(rows))
	for i, r := range rows {
		v := &view.CatalogueChange{ID: r.ID, Noun: r.Noun, Record: view.RecordID(r.Noun, r.RecordID), RecordVersion: r.RecordVersion, At: r.At}
		v.Actor = view.See(&view.Person{ID: people[i].ID, FullName: people[i].FullName, Role: people[i].Role}, view.Anyone)
		if v.Changes, err = seeFieldChanges(r.Changes); err != nil {
			return nil, err
		}
		list[i] = view.See(v, view.Admin)
	}
	return list, nil
}

// seeFieldChanges reads what a change did, field by field, in the order of their
// names.
func seeFieldChanges(stored json.RawMessage) ([]*view.FieldChange, error) {
	told := changes{}
	if err := json.Unmarshal(stored, &told); err != nil {
		return nil, fmt.Errorf("market: a change of the catalogue: %w", err)
	}
	list := make([]*view.FieldChange, 0, len(told))
	for _, name := range slices.Sorted(maps.Keys(told)) {
		c := told[name]
		list = append(list, view.See(&view.FieldChange{Field: name, From: string(c.From), To: string(c.To)}, view.Admin))
	}
	return list, nil
}
