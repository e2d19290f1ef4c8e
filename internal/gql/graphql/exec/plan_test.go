package exec_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
)

func TestFieldsMergeByTheirKeyHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 15, 16, 17, 18, 40} {
		var query, want strings.Builder
		for i := range n {
			key := fmt.Sprintf("key%d%s", i, strings.Repeat("y", i*i)) // up to beyond what is set aside for keys
			fmt.Fprintf(&query, "%s:twin{id} ", key)
			fmt.Fprintf(&want, `"%s":{"id":0,"again":0},`, key)
		}
		again := strings.ReplaceAll(query.String(), "{id}", "{id again:id}")
		got := ask(t.Context(), t, executor.New(schema(0, resolvers{})), "{tree(children:0){"+query.String()+again+"}}", nil)
		if whole := `{"tree":{` + strings.TrimSuffix(want.String(), ",") + "}}"; got != whole {
			t.Errorf("%d fields:\ngot  %s\nwant %s", n, got, whole)
		}
	}
}

// This test is not parallel, so that what it counts is its own.
func TestAPlanIsFoundAgainWithoutAllocating(t *testing.T) {
	s := schema(0, resolvers{}).(tables)
	e := executor.New(s)
	ctx := graphql.StartOperationTrace(context.Background())
	op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{
		Query:     `query($a:Boolean!,$b:Boolean!){tree(children:3){id@skip(if:$a) children{slow@include(if:$b)}}}`,
		Variables: map[string]any{"a": true, "b": false},
	})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	first, err := s.all.Planned(ctx, op)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if again, err := s.all.Planned(ctx, op); err != nil || again != first {
			t.Fatalf("the plan was made again: %v", err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
