package guard_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/guard"
)

var slowSchema = gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { a: Int } type Mutation { a: Int } type Subscription { a: Int }`})

// slow answers after a while, or fails when its context ends before.
type slow struct{ after time.Duration }

func (slow) Schema() *ast.Schema { return slowSchema }

func (slow) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s slow) Exec(context.Context) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		select {
		case <-time.After(s.after):
			return &graphql.Response{Data: json.RawMessage(`{"a":1}`)}
		case <-ctx.Done():
			graphql.AddError(ctx, ctx.Err())
			graphql.AddError(ctx, ctx.Err())
			return &graphql.Response{Data: json.RawMessage(`{"a":null}`)}
		}
	}
}

func TestTheDeadlineEndsQueriesAndMutationsOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, query string
		after       time.Duration
		code        fault.Code
		took        time.Duration
	}{
		{"a query in time", `{ a }`, 9 * time.Second, "", 9 * time.Second},
		{"a query out of time", `{ a }`, time.Hour, fault.TimedOut, 10 * time.Second},
		{"a mutation out of time", `mutation { a }`, time.Hour, fault.TimedOut, 10 * time.Second},
		{"a subscription", `subscription { a }`, time.Hour, "", time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				exec := executor.New(slow{c.after})
				exec.Use(guard.NewDeadline(guard.DefaultTimeout))
				ctx := graphql.StartOperationTrace(t.Context())
				op, errs := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: c.query})
				if len(errs) > 0 {
					t.Fatal(errs)
				}
				began := time.Now()
				responses, ctx := exec.DispatchOperation(ctx, op)
				resp := responses(ctx)
				if took := time.Since(began); took != c.took {
					t.Errorf("it took %s, want %s", took, c.took)
				}
				if c.code == "" {
					if len(resp.Errors) > 0 || string(resp.Data) != `{"a":1}` {
						t.Errorf("got %s, %v", resp.Data, resp.Errors)
					}
					return
				}
				if len(resp.Errors) != 1 || resp.Errors[0].Extensions["code"] != c.code || string(resp.Data) != "null" {
					t.Errorf("got %s, %v", resp.Data, resp.Errors)
				}
			})
		})
	}
}

func TestACallerWhoLeavesIsNotAnsweredWithTimeout(t *testing.T) {
	t.Parallel()
	exec := executor.New(slow{time.Hour})
	exec.Use(guard.NewDeadline(guard.DefaultTimeout))
	ctx, leave := context.WithCancel(graphql.StartOperationTrace(t.Context()))
	op, _ := exec.CreateOperationContext(ctx, &graphql.RawParams{Query: `{ a }`})
	responses, ctx := exec.DispatchOperation(ctx, op)
	leave()
	if resp := responses(ctx); len(resp.Errors) != 2 {
		t.Errorf("got %v", resp.Errors)
	}
}
