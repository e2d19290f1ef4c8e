package transport

import (
	"context"
	"sync"
)

// The bounds of what may wait for one client. The last message may go beyond the bytes, so that large ones find room.
const (
	queuedMessages = 128
	queuedBytes    = 4 << 20
)

// queue holds what waits to be written to one client, so that those who have something to say never wait for a slow
// one: they learn that there is no room, and decide.
type queue struct {
	mu     sync.Mutex
	items  [][]byte
	bytes  int
	closed bool
	// filled holds one entry after something was added.
	filled chan struct{}
	// emptied is closed when something is taken; nil while nobody waits for that. All who wait are woken: one who does not
	// want the room any more must not keep it from the others.
	emptied chan struct{}
}

func newQueue() *queue { return &queue{filled: make(chan struct{}, 1)} }

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

func (q *queue) hasRoom() bool { return len(q.items) < queuedMessages && q.bytes < queuedBytes }

// offer adds b, or reports false when there is no room. A closed queue swallows everything.
func (q *queue) offer(b []byte) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return true
	}
	if !q.hasRoom() {
		return false
	}
	q.items, q.bytes = append(q.items, b), q.bytes+len(b)
	signal(q.filled)
	return true
}

// wake wakes all who wait for room.
func (q *queue) wake() {
	if q.emptied != nil {
		close(q.emptied)
		q.emptied = nil
	}
}

// room waits until there may be room, or ctx is done.
func (q *queue) room(ctx context.Context) error {
	q.mu.Lock()
	if q.closed || q.hasRoom() {
		q.mu.Unlock()
		return nil
	}
	if q.emptied == nil {
		q.emptied = make(chan struct{})
	}
	emptied := q.emptied
	q.mu.Unlock()
	select {
	case <-emptied:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// put adds b, and waits for room as long as ctx lasts.
func (q *queue) put(ctx context.Context, b []byte) error {
	for !q.offer(b) {
		if err := q.room(ctx); err != nil {
			return err
		}
	}
	return nil
}

// take waits for the next message; it reports false when the queue was closed and is empty.
func (q *queue) take() ([]byte, bool) {
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			b := q.items[0]
			q.items[0] = nil
			q.items, q.bytes = q.items[1:], q.bytes-len(b)
			q.wake()
			if len(q.items) > 0 {
				signal(q.filled)
			}
			q.mu.Unlock()
			return b, true
		}
		closed := q.closed
		q.mu.Unlock()
		if closed {
			return nil, false
		}
		<-q.filled
	}
}

// end closes the queue: what waits is still taken, nothing is added.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	signal(q.filled)
	q.wake()
}

// drop closes the queue and throws away what waits, except for last.
func (q *queue) drop(last ...[]byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items, q.bytes, q.closed = last, 0, true
	signal(q.filled)
	q.wake()
}
