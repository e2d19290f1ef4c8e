package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// bounds are those of one connection. A door that streams sets its own with
// http.ResponseController, and so does what takes uploads.
type bounds struct {
	header, read, write, idle time.Duration
	headerBytes               int
}

// leave says how the program ends.
type leave struct {
	// drain is how long it goes on answering while /readyz says 503, so that load
	// balancers turn elsewhere before a request is refused.
	drain time.Duration
	// grace is how long requests under way may then take.
	grace time.Duration
}

// server listens and serves until it is told to end.
type server struct {
	listener net.Listener
	leave    leave
	bounds   bounds
	log      *slog.Logger
	ending   *atomic.Bool
	streams  *streams
	after    func(time.Duration) <-chan time.Time // a timer
}

// listen takes the address. It fails when that is in use, or not of this machine.
func listen(ctx context.Context, addr string, how leave, log *slog.Logger) (*server, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: choose another address with --addr or KONTRAK_ADDR: %w", addr, err)
	}
	return &server{
		listener: l, leave: how, log: log, ending: &atomic.Bool{}, streams: newStreams(), after: time.After,
	}, nil
}

// url gives the address that a client of this machine can use.
func (s *server) url() string {
	at, ok := s.listener.Addr().(*net.TCPAddr)
	if ok && at.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d", at.Port)
	}
	return "http://" + s.listener.Addr().String()
}

// serve answers requests until the context ends. Then it is not ready any more,
// but goes on answering for the time of drain; after that it takes no new
// requests, and gives those under way the time of grace. What is not done by then
// is cut off and logged.
func (s *server) serve(ctx context.Context, h http.Handler) error {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: s.bounds.header, ReadTimeout: s.bounds.read, WriteTimeout: s.bounds.write,
		IdleTimeout: s.bounds.idle, MaxHeaderBytes: s.bounds.headerBytes,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving ended: %w", err)
	case <-ctx.Done():
	}
	s.ending.Store(true)
	s.log.Info("ending: not ready any more, still answering", "drain", s.leave.drain)
	if s.leave.drain > 0 {
		select {
		case err := <-failed:
			return fmt.Errorf("serving ended: %w", err)
		case <-s.after(s.leave.drain):
		}
	}
	return s.shutdown(context.WithoutCancel(ctx), srv)
}

// shutdown takes no new requests, tells those who stream to end, and waits for
// those under way.
func (s *server) shutdown(ctx context.Context, srv *http.Server) error {
	s.log.Info("ending: requests under way may finish", "grace", s.leave.grace)
	bounded, cancel := context.WithTimeout(ctx, s.leave.grace)
	defer cancel()
	s.streams.end()
	err := srv.Shutdown(bounded)
	if err == nil {
		err = s.awaitStreams(bounded)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests under way were cut off", "grace", s.leave.grace)
		err = srv.Close()
	}
	if err != nil {
		return fmt.Errorf("ending: %w", err)
	}
	return nil
}

// awaitStreams waits for streams that the server of HTTP does not know of: those
// that took their connection over.
func (s *server) awaitStreams(ctx context.Context) error {
	select {
	case <-s.streams.none:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
