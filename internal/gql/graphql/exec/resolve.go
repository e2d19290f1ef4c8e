package exec

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"kontrak/internal/gql/graphql"
)

// source is how the value of a field on parents of Go type P is found.
type source[P comparable] interface {
	resolver
	bind(c *compiler, e *edge)
}

// begin readies the sink for an edge.
func (x *execution) begin(e *edge) *Sink {
	s := &x.f.slots[e.id].sink
	*s = Sink{f: x.f, e: e, s: &x.f.slots[e.id]}
	if e.kindOf == nil {
		s.only = x.f.cols[e.kids[0].info().id]
	}
	return s
}

// rowsOf returns the rows of the edge's parent.
func rowsOf[P comparable](x *execution, e *edge) []P {
	return x.f.cols[e.parent.info().id].(*column[P]).rows
}

// linkSource reads the value off the parent.
type linkSource[P comparable, R any] struct {
	get   func(P) R
	shape Shape[R]
	// all puts the values of all parents from the sink's on, as get and shape would; nil where there is no such way. It
	// moves the sink's parent on before it calls what may panic.
	all func(s *Sink, rows []P)
}

func (l *linkSource[P, R]) bind(c *compiler, e *edge) {
	e.resolver = l
	l.shape.nodes(c, e)
}

func (l *linkSource[P, R]) argsMap(any) map[string]any { return nil }

func (l *linkSource[P, R]) resolve(x *execution, e *edge) {
	rows := rowsOf[P](x, e)
	if e.observed {
		observe(x, e, l.shape, func(_ context.Context, row int32, _ map[string]any) (R, error) {
			return l.get(rows[row]), nil
		})
		return
	}
	s := x.begin(e)
	for !l.some(x, s, rows) {
		s.parent++
	}
	s.end()
}

// some reads the rows from the sink's parent on, and reports false when that one panicked.
func (l *linkSource[P, R]) some(x *execution, s *Sink, rows []P) (done bool) {
	defer func() {
		if r := recover(); r != nil {
			s.s.fail(s.parent, x.recovered(x.fieldContext(s.e, s.parent), r))
			s.none()
			done = false
		}
	}()
	if l.all != nil {
		l.all(s, rows)
		return true
	}
	for ; int(s.parent) < len(rows); s.parent++ {
		l.shape.put(s, 0, l.get(rows[s.parent]))
	}
	return true
}

// callSource calls a method or resolver once per parent.
type callSource[P comparable, R, A any] struct {
	call  func(context.Context, P, *A) (R, error)
	shape Shape[R]
	args  []Argument[A]
}

func (l *callSource[P, R, A]) bind(c *compiler, e *edge) {
	e.resolver = l
	l.shape.nodes(c, e)
}

func (l *callSource[P, R, A]) argsMap(args any) map[string]any { return argsMap(l.args, args) }

func (l *callSource[P, R, A]) resolve(x *execution, e *edge) {
	rows := rowsOf[P](x, e)
	if len(rows) == 0 {
		x.begin(e).end()
		return
	}
	args, ok := decodeArgs(x, e, l.args, len(rows))
	if !ok {
		return
	}
	if e.observed {
		observe(x, e, l.shape, func(ctx context.Context, row int32, values map[string]any) (r R, err error) {
			a, err := argsFrom(l.args, values)
			if err != nil {
				return r, err
			}
			ctx, done := x.watch(ctx, e, 1)
			if done != nil {
				defer func() { done(err) }()
			}
			return l.call(ctx, rows[row], a)
		})
		return
	}
	around, done := x.watch(x.ctx, e, len(rows))
	ctxs := make([]fieldContext, len(rows))
	for i := range rows {
		ctx := &ctxs[i]
		ctx.Context, ctx.x, ctx.edge, ctx.row = x.contextOf(e.parent, int32(i)), x, e, int32(i)
		if done != nil && !x.plan.observes {
			ctx.Context = around
		}
	}
	s := x.begin(e)
	l.each(x, s, ctxs, rows, args)
	if done != nil {
		done(s.s.firstError())
	}
}

// each calls the resolver for every parent: one after the other, or several at a time.
func (l *callSource[P, R, A]) each(x *execution, s *Sink, ctxs []fieldContext, rows []P, args *A) {
	if s.e.isResolver && x.workers > 1 && len(rows) > 1 {
		l.some(x, s, ctxs, rows, args)
		return
	}
	for i, o := range rows {
		r, err := l.one(x, &ctxs[i], o, args)
		l.put(s, int32(i), r, err)
	}
	s.end()
}

// put adds the answer for one parent.
func (l *callSource[P, R, A]) put(s *Sink, row int32, r R, err error) {
	s.parent = row
	if err != nil {
		s.s.fail(row, err)
		s.none()
		return
	}
	l.shape.put(s, 0, r)
}

