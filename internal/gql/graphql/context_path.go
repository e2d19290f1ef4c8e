package graphql

import (
	"context"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql/internal/scope"
)

// PathContext is one step within an argument: a field of an input object or an element of a list.
type PathContext struct {
	ParentField *FieldContext
	Parent      *PathContext
	Field       *string
	Index       *int
}

// NewPathWithField is a step into a field.
func NewPathWithField(field string) *PathContext { return &PathContext{Field: &field} }

// NewPathWithIndex is a step into an element.
func NewPathWithIndex(index int) *PathContext { return &PathContext{Index: &index} }

// Path is the way from the root of the response to this step.
func (p *PathContext) Path() ast.Path {
	var path ast.Path
	if p == nil {
		return path
	}
	root := p
	for it := p; it != nil; it = it.Parent {
		root = it
		switch {
		case it.Index != nil:
			path = append(path, ast.PathIndex(*it.Index))
		case it.Field != nil:
			path = append(path, ast.PathName(*it.Field))
		}
	}
	slices.Reverse(path)
	if root.ParentField != nil {
		return append(root.ParentField.Path(), path...)
	}
	return path
}

// GetPathContext returns the step ctx stands at, or nil.
func GetPathContext(ctx context.Context) *PathContext {
	p, _ := ctx.Value(scope.Path).(*PathContext)
	return p
}

// WithPathContext takes one step further.
func WithPathContext(ctx context.Context, fic *PathContext) context.Context {
	if up := GetPathContext(ctx); up != nil {
		fic.Parent = up
	}
	if field := GetFieldContext(ctx); field != nil {
		fic.ParentField = field
	}
	return context.WithValue(ctx, scope.Path, fic)
}

// GetPath is the path of the field, or of the place in its arguments, that ctx stands at; nil outside of fields.
func GetPath(ctx context.Context) ast.Path {
	if p := GetPathContext(ctx); p != nil && (p.ParentField == nil || p.ParentField == GetFieldContext(ctx)) {
		return p.Path()
	}
	return GetFieldContext(ctx).Path()
}
