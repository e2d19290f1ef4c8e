// The benchmark measures the engine alone: a nested page of contracts from memory, no HTTP and no database.
package page_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/gql/internal/page/graph"
	"kontrak/internal/gql/internal/page/rows"
)

func query(relation string) string {
	const one = "{id name amount remark}"
	var b strings.Builder
	b.WriteString("query($n:Int!){contracts(first:$n){id title note status total createdAt urgent ")
	for i := range 8 {
		fmt.Fprintf(&b, "%s%d%s ", relation, i+1, one)
	}
	for i := range 6 {
		fmt.Fprintf(&b, "many%d%s ", i+1, one)
	}
	return b.String() + "}}"
}

func run(tb testing.TB, e *executor.Executor, query string, n int) *graphql.Response {
	ctx := graphql.StartOperationTrace(context.Background())
	op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: map[string]any{"n": n}})
	if len(errs) > 0 {
		tb.Fatal(errs)
	}
	next, ctx := e.DispatchOperation(ctx, op)
	resp := next(ctx)
	if len(resp.Errors) > 0 {
		tb.Fatal(resp.Errors)
	}
	return resp
}

// BenchmarkPage runs the page with all relations by batch resolvers, and with eight of the fourteen by one call per row.
func BenchmarkPage(b *testing.B) {
	for _, c := range []struct{ name, relation string }{{"batch", "one"}, {"ordinary", "call"}} {
		for _, n := range []int{1, 20, 1000} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				e := executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{Page: rows.Page(n)}}))
				text := query(c.relation)
				size := len(run(b, e, text, n).Data)
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					run(b, e, text, n)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
			})
		}
	}
}

func TestTheMeasuredPageStaysWithinItsAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("allocations are counted without the race detector")
	}
	const rowsOnPage, allowed = 20, 120
	e := executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{Page: rows.Page(rowsOnPage)}}))
	text := query("one")
	run(t, e, text, rowsOnPage)
	if got := testing.AllocsPerRun(100, func() { run(t, e, text, rowsOnPage) }); got > allowed {
		t.Errorf("%v allocations, allowed are %d", got, allowed)
	}
}
