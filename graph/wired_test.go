package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/graph"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// wired is the graph's handler around a schema with files and subscriptions.
type wired struct {
	http.Handler
	url    string
	events chan string
	// opened gets the context of each subscription and of each query that is held.
	opened chan context.Context

	mu    sync.Mutex
	known map[string]actor.Actor // by token
	fails error                  // of asking who calls
}

// The people of the fixture.
const (
	good = "Bearer good"
	bad  = "Bearer bad"
)

// wire puts the handler up, on a socket as well.
func wire(t *testing.T, change func(*graph.HandlerConfig)) *wired {
	t.Helper()
	w := &wired{events: make(chan string), opened: make(chan context.Context, 1000), known: map[string]actor.Actor{good: {UserID: 1}}}
	c := graph.HandlerConfig{Authenticate: w.authenticate, Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&c)
	}
	w.Handler = graph.NewHandlerFor(c, fixture{w})
	srv := httptest.NewServer(w)
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

func (w *wired) authenticate(r *http.Request) (actor.Actor, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	token := r.Header.Get("Authorization")
	switch {
	case token == "":
		return actor.Actor{}, nil
	case w.fails != nil:
		return actor.Actor{}, w.fails
	}
	who, ok := w.known[token]
	if !ok {
		return actor.Actor{}, fault.New(fault.TokenInvalid, "").Because(errors.New("a secret of the server"))
	}
	return who, nil
}

// now changes who is known.
func (w *wired) now(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// fixture is a schema that answers without an engine.
type fixture struct{ *wired }

var fixtureSchema = gqlparser.MustLoadSchema(&ast.Source{Input: `
	scalar Upload
	type Query { me: String! held: String! size(of: [Int!]): Int! }
	type Mutation { keep(file: Upload, files: [Upload!]): String! }
	type Subscription { ticks: String! }
`})

func (fixture) Schema() *ast.Schema { return fixtureSchema }

func (fixture) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (f fixture) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	switch {
	case op.Operation.Operation == ast.Subscription:
		f.opened <- ctx
		return func(ctx context.Context) *graphql.Response {
			select {
			case text, ok := <-f.events:
				if ok {
					return &graphql.Response{Data: json.RawMessage(`{"ticks":"` + text + `"}`)}
				}
			case <-ctx.Done():
			}
			return nil
		}
	case op.Operation.SelectionSet[0].(*ast.Field).Name == "held":
		f.opened <- ctx
		<-ctx.Done()
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{gqlerror.Errorf("%v", context.Cause(ctx))}})
	case op.Operation.Operation == ast.Mutation:
		return graphql.OneShot(&graphql.Response{Data: json.RawMessage(`{"keep":"` + kept(op.Variables) + `"}`)})
	}
	return graphql.OneShot(&graphql.Response{Data: json.RawMessage(fmt.Sprintf(`{"me":"user %d"}`, actor.From(ctx).UserID))})
}

// kept says what came of files.
func kept(variables map[string]any) string {
	var said []string
	note := func(v any) {
		if file, ok := v.(graphql.Upload); ok {
			n, err := io.Copy(io.Discard, file.File)
			said = append(said, fmt.Sprintf("%s %d %t", file.Filename, n, err == nil && n == file.Size))
		}
	}
	note(variables["f"])
	list, _ := variables["f"].([]any)
	for _, v := range list {
		note(v)
	}
	return strings.Join(said, ", ")
}

// post asks by POST and gives status and body.
func (w *wired) post(t *testing.T, token, body string, header ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/query", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return w.do(r, token, header...)
}

func (w *wired) do(r *http.Request, token string, header ...string) (int, string) {
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	return answer.Code, answer.Body.String()
}

// wait gives what comes from ch.
func wait[T any](t testing.TB, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("waited in vain")
		panic("unreachable")
	}
}
