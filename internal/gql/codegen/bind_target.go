package codegen

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
)

// target is the struct field or method that a GraphQL field is bound to.
type target struct {
	field  *types.Var
	method *types.Func
}

func (t target) found() bool { return t.field != nil || t.method != nil }

func (t target) object() types.Object {
	if t.field != nil {
		return t.field
	}
	return t.method
}

// sameName compares Go names as gqlgen does: without regard to case and underscores.
func sameName(a, b string) bool {
	strip := func(s string) string { return strings.ReplaceAll(s, "_", "") }
	return strings.EqualFold(strip(a), strip(b))
}

// findTarget looks for the counterpart of a field in a Go type: by struct tag when one is configured, then by method
// or field name, then within embedded structs. More than one candidate is an error, none is not.
func findTarget(in types.Type, name, tag string, methods bool) (target, error) {
	if tag != "" {
		t, err := findByTag(in, name, tag)
		if err != nil || t.found() {
			return t, err
		}
	}
	var method, field target
	var err error
	if methods {
		if method, err = findMethod(in, name); err != nil {
			return target{}, err
		}
	}
	if field, err = findField(in, name); err != nil {
		return target{}, err
	}
	switch {
	case method.found() && field.found():
		return target{}, fmt.Errorf("both a method and a field of %s match %q", shortType(in), name)
	case method.found():
		return method, nil
	case field.found():
		return field, nil
	}
	return findEmbedded(in, name, tag, methods)
}

func structOf(t types.Type) *types.Struct {
	s, _ := t.Underlying().(*types.Struct)
	return s
}

func findByTag(in types.Type, name, tag string) (target, error) {
	var out target
	s := structOf(in)
	for i := 0; s != nil && i < s.NumFields(); i++ {
		f := s.Field(i)
		val, ok := reflect.StructTag(s.Tag(i)).Lookup(tag)
		if !ok || !f.Exported() || f.Embedded() || !sameName(val, name) {
			continue
		}
		if out.found() {
			return target{}, fmt.Errorf("several fields of %s have the tag %s:%q", shortType(in), tag, val)
		}
		out.field = f
	}
	return out, nil
}

func findMethod(in types.Type, name string) (target, error) {
	var out target
	add := func(m *types.Func) error {
		if !m.Exported() || !sameName(m.Name(), name) {
			return nil
		}
		if out.found() {
			return fmt.Errorf("several methods of %s match %q", shortType(in), name)
		}
		out.method = m
		return nil
	}
	if n, ok := in.(*types.Named); ok {
		for i := range n.NumMethods() {
			if err := add(n.Method(i)); err != nil {
				return target{}, err
			}
		}
	}
	if face, ok := in.Underlying().(*types.Interface); ok {
		for i := range face.NumMethods() {
			if err := add(face.Method(i)); err != nil {
				return target{}, err
			}
		}
	}
	return out, nil
}

func findField(in types.Type, name string) (target, error) {
	var out target
	s := structOf(in)
	for i := 0; s != nil && i < s.NumFields(); i++ {
		f := s.Field(i)
		if !f.Exported() || f.Embedded() || !sameName(f.Name(), name) {
			continue
		}
		if out.found() {
			return target{}, fmt.Errorf("several fields of %s match %q", shortType(in), name)
		}
		out.field = f
	}
	return out, nil
}

func findEmbedded(in types.Type, name, tag string, methods bool) (target, error) {
	var out target
	s := structOf(in)
	for i := 0; s != nil && i < s.NumFields(); i++ {
		f := s.Field(i)
		if !f.Embedded() {
			continue
		}
		inner := types.Unalias(f.Type())
		if p, ok := inner.(*types.Pointer); ok {
			inner = types.Unalias(p.Elem())
		}
		t, err := findTarget(inner, name, tag, methods)
		if err != nil {
			return target{}, err
		}
		if !t.found() {
			continue
		}
		if out.found() {
			return target{}, fmt.Errorf("several structs embedded in %s have a match for %q", shortType(in), name)
		}
		out = t
	}
	return out, nil
}
