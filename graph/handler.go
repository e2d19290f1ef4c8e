package graph

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/guard"
	"kontrak/internal/market"
	"kontrak/internal/persisted"
	"kontrak/internal/trace"
)

// HandlerConfig names what the graph's handler is made of. App, Auth, Authenticate
// and Logger are required.
type HandlerConfig struct {
	App *market.App
	// Auth opens accounts and sessions, and counts who shows the token of a signing link.
	Auth *authn.Service
	// Authenticate says who calls: nobody without an Authorization header.
	Authenticate func(*http.Request) (actor.Actor, error)
	Logger       *slog.Logger
	Options
}

// Options are what the settings say of the graph. What is zero has its default.
type Options struct {
	// Limits bound an operation, and Uploads the files that come with it; a limit
	// that is zero has its default.
	Limits  guard.Limits
	Uploads guard.Uploads
	// Errors is how many errors a response has at most, by default
	// guard.DefaultErrors; negative is any number.
	Errors int
	// Timeout ends queries and mutations, by default after guard.DefaultTimeout;
	// negative is never.
	Timeout time.Duration
	// HideSchema refuses introspection to callers that have not signed in.
	HideSchema bool
	// Documents are those that clients may name by their hash.
	Documents persisted.Config
	// Sockets bound WebSocket connections, and KeepAlive is how often a stream of
	// events is sent something while nothing happens.
	Sockets   Sockets
	KeepAlive time.Duration
	// Origins are the exact origins of pages that may open a WebSocket, beside the
	// server's own.
	Origins []string
	// Stream gives the context of a request that may last: one that ends with the
	// server. By default it is the request's.
	Stream func(context.Context) (context.Context, context.CancelFunc)
	// Tracer makes a span of each operation and of each call of a resolver; nil
	// makes none.
	Tracer trace.Tracer
	// Statements returns the SQL statements of an operation under extensions.sql;
	// the zero Statements do not. For development only.
	Statements trace.Statements
}

// DefaultKeepAlive is how often a connection is asked whether it still lives.
const DefaultKeepAlive = 20 * time.Second

// uploadMemory is how many bytes of a request's files are kept in memory; what is
// beyond is kept in temporary files while the request runs.
const uploadMemory = 256 << 10

// NewHandler answers GraphQL over HTTP: POST, GET for queries, forms with files
// (multipart), server-sent events, and WebSockets that speak
// graphql-transport-ws.
func NewHandler(c HandlerConfig) http.Handler {
	return NewHandlerFor(c, NewExecutableSchema(Config{Resolvers: &Resolver{App: c.App, Auth: c.Auth}}))
}

// NewHandlerFor is NewHandler for any schema: tests serve one that has files and subscriptions alone.
func NewHandlerFor(c HandlerConfig, es graphql.ExecutableSchema) http.Handler {
	srv := handler.New(es)
	srv.AddTransport(c.websocket())
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.SSE{KeepAlivePingInterval: cmp.Or(c.KeepAlive, DefaultKeepAlive)})
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{})
	// The door bounds the whole, and says so in its own words.
	srv.AddTransport(transport.MultipartForm{MaxUploadSize: 1 << 40, MaxMemory: uploadMemory})
	srv.SetErrorPresenter(presenter(c.Logger))
	srv.SetRecoverFunc(recovered)
	c.extend(srv)
	return &door{HandlerConfig: c, graph: srv}
}

// extend adds what bounds operations, and what looks at them. The first is the
// outermost.
func (c HandlerConfig) extend(srv *handler.Server) {
	if c.Tracer != nil {
		srv.Use(trace.Spans{Tracer: c.Tracer})
	}
	srv.Use(guard.Errors{Most: cmp.Or(c.Errors, guard.DefaultErrors)})
	if c.Timeout >= 0 {
		srv.Use(guard.NewDeadline(cmp.Or(c.Timeout, guard.DefaultTimeout)))
	}
	if c.Statements.Collect != nil {
		srv.Use(c.Statements)
	}
	srv.Use(stillSignedIn{c})
	if c.Auth != nil { // tests of the transports have none
		srv.Use(writes{c})
	}
	srv.Use(crowd{most: int64(cmp.Or(c.Sockets.Operations, DefaultSockets.Operations))})

	limits := guard.New(c.Limits)
	known := c.Documents
	known.Longest = limits.Longest()
	documents := persisted.New(known)
	srv.Use(extension.AutomaticPersistedQuery{Cache: documents})
	srv.Use(documents)
	srv.Use(limits)
	srv.Use(c.Uploads)
	srv.SetQueryCache(limits.Documents())
	srv.SetParserTokenLimit(c.Limits.ParserTokens())
	srv.SetDisableSuggestion(c.HideSchema) // what was meant instead is part of the schema
	srv.Use(guard.Schema{For: c.readsSchema()})
	srv.Use(redacted{})
	if c.App != nil && c.App.HoldsClock() { // tests of the transports have no App
		srv.Use(unmoved{c.App})
	}
}

// readsSchema tells who may ask for the schema.
func (c HandlerConfig) readsSchema() func(context.Context) bool {
	if !c.HideSchema {
		return nil
	}
	return func(ctx context.Context) bool { return !actor.From(ctx).Anonymous() }
}
