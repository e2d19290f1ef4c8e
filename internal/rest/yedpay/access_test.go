package yedpay_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent/user"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/rest/yedpay"
	"kontrak/internal/testkit"
)

// paths are of every route that needs a token, with a company of the hospital.
func paths(t testing.TB, app *testkit.App, company string) [][2]string {
	t.Helper()
	return [][2]string{
		{"GET", "/v1/companies/" + company + "/contracts"}, {"POST", "/v1/companies/" + company + "/documents"},
		{"GET", "/v1/companies/" + company + "/documents/2M49E60Z7XGZ17G5DN"}, {"GET", "/v1/me"},
		{"GET", "/v1/personal/token"}, {"POST", "/v1/personal/token"},
		{"GET", "/v1/personal/token/2M49E60Z7XGZ17G5DN"}, {"DELETE", "/v1/personal/token/2M49E60Z7XGZ17G5DN"},
	}
}

// TestWithoutATokenTheBodySays500AndTheStatusLine401, on every route.
func TestWithoutATokenTheBodySays500AndTheStatusLine401(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	const want = `{"success":false,"message":"Unauthenticated.","status":500}` + "\n"
	headers := []string{"", "Bearer", "Bearer ", "Bearer x", "Basic eA==", "API-KEY 0123", "Bearer kpt_", "Bearer kpt_" + strings.Repeat("A", 32), "Bearer kpt_" + strings.Repeat("A", 10_000)}
	for _, p := range paths(t, app, company(t, app, "home").PublicID) {
		for _, header := range headers {
			r := app.Request(t, p[0], p[1], "", nil)
			if header != "" {
				r.Header.Set("Authorization", header)
			}
			w := send(t, app, r)
			if w.Status != http.StatusUnauthorized || string(w.Body) != want || w.Header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s %.60s: %d %s", p, header, w.Status, w.Body)
			}
		}
	}
	w := get(t, app, app.Token(t, manager)+"x", "/v1/me")
	if w.Status != http.StatusUnauthorized || string(w.Body) != want {
		t.Errorf("%d %s", w.Status, w.Body)
	}
}

// TestAForeignCompanyIsNotToldApartFromNone is case 12 and the ruling on it: only the
// back office learns that there is no such company.
func TestAForeignCompanyIsNotToldApartFromNone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		home := company(t, app, "home").PublicID
		const refused = `{"success":false,"message":"This action is unauthorized.","status":403}` + "\n"
		none := []string{"2M49E60Z7XGZ17G5DN", "x", "1", "%00", strings.ToLower(home), home + "A", "'%20OR%201=1", "%F0%9F%98%80", strings.Repeat("9", 3000), "%FF"}
		for _, email := range []string{stranger, "other@demo.test", "partner@demo.test", "newcomer@demo.test", "former@demo.test", "requested@demo.test", "supervisor2@demo.test"} {
			token := app.Token(t, email)
			for _, c := range append([]string{home}, none...) {
				for _, path := range []string{"/contracts", "/documents/2M49E60Z7XGZ17G5DN"} {
					if w := get(t, app, token, "/v1/companies/"+c+path); w.Status != http.StatusForbidden || string(w.Body) != refused {
						t.Errorf("%s, %.40s%s: %d %s", email, c, path, w.Status, w.Body)
					}
				}
				w := send(t, app, app.Form(t, http.MethodPost, "/v1/companies/"+c+"/documents", token, upload(testkit.PDF)...))
				if w.Status != http.StatusForbidden || string(w.Body) != refused {
					t.Errorf("%s, %.40s: %d %s", email, c, w.Status, w.Body)
				}
			}
		}
		for _, c := range none {
			w := get(t, app, app.Token(t, admin), "/v1/companies/"+c+"/contracts")
			if want := `{"success":false,"message":"Not Found.","status":404}` + "\n"; w.Status != http.StatusNotFound || string(w.Body) != want {
				t.Errorf("%.40s: %d %s", c, w.Status, w.Body)
			}
		}
	})
}

// TestMembersAgentsAndTheBackOfficeSeeTheSameList.
func TestMembersAgentsAndTheBackOfficeSeeTheSameList(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	home := company(t, app, "home").PublicID
	want := contracts(t, app, app.Token(t, manager), home, "?limit=100")
	if len(want.Data) < 15 {
		t.Fatalf("%d contracts", len(want.Data))
	}
	for _, email := range []string{"member@demo.test", "supervisor@demo.test", admin, "admin2@demo.test"} {
		if d := cmp.Diff(want.Data, contracts(t, app, app.Token(t, email), home, "?limit=100").Data); d != "" {
			t.Errorf("%s: %s", email, d)
		}
	}
}

