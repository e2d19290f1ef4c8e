package secrecy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// told are the types of subscriptions, which no operation here asks for: what they tell is
// what the caller would read at that moment, and held against it field by field (graph,
// TestWhatIsToldIsWhatTheCallerWouldRead).
var told = []string{"Subscription", "ContractChange", "QueueChange", "NotificationReceived"}

// TestTheOperationsAskForEverything: every field of the graph is selected by one of
// them, every query and mutation is called, and every argument is used.
func TestTheOperationsAskForEverything(t *testing.T) {
	t.Parallel()
	sdl, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(sdl)})
	asked := map[string]bool{}
	for _, o := range corpus(t) {
		if o.path == "/query" {
			noteAsked(t, schema, o, asked)
		}
	}
	for _, d := range schema.Types {
		if d.BuiltIn || d.Kind != ast.Object && d.Kind != ast.InputObject || strings.HasPrefix(d.Name, "__") || slices.Contains(told, d.Name) {
			continue
		}
		for _, f := range d.Fields {
			if at := d.Name + "." + f.Name; d.Kind == ast.Object && !strings.HasPrefix(f.Name, "__") && !asked[at] {
				t.Errorf("nothing asks for %s: add it to %s", at, operationsDir)
			}
			for _, a := range f.Arguments {
				if at := d.Name + "." + f.Name + "(" + a.Name; !strings.HasPrefix(f.Name, "__") && !asked[at] && !slices.Contains(pageArguments, a.Name) {
					t.Errorf("nothing gives %s:): add it to %s", at, operationsDir)
				}
			}
		}
	}
	if filter := schema.Types["ContractFilter"]; filter != nil {
		for _, f := range append(filter.Fields, schema.Types["PartnerFilter"].Fields...) {
			if !asked["filter "+f.Name] {
				t.Errorf("nothing filters by %s", f.Name)
			}
		}
	}
}

// pageArguments are the same for every list: it is enough that one uses them.
var pageArguments = []string{"first", "after", "last", "before", "orderBy"}

// noteAsked notes the fields, arguments and filters of an operation; what is not
// valid says nothing of what it asks for.
func noteAsked(t *testing.T, schema *ast.Schema, o operation, asked map[string]bool) {
	t.Helper()
	var sent struct{ Query string }
	if err := json.Unmarshal([]byte(o.body), &sent); err != nil {
		t.Fatal(err)
	}
	document, errs := gqlparser.LoadQueryWithRules(schema, sent.Query, rules.NewDefaultRules())
	if errs != nil && !strings.HasPrefix(o.name, "unknown") {
		t.Errorf("%s: %v", o.name, errs)
	}
	if document == nil {
		return
	}
	for _, operation := range document.Operations {
		noteSelection(operation.SelectionSet, asked)
	}
	for _, f := range document.Fragments {
		noteSelection(f.SelectionSet, asked)
	}
}

func noteSelection(set ast.SelectionSet, asked map[string]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			noteSelection(s.SelectionSet, asked)
		case *ast.Field:
			at := s.ObjectDefinition.Name + "." + s.Name
			asked[at] = true
			for _, a := range s.Arguments {
				asked[at+"("+a.Name] = true
				if a.Name == "filter" {
					for _, c := range a.Value.Children {
						asked["filter "+c.Name] = true
					}
				}
			}
			noteSelection(s.SelectionSet, asked)
		}
	}
}

var route = regexp.MustCompile(`r\.(Get|Post|Put|Patch|Delete)\("(/[^"]+)"`)

// endsTheSession are the routes that no operation takes: whoever asks them can ask
// nothing more, and they say one sentence to everybody.
var endsTheSession = []string{"/auth/logout", "/auth/logout-all"}

// TestTheOperationsTakeEveryRoute: every route of the dialect is taken.
func TestTheOperationsTakeEveryRoute(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("../rest/nukitu/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, s := range sources {
		if strings.HasSuffix(s, "_test.go") {
			continue
		}
		body, err := os.ReadFile(s)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(body)
	}
	routes := route.FindAllStringSubmatch(text.String(), -1)
	if len(routes) < 40 {
		t.Fatalf("only %d routes were found", len(routes))
	}
	operations := corpus(t)
	for _, r := range routes {
		if slices.Contains(endsTheSession, r[2]) {
			continue
		}
		path := regexp.MustCompile(`\\\{[^/]*?\\\}`).ReplaceAllString(regexp.QuoteMeta("/api/v1"+r[2]), `[^/?]+`)
		taken := regexp.MustCompile("^" + path + `(\?.*)?$`)
		if !slices.ContainsFunc(operations, func(o operation) bool { return o.method == strings.ToUpper(r[1]) && taken.MatchString(o.path) }) {
			t.Errorf("nothing takes %s %s", r[1], r[2])
		}
	}
}
