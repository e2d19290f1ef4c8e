package guard_test

import (
	"strings"
)

// largeOnes are long in one way or another.
func largeOnes() []hostile {
	return []hostile{
		{name: "2,001 tokens", query: `{ viewer { ` + many(666, `id email role`) + `} }`, code: "TOO_MANY_TOKENS"},
		{name: "40,000 comments", query: strings.Repeat("#\n", 40_000) + `{ viewer { id } }`, code: "TOO_MANY_TOKENS"},
		{name: "900 kB of commas", query: strings.Repeat(",", 900_000) + `{ viewer { id } }`, code: "QUERY_TOO_LONG"},
		{name: "90 kB of commas", query: strings.Repeat(",", 90_000) + `{ viewer { id } }`, code: none},
		{name: "a name of 900 kB", query: `{ ` + strings.Repeat("a", 900_000) + ` }`, code: "QUERY_TOO_LONG"},
		{name: "a name of 90 kB", query: `{ ` + strings.Repeat("a", 90_000) + ` }`, code: badDocument},
		{name: "a text of 90 kB", query: `{ contract(id: "` + strings.Repeat("a", 90_000) + `") { id } }`, code: "INVALID"},
		{name: "a text without an end", query: `{ contract(id: "` + strings.Repeat("a", 90_000), code: badSyntax},
		{name: "90 kB of escapes", query: `{ contract(id: "` + strings.Repeat(`\u0041`, 15_000) + `") { id } }`, code: "INVALID"},
		{name: "a block text of 25,000 lines", query: `{ contract(id: """` + strings.Repeat("  a\n", 22_000) + `""") { id } }`, code: "INVALID"},
		{name: "a block text of quotes", query: `{ contract(id: """` + strings.Repeat(`\"""`, 22_000) + `""") { id } }`, code: "INVALID"},
		{name: "a number of 90,000 digits", query: `{ contracts(first: ` + strings.Repeat("9", 90_000) + `) { totalCount } }`, code: badDocument},
		{name: "a number with an endless exponent", query: `{ partners(filter: {near: {latitude: 1e` + strings.Repeat("9", 90_000) + `, longitude: 1}}) { totalCount } }`, code: badDocument},
		{name: "a list of 1,900 ids", query: `{ nodes(ids: [` + many(1900, `1`) + `]) { id } }`, code: "INVALID"},
		{name: "a list of 1,900 statuses", query: `{ contracts(filter: {status: [` + many(1900, `DRAFT`) + `]}) { totalCount } }`, code: none},
		{name: "characters that are not allowed", query: "{ viewer { \x00\x01\ufeff\u2028 } }", code: badSyntax},
		{name: "a body beyond 1 MB", body: `{"query": "` + strings.Repeat(" ", 2<<20) + `"}`, code: "BODY_TOO_LARGE"},
		{name: "a body that does not end", body: `{"query": "{ viewer { id } }", "variables": {"a": [` + strings.Repeat(`[`, 100_000), code: "VARIABLES_TOO_LARGE"},
		{name: "an operation name of 500 kB", body: `{"query": "{ viewer { id } }", "operationName": "` + strings.Repeat("x", 500_000) + `"}`, code: badDocument},
		{name: "extensions of 900 kB", body: `{"query": "{ viewer { id } }", "extensions": {"x": [` + strings.Repeat("1,", 450_000) + `1]}}`, code: "VARIABLES_TOO_LARGE"},
	}
}

