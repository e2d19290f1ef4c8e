package faveo_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent/user"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/testkit"
)

// odd are values that no parameter but a text takes as they are.
var odd = []string{
	"abc", "1.5", "1e3", "-1", "0x10", "true", "{}", "[1]", "😀", "%", "_", "' OR 1=1 --", `"; DROP TABLE agreements; --`, `\`, "\x00", "\xff\xfe", " ", "１２",
	"99999999999999999999", "2026-01-01", "2026-13-01 00:00:00~", "2026-02-30 00:00:00~", "2026-01-02 00:00:00~2026-01-01 00:00:00", "0000-01-01 00:00:00~",
	"2026-01-01T00:00:00Z~", "2026-01-01 24:00:00~", "a~b", "~~", strings.Repeat("1", 5000), strings.Repeat("x", 300), strings.Repeat("한", 300),
}

// TestEveryParameterTakesAnythingWithoutHarm: whatever a parameter holds, the answer is
// a list or what is wrong with that parameter, never a failure of ours, and nothing is
// written.
func TestEveryParameterTakesAnythingWithoutHarm(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 20, 8)
		token := asAgent(t, app)
		before := app.Snapshot(t)
		names := document.Find(http.MethodGet, listing).Parameters
		if len(names) != 24 {
			t.Fatalf("%d parameters are described: %v", len(names), names)
		}
		for _, described := range names {
			name := strings.TrimSuffix(described, "[]")
			for _, key := range []string{name, name + "[]", name + "[0]", name + "[x]", name + "[", name + "[0][1]"} {
				for _, value := range odd {
					target := listing + "?" + url.Values{key: {value}}.Encode()
					r := call(t, app, http.MethodGet, target, token, nil)
					switch r.Status {
					case http.StatusOK:
					case http.StatusPreconditionFailed:
						if reasons, _ := answerOf(t, r).Message.(map[string]any); reasons[name] == nil || len(reasons) != 1 {
							t.Errorf("%s=%q: %s", key, value, r.Body)
						}
					default:
						t.Errorf("%s=%q: %d %s", key, value, r.Status, r.Body)
					}
				}
			}
		}
		if d := cmp.Diff(before, app.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
		if strings.Contains(app.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours")
		}
	})
}

func TestBadParametersAreNamedAllAtOnce(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token := app.Token(t, admin)
	for query, fields := range map[string]string{
		"sort-field=cost": "sort-field", "sort-field=Name": "sort-field", "sort-order=down": "sort-order", "vendor_ids=1,x": "vendor_ids", "status_ids[]=active": "status_ids",
		"contract_ids[a]=1": "contract_ids", "cost_begin=-1": "cost_begin", "cost_end=1.5": "cost_end", "cost_begin[]=1": "cost_begin", "notify_in_days_begin=x": "notify_in_days_begin",
		"created_at=2026-01-01 00:00:00": "created_at", "updated_at=2026-01-02 00:00:00~2026-01-01 00:00:00": "updated_at", "contract_start_date=now~": "contract_start_date",
		"search-query=" + strings.Repeat("x", 256): "search-query", "identifiers[]=%00": "identifiers", "search-query=%ff": "search-query",
		"sort-field=x&sort-order=y&owner_ids=z&cost_end=w&contract_end_date=v&search-query=%00": "contract_end_date cost_end owner_ids search-query sort-field sort-order",
	} {
		r := call(t, app, http.MethodGet, listing+"?"+strings.ReplaceAll(query, " ", "%20"), token, nil)
		if got := named412(t, r); got != fields {
			t.Errorf("%s: %d %s, want %s", query, r.Status, r.Body, fields)
		}
	}
	for _, query := range []string{"vendor_ids=99999999999999999999", "status_ids=7", "status_ids=0", "renewal_status_ids=3", "renewal_status_ids=14", "asset_ids=-5"} {
		if p := list(t, app, token, query); p.Total != 0 {
			t.Errorf("%s gives %d", query, p.Total)
		}
	}
	if r := call(t, app, http.MethodGet, listing+"?vendor_ids=%zz", token, nil); r.Status != http.StatusBadRequest {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

// named412 gives the fields that a failed validation names, in their order.
func named412(t testing.TB, r *testkit.Response) string {
	t.Helper()
	reasons, _ := answerOf(t, r).Message.(map[string]any)
	if r.Status != http.StatusPreconditionFailed {
		return fmt.Sprint("status ", r.Status)
	}
	var names []string
	for name := range reasons {
		names = append(names, name)
	}
	return strings.Join(sortedTexts(names), " ")
}

func TestTenThousandIDsAreAsked(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		papers := app.Papers(t, 20, 8)
		live := 0
		for _, p := range papers {
			if p.DeletedAt == nil {
				live++
			}
		}
		var comma, brackets, bad []string
		for i := range 10_000 {
			comma = append(comma, fmt.Sprint(i))
			brackets = append(brackets, fmt.Sprintf("contract_ids[]=%d", i))
			bad = append(bad, "x")
		}
		token := app.Token(t, admin)
		for _, query := range []string{"limit=100&contract_ids=" + strings.Join(comma, ","), "limit=100&" + strings.Join(brackets[:9999], "&")} {
			if p := list(t, app, token, query); p.Total != live {
				t.Errorf("%d of %d", p.Total, live)
			}
		}
		// More than 10,000 parameters are not read at all.
		if r := call(t, app, http.MethodGet, listing+"?limit=100&"+strings.Join(brackets, "&"), token, nil); r.Status != http.StatusBadRequest {
			t.Errorf("%d %.200s", r.Status, r.Body)
		}
		r := call(t, app, http.MethodGet, listing+"?contract_ids="+strings.Join(bad, ","), token, nil)
		if named412(t, r) != "contract_ids" || len(r.Body) > 200 {
			t.Errorf("%d %d bytes", r.Status, len(r.Body))
		}
	})
}

func TestBadFieldsAreNamedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, good := asAgent(t, app), fields(t, app)
		theirs := paper(t, app, "Theirs").SetInstitutionID(app.World.Institutions["foreign"]).SaveX(t.Context())
		foreignVendor := vendorOf(t, app, "foreign", "Dell")
		draft := create(t, app, token, but(good, map[string]any{"identifier": "taken"}))
		active := paper(t, app, "Active").SetStatus("active").SaveX(t.Context())
		before := app.Snapshot(t)
		const save = "contract"
		for _, c := range []struct {
			path   string
			body   any
			status int
			fields string
		}{
			{save, map[string]any{}, 412, "approver_id contract_type_id cost description end_date name start_date"},
			{save, nil, 412, "approver_id contract_type_id cost description end_date name start_date"},
			{save, but(good, map[string]any{"name": " ", "cost": "12.5", "start_date": "soon", "end_date": "2026-07-09"}), 412, "cost end_date name start_date"},
			{save, but(good, map[string]any{"end_date": "2026-06-09 02:00:00"}), 412, "end_date"},
			{save, but(good, map[string]any{"cost": -1}), 412, "cost"},
			{save, but(good, map[string]any{"cost": "99999999999999999999"}), 412, "cost"},
			{save, but(good, map[string]any{"cost": int64(1 << 60)}), 412, "cost"},
			{save, but(good, map[string]any{"contract_type_id": 99, "license_type_id": "x", "vendor_id": foreignVendor.ID, "approver_id": 987654}), 412, "approver_id contract_type_id license_type_id vendor_id"},
			{save, but(good, map[string]any{"user_ids": []any{1, "x"}, "notify_agents": "1,987654", "attach_asset": map[string]any{}, "organization_ids": true}), 412, "attach_asset notify_agents organization_ids user_ids"},
			{save, but(good, map[string]any{"notify_before": -1, "license_count": "many"}), 412, "license_count notify_before"},
			{save, but(good, map[string]any{"name": []string{"a"}, "description": map[string]any{"a": 1}, "identifier": true}), 412, "description identifier name"},
			{save, but(good, map[string]any{"name": strings.Repeat("x", 256), "identifier": strings.Repeat("x", 192)}), 412, "identifier name"},
			{save, but(good, map[string]any{"name": "a\x00b", "description": "a\x00b"}), 412, "description name"},
			{save, but(good, map[string]any{"identifier": "taken"}), 412, "identifier"},
			{save, but(good, map[string]any{"institution_id": theirs.InstitutionID}), 412, "institution_id"},
			{save, but(good, map[string]any{"attachment": "paper.pdf"}), 412, "attachment"},
			{save, but(good, map[string]any{"id": "x"}), 412, "id"},
			{save, but(good, map[string]any{"id": 987654}), 404, ""},
			{save, but(good, map[string]any{"id": theirs.ID}), 404, ""},
			{save, but(good, map[string]any{"id": active.ID}), 400, ""},
			{save, `{"name":`, 400, ""},
			{save, `[]`, 400, ""},
			{save, `null`, 400, ""},
			{save, `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, ""},
			{fmt.Sprint("contract-approve/", draft.ID), nil, 412, "contract_id"},
			{fmt.Sprint("contract-approve/", draft.ID), map[string]any{"contract_id": draft.ID + 1}, 412, "contract_id"},
			{fmt.Sprint("contract-reject/", draft.ID), map[string]any{"contract_id": "x"}, 412, "contract_id reason"},
			{fmt.Sprint("contract-reject/", draft.ID), map[string]any{"contract_id": draft.ID, "reason": " "}, 412, "reason"},
			{fmt.Sprint("contract-renew/", active.ID), map[string]any{}, 412, "approver_id contract_end_date contract_id contract_start_date cost"},
			{fmt.Sprint("contract-extend/", active.ID), map[string]any{"contract_id": active.ID, "cost": "x", "approver_id": 0, "contract_start_date": "x", "contract_end_date": nil}, 412, "approver_id contract_end_date contract_start_date cost"},
			{fmt.Sprint("contract-terminate/", draft.ID), map[string]any{"contract_id": draft.ID}, 400, ""},
			{fmt.Sprint("contract-approve/", active.ID), map[string]any{"contract_id": active.ID}, 403, ""}, // it has another approver: none
		} {
			r := call(t, app, http.MethodPost, faveo.Path+"/"+c.path, token, c.body)
			got := ""
			if r.Status == http.StatusPreconditionFailed {
				got = named412(t, r)
			}
			if r.Status != c.status || got != c.fields {
				t.Errorf("%s %.200v\n got %d %s\nwant %d %s", c.path, c.body, r.Status, r.Body, c.status, c.fields)
			}
		}
		if d := cmp.Diff(before, app.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
		if strings.Contains(app.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours")
		}
	})
}

