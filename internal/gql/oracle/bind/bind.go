// Package bind makes any schema executable: without generated code, it fills the runtime's tables with functions that
// answer from the oracle's world. So the product's schema runs in the oracle, whose resolvers need a database elsewhere,
// and each field is reached in one of the ways that generated code has.
package bind

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
	"kontrak/internal/gql/oracle/world"
)

// object is what the tables hold: nil for the roots.
type object = *world.Object

// args are written arguments by name.
type args = map[string]any

type schema struct {
	world   *world.World
	runtime *exec.Schema
	objects map[string]*exec.Object[object]
	inputs  map[string]*exec.InputType[args]
}

// New makes a schema executable. Workers is how many resolvers may run side by side, as in exec.Settings.
func New(def *ast.Schema, workers int) graphql.ExecutableSchema {
	s := &schema{
		world:   &world.World{Schema: def},
		objects: map[string]*exec.Object[object]{}, inputs: map[string]*exec.InputType[args]{},
	}
	settings := exec.Settings{AST: def, Workers: workers}
	for name, d := range def.Types {
		switch {
		case d.BuiltIn:
		case d.Kind == ast.Object:
			s.objects[name] = exec.NewObject[object](name)
			settings.Objects = append(settings.Objects, s.objects[name])
		case d.Kind == ast.InputObject:
			s.inputs[name] = exec.NewInput[args](name)
			settings.Inputs = append(settings.Inputs, s.inputs[name])
		}
	}
	for name, o := range s.objects {
		o.Fields(s.fields(def.Types[name])...)
	}
	for name, in := range s.inputs {
		var fields []exec.Argument[args]
		for _, f := range def.Types[name].Fields {
			fields = append(fields, exec.Key(f.Name, s.reader(f.Type)))
		}
		in.Fields(fields...)
	}
	for _, d := range directives {
		if def.Directives[d.name] != nil {
			settings.Directives = append(settings.Directives, exec.NewDirective[args](d.name, d.call))
		}
	}
	s.runtime = exec.New(settings)
	return s
}

// directives are those of the schema with every kind of type: one changes nothing, one refuses.
var directives = []struct {
	name string
	call func(ctx context.Context, obj any, next graphql.Resolver, a *args) (any, error)
}{
	{"pass", func(ctx context.Context, _ any, next graphql.Resolver, _ *args) (any, error) { return next(ctx) }},
	{"deny", func(context.Context, any, graphql.Resolver, *args) (any, error) { return nil, world.ErrThrown }},
}

func (s *schema) Schema() *ast.Schema                              { return s.world.Schema }
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler { return s.runtime.Exec(ctx) }

// Complexity knows no field: the oracle has no limits.
func (s *schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *schema) fields(def *ast.Definition) []exec.Field[object] {
	var fields []exec.Field[object]
	for _, f := range def.Fields {
		if f.Name != "__schema" && f.Name != "__type" {
			fields = append(fields, s.field(def, f))
		}
	}
	return fields
}

// field binds one field, in the form that its value has in Go: a list of up to two lists of objects or choices, or a leaf.
func (s *schema) field(def *ast.Definition, f *ast.FieldDefinition) exec.Field[object] {
	named, depth := f.Type, 0
	for ; named.Elem != nil; named = named.Elem {
		depth++
	}
	b := binding{s: s, def: def, field: f}
	t := s.world.Schema.Types[named.NamedType]
	switch {
	case t.IsLeafType():
		put := s.writer(f.Type)
		if s.world.KindOf(def, f) == world.Plain {
			return exec.Leaf(f.Name, b.plain, put)
		}
		return bound(b, exec.Leaves(put), func(v any) any { return v })
	case t.Kind == ast.Object:
		return nested(b, depth, exec.One(s.objects[t.Name]), toObject)
	default:
		return nested(b, depth, exec.Abstract(s.choose), func(v any) any { return v })
	}
}

func toObject(v any) object {
	if o, ok := v.(world.Object); ok {
		return &o
	}
	return nil
}

// choose puts a value of an interface or union into the column of its type.
func (s *schema) choose(sink *exec.Sink, v any) bool {
	if o, ok := v.(world.Object); ok {
		return exec.Row(sink, s.objects[o.Type], &o)
	}
	return sink.Unknown(v)
}

// nested binds a field whose elements have the Go type E.
func nested[E any](b binding, depth int, elem exec.Shape[E], to func(any) E) exec.Field[object] {
	switch depth {
	case 0:
		return bound(b, elem, to)
	case 1:
		return bound(b, exec.Many(elem), many(to))
	default:
		return bound(b, exec.Many(exec.Many(elem)), many(many(to)))
	}
}

func many[E any](to func(any) E) func(any) []E {
	return func(v any) []E {
		items, ok := v.([]any)
		if !ok {
			return nil
		}
		out := make([]E, len(items))
		for i, item := range items {
			out[i] = to(item)
		}
		return out
	}
}