// mistakenOnes make the validator look for what was meant.
func mistakenOnes() []hostile {
	return []hostile{
		{name: "1,900 fields that there are not", query: `{ viewer { ` + many(1900, `nope%d`) + `} }`, code: badDocument},
		{name: "1,900 times a field that there is not", query: `{ viewer { ` + many(1900, `nope`) + `} }`, code: "FIELD_REPEATED_TOO_OFTEN"},
		{name: "20 fields that there are not", query: `{ viewer { ` + many(20, `emal%d`) + `} }`, code: badDocument},
		{name: "fields of another type", query: `{ viewer { ` + many(240, `totalCount hasNextPage endCursor pricingItems`) + `} }`, code: badDocument},
		{name: "fields below a scalar", query: `{ viewer { id { ` + many(1900, `x%d`) + `} } }`, code: badDocument},
		{name: "320 fragments on types that there are not", query: `{ viewer { ` + many(320, `...on Usr%d { id }`) + `} }`, code: "FIELD_REPEATED_TOO_OFTEN"},
		{name: "240 fragments on types that there are not", query: `{ viewer { ` + many(240, `...on Usr%d { id }`) + `} }`, code: badDocument},
		{name: "600 arguments that there are not", query: `{ contracts(` + many(600, `fist%d: 1`) + `) { totalCount } }`, code: badDocument},
		{name: "600 times one argument", query: `{ contracts(` + many(600, `first: 1`) + `) { totalCount } }`, code: badDocument},
		{name: "600 input fields that there are not", query: `{ contracts(filter: {` + many(600, `inQue%d: true`) + `}) { totalCount } }`, code: badDocument},
		{name: "600 times one input field", query: `{ contracts(filter: {` + many(600, `inQueue: true`) + `}) { totalCount } }`, code: badDocument},
		{name: "1,900 enum values that there are not", query: `{ contracts(filter: {status: [` + many(1900, `DRAF%d`) + `]}) { totalCount } }`, code: badDocument},
		{name: "480 variables that nobody uses", query: `query(` + many(480, `$v%d: Int`) + `) { viewer { id } }`, code: badDocument},
		{name: "480 variables of one name", query: `query(` + many(480, `$v: Int`) + `) { viewer { id } }`, code: badDocument},
		{name: "480 variables of types that there are not", query: `query(` + many(480, `$v%d: Nope%[1]d`) + `) { viewer { id } }`, code: badDocument},
		{name: "480 variables that are not declared", query: `{ contracts(filter: {status: [` + many(480, `$v%d`) + `]}) { totalCount } }`, code: badDocument},
	}
}

// curiousOnes ask for the schema.
func curiousOnes() []hostile {
	const step = `{ fields { type `
	return []hostile{
		{name: "the schema as tools ask for it", query: toolsQuery, code: none},
		{name: "fields of types of fields of types", query: `{ __schema { types` + nested(3, step, `{ name }`, ` } }`) + ` } }`, code: "INTROSPECTION_TOO_DEEP"},
		{name: "the same without a type", query: `{ __schema { types` + nested(100, step, `{ name }`, ` } }`) + ` } }`, code: "INTROSPECTION_TOO_DEEP"},
		{name: "all lists of types in turn", query: `{ __schema { types { possibleTypes { interfaces { possibleTypes { name } } } } } }`, code: "INTROSPECTION_TOO_DEEP"},
		{name: "types in types", query: `{ __type(name: "Contract") ` + nested(40, `{ ofType `, `{ name }`, ` }`) + ` }`, code: "INTROSPECTION_TOO_DEEP"},
		{name: "the same through fragments", query: `{ __schema { types { ...T0 } } } ` + chain(20, `fragment T%[1]d on __Type { fields { type { ...T%[2]d } } }`, `fragment T%d on __Type { name }`), code: "INTROSPECTION_TOO_DEEP"},
		{name: "a fragment on types in itself", query: `{ __schema { types { ...T } } } fragment T on __Type { ofType { ...T } }`, code: badDocument},
		{name: "four times two lists", query: `{ __schema { ` + many(4, `a%d: types { fields { type { fields { name type { name } args { name } } } } }`) + `} }`, code: none},
		{name: "fifteen times fifteen times two lists", query: `{ __schema { ` + many(15, `a%d: types { ...T }`) + `} } fragment T on __Type { ` + many(15, `b%d: fields { type { fields { name type { name } } } }`) + `}`, code: "RESULT_TOO_LARGE"},
		{name: "fragments on types that double", query: `{ __schema { types { ...T0 } } } ` + chain(26, `fragment T%[1]d on __Type { ...T%[2]d ...T%[2]d }`, `fragment T%d on __Type { name }`), code: "TOO_MANY_FIELDS"},
		{name: "the schema 21 times", query: `{ ` + many(21, `__schema { queryType { name } }`) + `}`, code: "TOO_MANY_ROOT_FIELDS"},
		{name: "sixteen types by name", query: `{ ` + many(16, `a%d: __type(name: "Contract") { name }`) + `}`, code: "FIELD_ALIASED_TOO_OFTEN"},
	}
}

