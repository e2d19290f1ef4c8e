// Package worker does in the background what no request asks for: what falls due.
// Any number of nodes may run it.
package worker

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// maxPause is how long a loop waits at most after what failed, give or take the
// spread.
const maxPause = 5 * time.Minute

// Loop does a task again and again.
type Loop struct {
	Name string
	// Interval is how long it waits between two rounds, give or take a quarter, so
	// that nodes do not meet. After a round that failed it waits twice as long, and
	// twice again, up to five minutes.
	Interval time.Duration
	// Task is one bounded round. It tells whether there is more to do at once.
	Task func(context.Context) (more bool, err error)
	// Wake ends a wait early; nil never does. While rounds fail it is not listened to.
	Wake   <-chan struct{}
	Logger *slog.Logger
	// Last waits, when the loop ends, for what its rounds have begun; nothing when nil.
	Last func()
	// After is a timer; time.After when nil.
	After func(time.Duration) <-chan time.Time
}

// Run does rounds until the context ends; the first one at once. A round under
// way ends as its task does. What fails, panics included, is logged and tried
// again.
func (l Loop) Run(ctx context.Context) {
	if l.After == nil {
		l.After = time.After
	}
	if l.Last != nil {
		defer l.Last()
	}
	for failures := 0; ctx.Err() == nil; {
		more, err := l.round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			l.Logger.ErrorContext(ctx, "a round of work failed", "worker", l.Name, "failures", failures, "error", err)
		default:
			failures = 0
		}
		if more && err == nil {
			continue
		}
		wake := l.Wake
		if failures > 0 {
			wake = nil
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-l.After(l.pause(failures)):
		}
	}
}

// round is one call of the task.
func (l Loop) round(ctx context.Context) (more bool, err error) {
	err = guarded(func() error {
		var failure error
		more, failure = l.Task(ctx)
		return failure
	})
	return more, err
}

// pause is how long to wait after so many failures in a row.
func (l Loop) pause(failures int) time.Duration {
	d := min(l.Interval<<min(failures, 20), maxPause)
	return d - d/4 + rand.N(d/2+1)
}
