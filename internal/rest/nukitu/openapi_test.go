package nukitu

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/rest/openapi"
)

// TestTheDocumentIsWhatTheRoutesAndBodiesSay writes the document anew with -update.
func TestTheDocumentIsWhatTheRoutesAndBodiesSay(t *testing.T) {
	t.Parallel()
	raw, err := json.MarshalIndent(writeDocument(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	raw = append(raw, '\n')
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile("openapi.json", raw, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(OpenAPI), string(raw)); d != "" {
		t.Errorf("openapi.json is old: run the test with -update\n%.3000s", d)
	}
}

// TestEveryRouteIsDescribedAndNothingElse: by the router itself.
func TestEveryRouteIsDescribedAndNothingElse(t *testing.T) {
	t.Parallel()
	differences, routes, err := openapi.MustParse(OpenAPI).Differs((&dialect{}).routes())
	if len(differences) > 0 || routes != len(operations()) || err != nil {
		t.Errorf("%d routes: %q %v", routes, differences, err)
	}
}

// TestWhatARouteReadsIsDescribed: its parameters, its attributes and whether it takes
// forms, as its functions read them.
func TestWhatARouteReadsIsDescribed(t *testing.T) {
	t.Parallel()
	source := sourceRoutes(t)
	read := 0
	for _, o := range operations() {
		route := source[o.route]
		if route == nil {
			t.Errorf("%s is no route", o.route)
			continue
		}
		if d := cmp.Diff(unique(route.parameters), unique(names(o.query))); d != "" {
			t.Errorf("%s: parameters that are read (-) and described (+): %s", o.route, d)
		}
		if d := cmp.Diff(unique(route.attributes), unique(names(o.body))); d != "" {
			t.Errorf("%s: attributes that are read (-) and described (+): %s", o.route, d)
		}
		files := slices.ContainsFunc(o.body, func(a attribute) bool { return a.file })
		if files != route.forms || len(o.body) > 0 && route.resource == "" {
			t.Errorf("%s: takes forms: %v, described: %v; its attributes stand under %q", o.route, route.forms, files, route.resource)
		}
		read += len(route.parameters) + len(route.attributes)
	}
	if read < 100 {
		t.Errorf("only %d were read: the source is read wrongly", read)
	}
}

// placeholders are what the examples, which were filled by a machine, say "string" for:
// a word of a list, or a text of a fixed form.
var placeholders = map[string]string{
	"step": "completed", "kind": "repair", "status": "paid", "payment_status": "paid", "start_time": "09:30", "end_time": "17:00",
	"additional_hours": "1.5", "value": "1.5",
}

// filled gives a value of an example with its placeholders filled in.
func filled(key string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = filled(key, inner)
		}
	case []any:
		for i, inner := range value {
			value[i] = filled(key, inner)
		}
	case string:
		if word := placeholders[key]; value == "string" && word != "" {
			return word
		}
	}
	return value
}

// TestTheExamplesAreAsTheDocumentSays: the documented answers, of the route that answers
// so. The list of the example has the keys of the institution's list.
func TestTheExamplesAreAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	d := openapi.MustParse(OpenAPI)
	for name, route := range map[string]string{
		"nukitu-assign-partner.json":    "PATCH /api/v1/supervisor/contracts/42/assign-partner",
		"nukitu-partner-contracts.json": "GET /api/v1/contracts",
		"login.json":                    "POST /api/v1/auth/login",
		"me.json":                       "GET /api/v1/auth/me",
		"partners.json":                 "GET /api/v1/partners",
	} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var example any
		if err := json.Unmarshal(raw, &example); err != nil {
			t.Fatal(err)
		}
		if raw, err = json.Marshal(filled("", example)); err != nil {
			t.Fatal(err)
		}
		method, path, _ := strings.Cut(route, " ")
		if err := d.Check(method, path, http.StatusOK, jsonBody, raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
