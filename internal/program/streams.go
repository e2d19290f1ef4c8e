package program

import (
	"context"
	"sync"
)

// streams are the requests that last: WebSockets and streams of events. They have
// no end of their own that a server could wait for, so it tells them to end.
type streams struct {
	mu      sync.Mutex
	running map[*context.CancelFunc]bool
	ending  bool
	// none is closed when there are none left after they were told to end.
	none chan struct{}
}

func newStreams() *streams {
	return &streams{running: map[*context.CancelFunc]bool{}, none: make(chan struct{})}
}

// begin gives the context of a stream, and what is called when it is over.
func (s *streams) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		cancel()
		return ctx, cancel
	}
	s.running[&cancel] = true
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, &cancel)
		s.tell()
	}
}

// tell closes none when it is true. The lock is held.
func (s *streams) tell() {
	if !s.ending || len(s.running) > 0 {
		return
	}
	select {
	case <-s.none:
	default:
		close(s.none)
	}
}

// end tells all to end; none tells when they have.
func (s *streams) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = true
	for cancel := range s.running {
		(*cancel)()
	}
	s.tell()
}