// some calls the resolver for several parents at a time, and adds the answers in order.
func (l *callSource[P, R, A]) some(x *execution, s *Sink, ctxs []fieldContext, rows []P, args *A) {
	rs, errs := make([]R, len(rows)), make([]error, len(rows))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(x.workers, len(rows)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(rows); i = next.Add(1) - 1 {
				rs[i], errs[i] = l.one(x, &ctxs[i], rows[i], args)
			}
		})
	}
	wg.Wait()
	for i := range rows {
		l.put(s, int32(i), rs[i], errs[i])
	}
	s.end()
}

// one calls the resolver for one parent, unless nobody waits for the answer any more.
func (l *callSource[P, R, A]) one(x *execution, ctx *fieldContext, o P, args *A) (r R, err error) {
	if x.over() {
		return r, nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = x.recovered(ctx, p)
		}
	}()
	return l.call(ctx, o, args)
}

// batchSource calls a resolver once for all parents.
type batchSource[P comparable, R, A any] struct {
	call  func(context.Context, []P, *A) ([]R, error)
	shape Shape[R]
	args  []Argument[A]
}

func (l *batchSource[P, R, A]) bind(c *compiler, e *edge) {
	e.resolver = l
	l.shape.nodes(c, e)
}

func (l *batchSource[P, R, A]) argsMap(args any) map[string]any { return argsMap(l.args, args) }

func (l *batchSource[P, R, A]) resolve(x *execution, e *edge) {
	rows := rowsOf[P](x, e)
	if len(rows) == 0 {
		x.begin(e).end()
		return
	}
	args, ok := decodeArgs(x, e, l.args, len(rows))
	if !ok {
		return
	}
	if e.observed {
		var (
			called bool
			rs     []R
			errs   []error
			failed error
		)
		observe(x, e, l.shape, func(ctx context.Context, row int32, values map[string]any) (r R, err error) {
			if !called {
				called = true
				var a *A
				if a, failed = argsFrom(l.args, values); failed == nil {
					rs, errs, failed = l.all(x, x.fieldContextIn(ctx, e, row), rows, a)
				}
			}
			switch {
			case failed != nil:
				return r, failed
			case errs != nil && errs[row] != nil:
				return r, errs[row]
			default:
				return rs[row], nil
			}
		})
		return
	}
	rs, errs, err := l.all(x, x.fieldContext(e, 0), rows, args)
	s := x.begin(e)
	if err != nil {
		s.s.all = append(s.s.all, err)
	}
	for i := range rows {
		s.parent = int32(i)
		switch {
		case err != nil:
			s.none()
		case errs != nil && errs[i] != nil:
			s.s.fail(int32(i), errs[i])
			s.none()
		default:
			l.shape.put(s, 0, rs[i])
		}
	}
	s.end()
}

// all calls the resolver and holds it to its contract: one result for each parent, and one error too if any.
func (l *batchSource[P, R, A]) all(x *execution, ctx *fieldContext, rows []P, args *A) (rs []R, errs []error, err error) {
	var done func(error)
	ctx.Context, done = x.watch(ctx.Context, ctx.edge, len(rows))
	defer func() {
		if p := recover(); p != nil {
			err = x.op.RecoverFunc(ctx, p) // without a path: it is shown at every parent
		}
		if done != nil {
			done(firstOf(err, errs))
		}
	}()
	rs, err = l.call(ctx, rows[:len(rows):len(rows)], args)
	name := ctx.edge.field.Name
	if some, ok := err.(graphql.BatchErrors); ok {
		errs, err = some.Errors(), nil
		if len(errs) != len(rows) {
			return nil, nil, fmt.Errorf("batch resolver %s returned %d errors for %d parents", name, len(errs), len(rows))
		}
	}
	if err == nil && len(rs) != len(rows) {
		return nil, nil, fmt.Errorf("batch resolver %s returned %d results for %d parents", name, len(rs), len(rows))
	}
	return rs, errs, err
}

// watch has the observers of calls begin around a call for so many parents. done ends them; it is nil when there are none.
func (x *execution) watch(ctx context.Context, e *edge, parents int) (_ context.Context, done func(error)) {
	if len(x.hooks.Calls) == 0 || !e.isResolver {
		return ctx, nil
	}
	ends := make([]func(error), len(x.hooks.Calls))
	for i, o := range x.hooks.Calls {
		ctx, ends[i] = o.ObserveCall(ctx, e.object, e.field.Name, parents)
	}
	return ctx, func(err error) {
		for _, end := range slices.Backward(ends) {
			end(err)
		}
	}
}

// firstOf is the error of a batch: for all parents, or of the first that failed.
func firstOf(all error, each []error) error {
	if all != nil {
		return all
	}
	for _, err := range each {
		if err != nil {
			return err
		}
	}
	return nil
}
