package market

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// GoOnRoute says that the caller has set out for a contract that it has accepted.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND;
// WRONG_STATE, also when the start is too far ahead; PARTNER_NOT_ELIGIBLE when the
// partner is suspended; STALE.
func (a *App) GoOnRoute(ctx context.Context, id int64, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &departing{App: a}, w)
}

// departureNear holds once the start is near enough to set out for: from then on the
// institution can no longer cancel.
func departureNear(c *facts) *fault.Error {
	from := c.row.startAt.V.Add(-c.set.departureEarliest)
	if !c.now.Before(from) {
		return nil
	}
	f := fault.New(fault.WrongState, "It is too early to set out.").Refuse("departure_time", "from "+stamp(from), stamp(c.now))
	f.Refusals[0].From = &from
	return f
}

// departing is the deed of GoOnRoute.
type departing struct {
	*App
	noInput
}

func (d *departing) action() lifecycle.ContractAction { return lifecycle.ActGoOnRoute }

func (d *departing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractGoOnRoute, by: c.who, now: c.now,
		set:    func(u *ent.ContractUpdate) { u.SetOnRouteAt(c.now) },
		beside: []step{d.announce("contract_on_route")},
	})
}

// StartWork begins the work of a contract with the token of the institution's
// start code, which the caller has scanned on site. The token is used up.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND; INVALID
// without a token; WRONG_STATE; PARTNER_NOT_ELIGIBLE when the partner is
// suspended; STALE; INVALID for a token that is not good.
func (a *App) StartWork(ctx context.Context, id int64, token string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &starting{App: a, scanned: scan(token)}, w)
}

// starting is the deed of StartWork.
type starting struct {
	*App
	scanned
}

func (d *starting) action() lifecycle.ContractAction { return lifecycle.ActStartWork }

func (d *starting) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractStartWork, by: c.who, now: c.now,
		set: func(u *ent.ContractUpdate) { u.SetWorkStartedAt(c.now) },
		beside: []step{
			d.use(lifecycle.QRStart, d.wall()), moveSchedules(lifecycle.ScheduleBegin), d.announce("contract_started"),
		},
	})
}

// FinishWork completes a contract with the token of the partner's end code, which
// the caller has scanned on site. The token is used up; a request for more time
// that still waits is rejected.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID without a token; WRONG_STATE; STALE; INVALID for a token that is not
// good.
func (a *App) FinishWork(ctx context.Context, id int64, token string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &finishing{App: a, scanned: scan(token)}, w)
}

// finishing is the deed of FinishWork.
type finishing struct {
	*App
	scanned
}

func (d *finishing) action() lifecycle.ContractAction { return lifecycle.ActFinishWork }

func (d *finishing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractFinishWork, by: c.who, now: c.now,
		set:    func(u *ent.ContractUpdate) { u.SetCompletedAt(c.now) },
		beside: append([]step{d.use(lifecycle.QREnd, d.wall())}, append(done(), d.announce("contract_completed"))...),
	})
}

// done are the steps of every way in which a contract ends with its work done.
func done() []step {
	return []step{moveSchedules(lifecycle.ScheduleFinish), answerExtension(lifecycle.AdjustmentReject, "")}
}
