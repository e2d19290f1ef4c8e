package api_test

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/api"
	"kontrak/internal/authn"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/rest/kit"
	"kontrak/internal/rest/nukitu"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/rest/yedpay"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// unkeyed are the writing routes that take no part in idempotency keys, with the reason.
var unkeyed = map[string]string{
	"POST /api/v1/auth/register":         "nobody has signed in",
	"POST /api/v1/auth/login":            "tokens are given",
	"POST /api/v1/auth/verify-email":     "nobody has signed in, and tokens are given",
	"POST /api/v1/auth/resend-otp":       "a code is sent",
	"POST /api/v1/auth/refresh":          "tokens are given",
	"POST /api/v1/auth/forgot-password":  "a code is sent",
	"POST /api/v1/auth/verify-reset-otp": "nobody has signed in, and a token is given",
	"POST /api/v1/auth/reset-password":   "nobody has signed in",
	"DELETE /api/v1/auth/logout":         "the session ends",
	"DELETE /api/v1/auth/logout-all":     "the session ends",
	"PATCH /api/v1/profile/password":     "the session ends, and passwords are not hashed with the rest",
	"POST /api/v1/promotions/validate":   "nothing is changed",
	"POST /v1/personal/token":            "a token is given",
}

// dialects are the REST dialects with who calls them.
var dialects = []struct {
	name, path string
	text       []byte
	as         func(path string) string // an address; "" for an API key
}{
	{"nukitu", "/api/v1", nukitu.OpenAPI, func(path string) string {
		switch {
		case strings.HasPrefix(path, "/api/v1/partner/"), path == "/api/v1/profile/domicile":
			return "partner@demo.test"
		case strings.HasPrefix(path, "/api/v1/supervisor/"):
			return "supervisor@demo.test"
		}
		return "institution@demo.test"
	}},
	{"faveo", faveo.Path, faveo.OpenAPI, func(string) string { return "supervisor@demo.test" }},
	{"yedpay", "/v1", yedpay.OpenAPI, func(string) string { return "institution@demo.test" }},
	{"kit", kit.Path, kit.OpenAPI, func(string) string { return "" }},
}

// bodies are what a route needs before its action begins; the others need an object.
var bodies = map[string]string{
	"PUT /api/v1/device-token":                               `{"device_id":"d","fcm_token":"t"}`,
	"DELETE /api/v1/device-token":                            `{"device_id":"d"}`,
	"PATCH /kit-api/v1/contracts/{uuid}":                     `{"tagIds":[]}`,
	"POST /kit-api/v1/signatures/{sig}/send":                 `{"input":{"participantUuid":"abcdefab-cdef-4abc-8def-abcdefabcdef"}}`,
	"POST /service-desk/api/contract-approve/{contractId}":   `{"contract_id":1}`,
	"POST /service-desk/api/contract-reject/{contractId}":    `{"contract_id":1,"reason":"Dear."}`,
	"POST /service-desk/api/contract-renew/{contractId}":     nextPeriod,
	"POST /service-desk/api/contract-extend/{contractId}":    nextPeriod,
	"POST /service-desk/api/contract-terminate/{contractId}": `{"contract_id":1}`,
}

const nextPeriod = `{"contract_id":1,"approver_id":1,"cost":1,"contract_start_date":"2027-01-01 00:00:00","contract_end_date":"2027-02-01 00:00:00"}`

