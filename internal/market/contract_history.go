package market

import (
	"bytes"
	"context"
	stdsql "database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// historyOrder is how a history is sorted: by the contract's version.
var historyOrder = order{name: "history", arg: numberKey}

// ContractHistories gives for each of the contracts one page of its history, oldest
// first: what the caller may know of it by its ties of today. It costs the same
// number of statements for any number of contracts. An empty page stands for a
// contract that is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of a history.
func (a *App) ContractHistories(ctx context.Context, ids []int64, p Page) ([]*view.Page[view.HistoryEntry], error) {
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
	pages := make([]*view.Page[view.HistoryEntry], len(ids))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		contracts, err := a.orderedRows(ctx, on, who, ContractWants{}, ids)
		if err != nil {
			return err
		}
		l := &historyLoad{app: a, on: on, who: who, after: after, size: p.size, total: p.total, of: map[int64]*contractRow{}}
		for _, c := range contracts {
			if c != nil {
				l.of[c.id] = c
			}
		}
		if err := l.read(ctx); err != nil {
			return err
		}
		for i, id := range ids {
			if pages[i], err = l.page(id); err != nil {
				return err
			}
		}
		return nil
	})
	return pages, err
}

// historyLoad reads one page of the histories of several contracts.
type historyLoad struct {
	app   *App
	on    *ent.Client
	who   actor.Actor
	after int64 // a version
	size  int
	total bool

	of       map[int64]*contractRow // the contracts as they are today
	rows     map[int64][]*historyRow
	counts   map[int64]int64
	criteria map[int64]string // names of what reviews rate
}

// historyRow is a history row as the database has it, with the name of its actor.
type historyRow struct {
	id, contractID, version int64
	actorID                 stdsql.Null[int64]
	actorRole               actor.Role
	actorName               stdsql.Null[string]
	event                   lifecycle.ContractEvent
	fromStatus, toStatus    lifecycle.ContractStatus
	fromStage, toStage      lifecycle.Stage
	reason                  string
	changes                 []byte
	at                      time.Time
}

func (l *historyLoad) read(ctx context.Context) error {
	l.rows, l.counts = map[int64][]*historyRow{}, map[int64]int64{}
	if len(l.of) == 0 {
		return nil
	}
	type row = historyRow
	h, u := sql.Table(contracthistory.Table).As("h"), sql.Table(user.Table).As("u")
	s := selectFrom[row](l.app.store.Dialect(), h)
	s.LeftJoin(u).On(u.C(user.FieldID), h.C(contracthistory.FieldActorID))
	s.take(h, contracthistory.FieldID, func(r *row) any { return &r.id })
	s.take(h, contracthistory.FieldContractID, func(r *row) any { return &r.contractID })
	s.take(h, contracthistory.FieldContractVersion, func(r *row) any { return &r.version })
	s.take(h, contracthistory.FieldActorID, func(r *row) any { return &r.actorID })
	s.take(h, contracthistory.FieldActorRole, func(r *row) any { return &r.actorRole })
	s.take(u, user.FieldFullName, func(r *row) any { return &r.actorName })
	s.take(h, contracthistory.FieldEvent, func(r *row) any { return &r.event })
	s.take(h, contracthistory.FieldFromStatus, func(r *row) any { return &r.fromStatus })
	s.take(h, contracthistory.FieldFromStage, func(r *row) any { return &r.fromStage })
	s.take(h, contracthistory.FieldToStatus, func(r *row) any { return &r.toStatus })
	s.take(h, contracthistory.FieldToStage, func(r *row) any { return &r.toStage })
	s.take(h, contracthistory.FieldReason, func(r *row) any { return &r.reason })
	s.take(h, contracthistory.FieldChanges, func(r *row) any { return &r.changes })
	s.take(h, contracthistory.FieldAt, func(r *row) any { return &r.at })
	s.Where(sql.In(h.C(contracthistory.FieldID), l.firstOfEach()))
	s.OrderBy(h.C(contracthistory.FieldContractID), h.C(contracthistory.FieldContractVersion))
	rows, err := s.rows(ctx, l.on)
	if err != nil {
		return err
	}
	reviewed := false
	for _, r := range rows {
		l.rows[r.contractID] = append(l.rows[r.contractID], r)
		reviewed = reviewed || r.event == lifecycle.ContractReview
	}
	if l.total {
		if err := l.count(ctx); err != nil {
			return err
		}
	}
	if !reviewed {
		return nil
	}
	items, err := l.on.RatingItem.Query().All(ctx)
	l.criteria = map[int64]string{}
	for _, item := range items {
		l.criteria[item.ID] = item.Name
	}
	return err
}

