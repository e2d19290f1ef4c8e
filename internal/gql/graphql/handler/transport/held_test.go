package transport_test

import (
	"sync"
	"testing"
	"time"
)

// held is time that passes when a test says so.
type held struct {
	mu      sync.Mutex
	now     time.Duration
	pending map[*alarm]bool
	changed chan struct{} // closed when pending changed
}

type alarm struct {
	at, after time.Duration
	ring      func()
}

func hold() *held { return &held{pending: map[*alarm]bool{}, changed: make(chan struct{})} }

func (h *held) note() {
	close(h.changed)
	h.changed = make(chan struct{})
}

func (h *held) after(d time.Duration, f func()) (stop func() bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := &alarm{at: h.now + d, after: d, ring: f}
	h.pending[a] = true
	h.note()
	return func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		was := h.pending[a]
		delete(h.pending, a)
		h.note()
		return was
	}
}

// pass lets time pass, and rings what is due, one after the other.
func (h *held) pass(d time.Duration) {
	h.mu.Lock()
	end := h.now + d
	for {
		var next *alarm
		for a := range h.pending {
			if a.at <= end && (next == nil || a.at < next.at) {
				next = a
			}
		}
		if next == nil {
			break
		}
		delete(h.pending, next)
		h.now = next.at
		h.note()
		h.mu.Unlock()
		next.ring()
		h.mu.Lock()
	}
	h.now = end
	h.mu.Unlock()
}

// until waits until an alarm of that length is set, or none any more.
func (h *held) until(t testing.TB, d time.Duration, set bool) {
	t.Helper()
	for {
		h.mu.Lock()
		is, changed := false, h.changed
		for a := range h.pending {
			is = is || a.after == d
		}
		h.mu.Unlock()
		if is == set {
			return
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatalf("waited in vain for the alarm of %s", d)
		}
	}
}
