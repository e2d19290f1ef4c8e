package spec_test

import (
	"context"
	"errors"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
)

// count is what the mutation add gives.
type count struct {
	r     *request
	total int
}

type (
	fadingArgs struct {
		New, Old *int32
		In       inputMap
	}
	addArgs  struct{ N int32 }
	tickArgs struct {
		From int32
		Even *int
	}
)

// roots fills the tables of the root types, and of what mutations give.
func (t *types) roots() {
	box, boxes := exec.One(t.box), exec.Many(exec.One(t.box))
	t.query.Fields(
		root("box", func(_ context.Context, r *request, _ *exec.None) *thing { return r.root.Box }, box),
		root("strictBox", func(_ context.Context, r *request, _ *exec.None) *thing { return r.root.Box }, box),
		root("boxes0", func(_ context.Context, r *request, _ *exec.None) []*thing { return r.root.Boxes0 }, boxes),
		root("boxes3", func(_ context.Context, r *request, _ *exec.None) []*thing { return r.root.Boxes3 }, boxes),
		root("pet", func(_ context.Context, r *request, _ *exec.None) *thing { return r.root.Pet }, t.choice()),
		root("string", func(_ context.Context, r *request, _ *exec.None) *string { return r.root.String }, exec.Leaves(strOut)),
		root("strictString", func(_ context.Context, r *request, _ *exec.None) *string { return r.root.String }, exec.Leaves(strOut)),
		root("strictEven", func(_ context.Context, r *request, _ *exec.None) *int { return r.root.Even }, exec.Leaves(even)),
		root("fading", func(context.Context, *request, *fadingArgs) *int64 { return nil }, exec.Leaves(intOut),
			exec.Arg("new", func(a *fadingArgs) **int32 { return &a.New }, exec.PtrFrom(intIn)),
			exec.Arg("old", func(a *fadingArgs) **int32 { return &a.Old }, exec.PtrFrom(intIn)),
			exec.Arg("in", func(a *fadingArgs) *inputMap { return &a.In }, exec.NullFrom(t.fading.Get))),
		root("faded", func(context.Context, *request, *exec.None) *int64 { return nil }, exec.Leaves(intOut)),
	)
	t.count.Fields(
		exec.Leaf("total", func(c *count) int { return c.total }, exec.Int[int]),
		exec.Resolve("now", func(_ context.Context, c *count, _ *exec.None) (int, error) {
			c.r.note("now %d", c.r.total)
			return c.r.total, nil
		}, exec.Leaves(exec.Int[int])),
		exec.Link("box", func(c *count) *thing { return c.r.root.Box }, box),
	)
	fail := func(_ context.Context, r *request, _ *exec.None) *count {
		r.note("fail")
		return nil
	}
	t.mutation.Fields(
		root("add", func(_ context.Context, r *request, a *addArgs) *count {
			r.total += int(a.N)
			r.note("add %d", a.N)
			return &count{r, r.total}
		}, exec.One(t.count), exec.Arg("n", func(a *addArgs) *int32 { return &a.N }, intIn)),
		root("fail", fail, exec.One(t.count)),
		root("strictFail", fail, exec.One(t.count)),
	)
	t.subscription.Fields(
		stream[*thing, exec.None]("box", box), stream[*thing, exec.None]("strictBox", box), stream[*thing, exec.None]("pet", t.choice()),
		exec.Stream[*exec.Root]("tick", func(ctx context.Context, a *tickArgs) (<-chan int32, error) {
			return ticks(ctx, a)
		}, exec.Leaves(exec.Int[int32]),
			exec.Arg("from", func(a *tickArgs) *int32 { return &a.From }, intIn),
			exec.Arg("even", func(a *tickArgs) **int { return &a.Even }, exec.PtrFrom(evenIn))),
	)
}

// source is where the events of a subscription come from.
type source struct {
	events chan *thing
	// opened gets the context that the resolver was called with.
	opened chan context.Context
	// deaf is set for one that does not end when nobody listens any more.
	deaf bool
}

// stream is a field of the subscription root whose events are things.
func stream[R ~*thing, A any](name string, shape exec.Shape[R]) exec.Field[*exec.Root] {
	return exec.Stream[*exec.Root](name, func(ctx context.Context, _ *A) (<-chan R, error) {
		r := requestOf(ctx)
		if err := r.root.asked(name); err != nil {
			return nil, err
		}
		if r.events == nil {
			return nil, errors.New("there is no source")
		}
		out := make(chan R)
		ended := ctx.Done()
		if r.events.deaf {
			ended = nil
		}
		go func() {
			defer close(out)
			for {
				select {
				case v, ok := <-r.events.events:
					if !ok {
						return
					}
					select {
					case out <- v:
					case <-ended:
						return
					}
				case <-ended:
					return
				}
			}
		}()
		r.events.opened <- ctx
		return out, nil
	}, shape)
}

// ticks counts three times.
func ticks(ctx context.Context, a *tickArgs) (<-chan int32, error) {
	if err := requestOf(ctx).root.asked("tick"); err != nil {
		return nil, err
	}
	out := make(chan int32, 3)
	for i := range int32(3) {
		out <- a.From + i
	}
	close(out)
	return out, nil
}

var _ graphql.ExecutableSchema = tables{}
