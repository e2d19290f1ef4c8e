package market

import (
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/payment"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// ContractFilter narrows a list of contracts. Every field is picked by hand: a
// caller can search by nothing that it may not read.
type ContractFilter struct {
	Statuses        []lifecycle.ContractStatus
	Steps           []lifecycle.Step
	Kinds           []lifecycle.Kind
	Stages          []lifecycle.Stage
	PaymentStatuses []lifecycle.PaymentStatus
	InstitutionIDs  []int64
	SubServiceIDs   []int64
	ServiceIDs      []int64
	// PartnerIDs finds contracts by a partner that the caller may see in them.
	PartnerIDs    []int64
	CreatedFrom   *time.Time // inclusive
	CreatedBefore *time.Time // exclusive
	StartFrom     *view.Date // first day of work, inclusive, local
	StartUntil    *view.Date // first day of work, inclusive, local
	// Text is looked for in the reference code, the description and the tool, whatever
	// its case and accents. Whoever may know of a contract may read these.
	Text string
	// Queue keeps those that wait in the supervisor queue.
	Queue bool
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
}

// ContractOrder is how a list of contracts is sorted.
type ContractOrder struct {
	ByDeadline bool // by the deadline of the present stage; those without one are left out
	Ascending  bool
	// byProof is by when the proof of the payment was sent: for payments that wait alone.
	byProof bool
}

// order gives the sort of a list; its default is newest first.
func (o ContractOrder) order(c *sql.SelectTable) order {
	by := order{name: "created", desc: !o.Ascending, arg: instantKey}
	column := contract.FieldCreatedAt
	if o.ByDeadline {
		by.name, column = "deadline", contract.FieldEscalationDeadlineAt
	}
	by.key = func(*sql.Selector) string { return c.C(column) }
	if o.byProof {
		by.name, by.key = "proof", func(s *sql.Selector) string {
			pay := newContractTables().pay
			pay.SetDialect(s.Dialect())
			return pay.C(payment.FieldProofSentAt)
		}
	}
	by.id = func(*sql.Selector) string { return c.C(contract.FieldID) }
	return by
}

// Contract gives one contract that the caller may know of.
//
// Faults: UNAUTHENTICATED, NOT_FOUND.
func (a *App) Contract(ctx context.Context, id int64, w ContractWants) (*view.Contract, error) {
	found, err := a.ContractsByID(ctx, []int64{id}, w)
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, fault.New(fault.RecordNotFound, "There is no such contract.")
	}
	return found[0], nil
}

// ContractsByID gives the contracts with these ids, in their order; nil stands
// for one that is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED.
func (a *App) ContractsByID(ctx context.Context, ids []int64, w ContractWants) ([]*view.Contract, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	views, err := a.contractsFor(ctx, who, ids, w)
	if err != nil {
		return nil, err
	}
	return inOrder(ids, views, func(v *view.Contract) int64 { return v.ID }), nil
}

// contractsFor gives those of the contracts with these ids that a caller may know of,
// in any order.
func (a *App) contractsFor(ctx context.Context, who actor.Actor, ids []int64, w ContractWants) ([]*view.Contract, error) {
	now := a.Now()
	var views []*view.Contract
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := a.contractRows(ctx, on, who, w, func(s *sql.Selector, c *sql.SelectTable) {
			s.Where(store.InP(c.C(contract.FieldID), ids))
		})
		if err != nil {
			return err
		}
		views, err = a.seeContracts(ctx, on, who, now, rows, w, 0)
		return err
	})
	return views, err
}

// inOrder puts records into the order of the ids that they were asked for by.
func inOrder[V any](ids []int64, views []*V, id func(*V) int64) []*V {
	byID := make(map[int64]*V, len(views))
	for _, v := range views {
		byID[id(v)] = v
	}
	list := make([]*V, len(ids))
	for i := range ids {
		list[i] = byID[ids[i]]
	}
	return list
}

// contractRows reads the contracts that the caller may know of and that the
// condition keeps.
func (a *App) contractRows(ctx context.Context, on reader, who actor.Actor, w ContractWants, where func(*sql.Selector, *sql.SelectTable)) ([]*contractRow, error) {
	s, t := selectContracts(a.store.Dialect(), w)
	if p := contractsOf(who, a.store.Dialect(), t.c); p != nil {
		s.Where(p)
	}
	where(s.Selector, t.c)
	return s.rows(ctx, on)
}

// Contracts lists the contracts that the caller may know of.
//
// Faults: UNAUTHENTICATED, INVALID.
func (a *App) Contracts(ctx context.Context, f ContractFilter, o ContractOrder, p Page, w ContractWants) (*view.Page[view.Contract], error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.check(who); err != nil {
		return nil, err
	}
	var page *view.Page[view.Contract]
	now := a.Now()
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		var err error
		page, err = a.contractPage(ctx, on, who, now, f, o, p, w)
		return err
	})
	return page, err
}