// firstOfEach selects the ids of the first rows of each contract behind the
// position, one more than a page holds.
func (l *historyLoad) firstOfEach() *sql.Selector {
	dialect := l.app.store.Dialect()
	h := sql.Table(contracthistory.Table).As("fh")
	ranked := sql.Dialect(dialect).Select(h.C(contracthistory.FieldID)).From(h)
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(h.C(contracthistory.FieldContractID)).
		OrderBy(h.C(contracthistory.FieldContractVersion)), "rank_in_list")
	l.keep(ranked, h)
	if l.after > 0 {
		ranked.Where(sql.GT(h.C(contracthistory.FieldContractVersion), l.after))
	}
	first := ranked.As("first_of_each")
	return sql.Dialect(dialect).Select(first.C(contracthistory.FieldID)).From(first).
		Where(sql.LTE(first.C("rank_in_list"), l.size+1))
}

// keep keeps the rows that the caller may know of.
func (l *historyLoad) keep(s *sql.Selector, h *sql.SelectTable) {
	s.Where(store.InP(h.C(contracthistory.FieldContractID), slices.Sorted(maps.Keys(l.of))))
	if access := historyOf(l.who, l.app.store.Dialect(), h); access != nil {
		s.Where(access)
	}
}

// historyCount is how many rows of a contract's history there are.
type historyCount struct{ contractID, n int64 }

func (l *historyLoad) count(ctx context.Context) error {
	type row = historyCount
	h := sql.Table(contracthistory.Table).As("fh")
	s := selectFrom[row](l.app.store.Dialect(), h)
	s.take(h, contracthistory.FieldContractID, func(r *row) any { return &r.contractID })
	s.compute(sql.Expr("count(*)"), "n", func(r *row) any { return &r.n })
	l.keep(s.Selector, h)
	s.GroupBy(h.C(contracthistory.FieldContractID))
	rows, err := s.rows(ctx, l.on)
	for _, r := range rows {
		l.counts[r.contractID] = r.n
	}
	return err
}

// page makes the page of one contract.
func (l *historyLoad) page(id int64) (*view.Page[view.HistoryEntry], error) {
	rows := l.rows[id]
	page := &view.Page[view.HistoryEntry]{
		Items: []*view.HistoryEntry{}, HasNext: len(rows) > l.size, HasPrevious: l.after > 0 && l.of[id] != nil,
	}
	for _, r := range rows[:min(len(rows), l.size)] {
		v, err := l.see(r)
		if err != nil {
			return nil, fmt.Errorf("market: history row %d: %w", r.id, err)
		}
		page.Items = append(page.Items, v)
		page.Cursors = append(page.Cursors, historyOrder.cursor(r.version, r.contractID))
	}
	if l.total {
		page.Total = new(l.counts[id])
	}
	return page, nil
}

// historyOf is the predicate of the history rows of a contract that the caller may
// know of, which may know of the contract; nil for all of them.
func historyOf(who actor.Actor, dialect string, h *sql.SelectTable) *sql.Predicate {
	switch who.Role {
	case actor.Institution:
		// access: while a contract waits in the queue, its institution does not learn
		// how it was lost: not by whom, nor whether by an answer or by time.
		c := sql.Table(contract.Table).As("waiting")
		return sql.Or(
			sql.Not(is(h.C(contracthistory.FieldEvent), lifecycle.ContractEscalate)),
			sql.NotExists(sql.Dialect(dialect).Select(c.C(contract.FieldID)).From(c).Where(sql.And(
				sql.ColumnsEQ(c.C(contract.FieldID), h.C(contracthistory.FieldContractID)),
				is(c.C(contract.FieldStatus), lifecycle.ContractPartnerPending),
				is(c.C(contract.FieldStage), lifecycle.StageSupervisor),
			))),
		)
	case actor.Partner:
		return sinceAsked(who, dialect, h)
	}
	return nil
}

