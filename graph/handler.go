package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/guard"
	"kontrak/internal/market"
	"kontrak/internal/trace"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// HandlerConfig names what the graph's handler is made of. App, Authenticate and
// Logger are required.
type HandlerConfig struct {
	App *market.App
	// Authenticate says who calls: nobody without an Authorization header.
	Authenticate func(*http.Request) (actor.Actor, error)
	Logger       *slog.Logger
	// Limits bound an operation; a limit that is zero has its default.
	Limits guard.Limits
	// Errors is how many errors a response has at most, by default
	// guard.DefaultErrors.
	Errors int
	// Timeout ends queries and mutations, by default after guard.DefaultTimeout.
	Timeout time.Duration
	// HideSchema refuses introspection to callers that have not signed in.
	HideSchema bool
	// Tracer makes a span of each operation and of each call of a resolver; nil
	// makes none.
	Tracer trace.Tracer
	// Statements collects the SQL statements that run under a context. Where it is
	// set they are returned under extensions.sql: for development only.
	Statements trace.Collect
}

// keepAlive is how often a connection is asked whether it still lives.
const keepAlive = 20 * time.Second

// NewHandler answers GraphQL over HTTP (POST, and GET for queries) and over
// WebSocket (graphql-transport-ws).
func NewHandler(c HandlerConfig) http.Handler {
	srv := handler.New(NewExecutableSchema(Config{Resolvers: &Resolver{App: c.App}}))
	srv.AddTransport(transport.Websocket{InitFunc: c.connected, KeepAlivePingInterval: keepAlive})
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{})
	srv.SetErrorPresenter(presenter(c.Logger))
	srv.SetRecoverFunc(recovered)
	c.limit(srv)
	srv.Use(redacted{})
	return wellSent(readWhole(c.Limits, authenticated(c, srv)))
}

// connected says who calls over a connection: the Authorization of its first
// message, as the header of a request would say it.
func (c HandlerConfig) connected(ctx context.Context, first transport.InitPayload) (context.Context, *transport.InitPayload, error) {
	if first.Authorization() == "" {
		return ctx, nil, nil
	}
	r := (&http.Request{Header: http.Header{"Authorization": {first.Authorization()}}}).WithContext(ctx)
	who, err := c.Authenticate(r)
	if err != nil {
		return ctx, nil, err
	}
	return actor.With(ctx, who), nil, nil
}

// wellSent refuses a method and a content type that carry no GraphQL request.
func wellSent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodOptions:
		case http.MethodPost:
			if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
				refuse(w, http.StatusUnsupportedMediaType, fault.New(fault.UnsupportedMedia, "Send the request as application/json."))
				return
			}
		default:
			w.Header().Set("Allow", "GET, OPTIONS, POST")
			refuse(w, http.StatusMethodNotAllowed, fault.New(fault.MethodNotAllowed, ""))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limit adds what bounds operations, and what looks at them.
func (c HandlerConfig) limit(srv *handler.Server) {
	if c.Tracer != nil {
		srv.Use(trace.Spans{Tracer: c.Tracer})
	}
	srv.Use(guard.Errors{Most: cmp.Or(c.Errors, guard.DefaultErrors)})
	srv.Use(guard.NewDeadline(cmp.Or(c.Timeout, guard.DefaultTimeout)))
	if c.Statements != nil {
		srv.Use(trace.Statements{Collect: c.Statements})
	}
	limits := guard.New(c.Limits)
	srv.Use(limits)
	srv.SetQueryCache(limits.Documents())
	srv.SetParserTokenLimit(c.Limits.ParserTokens())
	srv.Use(guard.Schema{For: c.readsSchema()})
}

// readsSchema tells who may ask for the schema.
func (c HandlerConfig) readsSchema() func(context.Context) bool {
	if !c.HideSchema {
		return nil
	}
	return func(ctx context.Context) bool { return !actor.From(ctx).Anonymous() }
}

// readWhole reads the body into memory before anything is parsed, and refuses one
// that is larger than the limit which internal/api puts on it, or holds too many
// values.
func readWhole(limits guard.Limits, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			refuse(w, http.StatusRequestEntityTooLarge, fault.Newf(fault.BodyTooLarge, "The request body is larger than %d bytes.", tooLarge.Limit))
			return
		}
		if err != nil {
			refuse(w, http.StatusBadRequest, fault.New(fault.BadRequest, "The request body could not be read to its end."))
			return
		}
		if f := limits.CheckBody(body); f != nil {
			refuse(w, http.StatusRequestEntityTooLarge, f)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// authenticated puts the caller into the context. A request that cannot be
// decoded is refused as such before its token is looked at (rulings, "Order of
// checks").
func authenticated(c HandlerConfig, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := c.Authenticate(r)
		if err != nil && decodable(r) {
			f, ok := fault.As(err)
			if !ok {
				c.Logger.ErrorContext(r.Context(), "authentication failed", "error", err)
				refuse(w, http.StatusInternalServerError, fault.New(fault.InternalError, ""))
				return
			}
			refuse(w, statusOf(f.Kind), f)
			return
		}
		next.ServeHTTP(w, r.WithContext(actor.With(r.Context(), who)))
	})
}

// decodable tells whether a request holds a GraphQL request at all. The body has
// been read into memory before, and is put back.
func decodable(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return true
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && json.Valid(body)
}

// statusOf is the status of a request that is refused before it is executed.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// refuse answers a request that is not executed, in GraphQL's envelope.
func refuse(w http.ResponseWriter, status int, f *fault.Error) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	transport.SendError(w, status, dress(&gqlerror.Error{}, f))
}
