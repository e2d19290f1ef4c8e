package spec_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/exec"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
)

// marked is a schema with directives wherever they run.
const marked = `
directive @mark(word: String! = "none", n: Int) repeatable on FIELD | FIELD_DEFINITION | OBJECT | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | INPUT_OBJECT

type Query {
  item(n: Int @mark(word: "argument"), in: In): Item @mark(word: "first") @mark(word: "last")
  items: [Item!]!
  other: Item
}
type Item @mark(word: "type") {
  id: Int!
  name: String @mark(word: "name")
  plain: String
  total: Int @mark(word: "total")
  strict: Int! @mark(word: "strict")
  sub: Item @mark(word: "sub")
}
input In @mark(word: "input") { x: Int @mark(word: "field"), y: Int }
`

type item struct{ id int }

type (
	markArgs struct {
		Word string
		N    *int32
	}
	itemArgs struct {
		N  *int32
		In inputMap
	}
	// behaviour is what the directive does for its words; others go on.
	behaviour map[string]func(ctx context.Context, next graphql.Resolver) (any, error)
	tagKey    struct{}
)

// tag is what a directive handed on in the context.
func tag(ctx context.Context) string {
	s, _ := ctx.Value(tagKey{}).(string)
	return s
}

// described shows what a directive got as its object. Numbers that were read already have a star.
func described(obj any) string {
	switch o := obj.(type) {
	case *item:
		return fmt.Sprintf("item %d", o.id)
	case map[string]any:
		shown := map[string]any{}
		for name, v := range o {
			if n, ok := v.(*int32); ok {
				v = fmt.Sprint("*", *n)
			}
			shown[name] = v
		}
		obj = shown
	}
	return fmt.Sprint(obj)
}

func markedSchema(j *journal, does behaviour) graphql.ExecutableSchema {
	query, node := exec.NewObject[*exec.Root]("Query"), exec.NewObject[*item]("Item")
	in := exec.NewInput[inputMap]("In")
	in.Fields(exec.Key("x", exec.PtrFrom(intIn)), exec.Key("y", exec.PtrFrom(intIn)))
	one := exec.One(node)
	query.Fields(
		exec.Resolve("item", func(ctx context.Context, _ *exec.Root, a *itemArgs) (*item, error) {
			j.note("resolve item %s", tag(ctx))
			if a.N != nil {
				return &item{int(*a.N)}, nil
			}
			return &item{1}, nil
		}, one, exec.Arg("n", func(a *itemArgs) **int32 { return &a.N }, exec.PtrFrom(intIn)), exec.Arg("in", func(a *itemArgs) *inputMap { return &a.In }, exec.NullFrom(in.Get))),
		exec.Resolve("items", func(context.Context, *exec.Root, *exec.None) ([]*item, error) { return []*item{{1}, {2}, {3}}, nil }, exec.Many(one)),
		exec.Resolve("other", func(ctx context.Context, _ *exec.Root, _ *exec.None) (*item, error) {
			j.note("resolve other %s", tag(ctx))
			return &item{9}, nil
		}, one),
	)
	text := func(name string) func(context.Context, *item, *exec.None) (string, error) {
		return func(ctx context.Context, o *item, _ *exec.None) (string, error) {
			j.note("resolve %s of %d %s", name, o.id, tag(ctx))
			return name, nil
		}
	}
	told := exec.ContextFunc(func(s string) graphql.ContextMarshaler {
		return graphql.ContextWriterFunc(func(ctx context.Context, w io.Writer) error {
			j.note("write %s %s", s, tag(ctx))
			_, err := io.WriteString(w, quote(s))
			return err
		})
	})
	numbers := func(ctx context.Context, objs []*item, _ *exec.None) ([]*int, error) {
		out := make([]*int, len(objs))
		for i, o := range objs {
			out[i] = &o.id
		}
		j.note("resolve %d at once %s", len(objs), tag(ctx))
		return out, nil
	}
	node.Fields(
		exec.Leaf("id", func(o *item) int { return o.id }, exec.Int[int]),
		exec.Resolve("name", text("name"), exec.Leaves(told)), exec.Resolve("plain", text("plain"), exec.Leaves(told)),
		exec.Batch("total", numbers, exec.Leaves(exec.Ptr(exec.Int[int]))), exec.Batch("strict", numbers, exec.Leaves(exec.Ptr(exec.Int[int]))),
		exec.Link("sub", func(o *item) *item { return &item{o.id * 10} }, one),
	)
	mark := exec.NewDirective("mark", func(ctx context.Context, obj any, next graphql.Resolver, a *markArgs) (any, error) {
		n := ""
		if a.N != nil {
			n = fmt.Sprint(" ", *a.N)
		}
		j.note("%s%s> %s", a.Word, n, described(obj))
		defer j.note("%s<", a.Word)
		if f := does[a.Word]; f != nil {
			return f(ctx, next)
		}
		return next(ctx)
	}, exec.Arg("word", func(a *markArgs) *string { return &a.Word }, strIn), exec.Arg("n", func(a *markArgs) **int32 { return &a.N }, exec.PtrFrom(intIn)))
	return tables{exec.New(exec.Settings{
		AST: gqlparser.MustLoadSchema(&ast.Source{Input: marked}), Objects: []exec.Table{query, node}, Inputs: []exec.Input{in}, Directives: []*exec.Directive{mark},
	})}
}