// sinceAsked is the predicate of the history rows since the partner was asked for
// the contract, or was given it: none of the time of another partner, and none of
// the time before the offer.
func sinceAsked(who actor.Actor, dialect string, h *sql.SelectTable) *sql.Predicate {
	x := sql.Table(contracthistory.Table).As("others")
	return sql.And(
		sql.Not(is(h.C(contracthistory.FieldToStatus), lifecycle.ContractDraft)),
		sql.Not(is(h.C(contracthistory.FieldToStatus), lifecycle.ContractPaymentPending)),
		sql.NotExists(sql.Dialect(dialect).Select(x.C(contracthistory.FieldID)).From(x).Where(sql.And(
			sql.ColumnsEQ(x.C(contracthistory.FieldContractID), h.C(contracthistory.FieldContractID)),
			sql.ColumnsGTE(x.C(contracthistory.FieldContractVersion), h.C(contracthistory.FieldContractVersion)),
			sql.NEQ(x.C(contracthistory.FieldPartnerID), who.PartnerID),
		))),
	)
}

// entry is a history row on its way into a view.
type entry struct {
	app      *App
	who      actor.Actor
	of       *contractRow // the contract as it is today
	ties     view.Tie
	name     string // of the change that is looked at
	criteria map[int64]string
}

// see makes the view of a row, without what the caller may not see of it today.
func (l *historyLoad) see(r *historyRow) (*view.HistoryEntry, error) {
	e := &entry{app: l.app, who: l.who, of: l.of[r.contractID], criteria: l.criteria}
	e.ties = contractTies(l.who, e.of)
	v := &view.HistoryEntry{
		Version: r.version, At: r.at, Event: r.event, ToStatus: r.toStatus,
		FromStatus: someOf(r.fromStatus), FromStage: someOf(r.fromStage), ToStage: someOf(r.toStage),
	}
	if r.actorID.Valid {
		v.Actor = view.AsPerson(r.actorID.V, r.actorName.V, r.actorRole)
	}
	if e.ties.Any(reasonTies(r.event)) {
		v.Reason = filled(r.reason)
	}
	var err error
	if v.Changes, err = e.changes(r.changes); err != nil {
		return nil, err
	}
	return view.See(v, e.ties), nil
}

// reasonTies are the ties that may see the reason of an event: those that see it in
// the field that keeps it.
func reasonTies(event lifecycle.ContractEvent) view.Tie {
	switch event {
	case lifecycle.ContractRefusePayment:
		return view.Audience(view.Payment{}, "StatusReason")
	case lifecycle.ContractEscalate, lifecycle.ContractReplacePartner:
		// access: it is kept with the try that it ended, and a partner sees its own
		// tries only.
		return view.Member | view.Supervisor | view.Admin
	}
	return view.Audience(view.Contract{}, "StatusReason")
}

// changes are the fields that changed and that the caller may see, in the order of
// their names. What looks the same before and after to the caller did not change.
func (e *entry) changes(raw []byte) ([]*view.HistoryChange, error) {
	var recorded changelog.Changes
	if err := json.Unmarshal(raw, &recorded); err != nil {
		return nil, err
	}
	list := []*view.HistoryChange{}
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		field, shown := historyFields[name]
		if !shown || !e.ties.Any(field.ties) {
			continue
		}
		e.name = name
		from, err := field.form(e, recorded[name].From)
		if err != nil {
			return nil, err
		}
		to, err := field.form(e, recorded[name].To)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(from, to) {
			continue
		}
		list = append(list, view.See(&view.HistoryChange{Field: field.name, From: from, To: to}, e.ties))
	}
	return list, nil
}

// someOf gives a word, or nil for none.
func someOf[S ~string](s S) *S {
	if s == "" {
		return nil
	}
	return &s
}
