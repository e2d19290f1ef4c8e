package graphql

import (
	"context"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql/internal/scope"
)

// FieldContext is the field that is being resolved, and the chain of fields and list elements it stands in.
type FieldContext struct {
	Parent *FieldContext
	// Object is the name of the type the field belongs to.
	Object string
	// Args are the arguments as Go values. An interceptor or directive may change them before it goes on.
	Args map[string]any
	// Field is the field as selected.
	Field CollectedField
	// Index is set, instead of Field, for an element of a list.
	Index *int
	// Result is the value once it is known; of a list only its elements are kept.
	Result any
	// IsMethod tells that the value comes from a method, IsResolver that it comes from a resolver.
	IsMethod   bool
	IsResolver bool
	// NonNull is set by MarkNonNull.
	NonNull bool
	// Child describes a field selected below this one as it is before it is resolved.
	Child func(context.Context, CollectedField) (*FieldContext, error)
}

// FieldStats are the times of one field.
type FieldStats struct {
	Started            time.Time
	ArgumentsCompleted time.Time
	Completed          time.Time
}

// Path is the way from the root of the response to this field.
func (r *FieldContext) Path() ast.Path {
	var path ast.Path
	for it := r; it != nil; it = it.Parent {
		switch {
		case it.Index != nil:
			path = append(path, ast.PathIndex(*it.Index))
		case it.Field.Field != nil:
			path = append(path, ast.PathName(it.Field.Alias))
		}
	}
	slices.Reverse(path)
	return path
}

// GetFieldContext returns the field that is being resolved, or nil outside of fields.
func GetFieldContext(ctx context.Context) *FieldContext {
	fc, _ := ctx.Value(scope.Field).(*FieldContext)
	return fc
}

// WithFieldContext adds rc to ctx, below the field that ctx stands at.
func WithFieldContext(ctx context.Context, rc *FieldContext) context.Context {
	rc.Parent = GetFieldContext(ctx)
	return context.WithValue(ctx, scope.Field, rc)
}

// MarkNonNull makes the field behave as if it were declared non-null. It is for interceptors and directives, before the
// field's value is known.
func MarkNonNull(ctx context.Context) {
	if fc := GetFieldContext(ctx); fc != nil {
		fc.NonNull = true
	}
}
