package nukitu_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/rest/nukitu"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// players of a role, the one that a test wants first.
func playersOf(a *testkit.App, r nukitu.ReferenceRoute) []string {
	var list []string
	for _, account := range a.World.Accounts {
		email := account.Email
		if strings.HasPrefix(email, "suspended") || strings.HasPrefix(email, "unverified") {
			continue
		}
		if len(r.Roles) == 0 || slices.Contains(r.Roles, string(account.Role)) {
			list = append(list, email)
		}
	}
	return list
}

// visit is a request of a route by somebody whom it is for.
type visit struct {
	email, path string
	body        string
}

// visits gives requests of a route until one is answered as wanted: by each account of
// its role, for each record that is in the list above it or has a low number.
func visits(t *testing.T, a *testkit.App, r nukitu.ReferenceRoute, body string, wanted func(*testkit.Response) bool) (visit, bool) {
	t.Helper()
	method, path, _ := strings.Cut(r.Route, " ")
	tried := 0
	for _, email := range playersOf(a, r) {
		token := tokenFor(t, a, r, email)
		for _, id := range recordsOf(t, a, path, token) {
			v := visit{email, "/api/v1" + strings.ReplaceAll(path, "{id}", fmt.Sprint(id)) + queryOf(r), body}
			var sent any
			if method != http.MethodGet {
				sent = body
			}
			if wanted(a.Do(t, method, v.path, token, sent)) {
				return v, true
			}
			if tried++; tried > 4_000 {
				return visit{}, false
			}
		}
	}
	return visit{}, false
}

func tokenFor(t *testing.T, a *testkit.App, r nukitu.ReferenceRoute, email string) string {
	if r.Public {
		return ""
	}
	return a.Token(t, email)
}

// recordsOf gives the ids that a path may be asked for: those of the list above it
// first. A path without an id is asked once.
func recordsOf(t *testing.T, a *testkit.App, path, token string) []int64 {
	before, _, with := strings.Cut(path, "/{id}")
	if !with {
		return []int64{0}
	}
	var list []int64
	var answer struct{ Data []struct{ ID int64 } }
	if r := a.Do(t, http.MethodGet, "/api/v1"+before+"?per_page=100", token, nil); r.Status == http.StatusOK && json.Unmarshal(r.Body, &answer) == nil {
		for _, item := range answer.Data {
			list = append(list, item.ID)
		}
	}
	for id := range int64(80) { // a list may leave out what its records may be asked for
		list = append(list, id+1)
	}
	return list
}

// needed are the parameters without which a route has nothing to say.
var needed = map[string]url.Values{
	"GET /partner/contracts/{id}/extension-cost-estimate": {"additional_hours": {"1"}},
	"GET /contracts/{id}/pricing-preview":                 {"payment_method_id": {"1"}},
	"GET /institutions/nearby":                            {"latitude": {"-6.2"}, "longitude": {"106.8"}},
	"GET /partners":                                       {"latitude": {"-6.2"}, "longitude": {"106.8"}},
}

func queryOf(r nukitu.ReferenceRoute) string {
	if q := needed[r.Route]; q != nil {
		return "?" + q.Encode()
	}
	return ""
}

// elsewhere are routes whose success needs what was sent to somebody or a session that
// is over then: TestAnAccountFromRegistrationToSigningOut shows it; or a file: that is
// shown in the graph's tests of who comes into the marketplace.
var elsewhere = []string{
	"POST /partner/registration", "POST /partner/competency-test",
	"POST /auth/verify-email", "POST /auth/refresh", "POST /auth/verify-reset-otp", "POST /auth/reset-password",
	"DELETE /auth/logout", "DELETE /auth/logout-all",
}

