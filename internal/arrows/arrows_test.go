package arrows

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// rule says what the packages of one directory, and those below it, may know.
type rule struct {
	dir string
	// may lists packages of this module; "..." takes in those below.
	may []string
	// outside tells whether other modules may be imported.
	outside bool
	// never lists packages of the standard library that stay out.
	never []string
}

// The bottom: words that everybody may use.
const (
	faults    = "internal/fault"
	actors    = "internal/actor"
	lifecycle = "internal/lifecycle"
	clocks    = "internal/clock"
	views     = "internal/view"
	market    = "internal/market"
	authn     = "internal/authn"
	entity    = "ent/..."
	storage   = "internal/store"
	stored    = "internal/files"
	records   = "internal/changelog"
	engine    = "internal/gql/..."
	codes     = "internal/qr"
	opaques   = "internal/opaque"
	repeats   = "internal/once"
	certify   = "internal/certificate"
	hooks     = "internal/webhook"
	updates   = "internal/live"
)

// rules is the whole picture: a package without a row here fails the test. The
// row with the longest directory counts.
var rules = []rule{
	{dir: ".", may: []string{"internal/program"}},
	{dir: "internal/arrows"},
	{dir: "internal/secrecy"},
	{dir: "internal/parity"},

	// Standard library only: they are read by people who know nothing else.
	{dir: "internal/fault"},
	{dir: "internal/actor"},
	{dir: "internal/lifecycle"},
	{dir: "internal/clock"},
	{dir: "internal/once", may: []string{faults, actors}},
	{dir: "internal/view", may: []string{faults, actors, lifecycle}},

	{dir: "internal/live"},

	{dir: "internal/files", outside: true},
	{dir: "internal/live/relay", may: []string{updates}, outside: true},
	{dir: "internal/opaque", outside: true},
	{dir: "internal/certificate", outside: true},

	{dir: "migrations", outside: true},
	{dir: "web"},
	{dir: "ent/schema", may: []string{actors, lifecycle}, outside: true},
	{dir: "ent", may: []string{entity, actors, lifecycle}, outside: true},

	{dir: "internal/store", may: []string{entity, faults, lifecycle, repeats, "migrations"}, outside: true},
	// Drafting a migration needs a database to compare with.
	{
		dir: "internal/store/cmd", may: []string{entity, storage, "migrations", "internal/testkit"}, outside: true,
	},
	// How a history keeps what changed: for those who write one.
	{dir: "internal/changelog", may: []string{entity, lifecycle}},
	// Rules know tables, never wires.
	{
		dir: "internal/market", may: []string{entity, records, storage, stored, faults, actors, lifecycle, clocks, views, opaques, certify, "internal/notice", updates, hooks}, outside: true,
		never: []string{"net/http"},
	},
	{dir: "internal/authn", may: []string{entity, storage, faults, actors, lifecycle, opaques}, outside: true},
	{dir: "internal/world", may: []string{entity, records, storage, actors, lifecycle, views, authn, opaques}, outside: true},
	{dir: "internal/imports", may: []string{entity, records, storage, faults, lifecycle, opaques}, outside: true},
	{dir: "internal/mail", may: []string{lifecycle}, outside: true},
	{dir: "internal/push", outside: true},
	{dir: "internal/webhook", outside: true},
	{dir: "internal/notice", may: []string{actors, lifecycle}, outside: true},
	{dir: "internal/worker", may: []string{entity, storage, market, authn, "internal/mail", "internal/push", hooks, faults, actors, lifecycle, updates}, outside: true},

	// Drawing knows texts, not what they mean.
	{dir: "internal/qr", outside: true},

	// The engine is a library: nothing of this program.
	{dir: "internal/gql", may: []string{engine}, outside: true},

	// What surrounds the engine knows operations, not records.
	{dir: "internal/guard", may: []string{engine, faults}, outside: true},
	{dir: "internal/trace", may: []string{engine, faults}, outside: true},
	{dir: "internal/trace/export", may: []string{"internal/trace"}, outside: true},
	{dir: "internal/persisted", may: []string{engine, faults}, outside: true},

	// Transports see views. They cannot reach a row that visibility has not
	// passed, and they cannot lean on each other.
	{
		dir: "graph", outside: true,
		may: []string{
			"graph/...", engine, "internal/guard", "internal/trace", "internal/persisted", codes, market, views, authn, faults, actors, lifecycle, repeats,
		},
	},
	// What describes a dialect knows no dialect.
	{dir: "internal/rest/openapi", outside: true},
	{dir: "internal/rest", may: []string{codes, opaques, market, views, authn, faults, actors, lifecycle, repeats}, outside: true},
	{dir: "internal/page", may: []string{market, views, faults, lifecycle}, outside: true},

	// Where the parts are put together.
	{
		dir: "internal/api", outside: true,
		may: []string{"graph", "internal/rest/...", "internal/page", "internal/mail", market, authn, stored, faults, actors, "web"},
	},
	{
		dir: "internal/program", outside: true,
		may: []string{
			"internal/api", "internal/guard", "internal/trace/...", "internal/persisted",
			market, storage, authn, stored, "internal/mail", "internal/push", hooks, "internal/world", "internal/worker", "internal/imports", faults, actors, lifecycle, clocks, updates + "/...",
		},
	},
	{
		dir: "internal/testkit", outside: true,
		may: []string{
			market, storage, authn, stored, records, "internal/world", "internal/worker",
			entity, faults, actors, lifecycle, clocks, views, opaques, updates,
		},
	},
	{dir: "internal/testkit/doors", outside: true, may: []string{"internal/testkit", "internal/api"}},
}

