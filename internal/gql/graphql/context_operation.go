package graphql

import (
	"context"
	"errors"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql/internal/scope"
)

// OperationContext is the operation of a request: its document, its variables after coercion, and how its fields run.
type OperationContext struct {
	RawQuery      string
	Variables     map[string]any
	OperationName string
	Doc           *ast.QueryDocument
	Extensions    map[string]any
	Headers       http.Header

	Operation              *ast.OperationDefinition
	DisableIntrospection   bool
	RecoverFunc            RecoverFunc
	ResolverMiddleware     FieldMiddleware
	RootResolverMiddleware RootFieldMiddleware

	Stats Stats
}

// Validate fails when a part is missing without which the operation cannot run, and fills in the others.
func (c *OperationContext) Validate(context.Context) error {
	switch {
	case c.Doc == nil:
		return errors.New("field 'Doc' is required")
	case c.RawQuery == "":
		return errors.New("field 'RawQuery' is required")
	case c.ResolverMiddleware == nil:
		return errors.New("field 'ResolverMiddleware' is required")
	case c.RootResolverMiddleware == nil:
		return errors.New("field 'RootResolverMiddleware' is required")
	}
	if c.Variables == nil {
		c.Variables = map[string]any{}
	}
	if c.RecoverFunc == nil {
		c.RecoverFunc = DefaultRecover
	}
	return nil
}

// Error adds err, or each error of a list, to the response.
func (c *OperationContext) Error(ctx context.Context, err error) {
	if list, ok := err.(gqlerror.List); ok {
		for _, e := range list {
			AddError(ctx, e)
		}
		return
	}
	AddError(ctx, err)
}

// Errorf adds an error to the response.
func (c *OperationContext) Errorf(ctx context.Context, format string, args ...any) {
	AddErrorf(ctx, format, args...)
}

// Recover turns a recovered panic into the error of the field that ctx stands at.
func (c *OperationContext) Recover(ctx context.Context, err any) error {
	return ErrorOnPath(ctx, c.RecoverFunc(ctx, err))
}

// GetOperationContext returns the operation that ctx belongs to; it panics outside of one.
func GetOperationContext(ctx context.Context) *OperationContext {
	if oc, ok := ctx.Value(scope.Operation).(*OperationContext); ok && oc != nil {
		return oc
	}
	panic("graphql: missing operation context")
}

// WithOperationContext adds opCtx to ctx.
func WithOperationContext(ctx context.Context, opCtx *OperationContext) context.Context {
	return context.WithValue(ctx, scope.Operation, opCtx)
}

// HasOperationContext reports whether ctx belongs to an operation: what fails before parsing does not.
func HasOperationContext(ctx context.Context) bool {
	oc, ok := ctx.Value(scope.Operation).(*OperationContext)
	return ok && oc != nil
}