// lived are requests of routes that succeed at a moment of a contract's life other than
// that of their good bodies.
func lived(t *testing.T, a *testkit.App, route string) (visit, bool) {
	t.Helper()
	scanned := func(story, by, path string) string {
		r := a.Do(t, http.MethodGet, fmt.Sprintf("/api/v1"+path, a.World.Contract(story)), a.Token(t, by), nil)
		return fmt.Sprintf(`{"contract":{"qr_token":%q}}`, token(t, r))
	}
	at := func(email, path, story, body string) (visit, bool) {
		return visit{email, fmt.Sprintf("/api/v1"+path, a.World.Contract(story)), body}, true
	}
	theirs := func(story string) string {
		id := a.Store.Client().Contract.GetX(t.Context(), a.World.Contract(story)).PartnerID
		i := slices.IndexFunc(a.World.Accounts, func(account world.Account) bool { return account.PartnerID == id })
		return a.World.Accounts[i].Email
	}
	switch route {
	case "PATCH /partner/contracts/{id}/on-route":
		return at(theirs("approaching"), "/partner/contracts/%d/on-route", "approaching", "{}")
	case "PATCH /partner/contracts/{id}/start-work":
		return at(theirs("on_route"), "/partner/contracts/%d/start-work", "on_route", scanned("on_route", institution, "/contracts/%d/qr-token-start"))
	case "PATCH /contracts/{id}/finish-work":
		return at(institution, "/contracts/%d/finish-work", "running", scanned("running", theirs("running"), "/partner/contracts/%d/qr-token-end"))
	case "PATCH /supervisor/contracts/{id}/assign-partner":
		return at("supervisor@demo.test", "/supervisor/contracts/%d/assign-partner", "queue", fmt.Sprintf(`{"contract":{"partner_id":%d}}`, a.World.Queue.EligibleID))
	}
	return visit{}, false
}

// before are the routes that must have been used, with their good bodies, for others to
// succeed.
var before = map[string][]string{
	"PATCH /partner/contracts/{id}/inspection":            {"POST /partner/contracts/{id}/inspection"},
	"POST /partner/contracts/{id}/inspection/conclusion":  {"POST /partner/contracts/{id}/inspection"},
	"PATCH /partner/contracts/{id}/inspection/conclusion": {"POST /partner/contracts/{id}/inspection", "POST /partner/contracts/{id}/inspection/conclusion"},
	"PATCH /contracts/{id}/approve-extension":             {"POST /partner/contracts/{id}/request-extension"},
	"PATCH /contracts/{id}/reject-extension":              {"POST /partner/contracts/{id}/request-extension"},
	"PATCH /contracts/{id}/review":                        {"POST /contracts/{id}/review"},
}

// prepare uses the routes before one.
func prepare(t *testing.T, a *testkit.App, route string) {
	t.Helper()
	if strings.Contains(route, "/notifications/{id}") {
		a.Leave(t, "contract_payment_refused", a.World.Contract("offer"))
		a.TellEvents(t)
	}
	for _, first := range before[route] {
		method, path, _ := strings.Cut(first, " ")
		b := goodBodies(a)[first]
		r := a.Do(t, method, "/api/v1"+strings.ReplaceAll(path, "{id}", fmt.Sprint(a.World.Contract(b.story))), a.Token(t, b.email), b.body)
		if r.Status/100 != 2 {
			t.Errorf("%s before %s: %d %s", first, route, r.Status, r.Body)
		}
	}
}

// openBodies are those of the routes that are for everybody.
var openBodies = map[string]string{
	"POST /auth/register":        `{"user":{"email":"new@example.com","password":"a good password","password_confirmation":"a good password","full_name":"New","role":"partner"}}`,
	"POST /auth/login":           `{"user":{"email":"partner@demo.test","password":"demo-password"}}`,
	"POST /auth/resend-otp":      `{"user":{"email":"unverified@demo.test","purpose":"email_verification"}}`,
	"POST /auth/forgot-password": `{"user":{"email":"partner@demo.test"}}`,
}

