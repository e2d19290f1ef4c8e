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

// The bounds of one connection. A door that streams, or takes long uploads, sets
// its own with http.ResponseController.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
)

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
	log      *slog.Logger
	ending   *atomic.Bool
	after    func(time.Duration) <-chan time.Time // a timer
}

// listen takes the address. It fails when that is in use, or not of this machine.
func listen(ctx context.Context, addr string, how leave, log *slog.Logger) (*server, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: choose another address with --addr or KONTRAK_ADDR: %w", addr, err)
	}
	return &server{listener: l, leave: how, log: log, ending: &atomic.Bool{}, after: time.After}, nil
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
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
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

// shutdown takes no new requests and waits for those under way.
func (s *server) shutdown(ctx context.Context, srv *http.Server) error {
	s.log.Info("ending: requests under way may finish", "grace", s.leave.grace)
	bounded, cancel := context.WithTimeout(ctx, s.leave.grace)
	defer cancel()
	err := srv.Shutdown(bounded)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests under way were cut off", "grace", s.leave.grace)
		err = srv.Close()
	}
	if err != nil {
		return fmt.Errorf("ending: %w", err)
	}
	return nil
}
