package spec_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/transport"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // panics are expected here
	os.Exit(m.Run())
}

// row is one case. All kinds of fields, with and without what runs around them, must give the same answer to it.
type row struct {
	// name says what holds.
	name string
	// query, variables and operation are the request; world is the data, as JSON.
	query, variables, operation, world string
	// want is the body of the response.
	want string
	// refusal, in the place of want, is the message of the one error of the document, wherever that is.
	refusal string
	// log is what the mutation's resolvers noted.
	log string
	// asks is set where fields fail or have arguments, which those read off their parent cannot.
	asks bool
}

// section is a section of the specification, by number and title, with its cases.
type section struct {
	title string
	rows  []row
}

// variant is a schema and a server that answer every case.
type variant struct {
	name    string
	kind    kind
	around  bool // within a directive
	fields  bool // within an interceptor
	roots   bool // within interceptors of operations, responses and root fields
	watched bool // under observers of calls and nulls
	workers int
	server  *handler.Server
}

// variants are the kinds of fields, and what may stand around them.
func variants() []*variant {
	var all []*variant
	for _, k := range []kind{plain, method, called, batched} {
		for _, v := range []variant{
			{name: "alone"}, {name: "within directives", around: true}, {name: "within interceptors", fields: true},
			{name: "within interceptors of roots", roots: true}, {name: "watched", watched: true}, {name: "side by side", workers: 4},
			{name: "with all of that", around: true, fields: true, roots: true, watched: true, workers: 4},
		} {
			v.kind, v.name = k, string(k)+" "+v.name
			v.serve()
			all = append(all, &v)
		}
	}
	return all
}

func (v *variant) serve() {
	v.server = handler.New(schema(v.kind, v.workers, v.around))
	v.server.AddTransport(transport.SSE{})
	v.server.AddTransport(transport.POST{})
	v.server.Use(extension.Introspection{})
	if v.fields {
		v.server.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) })
	}
	if v.roots {
		v.server.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler { return next(ctx) })
		v.server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response { return next(ctx) })
		v.server.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) })
	}
	if v.watched {
		v.server.Use(watcher{})
	}
}

// watcher is an observer of calls and nulls that does nothing.
type watcher struct{}

func (watcher) ExtensionName() string                   { return "Watcher" }
func (watcher) Validate(graphql.ExecutableSchema) error { return nil }

func (watcher) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	panic("the engine knows better ways")
}

func (watcher) ObserveNull(_ context.Context, _ any, _, _ string, path func() ast.Path) { path() }

func (watcher) ObserveCall(ctx context.Context, _, _ string, _ int) (context.Context, func(error)) {
	return ctx, func(error) {}
}

// body is a request's body.
func (r row) body(t testing.TB) []byte {
	t.Helper()
	body := map[string]any{"query": r.query}
	if r.variables != "" {
		body["variables"] = json.RawMessage(r.variables)
	}
	if r.operation != "" {
		body["operationName"] = r.operation
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// post sends a request.
func post(t testing.TB, h http.Handler, data *request, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/query", bytes.NewReader(body))
	r = r.WithContext(context.WithValue(t.Context(), rootKey{}, data))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/graphql-response+json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestSpecification(t *testing.T) {
	t.Parallel()
	all := variants()
	for _, s := range sections {
		t.Run(s.title, func(t *testing.T) {
			t.Parallel()
			for _, c := range s.rows {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					for _, v := range all {
						if v.kind == plain && c.asks || t.Failed() {
							continue
						}
						data := &request{root: world(t, c.world)}
						w := post(t, v.server, data, c.body(t))
						if got := w.Body.String(); got != c.want && (c.refusal == "" || refusalOf(w.Body.Bytes()) != c.refusal) {
							t.Errorf("%s:\ngot  %s\nwant %s", v.name, got, c.want+c.refusal)
						}
						if got := strings.Join(data.log, ", "); got != c.log {
							t.Errorf("%s: it did %s, should do %s", v.name, got, c.log)
						}
						if err := wellFormed(w.Code, w.Body.Bytes()); err != nil {
							t.Errorf("%s: %v", v.name, err)
						}
					}
				})
			}
		})
	}
}

// sections are all cases.
var sections = slices.Concat(types3, introspection4, request61, operations62, selections63, fields64, response7)

// refusalOf is the message of the one error of a request that was not executed.
func refusalOf(body []byte) string {
	var b struct {
		Data   *json.RawMessage
		Errors []struct{ Message string }
	}
	if json.Unmarshal(body, &b) != nil || b.Data != nil || len(b.Errors) != 1 {
		return ""
	}
	return b.Errors[0].Message
}

// TestEverySectionHasCases holds the tables to the headings of sections 6 and 7.
func TestEverySectionHasCases(t *testing.T) {
	t.Parallel()
	rows := map[string]int{}
	for _, s := range sections {
		rows[s.title] += len(s.rows)
	}
	for _, s := range subscriptions623 {
		rows[s.title] += len(s.rows)
	}
	for _, title := range []string{
		"6.1 Executing Requests", "6.1.1 Validating Requests", "6.1.2 Coercing Variable Values",
		"6.2.1 Query", "6.2.2 Mutation", "6.2.3 Subscription", "6.2.3.1 Source Stream", "6.2.3.2 Response Stream",
		"6.3 Executing Selection Sets", "6.3.1 Normal and Serial Execution", "6.3.2 Field Collection",
		"6.4 Executing Fields", "6.4.1 Coercing Field Arguments", "6.4.2 Value Resolution", "6.4.3 Value Completion", "6.4.4 Handling Field Errors",
		"7.1 Response Format", "7.1.1 Data", "7.1.2 Errors", "7.2 Serialization Format", "7.2.1 JSON Serialization", "7.2.2 Serialized Map Ordering",
	} {
		if rows[title] == 0 {
			t.Errorf("section %s has no case", title)
		}
	}
	names := map[string]bool{}
	for _, s := range sections {
		for _, c := range s.rows {
			if name := s.title + "/" + c.name; names[name] {
				t.Errorf("there are two cases %s", name)
			} else {
				names[name] = true
			}
		}
	}
}