// TestEveryRouteOfTheReferenceAnswers: somebody whom it is for gets what the document
// says, as every answer of these tests is held to it. Each route that writes has its own
// program.
func TestEveryRouteOfTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	reading := start(t, testkit.SQLite(t))
	answered := 0
	for _, r := range nukitu.ReferenceRoutes(t) {
		if !r.Built {
			continue // said elsewhere
		}
		method, _, _ := strings.Cut(r.Route, " ")
		if method == http.MethodGet {
			prepare(t, reading, r.Route)
			_, found := visits(t, reading, r, "", func(got *testkit.Response) bool { return got.Status == http.StatusOK })
			report(t, r, found)
			answered++
			continue
		}
		if slices.Contains(elsewhere, r.Route) {
			continue
		}
		t.Run(r.Route, func(t *testing.T) {
			a := start(t, testkit.SQLite(t))
			report(t, r, writes(t, a, r))
		})
		answered++
	}
	if answered < 50 {
		t.Errorf("only %d routes were asked", answered)
	}
}

// report says that nobody got an answer.
func report(t *testing.T, r nukitu.ReferenceRoute, found bool) {
	t.Helper()
	if !found {
		t.Errorf("%s %s: nobody gets an answer", r.Number, r.Route)
	}
}

// writes sends a good body, and tells whether it did what it should.
func writes(t *testing.T, a *testkit.App, r nukitu.ReferenceRoute) bool {
	t.Helper()
	if r.Route == "PATCH /contracts/{id}/payment-proof" { // the one that is nothing without a file
		proof := testkit.Part{Field: "contract[proof]", File: "receipt.pdf", Body: testkit.PDF}
		return a.Send(a.Form(t, http.MethodPatch, proofPath(a, "to_pay"), a.Token(t, institution), proof)).Status == http.StatusOK
	}
	done := func(got *testkit.Response) bool { return got.Status/100 == 2 }
	prepare(t, a, r.Route)
	v, known := lived(t, a, r.Route)
	if !known {
		v, known = goodVisit(a, r)
	}
	if method, _, _ := strings.Cut(r.Route, " "); known && done(a.Do(t, method, v.path, tokenFor(t, a, r, v.email), v.body)) {
		return true
	}
	_, found := visits(t, a, r, cmp.Or(goodBodies(a)[r.Route].body, "{}"), done) // the state that its story has may be another
	return found
}

// goodVisit is a request that a route takes.
func goodVisit(a *testkit.App, r nukitu.ReferenceRoute) (visit, bool) {
	_, path, _ := strings.Cut(r.Route, " ")
	if r.Public {
		return visit{"", "/api/v1" + path, openBodies[r.Route]}, openBodies[r.Route] != ""
	}
	b, known := goodBodies(a)[r.Route]
	if !known || b.story == "" && strings.Contains(path, "{id}") {
		return visit{}, false
	}
	if b.story != "" {
		path = strings.ReplaceAll(path, "{id}", fmt.Sprint(a.World.Contract(b.story)))
	}
	return visit{b.email, "/api/v1" + path, b.body}, true
}

// TestNoRouteOfTheReferenceBreaksOnAnyInput: parameters, ids and attributes of all kinds
// of wrong values are refused or taken, and none is a mistake of ours.
func TestNoRouteOfTheReferenceBreaksOnAnyInput(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		sent := 0
		for _, r := range nukitu.ReferenceRoutes(t) {
			if !r.Built {
				continue
			}
			method, path, _ := strings.Cut(r.Route, " ")
			v, known := goodVisit(a, r)
			if !known {
				id := recordsOf(t, a, path, "")[0]
				v = visit{playersOf(a, r)[0], "/api/v1" + strings.ReplaceAll(path, "{id}", fmt.Sprint(id)), cmp.Or(openBodies[r.Route], "{}")}
			}
			token := tokenFor(t, a, r, v.email)
			for _, bad := range spoiledVisits(r, v) {
				sent++
				var body any
				if method != http.MethodGet {
					body = bad.body
				}
				if got := a.Do(t, method, bad.path, token, body); got.Status >= http.StatusInternalServerError {
					t.Errorf("%s: %.200s %.200s: %d %.300s", r.Route, bad.path, bad.body, got.Status, got.Body)
				}
			}
		}
		if sent < 1_500 {
			t.Errorf("only %d requests were sent", sent)
		}
		if strings.Contains(a.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours: %.1000s", a.Log)
		}
	})
}

