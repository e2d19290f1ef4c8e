package exec

import "fmt"

// Shape says how a Go value of type R becomes rows of columns: an object, a choice of objects, a leaf, or lists of these.
type Shape[R any] interface {
	// put adds one value at the given list level.
	put(s *Sink, level int, r R)
	// nodes makes the child nodes of an edge with this shape.
	nodes(c *compiler, e *edge)
}

type one[C comparable] struct{ object *Object[C] }

// One is an object given by its reference; nil is null.
func One[C comparable](object *Object[C]) Shape[C] { return one[C]{object} }

func (o one[C]) put(s *Sink, _ int, r C) {
	var null C
	if r == null {
		s.null()
		return
	}
	Row(s, o.object, r)
}

func (o one[C]) nodes(c *compiler, e *edge) { c.child(e, o.object) }

type value[T any] struct{ object *Object[*T] }

// Value is an object given by value.
func Value[T any](object *Object[*T]) Shape[T] { return value[T]{object} }

func (v value[T]) put(s *Sink, _ int, r T) { Row(s, v.object, &r) }

func (v value[T]) nodes(c *compiler, e *edge) { c.child(e, v.object) }

type many[E any] struct{ elem Shape[E] }

// Many is a list. A nil slice is null where the list may be null, and empty elsewhere.
func Many[E any](elem Shape[E]) Shape[[]E] { return many[E]{elem} }

func (m many[E]) put(s *Sink, level int, r []E) {
	if !s.list(level, r == nil) {
		return
	}
	for _, v := range r {
		m.elem.put(s, level+1, v)
	}
}

func (m many[E]) nodes(c *compiler, e *edge) {
	e.depth++
	m.elem.nodes(c, e)
}

type values[T any] struct{ object *Object[*T] }

// Values is a list of objects given by value; they are not copied.
func Values[T any](object *Object[*T]) Shape[[]T] { return values[T]{object} }

func (v values[T]) put(s *Sink, level int, r []T) {
	if !s.list(level, r == nil) {
		return
	}
	for i := range r {
		Row(s, v.object, &r[i])
	}
}

func (v values[T]) nodes(c *compiler, e *edge) {
	e.depth++
	c.child(e, v.object)
}

type optional[R any] struct{ shape Shape[R] }

// Optional is a pointer to a value of another shape; nil is null.
func Optional[R any](shape Shape[R]) Shape[*R] { return optional[R]{shape} }

func (o optional[R]) put(s *Sink, level int, r *R) {
	switch {
	case r != nil:
		o.shape.put(s, level, *r)
	case s.e.depth > level:
		s.list(level, true)
	default:
		s.null()
	}
}

func (o optional[R]) nodes(c *compiler, e *edge) { o.shape.nodes(c, e) }

type abstract[I any] struct {
	choose func(*Sink, I) bool
}

// Abstract is an interface or union: choose calls Row with the table of the value's type, or returns what Unknown says.
func Abstract[I any](choose func(*Sink, I) bool) Shape[I] { return abstract[I]{choose} }

func (a abstract[I]) put(s *Sink, _ int, r I) {
	if !a.choose(s, r) {
		s.null()
	}
}

func (a abstract[I]) nodes(c *compiler, e *edge) { c.children(e) }

type leaves[V any] struct{ write Put[V] }

// Leaves is a scalar or enum, or a list of them, that is resolved in phase one.
func Leaves[V any](put Put[V]) Shape[V] { return leaves[V]{put} }

func (l leaves[V]) put(s *Sink, _ int, r V) {
	col := s.only.(*valueColumn[V])
	s.s.slot = append(s.s.slot, int32(len(col.values)))
	col.values = append(col.values, r)
}

func (l leaves[V]) nodes(c *compiler, e *edge) {
	e.leaf = true
	c.add(e, &leafNode[V]{put: l.write})
}

// Row adds an object to the column of its type.
func Row[C comparable](s *Sink, object *Object[C], v C) bool {
	var null C
	if v == null {
		return false
	}
	only := s.only
	if only == nil {
		kid := int(s.e.kindOf[object.index]) - 1
		if kid < 0 {
			s.fail(fmt.Errorf("%s is not a possible type of %s", object.name, s.e.typeName()))
			return false
		}
		s.s.kind = append(s.s.kind, uint16(kid))
		only = s.f.cols[s.e.kids[kid].info().id]
	}
	col := only.(*column[C])
	col.up = append(col.up, int32(len(s.s.slot)))
	s.s.slot = append(s.s.slot, int32(len(col.rows)))
	col.rows = append(col.rows, v)
	return true
}

// Unknown is the answer of a choice that does not know the Go type of v: null for nil, else an error at its place.
func (s *Sink) Unknown(v any) bool {
	if v != nil {
		s.fail(fmt.Errorf("unexpected type %T for %s", v, s.e.typeName()))
	}
	return false
}