// knowsEnt lists who may import ent and what is generated with it.
var knowsEnt = []string{
	"ent", "internal/store", "internal/changelog", "internal/market", "internal/authn", "internal/world", "internal/worker", "internal/imports",
	"internal/testkit",
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	for _, s := range everySource(t) {
		if s.test || s.path == "tools.go" {
			continue // tests may look at anything; tools.go pins versions
		}
		for _, complaint := range broken(s.pkg, s.imports) {
			t.Errorf("%s: %s", s.path, complaint)
		}
	}
}

func TestOnlyTheDomainAndTheStoreKnowRows(t *testing.T) {
	t.Parallel()
	for _, r := range rules {
		opens := slices.ContainsFunc(r.may, func(p string) bool { return within(strings.TrimSuffix(p, "/..."), "ent") })
		if opens && !withinAny(r.dir, knowsEnt...) {
			t.Errorf("the rule of %s opens ent to it", r.dir)
		}
	}
}

func TestTheTableOfArrows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pkg, imports, complaint string
	}{
		{"a resolver may call a use-case", "graph", "kontrak/internal/market", ""},
		{"a resolver may not reach a row", "graph", "kontrak/ent", "may not know"},
		{"a resolver may not reach a generated predicate", "graph", "kontrak/ent/contract", "may not know"},
		{"a resolver may not open the database", "graph", "kontrak/internal/store", "may not know"},
		{"generated models obey the rule of resolvers", "graph/model", "kontrak/ent", "may not know"},
		{"a dialect may not lean on another", "internal/rest/kit", "kontrak/internal/rest/faveo", "may not know"},
		{"a dialect may not know the graph", "internal/rest/kit", "kontrak/graph/model", "may not know"},
		{"a dialect may use its router", "internal/rest/kit", "github.com/go-chi/chi/v5", ""},
		{"a use-case may read rows", "internal/market", "kontrak/ent/contract", ""},
		{"a use-case knows no wire", "internal/market", "net/http", "stays out"},
		{"a use-case knows no test server either", "internal/market", "net/http/httptest", "stays out"},
		{"a use-case may build addresses", "internal/market", "net/url", ""},
		{"a use-case knows no graph", "internal/market", "kontrak/internal/gql/graphql", "may not know"},
		{"a fault needs no library", "internal/fault", "golang.org/x/text/unicode/norm", "standard library"},
		{"a view knows no rows", "internal/view", "kontrak/ent", "may not know"},
		{"the engine knows no domain", "internal/gql/graphql/exec", "kontrak/internal/market", "may not know"},
		{"the schema knows its enums", "ent/schema", "kontrak/internal/lifecycle", ""},
		{"the schema knows no rules", "ent/schema", "kontrak/internal/market", "may not know"},
		{"nobody ships the test kit", "internal/program", "kontrak/internal/testkit", "may not know"},
		{"an unlisted package is asked for a row", "internal/helpers", "fmt", "has no row"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(broken(c.pkg, []string{c.imports}), "; ")
			if (c.complaint == "") != (got == "") || !strings.Contains(got, c.complaint) {
				t.Errorf("%s importing %s: got %q, want %q", c.pkg, c.imports, got, c.complaint)
			}
		})
	}
}

// broken gives what is wrong with the imports of a package.
func broken(pkg string, imports []string) []string {
	r, ok := ruleOf(pkg)
	if !ok {
		return []string{fmt.Sprintf("%s has no row in the table of arrows: say what it may know", pkg)}
	}
	var complaints []string
	for _, name := range imports {
		if c := r.complaint(pkg, name); c != "" {
			complaints = append(complaints, c)
		}
	}
	return complaints
}

func ruleOf(pkg string) (rule, bool) {
	best, found := rule{}, false
	for _, r := range rules {
		if (pkg == r.dir || r.dir != "." && within(pkg, r.dir)) && (!found || len(r.dir) > len(best.dir)) {
			best, found = r, true
		}
	}
	return best, found
}

func (r rule) complaint(pkg, name string) string {
	if own, ok := strings.CutPrefix(name, module+"/"); ok {
		if r.allows(own) || own == pkg {
			return ""
		}
		return fmt.Sprintf("%s may not know %s", pkg, own)
	}
	first, _, _ := strings.Cut(name, "/")
	if strings.Contains(first, ".") {
		if r.outside {
			return ""
		}
		return fmt.Sprintf("%s may import the standard library only, not %s", pkg, name)
	}
	if withinAny(name, r.never...) {
		return fmt.Sprintf("%s stays out of %s", name, pkg)
	}
	return ""
}

func (r rule) allows(own string) bool {
	for _, may := range r.may {
		if dir, below := strings.CutSuffix(may, "/..."); own == may || below && within(own, dir) {
			return true
		}
	}
	return false
}

// TestOnlyWhoKnowsRowsAsksForThem closes the way around the imports: a row can
// be held without naming its type.
func TestOnlyWhoKnowsRowsAsksForThem(t *testing.T) {
	t.Parallel()
	elsewhere := func(s *source) bool {
		return !s.test && !withinAny(s.pkg, knowsEnt...) && slices.Contains(s.imports, module+"/internal/store")
	}
	for _, s := range written(t, elsewhere) {
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			use, ok := n.(*ast.SelectorExpr)
			if ok && slices.Contains([]string{"Client", "WithTx", "ReadTx"}, use.Sel.Name) {
				t.Errorf("%s: %s gives rows: ask a use-case", s.at(use), use.Sel.Name)
			}
			return true
		})
	}
}
