package graph_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"

	"github.com/vektah/gqlparser/v2/ast"
)

// deed is an action as each surface is asked for it.
type deed struct {
	mutation, inputType string
	method, path        string // of REST; %d stands for the contract; "" where only the graph has it
	result              string // the key of the payload; contract when empty
	resource            string // the key of REST's body; contract when empty
}

// tried is an action that is refused, and how each surface says so.
type tried struct {
	name     string
	deed     deed
	as       string // an address, or "" for nobody
	contract int64
	input    map[string]any // of the graph, beside the contract
	body     map[string]any // of REST, under contract
	code     string         // of the graph
	field    string         // of the graph's input
	rule     string
	status   int // of REST; 0: not asked
	word     string
	detail   string // the field as REST calls it
}

// text is the mutation's document.
func (d deed) text() string {
	result := d.result
	selected := "{ id version status }"
	if result == "" {
		result = "contract"
	} else {
		selected = "{ token }"
	}
	return fmt.Sprintf(`mutation($input: %s!) { done: %s(input: $input) { %s %s userErrors { field code message refusals { rule needed actual who possibleFrom } } } }`,
		d.inputType, d.mutation, result, selected)
}

// byGraph sends the deed to the graph.
func (d deed) byGraph(t testing.TB, app *testkit.App, token string, contract int64, input map[string]any) *answer {
	t.Helper()
	vars := map[string]any{"contract": globalID("Contract", contract)}
	maps.Copy(vars, input)
	return try(t.Context(), t, app, token, d.text(), map[string]any{"input": vars})
}

// byREST sends the deed to the mobile apps' routes.
func (d deed) byREST(t testing.TB, app *testkit.App, token string, contract int64, body map[string]any) *testkit.Response {
	t.Helper()
	if d.method == http.MethodGet {
		return app.Do(t, d.method, restOf(d, contract), token, nil)
	}
	return app.Do(t, d.method, restOf(d, contract), token, map[string]any{cmp.Or(d.resource, "contract"): body})
}

// restOf is the path of a deed to a contract.
func restOf(d deed, contract int64) string { return fmt.Sprintf(d.path, contract) }

// checkRefused tries each on both surfaces, and wants nothing written.
func checkRefused(t *testing.T, app *testkit.App, tokens map[string]string, list []tried) {
	t.Helper()
	before, schema := app.Snapshot(t), loadSchema(t)
	for _, c := range list {
		checkGraphRefused(t, schema, c, c.deed.byGraph(t, app, tokens[c.as], c.contract, c.input))
		if c.status != 0 {
			checkRESTRefused(t, c, c.deed.byREST(t, app, tokens[c.as], c.contract, c.body))
		}
	}
	if after := app.Snapshot(t); !maps.Equal(before, after) {
		t.Error("what was refused wrote something")
	}
	if strings.Contains(app.Log.String(), "level=ERROR") {
		t.Errorf("something was logged as a mistake of ours: %s", app.Log)
	}
}

func checkGraphRefused(t *testing.T, schema *ast.Schema, c tried, got *answer) {
	t.Helper()
	if c.code == "UNAUTHENTICATED" {
		if !slices.Equal(got.codes(), []string{c.code}) || got.Data != nil {
			t.Errorf("%s: the graph answers %s", c.name, got.body)
		}
		return
	}
	done := got.object("done")
	bad := got.list("done", "userErrors")
	if got.status != 200 || len(got.Errors) != 0 || len(bad) == 0 || done["contract"] != nil || done["code"] != nil {
		t.Errorf("%s: the graph answers %d %s", c.name, got.status, got.body)
		return
	}
	var fields, rules []string
	for _, b := range bad {
		e := b.(map[string]any)
		if field, ok := e["field"].(string); ok {
			fields = append(fields, field)
			if !isInput(schema, c.deed.inputType, field) {
				t.Errorf("%s: %s has no field %s", c.name, c.deed.inputType, field)
			}
		}
		for _, why := range e["refusals"].([]any) {
			rules = append(rules, why.(map[string]any)["rule"].(string))
		}
		if e["code"] != c.code || e["message"] == "" {
			t.Errorf("%s: the graph refuses with %v, want %s", c.name, e, c.code)
		}
	}
	if strings.Join(fields, ",") != c.field || strings.Join(rules, ",") != c.rule {
		t.Errorf("%s: the graph names the fields %q and the rules %q, want %q and %q", c.name, fields, rules, c.field, c.rule)
	}
}

func checkRESTRefused(t *testing.T, c tried, got *testkit.Response) {
	t.Helper()
	var body struct {
		Success *bool
		Error   struct {
			Code, Message string
			Details       map[string][]string
			Refusals      []struct{ Rule string }
		}
	}
	got.JSON(t, &body)
	var rules []string
	for _, r := range body.Error.Refusals {
		rules = append(rules, r.Rule)
	}
	rule := c.rule
	if c.status == http.StatusForbidden {
		rule = "role" // the route's own gate
	}
	fields := strings.Join(slices.Sorted(maps.Keys(body.Error.Details)), ",")
	if got.Status != c.status || body.Error.Code != c.word || body.Success == nil || *body.Success || body.Error.Message == "" ||
		strings.Join(rules, ",") != rule || fields != c.detail {
		t.Errorf("%s: REST answers %d %s; want %d %s, rule %q, field %q", c.name, got.Status, got.Body, c.status, c.word, rule, c.detail)
	}
}
