package exec

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// MaxRows is the name of the entry in an operation's Stats that bounds how many objects a result may have: an int, or a
// func(rows int) error that is asked after each field and ends the operation with its error.
const MaxRows = "maxResultNodes"

var errTooMany = errors.New("result has too many nodes")

// run executes a plan. ctx has a response context, to which errors are added; event is the value of a subscription.
func run(ctx context.Context, op *graphql.OperationContext, p *plan, event any) *graphql.Response {
	x := newExecution(ctx, op, p, event)
	w := &x.f.w
	w.b = append(w.b[:0], '{')
	ok := true
	for _, part := range p.parts {
		if ok = x.part(part); !ok {
			break
		}
	}
	if ok {
		w.b = append(w.b, '}')
	} else {
		w.b = append(w.b[:0], "null"...)
	}
	x.logUnmet()
	return &graphql.Response{Data: x.finish()}
}

// logUnmet logs the errors of parts of the result that were cut off before they were written.
func (x *execution) logUnmet() {
	for i := range x.f.slots {
		s, field := &x.f.slots[i], x.plan.edges[i].field.Name
		for _, errs := range s.errs {
			x.logUnder(field, errs)
		}
		if !s.allMet {
			x.logUnder(field, s.all)
		}
	}
}

func (x *execution) logUnder(field string, errs []error) {
	for _, err := range errs {
		slog.DebugContext(x.ctx, "error in a part of a result that is null already", "field", field, "error", err)
	}
}

func newExecution(ctx context.Context, op *graphql.OperationContext, p *plan, event any) *execution {
	x := &execution{ctx: ctx, op: op, plan: p, f: p.take(), hooks: scope.HooksOf(ctx), event: event}
	x.limit = rowLimit(&op.Stats)
	if op.Operation.Operation != ast.Mutation {
		x.workers = p.schema.workers
	}
	x.f.w.begin(x)
	return x
}

// rowLimit is what the operation's Stats say of the size of a result, nil for no limit.
func rowLimit(stats *graphql.Stats) func(rows int) error {
	switch limit := stats.GetExtension(MaxRows).(type) {
	case func(int) error:
		return limit
	case int:
		return func(rows int) error {
			if limit > 0 && rows > limit {
				return errTooMany
			}
			return nil
		}
	default:
		return nil
	}
}

// finish takes the data and gives the memory back: when the response was written, or at once without the data's.
func (x *execution) finish() []byte {
	f := x.f
	x.mu.Lock()
	x.f = nil
	x.mu.Unlock()
	x.plan.length.Store(int64(len(f.w.b)))
	if lease := scope.LeaseOf(x.ctx); lease != nil && !x.hooks.KeepData {
		lease.OnRelease(func() { x.plan.give(f) })
		return f.w.b
	}
	data := f.w.b
	if len(data) > cap(data)/2 {
		f.w.b = nil
	} else { // it would keep too much
		data = slices.Clone(data)
	}
	x.plan.give(f)
	return data
}

// part runs root fields and reports false when null must stand for all data.
func (x *execution) part(p *part) bool {
	if null := p.root.info().null; null != nil {
		graphql.AddError(x.ctx, &gqlerror.Error{Message: nullCondition(null), Locations: x.plan.location(nil, null.Position)})
		return false
	}
	if x.hooks.SplitRoots && x.op.RootResolverMiddleware != nil && p.root.info().fields[0].edge != nil {
		return x.rootField(p)
	}
	return x.fields(p)
}

// fields resolves and writes the root fields of a part.
func (x *execution) fields(p *part) bool {
	x.phase(false)
	p.root.start(x.f)
	for first := 0; first < len(p.edges); {
		last := p.level(first)
		if err := x.level(p.edges[first:last]); err != nil {
			graphql.AddError(x.ctx, err)
			return false
		}
		first = last
	}
	x.phase(true)
	return p.root.writeFields(&x.f.w, 0)
}

// level is the end of the run of edges from first on whose parents are all known before it.
func (p *part) level(first int) int {
	begin := p.edges[first].id
	last := first + 1
	for last < len(p.edges) {
		if up := p.edges[last].parent.info().edge; up != nil && up.id >= begin {
			break
		}
		last++
	}
	return last
}

// level resolves edges that do not depend on each other: side by side where the schema's settings allow it, else one
// after the other. It fails when the request is over or the result grows too large.
func (x *execution) level(edges []*edge) error {
	if x.workers > 1 && len(edges) > 1 {
		var wg sync.WaitGroup
		limit := make(chan struct{}, x.workers)
		for _, e := range edges {
			limit <- struct{}{}
			wg.Go(func() {
				e.resolver.resolve(x, e)
				<-limit
			})
		}
		wg.Wait()
	}
	for _, e := range edges {
		if x.ctx.Err() != nil {
			return context.Cause(x.ctx)
		}
		if x.workers <= 1 || len(edges) == 1 {
			e.resolver.resolve(x, e)
		}
		if x.stopped.Load() {
			return context.Cause(x.ctx)
		}
		x.count(e)
		if x.limit != nil {
			if err := x.limit(x.f.rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// over tells whether the request is over, so that a row is left out. The level fails then, and nothing is written.
func (x *execution) over() bool {
	if x.ctx.Err() == nil {
		return false
	}
	x.stopped.Store(true)
	return true
}

// count adds the objects that an edge found.
func (x *execution) count(e *edge) {
	if e.leaf {
		return
	}
	for _, kid := range e.kids {
		x.f.rows += x.f.cols[kid.info().id].count()
	}
}

func (x *execution) phase(writing bool) {
	x.mu.Lock()
	x.writing = writing
	x.mu.Unlock()
}

// written is the value of a root field as it was written.
type written []byte

func (v written) MarshalGQL(w io.Writer) { _, _ = w.Write(v) }

// rootField runs the one field of a part through the root field interceptors.
func (x *execution) rootField(p *part) bool {
	w, outer, field := &x.f.w, x.ctx, p.root.info().fields[0]
	mark, failed := len(w.b), false
	ctx := graphql.WithRootFieldContext(outer, &graphql.RootFieldContext{Object: field.name, Field: field.field})
	value := x.op.RootResolverMiddleware(ctx, func(ctx context.Context) graphql.Marshaler {
		x.ctx, w.b = ctx, w.b[:mark]
		defer func() { x.ctx = outer }()
		if failed = !x.fields(p); failed {
			return graphql.Null
		}
		v := w.b[mark+len(field.key):]
		if string(v) == "null" {
			return graphql.Null
		}
		return written(append([]byte(nil), v...))
	})
	w.b = w.b[:mark]
	if value == nil {
		value = graphql.Null
	}
	if failed || field.nonNull && value == graphql.Marshaler(graphql.Null) {
		return false
	}
	w.b = append(w.b, field.key...)
	value.MarshalGQL(w)
	return true
}
