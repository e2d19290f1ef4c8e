package nukitu_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/testkit"
)

// badInput is a request that must be refused.
type badInput struct {
	name, email, method, path string
	body                      any
	contentType               string
	status                    int
	code, field               string
}

func TestBadInputIsRefusedAndWritesNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		cases := append(badQueries(a), append(badBodies(a), badLogins()...)...)
		tokens := map[string]string{"": ""}
		for _, c := range cases {
			if tokens[c.email] == "" && c.email != "" {
				tokens[c.email] = a.Token(t, c.email)
			}
		}
		before := a.Snapshot(t)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				r := a.Request(t, c.method, c.path, tokens[c.email], c.body)
				if c.contentType != "" {
					r.Header.Set("Content-Type", strings.TrimPrefix(c.contentType, "none"))
				}
				got := a.Send(r)
				if got.Status != c.status {
					t.Fatalf("status %d, want %d: %s", got.Status, c.status, got.Body)
				}
				checkFailure(t, got, c.code, c.field)
			})
		}
		if d := cmp.Diff(before, a.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
		if strings.Contains(a.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours: %s", a.Log)
		}
	})
}

// badQueries are bad parameters of every list.
func badQueries(a *testkit.App) []badInput {
	var all []badInput
	refused := func(email, path, query, field string) {
		all = append(all, badInput{
			name: path + "?" + query, email: email, method: http.MethodGet, path: "/api/v1/" + path + "?" + query,
			status: 400, code: "invalid_parameter", field: field,
		})
	}
	for _, list := range []struct{ email, path string }{
		{"partner@demo.test", "partner/contracts"}, {"institution@demo.test", "contracts"}, {"institution@demo.test", "partners"},
	} {
		for _, query := range []string{
			"page=0", "page=-1", "page=abc", "page=1.5", "page=1e3", "page=0x10", "page=99999999999999999999", "page=2000000000", "page=%00",
		} {
			refused(list.email, list.path, query, "page")
		}
		for _, query := range []string{"per_page=0", "per_page=-5", "per_page=abc", "per_page=-99999999999999999999", "per_page=10%2C5"} {
			refused(list.email, list.path, query, "per_page")
		}
		refused(list.email, list.path, "page=0&per_page=none", "page,per_page")
		all = append(all, badInput{
			name: list.path + " with a query that cannot be read", email: list.email, method: http.MethodGet,
			path: "/api/v1/" + list.path + "?status=%zz", status: 400, code: "bad_request",
		})
	}
	for _, query := range []string{"status=unknown", "status=DRAFT", "status=supervisor_pending", "status=%00"} {
		refused("supervisor@demo.test", "supervisor/contracts", query, "status")
	}
	refused("supervisor@demo.test", "supervisor/contracts", "status=x&page=0&per_page=x", "status,page,per_page")
	for _, list := range []struct{ email, path string }{{"partner@demo.test", "partner/contracts"}, {"institution@demo.test", "contracts"}} {
		for _, query := range []string{"status=unknown", "status=DRAFT", "status=supervisor_pending", "status=draft,accepted", "status=%00"} {
			refused(list.email, list.path, query, "status")
		}
		refused(list.email, list.path, "step=unknown", "step")
		refused(list.email, list.path, "step=0&status=1&page=x", "step,status,page")
	}
	for _, id := range []any{"abc", 0, -1, "1.0", "99999999999999999999", 99_999_999, a.World.Institutions["foreign"], a.World.Institutions["other"]} {
		refused("institution@demo.test", "contracts", fmt.Sprint("institution_id=", id), "institution_id")
		refused("institution@demo.test", "partners", fmt.Sprint("institution_id=", id), "institution_id")
	}
	refused("partner@demo.test", "partners", fmt.Sprint("institution_id=", a.World.Institutions["home"]), "institution_id")
	for query, field := range map[string]string{
		"latitude=-6.2": "longitude", "longitude=106.8": "latitude", "latitude=abc&longitude=106.8": "latitude",
		"latitude=91&longitude=106.8": "latitude", "latitude=-6.2&longitude=-181": "longitude", "latitude=NaN&longitude=1": "latitude",
		"latitude=1&longitude=Inf": "longitude", "latitude=1e999&longitude=1": "latitude",
		"radius=0": "radius", "radius=-1": "radius", "radius=abc": "radius", "radius=20001": "radius", "radius=NaN": "radius",
		"service_id=abc": "service_id", "service_id=0": "service_id", "sub_service_id=1.5": "sub_service_id",
		"kind=unknown": "kind", "kind=Repair": "kind", "open_to_work=yes": "open_to_work", "open_to_work=TRUE": "open_to_work",
		"sort=price": "sort", "sort_by=name": "sort_by", "sort_order=up": "sort_order",
		"sort=price_asc&sort_by=name&sort_order=up": "sort_by,sort_order",
		"q=%00": "q", "q=%ff": "q", "q=" + strings.Repeat("a", 201): "q",
	} {
		refused("institution@demo.test", "partners", query, field)
	}
	for _, email := range []string{"other@demo.test", "newcomer@demo.test"} {
		all = append(all, badInput{
			name: "partners around nothing for " + email, email: email, method: http.MethodGet, path: "/api/v1/partners",
			status: 400, code: "invalid_parameter", field: "latitude",
		})
	}
	return all
}

