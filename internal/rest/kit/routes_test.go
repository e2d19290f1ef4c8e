package kit_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/rest/kit"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestOnlyAGoodKeyOpens every route that there is.
func TestOnlyAGoodKeyOpens(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		before := app.Snapshot(t)
		for _, o := range document.Operations() {
			path := strings.NewReplacer("{id}", "1", "{uuid}", "x", "{sig}", "x", "{key}", "x").Replace(o.Path)
			for name, key := range map[string]string{"no key": "", "another": "x", "a revoked one": "demo-kit-key-revoked", "a token": app.Token(t, "member@demo.test")} {
				got := callWith(t, app, key, o.Method, path, nil)
				if refused(t, got, 401, "UNAUTHORIZED_API_KEY"); t.Failed() {
					t.Fatalf("%s: %s %s", name, o.Method, path)
				}
			}
			r := app.Request(t, o.Method, kit.Path+path, app.Token(t, "member@demo.test"), nil)
			refused(t, app.Send(r), 401, "UNAUTHORIZED_API_KEY")
		}
		after := app.Snapshot(t)
		delete(before, "sessions")
		delete(after, "sessions")
		if d := cmp.Diff(before, after); d != "" {
			t.Errorf("something was written: %s", d)
		}
		who := app.Store.Client().User.Query().Where(user.Email("member@demo.test")).OnlyIDX(t.Context())
		app.Store.Client().Membership.Update().Where(membership.UserID(who)).SetState(lifecycle.MembershipEnded).ExecX(t.Context())
		refused(t, call(t, app, http.MethodGet, "/contracts", nil), 403, "FORBIDDEN_USER")
	})
}

// TestEveryFailureHasTheEnvelope, also where no route is.
func TestEveryFailureHasTheEnvelope(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	for _, path := range []string{"", "/", "/x", "/contracts/a/b", "//contracts"} {
		refused(t, call(t, app, http.MethodGet, path, nil), 404, "NOT_FOUND")
	}
	got := call(t, app, http.MethodPut, "/customers", `{}`)
	if refused(t, got, 405, "METHOD_NOT_ALLOWED"); strings.Join(got.Header.Values("Allow"), " ") != "GET POST" {
		t.Errorf("allowed are %v", got.Header)
	}
	refused(t, call(t, app, http.MethodGet, "/contracts?limit=%zz", nil), 400, "INVALID_PARAMETER")
	r := app.Request(t, http.MethodPost, kit.Path+"/customers", "", `title=x`)
	r.Header.Set("x-api-key", world.KitKey)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	refused(t, app.Send(r), 415, "UNSUPPORTED_MEDIA_TYPE")
	refused(t, call(t, app, http.MethodPost, "/customers", `{"input":"`+strings.Repeat("x", 1<<20)+`"}`), 413, "BODY_TOO_LARGE")
	for _, body := range []string{`{`, `[]`, `null`, `"x"`, `{}{}`} {
		refused(t, call(t, app, http.MethodPost, "/customers", body), 400, "INVALID_PARAMETER")
	}
	served := app.Do(t, http.MethodGet, "/openapi/kit.json", "", nil)
	if served.Status != http.StatusOK || string(served.Body) != string(kit.OpenAPI) {
		t.Errorf("the document: %d", served.Status)
	}
}

