package exec

import (
	"context"
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// errNull is the error of a null in a place that must not be null.
var errNull = errors.New("must not be null")

// Writer appends a response as JSON. It is an io.Writer for those who write a value themselves.
type Writer struct {
	b []byte
	x *execution
	f *frame

	// node (by number), row and field are where the writer is. Its place within the field's lists is what stands in sub
	// from base on; before that are those of the fields around it. These are numbers because a pointer that is stored
	// costs a write barrier while garbage is collected.
	node  int
	row   int32
	field int
	base  int
	sub   []int

	// failed says why a value was not written: an error that was reported, else it is null.
	failed bool
	nulls  []scope.NullObserver
	pathFn func() ast.Path

	quick quick
}

func (w *Writer) begin(x *execution) {
	w.x, w.f, w.nulls = x, x.f, x.hooks.Nulls
	if len(w.nulls) > 0 && w.pathFn == nil {
		w.pathFn = w.path
	}
}

// Write appends p.
func (w *Writer) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}

// WriteString appends s.
func (w *Writer) WriteString(s string) (int, error) {
	w.b = append(w.b, s...)
	return len(s), nil
}

// here is the node that is being written.
func (w *Writer) here() node { return w.x.plan.nodes[w.node] }

// places are where the writer is within the lists of its field.
func (w *Writer) places() []int { return w.sub[w.base:] }

// enter adds a place within a list, in the place of those beyond depth.
func (w *Writer) enter(depth, i int) {
	w.sub = w.sub[:depth]
	w.sub = append(w.sub, i)
}

// take makes b, to which was appended, the writer's buffer.
func (w *Writer) take(b []byte) {
	if cap(b) == cap(w.b) {
		w.b = w.b[:len(b)]
		return
	}
	w.b = b
}

// path is the response path of where the writer is.
func (w *Writer) path() ast.Path {
	info := w.here().info()
	path := append(w.x.path(w.here(), w.row), ast.PathName(info.fields[w.field].field.Alias))
	for _, i := range w.places() {
		path = append(path, ast.PathIndex(i))
	}
	return path
}

// Context is the context of the field that is being written.
func (w *Writer) Context() context.Context {
	n := w.here()
	pf := &n.info().fields[w.field]
	e := pf.edge
	if e == nil {
		e = &edge{parent: n, index: w.field, object: n.info().object, field: pf.field, resolver: noArgs{}, id: -1}
	}
	var ctx context.Context
	if e.id >= 0 && int(w.row) < len(w.f.slots[e.id].ctxs) {
		ctx = w.f.slots[e.id].ctxs[w.row] // what a directive or interceptor handed on
	} else {
		ctx = w.x.fieldContext(e, w.row)
	}
	for _, i := range w.places() {
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: e.object, Index: &i})
	}
	return ctx
}

// Fail reports err at the place of the value that is being written, which becomes null. It returns false for the
// caller to return.
func (w *Writer) Fail(err error) bool {
	w.report(err)
	w.failed = true
	return false
}

func (w *Writer) report(err error) {
	if w.quick.on {
		w.quick.off()
		return
	}
	ctx := w.Context()
	if list, ok := err.(gqlerror.List); ok {
		for _, e := range list {
			graphql.AddError(ctx, e)
		}
		return
	}
	if in, ok := err.(*inputError); ok {
		err = w.located(in)
	}
	graphql.AddError(ctx, err)
}

// null decides what follows when the value at the current place was not written: it reports false when null is
// forbidden there, after adding the error that this is unless there was one already.
func (w *Writer) null(forbidden bool) bool {
	failed := w.failed
	w.failed = false
	if !forbidden {
		return true
	}
	if !failed {
		w.report(errNull)
	}
	w.failed = true
	return false
}

func (n *objectNode[P]) start(f *frame) {
	col := f.cols[n.id].(*column[P])
	col.reset()
	var root P
	col.rows, col.up = append(col.rows, root), append(col.up, 0)
}

// write appends a row as a JSON object.
func (n *objectNode[P]) write(w *Writer, row int32) bool {
	if n.null != nil {
		return w.Fail(&gqlerror.Error{
			Message: nullCondition(n.null), Path: w.x.path(n, row), Locations: w.x.plan.location(nil, n.null.Position),
		})
	}
	mark := len(w.b)
	w.b = append(w.b, '{')
	if !n.writeFields(w, row) {
		w.b = w.b[:mark]
		return false
	}
	w.b = append(w.b, '}')
	return true
}

func (n *objectNode[P]) writeFields(w *Writer, row int32) bool {
	if w.quickly(n, row) {
		return true
	}
	upNode, upRow, upField, upBase := w.node, w.row, w.field, w.base
	w.node, w.row, w.base = n.id, row, len(w.sub)
	o := w.f.cols[n.id].(*column[P]).rows[row]
	ok := true
	for i := 0; ok && i < len(n.fields); {
		i, ok = n.some(w, o, i)
	}
	w.node, w.row, w.field, w.base = upNode, upRow, upField, upBase
	return ok
}