// caller sends a request with the caller's token or API key.
func caller(t testing.TB, app *testkit.App, email string, r *http.Request) (userID, institutionID int64) {
	t.Helper()
	if email == "" {
		r.Header.Set("X-Api-Key", world.KitKey)
		who, err := app.Auth.AuthenticateKey(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return who.UserID, who.CurrentInstitution
	}
	r.Header.Set("Authorization", "Bearer "+app.Token(t, email))
	account, _ := app.World.Account(email)
	return account.UserID, 0
}

// TestEveryWritingRouteHasKeys: on every route of every dialect that changes something, a
// key that stands for another request is refused as such, before the record, the input
// and its state are looked at. A route that does not keep keys answers something else.
func TestEveryWritingRouteHasKeys(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		seen := map[string]bool{}
		for _, d := range dialects {
			for _, o := range operationsOf(t, d.text, d.path) {
				route := o.Method + " " + o.Template
				seen[route] = true
				if unkeyed[route] != "" {
					continue
				}
				r := requestOf(t, app, o.Method, o.Template)
				user, institution := caller(t, app, d.as(o.Template), r)
				operation := route
				if institution != 0 {
					operation += fmt.Sprint(" of ", institution)
				}
				app.Store.Client().Idempotency.Create().SetUserID(user).SetOperation(operation).SetKey("K-1").SetRequestHash("another").
					SetResultType("").SetResultID(0).SetOutcome("").SetCreatedAt(app.Wall.Now()).ExecX(t.Context())
				r.Header.Set("Idempotency-Key", "K-1")
				if got := app.Send(r); !strings.Contains(string(got.Body), "This idempotency key was used with another request.") || got.Status/100 != 4 {
					t.Errorf("%s %s: %d %.300s", d.name, route, got.Status, got.Body)
				}
				r = requestOf(t, app, o.Method, o.Template)
				caller(t, app, d.as(o.Template), r)
				r.Header.Set("Idempotency-Key", "a b")
				if got := app.Send(r); !strings.Contains(string(got.Body), "visible ASCII") || got.Status/100 != 4 {
					t.Errorf("%s %s, with a key that is none: %d %.300s", d.name, route, got.Status, got.Body)
				}
			}
		}
		for _, route := range slices.Sorted(maps.Keys(unkeyed)) {
			if !seen[route] {
				t.Errorf("%s takes no part, and is no route", route)
			}
		}
		if len(seen) < 50 {
			t.Errorf("only %d routes are described: %v", len(seen), slices.Sorted(maps.Keys(seen)))
		}
	})
}

// operation is a writing route as it is described, with its dialect's prefix.
type operation struct{ Method, Template string }

func operationsOf(t testing.TB, text []byte, prefix string) (list []operation) {
	t.Helper()
	document, err := openapi.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range document.Operations() {
		if o.Method != http.MethodGet {
			list = append(list, operation{o.Method, prefix + o.Path})
		}
	}
	return list
}

// requestOf makes a request of a route about nothing in particular.
func requestOf(t testing.TB, app *testkit.App, method, template string) *http.Request {
	t.Helper()
	path := strings.NewReplacer(
		"{id}", "1", "{contractId}", "1", "{uuid}", "abcdefab-cdef-4abc-8def-abcdefabcdef", "{sig}", "abcdefab-cdef-4abc-8def-abcdefabcdef",
		"{key}", "1", "{company_id}", companyOf(t, app), "{token_id}", tokenOf(t, app),
	).Replace(template)
	if strings.HasSuffix(template, "/documents") {
		return app.Form(t, method, path, "", testkit.Part{Field: "type", Body: "yedpay_contract"}, testkit.Part{Field: "contract_type", Body: "0"}, testkit.Part{Field: "file", File: "a.pdf", Body: testkit.PDF})
	}
	body := bodies[method+" "+template]
	if body == "" {
		body = "{}"
	}
	return app.Request(t, method, path, "", body)
}

func companyOf(t testing.TB, app *testkit.App) string {
	t.Helper()
	return app.Store.Client().Institution.GetX(t.Context(), app.World.Institutions["home"]).PublicID
}

// tokenOf gives a personal token of the institution's account.
func tokenOf(t testing.TB, app *testkit.App) string {
	t.Helper()
	account, _ := app.World.Account("institution@demo.test")
	made, _, err := app.Auth.PersonalTokens(t.Context(), account.UserID, 0, 1)
	if err == nil && len(made) == 0 {
		one, err := app.Auth.CreatePersonalToken(t.Context(), account.UserID, "test")
		if err != nil {
			t.Fatal(err)
		}
		return one.ID
	}
	if err != nil {
		t.Fatal(err)
	}
	return made[0].ID
}

