package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"time"

	"github.com/go-chi/chi/v5/middleware"
)

// clientAddress puts the client's address into RemoteAddr, so that limits and
// logs find it where they would without a proxy. Only trusted proxies may name
// another address than their own. Where the chain holds nonsense, the address of
// the proxy stays: its limit then counts for whoever hides behind it.
func clientAddress(trusted []netip.Prefix) func(http.Handler) http.Handler {
	read := middleware.ClientIPFromRemoteAddr
	if len(trusted) > 0 {
		prefixes := make([]string, len(trusted))
		for i, p := range trusted {
			prefixes[i] = p.String()
		}
		read = middleware.ClientIPFromXFF(prefixes...)
	}
	return func(next http.Handler) http.Handler {
		return read(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if ip := middleware.GetClientIP(r.Context()); ip != "" && len(trusted) > 0 {
				r.RemoteAddr = net.JoinHostPort(ip, "0")
			}
			next.ServeHTTP(w, r)
		}))
	}
}

var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestID gives every request an id, or keeps the one that it brings, and
// answers with it. middleware.GetReqID finds it in the context.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if !goodRequestID.MatchString(id) {
			id = rand.Text()[:16]
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), middleware.RequestIDKey, id)))
	})
}

// accessLog writes one line per request. It holds nothing that a client sent but
// the method and the path: queries hold signatures, headers hold tokens, bodies
// hold persons.
func accessLog(log *slog.Logger, wall func() time.Time, shown func(string) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began, method, path := wall(), r.Method, shown(r.URL.Path)
			answer := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			defer func() {
				log.LogAttrs(r.Context(), levelOf(path, answer.Status()), "request",
					slog.String("method", method), slog.String("path", path),
					slog.Int("status", answer.Status()), slog.Int("bytes", answer.BytesWritten()),
					slog.Duration("took", wall().Sub(began)), slog.String("client", hostOf(r.RemoteAddr)),
					slog.String("request_id", middleware.GetReqID(r.Context())))
			}()
			next.ServeHTTP(answer, r)
		})
	}
}

// levelOf keeps the probes of a healthy program out of the log.
func levelOf(path string, status int) slog.Level {
	switch {
	case status >= 500 && path != "/readyz":
		return slog.LevelError
	case (path == "/healthz" || path == "/readyz") && status < 400:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
