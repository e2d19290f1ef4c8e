package market

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// managedList is a list of each institution that is for those who manage it: the rows of
// a table with a column institution_id, by their number.
type managedList[R, V any] struct {
	table string
	// start begins the statement that reads rows.
	start func(dialect string) (*selection[R], *sql.SelectTable)
	// keep says which rows there are; nil for all.
	keep func(*sql.SelectTable) *sql.Predicate
	of   func(*R) (id, institutionID int64)
	see  func(*R) *V
}

const tenantColumn = "institution_id"

// pages gives one page of the list of each institution; nil stands for one that the
// caller does not manage. It costs the same number of statements for any number of
// institutions.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of the list.
func (l managedList[R, V]) pages(ctx context.Context, a *App, institutionIDs []int64, p Page) ([]*view.Page[V], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	by, after := byNumber(sql.Table(l.table)), int64(0)
	if p.after != "" {
		if _, after, err = by.position("after", p.after); err != nil {
			return nil, err
		}
	}
	pages := make([]*view.Page[V], len(institutionIDs))
	if !who.Is(actor.Institution, actor.Admin) {
		return pages, nil
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		mine, err := managed(ctx, on, who, institutionIDs)
		if err != nil || len(mine) == 0 {
			return err
		}
		r := managedReader[R, V]{managedList: l, dialect: a.store.Dialect(), on: on, institutions: mine, after: after, page: p}
		found, err := r.read(ctx)
		for i, id := range institutionIDs {
			pages[i] = found[id]
		}
		return err
	})
	return pages, err
}

// managedReader reads one page of the list of several institutions.
type managedReader[R, V any] struct {
	managedList[R, V]
	dialect      string
	on           *ent.Client
	institutions []int64
	after        int64 // a row
	page         Page
}

// read gives the pages by institution.
func (l *managedReader[R, V]) read(ctx context.Context) (map[int64]*view.Page[V], error) {
	pages := make(map[int64]*view.Page[V], len(l.institutions))
	for _, id := range l.institutions {
		pages[id] = &view.Page[V]{Items: []*V{}, HasPrevious: l.after > 0}
		if l.page.total {
			pages[id].Total = new(int64)
		}
	}
	s, t := l.start(l.dialect)
	s.Where(sql.In(t.C("id"), l.firstOfEach())).OrderBy(t.C("id"))
	rows, err := s.rows(ctx, l.on)
	if err != nil {
		return nil, err
	}
	by := byNumber(t)
	for _, r := range rows {
		id, institutionID := l.of(r)
		page := pages[institutionID]
		if len(page.Items) == l.page.size {
			page.HasNext = true
			continue
		}
		page.Items, page.Cursors = append(page.Items, l.see(r)), append(page.Cursors, by.cursor(id, id))
	}
	return pages, l.count(ctx, pages)
}

// count counts the rows of each institution, where that is asked for.
func (l *managedReader[R, V]) count(ctx context.Context, pages map[int64]*view.Page[V]) error {
	if !l.page.total {
		return nil
	}
	c := sql.Table(l.table).As("k")
	n := selectFrom[institutionCount](l.dialect, c)
	n.take(c, tenantColumn, func(r *institutionCount) any { return &r.institutionID })
	n.compute(sql.Expr("count(*)"), "n", func(r *institutionCount) any { return &r.n })
	n.Where(store.InP(c.C(tenantColumn), l.institutions)).GroupBy(c.C(tenantColumn))
	l.narrow(n.Selector, c)
	counts, err := n.rows(ctx, l.on)
	for _, r := range counts {
		pages[r.institutionID].Total = &r.n
	}
	return err
}

// firstOfEach selects the first rows of each institution behind the position, one more
// than a page holds.
func (l *managedReader[R, V]) firstOfEach() *sql.Selector {
	k := sql.Table(l.table).As("fk")
	ranked := sql.Dialect(l.dialect).Select(k.C("id")).From(k)
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(k.C(tenantColumn)).OrderBy(k.C("id")), "rank_in_list")
	ranked.Where(sql.And(store.InP(k.C(tenantColumn), l.institutions), sql.GT(k.C("id"), l.after)))
	l.narrow(ranked, k)
	first := ranked.As("first_of_each")
	return sql.Dialect(l.dialect).Select(first.C("id")).From(first).Where(sql.LTE(first.C("rank_in_list"), l.page.size+1))
}

func (l *managedReader[R, V]) narrow(s *sql.Selector, t *sql.SelectTable) {
	if l.keep != nil {
		s.Where(l.keep(t))
	}
}
