package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// How messages are claimed and tried again.
const (
	claimSize = 20
	// claimLease is how long a worker has for what it claimed. It is longer than all of
	// them may take, each in its turn.
	claimLease = 10 * time.Minute
	firstPause = 5 * time.Second
	longPause  = 10 * time.Minute
	// giveUpAfter is for how long a message is tried.
	giveUpAfter = 24 * time.Hour
)

var (
	// ErrDropped says that a message needs no delivery: it is not tried again.
	ErrDropped = errors.New("worker: dropped")
	// ErrGivenUp says that a message should have been delivered and never can be: it is not
	// tried again, and that is logged as a warning. It names nobody.
	ErrGivenUp = errors.New("worker: given up")
)

// Channel delivers the messages of one way out of the outbox.
type Channel struct {
	Name  lifecycle.Channel
	Store *store.Store
	Wall  func() time.Time
	Log   *slog.Logger
	// Deliver delivers one. It may be called again for the same one, which has the same
	// key then. An error that Is ErrDropped or ErrGivenUp ends it; any other has it tried
	// again, later each time, and not before the error says so (retryAfter).
	Deliver func(ctx context.Context, m *ent.Outbox) error
	// Settles says that Deliver also notes that a message was delivered.
	Settles bool
	// Endless says that a message is never given up, for it is only ours to deliver.
	Endless bool
	// Ready tells whether messages can be delivered now; while not, none are claimed.
	// Always when nil.
	Ready func() bool
	// Pause is the longest between two tries; ten minutes when zero.
	Pause time.Duration
	// AtOnce is how many messages are delivered side by side: one after the other, in their
	// order, when zero.
	AtOnce int
	// Batch is how many messages are claimed at once, 20 when zero, and Lease how long a
	// worker has for them, ten minutes when zero: longer than all of them may take, as
	// many at once as that is. What a worker that died has claimed waits so long.
	Batch int
	Lease time.Duration
}

// retryAfter is an error that says how long to wait before the next try.
type retryAfter interface {
	error
	RetryAfter() time.Duration
}

// maxRetryAfter bounds what a receiver may ask for.
const maxRetryAfter = time.Hour

// Task is one round of the channel, for a Loop.
func (c Channel) Task(ctx context.Context) (more bool, err error) {
	if c.Ready != nil && !c.Ready() {
		return false, nil
	}
	batch := cmp.Or(c.Batch, claimSize)
	claimed, err := c.Store.Claim(ctx, c.Name, batch, c.Wall(), cmp.Or(c.Lease, claimLease))
	if err != nil {
		return false, err
	}
	h := &hand{channel: c, left: claimed}
	h.deliver(ctx)
	if err := errors.Join(h.err, h.giveBack(ctx)); err != nil || h.stopped {
		return false, err
	}
	if h.failed > 0 && h.failed == len(claimed) {
		return false, fmt.Errorf("worker: none of %d messages of channel %s could be delivered", h.failed, c.Name)
	}
	return len(claimed) == batch, nil
}

// one delivers a message and notes how that went.
func (c Channel) one(ctx context.Context, m *ent.Outbox) (ok bool, err error) {
	failure := c.Deliver(ctx, m)
	ctx = context.WithoutCancel(ctx) // what was done is noted, though the program ends
	switch {
	case failure == nil && c.Settles:
		return true, nil
	case failure == nil:
		return true, c.Store.Delivered(ctx, m, c.Wall(), "")
	case errors.Is(failure, ErrDropped):
		return true, c.Store.Delivered(ctx, m, c.Wall(), failure.Error())
	case errors.Is(failure, ErrGivenUp):
		c.givenUp(ctx, m, failure)
		return true, c.Store.Delivered(ctx, m, c.Wall(), failure.Error())
	case !c.Endless && c.Wall().Sub(m.CreatedAt) > giveUpAfter && m.Attempts > 1:
		c.givenUp(ctx, m, failure)
		return false, c.Store.Delivered(ctx, m, c.Wall(), "given up: "+failure.Error())
	}
	pause := pauseUpTo(m.Attempts, cmp.Or(c.Pause, longPause))
	if asked, is := errors.AsType[retryAfter](failure); is {
		pause = max(pause, min(asked.RetryAfter(), maxRetryAfter))
	}
	again := c.Wall().Add(pause)
	c.Log.WarnContext(ctx, "a message could not be delivered", "channel", c.Name, "topic", m.Topic, "id", m.ID, "attempts", m.Attempts, "again", again, "error", failure)
	return false, c.Store.Failed(ctx, m, again, failure.Error())
}

// givenUp logs that a message is lost, for whoever asks for it.
func (c Channel) givenUp(ctx context.Context, m *ent.Outbox, why error) {
	c.Log.WarnContext(ctx, "a message is given up", "channel", c.Name, "topic", m.Topic, "id", m.ID, "attempts", m.Attempts, "error", why)
}

// pauseUpTo is how long to wait after so many tries: twice as long each time, up to the
// longest, with a quarter of jitter.
func pauseUpTo(attempts int, longest time.Duration) time.Duration {
	d := min(firstPause<<min(max(attempts-1, 0), 20), longest)
	return d - d/4 + rand.N(d/2+1)
}
