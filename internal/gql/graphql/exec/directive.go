package exec

import (
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
)

// Directive is a directive with a function that runs around what it stands on.
type Directive struct {
	name string
	// decode makes the arguments of one use ready and returns the function bound to them.
	decode func(use *ast.Directive, vars map[string]any) (bound, error)
}

type bound func(ctx context.Context, obj any, next graphql.Resolver) (any, error)

// NewDirective makes a directive of its function and arguments.
func NewDirective[A any](
	name string, call func(ctx context.Context, obj any, next graphql.Resolver, a *A) (any, error), args ...Argument[A],
) *Directive {
	return &Directive{name: name, decode: func(use *ast.Directive, vars map[string]any) (bound, error) {
		a := new(A)
		for _, arg := range args {
			def := use.Definition.Arguments.ForName(arg.argName())
			v, given, err := argValue(def, use.Arguments, vars)
			if err == nil && given {
				err = arg.read(context.Background(), a, v)
			}
			if err != nil {
				return nil, at(arg.argName(), err)
			}
		}
		return func(ctx context.Context, obj any, next graphql.Resolver) (any, error) {
			return call(ctx, obj, next, a)
		}, nil
	}}
}

// boundDirective is a directive in one place.
type boundDirective struct {
	directive *Directive
	use       *ast.Directive
	once      *sync.Once // nil when the arguments depend on variables
	ready     *bound
	err       *error
}

func (s *Schema) bind(use *ast.Directive) (boundDirective, bool) {
	d := s.directives[use.Name]
	if d == nil {
		return boundDirective{}, false
	}
	if use.Definition == nil {
		copied := *use
		copied.Definition = s.ast.Directives[use.Name]
		use = &copied
	}
	b := boundDirective{directive: d, use: use}
	for _, arg := range use.Arguments {
		if usesVariable(arg.Value) {
			return b, true
		}
	}
	b.once, b.ready, b.err = new(sync.Once), new(bound), new(error)
	return b, true
}

func usesVariable(v *ast.Value) bool {
	if v.Kind == ast.Variable {
		return true
	}
	for _, child := range v.Children {
		if usesVariable(child.Value) {
			return true
		}
	}
	return false
}

// around puts the directive around next.
func (d boundDirective) around(vars map[string]any, obj any, next graphql.Resolver) graphql.Resolver {
	return func(ctx context.Context) (any, error) {
		if d.once == nil {
			call, err := d.directive.decode(d.use, vars)
			if err != nil {
				return nil, err
			}
			return call(ctx, obj, next)
		}
		d.once.Do(func() { *d.ready, *d.err = d.directive.decode(d.use, nil) })
		if *d.err != nil {
			return nil, *d.err
		}
		return (*d.ready)(ctx, obj, next)
	}
}

// applied lists those directives of a list that have a function.
func (s *Schema) applied(list ast.DirectiveList) []boundDirective {
	if len(s.directives) == 0 || len(list) == 0 {
		return nil
	}
	var found []boundDirective
	for _, use := range list {
		if b, ok := s.bind(use); ok {
			found = append(found, b)
		}
	}
	return found
}

// directives lists what runs around a field, innermost first: what stands on the object type it returns, on its
// definition, and in the document.
func (c *compiler) directives(f graphql.CollectedField) []boundDirective {
	if len(c.schema.directives) == 0 {
		return nil
	}
	var list []boundDirective
	if t := c.schema.ast.Types[f.Definition.Type.Name()]; t != nil && t.Kind == ast.Object {
		list = append(list, c.schema.applied(t.Directives)...)
	}
	list = append(list, c.schema.applied(f.Definition.Directives)...)
	return append(list, c.schema.applied(f.Directives)...)
}
