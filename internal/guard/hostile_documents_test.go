package guard_test

import (
	"fmt"
	"strings"
)

// hostile is a request that is made to hurt.
type hostile struct {
	name string
	// query and variables make the body, or body is sent as it is.
	query, variables, body string
	// code is that of the first error; none means that the request is answered.
	code string
}

// none is the code of a request that is answered: within bounds.
const none = ""

// Codes of the parser and the validator.
const (
	badSyntax   = "GRAPHQL_PARSE_FAILED"
	badDocument = "GRAPHQL_VALIDATION_FAILED"
)

// many writes a text n times, with the number in place of a %d.
func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(format, "%") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// nested wraps a text n times.
func nested(n int, open, inner, shut string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(shut, n)
}

// chain writes n fragments, each with the name of the next one in place of %[2]d
// and its own in place of %[1]d.
func chain(n int, format, last string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+" ", i, i+1)
	}
	fmt.Fprintf(&b, last, n)
	return b.String()
}

func hostileRequests() []hostile {
	var all []hostile
	for _, list := range [][]hostile{
		deepOnes(), recursiveOnes(), doublingOnes(), floodingOnes(), largeOnes(), mistakenOnes(), curiousOnes(), variableOnes(),
	} {
		all = append(all, list...)
	}
	return all
}

func deepOnes() []hostile {
	return []hostile{
		{name: "12 fields deep", query: `{ contracts(first: 1)` + nested(3, ` { nodes { institution { contracts(first: 1)`, ` { edges { cursor } }`, ` } } }`) + ` }`, code: none},
		{name: "13 fields deep", query: `{ contracts(first: 1)` + nested(3, ` { nodes { institution { contracts(first: 1)`, ` { edges { node { id } } }`, ` } } }`) + ` }`, code: "QUERY_TOO_DEEP"},
		{name: "relations that come back, 14 deep", query: `{ contracts(first: 1)` + nested(4, ` { nodes { institution { contracts(first: 1)`, ` { totalCount }`, ` } } }`) + ` }`, code: "QUERY_TOO_DEEP"},
		{name: "the same through fragments", query: `{ contracts(first: 1) { ...F0 } } ` + chain(12, `fragment F%[1]d on ContractConnection { nodes { institution { contracts(first: 1) { ...F%[2]d } } } }`, `fragment F%d on ContractConnection { totalCount }`), code: "QUERY_TOO_DEEP"},
		{name: "as deep as tokens last", query: `{ contracts` + nested(200, `{nodes{institution{contracts`, `{totalCount}`, `}}}`) + `}`, code: "QUERY_TOO_DEEP"},
		{name: "braces without an end", query: strings.Repeat(`{a`, 990), code: badSyntax},
		{name: "braces beyond the parser's depth", query: strings.Repeat(`{`, 1990), code: badSyntax},
		{name: "inline fragments in each other", query: `{ viewer` + nested(390, `{...on User`, `{id}`, `}`) + ` }`, code: none},
		{name: "inline fragments without a type in each other", query: `{ viewer` + nested(600, `{...`, `{id}`, `}`) + ` }`, code: none},
		{name: "lists in lists as a value", query: `{ nodes(ids: ` + nested(900, `[`, ``, `]`) + `) { id } }`, code: badDocument},
		{name: "lists without an end as a value", query: `{ nodes(ids: ` + strings.Repeat(`[`, 1900), code: badSyntax},
		{name: "objects in objects as a value", query: `{ partners(filter: ` + nested(480, `{near:`, `1`, `}`) + `) { totalCount } }`, code: badDocument},
		{name: "lists in lists as a type", query: `query($v: ` + nested(900, `[`, `ID`, `]`) + `) { nodes(ids: $v) { id } }`, code: badDocument},
	}
}