// some writes fields from next on until one panics, and returns where to go on, or false when the object must be null.
func (n *objectNode[P]) some(w *Writer, o P, next int) (after int, ok bool) {
	row, base, mark := w.row, w.base, 0
	defer func() {
		if p := recover(); p != nil {
			w.node, w.row, w.field, w.base = n.id, row, next, base
			w.b, w.sub = w.b[:mark], w.sub[:base]
			w.Fail(w.x.recovered(w.Context(), p))
			after, ok = next+1, n.finish(w, next)
		}
	}()
	for ; next < len(n.fields); next++ {
		f := &n.fields[next]
		w.field = next
		mark = len(w.b)
		w.b = append(w.b, f.key...)
		var written bool
		switch {
		case n.steps[next].leaf != nil:
			written = n.steps[next].leaf(w, o)
		case f.edge != nil:
			written = w.edge(f.edge, w.row)
		default:
			continue
		}
		if !written {
			w.b = w.b[:mark]
			if !n.finish(w, next) {
				return next, false
			}
		}
	}
	return next, true
}

// finish writes null for a field without a value, where that is allowed.
func (n *objectNode[P]) finish(w *Writer, i int) bool {
	f, failed := &n.fields[i], w.failed
	if !w.null(f.nonNull || f.edge != nil && f.edge.observed && w.f.slots[f.edge.id].nonNull[w.row]) {
		return false
	}
	w.b = append(append(w.b, f.key...), "null"...)
	if !failed && len(w.nulls) > 0 {
		w.observeNull()
	}
	return true
}

// observeNull tells the observers that the field at which the writer is was written as null.
func (w *Writer) observeNull() {
	info := w.here().info()
	parent := w.f.cols[w.node].boxed(w.row)
	for _, o := range w.nulls {
		o.ObserveNull(w.x.ctx, parent, info.object, info.fields[w.field].name, w.pathFn)
	}
}

// edge writes what an edge found for a row of its parent.
func (w *Writer) edge(e *edge, row int32) bool {
	s := &w.f.slots[e.id]
	failed := w.present(s, row)
	var ok bool
	if e.depth > 0 {
		ok = w.list(e, s, 0, row)
	} else {
		ok = w.slot(e, s, row)
	}
	if !ok && failed {
		w.failed = true
	}
	return ok
}

// present reports the errors at a parent, and whether one of them is about this very field.
func (w *Writer) present(s *slots, row int32) bool {
	if s.errs == nil && s.all == nil {
		return false
	}
	here := false
	path := w.path()
	for _, errs := range [2][]error{s.all, s.errs[row]} {
		for _, err := range errs {
			w.report(err)
			here = here || isAt(err, path)
		}
	}
	delete(s.errs, row)
	s.allMet = true
	return here
}

// isAt tells whether an error will be shown at path: it has no path of its own, or this one.
func isAt(err error, path ast.Path) bool {
	if list, ok := err.(gqlerror.List); ok {
		for _, e := range list {
			if isAt(e, path) {
				return true
			}
		}
		return false
	}
	if _, ok := err.(*inputError); ok {
		return true
	}
	var known *gqlerror.Error
	return !errors.As(err, &known) || known.Path == nil || known.Path.String() == path.String()
}

// slot writes the object or leaf in a slot.
func (w *Writer) slot(e *edge, s *slots, at int32) bool {
	row := s.slot[at]
	if row < 0 {
		return false
	}
	kid := e.kids[0]
	if e.kindOf != nil {
		kid = e.kids[s.kind[at]]
	}
	return kid.write(w, row)
}

// list writes the list in entry i of a level.
func (w *Writer) list(e *edge, s *slots, level int, i int32) bool {
	from, to := s.off[level][i], abs(s.off[level][i+1])
	if from < 0 {
		return false
	}
	mark, depth, forbidden := len(w.b), len(w.sub), e.nonNull(level+1)
	w.b = append(w.b, '[')
	for at := from; at < to; at++ {
		if at > from {
			w.b = append(w.b, ',')
		}
		var ok bool
		if level+1 < e.depth {
			w.enter(depth, int(at-from))
			ok = w.list(e, s, level+1, at)
		} else {
			ok = w.slot(e, s, at)
		}
		if ok {
			continue
		}
		w.enter(depth, int(at-from))
		if err := s.elems[at]; err != nil && level+1 == e.depth {
			w.Fail(err)
		}
		if !w.null(forbidden) {
			w.b, w.sub = w.b[:mark], w.sub[:depth]
			return false
		}
		w.b = append(w.b, "null"...)
	}
	w.b, w.sub = append(w.b, ']'), w.sub[:depth]
	return true
}