// badBodies are bad bodies of the one route that writes.
func badBodies(a *testkit.App) []badInput {
	const supervisor = "supervisor@demo.test"
	path := assignPath(a.World.Queue.ContractID)
	var all []badInput
	refused := func(name string, body any, status int, code, field string) {
		all = append(all, badInput{"assign: " + name, supervisor, http.MethodPatch, path, body, "", status, code, field})
	}
	for name, body := range map[string]string{
		"broken JSON": `{"contract":{"partner_id":42}`, "no JSON": `partner_id=42`, "two objects": `{} {}`, "a list": `[{"partner_id":42}]`,
		"a number": `42`, "a text": `"contract"`, "null": `null`, "only space": ` `, "deep nesting": strings.Repeat("[", 20_000),
	} {
		refused(name, body, 400, "bad_request", "")
	}
	refused("2 MB", `{"contract":{"partner_id":42,"note":"`+strings.Repeat("a", 2<<20)+`"}}`, 413, "body_too_large", "")
	refused("2 MB of no JSON", strings.Repeat("a", 2<<20), 413, "body_too_large", "")
	for name, body := range map[string]any{
		"no body": nil, "an empty object": `{}`, "an empty contract": `{"contract":{}}`, "no partner": `{"contract":{"partner_id":null}}`,
		"a text": assignBody("42"), "a word": assignBody("abc"), "a fraction": assignBody(4.5), "a truth": assignBody(true),
		"a list of partners": assignBody([]int{42}), "an object of a partner": assignBody(map[string]int{"id": 42}),
		"zero": assignBody(0), "a negative id": assignBody(-42), "a huge id": `{"contract":{"partner_id":99999999999999999999}}`,
		"the key in another case": `{"contract":{"PARTNER_ID":42}}`, "another wrapper": `{"assignment":{"partner_id":42}}`,
	} {
		refused(name, body, 400, "validation_error", "partner_id")
	}
	refused("a wrapper that is a number", `{"contract":42}`, 400, "validation_error", "contract")
	refused("a wrapper that is a list", `{"contract":[42]}`, 400, "validation_error", "contract")
	refused("an unknown partner", assignBody(99_999_999), 400, "not_eligible", "partner_id")
	for _, p := range a.World.Queue.Ineligible {
		refused(p.Rule, assignBody(p.PartnerID), 400, "not_eligible", "partner_id")
	}
	for name, kind := range map[string]string{"a form": "application/x-www-form-urlencoded", "text": "text/plain", "no type": "none", "multipart": "multipart/form-data; boundary=x"} {
		all = append(all, badInput{
			"assign: a body that is sent as " + name, supervisor, http.MethodPatch, path, `{"contract":{"partner_id":42}}`, kind,
			415, "unsupported_media_type", "",
		})
	}
	late := assignPath(a.World.Contract("queue_overdue"))
	taken := assignPath(a.World.Contract("reassigned"))
	return append(all,
		badInput{"assign: too late", supervisor, http.MethodPatch, late, assignBody(a.World.Partners["eligible"]), "", 400, "deadline_passed", ""},
		badInput{"assign: twice", supervisor, http.MethodPatch, taken, assignBody(a.World.Partners["lost"]), "", 400, "invalid_state", ""},
		badInput{"assign: unreadable, without a token", "", http.MethodPatch, path, `{`, "", 400, "bad_request", ""},
		badInput{"assign: without a token", "", http.MethodPatch, path, assignBody("?"), "", 401, "unauthorized", ""},
		badInput{"assign: by another role", "partner@demo.test", http.MethodPatch, path, assignBody("?"), "", 403, "forbidden", ""},
		badInput{"assign: in nobody's queue", supervisor, http.MethodPatch, assignPath(a.World.Contract("offer")), assignBody("?"), "", 404, "not_found", ""},
	)
}

