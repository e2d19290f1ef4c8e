package graph_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// badRequest is a request that does not carry a GraphQL request, or carries it in
// the wrong way.
type badRequest struct {
	name, method, path, body string
	header                   map[string]string
	status                   int
	code, kind               string
}

const mutationByGET = "/query?query=mutation%20%7B%20contractAssignReplacement(input%3A%20%7Bcontract%3A%20%22x%22%2C%20partner%3A%20%22y%22%7D)%20%7B%20userErrors%20%7B%20code%20%7D%20%7D%20%7D"

// badRequests are all of them signed in, unless their header says otherwise.
func badRequests() []badRequest {
	const ok = `{"query":"{ viewer { id } }"}`
	list := []badRequest{
		{name: "a body of 2 MB", body: `{"query":"` + strings.Repeat(" ", 2<<20) + `"}`, status: 413, code: "BODY_TOO_LARGE", kind: "limited"},
		{name: "2 MB of noise", body: strings.Repeat("x", 2<<20), status: 413, code: "BODY_TOO_LARGE", kind: "limited"},
		{name: "a mutation by GET", method: http.MethodGet, path: mutationByGET, status: 405, code: "BAD_REQUEST", kind: "malformed"},
		{name: "GET without a query", method: http.MethodGet, status: 400, code: "BAD_REQUEST", kind: "malformed"},
		{name: "GET with variables that are no JSON", method: http.MethodGet, path: "/query?query=%7Bviewer%7Bid%7D%7D&variables=%7B", status: 400, code: "BAD_REQUEST", kind: "malformed"},
		{name: http.MethodPut, method: http.MethodPut, body: ok, status: 405, code: "METHOD_NOT_ALLOWED", kind: "malformed"},
		{name: http.MethodDelete, method: http.MethodDelete, status: 405, code: "METHOD_NOT_ALLOWED", kind: "malformed"},
		{name: "a body of text/plain", body: ok, header: map[string]string{"Content-Type": "text/plain"}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE", kind: "malformed"},
		{name: http.MethodPatch, method: http.MethodPatch, body: ok, status: 405, code: "METHOD_NOT_ALLOWED", kind: "malformed"},
		{name: "a form", body: "query=%7Bviewer%7Bid%7D%7D", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE", kind: "malformed"},
		{name: "no content type", body: ok, header: map[string]string{"Content-Type": ""}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE", kind: "malformed"},
		{name: "nothing that we can answer with", body: ok, header: map[string]string{"Accept": "text/html"}, status: 406}, // negotiation belongs to the engine, which knows no codes
	}
	for _, b := range []struct{ name, body string }{
		{"broken JSON", `{"query":`}, {"noise", `garbage`}, {"an empty body", ``}, {"null", `null`}, {"a text", `"{ viewer { id } }"`}, {"a number", `5`},
		{"a batch", `[` + ok + `,` + ok + `]`}, {"an empty batch", `[]`}, {"an empty object", `{}`}, {"an empty query", `{"query":""}`}, {"null for a query", `{"query":null}`},
		{"a number for a query", `{"query":5}`}, {"a list for variables", `{"query":"{viewer{id}}","variables":[]}`}, {"a text for variables", `{"query":"{viewer{id}}","variables":"{}"}`},
		{"a number for an operation's name", `{"query":"{viewer{id}}","operationName":5}`}, {"two objects", ok + ok},
		{"JSON that goes deep", `{"query":"{viewer{id}}","variables":{"a":` + strings.Repeat("[", 15_000) + strings.Repeat("]", 15_000) + `}}`},
	} {
		list = append(list, badRequest{name: b.name, body: b.body, status: 400, code: "BAD_REQUEST", kind: "malformed"})
	}
	return list
}

// badTokens are headers that nobody is believed by.
func badTokens(good string) map[string]string {
	head, signature := good[:strings.LastIndex(good, ".")+1], good[strings.LastIndex(good, ".")+1:]
	return map[string]string{
		"noise": "Bearer abc", "empty": "Bearer ", "another scheme": "Basic " + good, "no scheme": good,
		"a forged signature": "Bearer " + head + strings.Repeat("A", len(signature)), "no signature": "Bearer " + head,
		"two tokens": "Bearer " + good + " " + good, "no algorithm": "Bearer eyJhbGciOiJub25lIn0." + strings.Split(good, ".")[1] + ".",
	}
}

func TestABadRequestIsRefusedInGraphQLsEnvelope(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, "supervisor@demo.test")
		nothingIsWritten(t, app, func() {
			for _, b := range badRequests() {
				checkEnvelope(t, b, sendBad(t, app, token, b))
			}
		})
	})
}

