package spec_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	otel "go.opentelemetry.io/otel/trace"

	"kontrak/internal/trace"
)

// tree writes spans below each other, in the order in which they began.
func tree(spans tracetest.SpanStubs) []string {
	slices.SortStableFunc(spans, func(a, b tracetest.SpanStub) int { return a.StartTime.Compare(b.StartTime) })
	var lines []string
	var add func(parent otel.SpanID, depth int)
	add = func(parent otel.SpanID, depth int) {
		for _, s := range spans {
			if s.Parent.SpanID() != parent {
				continue
			}
			line := strings.Repeat("  ", depth) + s.Name
			for _, a := range s.Attributes {
				line += fmt.Sprintf(" %s=%s", strings.TrimPrefix(string(a.Key), "graphql."), a.Value.String())
			}
			if s.Status.Code == codes.Error {
				line += " failed"
			}
			lines = append(lines, line)
			add(s.SpanContext.SpanID(), depth+1)
		}
	}
	add(otel.SpanID{}, 0)
	return lines
}

var spanRows = []struct {
	name, query, world string
	kind               kind
	fields             bool // within an interceptor
	want               []string
}{
	{"a query is a span, and below it what came before it and each call of a resolver", `query Q{box{int string}}`, `{"box":{"int":1}}`, plain, false, []string{
		"query operation.type=query operation.name=Q", "  parse", "  validate", "  Query.box resolver.parents=1",
	}},
	{"a batch is one span, whatever the number of parents, in the order of the document, level by level", `{boxes0{boxes0{int} string}}`, `{"boxes0":[{"boxes0":[{},{}]},{"boxes0":[{}]}]}`, batched, false, []string{
		"query operation.type=query operation.name=", "  parse", "  validate",
		"  Query.boxes0 resolver.parents=1", "  Box.boxes0 resolver.parents=2", "  Box.string resolver.parents=2", "  Box.int resolver.parents=3",
	}},
	{"a batch on each type of an interface is a span of its own", `{box{nodes{id}}}`, `{"box":{"nodes":[{"is":"Dog","id":"1"},{"is":"Rock","id":"2"},{"is":"Dog","id":"3"}]}}`, batched, false, []string{
		"query operation.type=query operation.name=", "  parse", "  validate",
		"  Query.box resolver.parents=1", "  Box.nodes resolver.parents=1", "  Dog.id resolver.parents=2", "  Rock.id resolver.parents=1",
	}},
	{"an alias is a call of its own", `{box{a:int b:int}}`, `{"box":{"int":1}}`, batched, false, []string{
		"query operation.type=query operation.name=", "  parse", "  validate", "  Query.box resolver.parents=1", "  Box.int resolver.parents=1", "  Box.int resolver.parents=1",
	}},
	{"a resolver that is called for each parent is one span for all", `{boxes0{int}}`, `{"boxes0":[{},{},{}]}`, called, false, []string{
		"query operation.type=query operation.name=", "  parse", "  validate", "  Query.boxes0 resolver.parents=1", "  Box.int resolver.parents=3",
	}},
	{"unless an interceptor stands between", `{boxes0{int}}`, `{"boxes0":[{},{}]}`, called, true, []string{
		"query operation.type=query operation.name=", "  parse", "  validate", "  Query.boxes0 resolver.parents=1", "  Box.int resolver.parents=1", "  Box.int resolver.parents=1",
	}},
	{"a batch stays one, though an interceptor stands between", `{boxes0{int}}`, `{"boxes0":[{},{}]}`, batched, true, []string{
		"query operation.type=query operation.name=", "  parse", "  validate", "  Query.boxes0 resolver.parents=1", "  Box.int resolver.parents=2",
	}},
	{"nobody is called for no parents", `{boxes0{int}}`, `{"boxes0":[]}`, batched, false, []string{
		"query operation.type=query operation.name=", "  parse", "  validate", "  Query.boxes0 resolver.parents=1",
	}},
	{"a batch that fails for one parent", `{boxes0{int}}`, `{"boxes0":[{},{"errs":{"int":"no"}}]}`, batched, false, []string{
		"query operation.type=query operation.name= errors=1 error.type= failed", "  parse", "  validate", "  Query.boxes0 resolver.parents=1", "  Box.int resolver.parents=2 error.type=INTERNAL failed",
	}},
	{"a batch that panics", `{boxes0{int}}`, `{"boxes0":[{},{"panics":{"int":"no"}}]}`, batched, false, []string{
		"query operation.type=query operation.name= errors=2 error.type= failed", "  parse", "  validate", "  Query.boxes0 resolver.parents=1", "  Box.int resolver.parents=2 error.type=INTERNAL failed",
	}},
	{"a resolver that panics", `{boxes0{int}}`, `{"boxes0":[{},{"panics":{"int":"no"}}]}`, called, false, []string{
		"query operation.type=query operation.name= errors=1 error.type= failed", "  parse", "  validate", "  Query.boxes0 resolver.parents=1", "  Box.int resolver.parents=2 error.type=INTERNAL failed",
	}},
	{"an argument that is no good is an error of the operation, and no call", `{box{echo(even:1)}}`, `{"box":{}}`, called, false, []string{
		"query operation.type=query operation.name= errors=1 error.type= failed", "  parse", "  validate", "  Query.box resolver.parents=1",
	}},
	{"fields of a mutation follow each other with what is below them", `mutation M{a:add(n:1){now} b:add(n:2){now}}`, ``, plain, false, []string{
		"mutation operation.type=mutation operation.name=M", "  parse", "  validate",
		"  Mutation.add resolver.parents=1", "  Count.now resolver.parents=1", "  Mutation.add resolver.parents=1", "  Count.now resolver.parents=1",
	}},
	{"a subscription has a span for each event, and what is called for an event is below that", `subscription S{box{int}}`, ``, batched, false, []string{
		"subscription operation.type=subscription operation.name=S", "  parse", "  validate",
		"  event", "    Box.int resolver.parents=1", "  event errors=1 error.type= failed", "    Box.int resolver.parents=1 error.type=INTERNAL failed", "  event",
	}},
	{"a request that is refused", `{nothing}`, ``, plain, false, []string{"refused errors=1 error.type=GRAPHQL_VALIDATION_FAILED failed"}},
}

