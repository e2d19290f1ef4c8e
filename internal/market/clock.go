package market

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// maxAhead is how far time may be moved, or looked at, in one call.
const maxAhead = 10 * 365 * 24 * time.Hour

// Clock tells which time it is for business, and whether the clock is held.
//
// Faults: UNAUTHENTICATED.
func (a *App) Clock(ctx context.Context) (*view.Clock, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	return view.See(&view.Clock{Now: a.Now(), Held: a.HoldsClock()}, view.Anyone), nil
}

// HoldsClock tells whether the clock stands still until it is moved.
func (a *App) HoldsClock() bool { return a.held != nil }

// StayClock keeps a held clock where it is until leave is called, so that a
// request meets one instant and all that was due until then done. It waits while
// the clock is moved. Where time is real it does nothing.
func (a *App) StayClock(ctx context.Context) (staying context.Context, leave func()) {
	if !a.HoldsClock() {
		return ctx, func() {}
	}
	return a.held.Stay(ctx)
}

// AdvanceClock says where to move the clock: to an instant, or by a length of
// time as Go writes it ("36h", "90m"). One of the two is given.
type AdvanceClock struct {
	To *time.Time
	By *string
}

// AdvanceClock moves a held clock on and does what falls due meanwhile, as real
// time would have: it sets the clock to the earliest instant at which something
// falls due, does that, and so on until nothing is left (rulings, "Deadlines").
// Other requests wait meanwhile, further moves too. When something fails, or the
// context ends, the clock stands at the instant of that, and may be moved on from
// there.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; CLOCK_NOT_HELD where
// time is real; INVALID for an instant that has passed, or is more than ten years
// ahead; TIMEOUT.
func (a *App) AdvanceClock(ctx context.Context, in AdvanceClock) (*view.ClockAdvance, error) {
	if _, err := caller(ctx, actor.Admin); err != nil {
		return nil, err
	}
	if !a.HoldsClock() {
		return nil, fault.New(fault.ClockNotHeld, "")
	}
	v := &view.ClockAdvance{Fired: []*view.Firing{}}
	err := a.held.Move(ctx, func() error {
		to, err := in.destination(a.Now())
		if err != nil {
			return err
		}
		return a.moveClock(ctx, to, func(f Firing) {
			v.Fired = append(v.Fired, view.See(&view.Firing{Kind: f.Kind, ContractID: f.ContractID, AgreementID: f.AgreementID, At: f.At}, view.Anyone))
		})
	})
	if err != nil {
		return nil, store.Fault(err)
	}
	v.Now = a.Now()
	return view.See(v, view.Anyone), nil
}

// destination gives the instant to move to.
//
// Faults: INVALID.
func (in AdvanceClock) destination(now time.Time) (time.Time, error) {
	var bad fault.Fields
	to, field := now, "to"
	switch {
	case (in.To == nil) == (in.By == nil):
		bad.Add("to", "or by is required, and not both")
	case in.To != nil:
		to = store.Instant(*in.To)
	default:
		field = "by"
		by, err := time.ParseDuration(*in.By)
		switch {
		case err == nil:
			to = store.Instant(now.Add(by))
		case !anyLength.MatchString(*in.By):
			bad.Add("by", "must be a length of time, as 36h or 90m")
		case strings.HasPrefix(*in.By, "-"): // longer than can be held, as in the next case
			to = now.Add(-maxAhead)
		default:
			to = now.Add(maxAhead + time.Hour)
		}
	}
	checkAhead(&bad, field, now, to)
	return to, bad.Err(fault.InputInvalid)
}

// anyLength is what a length of time looks like, however long it is.
var anyLength = regexp.MustCompile(`^[+-]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$`)

// checkAhead notes an instant that has passed, or is too far ahead.
func checkAhead(bad *fault.Fields, field string, now, at time.Time) {
	bad.Check(!at.Before(now), field, "must not lie before now, which is %s", stamp(now))
	bad.Check(!at.After(now.Add(maxAhead)), field, "must be at most ten years ahead")
}

// errNotDone says that something stays due although it was done.
var errNotDone = errors.New("market: it is still due")

// moveClock is AdvanceClock without its checks.
func (a *App) moveClock(ctx context.Context, to time.Time, told func(Firing)) error {
	for last := (due{}); ; {
		next, err := a.findDue(ctx, to, nil, nil, 1)
		if err != nil {
			return err
		}
		if len(next.list) == 0 {
			a.held.Set(to)
			return nil
		}
		if next.list[0].compare(last) == 0 {
			return fmt.Errorf("market: %s of %s: %w", last.kind, subjectOf(last.contractID, last.agreementID), errNotDone)
		}
		last = next.list[0]
		a.held.Set(later(a.Now(), last.at))
		fired, err := a.FireDue(ctx, a.Now())
		for _, f := range fired.Done {
			told(f)
		}
		if err != nil {
			return err
		}
		if len(fired.Failed) > 0 {
			f := fired.Failed[0]
			return fmt.Errorf("market: %s of %s: %w", f.Kind, subjectOf(f.ContractID, f.AgreementID), f.Err)
		}
	}
}

// subjectOf names what something is due for.
func subjectOf(contractID, agreementID int64) string {
	if agreementID != 0 {
		return fmt.Sprintf("agreement %d", agreementID)
	}
	return fmt.Sprintf("contract %d", contractID)
}
