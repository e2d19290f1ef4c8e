package spec_test

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
)

//go:embed schema.graphqls
var sdl string

// kind is a way to reach the value of a field. The same case must give the same answer in each.
type kind string

const (
	plain   kind = "plain"   // read off the parent
	method  kind = "method"  // a method of the parent
	called  kind = "called"  // a resolver, once per parent
	batched kind = "batched" // a resolver, once for all parents
)

// field is a field of one kind.
func field[R, A any](
	k kind, name string, get func(context.Context, *thing, *A) R, shape exec.Shape[R], args ...exec.Argument[A],
) exec.Field[*thing] {
	ask := func(ctx context.Context, o *thing, a *A) (R, error) {
		if r := requestOf(ctx); r.inside != nil {
			r.inside(ctx, name)
		}
		if err := o.asked(name); err != nil {
			var none R
			return none, err
		}
		return get(ctx, o, a), nil
	}
	switch k {
	case called:
		return exec.Resolve(name, ask, shape, args...)
	case batched:
		return exec.Batch(name, func(ctx context.Context, objs []*thing, a *A) ([]R, error) {
			rs, errs, failed := make([]R, len(objs)), make(graphql.BatchErrorList, len(objs)), false
			for i, o := range objs {
				rs[i], errs[i] = ask(ctx, o, a)
				failed = failed || errs[i] != nil
			}
			if failed {
				return rs, errs
			}
			return rs, nil
		}, shape, args...)
	default:
		return exec.Method(name, ask, shape, args...)
	}
}

// link is a field of objects or choices of objects.
func link[R any](k kind, name string, get func(*thing) R, shape exec.Shape[R]) exec.Field[*thing] {
	if k == plain {
		return exec.Link(name, get, shape)
	}
	return field(k, name, func(_ context.Context, o *thing, _ *exec.None) R { return get(o) }, shape)
}

// leaf is a field of scalars or enums.
func leaf[V any](k kind, name string, get func(*thing) V, put exec.Put[V]) exec.Field[*thing] {
	if k == plain {
		return exec.Leaf(name, get, put)
	}
	return link(k, name, get, exec.Leaves(put))
}

// root is a field of a root type.
func root[R, A any](
	name string, get func(context.Context, *request, *A) R, shape exec.Shape[R], args ...exec.Argument[A],
) exec.Field[*exec.Root] {
	return exec.Resolve(name, func(ctx context.Context, _ *exec.Root, a *A) (R, error) {
		r := requestOf(ctx)
		if err := r.root.asked(name); err != nil {
			var none R
			return none, err
		}
		return get(ctx, r, a), nil
	}, shape, args...)
}

var errOdd = errors.New("not an even number")

func marshalEven(n int) graphql.ContextMarshaler {
	return graphql.ContextWriterFunc(func(_ context.Context, w io.Writer) error {
		if n%2 != 0 {
			return errOdd
		}
		_, err := fmt.Fprint(w, n)
		return err
	})
}

func unmarshalEven(v any) (int, error) {
	n, err := graphql.UnmarshalInt(v)
	if err == nil && n%2 != 0 {
		err = errOdd
	}
	return n, err
}

var (
	color  = exec.Enum("Color", []exec.EnumValue[string]{{Name: "RED", Value: "red"}, {Name: "GREEN", Value: "green"}, {Name: "CRIMSON", Value: "crimson"}}...)
	strOut = exec.Ptr(exec.String[string])
	intOut = exec.Ptr(exec.Int32[int64])
	boolOf = exec.Ptr(exec.Boolean[bool])
	float  = exec.Ptr(exec.Float[number])
	even   = exec.Ptr(exec.ContextFunc(marshalEven))
	colOut = exec.Ptr(color.Put)
	anyOut = exec.Func(graphql.MarshalAny)
)

// types are the tables of one schema.
type types struct {
	k                   kind
	query, mutation     *exec.Object[*exec.Root]
	subscription        *exec.Object[*exec.Root]
	box, dog, cat, rock *exec.Object[*thing]
	count               *exec.Object[*count]
	spot                *exec.InputType[map[string]any]
	which               *exec.InputType[map[string]any]
	fading              *exec.InputType[map[string]any]
}

// choice is what an abstract type may be.
func (t *types) choice() exec.Shape[*thing] {
	return exec.Abstract(func(s *exec.Sink, v *thing) bool {
		if v == nil {
			return false
		}
		switch v.Is {
		case "Dog":
			return exec.Row(s, t.dog, v)
		case "Cat":
			return exec.Row(s, t.cat, v)
		case "Rock":
			return exec.Row(s, t.rock, v)
		case "":
			return exec.Row(s, t.dog, nil)
		default:
			return s.Unknown(v)
		}
	})
}

// schema makes the schema with all fields of objects of one kind. With around each of them runs within a directive.
func schema(k kind, workers int, around bool) graphql.ExecutableSchema {
	t := &types{
		k: k, query: exec.NewObject[*exec.Root]("Query"), mutation: exec.NewObject[*exec.Root]("Mutation"),
		subscription: exec.NewObject[*exec.Root]("Subscription"), box: exec.NewObject[*thing]("Box"),
		dog: exec.NewObject[*thing]("Dog"), cat: exec.NewObject[*thing]("Cat"), rock: exec.NewObject[*thing]("Rock"),
		count: exec.NewObject[*count]("Count"), spot: exec.NewInput[map[string]any]("Spot"),
		which: exec.NewInput[map[string]any]("Which"), fading: exec.NewInput[map[string]any]("Fading"),
	}
	t.inputs()
	t.roots()
	t.boxes()
	t.pets()
	s := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: sdl})
	settings := exec.Settings{
		AST: s, Workers: workers, Inputs: []exec.Input{t.spot, t.which, t.fading},
		Objects: []exec.Table{t.query, t.mutation, t.subscription, t.box, t.dog, t.cat, t.rock, t.count},
	}
	if around {
		everywhere(s)
		settings.Directives = []*exec.Directive{exec.NewDirective("around",
			func(ctx context.Context, _ any, next graphql.Resolver, _ *struct{ Word string }) (any, error) {
				return next(ctx)
			},
			exec.Arg("word", func(a *struct{ Word string }) *string { return &a.Word }, exec.From(graphql.UnmarshalString)))}
	}
	return tables{exec.New(settings)}
}

// everywhere puts the directive on every field.
func everywhere(s *ast.Schema) {
	for name, def := range s.Types {
		if def.Kind != ast.Object || def.BuiltIn {
			continue
		}
		for _, f := range s.Types[name].Fields {
			f.Directives = append(f.Directives, &ast.Directive{Name: "around", Definition: s.Directives["around"]})
		}
	}
}

type tables struct{ all *exec.Schema }

func (t tables) Schema() *ast.Schema                              { return t.all.AST() }
func (t tables) Exec(ctx context.Context) graphql.ResponseHandler { return t.all.Exec(ctx) }

func (tables) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}
