package exec

import (
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql/internal/literals"
)

// Argument is an argument of a field or directive whose arguments are the struct A.
type Argument[A any] interface {
	argName() string
	// read decodes an input value into a.
	read(ctx context.Context, a *A, v any) error
	// value returns the argument's Go value.
	value(a *A) any
	// set takes a Go value.
	set(a *A, v any) error
}

type argument[A, V any] struct {
	name string
	at   func(*A) *V
	get  Get[V]
}

// Arg is the argument that get decodes into the place at.
func Arg[A, V any](name string, at func(*A) *V, get Get[V]) Argument[A] {
	return argument[A, V]{name, at, get}
}

func (g argument[A, V]) argName() string { return g.name }
func (g argument[A, V]) value(a *A) any  { return *g.at(a) }

func (g argument[A, V]) read(ctx context.Context, a *A, v any) (err error) {
	*g.at(a), err = g.get(ctx, v)
	return err
}

func (g argument[A, V]) set(a *A, v any) error {
	if v == nil {
		var none V
		*g.at(a) = none
		return nil
	}
	typed, ok := v.(V)
	if !ok {
		return fmt.Errorf("unexpected type %T of argument %s, should be %T", v, g.name, typed)
	}
	*g.at(a) = typed
	return nil
}

// key is an argument that is an entry of a map.
type key[V any] struct {
	name string
	get  Get[V]
}

// Key is a field of an input object that is held as a map.
func Key[V any](name string, get Get[V]) Argument[map[string]any] { return key[V]{name, get} }

func (k key[V]) argName() string             { return k.name }
func (k key[V]) value(m *map[string]any) any { return (*m)[k.name] }

func (k key[V]) read(ctx context.Context, m *map[string]any, v any) error {
	out, err := k.get(ctx, v)
	if err != nil {
		return err
	}
	return k.set(m, out)
}

func (k key[V]) set(m *map[string]any, v any) error {
	if *m == nil {
		*m = map[string]any{}
	}
	(*m)[k.name] = v
	return nil
}

// decodeArgs decodes the arguments of an edge, once for all rows. When they cannot be decoded the field is an error at
// every parent, and it reports false.
func decodeArgs[A any](x *execution, e *edge, args []Argument[A], rows int) (*A, bool) {
	a, err := readArgs(x, e, args)
	if err == nil {
		x.f.slots[e.id].args = a
		return a, true
	}
	s := x.begin(e)
	s.s.all = append(s.s.all, err)
	for range rows {
		s.none()
	}
	s.end()
	return nil, false
}

func readArgs[A any](x *execution, e *edge, args []Argument[A]) (a *A, err error) {
	a = new(A)
	if len(args) == 0 {
		return a, nil
	}
	ctx := x.fieldContext(e, 0)
	defer func() {
		if p := recover(); p != nil {
			err = x.recovered(ctx, p)
		}
	}()
	for _, arg := range args {
		def := e.field.Definition.Arguments.ForName(arg.argName())
		v, given, err := argValue(def, e.field.Arguments, x.op.Variables)
		if err != nil {
			return nil, at(arg.argName(), err)
		}
		if !given {
			continue
		}
		if err := readArg(ctx, x, e, def, v, a, arg); err != nil {
			return nil, at(arg.argName(), err)
		}
	}
	return a, nil
}

// argValue finds what a client gave for an argument: a literal, a variable's value or the default.
func argValue(def *ast.ArgumentDefinition, args ast.ArgumentList, vars map[string]any) (v any, given bool, err error) {
	if arg := args.ForName(def.Name); arg != nil {
		v, given, err = literals.Value(arg.Value, vars)
		if err != nil {
			return nil, false, err
		}
	}
	if !given && def.DefaultValue != nil {
		v, given, err = literals.Value(def.DefaultValue, nil)
	}
	if err == nil && (!given || v == nil) && def.Type.NonNull {
		return nil, false, errNull
	}
	return v, given, err
}

func argsMap[A any](args []Argument[A], decoded any) map[string]any {
	a, ok := decoded.(*A)
	if !ok {
		return nil
	}
	values := make(map[string]any, len(args))
	for _, arg := range args {
		values[arg.argName()] = arg.value(a)
	}
	return values
}

// argsFrom takes arguments back from where an interceptor may have changed them.
func argsFrom[A any](args []Argument[A], values map[string]any) (*A, error) {
	a := new(A)
	for _, arg := range args {
		if v, ok := values[arg.argName()]; ok {
			if err := arg.set(a, v); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

// inputError is an error with its place within the arguments, innermost step first.
type inputError struct {
	path ast.Path
	err  error
}

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

// at adds a step to the place of err.
func at(step string, err error) error { return below(ast.PathName(step), err) }

func atIndex(i int, err error) error { return below(ast.PathIndex(i), err) }

func below(step ast.PathElement, err error) error {
	if in, ok := err.(*inputError); ok {
		in.path = append(in.path, step)
		return in
	}
	return &inputError{path: ast.Path{step}, err: err}
}

// readArg decodes one argument, within the directives that the schema puts on it.
func readArg[A any](ctx context.Context, x *execution, e *edge, def *ast.ArgumentDefinition, v any, a *A, arg Argument[A]) error {
	bound := x.plan.schema.applied(def.Directives)
	if len(bound) == 0 {
		return arg.read(ctx, a, v)
	}
	raw := map[string]any{}
	for _, d := range e.field.Definition.Arguments {
		if value, given, err := argValue(d, e.field.Arguments, x.op.Variables); err == nil && given {
			raw[d.Name] = value
		}
	}
	next := func(ctx context.Context) (any, error) {
		var one A
		err := arg.read(ctx, &one, v)
		return arg.value(&one), err
	}
	for _, d := range bound {
		next = d.around(x.op.Variables, raw, next)
	}
	res, err := next(ctx)
	if err != nil {
		return err
	}
	return arg.set(a, res)
}
