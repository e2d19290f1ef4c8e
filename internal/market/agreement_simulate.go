package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// AgreementSimulate tells, for each of the agreements, what time will do to it until
// an instant, that included, if nobody does anything: in order, and as moving the clock
// there would do it. Nothing is written. It costs the same number of statements for any
// number of agreements. An empty list stands for an agreement that is unknown or not for
// the caller to know of.
//
// Faults: UNAUTHENTICATED; INVALID for an instant that has passed, or is more than ten
// years ahead.
func (a *App) AgreementSimulate(ctx context.Context, ids []int64, until time.Time) ([][]*view.AgreementForecast, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	var bad fault.Fields
	checkAhead(&bad, "until", now, until)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	lists := make([][]*view.AgreementForecast, len(ids))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		rows, err := a.agreementRows(ctx, on, in, 0, func(s *sql.Selector, t *sql.SelectTable) { s.Where(store.InP(t.C(agreement.FieldID), ids)) })
		if err != nil {
			return err
		}
		for i, r := range inOrder(ids, rows, func(r *agreementRow) int64 { return r.id }) {
			if lists[i], err = a.foreseePaper(on.Agreement, r, now, until); err != nil {
				return err
			}
		}
		return nil
	})
	return lists, err
}

// foreseePaper walks the loop of moving the clock over one agreement, or over none.
func (a *App) foreseePaper(on *ent.AgreementClient, r *agreementRow, now, until time.Time) ([]*view.AgreementForecast, error) {
	list := []*view.AgreementForecast{}
	for range maxForecast {
		if r == nil {
			break
		}
		kind, at, waits := r.due()
		if !waits || later(now, at).After(until) {
			break
		}
		now = later(now, at)
		m, err := a.pass(r, kind, now)
		if err != nil {
			return nil, err
		}
		p, err := m.plan(on, r)
		if err != nil {
			return nil, err
		}
		r = p.then
		list = append(list, view.See(&view.AgreementForecast{Kind: kind, At: now, Status: r.status, RenewalStatus: someOf(r.renewal)}, view.Anyone))
	}
	return list, nil
}
