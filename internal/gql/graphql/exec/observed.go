package exec

import (
	"context"
	"fmt"

	"kontrak/internal/gql/graphql"
)

// rowContext is the context that a directive or interceptor handed on for one parent: its children go on from there.
type rowContext = context.Context

// observe resolves an edge row by row through its directives and the operation's field interceptors.
func observe[R any](
	x *execution, e *edge, shape Shape[R], call func(ctx context.Context, row int32, args map[string]any) (R, error),
) {
	n := x.parents(e)
	s := x.begin(e)
	s.s.ctxs = append(s.s.ctxs[:0], make([]rowContext, n)...)
	for row := range int32(n) {
		s.parent = row
		r, ok := observeRow(x, e, s.s, row, call)
		if !ok {
			s.none()
			continue
		}
		shape.put(s, 0, r)
	}
	s.end()
}

func observeRow[R any](
	x *execution, e *edge, s *slots, row int32, call func(context.Context, int32, map[string]any) (R, error),
) (r R, ok bool) {
	ctx := x.fieldContext(e, row)
	fc := ctx.field()
	s.ctxs[row] = ctx
	if x.over() {
		return r, false
	}
	res, err := x.guarded(ctx, func() (any, error) {
		next := func(in context.Context) (any, error) {
			s.ctxs[row] = in
			v, err := call(in, row, fc.Args)
			if err != nil {
				return nil, err
			}
			return v, nil
		}
		return x.chain(e, row, next)(ctx)
	})
	if fc.NonNull {
		if s.nonNull == nil {
			s.nonNull = map[int32]bool{}
		}
		s.nonNull[row] = true
	}
	if err != nil {
		s.fail(row, err)
		return r, false
	}
	fc.Result = res
	if res == nil {
		return r, false
	}
	if r, ok = res.(R); !ok {
		s.fail(row, fmt.Errorf("unexpected type %T from directive or interceptor, should be %T", res, r))
	}
	return r, ok
}

// chain puts the field's directives around next, and the interceptors around those.
func (x *execution) chain(e *edge, row int32, next graphql.Resolver) graphql.Resolver {
	var parent any
	if e.parent.info().edge != nil {
		parent = x.f.cols[e.parent.info().id].boxed(row)
	}
	for _, d := range e.directives {
		next = d.around(x.op.Variables, parent, next)
	}
	if mw := x.op.ResolverMiddleware; mw != nil {
		inner := next
		next = func(ctx context.Context) (any, error) { return mw(ctx, inner) }
	}
	return next
}

// guarded turns a panic of f into an error.
func (x *execution) guarded(ctx context.Context, f func() (any, error)) (res any, err error) {
	defer func() {
		if p := recover(); p != nil {
			res, err = nil, x.recovered(ctx, p)
		}
	}()
	return f()
}