func TestEveryFailureHasTheEnvelope(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token := app.Token(t, manager)
	for _, c := range []struct {
		method, path string
		status       int
		message      string
	}{
		{"GET", "/v1", 404, "Not Found."}, {"GET", "/v1/", 404, "Not Found."}, {"GET", "/v1/nothing", 404, "Not Found."},
		{"PATCH", "/v1/companies/x/contracts/y", 404, "Not Found."}, {"GET", "/v1/companies", 404, "Not Found."},
		{"DELETE", "/v1/me", 405, ""}, {"PUT", "/v1/personal/token", 405, ""}, {"POST", "/v1/companies/x/contracts", 405, ""},
		{"GET", "/v1/me?x=%zz", 400, ""}, {"GET", "/v1/personal/token/none", 404, "Not Found."},
		{"DELETE", "/v1/personal/token/2M49E60Z7XGZ17G5DN", 404, "Not Found."},
	} {
		w := app.Do(t, c.method, c.path, token, nil)
		o := w.Object(t)
		if w.Status != c.status || o["success"] != false || o["status"] != float64(c.status) || o["message"] == "" || c.message != "" && o["message"] != c.message {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Status, w.Body)
		}
		if c.status == 405 && w.Header.Get("Allow") == "" {
			t.Errorf("%s %s names no method", c.method, c.path)
		}
	}
	if w := app.Do(t, http.MethodHead, "/v1/me", token, nil); w.Status != http.StatusOK {
		t.Errorf("HEAD: %d", w.Status)
	}
}

// TestEveryFaultIsAnsweredWithAStatusOfItsOwn: but those that no use-case of these
// routes fails with.
func TestEveryFaultIsAnsweredWithAStatusOfItsOwn(t *testing.T) {
	t.Parallel()
	none := []fault.Code{fault.InternalError, fault.WrongCredentials, fault.PartnerIneligible}
	for _, d := range fault.Codes() {
		own := yedpay.Answered(d.Code) != http.StatusInternalServerError
		if elsewhere := d.GraphOnly || slices.Contains(none, d.Code); own == elsewhere {
			t.Errorf("%s has a status of its own: %t", d.Code, own)
		}
	}
}

func TestWhoAmI(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token, home := app.Token(t, manager), company(t, app, "home")
	plain := get(t, app, token, "/v1/me").Object(t)["data"].(map[string]any)
	if plain["company_id"] != home.PublicID || plain["email"] != manager || plain["role"] != "institution" || plain["first_name"] != "Sri" || plain["company"] != nil {
		t.Errorf("%v", plain)
	}
	for _, query := range []string{"?include=company", "?include=company,stores", "?include=stores&include=company"} {
		with := get(t, app, token, "/v1/me"+query).Object(t)["data"].(map[string]any)
		if c, _ := with["company"].(map[string]any); c["id"] != home.PublicID || c["name"] != home.Name {
			t.Errorf("%s: %v", query, with)
		}
	}
	for _, email := range []string{"partner@demo.test", "newcomer@demo.test", admin} {
		if none := get(t, app, app.Token(t, email), "/v1/me?include=company").Object(t)["data"].(map[string]any); none["company_id"] != "" || none["company"] != nil {
			t.Errorf("%v", none)
		}
	}
}