func TestAForeignContractAndNoneAreAlike(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, good := asAgent(t, app), fields(t, app)
		theirs := paper(t, app, "Theirs").SetInstitutionID(app.World.Institutions["foreign"]).SaveX(t.Context()).ID
		gone := paper(t, app, "Gone").SetDeletedAt(app.Clock.Now()).SaveX(t.Context()).ID
		for _, action := range []string{"approve", "reject", "renew", "extend", "terminate"} {
			for _, more := range []map[string]any{nil, {"reason": "why", "contract_start_date": "2026-07-09 02:00:00", "contract_end_date": "2026-08-08 02:00:00"}} {
				for _, id := range []any{theirs, gone, theirs + 1000, 0, -1, "abc", "99999999999999999999", "%F0%9F%98%80"} {
					r := call(t, app, http.MethodPost, fmt.Sprintf("%s/contract-%s/%v", faveo.Path, action, id), token, but(but(good, more), map[string]any{"contract_id": id}))
					if want := `{"success":false,"message":"Contract not found"}` + "\n"; r.Status != http.StatusNotFound || string(r.Body) != want {
						t.Errorf("%s %v: %d %s", action, id, r.Status, r.Body)
					}
				}
			}
		}
	})
}

func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	old := app.Token(t, admin)
	suspended := asAgent(t, app)
	app.Store.Client().User.Update().Where(user.Email(agent)).SetStatus("suspended").ExecX(t.Context())
	denied := app.Token(t, "institution@demo.test")
	partner := app.Token(t, "partner@demo.test")
	for _, c := range []struct {
		name, header, message string
		status                int
	}{
		{"nobody", "", "Token not provided", 401},
		{"another scheme", "Basic YTpi", "Token invalid", 401},
		{"no token", "Bearer", "Token invalid", 401},
		{"an unknown token", "Bearer abc", "Token invalid", 401},
		{"a suspended agent", "Bearer " + suspended, "Token invalid", 401},
		{"an institution", "Bearer " + denied, "Permission denied", 403},
		{"a partner", "Bearer " + partner, "Permission denied", 403},
	} {
		for _, o := range document.Operations() {
			for _, prefix := range []string{faveo.Path, faveo.PathV3} {
				target := prefix + strings.ReplaceAll(o.Path, "{contractId}", "7")
				r := app.Request(t, o.Method, target+"?token="+old+"&vendor_ids=x", "", nil)
				if c.header != "" {
					r.Header.Set("Authorization", c.header)
				}
				got := app.Send(r)
				if want := fmt.Sprintf(`{"success":false,"message":%q}`+"\n", c.message); got.Status != c.status || string(got.Body) != want {
					t.Errorf("%s, %s: %d %s", c.name, target, got.Status, got.Body)
				}
			}
		}
	}
	app.Wall.Advance(25 * 3600e9)
	if r := call(t, app, http.MethodGet, listing, old, nil); string(r.Body) != `{"success":false,"message":"Token expired"}`+"\n" || r.Status != 401 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

