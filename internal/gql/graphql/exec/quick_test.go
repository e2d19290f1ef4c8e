package exec_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
	"kontrak/internal/gql/graphql/executor"
)

const itemSDL = `
type Query { root: Item  need: Item! }
type Item {
  plain: String  must: String!  fails: String  panics: String  knows: String  texts: [String]  strict: [String!]
  one: Item  only: Item!  many: [Item!]  some: [Item]  grid: [[Item]]  inside: Pair!
}
type Pair { left: Int!  right: String! }`

type pair struct {
	left  int
	right *string
}

// item is an object in which anything may go wrong.
type item struct {
	plain, must   *string
	fails, panics bool
	knows         int // 0 null, 1 a text, 2 an error
	texts         []*string
	one, only     *item
	many, some    []*item
	grid          [][]*item
	inside        pair
}

// knowing is a scalar that asks for its context.
type knowing int

func (k knowing) MarshalGQLContext(ctx context.Context, w io.Writer) error {
	switch k {
	case 0:
		graphql.Null.MarshalGQL(w)
	case 1:
		_, _ = fmt.Fprintf(w, "%q", graphql.GetPath(ctx).String())
	default:
		return errors.New("it knows too much")
	}
	return nil
}

func itemSchema(root *item) tables {
	query, node, inside := exec.NewObject[*exec.Root]("Query"), exec.NewObject[*item]("Item"), exec.NewObject[*pair]("Pair")
	give := func(context.Context, *exec.Root, *exec.None) (*item, error) { return root, nil }
	query.Fields(exec.Resolve("root", give, exec.One(node)), exec.Resolve("need", give, exec.One(node)))
	text := exec.Ptr(exec.String[string])
	picky := func(w *exec.Writer, v *string) bool {
		if v != nil && *v == "" {
			return w.Fail(errors.New("it is empty"))
		}
		return text(w, v)
	}
	plainly := func(get func(*item) *string) exec.Plain[*item] {
		return func(b []byte, o *item) ([]byte, bool) {
			if v := get(o); v != nil {
				return exec.AppendString(b, *v)
			}
			return b, false
		}
	}
	plain, must := func(o *item) *string { return o.plain }, func(o *item) *string { return o.must }
	node.Fields(
		exec.Leaf("plain", plain, text).Plainly(plainly(plain)),
		exec.Leaf("must", must, text).Plainly(plainly(must)),
		exec.Leaf("fails", func(o *item) bool { return o.fails }, func(w *exec.Writer, v bool) bool {
			if v {
				return w.Fail(errors.New("it failed"))
			}
			return exec.String(w, "fine")
		}),
		exec.Leaf("panics", func(o *item) bool {
			if o.panics {
				panic("it panicked")
			}
			return true
		}, exec.Boolean[bool]),
		exec.Leaf("knows", func(o *item) knowing { return knowing(o.knows) }, exec.ContextGQL[knowing]),
		exec.Leaf("texts", func(o *item) []*string { return o.texts }, exec.List(picky, false, false)),
		exec.Leaf("strict", func(o *item) []*string { return o.texts }, exec.List(picky, false, true)),
		exec.LinkOne("one", func(o *item) *item { return o.one }, node),
		exec.LinkOne("only", func(o *item) *item { return o.only }, node),
		exec.LinkMany("many", func(o *item) []*item { return o.many }, node),
		exec.LinkMany("some", func(o *item) []*item { return o.some }, node),
		exec.Link("grid", func(o *item) [][]*item { return o.grid }, exec.Many(exec.Many(exec.One(node)))),
		exec.Inside("inside", func(o *item) *pair { return &o.inside }, inside),
	)
	inside.Fields(
		exec.Leaf("left", func(o *pair) int { return o.left }, exec.Int[int]).
			Plainly(func(b []byte, o *pair) ([]byte, bool) { return exec.AppendInt(b, o.left) }),
		exec.Leaf("right", func(o *pair) *string { return o.right }, text),
	)
	return tables{exec.New(exec.Settings{
		AST: gqlparser.MustLoadSchema(&ast.Source{Input: itemSDL}), Objects: []exec.Table{query, node, inside},
	})}
}

