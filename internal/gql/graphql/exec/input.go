package exec

import (
	"context"
	"fmt"
	"maps"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/literals"
)

// Get decodes an input value: nil, bool, int64, float64, string, json.Number, []any or map[string]any.
type Get[V any] = func(ctx context.Context, v any) (V, error)

// From decodes with an unmarshal function. Null is an error: wrap it in PtrFrom where null is allowed.
func From[V any](unmarshal func(any) (V, error)) Get[V] {
	return func(_ context.Context, v any) (V, error) {
		if v == nil {
			var none V
			return none, errNull
		}
		return unmarshal(v)
	}
}

// ContextFrom decodes with an unmarshal function that knows its context.
func ContextFrom[V any](unmarshal func(context.Context, any) (V, error)) Get[V] {
	return func(ctx context.Context, v any) (V, error) {
		if v == nil {
			var none V
			return none, errNull
		}
		return unmarshal(ctx, v)
	}
}

// GQLFrom decodes a value that reads itself.
func GQLFrom[V any, P interface {
	*V
	graphql.Unmarshaler
}](_ context.Context, v any) (out V, err error) {
	if v == nil {
		return out, errNull
	}
	err = P(&out).UnmarshalGQL(v)
	return out, err
}

// ContextGQLFrom decodes a value that reads itself and knows its context.
func ContextGQLFrom[V any, P interface {
	*V
	graphql.ContextUnmarshaler
}](ctx context.Context, v any) (out V, err error) {
	if v == nil {
		return out, errNull
	}
	err = P(&out).UnmarshalGQLContext(ctx, v)
	return out, err
}

// CastFrom decodes a value as another type.
func CastFrom[V, U any](get Get[U], cast func(U) V) Get[V] {
	return func(ctx context.Context, v any) (V, error) {
		u, err := get(ctx, v)
		if err != nil {
			var none V
			return none, err
		}
		return cast(u), nil
	}
}

// PtrFrom decodes into a pointer; null is nil.
func PtrFrom[V any](get Get[V]) Get[*V] {
	required := NewFrom(get)
	return func(ctx context.Context, v any) (*V, error) {
		if v == nil {
			return nil, nil
		}
		return required(ctx, v)
	}
}

// NewFrom decodes into a pointer; null is an error.
func NewFrom[V any](get Get[V]) Get[*V] {
	return func(ctx context.Context, v any) (*V, error) {
		if v == nil {
			return nil, errNull
		}
		out, err := get(ctx, v)
		if err != nil {
			return nil, err
		}
		return &out, nil
	}
}

// NullFrom decodes into a type whose zero value stands for null.
func NullFrom[V any](get Get[V]) Get[V] {
	return func(ctx context.Context, v any) (V, error) {
		if v == nil {
			var none V
			return none, nil
		}
		return get(ctx, v)
	}
}

// ListFrom decodes a list; a single value is a list of one. Null is an error: wrap it in NullFrom where null is allowed.
func ListFrom[V any](get Get[V]) Get[[]V] {
	return func(ctx context.Context, v any) ([]V, error) {
		if v == nil {
			return nil, errNull
		}
		items, ok := v.([]any)
		if !ok {
			items = []any{v}
		}
		out := make([]V, len(items))
		for i, item := range items {
			var err error
			if out[i], err = get(ctx, item); err != nil {
				return nil, atIndex(i, err)
			}
		}
		return out, nil
	}
}

// OmittableFrom decodes a value that was given, so that it is set.
func OmittableFrom[V any](get Get[V]) Get[graphql.Omittable[V]] {
	return func(ctx context.Context, v any) (graphql.Omittable[V], error) {
		out, err := get(ctx, v)
		if err != nil {
			return graphql.Omittable[V]{}, err
		}
		return graphql.OmittableOf(out), nil
	}
}

