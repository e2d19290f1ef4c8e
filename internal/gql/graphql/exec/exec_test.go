package exec_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
	"kontrak/internal/gql/graphql/executor"
)

// sdl is a schema small enough to write its tables by hand.
const sdl = `
type Query { tree(children: Int!): Tree  left: String  right: String }
type Tree { id: Int!  slow: Int  children: [Tree!]!  twin: Tree }
`

type tree struct {
	id       int
	children []*tree
}

type args struct{ Children int }

// resolvers are what the tables of a test call; nil ones answer at once.
type resolvers struct {
	left, right func(context.Context) (string, error)
	slow        func(context.Context, *tree) (int, error)
}

type tables struct{ all *exec.Schema }

func (t tables) Schema() *ast.Schema { return t.all.AST() }

func (t tables) Exec(ctx context.Context) graphql.ResponseHandler { return t.all.Exec(ctx) }

func (tables) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func schema(workers int, r resolvers) graphql.ExecutableSchema {
	answer := func(f func(context.Context) (string, error)) func(context.Context, *exec.Root, *exec.None) (string, error) {
		return func(ctx context.Context, _ *exec.Root, _ *exec.None) (string, error) {
			if f == nil {
				return "", nil
			}
			return f(ctx)
		}
	}
	query, node := exec.NewObject[*exec.Root]("Query"), exec.NewObject[*tree]("Tree")
	query.Fields(
		exec.Resolve("tree", func(_ context.Context, _ *exec.Root, a *args) (*tree, error) {
			t := &tree{}
			for i := range a.Children {
				t.children = append(t.children, &tree{id: i + 1})
			}
			return t, nil
		}, exec.One(node), exec.Arg("children", func(a *args) *int { return &a.Children }, exec.From(graphql.UnmarshalInt))),
		exec.Resolve("left", answer(r.left), exec.Leaves(exec.String[string])),
		exec.Resolve("right", answer(r.right), exec.Leaves(exec.String[string])),
	)
	node.Fields(
		exec.Leaf("id", func(t *tree) int { return t.id }, exec.Int[int]),
		exec.Resolve("slow", func(ctx context.Context, t *tree, _ *exec.None) (int, error) {
			if r.slow == nil {
				return t.id, nil
			}
			return r.slow(ctx, t)
		}, exec.Leaves(exec.Int[int])),
		exec.Link("children", func(t *tree) []*tree { return t.children }, exec.Many(exec.One(node))),
		exec.Link("twin", func(t *tree) *tree { return t }, exec.One(node)),
	)
	return tables{exec.New(exec.Settings{
		AST: gqlparser.MustLoadSchema(&ast.Source{Input: sdl}), Objects: []exec.Table{query, node}, Workers: workers,
	})}
}

// limited sets the bound on the result of every operation.
type limited int

func (limited) ExtensionName() string                   { return "Limited" }
func (limited) Validate(graphql.ExecutableSchema) error { return nil }

func (l limited) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.Stats.SetExtension(exec.MaxRows, int(l))
	return nil
}

func ask(ctx context.Context, t *testing.T, e *executor.Executor, query string, variables map[string]any) string {
	t.Helper()
	ctx = graphql.StartOperationTrace(ctx)
	op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: variables})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	next, ctx := e.DispatchOperation(ctx, op)
	resp := next(ctx)
	for _, err := range resp.Errors {
		return fmt.Sprintf("%s at %s, data %s", err.Message, err.Path, resp.Data)
	}
	return string(resp.Data)
}

// meeting lets two calls go on only when both are under way.
type meeting struct{ left, right chan struct{} }