// recursiveOnes lead through lists that contain each other.
func recursiveOnes() []hostile {
	const ids = `["SW5zdGl0dXRpb246MQ"]`
	return []hostile{
		{name: "a hundred times a hundred contracts", query: `{ contracts(first: 100) { nodes { institution { contracts(first: 100) { nodes { id } } } } } }`, code: "QUERY_TOO_COSTLY"},
		{name: "a hundred to the third", query: `{ contracts(first: 100) { nodes { institution { contracts(first: 100) { nodes { institution { contracts(first: 100) { nodes { id } } } } } } } } }`, code: "QUERY_TOO_COSTLY"},
		{name: "edges and nodes alike", query: `{ contracts(first: 50) { edges { node { institution { contracts(first: 50) { edges { node { id } } nodes { id } } } } } nodes { institution { contracts(first: 50) { nodes { id } } } } } }`, code: "QUERY_TOO_COSTLY"},
		{name: "pages by a variable", query: `query($n: Int) { contracts(first: $n) { nodes { institution { contracts(first: $n) { nodes { id } } } } } }`, variables: `{"n": 100}`, code: "QUERY_TOO_COSTLY"},
		{name: "pages by a default", query: `query($n: Int = 100) { contracts(first: $n) { nodes { institution { contracts(first: $n) { nodes { id } } } } } }`, code: "QUERY_TOO_COSTLY"},
		{name: "the same pages, small", query: `query($n: Int = 100) { contracts(first: $n) { nodes { institution { contracts(first: $n) { nodes { id } } } } } }`, variables: `{"n": 5}`, code: none},
		{name: "pages without a size", query: `{ contracts { nodes { institution { contracts { nodes { institution { contracts { nodes { id } } } } } } } } }`, code: none},
		{name: "nodes of institutions with contracts", query: `{ nodes(ids: [` + many(100, `"SW5zdGl0dXRpb246MQ"`) + `]) { ...on Institution { contracts(first: 100) { nodes { id } } } } }`, code: "QUERY_TOO_COSTLY"},
		{name: "nodes by a variable", query: `query($ids: [ID!]!) { nodes(ids: $ids) { ...on Institution { contracts(first: 100) { nodes { id } } } } }`, variables: `{"ids": [` + strings.TrimSuffix(strings.Repeat(`"SW5zdGl0dXRpb246MQ",`, 100), ",") + `]}`, code: "QUERY_TOO_COSTLY"},
		{name: "one node, and lists below it", query: `{ node(id: ` + ids[1:len(ids)-1] + `) { ...on Institution { contracts(first: 100) { nodes { institution { contracts(first: 100) { nodes { id } } } } } } } }`, code: "QUERY_TOO_COSTLY"},
		{name: "the cost in a fragment", query: `{ contracts(first: 100) { ...P } } fragment P on ContractConnection { nodes { institution { contracts(first: 100) { ...Q } } } } fragment Q on ContractConnection { nodes { id } }`, code: "QUERY_TOO_COSTLY"},
		{name: "a page of the largest size", query: `{ contracts(first: 100) { nodes { schedules { id } pricingItems { id amount { value } } } } }`, code: none},
		{name: "a page beyond the largest size", query: `{ contracts(first: 2147483647) { nodes { id } } }`, code: "INVALID"},
		{name: "a page from the end beyond all sizes", query: `{ contracts(last: 99999999999999999999) { nodes { id } } }`, code: badDocument},
	}
}

// doublingOnes grow when fragments are spread.
func doublingOnes() []hostile {
	return []hostile{
		{name: "a fragment in itself", query: `{ viewer { ...A } } fragment A on User { ...A }`, code: badDocument},
		{name: "two fragments in each other", query: `{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }`, code: badDocument},
		{name: "a fragment in itself, below a field", query: `{ contract(id: "x") { ...A } } fragment A on Contract { institution { contracts { nodes { ...A } } } }`, code: badDocument},
		{name: "a ring of 100 fragments", query: `{ viewer { ...F0 } } ` + chain(99, `fragment F%[1]d on User { ...F%[2]d }`, `fragment F%d on User { ...F0 }`), code: badDocument},
		{name: "24 fragments that all spread all", query: `{ viewer { ...F0 } } ` + func() string {
			var b strings.Builder
			for i := range 24 {
				fmt.Fprintf(&b, "fragment F%d on User { %s } ", i, many(24, "...F%d"))
			}
			return b.String()
		}(), code: badDocument},
		{name: "26 fragments that double each other", query: `{ contract(id: "x") { ...F0 } } ` + chain(26, `fragment F%[1]d on Contract { ...F%[2]d ...F%[2]d }`, `fragment F%d on Contract { id }`), code: "TOO_MANY_FIELDS"},
		{name: "26 fragments that double below aliases", query: `{ contract(id: "x") { ...F0 } } ` + chain(26, `fragment F%[1]d on Contract { a: institution { contracts { nodes { ...F%[2]d } } } b: institution { contracts { nodes { ...F%[2]d } } } }`, `fragment F%d on Contract { id }`), code: "QUERY_TOO_DEEP"},
		{name: "99 fragments that double each other", query: `{ contract(id: "x") { ...F0 } } ` + chain(99, `fragment F%[1]d on Contract { ...F%[2]d ...F%[2]d }`, `fragment F%d on Contract { id }`), code: "TOO_MANY_FIELDS"},
		{name: "12 fragments that double at the root", query: `{ ...F0 } ` + chain(12, `fragment F%[1]d on Query { ...F%[2]d ...F%[2]d }`, `fragment F%d on Query { viewer { id } }`), code: "TOO_MANY_ROOT_FIELDS"},
		{name: "inline fragments that double", query: `{ viewer ` + doubled(6, `{ ...on User %s ...on User %s }`, `{ id }`) + ` }`, code: none},
		{name: "doubling in lists, not deep", query: `{ contracts(first: 30) { nodes { ...A } } } fragment A on Contract { x: institution { contracts(first: 20) { nodes { ...B } } } y: institution { contracts(first: 20) { nodes { ...B } } } } fragment B on Contract { x: schedules { id } y: pricingItems { id } }`, code: "QUERY_TOO_COSTLY"},
		{name: "one fragment, spread 600 times", query: `{ viewer { ` + many(600, `...F`) + `} } fragment F on User { id email }`, code: none},
		{name: "101 fragments", query: `{ viewer { ` + many(101, `...F%d`) + `} } ` + many(101, `fragment F%d on User { id }`), code: "TOO_MANY_FRAGMENTS"},
		{name: "100 fragments", query: `{ viewer { ` + many(100, `...F%d`) + `} } ` + many(100, `fragment F%d on User { id email }`), code: none},
		{name: "90 fragments that nobody spreads", query: `{ viewer { id } } ` + many(90, `fragment F%d on User { id }`), code: badDocument},
		{name: "90 fragments of one name", query: `{ viewer { ...F } } ` + many(90, `fragment F on User { id }`), code: badDocument},
		{name: "600 spreads of what is missing", query: `{ viewer { ` + many(600, `...F%d`) + `} }`, code: badDocument},
	}
}

