package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/fault"
)

// securityHeaders sets what every answer carries. A handler that needs more,
// such as a page with styles, sets its own.
func securityHeaders(secure bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Cache-Control", "no-store")
			if secure {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// recoverer answers for a handler that panicked, in the envelope of its door,
// and logs the panic under the id of the request.
func recoverer(
	log *slog.Logger, failer func(*http.Request) func(http.ResponseWriter, *http.Request, error), shown func(string) string,
) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer, ok := w.(middleware.WrapResponseWriter) // the log's
			if !ok {
				answer = middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			}
			defer func() {
				panicked := recover()
				if panicked == nil {
					return
				}
				if panicked == http.ErrAbortHandler {
					panic(panicked)
				}
				id := middleware.GetReqID(r.Context())
				log.ErrorContext(r.Context(), "panic", "error_id", id, "path", shown(r.URL.Path),
					"panic", fmt.Sprint(panicked), "stack", string(debug.Stack()))
				if answer.Status() != 0 {
					panic(http.ErrAbortHandler) // half an answer must not look like a whole one
				}
				if fail := failer(r); fail != nil {
					fail(answer, r, fault.New(fault.InternalError, "").Because(fmt.Errorf("panic: %v", panicked)))
					return
				}
				refuseWith(answer, http.StatusInternalServerError, errInternal, id)
			}()
			next.ServeHTTP(answer, r)
		})
	}
}

// crossOrigin lets pages of the named origins call, and answers their preflight
// requests. Tokens travel in a header that scripts set, so credentials of the
// browser are never asked for.
func crossOrigin(origins []string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if len(origins) == 0 {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Add("Vary", "Origin")
			origin := r.Header.Get("Origin")
			if !slices.Contains(origins, origin) {
				next.ServeHTTP(w, r)
				return
			}
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
			if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
				next.ServeHTTP(w, r)
				return
			}
			h.Set("Access-Control-Allow-Methods", strings.Join(allowedMethods, ", "))
			h.Set("Access-Control-Allow-Headers", strings.Join(allowedHeaders, ", "))
			h.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
		})
	}
}

var (
	allowedMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
	allowedHeaders = []string{
		"Authorization", "Content-Type", "Accept", "Accept-Language", "Idempotency-Key", "X-Request-Id", "X-Api-Key",
		"Apollo-Require-Preflight", "GraphQL-Require-Preflight", "X-Requested-With",
	}
)