// sendBad sends a request with its own headers in place of the usual ones.
func sendBad(t *testing.T, app *testkit.App, token string, b badRequest) *testkit.Response {
	t.Helper()
	method, path := b.method, b.path
	if method == "" {
		method = http.MethodPost
	}
	if path == "" {
		path = "/query"
	}
	var body any = b.body
	if method == http.MethodGet || method == http.MethodDelete {
		body = nil
	}
	r := app.Request(t, method, path, token, body)
	for name, value := range b.header {
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	return app.Send(r)
}

func checkEnvelope(t *testing.T, b badRequest, got *testkit.Response) {
	t.Helper()
	var envelope struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code, Kind string }
		}
	}
	if err := json.Unmarshal(got.Body, &envelope); err != nil || len(envelope.Errors) != 1 || envelope.Data != nil {
		t.Errorf("%s: %d %.300s", b.name, got.Status, got.Body)
		return
	}
	e := envelope.Errors[0]
	if got.Status != b.status || e.Extensions.Code != b.code || e.Extensions.Kind != b.kind || e.Message == "" {
		t.Errorf("%s: %d %s %s %q, want %d %s %s", b.name, got.Status, e.Extensions.Code, e.Extensions.Kind, e.Message, b.status, b.code, b.kind)
	}
	if len(b.body) > 20 && strings.Contains(e.Message, b.body[:20]) {
		t.Errorf("%s: the body comes back: %.200q", b.name, e.Message)
	}
	if kind := got.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "application/graphql-response+json") {
		t.Errorf("%s: answered as %q", b.name, kind)
	}
	if (got.Header.Get("WWW-Authenticate") != "") != (b.status == 401) || (got.Header.Get("Allow") != "") != (b.status == 405) {
		t.Errorf("%s: the headers are %v", b.name, got.Header)
	}
}

func TestABadTokenIsRefusedInGraphQLsEnvelope(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		good := app.Token(t, "supervisor@demo.test")
		const ok = `{"query":"{ viewer { id } }"}`
		nothingIsWritten(t, app, func() {
			for name, header := range badTokens(good) {
				authorization := map[string]string{"Authorization": header}
				for _, b := range []badRequest{
					{name: name, body: ok, header: authorization, status: 401, code: "TOKEN_INVALID", kind: "unauthenticated"},
					{name: name + " by GET", method: http.MethodGet, path: "/query?query=%7Bviewer%7Bid%7D%7D", header: authorization, status: 401, code: "TOKEN_INVALID", kind: "unauthenticated"},
					{name: name + " with a syntax error", body: `{"query":"{"}`, header: authorization, status: 401, code: "TOKEN_INVALID", kind: "unauthenticated"},
					{name: name + " with broken JSON", body: `{"query":`, header: authorization, status: 400, code: "BAD_REQUEST", kind: "malformed"},
				} {
					checkEnvelope(t, b, sendBad(t, app, "", b))
				}
			}
			app.Wall.Advance(24*time.Hour + time.Second)
			checkEnvelope(t, badRequest{name: "an expired token", status: 401, code: "TOKEN_EXPIRED", kind: "unauthenticated"}, app.Do(t, http.MethodPost, "/query", good, ok))
		})
	})
}

// TestForeignAndMissingAreAnsweredAlike compares bytes: of a record that the
// caller may not know of, and of one that is not there.
func TestForeignAndMissingAreAnsweredAlike(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := app.World
		institution, supervisor, partner := app.Token(t, byInstitution), app.Token(t, bySupervisor), app.Token(t, "partner@demo.test")
		const unknown = int64(1) << 40
		for _, c := range []struct {
			name, token, query string
			typeName           string
			foreign            []int64
		}{
			{"contract", institution, `query($id: ID!) { contract(id: $id) { id status } }`, "Contract", []int64{w.Contract("offer_foreign"), w.Contract("queue_overdue")}},
			{"contract of a partner", partner, `query($id: ID!) { contract(id: $id) { id status } }`, "Contract", []int64{w.Contract("offer_foreign"), w.Contract("draft_payment"), w.Queue.ContractID}},
			{"contract of a supervisor", supervisor, `query($id: ID!) { contract(id: $id) { id status } }`, "Contract", []int64{w.Contract("queue_other"), w.Contract("offer")}},
			{"node", institution, `query($id: ID!) { node(id: $id) { id } }`, "Contract", []int64{w.Contract("offer_foreign")}},
			{"user", institution, `query($id: ID!) { node(id: $id) { id } }`, "User", []int64{1 + mustUser(t, app, byInstitution)}},
			{"partner", institution, `query($id: ID!) { partner(id: $id) { id fullName } }`, "Partner", []int64{w.Partners["suspended"], w.Partners["not_verified"], w.Partners["deleted"], w.Partners["inactive"]}},
			{"partner by node", supervisor, `query($id: ID!) { node(id: $id) { id } }`, "Partner", []int64{w.Partners["refused"], w.Partners["registering"], w.Partners["deleted"]}},
			{"filter by institution", institution, `query($id: ID!) { contracts(filter: { institution: [$id] }) { totalCount } }`, "Institution", []int64{w.Institutions["foreign"], w.Institutions["other"]}},
			{"search around an institution", institution, `query($id: ID!) { partners(filter: { nearInstitution: $id }) { totalCount } }`, "Institution", []int64{w.Institutions["foreign"], w.Institutions["other"]}},
			{"contract to assign", supervisor, `mutation($id: ID!) { contractAssignReplacement(input: { contract: $id, partner: "` + globalID("Partner", w.Queue.EligibleID) + `" }) { contract { id } userErrors { field code message refusals { rule needed actual } } } }`,
				"Contract", []int64{w.Contract("queue_other"), w.Contract("offer"), w.Contract("draft_schedule")}},
			{"partner to assign", supervisor, `mutation($id: ID!) { contractAssignReplacement(input: { contract: "` + globalID("Contract", w.Queue.ContractID) + `", partner: $id }) { contract { id } userErrors { field code message refusals { rule needed actual } } } }`,
				"Partner", []int64{w.Partners["foreign"], w.Partners["unowned"], w.Partners["deleted"], w.Partners["registering"]}},
		} {
			want := try(t.Context(), t, app, c.token, c.query, map[string]any{"id": globalID(c.typeName, unknown)})
			for _, id := range c.foreign {
				got := try(t.Context(), t, app, c.token, c.query, map[string]any{"id": globalID(c.typeName, id)})
				if got.status != want.status || got.body != want.body {
					t.Errorf("%s %d is told apart from one that is not there:\n%d %s\n%d %s", c.name, id, got.status, got.body, want.status, want.body)
				}
			}
		}
	})
}

