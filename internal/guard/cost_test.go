package guard_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/graph"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/guard"
)

// newGuard is a guard for the program's schema.
func newGuard(t testing.TB, limits guard.Limits) *guard.Guard {
	t.Helper()
	g := guard.New(limits)
	if err := g.Validate(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{}})); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestCostCountsObjects(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Limits{Cost: -1})
	const nodes = `{ nodes { id partner { id } } }`
	for _, c := range []struct {
		name, query string
		variables   map[string]any
		cost        int
	}{
		{"a scalar costs nothing", `{ __typename }`, nil, 0},
		{"an object is 1", `{ viewer { id email } }`, nil, 1},
		{"objects in objects", `{ viewer { partner { picture { url } } } }`, nil, 3},
		{"a list by its declared size", `{ contract(id: "x") { schedules { id } } }`, nil, 1 + 5},
		{"lists in lists", `{ partner(id: "x") { competencies { subServices { subService { id } } } } }`, nil, 1 + 3*(1+4*(1+1))},
		{"a page by first", `{ contracts(first: 7) ` + nodes + ` }`, nil, 1 + 7*2},
		{"a page by last", `{ contracts(last: 7) ` + nodes + ` }`, nil, 1 + 7*2},
		{"a page of the usual size", `{ contracts ` + nodes + ` }`, nil, 1 + 20*2},
		{"a page of no size", `{ contracts(first: null, last: null) ` + nodes + ` }`, nil, 1 + 20*2},
		{"a page without its items", `{ contracts(first: 100) { totalCount pageInfo { hasNextPage } } }`, nil, 2},
		{"edges and nodes", `{ contracts(first: 10) { edges { node { id } } nodes { id } } }`, nil, 1 + 10*(1+1) + 10},
		{"a page below a page", `{ contracts(first: 10) { nodes { institution { contracts(first: 10) { nodes { id } } } } } }`, nil, 1 + 10*(1+1+1+10)},
		{"a page with a default in the schema", `{ institution(id: "x") { contracts { nodes { id } } } }`, nil, 1 + 1 + 20},
		{"more than a page counts as a page", `{ contracts(first: 1000000) ` + nodes + ` }`, nil, 1 + 100*2},
		{"less than nothing is nothing", `{ contracts(first: -3) ` + nodes + ` }`, nil, 1},
		{"a page by a variable", `query($n: Int) { contracts(first: $n) ` + nodes + ` }`, map[string]any{"n": 9}, 1 + 9*2},
		{"a variable that is missing", `query($n: Int) { contracts(first: $n) ` + nodes + ` }`, nil, 1 + 20*2},
		{"a variable that is null", `query($n: Int) { contracts(first: $n, last: 3) ` + nodes + ` }`, map[string]any{"n": nil}, 1 + 3*2},
		{"one variable in many places", `query($n: Int) { contracts(first: $n) { nodes { institution { contracts(first: $n) { nodes { id } } } } } }`, map[string]any{"n": 10}, 1 + 10*(1+1+1+10)},
		{"a list by the ids", `{ nodes(ids: ["a", "b", "c"]) { id } }`, nil, 3},
		{"a list by one id", `{ nodes(ids: "a") { id } }`, nil, 1},
		{"a list by ids in a variable", `query($i: [ID!]!) { nodes(ids: $i) { ...on Contract { schedules { id } } } }`, map[string]any{"i": []any{"a", "b"}}, 2 * (1 + 5)},
		{"one id in a variable", `query($i: [ID!]!) { nodes(ids: $i) { id } }`, map[string]any{"i": "a"}, 1},
		{"a fragment wherever it is spread", `{ a: viewer { ...F } b: viewer { ...F } } fragment F on User { partner { id } }`, nil, 4},
		{"a fragment on a page takes the size of each", `{ a: contracts(first: 2) { ...F } b: contracts(first: 3) { ...F } } fragment F on ContractConnection { nodes { id } }`, nil, 1 + 2 + 1 + 3},
		{"the same by variables", `query($a: Int, $b: Int) { a: contracts(first: $a) { ...F } b: contracts(first: $b) { ...F } } fragment F on ContractConnection { nodes { ...G } } fragment G on Contract { schedules { id } }`, map[string]any{"a": 2, "b": 3}, 2 + 5*6},
		{"the schema costs nothing here", `{ __schema { types { fields { name } } } }`, nil, 0},
		{"a mutation", `mutation { contractAssignReplacement(input: {contract: "x", partner: "y"}) { contract { id } userErrors { refusals { rule } } } }`, nil, 1 + 1 + 2*(1+2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := g.Cost(c.query, "", c.variables)
			if err != nil || got != c.cost {
				t.Errorf("it costs %d (%v), want %d", got, err, c.cost)
			}
		})
	}
}

func TestCostIsReckonedInTimeLinearInTheText(t *testing.T) {
	t.Parallel()
	g := newGuard(t, guard.Limits{Cost: -1, Depth: -1, Fields: -1, Fragments: -1, Aliases: -1, FieldAliases: -1})
	query := `query($n: Int) { contracts(first: $n) { nodes { ...F0 } } } ` +
		chain(100, `fragment F%[1]d on Contract { a: institution { contracts(first: $n) { nodes { ...F%[2]d } } } b: institution { contracts(first: $n) { nodes { ...F%[2]d } } } }`, `fragment F%d on Contract { id }`)
	got, err := g.Cost(query, "", map[string]any{"n": 100})
	if err != nil || got < 1<<39 {
		t.Errorf("two hundred to the hundredth is %d (%v)", got, err)
	}
}

// schemaOnly is a schema that nobody executes.
type schemaOnly struct {
	graphql.ExecutableSchema
	schema *ast.Schema
}

func (s schemaOnly) Schema() *ast.Schema { return s.schema }

func TestASchemaHasToSayTheSizesOfItsLists(t *testing.T) {
	t.Parallel()
	const head = `directive @listSize(assumed: Int, arguments: [String!]) on FIELD_DEFINITION
		type Item { name: String tags: [String!]! } `
	for _, c := range []struct{ name, schema, complaint string }{
		{"a list without a size", `type Query { items: [Item!]! }`, "Query.items"},
		{"a list with a size", `type Query { items: [Item!]! @listSize(assumed: 3) }`, ""},
		{"a page", `type Page { items: [Item!]! } type Query { page(first: Int): Page! @listSize(arguments: ["first"]) }`, ""},
		{"a page that somebody gives without a size", `type Page { items: [Item!]! } type Query { page(first: Int): Page! @listSize(arguments: ["first"]) all: Page! }`, "Page.items"},
		{"an argument that there is not", `type Query { items: [Item!]! @listSize(arguments: ["first"]) }`, "no argument first"},
		{"a list in an interface", `interface Box { items: [Item!]! } type Query { box: Box }`, "Box.items"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			schema, err := gqlparser.LoadSchema(&ast.Source{Input: head + c.schema})
			if err != nil {
				t.Fatal(err)
			}
			got := errors.Join(guard.New(guard.Limits{}).Validate(schemaOnly{schema: schema}))
			if (got == nil) != (c.complaint == "") || got != nil && !strings.Contains(got.Error(), c.complaint) {
				t.Errorf("got %v, want %q", got, c.complaint)
			}
		})
	}
}