// variableOnes hide it in the variables.
func variableOnes() []hostile {
	const byIDs = `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`
	const byStatus = `query($f: ContractFilter) { contracts(filter: $f) { totalCount } }`
	ids := func(n int) string { return `{"ids": [` + strings.TrimSuffix(strings.Repeat(`"1",`, n), ",") + `]}` }
	return []hostile{
		{name: "1,001 ids", query: byIDs, variables: ids(1001), code: "VARIABLES_TOO_LARGE"},
		{name: "1,000 ids", query: byIDs, variables: ids(1000), code: "INVALID"},
		{name: "200,000 ids", query: byIDs, variables: ids(200_000), code: "VARIABLES_TOO_LARGE"},
		{name: "20,000 lists under one name", query: byStatus, variables: `{"f": {` + strings.TrimSuffix(strings.Repeat(`"institution": ["1"],`, 20_000), ",") + `}}`, code: "VARIABLES_TOO_LARGE"},
		{name: "a text of 900 kB", query: `query($t: String) { partners(filter: {text: $t}) { totalCount } }`, variables: `{"t": "` + strings.Repeat("x", 900_000) + `"}`, code: "INVALID"},
		{name: "an id of 900 kB", query: `query($t: ID!) { contract(id: $t) { id } }`, variables: `{"t": "` + strings.Repeat("x", 900_000) + `"}`, code: "INVALID"},
		{name: "a cursor of 900 kB", query: `query($t: String) { contracts(after: $t) { totalCount } }`, variables: `{"t": "` + strings.Repeat("eA", 450_000) + `"}`, code: "INVALID"},
		{name: "450,000 values that nobody declared", query: `{ viewer { id } }`, variables: `{"x": [` + strings.Repeat(`1,`, 450_000) + `1]}`, code: "VARIABLES_TOO_LARGE"},
		{name: "lists in lists, 9,000 deep", query: byIDs, variables: `{"ids": ` + nested(9_000, `[`, ``, `]`) + `}`, code: badDocument},
		{name: "lists in lists, 400,000 deep", query: byIDs, variables: `{"ids": ` + nested(400_000, `[`, ``, `]`) + `}`, code: "VARIABLES_TOO_LARGE"},
		{name: "objects in objects, 9,000 deep", query: byStatus, variables: `{"f": ` + nested(9_000, `{"status":`, `1`, `}`) + `}`, code: badDocument},
		{name: "a number of 900,000 digits", query: `query($n: Int) { contracts(first: $n) { totalCount } }`, variables: `{"n": ` + strings.Repeat("9", 900_000) + `}`, code: badDocument},
		{name: "a number with an endless exponent", query: `query($n: Int) { contracts(first: $n) { totalCount } }`, variables: `{"n": 1e` + strings.Repeat("9", 900_000) + `}`, code: badDocument},
		{name: "a number as precise as can be", query: `query($n: Float!) { partners(filter: {near: {latitude: $n, longitude: 1}}) { totalCount } }`, variables: `{"n": 0.` + strings.Repeat("3", 900_000) + `}`, code: none},
		{name: "20,000 fields that there are not", query: byStatus, variables: `{"f": {` + strings.TrimSuffix(many(20_000, `"x%d": 1,`), ", ") + `}}`, code: "VARIABLES_TOO_LARGE"},
		{name: "variables that are a list", query: `{ viewer { id } }`, variables: `[` + strings.TrimSuffix(strings.Repeat(`{},`, 200_000), ",") + `]`, code: "VARIABLES_TOO_LARGE"},
		{name: "50,000 statuses in one value", query: byStatus, variables: `{"f": {"status": [` + strings.TrimSuffix(strings.Repeat(`"DRAFT",`, 50_000), ",") + `]}}`, code: "VARIABLES_TOO_LARGE"},
	}
}

// toolsQuery is what GraphiQL, Relay's compiler and code generators send.
const toolsQuery = `query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
	types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf
	fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
	inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
	enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
	ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`
