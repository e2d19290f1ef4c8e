package exec

import (
	"context"
)

// Object is the table of one object type whose values have the Go type P: a pointer or an interface.
type Object[P comparable] struct {
	name   string
	index  int
	fields []Field[P]
	byName map[string]int
}

// NewObject makes an empty table; Fields fills it, so that tables may refer to each other.
func NewObject[P comparable](name string) *Object[P] {
	return &Object[P]{name: name, byName: map[string]int{}}
}

// Fields sets the fields, in schema order.
func (o *Object[P]) Fields(fields ...Field[P]) {
	o.fields = fields
	for i := range fields {
		o.byName[fields[i].name] = i
	}
}

// objectTable is an Object whatever its Go type.
type objectTable interface {
	typeName() string
	register(index int)
	position() int
	has(field string) bool
	newNode(info nodeInfo) node
}

func (o *Object[P]) table() objectTable { return o }
func (o *Object[P]) typeName() string   { return o.name }
func (o *Object[P]) register(index int) { o.index = index }
func (o *Object[P]) position() int      { return o.index }

func (o *Object[P]) has(field string) bool {
	_, ok := o.byName[field]
	return ok
}

// Field says how the value of a field is reached and what it becomes.
type Field[P comparable] struct {
	name       string
	isMethod   bool
	isResolver bool
	// leaf writes the value of a field that is read straight off its parent; nil for all others.
	leaf func(w *Writer, o P) bool
	// plain is a faster way for most values of such a field; nil where there is none.
	plain Plain[P]
	// source resolves the field in phase one. A leaf has one too, for operations in which fields are observed.
	source source[P]
}

// None stands for the arguments of a field without any.
type None struct{}

// Leaf is a scalar or enum, or a list of them, that get reads off the parent.
func Leaf[P comparable, V any](name string, get func(P) V, put Put[V]) Field[P] {
	return Field[P]{
		name:   name,
		leaf:   func(w *Writer, o P) bool { return put(w, get(o)) },
		source: &linkSource[P, V]{get: get, shape: leaves[V]{put}},
	}
}

// Plain appends the value of a field of o as JSON. Where it reports false, the value is null or cannot be written, and the
// field's Put has to decide; what was appended is dropped.
type Plain[P any] = func(b []byte, o P) ([]byte, bool)

// Plainly adds a way to write the field that needs no Writer.
func (f Field[P]) Plainly(plain Plain[P]) Field[P] {
	f.plain = plain
	return f
}

// Link is an object, or a list of them, that get reads off the parent.
func Link[P comparable, R any](name string, get func(P) R, shape Shape[R]) Field[P] {
	return Field[P]{name: name, source: &linkSource[P, R]{get: get, shape: shape}}
}

// LinkOne is Link to an object given by its reference.
func LinkOne[P, C comparable](name string, get func(P) C, object *Object[C]) Field[P] {
	return Field[P]{name: name, source: &linkSource[P, C]{
		get: get, shape: One(object),
		all: func(s *Sink, rows []P) {
			col := s.only.(*column[C])
			for ; int(s.parent) < len(rows); s.parent++ {
				col.add(s, get(rows[s.parent]))
			}
		},
	}}
}

// LinkMany is Link to a list of objects given by their references.
func LinkMany[P, C comparable](name string, get func(P) []C, object *Object[C]) Field[P] {
	return Field[P]{name: name, source: &linkSource[P, []C]{
		get: get, shape: Many(One(object)),
		all: func(s *Sink, rows []P) {
			col := s.only.(*column[C])
			for ; int(s.parent) < len(rows); s.parent++ {
				list := get(rows[s.parent])
				if s.list(0, list == nil) {
					for _, v := range list {
						col.add(s, v)
					}
				}
			}
		},
	}}
}

// Inside is an object that lies by value within the parent, where at finds it: it is read there and not copied.
// Directives and interceptors see the value.
func Inside[P comparable, T any](name string, at func(P) *T, object *Object[*T]) Field[P] {
	return Field[P]{name: name, source: &linkSource[P, T]{
		get: func(o P) T { return *at(o) }, shape: Value(object),
		all: func(s *Sink, rows []P) {
			col := s.only.(*column[*T])
			for ; int(s.parent) < len(rows); s.parent++ {
				col.add(s, at(rows[s.parent]))
			}
		},
	}}
}

// Method is a field whose value a method of the parent computes; it may fail and may have arguments.
func Method[P comparable, R, A any](
	name string, call func(context.Context, P, *A) (R, error), shape Shape[R], args ...Argument[A],
) Field[P] {
	return Field[P]{name: name, isMethod: true, source: &callSource[P, R, A]{call: call, shape: shape, args: args}}
}

// Resolve is a field that a resolver answers, once per parent.
func Resolve[P comparable, R, A any](
	name string, call func(context.Context, P, *A) (R, error), shape Shape[R], args ...Argument[A],
) Field[P] {
	return Field[P]{
		name: name, isMethod: true, isResolver: true,
		source: &callSource[P, R, A]{call: call, shape: shape, args: args},
	}
}

// Batch is a field that a resolver answers once for all parents, with one result for each, in order.
func Batch[P comparable, R, A any](
	name string, call func(context.Context, []P, *A) ([]R, error), shape Shape[R], args ...Argument[A],
) Field[P] {
	return Field[P]{
		name: name, isMethod: true, isResolver: true,
		source: &batchSource[P, R, A]{call: call, shape: shape, args: args},
	}
}

// Stream is a field of the subscription root.
func Stream[P comparable, R, A any](
	name string, call func(context.Context, *A) (<-chan R, error), shape Shape[R], args ...Argument[A],
) Field[P] {
	return Field[P]{
		name: name, isMethod: true, isResolver: true,
		source: &streamSource[P, R, A]{call: call, shape: shape, args: args},
	}
}
