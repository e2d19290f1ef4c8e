package graph_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// badDocument is a request that GraphQL can read and that is refused as a whole,
// or in one field.
type badDocument struct {
	name, as, query string
	vars            map[string]any
	code, kind      string
	fields          []string
}

const (
	byInstitution = "institution@demo.test"
	bySupervisor  = "supervisor@demo.test"
)

// badIDs are wrong ids where a query takes one.
func badIDs(w *world.World) []badDocument {
	var list []badDocument
	contract := globalID("Contract", w.Contract("offer"))
	for _, id := range []struct{ name, id string }{
		{"garbage", "%%%"}, {"empty", ""}, {"a number", "42"}, {"padded", contract + "="}, {"blank before", " " + contract},
		{"of another type", globalID("Review", 1)}, {"below one", globalID("Contract", -1)}, {"zero", globalID("Contract", 0)},
		{"of no type", globalID("Nothing", 1)}, {"long", strings.Repeat("Q", 4000)}, {"with a zero character", "\x00"}, {"emoji", "😀"},
	} {
		vars := map[string]any{"id": id.id, "ids": []string{contract, id.id}}
		for _, field := range []string{"node", "contract", "institution", "partner"} {
			list = append(list, badDocument{field + " with an id that is " + id.name, byInstitution, `query($id: ID!) { ` + field + `(id: $id) { id } }`, vars, "INVALID", "invalid", []string{"id"}})
		}
		list = append(list,
			badDocument{"nodes with an id that is " + id.name, byInstitution, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, vars, "INVALID", "invalid", []string{"ids[1]"}},
			badDocument{"a partner filter with an id that is " + id.name, byInstitution, `query($ids: [ID!]) { contracts(filter: { partner: $ids }) { totalCount } }`,
				map[string]any{"ids": []string{globalID("Partner", 1), id.id}}, "INVALID", "invalid", []string{"filter.partner[1]"}},
			badDocument{"several filters with ids that are " + id.name, byInstitution, `query($id: ID!) { contracts(filter: { institution: [$id], subService: [$id], service: [$id] }) { totalCount } }`,
				vars, "INVALID", "invalid", []string{"filter.institution[0]", "filter.service[0]", "filter.subService[0]"}},
			badDocument{"a search with ids that are " + id.name, byInstitution, `query($id: ID!) { partners(filter: { nearInstitution: $id, service: $id, subService: $id }) { totalCount } }`,
				vars, "INVALID", "invalid", []string{"filter.nearInstitution", "filter.service", "filter.subService"}})
	}
	many := make([]string, 101)
	for i := range many {
		many[i] = contract
	}
	return append(list, badDocument{"101 nodes", byInstitution, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": many}, "INVALID", "invalid", []string{"ids"}})
}

// badPages are wrong sizes and positions.
func badPages() []badDocument {
	var list []badDocument
	for _, p := range []struct {
		name, args string
		fields     []string
	}{
		{"first 0", "first: 0", []string{"first"}},
		{"first 101", "first: 101", []string{"first"}},
		{"first below zero", "first: -5", []string{"first"}},
		{"last 0", "last: 0", []string{"last"}},
		{"last 101", "last: 101", []string{"last"}},
		{"first with last", "first: 3, last: 3", []string{"last"}},
		{"all of it wrong", "first: 0, last: 101", []string{"first", "last", "last"}},
		{"a cursor that is garbage", `after: "%%%"`, []string{"after"}},
		{"an empty cursor", `after: ""`, []string{"after"}},
		{"an empty cursor before", `before: ""`, []string{"before"}},
		{"a cursor that is an id", `after: "` + globalID("Contract", 1) + `"`, []string{"after"}},
		{"a cursor that is an object", `last: 2, before: "` + cursorOf(`{}`) + `"`, []string{"before"}},
		{"a cursor that is null", `after: "` + cursorOf(`null`) + `"`, []string{"after"}},
		{"a cursor that is too short", `after: "` + cursorOf(`["created"]`) + `"`, []string{"after"}},
		{"a cursor of another list", `after: "` + cursorOf(`["nothing",1780884000000,1]`) + `"`, []string{"after"}},
	} {
		for _, field := range []string{"contracts", "partners"} {
			list = append(list, badDocument{field + ": " + p.name, byInstitution, `{ ` + field + `(` + p.args + `) { nodes { id } } }`, nil, "INVALID", "invalid", p.fields})
		}
	}
	for _, c := range []struct{ name, list, order, cursor string }{
		{"by registration in a list by price", "partners", "PRICE_ASC", `["registered",1780884000000,1]`},
		{"by price in a list by registration", "partners", "CREATED_AT_ASC", `["price",1,1]`},
		{"by creation in a list by deadline", "contracts", "ESCALATION_DEADLINE_ASC", `["created",1780884000000,1]`},
		{"by deadline in a list by creation", "contracts", "CREATED_AT_DESC", `["deadline",1780884000000,1]`},
		{"with a text for an instant", "contracts", "CREATED_AT_DESC", `["created","soon",1]`},
		{"with nothing for an instant", "contracts", "CREATED_AT_DESC", `["created",null,1]`},
		{"with an instant beyond all years", "contracts", "CREATED_AT_DESC", `["created",9223372036854775807,1]`},
		{"with an instant before all years", "contracts", "CREATED_AT_DESC", `["created",-9223372036854775808,1]`},
		{"with a fraction", "contracts", "CREATED_AT_DESC", `["created",1.5,1]`},
		{"with nothing for an id", "contracts", "CREATED_AT_DESC", `["created",1780884000000,null]`},
		{"with a text for an id", "contracts", "CREATED_AT_DESC", `["created",1780884000000,"1"]`},
		{"with too much in it", "contracts", "CREATED_AT_DESC", `["created",1780884000000,1,1]`},
		{"written with a blank", "contracts", "CREATED_AT_DESC", `["created", 1780884000000,1]`},
		{"with a number beyond all numbers", "partners", "PRICE_ASC", `["price",99999999999999999999,1]`},
	} {
		list = append(list, badDocument{"a cursor " + c.name, byInstitution, `{ ` + c.list + `(orderBy: ` + c.order + `, after: "` + cursorOf(c.cursor) + `") { totalCount } }`, nil, "INVALID", "invalid", []string{"after"}})
	}
	return append(list, badDocument{"first 0 below an institution", byInstitution, `{ viewer { institutions { contracts(first: 0) { totalCount } } } }`, nil, "INVALID", "invalid", []string{"first"}})
}

// cursorOf writes a cursor by hand.
func cursorOf(content string) string { return base64.RawURLEncoding.EncodeToString([]byte(content)) }

// badValues are filters that say what cannot be.
func badValues(w *world.World) []badDocument {
	const byDay = `query($d: Date) { contracts(filter: { startFrom: $d, startUntil: $d }) { totalCount } }`
	const byInstant = `query($t: Time) { contracts(filter: { createdBefore: $t }) { totalCount } }`
	const near = `query($a: Float!, $b: Float!, $r: Float) { partners(filter: { near: { latitude: $a, longitude: $b, radiusKm: $r } }) { totalCount } }`
	const named = `query($t: String) { partners(filter: { text: $t }) { totalCount } }`
	days, radius, text := []string{"filter.startFrom", "filter.startUntil"}, []string{"filter.near.radiusKm"}, []string{"filter.text"}
	var list []badDocument
	for _, day := range []string{"", "soon", "2026-02-30", "2026-13-01", "2026-6-8", "08.06.2026", "2026-06-08T00:00:00Z", "20260608", "2026-06-08\x00", " 2026-06-08"} {
		list = append(list, badDocument{"a day that is " + day, byInstitution, byDay, map[string]any{"d": day}, "INVALID", "invalid", days})
	}
	for _, at := range []any{"soon", "2026-06-08", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-06-08 02:00:00", "10000-01-01T00:00:00Z", 5, true} {
		list = append(list, badDocument{fmt.Sprint("an instant that is ", at), byInstitution, byInstant, map[string]any{"t": at}, "INVALID", "invalid", []string{"filter.createdBefore"}})
	}
	for _, at := range []string{"", "0000-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"} {
		list = append(list, badDocument{"an instant out of all years " + at, byInstitution, byInstant, map[string]any{"t": at}, "INVALID", "invalid", []string{"filter.createdBefore"}})
	}
	for _, km := range []float64{-1, 0, 20000.5, 1e300, -1e300} {
		list = append(list, badDocument{fmt.Sprint("a radius of ", km), byInstitution, near, map[string]any{"a": 1, "b": 1, "r": km}, "INVALID", "invalid", radius})
	}
	return append(list,
		badDocument{"a place outside of the world", byInstitution, near, map[string]any{"a": 90.01, "b": -180.01, "r": -1}, "INVALID", "invalid", []string{"filter.near.latitude", "filter.near.longitude", "filter.near.radiusKm"}},
		badDocument{"a text of 101 letters", byInstitution, named, map[string]any{"t": strings.Repeat("é", 101)}, "INVALID", "invalid", text},
		badDocument{"a text of 200 kB", byInstitution, named, map[string]any{"t": strings.Repeat("x", 200_000)}, "INVALID", "invalid", text},
		badDocument{"a text with a zero character", byInstitution, named, map[string]any{"t": "a\x00b"}, "INVALID", "invalid", text},
		badDocument{"a foreign institution", byInstitution, `query($i: [ID!]) { contracts(filter: { institution: $i }) { totalCount } }`, map[string]any{"i": []string{globalID("Institution", w.Institutions["foreign"])}}, "INVALID", "invalid", []string{"filter.institution"}},
		badDocument{"around a foreign institution", byInstitution, `query($i: ID) { partners(filter: { nearInstitution: $i }) { totalCount } }`, map[string]any{"i": globalID("Institution", w.Institutions["foreign"])}, "INVALID", "invalid", []string{"filter.nearInstitution"}},
		badDocument{"around an institution of nobody's", bySupervisor, `query($i: ID) { partners(filter: { nearInstitution: $i }) { totalCount } }`, map[string]any{"i": globalID("Institution", w.Institutions["home"])}, "INVALID", "invalid", []string{"filter.nearInstitution"}},
		badDocument{"own partners of an institution", byInstitution, `{ partners(filter: { own: true }) { totalCount } }`, nil, "FORBIDDEN", "forbidden", nil},
	)
}

// badSyntax are documents and variables that do not fit the schema.
func badSyntax() []badDocument {
	const parse, validate = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
	var list []badDocument
	for _, d := range []struct{ name, query, code string }{
		{"a bracket too few", `{ contracts { totalCount }`, parse}, {"a bracket too many", `{ viewer { id } } }`, parse},
		{"no selection", `{ }`, parse}, {"an open text", `{ contract(id: "x) { id } }`, parse}, {"noise", `😀`, parse},
		{"a document of blanks", `   `, validate}, {"comments alone", `# nothing`, validate},
		{"an unknown field", `{ nothing }`, validate}, {"an unknown field deeper", `{ contracts { nodes { secret } } }`, validate},
		{"an unknown argument", `{ contracts(limit: 5) { totalCount } }`, validate}, {"a missing argument", `{ contract { id } }`, validate},
		{"a leaf without selection", `{ contracts }`, validate}, {"a selection of a leaf", `{ contracts { totalCount { x } } }`, validate},
		{"an unknown enum value", `{ contracts(filter: { status: [NOPE] }) { totalCount } }`, validate},
		{"an enum value in lower case", `{ contracts(filter: { status: [accepted] }) { totalCount } }`, validate},
		{"a text for an enum", `{ contracts(filter: { status: ["ACCEPTED"] }) { totalCount } }`, validate},
		{"an unknown order", `{ contracts(orderBy: PRICE_ASC) { totalCount } }`, validate},
		{"null for an order", `{ contracts(orderBy: null) { totalCount } }`, validate},
		{"a text for a number", `{ contracts(first: "5") { totalCount } }`, validate}, {"a fraction for a number", `{ contracts(first: 1.5) { totalCount } }`, validate},
		{"a number for an object", `{ contracts(filter: 5) { totalCount } }`, validate}, {"an unknown input field", `{ contracts(filter: { color: 1 }) { totalCount } }`, validate},
		{"half a place", `{ partners(filter: { near: { latitude: 1 } }) { totalCount } }`, validate},
		{"a text for a place", `{ partners(filter: { near: { latitude: "1", longitude: 2 } }) { totalCount } }`, validate},
		{"a variable that is not declared", `{ contract(id: $id) { id } }`, validate}, {"a fragment that is not there", `{ viewer { ...nothing } }`, validate},
		{"a fragment of another type", `{ viewer { ... on Contract { id } } }`, validate}, {"a subscription", `subscription { viewer { id } }`, validate},
		{"an unknown directive", `{ viewer @secret { id } }`, validate},
	} {
		list = append(list, badDocument{d.name, byInstitution, d.query, nil, d.code, "malformed", nil})
	}
	for _, v := range []struct {
		name, query string
		value       any
	}{
		{"an unknown enum value", `query($v: [ContractStatus!]) { contracts(filter: { status: $v }) { totalCount } }`, []string{"NOPE"}},
		{"null in a list", `query($v: [ContractStatus!]) { contracts(filter: { status: $v }) { totalCount } }`, []any{nil}},
		{"an object for an enum", `query($v: ContractOrder!) { contracts(orderBy: $v) { totalCount } }`, map[string]any{"a": 1}},
		{"no required variable", `query($v: ContractOrder!) { contracts(orderBy: $v) { totalCount } }`, nil},
		{"a text for a number", `query($v: Int) { contracts(first: $v) { totalCount } }`, "5"},
		{"a fraction for a number", `query($v: Int) { contracts(first: $v) { totalCount } }`, 1.5},
		{"a number beyond 32 bits", `query($v: Int) { contracts(first: $v) { totalCount } }`, 1 << 40},
		{"a number for an object", `query($v: ContractFilter) { contracts(filter: $v) { totalCount } }`, 5},
		{"an unknown input field", `query($v: ContractFilter) { contracts(filter: $v) { totalCount } }`, map[string]any{"color": 1}},
		{"a text for a boolean", `query($v: Boolean) { contracts(filter: { inQueue: $v }) { totalCount } }`, "true"},
		{"a text for a place", `query($v: Float!) { partners(filter: { near: { latitude: $v, longitude: 1 } }) { totalCount } }`, "1"},
		{"a list for an id", `query($v: ID!) { contract(id: $v) { id } }`, []string{"x"}},
		{"an object for an id", `query($v: ID!) { contract(id: $v) { id } }`, map[string]any{}},
		{"a boolean for an id", `query($v: ID!) { contract(id: $v) { id } }`, true},
		{"no partner for a mutation", `mutation($v: ContractAssignReplacementInput!) { contractAssignReplacement(input: $v) { userErrors { code } } }`, map[string]any{"contract": "x"}},
	} {
		list = append(list, badDocument{"variables: " + v.name, bySupervisor, v.query, map[string]any{"v": v.value}, validate, "malformed", nil})
	}
	return list
}

// nothingIsWritten runs what must write nothing.
func nothingIsWritten(t *testing.T, app *testkit.App, run func()) {
	t.Helper()
	before := app.Snapshot(t)
	run()
	if after := app.Snapshot(t); !maps.Equal(before, after) {
		t.Error("something was written")
	}
}

func TestABadDocumentIsRefusedClearly(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		nothingIsWritten(t, app, func() {
			for _, d := range slices.Concat(badIDs(app.World), badPages(), badValues(app.World), badSyntax()) {
				checkBad(t, d, try(t.Context(), t, app, tokens[d.as], d.query, d.vars))
			}
		})
	})
}

func checkBad(t *testing.T, d badDocument, got *answer) {
	t.Helper()
	if got.status >= 500 || len(got.Errors) == 0 {
		t.Errorf("%s: %d %.300s", d.name, got.status, got.body)
		return
	}
	e := got.Errors[0]
	var fields []string
	listed, _ := e.Extensions["fields"].([]any)
	for _, f := range listed {
		fields = append(fields, f.(map[string]any)["field"].(string))
	}
	if e.Extensions["code"] != d.code || e.Extensions["kind"] != d.kind || !slices.Equal(fields, d.fields) || e.Message == "" {
		t.Errorf("%s: status %d, code %v, kind %v, fields %q; want %s %s %q\n%.300s", d.name, got.status, e.Extensions["code"], e.Extensions["kind"], fields, d.code, d.kind, d.fields, got.body)
	}
}