// makeToken makes a personal token.
func makeToken(t testing.TB, app *testkit.App, token, body string) *testkit.Response {
	t.Helper()
	r := app.Request(t, http.MethodPost, "/v1/personal/token", token, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(t, app, r)
}

func TestAPersonalTokenIsGoodForAYearHereAlone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, home := app.Token(t, manager), company(t, app, "home").PublicID
		made := makeToken(t, app, token, "name=till+2").Object(t)
		secret, _ := made["token"].(string)
		if made["name"] != "till 2" || made["status"] != "active" || len(secret) < 32 || made["expires_at"] != "2027-06-08 02:00:00" {
			t.Fatalf("%v", made)
		}
		if got := contracts(t, app, secret, home, ""); got.Meta.Pagination.Total == 0 {
			t.Error("it opens nothing")
		}
		for _, path := range []string{"/api/v1/auth/me", "/service-desk/api/contract-list"} {
			if w := app.Do(t, http.MethodGet, path, secret, nil); w.Status != http.StatusUnauthorized {
				t.Errorf("%s takes it: %d %s", path, w.Status, w.Body)
			}
		}
		if w := app.Do(t, http.MethodPost, "/query", secret, map[string]string{"query": "{ viewer { id } }"}); !strings.Contains(string(w.Body), "TOKEN_INVALID") {
			t.Errorf("the graph takes it: %s", w.Body)
		}
		if w := makeToken(t, app, secret, "name=child"); w.Status != http.StatusForbidden {
			t.Errorf("it makes another: %d %s", w.Status, w.Body)
		}
		shown := get(t, app, token, "/v1/personal/token")
		one := get(t, app, token, "/v1/personal/token/"+made["id"].(string))
		for _, w := range []*testkit.Response{shown, one} {
			if strings.Contains(string(w.Body), secret) || !strings.Contains(string(w.Body), `"last_used":"2026-06-08 02:00:00"`) {
				t.Errorf("%s", w.Body)
			}
		}
		if row := app.Store.Client().PersonalToken.Query().OnlyX(t.Context()); strings.Contains(row.TokenHash, secret[4:]) || len(row.TokenHash) != 64 {
			t.Errorf("%+v", row)
		}
		app.Wall.Set(app.Wall.Now().AddDate(1, 0, 0).Add(-time.Second))
		if w := get(t, app, secret, "/v1/me"); w.Status != http.StatusOK {
			t.Errorf("a second before its end: %d", w.Status)
		}
		app.Wall.Set(app.Wall.Now().Add(time.Second))
		if w := get(t, app, secret, "/v1/me"); w.Status != http.StatusUnauthorized {
			t.Errorf("at its end: %d", w.Status)
		}
	})
}

func TestAPersonalTokenEndsWithItsAccountOrByItsOwner(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token := app.Token(t, manager)
	first, second := makeToken(t, app, token, "name=a").Object(t), makeToken(t, app, token, "name=b").Object(t)
	path := "/v1/personal/token/" + first["id"].(string)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if w := send(t, app, app.Request(t, method, path, app.Token(t, stranger), nil)); w.Status != http.StatusNotFound {
			t.Errorf("somebody else: %d %s", w.Status, w.Body)
		}
	}
	for range 2 {
		if o := send(t, app, app.Request(t, http.MethodDelete, path, token, nil)).Object(t); o["status"] != "inactive" {
			t.Errorf("%v", o)
		}
	}
	if w := get(t, app, first["token"].(string), "/v1/me"); w.Status != http.StatusUnauthorized {
		t.Errorf("revoked: %d", w.Status)
	}
	if w := get(t, app, second["token"].(string), "/v1/me"); w.Status != http.StatusOK {
		t.Errorf("the other one: %d", w.Status)
	}
	app.Store.Client().User.Update().Where(user.Email(manager)).SetStatus(lifecycle.UserSuspended).ExecX(t.Context())
	if w := get(t, app, second["token"].(string), "/v1/me"); w.Status != http.StatusUnauthorized {
		t.Errorf("suspended: %d", w.Status)
	}
}

func TestTheNameOfATokenIsLooked(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token := app.Token(t, manager)
	for _, body := range []string{"", "name=", "name=+", "name=" + strings.Repeat("x", 101), "name=%00", "name=%FF", "other=1"} {
		w := makeToken(t, app, token, body)
		if o := w.Object(t); w.Status != http.StatusUnprocessableEntity || o["errors"].(map[string]any)["field"] != "name" {
			t.Errorf("%.20s: %d %s", body, w.Status, w.Body)
		}
	}
	r := app.Request(t, http.MethodPost, "/v1/personal/token", token, `{"name":"x"}`)
	if w := send(t, app, r); w.Status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON: %d %s", w.Status, w.Body)
	}
	if w := send(t, app, app.Form(t, http.MethodPost, "/v1/personal/token", token, testkit.Part{Field: "name", Body: "😀"})); w.Status != http.StatusOK {
		t.Errorf("a form: %d %s", w.Status, w.Body)
	}
	for range 49 {
		makeToken(t, app, token, "name=x")
	}
	if w := makeToken(t, app, token, "name=x"); w.Status != http.StatusBadRequest {
		t.Errorf("the 51st: %d %s", w.Status, w.Body)
	}
	if n := app.Store.Client().PersonalToken.Query().CountX(t.Context()); n != 50 {
		t.Errorf("%d tokens", n)
	}
}
