package transport

import (
	"context"
	"errors"
	"testing"
)

func TestAQueueHasRoomUntilItIsFull(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ size, want int }{
		"of messages": {1, queuedMessages}, "of bytes": {queuedBytes / 4, 4}, "of one message": {2 * queuedBytes, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, n := newQueue(), 0
			for q.offer(make([]byte, c.size)) {
				n++
			}
			if n != c.want {
				t.Errorf("%d messages had room", n)
			}
			if _, ok := q.take(); !ok || !q.offer(make([]byte, c.size)) {
				t.Error("there is no room for another")
			}
		})
	}
}

func TestThoseWhoWaitForRoomGetItOneAfterTheOther(t *testing.T) {
	t.Parallel()
	q := newQueue()
	for q.offer([]byte("x")) {
	}
	const waiting = 10
	done := make(chan error)
	for range waiting {
		go func() { done <- q.put(t.Context(), []byte("y")) }()
	}
	for range queuedMessages {
		if b, _ := q.take(); string(b) != "x" {
			t.Fatalf("got %s", b)
		}
	}
	for range waiting {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	for range waiting {
		if b, _ := q.take(); string(b) != "y" {
			t.Fatalf("got %s", b)
		}
	}
}

func TestSomebodyWhoLeavesTheRoomUnusedKeepsItFromNobody(t *testing.T) {
	t.Parallel()
	q := newQueue()
	for q.offer([]byte("x")) {
	}
	const waiting = 10
	done := make(chan error)
	for range waiting {
		go func() { done <- q.room(t.Context()) }()
	}
	q.take()
	for range waiting {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}

func TestWaitingForRoomEndsWithItsContext(t *testing.T) {
	t.Parallel()
	q := newQueue()
	for q.offer([]byte("x")) {
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.put(ctx, []byte("y")); !errors.Is(err, context.Canceled) {
		t.Errorf("put into a full queue: %v", err)
	}
}

func TestAnEndedQueueGivesWhatItHasAndSwallowsTheRest(t *testing.T) {
	t.Parallel()
	q := newQueue()
	q.offer([]byte("a"))
	q.end()
	q.offer([]byte("b"))
	if b, ok := q.take(); !ok || string(b) != "a" {
		t.Errorf("got %s %t", b, ok)
	}
	if b, ok := q.take(); ok {
		t.Errorf("got %s after the end", b)
	}
	q = newQueue()
	q.offer([]byte("a"))
	q.drop([]byte("last"))
	if b, ok := q.take(); !ok || string(b) != "last" {
		t.Errorf("got %s %t", b, ok)
	}
	if b, ok := q.take(); ok {
		t.Errorf("got %s after the end", b)
	}
}