// TestARequestOfADialectIsDoneOncePerKey: sent twice, one row is there and both get the
// same answer; with another body, or file, it is refused. What is gone is not shown.
func TestARequestOfADialectIsDoneOncePerKey(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		document := func(file string) func() *http.Request {
			return func() *http.Request {
				return app.Form(t, http.MethodPost, "/v1/companies/"+companyOf(t, app)+"/documents", "",
					testkit.Part{Field: "type", Body: "yedpay_contract"}, testkit.Part{Field: "contract_type", Body: "0"}, testkit.Part{Field: "file", File: "a.pdf", Body: file})
			}
		}
		contract := func(name string) func() *http.Request {
			return func() *http.Request {
				parts := []testkit.Part{{Field: "attachment", File: "a.pdf", Body: testkit.PDF}}
				for field, value := range map[string]string{"name": name, "description": "x", "contract_type_id": "1", "cost": "5", "approver_id": "1", "institution_id": fmt.Sprint(app.World.Institutions["home"]),
					"contract_start_date": "2027-01-01 00:00:00", "contract_end_date": "2027-02-01 00:00:00"} {
					parts = append(parts, testkit.Part{Field: field, Body: value})
				}
				return app.Form(t, http.MethodPost, "/service-desk/api/contract", "", parts...)
			}
		}
		plain := func(method, path, body string) func() *http.Request {
			return func() *http.Request { return app.Request(t, method, path, "", body) }
		}
		offer := fmt.Sprint("/api/v1/partner/contracts/", app.World.Contract("offer"), "/reject")
		for _, c := range []struct {
			as          string
			send, other func() *http.Request
			status      int // of the other
		}{
			{"partner@demo.test", plain("PATCH", offer, `{"contract":{"reason":"Ill."}}`), plain("PATCH", offer, `{"contract":{"reason":"Busy."}}`), 400},
			{"", plain("POST", "/kit-api/v1/contracts/tags", `{"input":{"name":"Once"}}`), plain("POST", "/kit-api/v1/contracts/tags", `{"input":{"name":"Twice"}}`), 409},
			{"admin@demo.test", contract("Once"), contract("Twice"), 400},
			{"institution@demo.test", document(testkit.PDF), document(testkit.PNG), 400},
		} {
			answers := make([]*testkit.Response, 3)
			for i, next := range []func() *http.Request{c.send, c.send, c.other} {
				r := next()
				caller(t, app, c.as, r)
				r.Header.Set("Idempotency-Key", "K-1")
				answers[i] = app.Send(r)
			}
			if answers[0].Status/100 != 2 || answers[1].Status != answers[0].Status || string(answers[1].Body) != string(answers[0].Body) {
				t.Errorf("%s: %d %.300s\nagain: %d %.300s", c.send().URL, answers[0].Status, answers[0].Body, answers[1].Status, answers[1].Body)
			}
			if answers[2].Status != c.status || !strings.Contains(string(answers[2].Body), "used with another request") {
				t.Errorf("%s, another request: %d %.300s", c.send().URL, answers[2].Status, answers[2].Body)
			}
		}
		tag := app.Store.Client().Tag.Query().AllX(t.Context())
		last := tag[len(tag)-1]
		for _, want := range []string{last.Name, ""} {
			r := app.Request(t, http.MethodDelete, fmt.Sprint("/kit-api/v1/contracts/tags/", last.ID), "", nil)
			caller(t, app, "", r)
			r.Header.Set("Idempotency-Key", "K-2")
			if got := app.Send(r); got.Status != http.StatusOK || !strings.Contains(string(got.Body), want) || want == "" && strings.TrimSpace(string(got.Body)) != `{"ok":true}` {
				t.Errorf("a tag is deleted: %d %s", got.Status, got.Body)
			}
		}
	})
}

