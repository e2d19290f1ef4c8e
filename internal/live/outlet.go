package live

import (
	"context"
	"sync"
	"time"
)

// How much may wait for one subscriber, and for how long whoever tells it waits while
// nothing fits in: patience in all for as many events as fit. Behind an outlet stands
// work of the server, never a client: a transport takes from it without waiting and
// drops a client that reads too slowly by itself. So this wait keeps the pace of a
// server that is busy, and ends a subscriber whose selection costs more than events
// leave time for.
const (
	queued   = 128
	patience = 5 * time.Second
)

// Outlet is the end of one subscriber. Send and End are for one goroutine at a time.
type Outlet[T any] struct {
	ctx    context.Context //nolint:containedctx // of the subscriber, as long as it listens
	events chan T
	left   time.Duration // of the patience
	sent   int           // since the patience was whole
	ended  sync.Once
	// patience is the constant, but in tests.
	patience time.Duration
}

// NewOutlet makes an outlet that lasts as long as ctx.
func NewOutlet[T any](ctx context.Context) *Outlet[T] {
	return &Outlet[T]{ctx: ctx, events: make(chan T, queued), left: patience, patience: patience}
}

// Events is where the subscriber takes what is sent; it is closed by End.
func (o *Outlet[T]) Events() <-chan T { return o.events }

// Send gives the subscriber an event. It reports false when that does not keep up:
// then the outlet is to be ended.
func (o *Outlet[T]) Send(v T) bool {
	if o.sent++; o.sent >= queued || len(o.events) < queued/2 {
		o.sent, o.left = 0, o.patience
	}
	select {
	case o.events <- v:
		return true
	default:
	}
	beat := time.NewTicker(o.patience / beats)
	defer beat.Stop()
	for {
		select {
		case o.events <- v:
			return true
		case <-o.ctx.Done():
			return true // it is going, and is told nothing more
		case <-beat.C:
			if o.left -= o.patience / beats; o.left <= 0 {
				return false
			}
		}
	}
}

// beats is how finely the patience is measured.
const beats = 1000

// End ends the outlet: what waits in it can still be taken.
func (o *Outlet[T]) End() { o.ended.Do(func() { close(o.events) }) }
