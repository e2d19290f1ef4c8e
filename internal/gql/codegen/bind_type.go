package codegen

import (
	"errors"
	"fmt"
	"go/types"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen/config"
	"kontrak/internal/gql/codegen/goname"
)

func upperFirst(s string) string { return goname.UpperFirst(s) }

// errBroken stands for a fault that was reported at the type itself.
var errBroken = errors.New("the type has a fault of its own")

// Modify gives a Go type the lists and pointers of a GraphQL type, as gqlgen does: slices for lists, with pointers to
// structs in them unless sliceValues; a pointer where null is possible and Go's type has no nil.
func Modify(t *ast.Type, base types.Type, sliceValues bool) types.Type {
	if t.Elem != nil {
		elem := Modify(t.Elem, base, sliceValues)
		if IsStruct(elem) && !sliceValues {
			elem = types.NewPointer(elem)
		}
		return types.NewSlice(elem)
	}
	if t.NonNull || nilable(base) {
		return base
	}
	return types.NewPointer(base)
}

// IsStruct tells whether values of the type are structs.
func IsStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

func nilable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice, *types.Interface:
		return true
	}
	return false
}

// defaultGo is the Go type of a position that no Go code declares: an argument, or the result of a resolver.
func (b *binder) defaultGo(t *ast.Type) (types.Type, error) {
	base, err := b.baseGo(t.Name())
	if err != nil {
		return nil, err
	}
	return Modify(t, base, b.cfg.OmitSliceElementPointers), nil
}

func (b *binder) baseGo(name string) (types.Type, error) {
	if b.broken[name] {
		return nil, errBroken
	}
	if o := b.objects[name]; o != nil && o.Go != nil {
		return o.Go, nil
	}
	if a := b.abstracts[name]; a != nil && a.Go != nil {
		return a.Go, nil
	}
	if in := b.inputs[name]; in != nil && in.Go != nil {
		return in.Go, nil
	}
	if c := b.codecs[name]; len(c) > 0 {
		return c[0].Go, nil
	}
	return nil, fmt.Errorf("type %s cannot stand here", name)
}

// bindDefault binds a position to the Go type that gqlgen would give it.
func (b *binder) bindDefault(t *ast.Type) (*Type, error) {
	target, err := b.defaultGo(t)
	if err != nil {
		return nil, err
	}
	return b.bindType(t, target)
}

// bindType binds a position to the Go type that stands there. It fails when that type cannot hold the GraphQL type.
func (b *binder) bindType(t *ast.Type, target types.Type) (*Type, error) {
	if b.broken[t.Name()] {
		return nil, errBroken
	}
	target = types.Unalias(target)
	if !valid(target) {
		return nil, errors.New("its Go type does not compile")
	}
	if inner := omittable(target); inner != nil {
		if t.NonNull {
			return nil, fmt.Errorf("%s is required and cannot be %s", t, shortType(target))
		}
		bound, err := b.bindType(t, inner)
		if err != nil {
			return nil, err
		}
		bound.Omittable, bound.Wrapped = true, target
		return bound, nil
	}
	if t.Elem == nil {
		return b.bindNamed(t, target)
	}
	slice, ok := target.(*types.Slice)
	if !ok {
		return nil, fmt.Errorf("%s needs a slice, not %s", t, shortType(target))
	}
	elem, err := b.bindType(t.Elem, slice.Elem())
	if err != nil {
		return nil, err
	}
	return &Type{GQL: t, NonNull: t.NonNull, Go: target, Form: FormSlice, Elem: elem}, nil
}

func (b *binder) bindNamed(t *ast.Type, target types.Type) (*Type, error) {
	out := &Type{GQL: t, NonNull: t.NonNull, Go: target, Name: t.Name()}
	if codecs, ok := b.codecs[t.Name()]; ok {
		return out, b.bindLeaf(out, codecs, target)
	}
	base, err := b.baseGo(t.Name())
	if err != nil {
		return nil, err
	}
	out.Object, out.Abstract, out.Input = b.objects[t.Name()], b.abstracts[t.Name()], b.inputs[t.Name()]
	switch {
	case out.Object != nil:
		out.Kind = KindObject
	case out.Abstract != nil:
		out.Kind = KindAbstract
	default:
		out.Kind = KindInput
	}
	if types.Identical(target, base) {
		out.Form = formOf(target)
		return out, nil
	}
	if p, ok := target.(*types.Pointer); ok && types.Identical(p.Elem(), base) && !nilable(base) {
		out.Form = FormPointer
		return out, nil
	}
	return nil, fmt.Errorf("%s is bound to %s, which %s is not", t.Name(), shortType(base), shortType(target))
}

func formOf(t types.Type) Form {
	switch t.Underlying().(type) {
	case *types.Pointer:
		return FormPointer
	case *types.Interface:
		return FormInterface
	case *types.Map:
		return FormMap
	case *types.Slice:
		return FormSlice
	}
	return FormValue
}

// bindLeaf picks the first codec that fits the Go type, by value or by pointer.
func (b *binder) bindLeaf(out *Type, codecs []*Codec, target types.Type) error {
	out.Kind = KindScalar
	if out.Enum = b.enums[out.Name]; out.Enum != nil {
		out.Kind = KindEnum
	}
	var wants []string
	for _, c := range codecs {
		if types.Identical(target, c.Go) {
			out.Codec, out.Form = c, formOf(target)
			return nil
		}
		if p, ok := target.(*types.Pointer); ok && types.Identical(p.Elem(), c.Go) {
			out.Codec, out.Form = c, FormPointer
			return nil
		}
		wants = append(wants, shortType(c.Go))
	}
	return fmt.Errorf("%s is bound to %s, which %s is not", out.Name, strings.Join(wants, " or "), shortType(target))
}

func valid(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Kind() != types.Invalid
	case *types.Pointer:
		return valid(t.Elem())
	case *types.Slice:
		return valid(t.Elem())
	}
	return t != nil
}

// omittable returns T of graphql.Omittable[T], nil for other types.
func omittable(t types.Type) types.Type {
	n, ok := t.(*types.Named)
	if !ok || n.Obj().Name() != "Omittable" || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != config.Runtime || n.TypeArgs().Len() != 1 {
		return nil
	}
	return n.TypeArgs().At(0)
}
