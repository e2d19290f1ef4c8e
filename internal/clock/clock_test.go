package clock

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var start = time.Date(2026, time.June, 8, 2, 0, 0, 0, time.UTC)

func TestTheClockStandsUntilItIsMoved(t *testing.T) {
	t.Parallel()
	h := Hold(start)
	if h.Now() != start {
		t.Errorf("it is %s", h.Now())
	}
	h.Advance(time.Hour)
	h.Set(h.Now().Add(-time.Minute))
	if want := start.Add(59 * time.Minute); h.Now() != want {
		t.Errorf("it is %s, want %s", h.Now(), want)
	}
}

// TestWhoStaysSeesOneInstant: while some stay, others move the clock in two steps.
func TestWhoStaysSeesOneInstant(t *testing.T) {
	t.Parallel()
	h := Hold(start)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				ctx, leave := h.Stay(t.Context())
				first := h.Now()
				again, leaveAgain := h.Stay(ctx)
				if at := h.Now(); at != first || first.Second() != 0 || again != ctx {
					t.Errorf("it was %s and is %s", first, at)
				}
				leaveAgain()
				leave()
			}
		})
		all.Go(func() {
			for range 50 {
				ctx, leave := h.Stay(t.Context()) // a request that moves the clock
				if err := h.Move(ctx, func() error { return twoSteps(h) }); err != nil {
					t.Error(err)
				}
				leave()
			}
		})
	}
	all.Wait()
	if want := start.Add(200 * time.Minute); h.Now() != want {
		t.Errorf("it is %s, want %s", h.Now(), want)
	}
}

// TestTheClockIsNotMovedWhileSomebodyStays gives who moves it every chance.
func TestTheClockIsNotMovedWhileSomebodyStays(t *testing.T) {
	t.Parallel()
	h := Hold(start)
	_, leave := h.Stay(t.Context())
	var left atomic.Bool
	moved := make(chan error)
	go func() {
		moved <- h.Move(context.Background(), func() error {
			if !left.Load() {
				return errors.New("it was moved while somebody stayed")
			}
			return nil
		})
	}()
	for range 10_000 {
		runtime.Gosched()
	}
	left.Store(true)
	leave()
	if err := <-moved; err != nil {
		t.Error(err)
	}
}

func twoSteps(h *Held) error {
	before := h.Now()
	h.Set(before.Add(30 * time.Second))
	h.Advance(30 * time.Second)
	if h.Now() != before.Add(time.Minute) {
		return errors.New("somebody else moved the clock meanwhile")
	}
	return nil
}

func TestAMoveThatFailsLetsOthersMove(t *testing.T) {
	t.Parallel()
	h := Hold(start)
	broken := errors.New("broken")
	if err := h.Move(context.Background(), func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("told %v", err)
	}
	func() {
		defer func() { _ = recover() }() // as a server survives it
		_ = h.Move(t.Context(), func() error { panic("broken") })
	}()
	other := Hold(start)
	ctx, leave := other.Stay(t.Context()) // of another clock: nothing to do with this one
	defer leave()
	if err := h.Move(ctx, func() error { h.Advance(time.Hour); return nil }); err != nil || h.Now() != start.Add(time.Hour) {
		t.Errorf("it is %s, %v", h.Now(), err)
	}
}
