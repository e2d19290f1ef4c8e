package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// ExtensionRequest is what a partner says who asks for more time.
type ExtensionRequest struct {
	ContractID      int64
	AdditionalHours view.Hours
	Reason          string
}

// RequestExtension asks the institution for more time on a running contract.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; NOT_FOUND; INVALID
// for hours that are not more than none, at most the setting and whole minutes,
// or without a reason; WRONG_STATE, also while a request waits; DEADLINE_PASSED
// at the end of the work; STALE.
func (a *App) RequestExtension(ctx context.Context, in ExtensionRequest, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, in.ContractID, &extending{App: a, hours: in.AdditionalHours, reason: in.Reason}, w)
}

// extending is the deed of RequestExtension.
type extending struct {
	*App
	hours   view.Hours
	reason  string
	minutes int64 // the hours, once they were checked
}

func (d *extending) action() lifecycle.ContractAction { return lifecycle.ActRequestExtension }

func (d *extending) check(_ context.Context, _ *ent.Client, c *facts) error {
	var bad fault.Fields
	d.minutes = checkHours(&bad, d.hours, c.set)
	checkText(&bad, "reason", d.reason, 1, reasonLength)
	return bad.Err(fault.InputInvalid)
}

func (d *extending) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractRequestExtension, by: c.who, now: c.now, reason: d.reason,
		beside: []step{openExtension(d.minutes, d.reason), d.announce("extension_requested")},
	})
}

// checkHours gives the minutes of an extension, and notes what is wrong with it.
func checkHours(bad *fault.Fields, hours view.Hours, set settings) int64 {
	const name = "additional_hours"
	minutes, ok := hours.Minutes()
	switch most := int64(set.maxExtension / time.Minute); {
	case hours == "":
		bad.Add(name, "is required")
	case !ok:
		bad.Add(name, "must be a decimal number of hours that makes whole minutes, as 1.5")
	case minutes < 1 || minutes > most:
		bad.Add(name, "must be more than 0 and at most %s", view.HoursOf(most))
	}
	return minutes
}

// ApproveExtension grants the request for more time that waits: the work may go
// on for as long.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// WRONG_STATE, also without a request; STALE.
func (a *App) ApproveExtension(ctx context.Context, id int64, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &granting{App: a}, w)
}

// granting is the deed of ApproveExtension.
type granting struct {
	*App
	noInput
}

func (d *granting) action() lifecycle.ContractAction { return lifecycle.ActApproveExtension }

func (d *granting) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractApproveExtension, by: c.who, now: c.now,
		set: func(u *ent.ContractUpdate) {
			u.SetExtensionMinutes(c.row.extension + c.row.standing.requestedMinutes.V)
		},
		beside: []step{answerExtension(lifecycle.AdjustmentApprove, ""), d.announce("extension_approved")},
	})
}

// RejectExtension refuses the request for more time that waits. The reason may be
// left out.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID for a reason that is too long; WRONG_STATE, also without a request;
// STALE.
func (a *App) RejectExtension(ctx context.Context, id int64, why string, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, id, &denying{App: a, remark: remark{why}}, w)
}

// denying is the deed of RejectExtension.
type denying struct {
	*App
	remark
}

func (d *denying) action() lifecycle.ContractAction { return lifecycle.ActRejectExtension }

func (d *denying) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractRejectExtension, by: c.who, now: c.now, reason: d.text,
		beside: []step{answerExtension(lifecycle.AdjustmentReject, d.text), d.announce("extension_rejected")},
	})
}

// requestWaits refuses where there is no request for more time to answer.
func requestWaits(c *facts) *fault.Error {
	if c.row.pendingRequest {
		return nil
	}
	f := fault.New(fault.WrongState, "There is no request for more time that waits for an answer.")
	f.Refusals = []fault.Refusal{{
		Rule: "request_waiting", Needed: "a request for more time", Actual: "none",
	}}
	return f
}

// noRequestWaits refuses a second request while one waits.
func noRequestWaits(c *facts) *fault.Error {
	if !c.row.pendingRequest {
		return nil
	}
	return fault.New(fault.WrongState, "A request for more time waits for its answer.").
		Refuse("no_request_waiting", "no request for more time that waits", "one waits")
}

// beforeEnd refuses from the agreed end of the work on.
func beforeEnd(c *facts) *fault.Error {
	end := c.row.effectiveEnd()
	if c.now.Before(end) {
		return nil
	}
	return fault.New(fault.DeadlinePassed, "").Refuse("effective_end", "before "+stamp(end), stamp(c.now))
}
