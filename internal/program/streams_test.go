package program

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestStreamsAreToldToEndAndWaitedFor plays a stream that has taken its connection
// over, which the server of HTTP does not wait for.
func TestStreamsAreToldToEndAndWaitedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		grace time.Duration
		ends  bool
	}{
		{"one that ends when it is told", time.Minute, true},
		{"one that does not is left behind", time.Millisecond, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			log := newLines("cut off")
			s, err := listen(ctx, "127.0.0.1:0", leave{grace: c.grace}, slog.New(slog.NewTextHandler(log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- s.serve(ctx, http.NotFoundHandler()) }()
			stream, over := s.streams.begin(t.Context())
			cancel()
			<-stream.Done() // it is told
			if c.ends {
				select {
				case err := <-ended:
					t.Errorf("the server did not wait: %v", err)
				default:
				}
				over()
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if cut := strings.Contains(log.String(), "cut off"); cut == c.ends {
				t.Errorf("cut off: %v", cut)
			}
			if late, stop := s.streams.begin(t.Context()); late.Err() == nil {
				t.Error("a stream begins after the end")
				stop()
			}
		})
	}
}

// TestWebSocketsEndWithTheProgram goes through a socket.
func TestWebSocketsEndWithTheProgram(t *testing.T) {
	t.Parallel()
	r, tokens := startDemo(t, nil)
	conn := connect(t, r.url+"/query", tokens["ADMIN"])
	defer func() { _ = conn.CloseNow() }()
	r.end()
	if _, err := hear(t, conn); err == nil || !strings.Contains(err.Error(), "StatusGoingAway") {
		t.Errorf("the client heard %v", err)
	}
	r.stop(t)
}
