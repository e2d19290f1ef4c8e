package market

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/payment"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// GroupSize is how many contracts a group holds at most: the newest of it. The
// lists by status hold all of them.
const GroupSize = MaxPage

// ContractGroups are the contracts of a caller by what is to be done about them,
// each group newest first. Every contract is in one group at most.
type ContractGroups struct {
	NeedsAction, Upcoming, Ongoing, Completed, Cancelled []*view.Contract
}

// groupedStatuses are the statuses of the groups, in their order. A partner has to
// answer what it is asked for; an institution has to complete and to pay.
var groupedStatuses = map[actor.Role][5][]lifecycle.ContractStatus{
	actor.Partner: {
		{lifecycle.ContractPartnerPending}, {lifecycle.ContractAccepted},
		{lifecycle.ContractOnRoute, lifecycle.ContractInProgress}, {lifecycle.ContractCompleted},
		{lifecycle.ContractCancelled, lifecycle.ContractRejected, lifecycle.ContractExpired},
	},
	actor.Institution: {
		{lifecycle.ContractDraft, lifecycle.ContractPaymentPending}, {lifecycle.ContractPartnerPending, lifecycle.ContractAccepted},
		{lifecycle.ContractOnRoute, lifecycle.ContractInProgress}, {lifecycle.ContractCompleted},
		{lifecycle.ContractCancelled, lifecycle.ContractRejected, lifecycle.ContractExpired},
	},
}

// GroupedContracts gives the contracts that a partner or an institution may know
// of, in groups. It costs the same number of statements for any number of them, and
// reads GroupSize of each status at most.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for other roles; INVALID_PARAMETER.
func (a *App) GroupedContracts(ctx context.Context, f ContractFilter, w ContractWants) (*ContractGroups, error) {
	who, err := caller(ctx, actor.Partner, actor.Institution)
	if err != nil {
		return nil, err
	}
	if err := f.check(who); err != nil {
		return nil, err
	}
	now := a.Now()
	var lists [5][]*view.Contract
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		groups, err := a.groupIDs(ctx, on, who, f)
		if err != nil {
			return err
		}
		var ids []int64
		for _, group := range groups {
			ids = append(ids, group...)
		}
		rows, err := a.orderedRows(ctx, on, who, w, ids)
		if err != nil {
			return err
		}
		views, err := a.seeContracts(ctx, on, who, now, rows, w, 0)
		if err != nil {
			return err
		}
		for i, group := range groups {
			lists[i], views = views[:len(group):len(group)], views[len(group):]
		}
		return nil
	})
	return &ContractGroups{NeedsAction: lists[0], Upcoming: lists[1], Ongoing: lists[2], Completed: lists[3], Cancelled: lists[4]}, err
}

// groupRow is a contract as its group needs it.
type groupRow struct {
	id      int64
	status  lifecycle.ContractStatus
	created time.Time
}

// groupIDs gives the ids of each group, newest first, in one statement: the newest
// of each status, which an index gives in their order.
func (a *App) groupIDs(ctx context.Context, on reader, who actor.Actor, f ContractFilter) ([5][]int64, error) {
	groups, dialect := groupedStatuses[who.Role], a.store.Dialect()
	s := &selection[groupRow]{into: []func(*groupRow) any{
		func(r *groupRow) any { return &r.id }, func(r *groupRow) any { return &r.status }, func(r *groupRow) any { return &r.created },
	}}
	var ids [5][]int64
	of := map[lifecycle.ContractStatus]int{}
	for i, statuses := range groups {
		for _, status := range statuses {
			of[status] = i
			newest := sql.Dialect(dialect).Select("*").From(a.newestOf(who, f, status).As("newest"))
			if s.Selector == nil {
				s.Selector = newest
			} else {
				s.UnionAll(newest)
			}
		}
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return ids, err
	}
	slices.SortFunc(rows, func(a, b *groupRow) int { return cmp.Or(b.created.Compare(a.created), cmp.Compare(b.id, a.id)) })
	for _, r := range rows {
		if i := of[r.status]; len(ids[i]) < GroupSize {
			ids[i] = append(ids[i], r.id)
		}
	}
	return ids, nil
}

// newestOf selects the newest contracts of a status that the caller may know of.
func (a *App) newestOf(who actor.Actor, f ContractFilter, status lifecycle.ContractStatus) *sql.Selector {
	c, pay := sql.Table(contract.Table).As("gc"), sql.Table(payment.Table).As("gpay")
	s := sql.Dialect(a.store.Dialect()).
		Select(c.C(contract.FieldID), c.C(contract.FieldStatus), c.C(contract.FieldCreatedAt)).From(c)
	if len(f.PaymentStatuses) > 0 {
		s.LeftJoin(pay).On(pay.C(payment.FieldContractID), c.C(contract.FieldID))
	}
	if access := contractsOf(who, a.store.Dialect(), c); access != nil {
		s.Where(access)
	}
	f.apply(s, c, pay, who, a.store.Dialect())
	s.Where(sql.EQ(c.C(contract.FieldStatus), status))
	return s.OrderExpr(sql.Expr(c.C(contract.FieldCreatedAt)+" DESC"), sql.Expr(c.C(contract.FieldID)+" DESC")).Limit(GroupSize)
}
