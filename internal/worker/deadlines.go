package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"kontrak/internal/market"
)

// timed is what lets time do what is due: market.App.
type timed interface {
	Now() time.Time
	FireDue(ctx context.Context, upTo time.Time) (market.Fired, error)
}

// errNothingDone says that something is due and none of it could be done.
var errNothingDone = errors.New("worker: nothing of what is due could be done")

// Deadlines is the task that does to contracts what has fallen due until now. What
// fails is logged and left for the next round; it keeps nothing else waiting.
func Deadlines(app timed, log *slog.Logger) func(context.Context) (more bool, err error) {
	return func(ctx context.Context) (bool, error) {
		fired, err := app.FireDue(ctx, app.Now())
		for _, f := range fired.Failed {
			log.ErrorContext(ctx, "what has fallen due could not be done", "kind", f.Kind, "contract_id", f.ContractID, "error", f.Err)
		}
		if n := len(fired.Done); n > 0 {
			log.InfoContext(ctx, "done what had fallen due", "count", n, "passed", fired.Passed, "more", fired.More)
		}
		if err == nil && len(fired.Failed) > 0 && len(fired.Done) == 0 {
			err = errNothingDone
		}
		return fired.More, err
	}
}