// TestAnIDOfAnotherTypeNamesNothing: the number in an id counts for its own type
// only.
func TestAnIDOfAnotherTypeNamesNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, bySupervisor)
		q := app.World.Queue
		contract, partner := globalID("Contract", q.ContractID), globalID("Partner", q.EligibleID)
		nothingIsWritten(t, app, func() {
			for _, c := range []struct{ name, contract, partner, code, field string }{
				{"a partner for the contract", globalID("Partner", q.ContractID), partner, "NOT_FOUND", ""},
				{"garbage for the contract", "garbage", partner, "NOT_FOUND", ""},
				{"garbage for both", "garbage", "garbage", "NOT_FOUND", ""},
				{"a contract for the partner", contract, globalID("Contract", q.EligibleID), "INVALID", "partner"},
				{"garbage for the partner", contract, "garbage", "INVALID", "partner"},
			} {
				got := ask(t, app, token, assignMutation, map[string]any{"c": c.contract, "p": c.partner})
				bad := got.list("contractAssignReplacement", "userErrors")[0].(map[string]any)
				if field, _ := bad["field"].(string); bad["code"] != c.code || field != c.field {
					t.Errorf("%s: %v, want %s for %q", c.name, bad, c.code, c.field)
				}
			}
		})
	})
}

// TestNobodyIsAskedToSignInBeforeAnythingElse: without a token, everything but the
// viewer is UNAUTHENTICATED, however wrong it is.
func TestNobodyIsAskedToSignInBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		for _, query := range []string{
			`{ contract(id: "x") { id } }`, `{ node(id: "x") { id } }`, `{ nodes(ids: ["x"]) { id } }`, `{ institution(id: "x") { id } }`, `{ partner(id: "x") { id } }`,
			`{ contracts { totalCount } }`, `{ contracts(first: 0) { totalCount } }`, `{ contracts(filter: { partner: ["x"] }) { totalCount } }`,
			`{ partners { totalCount } }`, `{ partners(first: 0, filter: { own: true }) { totalCount } }`, `{ partners(filter: { near: { latitude: 100, longitude: 0 } }) { totalCount } }`,
			`mutation { contractAssignReplacement(input: { contract: "x", partner: "y" }) { userErrors { code } } }`,
		} {
			if got := try(t.Context(), t, app, "", query, nil); len(got.Errors) != 1 || got.codes()[0] != "UNAUTHENTICATED" || got.status != 200 {
				t.Errorf("%s: %d %s", query, got.status, got.body)
			}
		}
		if got := ask(t, app, "", `{ viewer { id } __typename }`, nil); got.Data["viewer"] != nil || got.Data["__typename"] != "Query" {
			t.Error(got.body)
		}
	})
}

// TestOddTextsAreSearchedAsTheyStand: signs that mean something to a database are
// letters like any other.
func TestOddTextsAreSearchedAsTheyStand(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, byInstitution)
		count := func(text string) float64 {
			got := ask(t, app, token, `query($t: String) { partners(filter: { text: $t }) { totalCount } }`, map[string]any{"t": text})
			return got.object("partners")["totalCount"].(float64)
		}
		all := count("")
		if all < 10 || count("SANTOSO") != 1 || count("budi santoso") != 1 {
			t.Fatalf("%v partners, %v by a name", all, count("SANTOSO"))
		}
		for _, text := range []string{"%", "_", `\`, `\%`, "B_di", "%a%", "'", `"`, "' OR 1=1 --", "😀", "\u202e", "a\nb", strings.Repeat("😀", 100)} {
			if n := count(text); n != 0 {
				t.Errorf("%q finds %v partners", text, n)
			}
		}
	})
}

func mustUser(t *testing.T, app *testkit.App, email string) int64 {
	t.Helper()
	a, ok := app.World.Account(email)
	if !ok {
		t.Fatal(email)
	}
	return a.UserID
}