func TestSpansShowWhatIsCalled(t *testing.T) {
	t.Parallel()
	for _, c := range spanRows {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			exporter := tracetest.NewInMemoryExporter()
			v := &variant{kind: c.kind, fields: c.fields}
			v.serve()
			v.server.Use(trace.Spans{Tracer: sdk.NewTracerProvider(sdk.WithSyncer(exporter)).Tracer("test")})
			data := &request{root: world(t, c.world)}
			if strings.HasPrefix(c.query, "subscription") {
				data.events = streamRow{events: `[{"int":1},{"errs":{"int":"no"}}]`}.feed(t)
				ctx, end := context.WithCancel(t.Context())
				v.server.ServeHTTP(httptest.NewRecorder(), listen(ctx, t, data, c.query, ""))
				end()
			} else {
				post(t, v.server, data, row{query: c.query}.body(t))
			}
			spans := exporter.GetSpans()
			if got := tree(spans); !slices.Equal(got, c.want) {
				t.Errorf("\ngot\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for _, s := range spans {
				for _, parent := range spans {
					if s.Parent.SpanID() == parent.SpanContext.SpanID() && s.EndTime.After(parent.EndTime) {
						t.Errorf("%s ended after %s, in which it began", s.Name, parent.Name)
					}
				}
			}
		})
	}
}

func TestResolversRunWithinTheirSpan(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{called, batched} {
		for _, fields := range []bool{false, true} {
			exporter := tracetest.NewInMemoryExporter()
			tracer := sdk.NewTracerProvider(sdk.WithSyncer(exporter)).Tracer("test")
			v := &variant{kind: k, fields: fields}
			v.serve()
			v.server.Use(trace.Spans{Tracer: tracer})
			data := &request{root: world(t, `{"box":{"box":{}}}`), inside: func(ctx context.Context, field string) {
				_, s := tracer.Start(ctx, "within "+field)
				s.End()
			}}
			post(t, v.server, data, row{query: `{box{box{string}}}`}.body(t))
			got := strings.Join(tree(exporter.GetSpans())[3:], "\n")
			want := strings.Join([]string{
				"  Query.box resolver.parents=1",
				"  Box.box resolver.parents=1", "    within box", "  Box.string resolver.parents=1", "    within string",
			}, "\n")
			if got != want {
				t.Errorf("%s %t:\ngot\n%s\nwant\n%s", k, fields, got, want)
			}
		}
	}
}