// TestWritesAreLimited: those of one account count together, whatever door they come
// through; those by API keys count for their institution. Reading counts nowhere.
func TestWritesAreLimited(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		var err error
		app.Auth, err = authn.New(authn.Config{
			Store: app.Store, Wall: app.Wall.Now, Issuer: testkit.Issuer, Audience: testkit.Audience,
			Keys: authn.Keys{Current: testkit.KeyID, Secrets: testkit.Secrets}, Codes: testkit.Codes, Limits: authn.Limits{Writes: 4},
		})
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		app.Handler, err = api.New(api.Config{Doors: api.Doors(app.Market, app.Auth, log, api.GraphOptions{}), Ready: app.Store.Ping, Wall: app.Wall.Now, Logger: log})
		if err != nil {
			t.Fatal(err)
		}
		const nothing, query = `{"query":"mutation { contractAccept(input: { contract: \"x\" }) { userErrors { code } } }"}`, `{"query":"{ viewer { id } }"}`
		const twice = `{"query":"mutation { a: contractAccept(input: { contract: \"x\" }) { userErrors { code } } b: contractAccept(input: { contract: \"x\" }) { userErrors { code } } }"}`
		for i, c := range []struct {
			as, method, path, body string
			after                  time.Duration
			limited                string // how that is said; "" for not
			wait                   string
		}{
			{as: "institution@demo.test", method: "PATCH", path: "/api/v1/contracts/999999/cancel", body: `{}`},
			{as: "institution@demo.test", method: "POST", path: "/query", body: nothing, after: 10 * time.Second},
			{as: "institution@demo.test", method: "POST", path: "/v1/companies/" + companyOf(t, app) + "/documents", body: `{}`},
			{as: "institution@demo.test", method: "POST", path: "/query", body: twice, limited: `"code":"RATE_LIMITED"`},
			{as: "institution@demo.test", method: "POST", path: "/query", body: nothing},
			{as: "institution@demo.test", method: "POST", path: "/query", body: nothing, limited: `"retry_after":50`},
			{as: "institution@demo.test", method: "PATCH", path: "/api/v1/contracts/999999/cancel", body: `{}`, limited: `"details":{"retry_after":["50"]}`, wait: "50"},
			{as: "institution@demo.test", method: "DELETE", path: "/v1/personal/token/x", limited: `Seconds to wait: 50.","status":429`, wait: "50"},
			{as: "institution@demo.test", method: "POST", path: "/query", body: query},
			{as: "institution@demo.test", method: "GET", path: "/api/v1/contracts"},
			{as: "institution@demo.test", method: "POST", path: "/api/v1/promotions/validate", body: `{}`},
			{as: "admin@demo.test", method: "POST", path: "/service-desk/api/contract-approve/1", body: `{}`},
			{as: "", method: "POST", path: "/kit-api/v1/contracts/tags", body: `{}`},
			{as: "", method: "POST", path: "/kit-api/v1/contracts/tags", body: `{}`},
			{as: "", method: "POST", path: "/kit-api/v1/contracts/tags", body: `{}`},
			{as: "", method: "DELETE", path: "/kit-api/v1/contracts/tags/1"},
			{as: "", method: "DELETE", path: "/kit-api/v1/contracts/tags/1", limited: `Seconds to wait: 60.","errorCode":"TOO_MANY_REQUESTS"`, wait: "60"},
			{as: "", method: "GET", path: "/kit-api/v1/contracts/tags"},
			{as: "institution@demo.test", method: "POST", path: "/query", body: nothing, after: 50 * time.Second},
		} {
			app.Wall.Advance(c.after)
			r := app.Request(t, c.method, c.path, "", c.body)
			caller(t, app, c.as, r)
			got := app.Send(r)
			said := strings.Contains(string(got.Body), `RATE_LIMITED`) || got.Status == http.StatusTooManyRequests
			if said != (c.limited != "") || !strings.Contains(string(got.Body), c.limited) || got.Header.Get("Retry-After") != c.wait {
				t.Errorf("%d, %s %s by %q: %d, after %q: %.300s", i, c.method, c.path, c.as, got.Status, got.Header.Get("Retry-After"), got.Body)
			}
		}
	})
}
