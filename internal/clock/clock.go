// Package clock holds the clock that stands still until it is moved: the business
// time of the demo and of tests.
package clock

import (
	"context"
	"sync"
	"time"
)

// Held is a clock that stands still until it is moved. Whoever asks and acts on
// the answer can keep it from being moved meanwhile (Stay); it is moved step by
// step while nobody stays (Move). It is safe for concurrent use.
type Held struct {
	mu  sync.Mutex
	now time.Time
	// still is held for reading by whoever stays, for writing by who moves.
	still sync.RWMutex
}

// Hold gives a clock that is held at the instant.
func Hold(at time.Time) *Held { return &Held{now: at} }

// Now gives the instant at which the clock is held.
func (h *Held) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Set moves the clock to an instant, forwards or back, whoever stays.
func (h *Held) Set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = at
}

// Advance moves the clock on, whoever stays.
func (h *Held) Advance(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(by)
}

type stayingKey struct{ *Held }

// Stay keeps the clock from being moved by Move until leave is called, which must
// be once. It waits while somebody moves the clock. Under the context that it
// gives, Move and a further Stay know of it.
func (h *Held) Stay(ctx context.Context) (staying context.Context, leave func()) {
	if h.stays(ctx) {
		return ctx, func() {}
	}
	h.still.RLock()
	return context.WithValue(ctx, stayingKey{h}, true), h.still.RUnlock
}

func (h *Held) stays(ctx context.Context) bool {
	staying, _ := ctx.Value(stayingKey{h}).(bool)
	return staying
}

// Move runs fn, which may set the clock, while nobody stays and nobody else moves
// the clock. Who calls under the context of Stay stays again afterwards.
func (h *Held) Move(ctx context.Context, fn func() error) error {
	if h.stays(ctx) {
		h.still.RUnlock()
		defer h.still.RLock()
	}
	h.still.Lock()
	defer h.still.Unlock()
	return fn()
}
