package market

import (
	"context"
	"math/big"
	"time"

	"kontrak/ent"
	"kontrak/ent/pricingitem"
	"kontrak/ent/schedule"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// ExtensionEstimate tells a partner what so many more hours of a running contract
// would come to. Nothing is written.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND;
// INVALID_PARAMETER for hours that could not be requested; WRONG_STATE.
func (a *App) ExtensionEstimate(ctx context.Context, id int64, hours view.Hours) (*view.ExtensionEstimate, error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return nil, err
	}
	r, err := a.findContract(ctx, who, id)
	if err != nil {
		return nil, err
	}
	list, err := a.estimates(ctx, who, []int64{id}, hours)
	if err != nil {
		return nil, err
	}
	if list[0] == nil {
		return nil, fault.New(fault.WrongState, "").
			Refuse("state", string(lifecycle.ContractInProgress), string(r.state()))
	}
	return list[0], nil
}

// ExtensionEstimates tells, for each of the contracts, what so many more hours
// would come to; nil stands for one that does not run, is unknown, or is not for
// the caller to know of. It costs the same number of statements for any number.
//
// Faults: UNAUTHENTICATED; INVALID_PARAMETER for hours that could not be requested.
func (a *App) ExtensionEstimates(ctx context.Context, ids []int64, hours view.Hours) ([]*view.ExtensionEstimate, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return a.estimates(ctx, who, ids, hours)
}

func (a *App) estimates(ctx context.Context, who actor.Actor, ids []int64, hours view.Hours) ([]*view.ExtensionEstimate, error) {
	list := make([]*view.ExtensionEstimate, len(ids))
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		set, err := readSettings(ctx, on)
		if err != nil {
			return err
		}
		var bad fault.Fields
		minutes := checkHours(&bad, hours, set)
		if err := bad.Err(fault.ParameterInvalid); err != nil {
			return err
		}
		rows, err := a.orderedRows(ctx, on, who, ContractWants{}, ids)
		if err != nil {
			return err
		}
		rates, err := readRates(ctx, on, ids)
		if err != nil {
			return err
		}
		for i, r := range rows {
			if r != nil && r.status == lifecycle.ContractInProgress {
				list[i] = view.See(rates[r.id].estimate(r, minutes), contractTies(who, r))
			}
		}
		return nil
	})
	return list, err
}

// rate is the hourly price of a contract as it was agreed: the partner's lines of
// its own price, which a reassignment leaves alone, by the hours that they were
// made for.
type rate struct {
	amount  int64 // for all of the time
	minutes int64 // of all days; a begun hour was priced as a whole one
}

// readRates reads the rates of the contracts, in two statements.
func readRates(ctx context.Context, on *ent.Client, ids []int64) (map[int64]*rate, error) {
	rates := make(map[int64]*rate, len(ids))
	for _, id := range ids {
		rates[id] = &rate{}
	}
	items, err := on.PricingItem.Query().
		Where(store.In(pricingitem.FieldContractID, ids), pricingitem.IsPartnerPricing(true), pricingitem.Unit("hour")).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		if i.Effect == lifecycle.EffectSubtract {
			i.Amount = -i.Amount
		}
		rates[i.ContractID].amount += i.Amount
	}
	days, err := on.Schedule.Query().Where(store.In(schedule.FieldContractID, ids)).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		n, err := minutesOf(d)
		if err != nil {
			return nil, err
		}
		rates[d.ContractID].minutes += n
	}
	return rates, nil
}

// minutesOf is how long a day of work is.
func minutesOf(d *ent.Schedule) (int64, error) {
	const clock = "15:04"
	from, err := time.Parse(clock, d.StartTime)
	if err != nil {
		return 0, err
	}
	to, err := time.Parse(clock, d.EndTime)
	return int64(to.Sub(from) / time.Minute), err
}

// estimate is what so many more minutes of the contract would come to.
func (t *rate) estimate(r *contractRow, minutes int64) *view.ExtensionEstimate {
	hours := (t.minutes + 59) / 60
	money := func(amount int64) view.Money { return view.Money{Value: amount, Currency: r.currency} }
	return &view.ExtensionEstimate{
		AdditionalHours: view.HoursOf(minutes), HourlyRate: money(share(t.amount, 1, hours)),
		EstimatedCost:           money(share(t.amount, minutes, hours*60)),
		EffectiveScheduledEndAt: r.effectiveEnd().Add(time.Duration(minutes) * time.Minute),
	}
}

// share gives amount × part / whole, half a unit rounded up; 0 of nothing.
func share(amount, part, whole int64) int64 {
	if whole == 0 || amount <= 0 {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(amount), big.NewInt(2*part))
	n.Add(n, big.NewInt(whole))
	return n.Div(n, big.NewInt(2*whole)).Int64()
}
