package bind

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
	"kontrak/internal/gql/internal/fixture/scalar"
	"kontrak/internal/gql/oracle/world"
)

var errUnwritable = errors.New("cannot be written")

// writer writes the values of a leaf, or of lists of it.
func (s *schema) writer(t *ast.Type) exec.Put[any] {
	if t.Elem != nil {
		put := exec.List(s.writer(t.Elem), t.NonNull, t.Elem.NonNull)
		return func(w *exec.Writer, v any) bool {
			items, ok := v.([]any)
			return ok && put(w, items)
		}
	}
	put := scalars(s.world.Schema.Types[t.NamedType])
	return func(w *exec.Writer, v any) bool {
		if _, bad := v.(world.Unwritable); bad {
			return w.Fail(errUnwritable)
		}
		return v != nil && put(w, v)
	}
}

func scalars(def *ast.Definition) exec.Put[any] {
	if def.Kind == ast.Enum {
		var values []exec.EnumValue[string]
		for _, v := range def.EnumValues {
			values = append(values, exec.EnumValue[string]{Name: v.Name, Value: v.Name})
		}
		return typed(exec.Enum(def.Name, values...).Put)
	}
	switch def.Name {
	case "Int":
		return typed(exec.Int32[int64])
	case "Even":
		return typed(exec.Cast(exec.ContextFunc(scalar.MarshalEven), func(n int64) int { return int(n) }))
	case "Float":
		return typed(exec.Float[float64])
	case "Boolean":
		return typed(exec.Boolean[bool])
	default:
		return typed(exec.String[string])
	}
}

func typed[V any](put exec.Put[V]) exec.Put[any] {
	return func(w *exec.Writer, v any) bool { return put(w, v.(V)) }
}

// reader reads an input value and writes it as the arguments of a field are written.
func (s *schema) reader(t *ast.Type) exec.Get[string] {
	get := s.required(t)
	return func(ctx context.Context, v any) (string, error) {
		if v == nil && !t.NonNull {
			return "null", nil
		}
		return get(ctx, v)
	}
}

func (s *schema) required(t *ast.Type) exec.Get[string] {
	if t.Elem != nil {
		return exec.CastFrom(exec.ListFrom(s.reader(t.Elem)), world.List)
	}
	def := s.world.Schema.Types[t.NamedType]
	switch def.Kind {
	case ast.InputObject:
		return exec.CastFrom(s.inputs[def.Name].Get, func(a args) string {
			var fields []string
			for _, f := range def.Fields {
				fields = append(fields, f.Name+":"+given(a, f.Name))
			}
			return world.Fields(fields)
		})
	case ast.Enum:
		return exec.From(graphql.UnmarshalString)
	}
	switch def.Name {
	case "Int":
		return exec.CastFrom(exec.From(graphql.UnmarshalInt32), func(n int32) string { return strconv.Itoa(int(n)) })
	case "Float":
		return exec.CastFrom(exec.From(graphql.UnmarshalFloat), world.Number)
	case "Boolean":
		return exec.CastFrom(exec.From(graphql.UnmarshalBoolean), strconv.FormatBool)
	case "String":
		return exec.CastFrom(exec.From(graphql.UnmarshalString), world.Quote)
	case "ID":
		return exec.CastFrom(exec.From(graphql.UnmarshalID), world.Quote)
	case "Even":
		return exec.CastFrom(exec.ContextFrom(scalar.UnmarshalEven), strconv.Itoa)
	case "Point":
		return exec.CastFrom(exec.GQLFrom[scalar.Point], func(p scalar.Point) string { return fmt.Sprintf("%d,%d", p.X, p.Y) })
	default:
		return exec.CastFrom(exec.From(graphql.UnmarshalAny), world.Any)
	}
}
