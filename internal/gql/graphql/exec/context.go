package exec

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// execution is one run of a plan.
type execution struct {
	ctx   context.Context
	op    *graphql.OperationContext
	plan  *plan
	f     *frame
	hooks *scope.Hooks
	event any                  // of a subscription
	limit func(rows int) error // nil for none
	// workers is how many resolver calls may run side by side.
	workers int
	// stopped is set when rows were left out because the request was over.
	stopped atomic.Bool

	// mu guards f, which is nil once the response was written: contexts may outlive it in other goroutines.
	mu      sync.RWMutex
	writing bool
}

// fieldContext is the context of a field that is being resolved. What resolvers rarely ask for is made when asked.
type fieldContext struct {
	context.Context
	x    *execution
	edge *edge
	row  int32

	once sync.Once
	fc   *graphql.FieldContext
}

// fieldContext returns the context for the field at e of a row of its parent.
func (x *execution) fieldContext(e *edge, row int32) *fieldContext {
	return &fieldContext{Context: x.contextOf(e.parent, row), x: x, edge: e, row: row}
}

// fieldContextIn is the same within a context that came from outside.
func (x *execution) fieldContextIn(ctx context.Context, e *edge, row int32) *fieldContext {
	return &fieldContext{Context: ctx, x: x, edge: e, row: row}
}

// Value finds the field for the functions of package graphql, and everything else further up.
func (c *fieldContext) Value(key any) any {
	if k, ok := key.(scope.Key); ok {
		switch k {
		case scope.Field:
			return c.field()
		case scope.Errors:
			return scope.ErrorSink(c)
		case scope.Places:
			return scope.Placed(c)
		case scope.Lookahead:
			return scope.Selected(c.edge)
		case scope.Path:
			return nil
		}
	}
	return c.Context.Value(key)
}

// Locations are the places of the field in the document.
func (c *fieldContext) Locations() []gqlerror.Location {
	return c.x.plan.locations(&c.edge.parent.info().fields[c.edge.index])
}

func (c *fieldContext) field() *graphql.FieldContext {
	c.once.Do(func() {
		c.x.mu.RLock()
		defer c.x.mu.RUnlock()
		if c.x.f == nil {
			c.fc = &graphql.FieldContext{Object: c.edge.object, Field: c.edge.field}
			return
		}
		c.fc = c.x.describe(c.edge, c.row)
	})
	return c.fc
}

// KeepError keeps an error that a resolver added, until its field is written.
func (c *fieldContext) KeepError(err error) bool {
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	if c.x.f == nil || c.x.writing || c.edge.id < 0 {
		return false
	}
	c.x.f.slots[c.edge.id].fail(c.row, err)
	return true
}

// contextOf is the context that the fields of a row run in: that of the operation, unless a directive or interceptor
// above handed on another.
func (x *execution) contextOf(n node, row int32) context.Context {
	if !x.plan.observes {
		return x.ctx
	}
	for e := n.info().edge; e != nil; e = n.info().edge {
		row, _ = x.climb(n, row)
		if s := &x.f.slots[e.id]; len(s.ctxs) > 0 {
			return s.ctxs[row]
		}
		n = e.parent
	}
	return x.ctx
}

// climb returns the row of the parent that a row of n belongs to, and its place in lists, outermost first.
func (x *execution) climb(n node, row int32) (parent int32, indexes []int) {
	info := n.info()
	at := x.f.cols[info.id].slotOf(row)
	return x.climbSlot(info.edge, at, info.edge.depth)
}

// climbSlot does the same for an entry at a level of e's lists.
func (x *execution) climbSlot(e *edge, at int32, level int) (parent int32, indexes []int) {
	off := x.f.slots[e.id].off
	for ; level > 0; level-- {
		list := off[level-1]
		// The list that holds at is the last one that starts at or before it and is not empty there.
		i, _ := slices.BinarySearchFunc(list, at+1, func(start, want int32) int { return int(abs(start)) - int(want) })
		i--
		indexes = append(indexes, int(at-abs(list[i])))
		at = int32(i)
	}
	slices.Reverse(indexes)
	return at, indexes
}

func abs(start int32) int32 {
	if start < 0 {
		return ^start
	}
	return start
}

// describe builds the chain of fields and elements that leads to the field at e of a row.
func (x *execution) describe(e *edge, row int32) *graphql.FieldContext {
	fc := &graphql.FieldContext{
		Parent: x.describeRow(e.parent, row), Object: e.object, Field: e.field,
		IsMethod: e.isMethod, IsResolver: e.isResolver,
	}
	if e.id >= 0 {
		fc.Args = e.resolver.argsMap(x.f.slots[e.id].args)
	}
	if fc.Args == nil {
		fc.Args = map[string]any{}
	}
	fc.Child = func(_ context.Context, f graphql.CollectedField) (*graphql.FieldContext, error) {
		child := &graphql.FieldContext{Parent: fc, Field: f, Args: f.ArgumentMap(x.op.Variables)}
		if f.ObjectDefinition != nil {
			child.Object = f.ObjectDefinition.Name
		}
		return child, nil
	}
	return fc
}

// described is the same for a field above another. Where directives or interceptors saw it, it is what they saw: many
// goroutines have that then, and it must not be changed any more.
func (x *execution) described(e *edge, row int32) (fc *graphql.FieldContext, seen bool) {
	if ctxs := x.f.slots[e.id].ctxs; int(row) < len(ctxs) {
		if fc := graphql.GetFieldContext(ctxs[row]); fc != nil {
			return fc, true
		}
	}
	return x.describe(e, row), false
}

// describeRow builds the chain that leads to a row of n.
func (x *execution) describeRow(n node, row int32) *graphql.FieldContext {
	e := n.info().edge
	if e == nil {
		return &graphql.FieldContext{Object: n.info().object}
	}
	parent, indexes := x.climb(n, row)
	fc, seen := x.described(e, parent)
	for i := range indexes {
		fc = &graphql.FieldContext{Parent: fc, Object: n.info().object, Index: &indexes[i]}
	}
	if !seen || len(indexes) > 0 {
		fc.Result = x.f.cols[n.info().id].boxed(row)
	}
	return fc
}

// path is the response path of a row of n.
func (x *execution) path(n node, row int32) ast.Path {
	e := n.info().edge
	if e == nil {
		return nil
	}
	parent, indexes := x.climb(n, row)
	path := append(x.path(e.parent, parent), ast.PathName(e.field.Alias))
	for _, i := range indexes {
		path = append(path, ast.PathIndex(i))
	}
	return path
}

// recovered turns a panic into the error of the field that ctx stands at.
func (x *execution) recovered(ctx context.Context, p any) error {
	return graphql.Recover(ctx, p)
}

// parents is the number of rows of the edge's parent.
func (x *execution) parents(e *edge) int { return x.f.cols[e.parent.info().id].count() }