// doubled puts a text into each place of a form, n times over.
func doubled(n int, form, inner string) string {
	for range n {
		inner = strings.ReplaceAll(form, "%s", inner)
		if len(inner) > 6000 {
			break
		}
	}
	return inner
}

// floodingOnes name things too often.
func floodingOnes() []hostile {
	const assign = `contractAssignReplacement(input: {contract: "x", partner: "y"}) { userErrors { code } }`
	return []hostile{
		{name: "31 aliases", query: `{ viewer { ` + many(8, `i%d: id`) + many(8, `e%d: email`) + many(8, `f%d: fullName`) + many(7, `r%d: role`) + `} }`, code: "TOO_MANY_ALIASES"},
		{name: "16 aliases of one field", query: `{ viewer { ` + many(16, `a%d: id`) + `} }`, code: "FIELD_ALIASED_TOO_OFTEN"},
		{name: "15 aliases of one field", query: `{ viewer { ` + many(15, `a%d: id`) + `} }`, code: none},
		{name: "600 aliases", query: `{ viewer { ` + many(600, `a%d: id`) + `} }`, code: "TOO_MANY_ALIASES"},
		{name: "aliases in fragments", query: `{ viewer { ...F ...G } } fragment F on User { ` + many(10, `a%d: id`) + `} fragment G on User { ` + many(10, `b%d: id`) + `}`, code: "FIELD_ALIASED_TOO_OFTEN"},
		{name: "aliases that collide", query: `{ viewer { ` + many(300, `a: id a: email`) + `} }`, code: "TOO_MANY_ALIASES"},
		{name: "16 aliases of a mutation", query: `mutation { ` + many(16, `a%d: `+assign) + `}`, code: "FIELD_ALIASED_TOO_OFTEN"},
		{name: "21 root fields", query: `{ ` + many(21, `viewer { id }`) + `}`, code: "TOO_MANY_ROOT_FIELDS"},
		{name: "20 root fields", query: `{ ` + many(20, `viewer { id }`) + `}`, code: none},
		{name: "21 mutations of one name", query: `mutation { ` + many(21, assign) + `}`, code: "TOO_MANY_ROOT_FIELDS"},
		{name: "190 root fields that have to be compared", query: `{ ` + many(190, `contract(id: 1) { id }`) + `}`, code: "TOO_MANY_ROOT_FIELDS"},
		{name: "one field 1,990 times", query: `{ viewer { ` + many(1990, `id`) + `} }`, code: "FIELD_REPEATED_TOO_OFTEN"},
		{name: "one field in 300 inline fragments", query: `{ viewer { ` + many(300, `...on User { id }`) + `} }`, code: "FIELD_REPEATED_TOO_OFTEN"},
		{name: "eight fields 240 times", query: `{ viewer { ` + many(240, `id databaseId email fullName role phoneNumber status createdAt`) + `} }`, code: none},
		{name: "relations beside each other on three levels", query: `{ contract(id: "x") { ` + many(6, `institution { contracts { nodes { `+many(6, `institution { contracts { nodes { `+many(6, `id`)+`} } }`)+`} } }`) + `} }`, code: "QUERY_TOO_COSTLY"},
		{name: "51 directives", query: `{ viewer { id ` + many(51, `@include(if: true)`) + `} }`, code: "TOO_MANY_DIRECTIVES"},
		{name: "280 directives", query: `{ viewer { id ` + many(280, `@skip(if: false)`) + `} }`, code: "TOO_MANY_DIRECTIVES"},
		{name: "900 unknown directives", query: `{ viewer { id ` + many(900, `@a%d`) + `} }`, code: "TOO_MANY_DIRECTIVES"},
		{name: "directives on variables", query: `query(` + many(51, `$v%d: Int @a`) + `) { viewer { id } }`, code: "TOO_MANY_DIRECTIVES"},
		{name: "50 conditions on 50 variables", query: `query(` + many(50, `$v%d: Boolean = true`) + `) { viewer { ` + many(50, `... @include(if: $v%d) { id }`) + `} }`, code: none},
		{name: "300 operations", query: many(300, `query Q%d { viewer { id } }`), code: "TOO_MANY_TOKENS"},
		{name: "200 operations", query: many(200, `query Q%d { viewer { id } }`), code: badDocument},
		{name: "240 operations without a name", query: many(240, `{ viewer { id } }`), code: badDocument},
		{name: "330 type names", query: `{ viewer { ` + many(330, `__typename`) + `} }`, code: "FIELD_REPEATED_TOO_OFTEN"},
	}
}