// TestBadParametersAreRefused, each by its name, and nothing is written but when the
// key was used.
func TestBadParametersAreRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		list(t, app, "")
		before := app.Snapshot(t)
		for name, values := range map[string][]string{
			"customerIds": {"x", "1,x", "1.5", "99999999999999999999", "%00"}, "tagIds": {"x", "1%3B2"},
			"type": {"new", "OTHER", "NEW,RENEWAL", "%00"}, "status": {"DELETED", "created"}, "signature": {"true", "Included"},
			"periodStatus": {"Before", "x"}, "orderKey": {"enddate", "id"}, "orderValue": {"asc", "x"},
			"createdAtAfter": {"x", "2024-13-01", "2024-02-30", "1719792000", "2024-01-01T00:00:00", "0000-01-01"}, "createdAtBefore": {"x", "9999-99-99"},
			"endDateAfter": {"2024/01/01"}, "endDateBefore": {"tomorrow", "%00"}, "limit": {"0", "x"}, "offset": {"-1", "1e3"},
			"title": {strings.Repeat("x", 256), "%00", "%ff"}, "customer": {"%00"}, "participantName": {"%00"}, "participantEmail": {"%00"}, "participantPhone": {"%00"},
		} {
			for _, value := range values {
				got := call(t, app, http.MethodGet, "/contracts?"+name+"="+value, nil)
				refused(t, got, 400, "INVALID_PARAMETER")
				if !strings.Contains(string(got.Body), " "+name+" ") {
					t.Errorf("%s=%.20s: %s does not name it", name, value, got.Body)
				}
			}
		}
		got := call(t, app, http.MethodGet, "/contracts?limit=0&offset=x&type=y&tagIds=z", nil)
		for _, name := range []string{"limit", "offset", "type", "tagIds"} {
			if !strings.Contains(string(got.Body), " "+name+" ") {
				t.Errorf("%s is not named: %s", name, got.Body)
			}
		}
		odd := url.QueryEscape(`%_\' OR 1=1 -- 😀`)
		ids := strings.TrimSuffix(strings.Repeat("12345,", 10_000), ",")
		for _, query := range []string{
			"title=" + odd, "customer=" + odd, "participantName=" + odd, "participantEmail=" + odd, "participantPhone=" + odd,
			"customerIds=" + ids, "tagIds=" + ids, "customerCustomKeys=" + ids, "createdAtBefore=9999-12-31", "createdAtAfter=0001-01-01",
			"endDateBefore=2024-11-19T06:00:00.0009%2B09:00", "hasNoCustomer=%00", "type=&status=undefined&periodStatus=null&createdAtAfter=",
		} {
			list(t, app, query)
		}
		if d := cmp.Diff(before, app.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
		if strings.Contains(app.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours: %s", app.Log)
		}
	})
}

// TestAContractIsFound by its uuid and by its own key, with links that end after ten
// minutes, and gets its tags.
func TestAContractIsFound(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		var uuid string
		for _, c := range list(t, app, "limit=100").Contracts {
			found := data[struct{ Contract map[string]any }](t, call(t, app, http.MethodGet, "/contracts/find?uuid="+c.UUID, nil)).Contract
			old := data[struct{ Contract map[string]any }](t, call(t, app, http.MethodGet, "/contracts/"+c.UUID, nil)).Contract
			if found["id"] != strconv.FormatInt(c.ID, 10) || old["id"] != float64(c.ID) || found["updatedAt"] != c.UpdatedAt || found["title"] != c.Title || found["status"] != c.Status {
				t.Fatalf("listed %+v, found %v, and %v", c, found, old)
			}
			if c.CustomKey != nil {
				same := data[struct{ Contract map[string]any }](t, call(t, app, http.MethodGet, "/contracts/find?customKey="+*c.CustomKey, nil)).Contract
				if same["uuid"] != c.UUID {
					t.Errorf("by its key: %v", same)
				}
			}
			if file, _ := found["file"].(string); file != "" && uuid == "" {
				uuid = c.UUID
				checkLink(t, app, file)
			}
		}
		if uuid == "" {
			t.Fatal("no contract of the demo has a file")
		}
		refused(t, call(t, app, http.MethodGet, "/contracts/find", nil), 400, "INVALID_PARAMETER")
		tag := data[struct{ ID int64 }](t, call(t, app, http.MethodPost, "/contracts/tags", `{"input":{"name":"zeta","order":3,"colorCode":"BLUE"}}`))
		for body, want := range map[string]int{
			fmt.Sprintf(`{"tagIds":[%d]}`, tag.ID): 1, `{"input":{"tagIds":[]}}`: 0, fmt.Sprintf(`{"input":{"tagIds":[%[1]d,%[1]d]}}`, tag.ID): 1,
		} {
			if got := call(t, app, http.MethodPatch, "/contracts/"+uuid, body); string(got.Body) != `{"ok":true}`+"\n" {
				t.Errorf("%s: %s", body, got.Body)
			}
			if got := list(t, app, fmt.Sprint("tagIds=", tag.ID)); got.Total != want {
				t.Errorf("%s: %d carry it", body, got.Total)
			}
		}
		for _, body := range []string{`{}`, `{"tagIds":null}`, `{"tagIds":5}`, `{"tagIds":["x"]}`, `{"tagIds":[99999999]}`, `{"input":5}`, `{"input":null}`} {
			refused(t, call(t, app, http.MethodPatch, "/contracts/"+uuid, body), 400, "INVALID_PARAMETER")
		}
	})
}

func checkLink(t *testing.T, app *testkit.App, link string) {
	t.Helper()
	get := func() int {
		return app.Do(t, http.MethodGet, strings.TrimPrefix(link, testkit.PublicURL), "", nil).Status
	}
	if get() != http.StatusOK {
		t.Errorf("%s: %d", link, get())
	}
	app.Wall.Advance(10*time.Minute - time.Second)
	if get() != http.StatusOK {
		t.Errorf("shortly before its end: %d", get())
	}
	app.Wall.Advance(time.Second)
	if get() == http.StatusOK {
		t.Error("the link is good after ten minutes")
	}
}

