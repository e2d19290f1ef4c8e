package guard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/graph"
	"kontrak/internal/actor"
	"kontrak/internal/guard"
	"kontrak/internal/testkit"
)

// door is the graph alone, with limits of its own, and the program behind it.
func door(app *testkit.App, change func(*graph.HandlerConfig)) http.Handler {
	c := graph.HandlerConfig{
		App: app.Market, Auth: app.Auth, Logger: slog.New(slog.DiscardHandler),
		Authenticate: func(r *http.Request) (actor.Actor, error) { return app.Auth.Authenticate(r.Context(), r) },
	}
	change(&c)
	return graph.NewHandler(c)
}

// askDoor sends a query as a caller with the token.
func askDoor(t testing.TB, h http.Handler, token, query string, variables map[string]any) (*reply, int) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
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
	return &got, w.Code
}

func TestEachLimitIsASettingAndItsRefusalNamesLimitActualAndRemedy(t *testing.T) {
	t.Parallel()
	app, token := start(t)
	for _, c := range []struct {
		name   string
		limits guard.Limits
		query  string
		code   string
		limit  float64
		actual float64
		remedy string
	}{
		{"bytes", guard.Limits{Bytes: 20}, `{ viewer { id email } }`, "QUERY_TOO_LONG", 20, 23, "leave out"},
		{"tokens", guard.Limits{Tokens: 5}, `{ viewer { id email } }`, "TOO_MANY_TOKENS", 5, 6, "ask for less"},
		{"depth", guard.Limits{Depth: 2}, `{ contracts { nodes { id } } }`, "QUERY_TOO_DEEP", 2, 3, "split it"},
		{"depth of the schema", guard.Limits{SchemaDepth: 3}, `{ __schema { types { ofType { name } } } }`, "INTROSPECTION_TOO_DEEP", 3, 4, "by its name"},
		{"aliases", guard.Limits{Aliases: 1}, `{ a: viewer { b: id } }`, "TOO_MANY_ALIASES", 1, 2, "several queries"},
		{"aliases of a field", guard.Limits{FieldAliases: 1}, `{ viewer { a: id b: id } }`, "FIELD_ALIASED_TOO_OFTEN", 1, 2, "several queries"},
		{"mentions", guard.Limits{Mentions: 2}, `{ viewer { id id id } }`, "FIELD_REPEATED_TOO_OFTEN", 2, 3, "name it once"},
		{"root fields", guard.Limits{RootFields: 1}, `{ viewer { id } viewer { id } }`, "TOO_MANY_ROOT_FIELDS", 1, 2, "several queries"},
		{"directives", guard.Limits{Directives: 1}, `{ viewer @skip(if: false) { id @skip(if: false) } }`, "TOO_MANY_DIRECTIVES", 1, 2, "send the query"},
		{"fragments", guard.Limits{Fragments: 1}, `{ viewer { ...A ...B } } fragment A on User { id } fragment B on User { id }`, "TOO_MANY_FRAGMENTS", 1, 2, "split the query"},
		{"fields", guard.Limits{Fields: 4}, `{ viewer { ...A ...A } } fragment A on User { id email }`, "TOO_MANY_FIELDS", 4, 5, "split the query"},
		{"fields on an interface", guard.Limits{Fields: 5}, `{ node(id: "x") { id } }`, "TOO_MANY_FIELDS", 5, -1, "split the query"},
		{"cost", guard.Limits{Cost: 10}, `{ contracts(first: 10) { nodes { id } } }`, "QUERY_TOO_COSTLY", 10, 11, "smaller pages"},
		{"result", guard.Limits{ResultNodes: 5}, `{ contracts(first: 5) { nodes { id } } }`, "RESULT_TOO_LARGE", 5, 6, "smaller pages"},
		{"result with the schema", guard.Limits{ResultNodes: 5, SchemaNodes: 5}, `{ __schema { types { name } } }`, "RESULT_TOO_LARGE", 10, -1, "smaller pages"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := door(app, func(config *graph.HandlerConfig) { config.Limits = c.limits })
			got, _ := askDoor(t, h, token, c.query, nil)
			if got.code() != c.code {
				t.Fatalf("got %q, want %q: %v", got.code(), c.code, got.Errors)
			}
			e := got.Errors[0]
			if e.Extensions.Kind != "limited" || e.Extensions.Meta["limit"] != c.limit || !strings.Contains(e.Message, c.remedy) {
				t.Errorf("got %+v", e)
			}
			if c.actual >= 0 && e.Extensions.Meta["actual"] != c.actual {
				t.Errorf("the actual value is %v, want %v", e.Extensions.Meta["actual"], c.actual)
			}
			free := door(app, func(config *graph.HandlerConfig) {
				config.Limits = guard.Limits{
					Bytes: -1, Tokens: -1, Depth: -1, SchemaDepth: -1, Aliases: -1, FieldAliases: -1, Mentions: -1, RootFields: -1,
					Directives: -1, Fragments: -1, Fields: -1, Cost: -1, ResultNodes: -1, SchemaNodes: -1, Values: -1, ListLength: -1, Text: -1,
				}
			})
			if got, _ := askDoor(t, free, token, c.query, nil); got.code() == c.code {
				t.Errorf("without limits it is still refused: %v", got.Errors)
			}
		})
	}
}

