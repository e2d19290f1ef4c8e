package program

import (
	"context"
	"log/slog"
	"time"

	"kontrak/internal/market"
	"kontrak/internal/worker"
)

// workerSettings say what this process does in the background.
type workerSettings struct {
	Worker         bool          `setting:"" default:"true" negatable:"" help:"Do here what falls due: deadlines and reminders. Any number of nodes may."`
	WorkerInterval time.Duration `setting:"" default:"5s" placeholder:"TIME" help:"How often to look for what has fallen due, give or take a quarter; 0s for never."`
}

// The bounds of the interval: below, nobody would notice; above, everybody would.
const (
	minWorkerInterval = 100 * time.Millisecond
	maxWorkerInterval = time.Hour
)

func (s workerSettings) check(src *sources) error {
	if d := s.WorkerInterval; d != 0 && (d < minWorkerInterval || d > maxWorkerInterval) {
		return src.bad("worker_interval", d.String(), "use a time from 100ms to 1h, or 0s for never")
	}
	return nil
}

// work begins what is done in the background, and gives what ends it: that waits
// until the work under way is done.
func (s workerSettings) work(ctx context.Context, app *market.App, log *slog.Logger) (end func()) {
	if !s.Worker || s.WorkerInterval == 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	loop := worker.Loop{Name: "deadlines", Interval: s.WorkerInterval, Task: worker.Deadlines(app, log), Logger: log}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		loop.Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}
