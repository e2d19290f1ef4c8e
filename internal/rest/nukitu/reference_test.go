package nukitu

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// ReferenceRoute is a route that the reference of the API lists, with what the source
// and the document have of it.
type ReferenceRoute struct {
	Number string
	// Evidence says what of the route is documented: see evidences.
	Evidence string
	Route    string // method and path below /api/v1
	Title    string
	// From says what a path that is not documented was inferred from.
	From string

	// Built says that the dialect answers it. What follows is empty when it does not.
	Built      bool
	Public     bool
	Roles      []string // none: every role
	Parameters []string // of its query
	Attributes []string // of its body, the top ones
	Resource   string   // the key under which they may stand
	Files      bool
}

// evidences say what of a route is documented, for each mark of the reference.
var evidences = map[string]string{
	"seed":      "documented: method, path and answer",
	"page":      "documented: method, path, parameters and a part of the answer",
	"seed-path": "documented: method and path",
	"page-path": "documented: method and path",
	"sidebar+M": "documented: title and method",
	"sidebar":   "documented: title",
}

// ReferenceRoutes are all routes that the reference lists, in its order.
func ReferenceRoutes(t testing.TB) []ReferenceRoute {
	t.Helper()
	raw, err := os.ReadFile("testdata/reference.tsv")
	if err != nil {
		t.Fatal(err)
	}
	source, described := sourceRoutes(t), map[string]operation{}
	for _, o := range operations() {
		described[o.route] = o
	}
	var list []ReferenceRoute
	for line := range strings.Lines(string(raw)) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(parts) != 5 || evidences[parts[1]] == "" {
			t.Fatalf("testdata/reference.tsv: %q", line)
		}
		r := ReferenceRoute{Number: parts[0], Evidence: parts[1], Route: parts[2], Title: parts[3], From: parts[4]}
		if from := source[r.Route]; from != nil {
			o := described[r.Route]
			r.Built, r.Public, r.Roles, r.Resource, r.Files = true, from.public, from.roles, from.resource, from.forms
			for _, a := range o.query {
				r.Parameters = append(r.Parameters, a.name)
			}
			for _, a := range o.body {
				r.Attributes = append(r.Attributes, a.name)
			}
		}
		list = append(list, r)
	}
	return list
}

// TestTheReferenceListsItsRoutesInOrder: as many of each evidence as it says itself.
func TestTheReferenceListsItsRoutesInOrder(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for i, r := range ReferenceRoutes(t) {
		count[r.Evidence]++
		if r.Number != fmt.Sprint(583+i) {
			t.Errorf("%s stands at %d", r.Number, 583+i)
		}
		if inferred := strings.HasPrefix(r.Evidence, "sidebar"); inferred != (r.From != "-") {
			t.Errorf("%s: %s, inferred from %q", r.Route, r.Evidence, r.From)
		}
	}
	for evidence, want := range map[string]int{"seed": 2, "page": 1, "seed-path": 1, "page-path": 1, "sidebar+M": 41, "sidebar": 72} {
		if count[evidence] != want {
			t.Errorf("%d routes of %s, want %d", count[evidence], evidence, want)
		}
	}
}

// TestEveryRouteOfTheReferenceIsThere: none is missing.
func TestEveryRouteOfTheReferenceIsThere(t *testing.T) {
	t.Parallel()
	for _, r := range ReferenceRoutes(t) {
		if !r.Built {
			t.Errorf("%s %s is missing", r.Number, r.Route)
		}
	}
}