type customerBody struct {
	ID        int64
	Title     string
	CustomKey *string
	Ceo       *string
	Managers  []struct{ Name string }
}

func TestCustomersAreKept(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		was := data[struct{ Total int }](t, call(t, app, http.MethodGet, "/customers", nil)).Total
		got := call(t, app, http.MethodPost, "/customers", `{"input":{"title":"컴퍼니-A","customKey":"k-1","ceo":"Kim","registrationNumber":"1234567890",
			"managers":[{"name":"Lee","email":"lee@x.test","roles":["TAX_BILL","CONTRACT"]}]}}`)
		made := data[customerBody](t, got)
		want := fmt.Sprintf(`{"ok":true,"data":{"id":%d,"title":"컴퍼니-A","customKey":"k-1","ceo":"Kim","registrationNumber":"1234567890","address":null,"industry":null,"category":null,`+
			`"managers":[{"name":"Lee","email":"lee@x.test","position":null,"note":null,"contact":null,"roles":["TAX_BILL","CONTRACT"]}]}}`, made.ID)
		if got.Status != http.StatusCreated || string(got.Body) != want+"\n" {
			t.Errorf("%d %s\nis not\n%s", got.Status, got.Body, want)
		}
		one := fmt.Sprint("/customers/", made.ID)
		for _, body := range []string{`{"title":"컴퍼니-A"}`, `{"title":"other","customKey":"k-1"}`} {
			refused(t, call(t, app, http.MethodPost, "/customers", body), 409, "ALREADY_CUSTOMER_EXISTS")
		}
		for _, body := range []string{`{"title":"ok","customKey":"a b"}`, `{"title":"a b","customKey":"` + strings.Repeat("x", 41) + `"}`} {
			refused(t, call(t, app, http.MethodPost, "/customers", body), 400, "INVALID_CUSTOMER_CUSTOM_KEY")
			refused(t, call(t, app, http.MethodPatch, one, body), 400, "INVALID_CUSTOMER_CUSTOM_KEY")
		}
		for _, body := range []string{`{}`, `{"title":""}`, `{"title":5}`, `{"title":"a.b"}`, `{"title":"` + strings.Repeat("x", 41) + `"}`, `{"title":"x","managers":5}`,
			`{"title":"x","managers":[5]}`, `{"title":"x","managers":[{"name":"y","roles":["z"]}]}`, `{"title":"x","ceo":[]}`, `{"title":"x","registrationNumber":"1234567890123456"}`} {
			refused(t, call(t, app, http.MethodPost, "/customers", body), 400, "INVALID_PARAMETER")
		}
		if c := data[customerBody](t, call(t, app, http.MethodPatch, one, `{"input":{"ceo":null}}`)); c.Ceo != nil || *c.CustomKey != "k-1" || len(c.Managers) != 1 {
			t.Errorf("absent is kept, null clears: %+v", c)
		}
		if c := data[customerBody](t, call(t, app, http.MethodPatch, one, `{"input":{"customKey":null,"managers":null,"ceo":"Park"}}`)); *c.Ceo != "Park" || c.CustomKey != nil || len(c.Managers) != 0 {
			t.Errorf("changed: %+v", c)
		}
		listed := data[struct {
			Total     int
			Customers []customerBody
		}](t, call(t, app, http.MethodGet, fmt.Sprint("/customers?limit=1&offset=", was), nil))
		if listed.Total != was+1 || len(listed.Customers) != 1 || listed.Customers[0].ID != made.ID {
			t.Errorf("listed %+v", listed)
		}
		refused(t, call(t, app, http.MethodGet, "/customers?customKey=a.b", nil), 400, "INVALID_CUSTOMER_CUSTOM_KEY")
		refused(t, call(t, app, http.MethodGet, "/customers?limit=0", nil), 400, "INVALID_PARAMETER")
		if n := data[struct{ Total int }](t, call(t, app, http.MethodGet, "/customers?customKey=k-1", nil)).Total; n != 0 {
			t.Errorf("%d have the former key", n)
		}
		checkForeignCustomer(t, app)
		if c := data[customerBody](t, call(t, app, http.MethodDelete, one, nil)); c.ID != made.ID {
			t.Errorf("deleted %+v", c)
		}
		for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodDelete} {
			refused(t, call(t, app, method, one, nil), 404, "NOT_FOUND_CUSTOMER")
		}
	})
}

