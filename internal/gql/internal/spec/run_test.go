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
	workers int
	server  *handler.Server
}

// variants are the kinds of fields, and what may stand around them.
func variants() []*variant {
	var all []*variant
	for _, k := range []kind{plain, method, called, batched} {
		for _, v := range []variant{
			{name: "alone"}, {name: "within directives", around: true}, {name: "within interceptors", fields: true},
			{name: "side by side", workers: 4}, {name: "within both, side by side", around: true, fields: true, workers: 4},
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
						if v.kind == plain && c.asks {
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
