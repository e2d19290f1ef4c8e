package executor

import (
	"strings"
	"testing"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/internal/page/graph"
)

// This test is not parallel, so that what it counts is its own.
func TestADocumentThatWasSeenIsFoundWithoutAllocating(t *testing.T) {
	e := New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{}}))
	const query = `query($n:Int!){contracts(first:$n){id title one1{name} many1{id}}}`
	var stats graphql.Stats
	first, errs := e.document(t.Context(), &stats, query)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	text := strings.Clone(query) // each request brings a copy of its own
	if n := testing.AllocsPerRun(100, func() {
		if again, errs := e.document(t.Context(), &stats, text); len(errs) > 0 || again != first {
			t.Fatalf("the document was parsed again: %v", errs)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
