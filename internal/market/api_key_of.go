package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/apikey"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// APIKeysOf gives for each of the institutions one page of its keys, the oldest first,
// revoked ones too; nil stands for an institution that the caller does not manage. It
// costs the same number of statements for any number of institutions.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of the list.
func (a *App) APIKeysOf(ctx context.Context, institutionIDs []int64, p Page) ([]*view.Page[view.APIKey], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	by, after := byNumber(sql.Table(apikey.Table)), int64(0)
	if p.after != "" {
		if _, after, err = by.position("after", p.after); err != nil {
			return nil, err
		}
	}
	pages := make([]*view.Page[view.APIKey], len(institutionIDs))
	if !who.Is(actor.Institution, actor.Admin) {
		return pages, nil
	}
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		mine, err := managed(ctx, on, who, institutionIDs)
		if err != nil || len(mine) == 0 {
			return err
		}
		l := keyLists{app: a, on: on, institutions: mine, after: after, page: p}
		found, err := l.read(ctx)
		for i, id := range institutionIDs {
			pages[i] = found[id]
		}
		return err
	})
	return pages, err
}

// keyLists reads one page of the keys of several institutions.
type keyLists struct {
	app          *App
	on           *ent.Client
	institutions []int64
	after        int64 // a key
	page         Page
}

// read gives the pages by institution.
func (l *keyLists) read(ctx context.Context) (map[int64]*view.Page[view.APIKey], error) {
	pages := make(map[int64]*view.Page[view.APIKey], len(l.institutions))
	for _, id := range l.institutions {
		pages[id] = &view.Page[view.APIKey]{Items: []*view.APIKey{}, HasPrevious: l.after > 0}
		if l.page.total {
			pages[id].Total = new(int64)
		}
	}
	s, t := selectAPIKeys(l.app.store.Dialect())
	s.Where(sql.In(t.C(apikey.FieldID), l.firstOfEach())).OrderBy(t.C(apikey.FieldID))
	rows, err := s.rows(ctx, l.on)
	if err != nil {
		return nil, err
	}
	by := byNumber(t)
	for _, r := range rows {
		page := pages[r.institutionID]
		if len(page.Items) == l.page.size {
			page.HasNext = true
			continue
		}
		page.Items, page.Cursors = append(page.Items, seeAPIKey(r)), append(page.Cursors, by.cursor(r.id, r.id))
	}
	return pages, l.count(ctx, pages)
}

// count counts the keys of each institution, where that is asked for.
func (l *keyLists) count(ctx context.Context, pages map[int64]*view.Page[view.APIKey]) error {
	if !l.page.total {
		return nil
	}
	c := sql.Table(apikey.Table).As("k")
	n := selectFrom[institutionCount](l.app.store.Dialect(), c)
	n.take(c, apikey.FieldInstitutionID, func(r *institutionCount) any { return &r.institutionID })
	n.compute(sql.Expr("count(*)"), "n", func(r *institutionCount) any { return &r.n })
	n.Where(store.InP(c.C(apikey.FieldInstitutionID), l.institutions)).GroupBy(c.C(apikey.FieldInstitutionID))
	counts, err := n.rows(ctx, l.on)
	for _, r := range counts {
		pages[r.institutionID].Total = &r.n
	}
	return err
}

// firstOfEach selects the first keys of each institution behind the position, one more
// than a page holds.
func (l *keyLists) firstOfEach() *sql.Selector {
	dialect := l.app.store.Dialect()
	k := sql.Table(apikey.Table).As("fk")
	ranked := sql.Dialect(dialect).Select(k.C(apikey.FieldID)).From(k)
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(k.C(apikey.FieldInstitutionID)).OrderBy(k.C(apikey.FieldID)), "rank_in_list")
	ranked.Where(sql.And(store.InP(k.C(apikey.FieldInstitutionID), l.institutions), sql.GT(k.C(apikey.FieldID), l.after)))
	first := ranked.As("first_of_each")
	return sql.Dialect(dialect).Select(first.C(apikey.FieldID)).From(first).Where(sql.LTE(first.C("rank_in_list"), l.page.size+1))
}