func checkForeignCustomer(t *testing.T, app *testkit.App) {
	t.Helper()
	c := app.Store.Client()
	their := c.Counterparty.Create().SetInstitutionID(app.World.Institutions["foreign"]).SetName("Theirs").SetSearchName(store.Fold("Theirs")).
		SetManagers([]lifecycle.Manager{}).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
	for _, id := range []any{their.ID, 0, -1, "x", "01", "99999999999999999999"} {
		for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodDelete} {
			refused(t, call(t, app, method, fmt.Sprint("/customers/", id), nil), 404, "NOT_FOUND_CUSTOMER")
		}
	}
	mine := c.Counterparty.Create().SetInstitutionID(app.World.Institutions["home"]).SetName("Used").SetSearchName("used").
		SetManagers([]lifecycle.Manager{}).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
	paper(t, app, "home", "x").AddCustomers(mine).ExecX(t.Context())
	refused(t, call(t, app, http.MethodDelete, fmt.Sprint("/customers/", mine.ID), nil), 409, "CUSTOMER_IN_USE")
}

func TestTagsAreKept(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		type tagBody struct {
			ID        int64
			Name      string
			ColorCode string
			Order     int
		}
		was := len(data[[]tagBody](t, call(t, app, http.MethodGet, "/contracts/tags", nil)))
		got := call(t, app, http.MethodPost, "/contracts/tags", `{"input":{"name":"zeta"}}`)
		made := data[tagBody](t, got)
		if want := fmt.Sprintf(`{"ok":true,"data":{"id":%d,"name":"zeta","colorCode":"GRAY","order":0}}`, made.ID); got.Status != http.StatusCreated || string(got.Body) != want+"\n" {
			t.Errorf("%d %s", got.Status, got.Body)
		}
		one := fmt.Sprint("/contracts/tags/", made.ID)
		refused(t, call(t, app, http.MethodPost, "/contracts/tags", `{"name":"zeta"}`), 409, "ALREADY_TAG_EXISTS")
		for _, body := range []string{`{}`, `{"name":"x","colorCode":"PINK"}`, `{"name":"x","order":-1}`, `{"name":"x","order":"first"}`, `{"name":"` + strings.Repeat("x", 41) + `"}`} {
			refused(t, call(t, app, http.MethodPost, "/contracts/tags", body), 400, "INVALID_PARAMETER")
		}
		if tag := data[tagBody](t, call(t, app, http.MethodPatch, one, `{"input":{"colorCode":"RED","order":900000}}`)); tag.Name != "zeta" || tag.ColorCode != "RED" || tag.Order != 900000 {
			t.Errorf("changed %+v", tag)
		}
		tags := data[[]tagBody](t, call(t, app, http.MethodGet, "/contracts/tags", nil))
		if len(tags) != was+1 || tags[was].ID != made.ID {
			t.Errorf("listed %+v", tags)
		}
		their := app.Store.Client().Tag.Create().SetInstitutionID(app.World.Institutions["foreign"]).SetName("theirs").SetColorCode("RED").
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
		for _, id := range []any{their.ID, 0, "x"} {
			refused(t, call(t, app, http.MethodPatch, fmt.Sprint("/contracts/tags/", id), `{}`), 404, "NOT_FOUND_TAG")
			refused(t, call(t, app, http.MethodDelete, fmt.Sprint("/contracts/tags/", id), nil), 404, "NOT_FOUND_TAG")
		}
		paper(t, app, "home", "x").AddTagIDs(made.ID).ExecX(t.Context())
		refused(t, call(t, app, http.MethodDelete, one, nil), 409, "TAG_IN_USE")
	})
}

// TestAListCostsTheSame whether it holds two contracts or a hundred.
func TestAListCostsTheSame(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 400, 5)
		list(t, app, "") // the first use of the key is noted
		count := func(query string) (rows, statements int) {
			r := app.Request(t, http.MethodGet, kit.Path+"/contracts?"+query, "", nil)
			r.Header.Set("x-api-key", world.KitKey)
			ctx, ran := store.Observe(r.Context())
			got := app.Send(r.WithContext(ctx))
			return len(data[itemList](t, got).Contracts), ran.Count()
		}
		few, cheap := count("limit=5&signature=included")
		many, dear := count("limit=100&signature=included&title=e&participantName=e")
		if few != 5 || many < 15 || cheap != dear || cheap != 7 {
			t.Errorf("%d contracts cost %d statements, %d cost %d", few, cheap, many, dear)
		}
	})
}