// Values that no attribute and no parameter is made for.
var (
	oddTexts = []string{
		"", "null", "undefined", "😀🇮🇩", "\u0000", "\u202e", "%", "'; --", "-1", "0", "1.5", "1e308", "99999999999999999999",
		"2147483648", strings.Repeat("é", 70_000), "2026-02-30", "25:61",
	}
	oddValues = []string{
		`null`, `""`, `"😀🇮🇩"`, `"\u0000"`, `"\ud800"`, `-1`, `0`, `1.5`, `1e308`, `1e400`, `99999999999999999999`, `2147483648`, `true`, `[]`, `{}`, `[null]`,
		`[{}]`, `[[[[]]]]`, `{"id":99999999}`, `99999999`, `"` + strings.Repeat("é", 70_000) + `"`, `"2026-02-30"`, `"0001-01-01"`, `"25:61"`,
	}
)

// spoiledVisits are a visit with each wrong id, parameter and attribute.
func spoiledVisits(r nukitu.ReferenceRoute, v visit) []visit {
	var list []visit
	plain, _, _ := strings.Cut(v.path, "?")
	_, template, _ := strings.Cut(r.Route, " ")
	if strings.Contains(template, "{id}") {
		for _, id := range []string{"0", "-1", "abc", "1.0", "😀", "9223372036854775807", "9223372036854775808", "99999999", "%00", "null", strings.Repeat("1", 5_000)} {
			list = append(list, visit{v.email, "/api/v1" + strings.ReplaceAll(template, "{id}", url.PathEscape(id)), v.body})
		}
	}
	for _, name := range append(slices.Clone(r.Parameters), "unknown", "page[]") {
		for _, odd := range oddTexts {
			if len(odd) > 10_000 {
				odd = odd[:10_000]
			}
			q := url.Values{name: {odd, "again"}}
			for other, value := range needed[r.Route] {
				if other != name {
					q[other] = value
				}
			}
			list = append(list, visit{v.email, plain + "?" + q.Encode(), v.body})
		}
	}
	if strings.HasPrefix(r.Route, "GET ") {
		return list
	}
	var good map[string]json.RawMessage
	if json.Unmarshal([]byte(v.body), &good) != nil {
		return list
	}
	for _, odd := range oddValues {
		all := map[string]string{}
		for _, name := range r.Attributes {
			list = append(list, visit{v.email, v.path, bodyWith(good, r.Resource, map[string]string{name: odd})})
			all[name] = odd
		}
		list = append(list, visit{v.email, v.path, bodyWith(good, r.Resource, all)}, visit{v.email, v.path, odd})
	}
	for _, name := range r.Attributes {
		list = append(list, visit{v.email, v.path, bodyWith(good, r.Resource, map[string]string{name: ""})}) // absent
	}
	return list
}

// bodyWith is a body with other values, as JSON, under the key of its resource or beside;
// "" takes one away.
func bodyWith(good map[string]json.RawMessage, resource string, values map[string]string) string {
	inner, wrapped := map[string]json.RawMessage{}, false
	if resource != "" {
		wrapped = json.Unmarshal(good[resource], &inner) == nil
	}
	if !wrapped {
		inner = map[string]json.RawMessage{}
		for name, value := range good {
			inner[name] = value
		}
	}
	for name, value := range values {
		inner[name] = json.RawMessage(value)
		if value == "" {
			delete(inner, name)
		}
	}
	var b strings.Builder // json.Marshal refuses what is not valid
	for name, value := range inner {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		_, _ = fmt.Fprintf(&b, "%q:%s", name, value)
	}
	if resource == "" || !wrapped {
		return "{" + b.String() + "}"
	}
	return fmt.Sprintf("{%q:{%s}}", resource, b.String())
}
