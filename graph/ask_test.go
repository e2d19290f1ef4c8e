package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// answer is a response of the graph.
type answer struct {
	status int
	body   string
	Data   map[string]any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Path       []any          `json:"path"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
	Extensions map[string]any `json:"extensions"`
}

// codes gives the code of every error.
func (a *answer) codes() []string {
	var list []string
	for _, e := range a.Errors {
		code, _ := e.Extensions["code"].(string)
		list = append(list, code)
	}
	return list
}

// object gives what stands at the path of keys.
func (a *answer) object(path ...string) map[string]any {
	at := a.Data
	for _, key := range path {
		at, _ = at[key].(map[string]any)
	}
	return at
}

// list gives the list at the path of keys.
func (a *answer) list(path ...string) []any {
	found, _ := a.object(path[:len(path)-1]...)[path[len(path)-1]].([]any)
	return found
}

// ask sends a query through the whole program and expects an answer without errors.
func ask(t testing.TB, app *testkit.App, token, query string, vars map[string]any) *answer {
	t.Helper()
	return askIn(t.Context(), t, app, token, query, vars)
}

func askIn(ctx context.Context, t testing.TB, app *testkit.App, token, query string, vars map[string]any) *answer {
	t.Helper()
	got := try(ctx, t, app, token, query, vars)
	if got.status != http.StatusOK || len(got.Errors) > 0 {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	return got
}

// try sends a query through the whole program.
func try(ctx context.Context, t testing.TB, app *testkit.App, token, query string, vars map[string]any) *answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		t.Fatal(err)
	}
	return send(ctx, t, app, token, string(body))
}

// send sends a body to the graph.
func send(ctx context.Context, t testing.TB, app *testkit.App, token, body string) *answer {
	t.Helper()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/query", bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := app.Send(r)
	got := &answer{status: w.Status, body: string(w.Body)}
	if err := json.Unmarshal(w.Body, got); err != nil {
		t.Fatalf("status %d, and no JSON (%v): %s", w.Status, err, w.Body)
	}
	return got
}

// globalID is an object's id in the graph.
func globalID(typeName string, id int64) string {
	return view.GlobalID{Type: typeName, Number: id}.String()
}
