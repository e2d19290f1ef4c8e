package trace_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"kontrak/graph"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/trace"
)

// door is the graph of a program, as the change to its configuration has it.
func door(app *testkit.App, change func(*graph.HandlerConfig)) http.Handler {
	c := graph.HandlerConfig{
		App: app.Market, Auth: app.Auth, Logger: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (actor.Actor, error) { return app.Auth.Authenticate(r.Context(), r) },
	}
	change(&c)
	return graph.NewHandler(c)
}

type reply struct {
	Data       map[string]any   `json:"data"`
	Errors     []map[string]any `json:"errors"`
	Extensions struct {
		SQL *struct {
			Count      int      `json:"count"`
			Statements []string `json:"statements"`
		} `json:"sql"`
	} `json:"extensions"`
}

func ask(t testing.TB, h http.Handler, token, query string) reply {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/query", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var got reply
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("status %d, no JSON (%v): %.200s", w.Code, err, w.Body)
	}
	return got
}

// traced is the graph with its spans.
func traced(app *testkit.App) (http.Handler, *tracetest.InMemoryExporter) {
	spans := tracetest.NewInMemoryExporter()
	tracer := sdk.NewTracerProvider(sdk.WithSyncer(spans)).Tracer("test")
	return door(app, func(c *graph.HandlerConfig) { c.Tracer = tracer }), spans
}

// tree writes spans below each other, in the order in which they began.
func tree(spans tracetest.SpanStubs) []string {
	slices.SortStableFunc(spans, func(a, b tracetest.SpanStub) int { return a.StartTime.Compare(b.StartTime) })
	var lines []string
	var add func(parent tracetest.SpanStub, depth int)
	add = func(parent tracetest.SpanStub, depth int) {
		for _, s := range spans {
			if s.Parent.SpanID() != parent.SpanContext.SpanID() {
				continue
			}
			line := strings.Repeat("  ", depth) + s.Name
			for _, a := range s.Attributes {
				line += fmt.Sprintf(" %s=%s", a.Key, a.Value.String())
			}
			if s.Status.Code == codes.Error {
				line += " failed"
			}
			lines = append(lines, line)
			add(s, depth+1)
		}
	}
	add(tracetest.SpanStub{}, 0)
	return lines
}

func TestSpansShowAnOperationAndTheCallsOfItsResolvers(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	token := app.Token(t, "admin@demo.test")
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"a query", `query Page { contracts(first: 5) { nodes { id status } } }`, []string{
			"query graphql.operation.type=query graphql.operation.name=Page",
			"  parse", "  validate",
			"  Query.contracts graphql.resolver.parents=1",
		}},
		{"a batch is one span for all parents", `{ nodes(ids: ["SW5zdGl0dXRpb246MQ", "SW5zdGl0dXRpb246Mg"]) { ... on Institution { contracts(first: 1) { totalCount } } } }`, []string{
			"query graphql.operation.type=query graphql.operation.name=",
			"  parse", "  validate",
			"  Query.nodes graphql.resolver.parents=1",
			"  Institution.contracts graphql.resolver.parents=2",
		}},
		{"a resolver that fails", `{ contracts(first: 0) { totalCount } }`, []string{
			"query graphql.operation.type=query graphql.operation.name= graphql.errors=1 error.type=INVALID failed",
			"  parse", "  validate",
			"  Query.contracts graphql.resolver.parents=1 error.type=INVALID failed",
		}},
		{"a request that is refused", `{ nope }`, []string{"refused graphql.errors=1 error.type=GRAPHQL_VALIDATION_FAILED failed"}},
		{"a request that passes a limit", `{ viewer @skip(if: false) { ` + strings.Repeat("id ", 300) + `} }`, []string{"refused graphql.errors=1 error.type=FIELD_REPEATED_TOO_OFTEN failed"}},
		{"a query about the schema", `{ __schema { queryType { name } } }`, []string{
			"query graphql.operation.type=query graphql.operation.name=",
			"  parse", "  validate",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, spans := traced(app)
			ask(t, h, token, c.query)
			if d := cmp.Diff(c.want, tree(spans.GetSpans())); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestADocumentThatWasSeenIsNotParsedAgain(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	h, spans := traced(app)
	token := app.Token(t, "admin@demo.test")
	ask(t, h, token, `{ viewer { id } }`)
	spans.Reset()
	ask(t, h, token, `{ viewer { id } }`)
	for _, line := range tree(spans.GetSpans()) {
		if strings.Contains(line, "parse") {
			t.Errorf("there is a span %s", line)
		}
	}
}

func TestSpansDoNotChangeAnAnswer(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	token := app.Token(t, "admin@demo.test")
	h, _ := traced(app)
	plain := door(app, func(*graph.HandlerConfig) {})
	const query = `{ contracts(first: 20) { nodes { id partner { fullName email } institution { contracts(first: 2) { nodes { id } } } } } }`
	if d := cmp.Diff(ask(t, plain, token, query), ask(t, h, token, query)); d != "" {
		t.Error(d)
	}
}

func TestTheStatementsOfAnOperationAreReturnedWhereTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	token := app.Token(t, "admin@demo.test")
	collect := func(ctx context.Context) (context.Context, func() []string) {
		ctx, s := store.Observe(ctx)
		return ctx, s.Texts
	}
	shows := door(app, func(c *graph.HandlerConfig) { c.Statements = trace.Statements{Always: true, Collect: collect} })
	got := ask(t, shows, token, `{ contracts(first: 5) { totalCount nodes { id } } }`)
	if sql := got.Extensions.SQL; sql == nil || sql.Count == 0 || sql.Count != len(sql.Statements) || !strings.Contains(sql.Statements[0], "SELECT") {
		t.Errorf("got %+v", sql)
	}
	if sql := ask(t, shows, token, `{ __typename }`).Extensions.SQL; sql == nil || sql.Count != 0 || sql.Statements == nil {
		t.Errorf("without statements: got %+v", sql)
	}
	for name, hides := range map[string]http.Handler{
		"without the extension": door(app, func(*graph.HandlerConfig) {}),
		"where nobody asked":    door(app, func(c *graph.HandlerConfig) { c.Statements = trace.Statements{Collect: collect} }),
	} {
		if sql := ask(t, hides, token, `{ contracts(first: 5) { nodes { id } } }`).Extensions.SQL; sql != nil {
			t.Errorf("%s: %+v", name, sql)
		}
	}
}

// BenchmarkSpans is what the hooks cost: not used, used and not sampled, used.
func BenchmarkSpans(b *testing.B) {
	app := testkit.Start(b, testkit.Databases(b)[0])
	token := app.Token(b, "admin@demo.test")
	for name, options := range map[string][]sdk.TracerProviderOption{
		"none":        nil,
		"not sampled": {sdk.WithSampler(sdk.NeverSample())},
		"sampled":     {sdk.WithSampler(sdk.AlwaysSample())},
	} {
		b.Run(name, func(b *testing.B) {
			h := door(app, func(c *graph.HandlerConfig) {
				if options != nil {
					c.Tracer = sdk.NewTracerProvider(options...).Tracer("bench")
				}
			})
			b.ReportAllocs()
			for b.Loop() {
				ask(b, h, token, `{ viewer { id partner { id } } }`)
			}
		})
	}
}
