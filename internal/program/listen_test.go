package program

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"kontrak/internal/api"
)

// TestItDrainsBeforeItEnds holds the time of draining, and looks at what is
// answered within.
func TestItDrainsBeforeItEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := listen(ctx, "127.0.0.1:0", leave{drain: 3 * time.Second, grace: time.Minute}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	draining, over := make(chan time.Duration, 1), make(chan time.Time)
	s.after = func(d time.Duration) <-chan time.Time {
		draining <- d
		return over
	}
	h, err := api.New(api.Config{
		Logger: slog.New(slog.DiscardHandler), Wall: func() time.Time { return wall },
		Ready: func(context.Context) error {
			if s.ending.Load() {
				return errEnding
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.serve(ctx, h) }()
	answers := func(when string, health, ready int) {
		t.Helper()
		for path, want := range map[string]int{"/healthz": health, "/readyz": ready} {
			if status, _ := ask(t, http.MethodGet, s.url()+path, "", ""); status != want {
				t.Errorf("%s %s gives %d, want %d", when, path, status, want)
			}
		}
	}
	answers("while it serves", 200, 200)
	cancel()
	select {
	case d := <-draining:
		if d != 3*time.Second {
			t.Errorf("it drains for %s", d)
		}
	case err := <-ended:
		t.Fatalf("it ended without draining: %v", err)
	}
	answers("while it drains", 200, 503)
	close(over)
	awaitRefusal(t, s.listener.Addr().String())
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestDrainingEndsWhenServingDoes(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := listen(ctx, "127.0.0.1:0", leave{drain: time.Hour, grace: time.Minute}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.after = func(time.Duration) <-chan time.Time {
		_ = s.listener.Close()
		return nil // never
	}
	cancel()
	if err := s.serve(ctx, http.NotFoundHandler()); err == nil {
		t.Error("nobody heard that the listener is gone")
	}
}
