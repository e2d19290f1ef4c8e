package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// ContractActions tells, for each of the contracts, what the caller's role may
// ever do to a contract and whether it may do so now, as far as no input decides.
// It costs the same number of statements for any number of contracts. An empty
// list stands for a contract that is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED.
func (a *App) ContractActions(ctx context.Context, ids []int64) ([][]*view.Decision, error) {
	lists := make([][]*view.Decision, len(ids))
	for i := range lists {
		lists[i] = []*view.Decision{}
	}
	err := a.consider(ctx, ids, decisive, func(_ context.Context, _ *ent.Client, i int, c *facts) error {
		for _, action := range lifecycle.ContractActions {
			if law, known := laws[action]; known && c.who.Is(law.roles...) {
				lists[i] = append(lists[i], decision(action, law.allow(c)))
			}
		}
		return nil
	})
	return lists, err
}

// ContractCan tells, for each of the contracts, whether the caller may do the
// action now, and what refuses it otherwise. With an input it decides as the
// action itself would; without one, as far as no input decides. Either costs the same
// number of statements for any number of contracts. It takes no codes that are
// scanned.
//
// Faults: UNAUTHENTICATED.
func (a *App) ContractCan(ctx context.Context, ids []int64, action lifecycle.ContractAction, in *ActionInput) ([]*view.Decision, error) {
	var unknown error = fault.New(fault.RecordNotFound, "There is no such contract.")
	if why := laws[action].open(actor.From(ctx)); why != nil {
		unknown = why
	}
	list := make([]*view.Decision, len(ids))
	for i := range list {
		list[i] = decision(action, unknown)
	}
	err := a.consider(ctx, ids, decisive, func(ctx context.Context, on *ent.Client, i int, c *facts) error {
		why, err := a.decide(ctx, on, c, action, in)
		list[i] = decision(action, why)
		return err
	})
	return list, err
}

// decide gives the fault that the action would meet. What is no fault is a
// failure of ours.
func (a *App) decide(ctx context.Context, on *ent.Client, c *facts, action lifecycle.ContractAction, in *ActionInput) (why, err error) {
	law := laws[action]
	if why := law.open(c.who); why != nil {
		return why, nil
	}
	d := a.deedOf(action, in)
	if d == nil {
		return law.allow(c), nil
	}
	why = judge(ctx, on, c, d)
	if _, ok := fault.As(why); why != nil && !ok {
		return nil, why
	}
	return why, nil
}

// consider reads what is wanted of the contracts that the caller may know of, and
// hands each to fn with its place.
func (a *App) consider(ctx context.Context, ids []int64, w ContractWants, fn func(ctx context.Context, on *ent.Client, i int, c *facts) error) error {
	who, err := caller(ctx)
	if err != nil {
		return err
	}
	now := a.Now()
	return a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		set, err := readSettings(ctx, on)
		if err != nil {
			return err
		}
		rows, err := a.orderedRows(ctx, on, who, w, ids)
		if err != nil {
			return err
		}
		known := slices.DeleteFunc(slices.Clone(rows), func(r *contractRow) bool { return r == nil })
		shared := &lookups{rows: known, kept: map[string]any{}}
		for i, r := range rows {
			if r == nil {
				continue
			}
			if err := fn(ctx, on, i, &facts{who: who, now: now, row: r, set: set, shared: shared}); err != nil {
				return err
			}
		}
		return nil
	})
}

// orderedRows reads the contracts in the order of their ids; nil stands for one that
// the caller may not know of.
func (a *App) orderedRows(ctx context.Context, on reader, who actor.Actor, w ContractWants, ids []int64) ([]*contractRow, error) {
	rows, err := a.contractRows(ctx, on, who, w, func(s *sql.Selector, c *sql.SelectTable) {
		s.Where(store.InP(c.C(contract.FieldID), ids))
	})
	return inOrder(ids, rows, func(r *contractRow) int64 { return r.id }), err
}

// decisive is what is read of a contract to decide on actions.
var decisive = ContractWants{Parts: WantSubService | WantPendingRequest | wantStanding}

// decision is the answer that a fault, or none, gives.
func decision(action lifecycle.ContractAction, why error) *view.Decision {
	v := &view.Decision{Action: action, Allowed: why == nil, Refusals: []*view.Refusal{}, Fields: []*view.InputProblem{}}
	f, _ := fault.As(why)
	if f == nil {
		return view.See(v, view.Anyone)
	}
	v.Code, v.Message = new(string(f.Code)), new(f.Message)
	for _, field := range f.Fields {
		v.Fields = append(v.Fields, view.See(&view.InputProblem{Field: field.Name, Message: field.Message}, view.Anyone))
	}
	for _, r := range f.Refusals {
		v.Refusals = append(v.Refusals, view.RefusalOf(r))
	}
	return view.See(v, view.Anyone)
}
