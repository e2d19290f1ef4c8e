package exec

import (
	"context"
	"fmt"

	"kontrak/internal/gql/graphql"
)

// streamSource calls a resolver that gives a channel of values, each of which becomes a response.
type streamSource[P comparable, R, A any] struct {
	call  func(context.Context, *A) (<-chan R, error)
	shape Shape[R]
	args  []Argument[A]
}

// streamer is a streamSource whatever its types.
type streamer interface {
	// open starts the stream; next waits for a value and reports false at the end.
	open(x *execution, e *edge) (next func(context.Context) (any, bool), err error)
}

func (l *streamSource[P, R, A]) bind(c *compiler, e *edge) {
	e.resolver = l
	l.shape.nodes(c, e)
}

func (l *streamSource[P, R, A]) argsMap(args any) map[string]any { return argsMap(l.args, args) }

// resolve puts the event's value in the place of the field's.
func (l *streamSource[P, R, A]) resolve(x *execution, e *edge) {
	s := x.begin(e)
	if v, ok := x.event.(R); ok {
		l.shape.put(s, 0, v)
	} else {
		s.none()
	}
	s.end()
}

func (l *streamSource[P, R, A]) open(x *execution, e *edge) (func(context.Context) (any, bool), error) {
	args, err := readArgs(x, e, l.args)
	if err != nil {
		return nil, err
	}
	x.f.slots[e.id].args = args
	ctx := x.fieldContext(e, 0)
	fc := ctx.field()
	res, err := x.guarded(ctx, func() (any, error) {
		return x.chain(e, 0, func(ctx context.Context) (any, error) {
			a, err := argsFrom(l.args, fc.Args)
			if err != nil {
				return nil, err
			}
			return l.call(ctx, a)
		})(ctx)
	})
	if err != nil {
		return nil, err
	}
	ch, ok := res.(<-chan R)
	if !ok {
		return nil, fmt.Errorf("unexpected type %T from directive or interceptor, should be %T", res, ch)
	}
	return func(ctx context.Context) (any, bool) {
		select {
		case v, ok := <-ch:
			return v, ok
		case <-ctx.Done():
			return nil, false
		}
	}, nil
}

// subscribe opens the stream of a subscription. The handler it returns waits for an event and gives its response, and
// nil at the end.
func (s *Schema) subscribe(ctx context.Context, op *graphql.OperationContext) graphql.ResponseHandler {
	p, err := s.plan(ctx, op)
	if err == nil && (len(p.parts) != 1 || len(p.parts[0].root.info().fields) != 1) {
		err = fmt.Errorf("a subscription must select exactly one field")
	}
	if err != nil {
		graphql.AddError(ctx, err)
		return nil
	}
	x := newExecution(ctx, op, p, nil)
	x.phase(false)
	p.parts[0].root.start(x.f)
	field := &p.parts[0].root.info().fields[0]
	if field.edge == nil {
		graphql.AddError(ctx, fmt.Errorf("%s is not a stream", field.name))
		return nil
	}
	x.f.w.node, x.writing = p.parts[0].root.info().id, true
	st, ok := field.edge.resolver.(streamer)
	if !ok {
		graphql.AddError(ctx, fmt.Errorf("%s is not a stream", field.name))
		return nil
	}
	next, err := st.open(x, field.edge)
	if err != nil {
		x.f.w.report(err)
		return nil
	}
	return func(ctx context.Context) *graphql.Response {
		v, ok := next(ctx)
		if !ok {
			return nil
		}
		return run(ctx, op, p, v)
	}
}
