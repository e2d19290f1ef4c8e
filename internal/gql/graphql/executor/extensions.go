package executor

import (
	"context"
	"fmt"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// extensions is what the extensions of a server come to, the first added outermost.
type extensions struct {
	operation  graphql.OperationMiddleware
	response   graphql.ResponseMiddleware
	rootField  graphql.RootFieldMiddleware
	field      graphql.FieldMiddleware
	parameters []graphql.OperationParameterMutator
	contexts   []graphql.OperationContextMutator
	hooks      scope.Hooks
}

func combine(list []graphql.HandlerExtension) extensions {
	e := extensions{
		operation: func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler { return next(ctx) },
		response:  func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response { return next(ctx) },
		rootField: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
		field:     func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
	}
	for i := len(list) - 1; i >= 0; i-- {
		e.around(list[i])
	}
	for _, x := range list {
		if m, ok := x.(graphql.OperationParameterMutator); ok {
			e.parameters = append(e.parameters, m)
		}
		if m, ok := x.(graphql.OperationContextMutator); ok {
			e.contexts = append(e.contexts, m)
		}
		if o, ok := x.(scope.NullObserver); ok {
			e.hooks.Nulls = append(e.hooks.Nulls, o)
		}
		if o, ok := x.(scope.CallObserver); ok {
			e.hooks.Calls = append(e.hooks.Calls, o)
		}
	}
	return e
}

func (e *extensions) around(x graphql.HandlerExtension) {
	if p, ok := x.(graphql.OperationInterceptor); ok {
		inner := e.operation
		e.operation = func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
			return p.InterceptOperation(ctx, func(ctx context.Context) graphql.ResponseHandler { return inner(ctx, next) })
		}
	}
	if p, ok := x.(graphql.ResponseInterceptor); ok {
		inner := e.response
		e.hooks.KeepData = true
		e.response = func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
			return p.InterceptResponse(ctx, func(ctx context.Context) *graphql.Response { return inner(ctx, next) })
		}
	}
	if p, ok := x.(graphql.RootFieldInterceptor); ok {
		inner := e.rootField
		e.hooks.SplitRoots = true
		e.rootField = func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
			return p.InterceptRootField(ctx, func(ctx context.Context) graphql.Marshaler { return inner(ctx, next) })
		}
	}
	// An observer of nulls or calls is a field interceptor only for engines that have no better way to tell it of them.
	_, nulls := x.(scope.NullObserver)
	_, calls := x.(scope.CallObserver)
	if p, ok := x.(graphql.FieldInterceptor); ok && !nulls && !calls {
		inner := e.field
		e.hooks.ObserveFields = true
		e.field = func(ctx context.Context, next graphql.Resolver) (any, error) {
			return p.InterceptField(ctx, func(ctx context.Context) (any, error) { return inner(ctx, next) })
		}
	}
}

// Use adds an extension; it panics when the extension does not fit the schema or has no effect at all.
func (e *Executor) Use(extension graphql.HandlerExtension) {
	if err := extension.Validate(e.es); err != nil {
		panic(err)
	}
	switch extension.(type) {
	case graphql.OperationParameterMutator, graphql.OperationContextMutator, graphql.OperationInterceptor,
		graphql.RootFieldInterceptor, graphql.FieldInterceptor, graphql.ResponseInterceptor:
		e.list = append(e.list, extension)
		e.ext = combine(e.list)
	default:
		panic(fmt.Errorf("cannot Use %T as an extension: it has none of the hooks", extension))
	}
}

// AroundOperations runs f around each operation.
func (e *Executor) AroundOperations(f graphql.OperationMiddleware) { e.Use(inlineOperation{f: f}) }

// AroundResponses runs f around each response.
func (e *Executor) AroundResponses(f graphql.ResponseMiddleware) { e.Use(inlineResponse{f: f}) }

// AroundRootFields runs f around each root field.
func (e *Executor) AroundRootFields(f graphql.RootFieldMiddleware) { e.Use(inlineRootField{f: f}) }

// AroundFields runs f around each field.
func (e *Executor) AroundFields(f graphql.FieldMiddleware) { e.Use(inlineField{f: f}) }

type inline struct{}

func (inline) ExtensionName() string                   { return "Inline" }
func (inline) Validate(graphql.ExecutableSchema) error { return nil }

type inlineOperation struct {
	inline
	f graphql.OperationMiddleware
}

func (i inlineOperation) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	return i.f(ctx, next)
}

type inlineResponse struct {
	inline
	f graphql.ResponseMiddleware
}

func (i inlineResponse) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return i.f(ctx, next)
}

type inlineRootField struct {
	inline
	f graphql.RootFieldMiddleware
}

func (i inlineRootField) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	return i.f(ctx, next)
}

type inlineField struct {
	inline
	f graphql.FieldMiddleware
}

func (i inlineField) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	return i.f(ctx, next)
}