func TestLargeVariablesAreRefused(t *testing.T) {
	t.Parallel()
	app, token := start(t)
	const query = `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`
	for _, c := range []struct {
		name      string
		limits    guard.Limits
		variables map[string]any
		actual    float64
		status    int
	}{
		{"a long list", guard.Limits{ListLength: 2}, map[string]any{"ids": []string{"a", "b", "c"}}, 3, http.StatusOK},
		{"many values", guard.Limits{Values: 3}, map[string]any{"ids": []string{"a", "b", "c"}}, 4, http.StatusOK},
		{"much text", guard.Limits{Text: 4}, map[string]any{"ids": []string{"ab", "cde"}}, 5, http.StatusOK},
		{"a body of values", guard.Limits{Values: 3}, map[string]any{"ids": []string{"a"}, "x": []int{1, 2, 3, 4}}, 9, http.StatusRequestEntityTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := door(app, func(config *graph.HandlerConfig) { config.Limits = c.limits })
			got, status := askDoor(t, h, token, query, c.variables)
			if got.code() != "VARIABLES_TOO_LARGE" || got.Errors[0].Extensions.Meta["actual"] != c.actual || status != c.status {
				t.Errorf("status %d: %+v", status, got.Errors)
			}
		})
	}
}

func TestAtMostSoManyErrorsAreReturnedAndTheRestIsCounted(t *testing.T) {
	t.Parallel()
	app, token := start(t)
	for most, omitted := range map[int]any{1: 2.0, 2: 1.0, 3: nil, 20: nil} {
		h := door(app, func(c *graph.HandlerConfig) { c.Errors = most })
		got, _ := askDoor(t, h, token, `{ viewer { a1 a2 a3 } }`, nil)
		if len(got.Errors) != min(most, 3) || got.Extensions["errorsOmitted"] != omitted {
			t.Errorf("at most %d: %d errors, and %v are said to be omitted", most, len(got.Errors), got.Extensions["errorsOmitted"])
		}
	}
}

func TestAHiddenSchemaIsNotToldByHints(t *testing.T) {
	t.Parallel()
	app, _ := start(t)
	hidden := door(app, func(c *graph.HandlerConfig) { c.HideSchema = true })
	open := door(app, func(*graph.HandlerConfig) {})
	for _, query := range []string{
		`{ contractz { totalCount } }`, `{ contracts(frist: 1) { totalCount } }`, `{ ...F } fragment F on Contrakt { id }`,
		`{ contracts(orderBy: CREATED_AT_ASK) { totalCount } }`,
	} {
		if got, _ := askDoor(t, hidden, "", query, nil); len(got.Errors) == 0 || strings.Contains(got.Errors[0].Message, "Did you mean") {
			t.Errorf("hidden: %s is answered %v", query, got.Errors)
		}
		if got, _ := askDoor(t, open, "", query, nil); len(got.Errors) == 0 || !strings.Contains(got.Errors[0].Message, "Did you mean") {
			t.Errorf("open: %s is answered %v", query, got.Errors)
		}
	}
}

func TestTheSchemaCanBeHiddenFromThoseWhoHaveNotSignedIn(t *testing.T) {
	t.Parallel()
	app, token := start(t)
	hidden := door(app, func(c *graph.HandlerConfig) { c.HideSchema = true })
	open := door(app, func(*graph.HandlerConfig) {})
	for _, c := range []struct{ name, query string }{
		{"__schema", `{ __schema { queryType { name } } }`},
		{"__type", `{ __type(name: "User") { name } }`},
		{"in a fragment", `{ ...F } fragment F on Query { ... { __schema { queryType { name } } } }`},
		{"where a condition leaves it out", `{ __typename __schema @skip(if: true) { queryType { name } } }`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, _ := askDoor(t, hidden, "", c.query, nil); got.code() != "UNAUTHENTICATED" {
				t.Errorf("nobody: got %q", got.code())
			}
			if got, _ := askDoor(t, hidden, token, c.query, nil); got.code() != none {
				t.Errorf("signed in: got %v", got.Errors)
			}
			if got, _ := askDoor(t, open, "", c.query, nil); got.code() != none {
				t.Errorf("nobody, and it is not hidden: got %v", got.Errors)
			}
		})
	}
	if got, _ := askDoor(t, hidden, "", `{ __typename }`, nil); got.code() != none {
		t.Errorf("__typename: got %v", got.Errors)
	}
}

func TestAnOperationThatTakesTooLongIsAnsweredWithTimeout(t *testing.T) {
	t.Parallel()
	app, token := start(t)
	h := door(app, func(c *graph.HandlerConfig) { c.Timeout = time.Nanosecond })
	got, _ := askDoor(t, h, token, `{ contracts(first: 5) { nodes { id } } }`, nil)
	if len(got.Errors) != 1 || got.code() != "TIMEOUT" || string(got.Data) != "null" {
		t.Errorf("got %s, %+v", got.Data, got.Errors)
	}
	if !strings.Contains(got.Errors[0].Message, "1ns") {
		t.Errorf("the message does not name the limit: %s", got.Errors[0].Message)
	}
	if who, err := app.Auth.Verify(context.Background(), token); err != nil || who.Anonymous() {
		t.Errorf("the program is hurt: %v", err)
	}
}
