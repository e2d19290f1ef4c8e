package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// maxForecast bounds what time can do to one contract: no path of time alone
// through the machine is as long.
const maxForecast = 10

// ContractSimulate tells, for each of the contracts, what time will do to it
// until an instant, that included, if nobody does anything: in order, and as
// moving the clock there would do it. Nothing is written. It costs the same number
// of statements for any number of contracts. An empty list stands for a contract
// that is unknown or not for the caller to know of.
//
// Faults: UNAUTHENTICATED; INVALID for an instant that has passed, or is more than
// ten years ahead.
func (a *App) ContractSimulate(ctx context.Context, ids []int64, until time.Time) ([][]*view.Forecast, error) {
	lists := make([][]*view.Forecast, len(ids))
	for i := range lists {
		lists[i] = []*view.Forecast{}
	}
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	now := a.Now()
	var bad fault.Fields
	checkAhead(&bad, "until", now, until)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	err := a.consider(ctx, ids, ContractWants{}, func(_ context.Context, on *ent.Client, i int, c *facts) (err error) {
		lists[i], err = a.simulate(on.Contract, c, until)
		return err
	})
	return lists, err
}

// simulate walks the loop of moving the clock over one contract.
func (a *App) simulate(on *ent.ContractClient, c *facts, until time.Time) ([]*view.Forecast, error) {
	list := []*view.Forecast{}
	at := facts{now: c.now, row: c.row, set: c.set} // time is nobody
	for range maxForecast {
		d, waits := at.set.due(at.row)
		if !waits || later(at.now, d.at).After(until) {
			break
		}
		at.now = later(at.now, d.at)
		m := a.lapse(&at, d.kind)
		then, err := m.after(on, at.row)
		if err != nil {
			return nil, err
		}
		at.row = then
		list = append(list, forecast(d.kind, at.now, then))
	}
	return list, nil
}

// forecast is the view of a contract as it is after something has fallen due.
func forecast(kind lifecycle.Due, at time.Time, r *contractRow) *view.Forecast {
	v := &view.Forecast{Kind: kind, At: at, Status: r.status, EscalationDeadlineAt: instant(r.deadline)}
	if r.stage != "" {
		v.Stage = &r.stage
	}
	return view.See(v, view.Anyone)
}
