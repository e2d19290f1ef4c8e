package bind

import (
	"context"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
	"kontrak/internal/gql/oracle/world"
)

// binding is a field and the schema it is bound in.
type binding struct {
	s     *schema
	def   *ast.Definition
	field *ast.FieldDefinition
}

// bound binds a field in the way that the world says.
func bound[R any](b binding, shape exec.Shape[R], to func(any) R) exec.Field[object] {
	var list []exec.Argument[args]
	for _, a := range b.field.Arguments {
		list = append(list, exec.Key(a.Name, b.s.reader(a.Type)))
	}
	name := b.field.Name
	one := func(ctx context.Context, o object, a *args) (R, error) {
		v, err := b.call(ctx, o, *a)
		return to(v), err
	}
	switch b.s.world.KindOf(b.def, b.field) {
	case world.Plain:
		return exec.Link(name, func(o object) R { return to(b.plain(o)) }, shape)
	case world.Method:
		return exec.Method(name, one, shape, list...)
	case world.Resolver:
		return exec.Resolve(name, one, shape, list...)
	default:
		return exec.Batch(name, func(ctx context.Context, os []object, a *args) ([]R, error) {
			values, err := b.all(ctx, os, *a)
			rs := make([]R, len(values))
			for i, v := range values {
				rs[i] = to(v)
			}
			return rs, err
		}, shape, list...)
	}
}

func (b binding) plain(o object) any {
	return b.s.world.Value(b.field.Type, world.Of(o.Hash, b.field.Name, b.written(nil)))
}

// call answers one parent. Some failures are panics: the answer is the same.
func (b binding) call(ctx context.Context, o object, a args) (any, error) {
	hash := world.Seed(ctx)
	if o != nil {
		hash = o.Hash
	}
	h := world.Of(hash, b.field.Name, b.written(a))
	if world.Fails(h) {
		if world.Mix(h, 9)%4 == 0 {
			panic("thrown")
		}
		return nil, world.ErrThrown
	}
	return b.s.world.Value(b.field.Type, h), nil
}

// all answers all parents of a batch resolver, or fails for some or all of them in every way there is.
func (b binding) all(ctx context.Context, os []object, a args) ([]any, error) {
	text := b.written(a)
	if world.FailsForAll(world.Seed(ctx), b.def.Name, b.field.Name, text) {
		switch world.Text(world.Seed(ctx), b.field.Name) % 4 {
		case 0:
			panic("thrown")
		case 1:
			return make([]any, len(os)+1), nil
		case 2:
			return make([]any, len(os)), graphql.BatchErrorList(make([]error, len(os)+1))
		}
		return nil, world.ErrThrown
	}
	values, errs, failed := make([]any, len(os)), make(graphql.BatchErrorList, len(os)), false
	for i, o := range os {
		h := world.Of(o.Hash, b.field.Name, text)
		if world.Fails(h) {
			errs[i], failed = world.ErrThrown, true
			continue
		}
		values[i] = b.s.world.Value(b.field.Type, h)
	}
	if failed {
		return values, errs
	}
	return values, nil
}

// written writes arguments in the order of the schema.
func (b binding) written(a args) string {
	var fields []string
	for _, def := range b.field.Arguments {
		fields = append(fields, def.Name+":"+given(a, def.Name))
	}
	return strings.Join(fields, ",")
}

func given(a args, name string) string {
	if text, ok := a[name].(string); ok {
		return text
	}
	return world.Absent
}