func TestEverythingUnderThePrefixHasTheEnvelope(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token := app.Token(t, admin)
	for _, prefix := range []string{faveo.Path, faveo.PathV3} {
		for _, path := range []string{"", "/", "/contract-lists", "/contract-list/", "/contract-list/7", "/contract-approve", "/contract-approve/7/8", "/%2e%2e/x"} {
			r := app.Do(t, http.MethodGet, prefix+path, token, nil)
			if string(r.Body) != `{"success":false,"message":"not-found"}`+"\n" || r.Status != http.StatusNotFound {
				t.Errorf("%s: %d %s", path, r.Status, r.Body)
			}
		}
		for path, allow := range map[string]string{"/contract-list": "GET", "/contract": "POST", "/contract-approve/7": "POST"} {
			r := app.Do(t, http.MethodDelete, prefix+path, token, nil)
			if string(r.Body) != `{"success":false,"message":"The method is not allowed on this path."}`+"\n" || r.Status != http.StatusMethodNotAllowed || r.Header.Get("Allow") != allow {
				t.Errorf("%s: %d %v %s", path, r.Status, r.Header, r.Body)
			}
		}
		for _, o := range document.Operations() {
			if o.Method != http.MethodPost {
				continue
			}
			target := prefix + strings.ReplaceAll(o.Path, "{contractId}", "7")
			for kind, status := range map[string]int{"text/plain": 415, "application/xml": 415, "": 415, "multipart/form-data": 400, "multipart/form-data; boundary=x": 400, "application/x-www-form-urlencoded": 400} {
				r := app.Request(t, http.MethodPost, target, token, "a=%zz")
				r.Header.Set("Content-Type", kind)
				got := app.Send(r)
				if got.Status != status {
					t.Errorf("%s as %q: %d %s", target, kind, got.Status, got.Body)
				}
			}
		}
	}
	large := testkit.Part{Field: "attachment", File: "a.pdf", Body: testkit.PDF + strings.Repeat("x", 10<<20)}
	r := app.Send(app.Form(t, http.MethodPost, faveo.Path+"/contract", token, large))
	if r.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	head := httptest.NewRequestWithContext(t.Context(), http.MethodHead, listing, nil)
	head.Header.Set("Authorization", "Bearer "+token)
	if r := app.Send(head); r.Status != http.StatusOK {
		t.Errorf("HEAD: %d", r.Status)
	}
	if r := app.Do(t, http.MethodGet, "/openapi/faveo.json", "", nil); r.Status != http.StatusOK || string(r.Body) != string(faveo.OpenAPI) {
		t.Errorf("the document: %d", r.Status)
	}
}

func TestAPanicIsAnsweredInTheEnvelope(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	var log strings.Builder
	// Without an App every route panics, once it knows who calls.
	h := faveo.New(faveo.Config{Auth: app.Auth, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, app.Request(t, http.MethodGet, listing+"?search-query=secret", app.Token(t, admin), nil))
	if w.Code != http.StatusInternalServerError || w.Body.String() != `{"success":false,"message":"Something went wrong"}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "nil pointer") || !strings.Contains(log.String(), "list.go") || strings.Contains(log.String(), "search-query=secret") {
		t.Errorf("the log says: %s", log.String())
	}
}
