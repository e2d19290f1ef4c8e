package market

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// paperHistoryRow is a row of an agreement's history, with the name of its actor.
type paperHistoryRow struct {
	id, agreementID, version int64
	actorID                  stdsql.Null[int64]
	actorRole                actor.Role
	actorName                stdsql.Null[string]
	event                    lifecycle.AgreementEvent
	from, to                 lifecycle.AgreementStatus
	reason                   string
	changes                  []byte
	at                       time.Time
}

// AgreementHistories gives for each of the agreements one page of its history, oldest
// first. It costs the same number of statements for any number of agreements. An empty
// page stands for an agreement that is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of a history.
func (a *App) AgreementHistories(ctx context.Context, ids []int64, p Page) ([]*view.Page[view.AgreementHistoryEntry], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	after := int64(0)
	if p.after != "" {
		key, _, err := historyOrder.position("after", p.after)
		if err != nil {
			return nil, err
		}
		after = key.(int64)
	}
	pages := make([]*view.Page[view.AgreementHistoryEntry], len(ids))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		papers, err := a.agreementRows(ctx, on, in, 0, func(s *sql.Selector, t *sql.SelectTable) { s.Where(store.InP(t.C(agreement.FieldID), ids)) })
		if err != nil {
			return err
		}
		of := make(map[int64]*agreementRow, len(papers))
		for _, r := range papers {
			of[r.id] = r
		}
		l := &paperHistory{app: a, on: on, of: of, after: after, page: p}
		if err := l.read(ctx); err != nil {
			return err
		}
		for i, id := range ids {
			if pages[i], err = l.pageOf(id); err != nil {
				return err
			}
		}
		return nil
	})
	return pages, err
}

// paperHistory reads one page of the histories of several agreements.
type paperHistory struct {
	app    *App
	on     *ent.Client
	of     map[int64]*agreementRow
	after  int64 // a version
	page   Page
	rows   map[int64][]*paperHistoryRow
	totals map[int64]int64
}

func (l *paperHistory) read(ctx context.Context) error {
	l.rows, l.totals = map[int64][]*paperHistoryRow{}, map[int64]int64{}
	type row = paperHistoryRow
	h, u := sql.Table(agreementhistory.Table).As("h"), sql.Table(user.Table).As("u")
	s := selectFrom[row](l.app.store.Dialect(), h)
	s.LeftJoin(u).On(u.C(user.FieldID), h.C(agreementhistory.FieldActorID))
	s.take(h, agreementhistory.FieldID, func(r *row) any { return &r.id })
	s.take(h, agreementhistory.FieldAgreementID, func(r *row) any { return &r.agreementID })
	s.take(h, agreementhistory.FieldAgreementVersion, func(r *row) any { return &r.version })
	s.take(h, agreementhistory.FieldActorID, func(r *row) any { return &r.actorID })
	s.take(h, agreementhistory.FieldActorRole, func(r *row) any { return &r.actorRole })
	s.take(u, user.FieldFullName, func(r *row) any { return &r.actorName })
	s.take(h, agreementhistory.FieldEvent, func(r *row) any { return &r.event })
	s.take(h, agreementhistory.FieldFromStatus, func(r *row) any { return &r.from })
	s.take(h, agreementhistory.FieldToStatus, func(r *row) any { return &r.to })
	s.take(h, agreementhistory.FieldReason, func(r *row) any { return &r.reason })
	s.take(h, agreementhistory.FieldChanges, func(r *row) any { return &r.changes })
	s.take(h, agreementhistory.FieldAt, func(r *row) any { return &r.at })
	s.Where(sql.In(h.C(agreementhistory.FieldID), l.firstOfEach()))
	s.OrderBy(h.C(agreementhistory.FieldAgreementID), h.C(agreementhistory.FieldAgreementVersion))
	rows, err := s.rows(ctx, l.on)
	if err != nil {
		return err
	}
	for _, r := range rows {
		l.rows[r.agreementID] = append(l.rows[r.agreementID], r)
	}
	if !l.page.total {
		return nil
	}
	c := sql.Table(agreementhistory.Table).As("h")
	n := selectFrom[historyCount](l.app.store.Dialect(), c)
	n.take(c, agreementhistory.FieldAgreementID, func(r *historyCount) any { return &r.contractID })
	n.compute(sql.Expr("count(*)"), "n", func(r *historyCount) any { return &r.n })
	n.Where(store.InP(c.C(agreementhistory.FieldAgreementID), l.ids())).GroupBy(c.C(agreementhistory.FieldAgreementID))
	counts, err := n.rows(ctx, l.on)
	for _, r := range counts {
		l.totals[r.contractID] = r.n
	}
	return err
}

func (l *paperHistory) ids() []int64 { return slices.Sorted(maps.Keys(l.of)) }

// firstOfEach selects the ids of the first rows of each agreement behind the position,
// one more than a page holds.
func (l *paperHistory) firstOfEach() *sql.Selector {
	dialect := l.app.store.Dialect()
	h := sql.Table(agreementhistory.Table).As("fh")
	ranked := sql.Dialect(dialect).Select(h.C(agreementhistory.FieldID)).From(h)
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(h.C(agreementhistory.FieldAgreementID)).
		OrderBy(h.C(agreementhistory.FieldAgreementVersion)), "rank_in_list")
	ranked.Where(store.InP(h.C(agreementhistory.FieldAgreementID), l.ids()))
	if l.after > 0 {
		ranked.Where(sql.GT(h.C(agreementhistory.FieldAgreementVersion), l.after))
	}
	first := ranked.As("first_of_each")
	return sql.Dialect(dialect).Select(first.C(agreementhistory.FieldID)).From(first).
		Where(sql.LTE(first.C("rank_in_list"), l.page.size+1))
}

func (l *paperHistory) pageOf(id int64) (*view.Page[view.AgreementHistoryEntry], error) {
	rows := l.rows[id]
	page := &view.Page[view.AgreementHistoryEntry]{
		Items: []*view.AgreementHistoryEntry{}, HasNext: len(rows) > l.page.size, HasPrevious: l.after > 0 && l.of[id] != nil,
	}
	for _, r := range rows[:min(len(rows), l.page.size)] {
		v, err := r.see(l.of[id])
		if err != nil {
			return nil, fmt.Errorf("market: agreement history row %d: %w", r.id, err)
		}
		page.Items = append(page.Items, v)
		page.Cursors = append(page.Cursors, historyOrder.cursor(r.version, r.agreementID))
	}
	if l.page.total {
		page.Total = new(l.totals[id])
	}
	return page, nil
}

// see makes the view of a row: whoever may know of an agreement sees all of it.
func (r *paperHistoryRow) see(of *agreementRow) (*view.AgreementHistoryEntry, error) {
	v := &view.AgreementHistoryEntry{
		Version: r.version, At: r.at, Event: r.event, FromStatus: someOf(r.from), ToStatus: r.to, Reason: filled(r.reason),
		Changes: []*view.AgreementChange{},
	}
	if r.actorID.Valid {
		v.Actor = view.AsPerson(r.actorID.V, r.actorName.V, r.actorRole)
	}
	var recorded changelog.Changes
	if err := json.Unmarshal(r.changes, &recorded); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		field, shown := paperFieldOf(name)
		if !shown {
			continue
		}
		from, err := field.form(of, recorded[name].From)
		if err != nil {
			return nil, err
		}
		to, err := field.form(of, recorded[name].To)
		if err != nil {
			return nil, err
		}
		v.Changes = append(v.Changes, view.See(&view.AgreementChange{Field: field.name, From: from, To: to}, insiderTies))
	}
	return view.See(v, insiderTies), nil
}
