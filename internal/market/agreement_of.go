package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/contract"
	"kontrak/ent/signature"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// SignaturesByID gives the signatures with these ids, in their order; nil stands for
// one that is unknown, or whose agreement is not for the caller to know of.
//
// Faults: UNAUTHENTICATED.
func (a *App) SignaturesByID(ctx context.Context, ids []int64, w AgreementWants) ([]*view.Signature, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	var views []*view.Signature
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		t, of := sql.Table(signature.Table).As("t"), sql.Table(agreement.Table).As("a")
		s := selectFrom[signatureRow](a.store.Dialect(), t)
		s.Join(of).On(of.C(agreement.FieldID), t.C(signature.FieldAgreementID))
		takeSignature(s, t, same)
		s.Where(sql.And(store.InP(t.C(signature.FieldID), ids), agreementsOf(in, of)))
		rows, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		for _, r := range rows {
			views = append(views, seeSignature(r))
		}
		return a.readSigners(ctx, on, views, w)
	})
	return inOrder(ids, views, func(v *view.Signature) int64 { return v.ID }), err
}

// governed is a contract, and the agreement that governs it.
type governed struct{ contractID, agreementID int64 }

// governs selects the contracts that the caller may know of and that an agreement
// governs.
func (a *App) governs(who actor.Actor) (*selection[governed], *sql.SelectTable) {
	c := sql.Table(contract.Table).As("gc")
	s := selectFrom[governed](a.store.Dialect(), c)
	s.take(c, contract.FieldID, func(r *governed) any { return &r.contractID })
	s.take(c, contract.FieldAgreementID, func(r *governed) any { return &r.agreementID })
	s.Where(sql.NotNull(c.C(contract.FieldAgreementID)))
	if access := contractsOf(who, a.store.Dialect(), c); access != nil {
		s.Where(access)
	}
	return s, c
}

// AgreementsOfContracts gives for each of the contracts the agreement that governs it;
// nil for none, and for one that is not for the caller to know of.
//
// Faults: UNAUTHENTICATED.
func (a *App) AgreementsOfContracts(ctx context.Context, contractIDs []int64, w AgreementWants) ([]*view.Agreement, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	list := make([]*view.Agreement, len(contractIDs))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s, c := a.governs(who)
		s.Where(store.InP(c.C(contract.FieldID), contractIDs))
		pairs, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		of, ids := map[int64]int64{}, make([]int64, len(pairs))
		for i, p := range pairs {
			of[p.contractID], ids[i] = p.agreementID, p.agreementID
		}
		// access: an agreement is seen by its insiders, whoever may know of the contract.
		rows, err := a.agreementRows(ctx, on, in, w, func(s *sql.Selector, t *sql.SelectTable) { s.Where(store.InP(t.C(agreement.FieldID), ids)) })
		if err != nil {
			return err
		}
		views, err := a.seeAgreements(ctx, on, in, now, rows, w)
		byID := make(map[int64]*view.Agreement, len(views))
		for _, v := range views {
			byID[v.ID] = v
		}
		for i, id := range contractIDs {
			list[i] = byID[of[id]]
		}
		return err
	})
	return list, err
}

// ContractsOfAgreements gives for each agreement the first page of the contracts that
// it governs and that the caller may know of, newest first. It costs the same number of
// statements for any number of agreements. An empty page stands for an agreement that
// is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED.
func (a *App) ContractsOfAgreements(ctx context.Context, agreementIDs []int64, p Page, w ContractWants) ([]*view.Page[view.Contract], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	pages := make([]*view.Page[view.Contract], len(agreementIDs))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		firsts, err := a.firstGoverned(ctx, on, in, agreementIDs, p)
		if err != nil {
			return err
		}
		mine, ids := map[int64][]int64{}, []int64{}
		for _, g := range firsts {
			mine[g.agreementID], ids = append(mine[g.agreementID], g.contractID), append(ids, g.contractID)
		}
		rows, err := a.contractRows(ctx, on, who, w, func(s *sql.Selector, c *sql.SelectTable) { s.Where(store.InP(c.C(contract.FieldID), ids)) })
		if err != nil {
			return err
		}
		views, err := a.seeContracts(ctx, on, who, now, rows, w, 0)
		if err != nil {
			return err
		}
		totals := map[int64]int64{}
		if p.total {
			if totals, err = a.countGoverned(ctx, on, in, agreementIDs); err != nil {
				return err
			}
		}
		at := make(map[int64]int, len(rows))
		for i, r := range rows {
			at[r.id] = i
		}
		by := ContractOrder{}.order(sql.Table(contract.Table))
		for i, id := range agreementIDs {
			places := make([]int, len(mine[id]))
			for n, c := range mine[id] {
				places[n] = at[c]
			}
			pages[i] = pageOf(by, places, rows, views, p.size)
			if p.total {
				pages[i].Total = new(totals[id])
			}
		}
		return nil
	})
	return pages, err
}

// keepGoverned keeps the contracts of agreements that the caller may know of.
func (a *App) keepGoverned(s *sql.Selector, c *sql.SelectTable, in insider, agreementIDs []int64) {
	of := sql.Table(agreement.Table).As("ga")
	s.Join(of).On(of.C(agreement.FieldID), c.C(contract.FieldAgreementID))
	s.Where(sql.And(store.InP(c.C(contract.FieldAgreementID), agreementIDs), agreementsOf(in, of)))
}

// firstGoverned reads the first contracts of each agreement, one more than a page
// holds, newest first.
func (a *App) firstGoverned(ctx context.Context, on reader, in insider, agreementIDs []int64, p Page) ([]*governed, error) {
	ranked, c := a.governs(in.who)
	newest := []sql.Querier{sql.Expr(c.C(contract.FieldCreatedAt) + " DESC"), sql.Expr(c.C(contract.FieldID) + " DESC")}
	ranked.AppendSelectExprAs(sql.RowNumber().PartitionBy(c.C(contract.FieldAgreementID)).OrderExpr(newest...), "rank_in_list")
	a.keepGoverned(ranked.Selector, c, in, agreementIDs)
	first := ranked.As("first_of_each")
	s := &selection[governed]{Selector: sql.Dialect(a.store.Dialect()).Select().From(first)}
	s.AppendSelect(first.C(contract.FieldID), first.C(contract.FieldAgreementID))
	s.into = []func(*governed) any{func(r *governed) any { return &r.contractID }, func(r *governed) any { return &r.agreementID }}
	s.Where(sql.LTE(first.C("rank_in_list"), p.size+1)).OrderBy(first.C("rank_in_list"))
	return s.rows(ctx, on)
}

// countGoverned counts the contracts of each agreement.
func (a *App) countGoverned(ctx context.Context, on reader, in insider, agreementIDs []int64) (map[int64]int64, error) {
	c := sql.Table(contract.Table).As("gc")
	s := selectFrom[governed](a.store.Dialect(), c)
	s.take(c, contract.FieldAgreementID, func(r *governed) any { return &r.agreementID })
	s.compute(sql.Expr("count(*)"), "n", func(r *governed) any { return &r.contractID })
	if access := contractsOf(in.who, a.store.Dialect(), c); access != nil {
		s.Where(access)
	}
	a.keepGoverned(s.Selector, c, in, agreementIDs)
	s.GroupBy(c.C(contract.FieldAgreementID))
	rows, err := s.rows(ctx, on)
	totals := make(map[int64]int64, len(rows))
	for _, r := range rows {
		totals[r.agreementID] = r.contractID
	}
	return totals, err
}
