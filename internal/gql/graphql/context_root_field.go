package graphql

import (
	"context"

	"kontrak/internal/gql/graphql/internal/scope"
)

// RootFieldContext is the field of a root type that an operation is at.
type RootFieldContext struct {
	// Object is the name of the field.
	Object string
	Field  CollectedField
}

// GetRootFieldContext returns the root field that ctx stands at, or nil.
func GetRootFieldContext(ctx context.Context) *RootFieldContext {
	rc, _ := ctx.Value(scope.RootField).(*RootFieldContext)
	return rc
}

// WithRootFieldContext adds rc to ctx.
func WithRootFieldContext(ctx context.Context, rc *RootFieldContext) context.Context {
	return context.WithValue(ctx, scope.RootField, rc)
}
