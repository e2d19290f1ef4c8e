package page_test

import (
	"context"
	"runtime/debug"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/gql/internal/page/graph"
	"kontrak/internal/gql/internal/page/rows"
)

// idle is what every extension has. The extensions below do nothing, so that what they cost is the engine's.
type idle struct{}

func (idle) ExtensionName() string                   { return "Idle" }
func (idle) Validate(graphql.ExecutableSchema) error { return nil }

type mutators struct{ idle }

func (mutators) MutateOperationParameters(context.Context, *graphql.RawParams) *gqlerror.Error {
	return nil
}
func (mutators) MutateOperationContext(context.Context, *graphql.OperationContext) *gqlerror.Error {
	return nil
}

type fields struct{ idle }

func (fields) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	return next(ctx)
}

type nulls struct{ fields }

func (nulls) ObserveNull(context.Context, any, string, string, func() ast.Path) {}

type calls struct{ fields }

func done(error) {}

func (calls) ObserveCall(ctx context.Context, _, _ string, _ int) (context.Context, func(error)) {
	return ctx, done
}

// hooks are the ways to look into an operation, and how many allocations each may cost: for an operation, for a call of a
// resolver and for a field of a row. Whoever does not look pays nothing, nor does anybody for each row but for fields.
var hooks = []struct {
	name                   string
	use                    func(e *executor.Executor)
	operation, call, field float64
}{
	{"none", func(*executor.Executor) {}, 0, 0, 0},
	{"mutators", func(e *executor.Executor) { e.Use(mutators{}) }, 0, 0, 0},
	{"nulls", func(e *executor.Executor) { e.Use(nulls{}) }, 0, 0, 0},
	{"operations", func(e *executor.Executor) {
		e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler { return next(ctx) })
	}, 1, 0, 0},
	{"responses", func(e *executor.Executor) {
		e.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response { return next(ctx) })
	}, 1, 0, 0},
	{"root fields", func(e *executor.Executor) {
		e.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) })
	}, 7, 0, 0},
	{"calls", func(e *executor.Executor) { e.Use(calls{}) }, 0, 2, 0},
	{"fields", func(e *executor.Executor) { e.Use(fields{}) }, 0, 0, 13},
}

func hooked(n int, use func(e *executor.Executor)) *executor.Executor {
	e := executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{Page: rows.Page(n)}}))
	use(e)
	return e
}

// looked counts what an operation does.
type looked struct {
	calls
	resolved int
}

func (l *looked) ObserveCall(ctx context.Context, _, _ string, _ int) (context.Context, func(error)) {
	l.resolved++
	return ctx, done
}

func TestHooksCostWhatTheyLookAt(t *testing.T) {
	if raceEnabled {
		t.Skip("allocations are counted without the race detector")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // or used memory would be gone, and be counted again
	allocations := func(n int, use func(*executor.Executor)) float64 {
		e, text := hooked(n, use), query("one")
		run(t, e, text, n)
		return testing.AllocsPerRun(20, func() { run(t, e, text, n) })
	}
	for _, n := range []int{1, 20, 200} {
		var l looked
		run(t, hooked(n, func(e *executor.Executor) { e.Use(&l) }), query("one"), n)
		seen := 0
		run(t, hooked(n, func(e *executor.Executor) {
			e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
				seen++
				return next(ctx)
			})
		}), query("one"), n)
		without := allocations(n, hooks[0].use)
		for _, h := range hooks {
			most := h.operation + h.call*float64(l.resolved) + h.field*float64(seen)
			if got := allocations(n, h.use) - without; got > most {
				t.Errorf("%s: %v allocations for %d rows, %d calls and %d fields, allowed are %v", h.name, got, n, l.resolved, seen, most)
			}
		}
	}
}

// BenchmarkHooks is the page of 20 with each hook in place and idle.
func BenchmarkHooks(b *testing.B) {
	const n = 20
	for _, h := range hooks {
		b.Run(h.name, func(b *testing.B) {
			e, text := hooked(n, h.use), query("one")
			run(b, e, text, n)
			b.ReportAllocs()
			for b.Loop() {
				run(b, e, text, n)
			}
		})
	}
}