func (m meeting) join(ctx context.Context, mine, other chan struct{}) (string, error) {
	close(mine)
	select {
	case <-other:
		return "met", nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func TestSiblingsRunSideBySideWhereAllowed(t *testing.T) {
	t.Parallel()
	m := meeting{make(chan struct{}), make(chan struct{})}
	e := executor.New(schema(2, resolvers{
		left:  func(ctx context.Context) (string, error) { return m.join(ctx, m.left, m.right) },
		right: func(ctx context.Context) (string, error) { return m.join(ctx, m.right, m.left) },
	}))
	if got, want := ask(t.Context(), t, e, `{left right}`, nil), `{"left":"met","right":"met"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRowsOfAResolverRunSideBySideAndStayInOrder(t *testing.T) {
	t.Parallel()
	var begun sync.WaitGroup
	begun.Add(3)
	e := executor.New(schema(3, resolvers{slow: func(_ context.Context, n *tree) (int, error) {
		if n.id <= 3 {
			begun.Done()
			begun.Wait()
		}
		if n.id == 2 {
			return 0, errors.New("two")
		}
		return n.id * 10, nil
	}}))
	got := ask(t.Context(), t, e, `{tree(children:4){children{slow}}}`, nil)
	if want := `two at tree.children[1].slow, data {"tree":{"children":[{"slow":10},{"slow":null},{"slow":30},{"slow":40}]}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestResultsBeyondTheirBoundAreRefused(t *testing.T) {
	t.Parallel()
	e := executor.New(schema(0, resolvers{}))
	e.Use(limited(7))
	for _, c := range []struct {
		children int
		want     string
	}{
		{3, `{"tree":{"children":[{"twin":{"id":1}},{"twin":{"id":2}},{"twin":{"id":3}}]}}`},
		{4, `result has too many nodes at , data null`},
	} {
		got := ask(t.Context(), t, e, `query($n:Int!){tree(children:$n){children{twin{id}}}}`, map[string]any{"n": c.children})
		if got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestOperationsThatGrowWithoutEndAreRefused(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{tree(children:0){...F0}} `)
	for i := range 26 {
		fmt.Fprintf(&b, `fragment F%d on Tree{a:twin{...F%d} b:twin{...F%d}} `, i, i+1, i+1)
	}
	b.WriteString(`fragment F26 on Tree{id}`)
	e := executor.New(schema(0, resolvers{}))
	if got, want := ask(t.Context(), t, e, b.String(), nil), "operation is too large at , data "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestACancelledRequestEndsBetweenLevels(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	e := executor.New(schema(0, resolvers{
		left: func(context.Context) (string, error) {
			cancel()
			return "left", nil
		},
		right: func(context.Context) (string, error) {
			t.Error("right was called")
			return "", nil
		},
	}))
	if got, want := ask(ctx, t, e, `{left right}`, nil), "context canceled at , data null"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestACancelledRequestEndsBetweenTheRowsOfAResolver(t *testing.T) {
	t.Parallel()
	for _, observed := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		called := 0
		e := executor.New(schema(0, resolvers{slow: func(context.Context, *tree) (int, error) {
			called++
			cancel()
			return called, nil
		}}))
		if observed {
			e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) })
		}
		got := ask(ctx, t, e, `{tree(children:3){children{slow}}}`, nil)
		want := "context canceled at , data null"
		if got != want || called != 1 {
			t.Errorf("observed %t: after %d calls got %s, want %s", observed, called, got, want)
		}
	}
}

func TestManyConditionsAndManyRequestsShareOneOperation(t *testing.T) {
	t.Parallel()
	e := executor.New(schema(0, resolvers{}))
	var vars, fields []string
	for i := range 8 {
		vars = append(vars, fmt.Sprintf("$v%d:Boolean!", i))
		fields = append(fields, fmt.Sprintf("f%d:id @include(if:$v%d)", i, i))
	}
	query := fmt.Sprintf("query(%s){tree(children:0){%s}}", strings.Join(vars, ","), strings.Join(fields, " "))
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for n := worker; n < 256; n += 4 {
				values, want := map[string]any{}, []string{}
				for i := range 8 {
					values[fmt.Sprintf("v%d", i)] = n>>i&1 == 1
					if n>>i&1 == 1 {
						want = append(want, fmt.Sprintf(`"f%d":0`, i))
					}
				}
				if got, want := ask(t.Context(), t, e, query, values), `{"tree":{`+strings.Join(want, ",")+`}}`; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestContextsMayOutliveTheirOperation(t *testing.T) {
	t.Parallel()
	var kept context.Context
	e := executor.New(schema(0, resolvers{left: func(ctx context.Context) (string, error) {
		kept = ctx
		return "left", nil
	}}))
	ask(t.Context(), t, e, `{left}`, nil)
	if fc := graphql.GetFieldContext(kept); fc == nil || fc.Field.Name != "left" {
		t.Errorf("got %v", fc)
	}
}
