package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// partnerList is a list of each partner that is for whoever may know of the partner: the
// rows of a table with a column partner_id, the newest first.
type partnerList[R, V any] struct {
	table string
	// name is that of their order in cursors, and column the instant that they are sorted by.
	name, column string
	// only says which rows there are; nil for all.
	only func(*sql.SelectTable) *sql.Predicate
	// find reads the rows with those ids, in the order of the list.
	find func(ctx context.Context, a *App, on *ent.Client, ids *sql.Selector) ([]*R, error)
	// of tells whose a row is, and its place in the list.
	of  func(*R) (partnerID int64, at time.Time, id int64)
	see func(ctx context.Context, a *App, on *ent.Client, rows []*R) ([]*V, error)
}

const partnerColumn = "partner_id"

// pages gives for each of the partners one page of its list. It costs the same number of
// statements for any number of partners. An empty page stands for a partner that is unknown
// or not for the caller to know of.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of the list.
func (l partnerList[R, V]) pages(ctx context.Context, a *App, ids []int64, p Page) ([]*view.Page[V], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	r := &partnerListReader[R, V]{partnerList: l, app: a, who: who, ids: ids, page: p}
	if p.after != "" {
		if r.key, r.id, err = r.order(sql.Table(l.table)).position("after", p.after); err != nil {
			return nil, err
		}
	}
	pages := make([]*view.Page[V], len(ids))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		found, err := r.read(ctx, on)
		for i, id := range ids {
			pages[i] = found[id]
		}
		return err
	})
	return pages, err
}

// partnerListReader reads one page of the list of several partners.
type partnerListReader[R, V any] struct {
	partnerList[R, V]
	app  *App
	who  actor.Actor
	ids  []int64
	page Page
	// key and id are those of the row behind which the page begins; id 0 for none.
	key any
	id  int64
}

// order is that of the list.
func (r *partnerListReader[R, V]) order(t *sql.SelectTable) order {
	return order{
		name: r.name, desc: true, arg: instantKey,
		key: func(*sql.Selector) string { return t.C(r.column) },
		id:  func(*sql.Selector) string { return t.C("id") },
	}
}

// read gives the pages by partner.
func (r *partnerListReader[R, V]) read(ctx context.Context, on *ent.Client) (map[int64]*view.Page[V], error) {
	pages := make(map[int64]*view.Page[V], len(r.ids))
	for _, id := range r.ids {
		pages[id] = &view.Page[V]{Items: []*V{}, HasPrevious: r.id != 0}
		if r.page.total {
			pages[id].Total = new(int64)
		}
	}
	found, err := r.find(ctx, r.app, on, r.firstOfEach())
	if err != nil {
		return nil, err
	}
	by, rows := r.order(sql.Table(r.table)), make([]*R, 0, len(found))
	for _, row := range found {
		partnerID, at, id := r.of(row)
		page := pages[partnerID]
		if len(page.Cursors) == r.page.size {
			page.HasNext = true
			continue
		}
		page.Cursors, rows = append(page.Cursors, by.cursor(at, id)), append(rows, row)
	}
	views, err := r.see(ctx, r.app, on, rows)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		partnerID, _, _ := r.of(row)
		pages[partnerID].Items = append(pages[partnerID].Items, views[i])
	}
	return pages, r.count(ctx, on, pages)
}

// firstOfEach selects the ids of the first rows of each partner behind the position, one
// more than a page holds.
func (r *partnerListReader[R, V]) firstOfEach() *sql.Selector {
	dialect := r.app.store.Dialect()
	t := sql.Table(r.table).As("ft")
	ranked := sql.Dialect(dialect).Select(t.C("id")).From(t)
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(t.C(partnerColumn)).
		OrderExpr(sql.Expr(t.C(r.column)+" DESC"), sql.Expr(t.C("id")+" DESC")), "rank_in_list")
	r.keep(ranked, t)
	if r.id != 0 {
		ranked.Where(beyond(t.C(r.column), t.C("id"), r.key, r.id, true))
	}
	first := ranked.As("first_of_each")
	return sql.Dialect(dialect).Select(first.C("id")).From(first).Where(sql.LTE(first.C("rank_in_list"), r.page.size+1))
}

// keep keeps the rows of those partners that the caller may know of.
func (r *partnerListReader[R, V]) keep(s *sql.Selector, t *sql.SelectTable) {
	s.Where(store.InP(t.C(partnerColumn), r.ids))
	if r.only != nil {
		s.Where(r.only(t))
	}
	p := sql.Table(partner.Table).As("fp")
	// access: whoever may not know of a partner does not know of what belongs to it.
	if access := knownTo(r.who, p); access != nil {
		s.Where(sql.In(t.C(partnerColumn), sql.Dialect(s.Dialect()).Select(p.C(partner.FieldID)).From(p).
			Where(sql.And(store.InP(p.C(partner.FieldID), r.ids), access))))
	}
}

// count counts the rows of each partner, where that is asked for.
func (r *partnerListReader[R, V]) count(ctx context.Context, on reader, pages map[int64]*view.Page[V]) error {
	if !r.page.total {
		return nil
	}
	t := sql.Table(r.table).As("ft")
	s := selectFrom[countOf](r.app.store.Dialect(), t)
	s.take(t, partnerColumn, func(n *countOf) any { return &n.id })
	s.compute(sql.Expr("count(*)"), "n", func(n *countOf) any { return &n.n })
	r.keep(s.Selector, t)
	s.GroupBy(t.C(partnerColumn))
	counts, err := s.rows(ctx, on)
	for _, n := range counts {
		pages[n.id].Total = &n.n
	}
	return err
}
