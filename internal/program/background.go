package program

import (
	"context"
	"errors"
	"sync"
	"time"

	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
	"kontrak/internal/mail"
	"kontrak/internal/market"
	"kontrak/internal/push"
	"kontrak/internal/worker"
)

// workerSettings say what this process does in the background.
type workerSettings struct {
	Worker         bool          `setting:"" default:"true" negatable:"" help:"Do here what falls due: deadlines, reminders, notifications, mails, push messages, webhooks and housekeeping. Any number of nodes may."`
	WorkerInterval time.Duration `setting:"" default:"5s" placeholder:"TIME" help:"How often to look for what has fallen due, give or take a quarter; 0s for never."`
	KeepRead       time.Duration `setting:"" name:"keep-read-notifications" default:"2160h" placeholder:"TIME" help:"How long notifications are kept that were read, since then."`
	KeepUnread     time.Duration `setting:"" name:"keep-unread-notifications" default:"8760h" placeholder:"TIME" help:"How long notifications are kept that were never read, since they came."`
}

// The bounds of the interval: below, nobody would notice; above, everybody would.
const (
	minWorkerInterval = 100 * time.Millisecond
	maxWorkerInterval = time.Hour
)

// The bounds of how long notifications are kept: somebody is to see them, and their number
// is to have an end.
const (
	minKept = 24 * time.Hour
	maxKept = 10 * 365 * 24 * time.Hour
)

// mailInterval is how often the outbox is looked at: somebody waits for the code, or for
// the news.
const mailInterval = time.Second

// How mails are sent: a code is good for ten minutes, so that neither a server that was
// away nor a node that died may hold one up for long.
const (
	mailPause  = time.Minute
	mailAtOnce = 4 // each over a connection of its own
	mailBatch  = 16
	mailLease  = 3 * time.Minute
)

// houseInterval is how often housekeeping looks for what has ended: what it deletes is
// kept for a day at least, so nobody waits for it.
const houseInterval = 10 * time.Minute

func (s workerSettings) check(src *sources) error {
	if d := s.WorkerInterval; d != 0 && (d < minWorkerInterval || d > maxWorkerInterval) {
		return src.bad("worker_interval", d.String(), "use a time from 100ms to 1h, or 0s for never")
	}
	var all []error
	for name, d := range map[string]time.Duration{"keep_read_notifications": s.KeepRead, "keep_unread_notifications": s.KeepUnread} {
		if d < minKept || d > maxKept {
			all = append(all, src.bad(name, d.String(), "use a time from 24h to 87600h"))
		}
	}
	return errors.Join(all...)
}

// work begins what is done in the background, and gives what ends it: that waits
// until the work under way is done.
func (s workerSettings) work(ctx context.Context, p parts, app *market.App, auth *authn.Service) (end func()) {
	if !s.Worker || s.WorkerInterval == 0 {
		return func() {}
	}
	interval := min(mailInterval, s.WorkerInterval)
	loops := append(p.mailLoops(app, auth, p.mails, interval), p.eventLoops(app, auth, p.pushes, interval)...)
	house := &worker.Housekeeping{Store: p.store, Files: app, Wall: p.wall, Log: p.log, KeepRead: s.KeepRead, KeepUnread: s.KeepUnread}
	return run(ctx, append(loops,
		worker.Loop{Name: "deadlines", Interval: s.WorkerInterval, Task: worker.Deadlines(app, p.log), Logger: p.log},
		worker.Loop{Name: "housekeeping", Interval: houseInterval, Task: house.Task, Logger: p.log},
	)...)
}

// mailLoops are what sends mails; none where they wait.
func (p parts) mailLoops(app *market.App, auth *authn.Service, by mail.Sender, interval time.Duration) []worker.Loop {
	if by == nil {
		return nil
	}
	mails := worker.Channel{Name: lifecycle.ChannelMail, Store: p.store, Wall: p.wall, Log: p.log, Deliver: worker.Mails(auth, app, by), Pause: mailPause, AtOnce: mailAtOnce, Batch: mailBatch, Lease: mailLease}
	return []worker.Loop{{Name: "mails", Interval: interval, Task: mails.Task, Wake: p.store.Left(mails.Name), Logger: p.log}}
}

// eventLoops are what makes of events what they are to become, sends push messages and tells webhooks;
// by nil drops those.
func (p parts) eventLoops(app *market.App, auth *authn.Service, by *push.FCM, interval time.Duration) []worker.Loop {
	events := worker.Channel{
		Name: lifecycle.ChannelEvent, Store: p.store, Wall: p.wall, Log: p.log, Deliver: worker.Events(app, p.hub.Publish), Settles: true, Endless: true,
	}
	pushes := worker.Channel{Name: lifecycle.ChannelPush, Store: p.store, Wall: p.wall, Log: p.log, Deliver: worker.Pushes(app, auth, nil)}
	if by != nil {
		pushes.Deliver, pushes.Ready = worker.Pushes(app, auth, by), by.Ready
	}
	return []worker.Loop{
		{Name: "events", Interval: interval, Task: events.Task, Wake: p.store.Left(events.Name), Logger: p.log},
		{Name: "pushes", Interval: interval, Task: pushes.Task, Wake: p.store.Left(pushes.Name), Logger: p.log},
		p.hookLoop(app, auth, interval),
	}
}

// run begins loops, and gives what ends them.
func run(ctx context.Context, loops ...worker.Loop) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, loop := range loops {
		running.Go(func() { loop.Run(ctx) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}