// InputType is an input object decoded into V, a struct.
type InputType[V any] struct {
	name   string
	schema *Schema
	def    *ast.Definition
	fields []Argument[V]
}

// Input is an InputType whatever its Go type.
type Input interface{ attach(s *Schema) }

// NewInput makes an empty input; Fields fills it, so that inputs may refer to each other.
func NewInput[V any](name string) *InputType[V] { return &InputType[V]{name: name} }

// Fields sets the fields, in schema order.
func (t *InputType[V]) Fields(fields ...Argument[V]) { t.fields = fields }

func (t *InputType[V]) attach(s *Schema) { t.schema, t.def = s, s.ast.Types[t.name] }

// Get decodes an input object: defaults are filled in, and what is missing, unknown or too much is an error.
func (t *InputType[V]) Get(ctx context.Context, v any) (out V, err error) {
	object, ok := v.(map[string]any)
	if !ok {
		if v == nil {
			return out, errNull
		}
		return out, fmt.Errorf("must be a %s, not a %T", t.def.Name, v)
	}
	if err := t.check(object); err != nil {
		return out, err
	}
	for _, f := range t.fields {
		def := t.def.Fields.ForName(f.argName())
		value, given := object[f.argName()]
		if !given && def.DefaultValue != nil {
			if value, given, err = literals.Value(def.DefaultValue, nil); err != nil {
				return out, at(def.Name, err)
			}
		}
		if !given {
			if def.Type.NonNull {
				return out, at(def.Name, errNull)
			}
			continue
		}
		if err := t.read(ctx, object, &out, f, def, value); err != nil {
			return out, at(def.Name, err)
		}
	}
	return t.whole(ctx, object, out)
}

// whole runs the directives of the input type itself around the value. They are handed what was given, with the defaults
// in it, as gqlgen does; the value is what next returns.
func (t *InputType[V]) whole(ctx context.Context, object map[string]any, out V) (V, error) {
	directives := t.schema.applied(t.def.Directives)
	if len(directives) == 0 {
		return out, nil
	}
	object = maps.Clone(object)
	for _, def := range t.def.Fields {
		if _, given := object[def.Name]; given || def.DefaultValue == nil {
			continue
		}
		value, _, err := literals.Value(def.DefaultValue, nil)
		if err != nil {
			return out, at(def.Name, err)
		}
		object[def.Name] = value
	}
	next := func(context.Context) (any, error) { return out, nil }
	for _, d := range directives {
		next = d.around(nil, object, next)
	}
	res, err := next(ctx)
	if err != nil {
		return out, err
	}
	whole, ok := res.(V)
	if !ok {
		return out, fmt.Errorf("unexpected type %T from directive, should be %T", res, out)
	}
	return whole, nil
}

// read decodes one field, within its directives.
func (t *InputType[V]) read(
	ctx context.Context, object map[string]any, out *V, f Argument[V], def *ast.FieldDefinition, value any,
) error {
	directives := t.schema.applied(def.Directives)
	if len(directives) == 0 {
		return f.read(ctx, out, value)
	}
	next := func(ctx context.Context) (any, error) {
		var one V
		err := f.read(ctx, &one, value)
		return f.value(&one), err
	}
	for _, d := range directives {
		next = d.around(nil, object, next)
	}
	res, err := next(ctx)
	if err != nil {
		return err
	}
	return f.set(out, res)
}

// check holds an object to what variables may break unseen: unknown names, and @oneOf.
func (t *InputType[V]) check(object map[string]any) error {
	for name := range object {
		if t.def.Fields.ForName(name) == nil {
			return at(name, fmt.Errorf("unknown field"))
		}
	}
	if t.def.Directives.ForName("oneOf") == nil {
		return nil
	}
	if len(object) != 1 {
		return fmt.Errorf("exactly one field of %s must be given", t.def.Name)
	}
	for name, v := range object {
		if v == nil {
			return at(name, errNull)
		}
	}
	return nil
}