func (a *App) contractPage(ctx context.Context, on *ent.Client, who actor.Actor, now time.Time, f ContractFilter, o ContractOrder, p Page, w ContractWants) (*view.Page[view.Contract], error) {
	dialect := a.store.Dialect()
	keep := func(s *sql.Selector, c *sql.SelectTable, pay *sql.SelectTable) {
		if access := contractsOf(who, dialect, c); access != nil {
			s.Where(access)
		}
		f.apply(s, c, pay, who, dialect)
		if o.ByDeadline {
			// Only pending contracts have one; said here, so that their index serves.
			s.Where(sql.And(
				is(c.C(contract.FieldStatus), lifecycle.ContractPartnerPending),
				sql.NotNull(c.C(contract.FieldEscalationDeadlineAt)),
			))
		}
	}
	var total *int64
	if p.total {
		t := newContractTables()
		n, err := count(ctx, on, dialect, t.c, func(s *sql.Selector) {
			if len(f.PaymentStatuses) > 0 {
				s.LeftJoin(t.pay).On(t.pay.C(payment.FieldContractID), t.c.C(contract.FieldID))
			}
			keep(s, t.c, t.pay)
		})
		if err != nil {
			return nil, err
		}
		total = &n
	}
	s, t := selectContracts(dialect, w)
	keep(s.Selector, t.c, t.pay)
	by := o.order(t.c)
	if err := p.apply(s.Selector, by); err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	position := func(r *contractRow) (any, int64) {
		switch {
		case o.ByDeadline:
			return r.deadline.V, r.id
		case o.byProof:
			return r.payment.proofSent.V, r.id
		}
		return r.created, r.id
	}
	return asPage(p, by, rows, total, position, func(rows []*contractRow) ([]*view.Contract, error) {
		return a.seeContracts(ctx, on, who, now, rows, w, 0)
	})
}

// check tells what is wrong with a filter.
func (f ContractFilter) check(who actor.Actor) error {
	bad := f.Unread
	for _, d := range []struct {
		name string
		date *view.Date
	}{{"start_from", f.StartFrom}, {"start_until", f.StartUntil}} {
		if d.date != nil {
			_, err := time.Parse(time.DateOnly, string(*d.date))
			bad.Check(err == nil, d.name, "must be a date, as YYYY-MM-DD")
		}
	}
	for _, at := range []struct {
		name    string
		instant *time.Time
	}{{"created_from", f.CreatedFrom}, {"created_before", f.CreatedBefore}} {
		bad.Check(at.instant == nil || storable(*at.instant), at.name, "must be an instant of a year from 1 to 9999")
	}
	checkText(&bad, "text", f.Text, 0, maxText)
	// access: an institution outside the caller's list is not told apart from an
	// unknown one.
	if who.Is(actor.Institution) {
		foreign := slices.ContainsFunc(f.InstitutionIDs, func(id int64) bool { return !who.MemberOf(id) })
		bad.Check(!foreign, "institution_id", "is not one of your institutions")
	}
	return bad.Err(fault.ParameterInvalid)
}

// apply adds the conditions of a filter.
func (f ContractFilter) apply(s *sql.Selector, c, pay *sql.SelectTable, who actor.Actor, dialect string) {
	oneOf(s, c.C(contract.FieldStatus), f.Statuses)
	oneOf(s, c.C(contract.FieldStep), f.Steps)
	oneOf(s, c.C(contract.FieldKind), f.Kinds)
	oneOf(s, c.C(contract.FieldStage), f.Stages)
	oneOf(s, c.C(contract.FieldInstitutionID), f.InstitutionIDs)
	oneOf(s, c.C(contract.FieldSubServiceID), f.SubServiceIDs)
	if len(f.PaymentStatuses) > 0 {
		unpaid := slices.Contains(f.PaymentStatuses, lifecycle.PaymentUnpaid)
		in := store.InP(pay.C(payment.FieldStatus), f.PaymentStatuses)
		if unpaid { // a contract without a payment is unpaid
			in = sql.Or(in, sql.IsNull(pay.C(payment.FieldStatus)))
		}
		s.Where(in)
	}
	if len(f.ServiceIDs) > 0 {
		ss := sql.Table(subservice.Table).As("of")
		s.Where(sql.In(c.C(contract.FieldSubServiceID), sql.Dialect(dialect).Select(ss.C(subservice.FieldID)).From(ss).
			Where(store.InP(ss.C(subservice.FieldServiceID), f.ServiceIDs))))
	}
	if len(f.PartnerIDs) > 0 {
		s.Where(store.InP(c.C(contract.FieldPartnerID), f.PartnerIDs))
		// access: an institution cannot search for the partner that is hidden
		// from it.
		if who.Is(actor.Institution) {
			s.Where(sql.IsNull(c.C(contract.FieldReleasedAt)))
		}
	}
	if f.CreatedFrom != nil {
		s.Where(sql.GTE(c.C(contract.FieldCreatedAt), store.Instant(*f.CreatedFrom)))
	}
	if f.CreatedBefore != nil {
		s.Where(sql.LT(c.C(contract.FieldCreatedAt), store.Instant(*f.CreatedBefore)))
	}
	if f.StartFrom != nil {
		s.Where(sql.GTE(c.C(contract.FieldStartDate), string(*f.StartFrom)))
	}
	if f.StartUntil != nil {
		s.Where(sql.And(sql.LTE(c.C(contract.FieldStartDate), string(*f.StartUntil)), sql.NEQ(c.C(contract.FieldStartDate), "")))
	}
	if f.Text != "" {
		s.Where(store.ContainsP(c.C(contract.FieldSearchText), f.Text))
	}
	if f.Queue {
		s.Where(sql.And(
			is(c.C(contract.FieldStatus), lifecycle.ContractPartnerPending),
			is(c.C(contract.FieldStage), lifecycle.StageSupervisor),
		))
	}
}

// oneOf keeps the rows whose column holds one of the values; no values keep all.
// One value is compared, so that an index can give the rows in their order.
func oneOf[V ~int64 | ~string](s *sql.Selector, column string, values []V) {
	switch len(values) {
	case 0:
	case 1:
		s.Where(sql.EQ(column, values[0]))
	default:
		s.Where(store.InP(column, values))
	}
}