var errDenied = errors.New("denied")

func deny(context.Context, graphql.Resolver) (any, error) { return nil, errDenied }

func twice(ctx context.Context, next graphql.Resolver) (any, error) {
	if _, err := next(ctx); err != nil {
		return nil, err
	}
	return next(ctx)
}

func tagged(ctx context.Context, next graphql.Resolver) (any, error) {
	return next(context.WithValue(ctx, tagKey{}, "tagged"))
}

var directiveRows = []struct {
	name, query, variables string
	does                   behaviour
	want                   string
	log                    []string
}{
	{"those in the document are around those of the definition, and these around the type's; of several the last is outermost", `{item@mark(word:"a")@mark(word:"b"){id}}`, ``, nil,
		data(`{"item":{"id":1}}`), []string{"b> <nil>", "a> <nil>", "last> <nil>", "first> <nil>", "type> <nil>", "resolve item ", "type<", "first<", "last<", "a<", "b<"}},
	{"below the root the object is the parent", `{other{sub{name}}}`, ``, nil,
		data(`{"other":{"sub":{"name":"name"}}}`), []string{"type> <nil>", "resolve other ", "type<", "sub> item 9", "type> item 9", "type<", "sub<", "name> item 90", "resolve name of 90 ", "name<", "write name "}},
	{"their arguments are a literal, the default and a variable's value", `query($w:String!,$n:Int){other{plain@mark(n:5)@mark(word:$w,n:$n)}}`, `{"w":"var","n":6}`, nil,
		data(`{"other":{"plain":"plain"}}`), []string{"type> <nil>", "resolve other ", "type<", "var 6> item 9", "none 5> item 9", "resolve plain of 9 ", "none<", "var<", "write plain "}},
	{"of an argument the object is what the field was given, raw, and so is that of an input", `{item(n:7,in:{x:1}){id}}`, ``, behaviour{},
		data(`{"item":{"id":7}}`), []string{"argument> map[in:map[x:1] n:7]", "argument<", "field> map[x:1]", "field<", "input> map[x:1]", "input<", "last> <nil>", "first> <nil>", "type> <nil>", "resolve item ", "type<", "first<", "last<"}},
	{"of an argument that is not given they do not run", `{item(in:{y:1}){id}}`, ``, behaviour{"last": deny},
		partly(`{"item":null}`, at("denied", 2, `"item"`)), []string{"input> map[y:1]", "input<", "last> <nil>", "last<"}},
	{"of an argument they give its value", `{item(n:7){id}}`, ``, behaviour{"argument": func(ctx context.Context, next graphql.Resolver) (any, error) {
		v, err := next(ctx)
		n := *v.(*int32) + 1
		return &n, err
	}}, data(`{"item":{"id":8}}`), []string{"argument> map[n:7]", "argument<", "last> <nil>", "first> <nil>", "type> <nil>", "resolve item ", "type<", "first<", "last<"}},
	{"of an argument their error is the field's", `{item(n:7){id}}`, ``, behaviour{"argument": deny}, partly(`{"item":null}`, argument("denied", 2, `"item"`, "n")), []string{"argument> map[n:7]", "argument<"}},
	{"of an input's field their error is the field's", `{item(in:{x:1}){id}}`, ``, behaviour{"field": deny}, partly(`{"item":null}`, argument("denied", 2, `"item"`, "in.x")), []string{"field> map[x:1]", "field<"}},
	{"of an input their error is the field's", `{item(in:{y:1}){id}}`, ``, behaviour{"input": deny}, partly(`{"item":null}`, argument("denied", 2, `"item"`, "in")), []string{"input> map[y:1]", "input<"}},

	{"who does not go on decides the value", `{other{name}}`, ``, behaviour{"name": func(context.Context, graphql.Resolver) (any, error) { return "mine", nil }},
		data(`{"other":{"name":"mine"}}`), []string{"type> <nil>", "resolve other ", "type<", "name> item 9", "name<", "write mine "}},
	{"who goes on twice has the resolver run twice, and the last value counts", `{item(n:2){id}}`, ``, behaviour{"first": twice},
		data(`{"item":{"id":2}}`), []string{"argument> map[n:2]", "argument<", "last> <nil>", "first> <nil>", "type> <nil>", "resolve item ", "type<", "type> <nil>", "resolve item ", "type<", "first<", "last<"}},
	{"who goes on twice has a batch run once", `{items{total}}`, ``, behaviour{"total": twice},
		data(`{"items":[{"total":1},{"total":2},{"total":3}]}`), []string{"type> <nil>", "type<", "total> item 1", "resolve 3 at once ", "total<", "total> item 2", "total<", "total> item 3", "total<"}},
	{"who denies one of a batch leaves the others theirs, and the batch all parents", `{items{total}}`, ``, behaviour{"total": func(ctx context.Context, next graphql.Resolver) (any, error) {
		if graphql.GetPath(ctx).String() == "items[0].total" {
			return nil, errDenied
		}
		return next(ctx)
	}}, partly(`{"items":[{"total":null},{"total":2},{"total":3}]}`, at("denied", 8, `"items",0,"total"`)), []string{"type> <nil>", "type<", "total> item 1", "total<", "total> item 2", "resolve 3 at once ", "total<", "total> item 3", "total<"}},
	{"who denies a batch for all keeps it from running", `{items{total}}`, ``, behaviour{"total": func(context.Context, graphql.Resolver) (any, error) { return nil, nil }},
		data(`{"items":[{"total":null},{"total":null},{"total":null}]}`), []string{"type> <nil>", "type<", "total> item 1", "total<", "total> item 2", "total<", "total> item 3", "total<"}},
	{"an error is the field's, and takes what must be there", `{other{id strict}}`, ``, behaviour{"strict": deny}, partly(`{"other":null}`, at("denied", 11, `"other","strict"`)), []string{"type> <nil>", "resolve other ", "type<", "strict> item 9", "strict<"}},
	{"null is the field's, and an error where it must be there", `{other{id strict}}`, ``, behaviour{"strict": func(context.Context, graphql.Resolver) (any, error) { return nil, nil }},
		partly(`{"other":null}`, at("must not be null", 11, `"other","strict"`)), []string{"type> <nil>", "resolve other ", "type<", "strict> item 9", "strict<"}},
	{"a panic is the field's", `{other{id name}}`, ``, behaviour{"name": func(context.Context, graphql.Resolver) (any, error) { panic("secret") }},
		partly(`{"other":{"id":9,"name":null}}`, at("internal system error", 11, `"other","name"`)), []string{"type> <nil>", "resolve other ", "type<", "name> item 9", "name<"}},
	{"a value of another type is an error", `{other{name}}`, ``, behaviour{"name": func(context.Context, graphql.Resolver) (any, error) { return 1, nil }},
		partly(`{"other":{"name":null}}`, at("unexpected type int from directive or interceptor, should be string", 8, `"other","name"`)), []string{"type> <nil>", "resolve other ", "type<", "name> item 9", "name<"}},
	{"what stands above a field that is denied is not asked", `{item@mark(word:"deny"){sub{name}}}`, ``, behaviour{"deny": deny}, partly(`{"item":null}`, at("denied", 2, `"item"`)), []string{"deny> <nil>", "deny<"}},

	{"a context reaches the resolver, what writes it, and all below", `{item{name sub{plain}} other{plain}}`, ``, behaviour{"last": tagged},
		data(`{"item":{"name":"name","sub":{"plain":"plain"}},"other":{"plain":"plain"}}`),
		[]string{"last> <nil>", "first> <nil>", "type> <nil>", "resolve item tagged", "type<", "first<", "last<", "type> <nil>", "resolve other ", "type<",
			"name> item 1", "resolve name of 1 tagged", "name<", "sub> item 1", "type> item 1", "type<", "sub<", "resolve plain of 9 ",
			"resolve plain of 10 tagged", "write name tagged", "write plain tagged", "write plain "}},
	{"a context of a scalar reaches its resolver and what writes it alone", `{other{name plain}}`, ``, behaviour{"name": tagged},
		data(`{"other":{"name":"name","plain":"plain"}}`), []string{"type> <nil>", "resolve other ", "type<", "name> item 9", "resolve name of 9 tagged", "name<", "resolve plain of 9 ", "write name tagged", "write plain "}},
	{"a context of a batch is that of the first who goes on", `{items{total}}`, ``, behaviour{"total": tagged},
		data(`{"items":[{"total":1},{"total":2},{"total":3}]}`), []string{"type> <nil>", "type<", "total> item 1", "resolve 3 at once tagged", "total<", "total> item 2", "total<", "total> item 3", "total<"}},
	{"each row has its own context", `{items{sub{plain}}}`, ``, behaviour{"sub": func(ctx context.Context, next graphql.Resolver) (any, error) {
		return next(context.WithValue(ctx, tagKey{}, graphql.GetPath(ctx).String()))
	}}, data(`{"items":[{"sub":{"plain":"plain"}},{"sub":{"plain":"plain"}},{"sub":{"plain":"plain"}}]}`), []string{
		"type> <nil>", "type<", "sub> item 1", "type> item 1", "type<", "sub<", "sub> item 2", "type> item 2", "type<", "sub<", "sub> item 3", "type> item 3", "type<", "sub<",
		"resolve plain of 10 items[0].sub", "resolve plain of 20 items[1].sub", "resolve plain of 30 items[2].sub", "write plain items[0].sub", "write plain items[1].sub", "write plain items[2].sub",
	}},
}

func TestDirectivesRunAroundWhatTheyStandOn(t *testing.T) {
	t.Parallel()
	for _, c := range directiveRows {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			s := handler.New(markedSchema(j, c.does))
			s.AddTransport(transport.POST{})
			w := post(t, s, &request{}, row{query: c.query, variables: c.variables}.body(t))
			if got := w.Body.String(); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
			j.holds(t, c.log...)
		})
	}
}

func TestInterceptorsAreAroundDirectives(t *testing.T) {
	t.Parallel()
	j := &journal{}
	s := handler.New(markedSchema(j, nil))
	s.AddTransport(transport.POST{})
	s.AroundFields(scribe{"A", j}.InterceptField)
	s.AroundFields(scribe{"B", j}.InterceptField)
	post(t, s, &request{}, row{query: `{other{name@mark(word:"a")}}`}.body(t))
	j.holds(t, "A field other>", "B field other>", "type> <nil>", "resolve other ", "type<", "B field<", "A field<",
		"A field other.name>", "B field other.name>", "a> item 9", "name> item 9", "resolve name of 9 ", "name<", "a<", "B field<", "A field<", "write name ")
}
