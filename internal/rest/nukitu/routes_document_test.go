package nukitu

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const routesPage = "../../../docs/routes.md"

// TestTheDocumentOfRoutesIsWhatTheSourceSays writes docs/routes.md anew with -update.
func TestTheDocumentOfRoutesIsWhatTheSourceSays(t *testing.T) {
	t.Parallel()
	page := writeRoutes(t)
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(routesPage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	raw, err := os.ReadFile(routesPage)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(string(raw), page); d != "" {
		t.Errorf("docs/routes.md is old: run the test with -update\n%.3000s", d)
	}
}

// TestEveryRouteComesToAUseCaseThatTheGraphHas: the reading of the source finds them.
func TestEveryRouteComesToAUseCaseThatTheGraphHas(t *testing.T) {
	t.Parallel()
	useCases, _ := useCasesOfRoutes(t)
	same := newSame(t)
	for _, r := range ReferenceRoutes(t) {
		if !r.Built {
			continue
		}
		if len(useCases[r.Route]) == 0 {
			t.Errorf("%s: no use-case is found", r.Route)
		}
		if same.operation(r.Route, useCases[r.Route]) == "" {
			t.Errorf("%s: nothing of the graph comes to %v", r.Route, useCases[r.Route])
		}
	}
	for route, want := range map[string]string{
		"GET /contracts": "Query.contracts", "PATCH /partner/contracts/{id}/accept": "Mutation.contractAccept",
		"GET /contracts/{id}": "Query.contract", "POST /auth/login": "Mutation.sessionOpen",
		"GET /contracts/{id}/qr-token-start": "Mutation.contractShowStartCode", "GET /contracts/{id}/pricing-preview": "Contract.pricingPreview",
		"GET /partner/contracts/grouped": "Query.contracts", "GET /partner/contracts/{id}/extension-cost-estimate": "Contract.extensionEstimate",
		"GET /notifications/{id}": "User.notifications",
	} {
		if got := same.operation(route, useCases[route]); got != want {
			t.Errorf("%s: %s of the graph, want %s", route, got, want)
		}
	}
}

const aboutRoutes = `# The routes of Nukitu

The 118 routes that the reference of the API lists, below ` + "`/api/v1`" + `. Three of them are documented with their answers and two more
with their paths. Of the others only titles are known, and for two sections methods: what their paths were inferred from stands beside
them. [nukitu-readings](decisions/nukitu-readings.md) has what was settled about their bodies, and ` + "`GET /openapi/nukitu.json`" + ` describes
every one that is built.

A route calls use-cases, which the graph calls as well: so its rules are the same there. Both columns are read from the source. A field of
the graph is named after its type; where a route shows one record beside a contract, it is selected below it. This page is written by a
test of ` + "`internal/rest/nukitu`" + `.

| # | title | route | evidence | use-cases | in the graph |
| --- | --- | --- | --- | --- | --- |
`

// writeRoutes writes the page.
func writeRoutes(t testing.TB) string {
	var b strings.Builder
	b.WriteString(aboutRoutes)
	useCases, nouns := useCasesOfRoutes(t)
	same := newSame(t)
	missing := 0
	for _, r := range ReferenceRoutes(t) {
		evidence := evidences[r.Evidence]
		if r.From != "-" {
			evidence += "; inferred: " + r.From
		}
		calls, graph := "not built yet", ""
		if r.Built {
			calls, graph = strings.Join(coded(useCases[r.Route]), ", "), same.operation(r.Route, useCases[r.Route])
			if nouns[r.Route] != "" {
				graph += "." + nouns[r.Route]
			}
			graph = strings.Join(coded([]string{graph}), "")
		} else {
			missing++
		}
		_, _ = fmt.Fprintf(&b, "| %s | %s | `%s` | %s | %s | %s |\n", r.Number, r.Title, r.Route, evidence, calls, graph)
	}
	if missing > 0 {
		_, _ = fmt.Fprintf(&b, "\n%d routes are not built yet.\n", missing)
	}
	return b.String()
}

func coded(list []string) []string {
	list = slices.Clone(list)
	for i, name := range list {
		if name != "" {
			list[i] = "`" + name + "`"
		}
	}
	return list
}

// same finds the field of the graph that does what a route does.
type same struct {
	fields []graphField
	within map[string][]string
}

func newSame(t testing.TB) *same { return &same{graphFields(t), within(t)} }

// otherwise are the fields of the graph by which a client gets what a route gives, where
// no use-case is shared: groups are lists by status, and one notification is one of them.
var otherwise = map[string]string{
	"GET /partner/contracts/grouped": "Query.contracts", "GET /contracts/grouped": "Query.contracts", "GET /notifications/{id}": "User.notifications",
}

// operation gives the field that calls a use-case of the route, roots before other fields;
// else one whose use-case comes to the same within their package, the one with which it
// shares what the fewest others do.
func (s *same) operation(route string, useCases []string) string {
	if other := otherwise[route]; other != "" {
		return other
	}
	exact := func(name string) []string { return []string{name} }
	inner := func(name string) []string { return append([]string{name}, s.within[name]...) }
	for i, as := range []struct{ route, field func(string) []string }{{exact, exact}, {inner, exact}, {inner, inner}} {
		if found := s.best(route, every(useCases, as.route), as.field, i > 0); found != "" {
			return found
		}
	}
	return ""
}

// best gives the field that shares the most particular name with a route.
func (s *same) best(route string, names []string, of func(string) []string, rareFirst bool) string {
	type match struct {
		field          string
		near, rare, of int
	}
	sharing := map[string]int{}
	for _, f := range s.fields {
		for _, name := range unique(every(f.useCases, of)) {
			sharing[name]++
		}
	}
	var list []match
	for _, f := range s.fields {
		m := match{field: f.of + "." + f.name, near: nearness(route, f.of), of: len(f.useCases)}
		for _, name := range every(f.useCases, of) {
			if slices.Contains(names, name) && (m.rare == 0 || sharing[name] < m.rare) {
				m.rare = sharing[name]
			}
		}
		if m.rare > 0 {
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return slices.MinFunc(list, func(a, b match) int {
		if rareFirst && a.rare != b.rare {
			return cmp.Compare(a.rare, b.rare)
		}
		return cmp.Or(cmp.Compare(a.near, b.near), cmp.Compare(a.rare, b.rare), cmp.Compare(a.of, b.of), cmp.Compare(a.field, b.field))
	}).field
}

// nearness says how near a type of the graph is to what a route does.
func nearness(route, of string) int {
	root := "Mutation"
	if strings.HasPrefix(route, "GET ") {
		root = "Query"
	}
	switch of {
	case root:
		return 0
	case "Query", "Mutation":
		return 1
	case "Subscription":
		return 3
	}
	return 2
}

// every is what each of a list becomes.
func every(list []string, of func(string) []string) []string {
	var all []string
	for _, name := range list {
		all = append(all, of(name)...)
	}
	return all
}