// drawItem makes an item, in which mostly nothing goes wrong.
func drawItem(t *rapid.T, depth int) *item {
	rarely := func(what string) bool { return rapid.IntRange(0, 11).Draw(t, what) == 0 }
	text := func(what string) *string {
		if rarely(what + " is null") {
			return nil
		}
		s := rapid.SampledFrom([]string{"", "x", "a text", "\"quoted\"\n", "é", strings.Repeat("long ", 20)}).Draw(t, what)
		return &s
	}
	i := &item{
		plain: text("plain"), must: text("must"), fails: rarely("fails"), panics: rarely("panics"), knows: 1,
		inside: pair{left: depth, right: text("right")},
	}
	if rarely("knows") {
		i.knows = rapid.SampledFrom([]int{0, 2}).Draw(t, "knows what")
	}
	for range rapid.IntRange(0, 2).Draw(t, "texts") {
		i.texts = append(i.texts, text("text"))
	}
	if depth == 0 {
		return i
	}
	child := func(what string) *item {
		if rarely(what + " is null") {
			return nil
		}
		return drawItem(t, depth-1)
	}
	i.one, i.only = child("one"), child("only")
	for range rapid.IntRange(0, 2).Draw(t, "children") {
		i.many = append(i.many, child("many"))
		i.some = append(i.some, child("some"))
		i.grid = append(i.grid, []*item{child("grid"), i.one})
	}
	return i
}

func drawSelection(t *rapid.T, depth int) string {
	var b strings.Builder
	for _, f := range []string{"__typename", "plain", "must", "fails", "panics", "knows", "texts", "strict", "inside{left right}"} {
		if rapid.IntRange(0, 2).Draw(t, f) == 0 {
			b.WriteString(f + " ")
		}
	}
	for _, f := range []string{"one", "only", "many", "some", "grid"} {
		if depth > 0 && rapid.Bool().Draw(t, f) {
			b.WriteString(f + drawSelection(t, depth-1) + " ")
		}
	}
	return "{id:__typename " + b.String() + "}"
}

// told is an extension that writes down of which nulls it is told.
type told struct{ list *[]string }

func (told) ExtensionName() string                                         { return "Told" }
func (told) Validate(graphql.ExecutableSchema) error                       { return nil }
func (told) InterceptField(context.Context, graphql.Resolver) (any, error) { return nil, nil }
func (o told) ObserveNull(_ context.Context, _ any, _, _ string, p func() ast.Path) {
	*o.list = append(*o.list, p().String())
}

// answer runs a query and gives the data, the errors and the nulls that observers were told of.
func answer(t *rapid.T, root *item, query string, observe, careful bool, times int) string {
	s := itemSchema(root)
	e := executor.New(s)
	var nulls []string
	if observe {
		e.Use(told{&nulls})
	}
	e.SetRecoverFunc(func(_ context.Context, p any) error { return fmt.Errorf("%v", p) })
	out := ""
	for range times {
		nulls = nil
		ctx := graphql.StartOperationTrace(context.Background())
		op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: query})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if careful {
			s.all.WriteWithCare(op)
		}
		next, ctx := e.DispatchOperation(ctx, op)
		resp := next(ctx)
		out = string(resp.Data)
		for _, err := range resp.Errors {
			out += fmt.Sprintf("\n%s at %s", err.Message, err.Path)
		}
		out += "\nnull: " + strings.Join(nulls, " ")
	}
	return out
}

func TestWhatIsWrittenQuicklyIsWhatCareWouldHaveWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		root := drawItem(t, 3)
		query := rapid.SampledFrom([]string{"{root", "{need"}).Draw(t, "field") + drawSelection(t, 3) + "}"
		observe := rapid.Bool().Draw(t, "observe")
		want := answer(t, root, query, observe, true, 1)
		// The second time it is known where quickness is in vain.
		for times := 1; times <= 2; times++ {
			if got := answer(t, root, query, observe, false, times); got != want {
				t.Fatalf("%s, %d times:\ngot  %s\nwant %s", query, times, got, want)
			}
		}
	})
}