// badLogins are bad bodies of the sign-in.
func badLogins() []badInput {
	var all []badInput
	refused := func(name string, body any, status int, code, field string) {
		all = append(all, badInput{"login: " + name, "", http.MethodPost, "/api/v1/auth/login", body, "", status, code, field})
	}
	login := func(extra string) string {
		return `{"email":"partner@demo.test","password":"demo-password"` + extra + `}`
	}
	refused("nothing", nil, 400, "validation_error", "email,password")
	refused("an empty object", `{}`, 400, "validation_error", "email,password")
	refused("empty texts", `{"email":"","password":""}`, 400, "validation_error", "email,password")
	refused("nulls", `{"email":null,"password":null}`, 400, "validation_error", "email,password")
	refused("numbers", `{"email":1,"password":2}`, 400, "validation_error", "email,password")
	refused("lists", `{"email":["a"],"password":{}}`, 400, "validation_error", "email,password")
	refused("no password", `{"email":"partner@demo.test"}`, 400, "validation_error", "password")
	refused("a wrapper that is a text", `{"user":"x"}`, 400, "validation_error", "email,password,user")
	refused("a device that is a text", login(`,"device_info":"phone"`), 400, "validation_error", "device_info")
	refused("a device of wrong types", login(`,"device_info":{"device_id":1,"device_name":[],"platform":true,"os_version":1,"app_version":{},"fcm_token":2}`),
		400, "validation_error", "device_info.device_id,device_info.device_name,device_info.platform,device_info.os_version,device_info.app_version,device_info.fcm_token")
	refused("an unknown platform", login(`,"device_info":{"platform":"amiga"}`), 400, "validation_error", "device_info.platform")
	refused("a long device id", login(`,"device_info":{"device_id":"`+strings.Repeat("a", 201)+`"}`), 400, "validation_error", "device_info.device_id")
	refused("a device that cannot be one", login(`,"device_info":{"device_id":" ","fcm_token":"a\n"}`), 400, "validation_error", "device_info.device_id,device_info.fcm_token")
	refused("a zero character", login(`,"device_info":{"device_name":"a\u0000"}`), 400, "validation_error", "device_info.device_name")
	refused("broken JSON", `{"email":`, 400, "bad_request", "")
	refused("2 MB", login(`,"x":"`+strings.Repeat("a", 2<<20)+`"`), 413, "body_too_large", "")
	refused("a wrong password", `{"email":"partner@demo.test","password":"guess"}`, 401, "unauthorized", "")
	refused("an unknown address", `{"email":"nobody@demo.test","password":"demo-password"}`, 401, "unauthorized", "")
	refused("a zero character in the address", `{"email":"a\u0000@demo.test","password":"guess"}`, 401, "unauthorized", "")
	refused("a suspended account", `{"email":"suspended@demo.test","password":"demo-password"}`, 403, "account_suspended", "")
	return all
}

func TestBadTokensAreRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "partner@demo.test")
		routes := []struct {
			method, path string
			body         any
		}{
			{"GET", "/api/v1/auth/me", nil}, {"GET", "/api/v1/partners", nil}, {"GET", "/api/v1/partner/contracts", nil},
			{"GET", "/api/v1/partner/contracts/1", nil}, {"GET", "/api/v1/contracts", nil}, {"GET", "/api/v1/contracts/1", nil},
			{"PATCH", assignPath(a.World.Queue.ContractID), assignBody(a.World.Queue.EligibleID)},
		}
		before := a.Snapshot(t)
		refused := func(name, code string, change func(*http.Request)) {
			for _, route := range routes {
				r := a.Request(t, route.method, route.path, token, route.body)
				change(r)
				got := a.Send(r)
				if got.Status != http.StatusUnauthorized || got.Header.Get("WWW-Authenticate") != "Bearer" {
					t.Errorf("%s: %s %s: %d %s", name, route.method, route.path, got.Status, got.Body)
				}
				checkFailure(t, got, code, "")
			}
		}
		header := func(value string) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set("Authorization", value) }
		}
		refused("a cookie instead of the header", "unauthorized", func(r *http.Request) {
			r.Header.Del("Authorization")
			r.AddCookie(&http.Cookie{Name: "jwt", Value: token})
		})
		refused("a forged signature", "unauthorized", header("Bearer "+token[:len(token)-4]+"AAAA"))
		refused("no algorithm", "unauthorized", header("Bearer eyJhbGciOiJub25lIn0."+strings.Split(token, ".")[1]+"."))
		refused("no token", "unauthorized", header("Bearer "))
		refused("another scheme", "unauthorized", header("Token "+token))
		a.Wall.Advance(25 * time.Hour)
		refused("an expired token", "token_expired", header("Bearer "+token))
		if d := cmp.Diff(before, a.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
	})
}
