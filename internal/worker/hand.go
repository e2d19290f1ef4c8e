package worker

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"

	"kontrak/ent"
)

// hand is what one round has claimed and delivers, each once.
type hand struct {
	channel Channel

	mu      sync.Mutex
	left    []*ent.Outbox // not tried yet
	undone  []*ent.Outbox // tried, and not noted
	tried   int
	failed  int
	stopped bool // the round ends early
	err     error
	died    any // what a delivery panicked with
}

// deliver delivers what was claimed, as many at once as the channel does. It panics as a
// delivery does, once the others have ended.
func (h *hand) deliver(ctx context.Context) {
	if h.channel.AtOnce <= 1 {
		h.each(ctx)
		return
	}
	var all sync.WaitGroup
	for range min(h.channel.AtOnce, len(h.left)) {
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					h.channel.Log.ErrorContext(ctx, "a delivery panicked", "channel", h.channel.Name, "panic", p, "stack", string(debug.Stack()))
					h.note(func() { h.died, h.stopped = p, true })
				}
			}()
			h.each(ctx)
		})
	}
	all.Wait()
	if h.died != nil {
		panic(h.died)
	}
}

// each delivers one after the other, as long as there are any.
func (h *hand) each(ctx context.Context) {
	for m := h.next(ctx); m != nil; m = h.next(ctx) {
		ok, err := h.channel.one(ctx, m)
		h.note(func() {
			switch {
			case err != nil:
				h.err, h.stopped, h.undone = errors.Join(h.err, err), true, append(h.undone, m)
			case !ok:
				h.failed++
			}
		})
	}
}

// next takes a message; nil when there is none, when the program ends, and when messages
// cannot be delivered any more.
func (h *hand) next(ctx context.Context) *ent.Outbox {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.left) == 0 || h.stopped {
		return nil
	}
	c := h.channel
	if ctx.Err() != nil {
		h.err, h.stopped = errors.Join(h.err, ctx.Err()), true
		return nil
	}
	if h.tried > 0 && c.Ready != nil && !c.Ready() {
		h.stopped = true
		return nil
	}
	m := h.left[0]
	h.left, h.tried = h.left[1:], h.tried+1
	return m
}

func (h *hand) note(what func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	what()
}

// giveBack gives back what was not delivered, so that others need not wait for the lease.
func (h *hand) giveBack(ctx context.Context) error {
	back := append(h.undone, h.left...)
	if len(back) == 0 {
		return nil
	}
	return h.channel.Store.Release(context.WithoutCancel(ctx), back)
}
