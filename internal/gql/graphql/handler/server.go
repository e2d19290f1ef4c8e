// Package handler serves GraphQL over HTTP.
package handler

import (
	"context"
	"errors"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/gql/graphql/handler/transport"
)

// Server answers requests with an executable schema, through the transports it was given.
type Server struct {
	transports []graphql.Transport
	exec       *executor.Executor
}

// New makes a server without transports and extensions. Set it up before it serves.
func New(es graphql.ExecutableSchema) *Server { return &Server{exec: executor.New(es)} }

// AddTransport adds a transport; the first that supports a request takes it.
func (s *Server) AddTransport(transport graphql.Transport) {
	s.transports = append(s.transports, transport)
}

// SetErrorPresenter sets what decides how errors look to clients.
func (s *Server) SetErrorPresenter(f graphql.ErrorPresenterFunc) { s.exec.SetErrorPresenter(f) }

// SetRecoverFunc sets what turns panics into errors.
func (s *Server) SetRecoverFunc(f graphql.RecoverFunc) { s.exec.SetRecoverFunc(f) }

// SetQueryCache sets where parsed documents are kept.
func (s *Server) SetQueryCache(cache graphql.Cache[*ast.QueryDocument]) { s.exec.SetQueryCache(cache) }

// SetParserTokenLimit bounds the tokens of a document; 0 is no bound.
func (s *Server) SetParserTokenLimit(limit int) { s.exec.SetParserTokenLimit(limit) }

// SetDisableSuggestion leaves out "did you mean" from errors.
func (s *Server) SetDisableSuggestion(value bool) { s.exec.SetDisableSuggestion(value) }

// SetValidationRulesFn sets the rules that documents are held to.
func (s *Server) SetValidationRulesFn(f func() *rules.Rules) { s.exec.SetDefaultRulesFn(f) }

// Use adds an extension; the first added is the outermost. It panics when the extension does not fit.
func (s *Server) Use(extension graphql.HandlerExtension) { s.exec.Use(extension) }

// AroundFields runs f around each field.
func (s *Server) AroundFields(f graphql.FieldMiddleware) { s.exec.AroundFields(f) }

// AroundRootFields runs f around each root field.
func (s *Server) AroundRootFields(f graphql.RootFieldMiddleware) { s.exec.AroundRootFields(f) }

// AroundOperations runs f around each operation.
func (s *Server) AroundOperations(f graphql.OperationMiddleware) { s.exec.AroundOperations(f) }

// AroundResponses runs f around each response.
func (s *Server) AroundResponses(f graphql.ResponseMiddleware) { s.exec.AroundResponses(f) }

// ServeHTTP answers a request through the first transport that supports it, and with 400 when none does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err := s.exec.PresentRecoveredError(r.Context(), p)
			var known *gqlerror.Error
			if !errors.As(err, &known) {
				known = gqlerror.Wrap(err)
			}
			transport.SendError(w, http.StatusInternalServerError, known)
		}
	}()
	r = r.WithContext(graphql.StartOperationTrace(r.Context()))
	for _, t := range s.transports {
		if t.Supports(r) {
			t.Do(w, r, s.exec)
			return
		}
	}
	transport.SendErrorf(w, http.StatusBadRequest, "transport not supported")
}

// OperationFunc is an extension that is one function around operations.
type OperationFunc func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler

// ExtensionName is InlineOperationFunc.
func (r OperationFunc) ExtensionName() string { return "InlineOperationFunc" }

// Validate fails for nil.
func (r OperationFunc) Validate(graphql.ExecutableSchema) error {
	return notNil(r == nil, "OperationFunc")
}

// InterceptOperation calls r.
func (r OperationFunc) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	return r(ctx, next)
}

// ResponseFunc is an extension that is one function around responses.
type ResponseFunc func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response

// ExtensionName is InlineResponseFunc.
func (r ResponseFunc) ExtensionName() string { return "InlineResponseFunc" }

// Validate fails for nil.
func (r ResponseFunc) Validate(graphql.ExecutableSchema) error {
	return notNil(r == nil, "ResponseFunc")
}

// InterceptResponse calls r.
func (r ResponseFunc) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return r(ctx, next)
}

// FieldFunc is an extension that is one function around fields.
type FieldFunc func(ctx context.Context, next graphql.Resolver) (res any, err error)

// ExtensionName is InlineFieldFunc.
func (f FieldFunc) ExtensionName() string { return "InlineFieldFunc" }

// Validate fails for nil.
func (f FieldFunc) Validate(graphql.ExecutableSchema) error { return notNil(f == nil, "FieldFunc") }

// InterceptField calls f.
func (f FieldFunc) InterceptField(ctx context.Context, next graphql.Resolver) (res any, err error) {
	return f(ctx, next)
}

func notNil(isNil bool, name string) error {
	if isNil {
		return errors.New(name + " can not be nil")
	}
	return nil
}
