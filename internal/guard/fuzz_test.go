package guard_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kontrak/graph"
	"kontrak/internal/testkit/ceiling"
)

// fuzzed sends a body and holds the answer to what must be true of all answers.
// An operation that passes its time is a finding too: it would have gone on.
func fuzzed(t *testing.T, do func(body string) (int, []byte), body string) {
	var status int
	var answer []byte
	ceiling.Hold(t, body, func() { status, answer = do(body) })
	var got reply
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatalf("status %d, no JSON (%v): %.300s", status, err, answer)
	}
	if len(got.Errors) == 0 && len(got.Data) == 0 {
		t.Errorf("neither data nor errors: %.300s", answer)
	}
	if status >= http.StatusInternalServerError || slices.Contains(codes(got), "INTERNAL") || slices.Contains(codes(got), "TIMEOUT") {
		t.Errorf("status %d, %v: %.300s", status, got.Errors, body)
	}
}

func codes(r reply) []string {
	var list []string
	for _, e := range r.Errors {
		list = append(list, e.Extensions.Code)
	}
	return list
}

// fuzzDoor gives how a fuzz target sends.
func fuzzDoor(f *testing.F) func(body string) (int, []byte) {
	f.Helper()
	app, token := start(f)
	h := door(app, func(*graph.HandlerConfig) {})
	return func(body string) (int, []byte) {
		r := httptest.NewRequest(http.MethodPost, "/query", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.Bytes()
	}
}

func FuzzDocument(f *testing.F) {
	do := fuzzDoor(f)
	for _, h := range hostileRequests() {
		if h.body == "" && len(h.query) < 2_000 {
			f.Add(h.query)
		}
	}
	f.Fuzz(func(t *testing.T, query string) {
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Skip()
		}
		fuzzed(t, do, string(body))
	})
}

func FuzzVariables(f *testing.F) {
	do := fuzzDoor(f)
	const query = `query($n: Int, $ids: [ID!]! = [], $f: ContractFilter, $p: PartnerFilter, $o: PartnerOrder! = PRICE_ASC, $after: String, $on: Boolean! = true) {
		contracts(first: $n, after: $after, filter: $f) { totalCount nodes { id institution { contracts(first: $n, filter: $f) { totalCount } } } }
		partners(filter: $p, orderBy: $o, last: $n) { nodes @include(if: $on) { id price { value } } }
		nodes(ids: $ids) { id ... on Contract @skip(if: $on) { schedules { date } } } }`
	for _, variables := range []string{
		`{}`, `{"n": 3}`, `{"n": null, "ids": "x"}`, `{"n": 1e2, "on": false}`, `{"n": -1}`, `{"n": 2147483648}`, `{"n": "3"}`,
		`{"ids": ["Q29udHJhY3Q6MQ", "SW5zdGl0dXRpb246MQ"], "on": false}`, `{"ids": [[["x"]]]}`, `{"after": "eyJ9"}`,
		`{"f": {"status": ["DRAFT"], "createdFrom": "2026-06-08T02:00:00Z", "startUntil": "2026-02-30"}}`,
		`{"f": {"status": "DRAFT", "institution": 1, "inQueue": true}}`, `{"f": {"nope": 1}}`, `{"f": []}`,
		`{"p": {"near": {"latitude": 1, "longitude": 1e308, "radiusKm": 0.1}, "text": "\u0000"}, "o": "PRICE_DESC"}`,
		`{"p": {"near": null, "text": "é", "own": true, "kind": "REPAIR"}}`, `{"n": 3, "n": 4}`, `[]`, `null`, `{"n":`,
	} {
		f.Add(variables)
	}
	text, err := json.Marshal(query)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, variables string) {
		fuzzed(t, do, `{"query":`+string(text)+`,"variables":`+variables+`}`)
	})
}
