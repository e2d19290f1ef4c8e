package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"
)

// hall is an audience that notes what it is told.
type hall struct {
	told   []string
	missed []string
	fails  int // so often
}

func (h *hall) Happened(_ context.Context, e Event) error {
	if h.fails > 0 {
		h.fails--
		return errors.New("no database")
	}
	h.told = append(h.told, e.Key)
	return nil
}

func (h *hall) Missed(_ context.Context, why string) { h.missed = append(h.missed, why) }

// wire is a relay that notes what it is given.
type wire struct{ sent []string }

func (w *wire) Send(_ context.Context, e Event) { w.sent = append(w.sent, e.Key) }

func hub(h *hall) *Hub { return NewHub(h, slog.New(slog.DiscardHandler)) }

func TestARepeatIsToldOnceAndSentOnce(t *testing.T) {
	t.Parallel()
	h, w := &hall{}, &wire{}
	b := hub(h)
	b.Join(w)
	for _, key := range []string{"a", "b", "a", "a"} {
		if err := b.Publish(t.Context(), Event{Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	b.Receive(t.Context(), Event{Key: "b"}) // from another node, which took it over
	b.Receive(t.Context(), Event{Key: "c"})
	b.Receive(t.Context(), Event{Key: "c"})
	if fmt.Sprint(h.told, w.sent) != "[a b c] [a b]" {
		t.Errorf("told %v, sent %v", h.told, w.sent)
	}
}

func TestWhatCouldNotBeToldIsPublishedAgain(t *testing.T) {
	t.Parallel()
	h, w := &hall{fails: 1}, &wire{}
	b := hub(h)
	b.Join(w)
	if err := b.Publish(t.Context(), Event{Key: "a"}); err == nil || len(w.sent) > 0 {
		t.Errorf("%v, sent %v", err, w.sent)
	}
	if err := b.Publish(t.Context(), Event{Key: "a"}); err != nil || len(h.told) != 1 || len(w.sent) != 1 {
		t.Errorf("%v, told %v, sent %v", err, h.told, w.sent)
	}
}

func TestWhatAnotherNodeSentIsTriedAndThenMissed(t *testing.T) {
	t.Parallel()
	h := &hall{fails: receiveTries - 1}
	b := hub(h)
	b.Receive(t.Context(), Event{Key: "a"})
	if len(h.told) != 1 || len(h.missed) != 0 {
		t.Errorf("told %v, missed %v", h.told, h.missed)
	}
	h.fails = receiveTries
	b.Receive(t.Context(), Event{Key: "b"})
	if len(h.told) != 1 || len(h.missed) != 1 {
		t.Errorf("told %v, missed %v", h.told, h.missed)
	}
}

func TestKeysAreRememberedWithinABound(t *testing.T) {
	t.Parallel()
	h := &hall{}
	b := hub(h)
	for i := range remembered + 10 {
		b.Receive(t.Context(), Event{Key: fmt.Sprint(i)})
	}
	if len(b.keys) != remembered || len(h.told) != remembered+10 {
		t.Errorf("%d keys, %d told", len(b.keys), len(h.told))
	}
	b.Receive(t.Context(), Event{Key: fmt.Sprint(10)})
	if len(h.told) != remembered+10 {
		t.Error("one that is remembered was told again")
	}
	b.Receive(t.Context(), Event{Key: fmt.Sprint(9)})
	if len(h.told) != remembered+11 {
		t.Error("one that is forgotten was not told")
	}
}

func TestASubscriberThatTakesNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	o := NewOutlet[int](t.Context())
	o.patience, o.left = time.Second/10, time.Second/10
	for i := range queued {
		if !o.Send(i) {
			t.Fatalf("%d events do not fit", i)
		}
	}
	if o.Send(queued) {
		t.Error("it is waited for without an end")
	}
	o.End()
	o.End()
	n := 0
	for range o.Events() {
		n++
	}
	if n != queued {
		t.Errorf("%d events are left", n)
	}
}

func TestASubscriberThatKeepsUpIsWaitedFor(t *testing.T) {
	t.Parallel()
	const all = 20 * queued
	o := NewOutlet[int](t.Context())
	took := make(chan int)
	go func() {
		n := 0
		for v := range o.Events() {
			if v == n {
				n++
			}
		}
		took <- n
	}()
	for i := range all {
		if !o.Send(i) {
			t.Fatalf("it is given up at %d", i)
		}
	}
	o.End()
	if n := <-took; n != all {
		t.Errorf("it took %d of %d in order", n, all)
	}
}

func TestASubscriberThatGoesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	ctx, gone := context.WithCancel(t.Context())
	o := NewOutlet[int](ctx)
	for i := range queued {
		o.Send(i)
	}
	gone()
	if !o.Send(0) {
		t.Error("one that has gone is taken for a slow one")
	}
}
