package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/payment"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// ContractsOfInstitutions gives for each institution the first page of those of
// its contracts that the caller may know of, newest first. It costs the same
// number of statements for every number of institutions.
//
// Faults: UNAUTHENTICATED, INVALID.
func (a *App) ContractsOfInstitutions(ctx context.Context, institutionIDs []int64, f ContractFilter, p Page, w ContractWants) ([]*view.Page[view.Contract], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.check(who); err != nil {
		return nil, err
	}
	now := a.Now()
	pages := make([]*view.Page[view.Contract], len(institutionIDs))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s, t := selectContracts(a.store.Dialect(), w)
		s.Where(sql.In(t.c.C(contract.FieldID), a.firstOfEach(who, institutionIDs, f, p)))
		by := ContractOrder{}.order(t.c)
		s.OrderExpr(sql.Expr(by.key(nil)+" DESC"), sql.Expr(by.id(nil)+" DESC"))
		rows, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		rows, owners := rowsByInstitution(rows, institutionIDs, p.size)
		views, err := a.seeContracts(ctx, on, who, now, rows, w, 0)
		if err != nil {
			return err
		}
		var totals map[int64]int64
		if p.total {
			if totals, err = a.countByInstitution(ctx, on, who, institutionIDs, f); err != nil {
				return err
			}
		}
		for i, id := range institutionIDs {
			pages[i] = pageOf(by, owners[id], rows, views, p.size)
			if p.total {
				pages[i].Total = new(totals[id])
			}
		}
		return nil
	})
	return pages, err
}

// firstOfEach selects the ids of the first contracts of each institution, one
// more than a page holds.
func (a *App) firstOfEach(who actor.Actor, institutionIDs []int64, f ContractFilter, p Page) *sql.Selector {
	dialect := a.store.Dialect()
	c, pay := sql.Table(contract.Table).As("fc"), sql.Table(payment.Table).As("fpay")
	ranked := sql.Dialect(dialect).Select(c.C(contract.FieldID)).From(c)
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(c.C(contract.FieldInstitutionID)).
		OrderExpr(sql.Expr(c.C(contract.FieldCreatedAt)+" DESC"), sql.Expr(c.C(contract.FieldID)+" DESC")), "rank_in_list")
	a.keepOfInstitutions(ranked, c, pay, who, institutionIDs, f)
	first := ranked.As("first_of_each")
	return sql.Dialect(dialect).Select(first.C(contract.FieldID)).From(first).
		Where(sql.LTE(first.C("rank_in_list"), p.size+1))
}

func (a *App) keepOfInstitutions(s *sql.Selector, c, pay *sql.SelectTable, who actor.Actor, institutionIDs []int64, f ContractFilter) {
	if len(f.PaymentStatuses) > 0 {
		s.LeftJoin(pay).On(pay.C(payment.FieldContractID), c.C(contract.FieldID))
	}
	s.Where(store.InP(c.C(contract.FieldInstitutionID), institutionIDs))
	if access := contractsOf(who, a.store.Dialect(), c); access != nil {
		s.Where(access)
	}
	f.apply(s, c, pay, who, a.store.Dialect())
}

// institutionCount is how many contracts of an institution there are.
type institutionCount struct{ institutionID, n int64 }

func (a *App) countByInstitution(ctx context.Context, on reader, who actor.Actor, institutionIDs []int64, f ContractFilter) (map[int64]int64, error) {
	type row = institutionCount
	c, pay := sql.Table(contract.Table).As("fc"), sql.Table(payment.Table).As("fpay")
	s := selectFrom[row](a.store.Dialect(), c)
	s.take(c, contract.FieldInstitutionID, func(r *row) any { return &r.institutionID })
	s.compute(sql.Expr("count(*)"), "n", func(r *row) any { return &r.n })
	a.keepOfInstitutions(s.Selector, c, pay, who, institutionIDs, f)
	s.GroupBy(c.C(contract.FieldInstitutionID))
	rows, err := s.rows(ctx, on)
	totals := make(map[int64]int64, len(rows))
	for _, r := range rows {
		totals[r.institutionID] = r.n
	}
	return totals, err
}

// rowsByInstitution drops what is beyond a page of each institution, and says
// which rows are whose; a page that has more is marked by one index too many.
func rowsByInstitution(rows []*contractRow, institutionIDs []int64, size int) ([]*contractRow, map[int64][]int) {
	owners := make(map[int64][]int, len(institutionIDs))
	var kept []*contractRow
	for _, r := range rows {
		owners[r.institutionID] = append(owners[r.institutionID], len(kept))
		if len(owners[r.institutionID]) <= size {
			kept = append(kept, r)
		}
	}
	return kept, owners
}

// pageOf makes the page of one institution from the views of all.
func pageOf(by order, mine []int, rows []*contractRow, views []*view.Contract, size int) *view.Page[view.Contract] {
	page := &view.Page[view.Contract]{Items: []*view.Contract{}, HasNext: len(mine) > size}
	for _, i := range mine[:min(len(mine), size)] {
		page.Items = append(page.Items, views[i])
		page.Cursors = append(page.Cursors, by.cursor(rows[i].created, rows[i].id))
	}
	return page
}
