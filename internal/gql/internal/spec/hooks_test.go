package spec_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
)

// journal is what hooks note, in order.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) note(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

// holds compares what was noted.
func (j *journal) holds(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(j.lines, want) {
		t.Errorf("\ngot  %s\nwant %s", strings.Join(j.lines, " | "), strings.Join(want, " | "))
	}
}

// scribe is an extension with every hook, which notes that it began and ended.
type scribe struct {
	name string
	j    *journal
}

func (s scribe) ExtensionName() string                   { return s.name }
func (s scribe) Validate(graphql.ExecutableSchema) error { return nil }

func (s scribe) MutateOperationParameters(context.Context, *graphql.RawParams) *gqlerror.Error {
	s.j.note("%s sees the text", s.name)
	return nil
}

func (s scribe) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	s.j.note("%s sees the %s %v", s.name, strings.TrimSpace(string(op.Operation.Operation)+" "+op.Operation.Name), op.Variables)
	return nil
}

func (s scribe) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	s.j.note("%s operation>", s.name)
	defer s.j.note("%s operation<", s.name)
	return next(ctx)
}

func (s scribe) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	s.j.note("%s response>", s.name)
	resp := next(ctx)
	if resp == nil {
		s.j.note("%s no response", s.name)
		return nil
	}
	s.j.note("%s response< %d errors", s.name, len(resp.Errors))
	return resp
}

func (s scribe) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	s.j.note("%s root %s>", s.name, graphql.GetRootFieldContext(ctx).Field.Alias)
	defer s.j.note("%s root<", s.name)
	return next(ctx)
}

func (s scribe) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	s.j.note("%s field %s>", s.name, graphql.GetPath(ctx))
	defer s.j.note("%s field<", s.name)
	return next(ctx)
}

// named is what every extension has.
type named struct{ graphql.HandlerExtension }

// each splits a scribe into one extension for each of its hooks around something.
func each(j *journal) []graphql.HandlerExtension {
	type (
		operations struct {
			named
			graphql.OperationInterceptor
		}
		responses struct {
			named
			graphql.ResponseInterceptor
		}
		rootFields struct {
			named
			graphql.RootFieldInterceptor
		}
		fields struct {
			named
			graphql.FieldInterceptor
		}
	)
	s := func(name string) (named, scribe) { return named{scribe{name, j}}, scribe{name, j} }
	a, ao := s("A")
	b, bo := s("B")
	c, co := s("C")
	d, do := s("D")
	return []graphql.HandlerExtension{fields{a, ao}, rootFields{b, bo}, responses{c, co}, operations{d, do}}
}

// stubborn refuses every operation.
type stubborn struct{ scribe }

func (s stubborn) MutateOperationContext(context.Context, *graphql.OperationContext) *gqlerror.Error {
	return gqlerror.Errorf("not today")
}

func both(j *journal) []graphql.HandlerExtension {
	return []graphql.HandlerExtension{scribe{"A", j}, scribe{"B", j}}
}

var hookOrder = []struct {
	name, query, variables, world string
	use                           func(j *journal) []graphql.HandlerExtension
	want                          []string
}{
	{"the first added is the outermost, and each has its time", `query Q($i:Int=1){box{need(int:$i)}}`, `{}`, `{"box":{}}`, both, []string{
		"A sees the text", "B sees the text", "A sees the query Q map[i:1]", "B sees the query Q map[i:1]",
		"A operation>", "B operation>", "B operation<", "A operation<", "A response>", "B response>", "A root box>", "B root box>",
		"A field box>", "B field box>", "B field<", "A field<", "A field box.need>", "B field box.need>", "B field<", "A field<",
		"B root<", "A root<", "B response< 0 errors", "A response< 0 errors",
	}},
	{"an extension may have one hook only", `{string}`, ``, ``, each, []string{
		"D operation>", "D operation<", "C response>", "B root string>", "A field string>", "A field<", "B root<", "C response< 0 errors",
	}},
	{"what does not parse meets the hooks of responses", `{`, ``, ``, both, []string{
		"A sees the text", "B sees the text", "A response>", "B response>", "B response< 1 errors", "A response< 1 errors",
	}},
	{"what an extension refuses meets the hooks of responses", `{string}`, ``, ``, func(j *journal) []graphql.HandlerExtension {
		return []graphql.HandlerExtension{scribe{"A", j}, stubborn{scribe{"B", j}}, scribe{"C", j}}
	}, []string{
		"A sees the text", "B sees the text", "C sees the text", "A sees the query map[]",
		"A response>", "B response>", "C response>", "C response< 1 errors", "B response< 1 errors", "A response< 1 errors",
	}},
	{"root fields follow each other, and each is whole", `{a:box{int} b:box{box{int}} __typename}`, ``, `{"box":{"int":1,"box":{"int":2}}}`, func(j *journal) []graphql.HandlerExtension { return each(j)[:2] }, []string{
		"B root a>", "A field a>", "A field<", "A field a.int>", "A field<", "B root<",
		"B root b>", "A field b>", "A field<", "A field b.box>", "A field<", "A field b.box.int>", "A field<", "B root<",
	}},
	{"so they do in a mutation", `mutation{a:add(n:1){total} fail{total}}`, ``, ``, func(j *journal) []graphql.HandlerExtension { return each(j)[:2] }, []string{
		"B root a>", "A field a>", "A field<", "A field a.total>", "A field<", "B root<", "B root fail>", "A field fail>", "A field<", "B root<",
	}},
	{"fields of a list are met with their places", `{boxes0{int box{int}}}`, ``, `{"boxes0":[{},null,{"box":{}}]}`, func(j *journal) []graphql.HandlerExtension { return each(j)[:1] }, []string{
		"A field boxes0>", "A field<", "A field boxes0[0].int>", "A field<", "A field boxes0[2].int>", "A field<",
		"A field boxes0[0].box>", "A field<", "A field boxes0[2].box>", "A field<", "A field boxes0[2].box.int>", "A field<",
	}},
	{"fields of an interface's object too", `{pet{...on Dog{barks}}}`, ``, `{"pet":{"is":"Dog"}}`, func(j *journal) []graphql.HandlerExtension { return each(j)[:1] }, []string{
		"A field pet>", "A field<", "A field pet.barks>", "A field<",
	}},
	{"a subscription is one operation, with a response and a root field for each event, and one that there is none", `subscription{tick}`, ``, ``, each, []string{
		"D operation>", "A field tick>", "A field<", "D operation<",
		"C response>", "B root tick>", "B root<", "C response< 0 errors", "C response>", "B root tick>", "B root<", "C response< 0 errors",
		"C response>", "B root tick>", "B root<", "C response< 0 errors", "C response>", "C no response",
	}},
	{"a subscription that cannot be opened has one response", `subscription{tick(even:1)}`, ``, ``, each, []string{
		"D operation>", "D operation<", "C response>", "C response< 1 errors", "C response>", "C no response",
	}},
}

func TestHooksRunInTheirOrder(t *testing.T) {
	t.Parallel()
	for _, c := range hookOrder {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j, v := &journal{}, variant{kind: called}
			v.serve()
			for _, x := range c.use(j) {
				v.server.Use(x)
			}
			data := &request{root: world(t, c.world)}
			if strings.HasPrefix(c.query, "subscription") {
				v.server.ServeHTTP(httptest.NewRecorder(), listen(t.Context(), t, data, c.query, c.variables))
			} else {
				post(t, v.server, data, row{query: c.query, variables: c.variables}.body(t))
			}
			j.holds(t, c.want...)
		})
	}
}
