package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/lru"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/market"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The limits of a request (design, section 2).
const (
	maxTokens     = 2000
	cachedQueries = 1000 // documents with their plans
)

// HandlerConfig names what the graph's handler is made of. Every part is required.
type HandlerConfig struct {
	App *market.App
	// Authenticate says who calls: nobody without an Authorization header.
	Authenticate func(*http.Request) (actor.Actor, error)
	Logger       *slog.Logger
}

// NewHandler answers GraphQL over HTTP: POST, and GET for queries.
func NewHandler(c HandlerConfig) http.Handler {
	srv := handler.New(NewExecutableSchema(Config{Resolvers: &Resolver{App: c.App}}))
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](cachedQueries))
	srv.SetParserTokenLimit(maxTokens)
	srv.SetErrorPresenter(presenter(c.Logger))
	srv.SetRecoverFunc(recovered)
	srv.Use(extension.Introspection{})
	srv.Use(redacted{})
	return readWhole(authenticated(c, srv))
}

// readWhole reads the body into memory before anything is parsed, and refuses one
// that is larger than the limit which internal/api puts on it.
func readWhole(next http.Handler) http.Handler {
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
