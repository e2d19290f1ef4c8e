package faveo_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kontrak/internal/rest/faveo"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// TestARangeIsReadHoweverItIsEncoded: the ~ and the space as they are, as + or in
// percents, and divided at the first ~ once that is undone.
func TestARangeIsReadHoweverItIsEncoded(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	at := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	paper(t, app, "In").SetStartsAt(at).SetEndsAt(at).SetCreatedAt(at).SetUpdatedAt(at).SaveX(t.Context())
	out := at.AddDate(0, 0, 2)
	paper(t, app, "Out").SetStartsAt(out).SetEndsAt(out).SetCreatedAt(out).SetUpdatedAt(out).SaveX(t.Context())
	token := app.Token(t, admin)
	for _, name := range []string{"contract_start_date", "contract_end_date", "created_at", "updated_at"} {
		for _, value := range []string{
			"2026-06-01+12:00:00~2026-06-02+00:00:00", "2026-06-01%2012:00:00~2026-06-02%2000:00:00", "2026-06-01%2012%3A00%3A00%7E2026-06-02%2000%3A00%3A00",
			"~2026-06-01+12:00:00", "%7E2026-06-01+12:00:00",
		} {
			if p := list(t, app, token, name+"="+value); p.Total != 1 || p.Contracts[0].Name != "In" {
				t.Errorf("%s=%s gives %+v", name, value, p.Contracts)
			}
		}
		for _, value := range []string{"2026-06-01+12:00:00~2026-06-02+00:00:00~", "~~2026-06-01+12:00:00", "2026-06-01+12:00:00", "2026-06-01~2026-06-02"} {
			r := call(t, app, http.MethodGet, listing+"?"+name+"="+value, token, nil)
			if got := named412(t, r); got != name {
				t.Errorf("%s=%s: %d %s", name, value, r.Status, r.Body)
			}
		}
	}
}

// TestAnIdentifierIsMatchedAsItIs: exactly, whatever its case, and as one text.
func TestAnIdentifierIsMatchedAsItIs(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		for _, identifier := range []string{"Key-7", "key-7", "a,b", "100%", "a_b", "é", " x"} {
			paper(t, app, "of "+identifier).SetIdentifier(identifier).SetSearchIdentifier(store.Fold(identifier)).SaveX(t.Context())
		}
		paper(t, app, "of none").SaveX(t.Context())
		token := app.Token(t, admin)
		for identifier, want := range map[string]string{
			"Key-7": "of Key-7", "key-7": "of key-7", "KEY-7": "", "ey-7": "", "a,b": "of a,b", "a": "", "100%": "of 100%", "%": "", "a_b": "of a_b", "a%b": "",
			"é": "of é", "e": "", "x": "", " x": "of  x", "null": "",
		} {
			var names []string
			for _, r := range list(t, app, token, url.Values{"identifiers[]": {identifier}}.Encode()).Contracts {
				names = append(names, r.Name)
			}
			if got := strings.Join(names, "|"); got != want {
				t.Errorf("%q finds %q, want %q", identifier, got, want)
			}
		}
	})
}

// TestWhatNobodyKnowsIsPassedOver: parameters of other names change nothing but the
// links, which keep them; and the host of a request is not that of the links.
func TestWhatNobodyKnowsIsPassedOver(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	for i := range 3 {
		paper(t, app, fmt.Sprint("No. ", i)).SaveX(t.Context())
	}
	token := app.Token(t, admin)
	want := list(t, app, token, "limit=2")
	for _, more := range []string{"per_page=1", "sort=name", "vendor_id=1", "Limit=1", "id[]=1", "contract_ids%20=1", "a%5Bb%5D=c", "search=zzz", "planned_start_date=x"} {
		got := list(t, app, token, "limit=2&"+more)
		if got.Total != 3 || len(got.Contracts) != 2 || got.PerPage != 2 || got.Contracts[0].ID != want.Contracts[0].ID {
			t.Errorf("%s: %+v", more, got)
		}
		u, err := url.Parse(*got.NextPageURL)
		sent, _ := url.ParseQuery(more)
		for name, values := range sent {
			if err != nil || u.Query().Get(name) != values[0] {
				t.Errorf("%s is not in %s", more, *got.NextPageURL)
			}
		}
		if !strings.HasSuffix(*got.NextPageURL, "&page=2") {
			t.Errorf("the page is not last in %s", *got.NextPageURL)
		}
	}
	for _, path := range []string{faveo.Path, faveo.PathV3} {
		r := app.Request(t, http.MethodGet, path+"/contract-list?limit=1&page=2", token, nil)
		r.Host = "evil.example"
		r.Header.Set("X-Forwarded-Host", "evil.example")
		got := app.Send(r)
		for _, key := range []string{"first_page_url", "last_page_url", "next_page_url", "prev_page_url", "path"} {
			if link, _ := got.Object(t)["data"].(map[string]any)[key].(string); !strings.HasPrefix(link, testkit.PublicURL+path+"/contract-list") {
				t.Errorf("%s is %q", key, link)
			}
		}
	}
}

// TestAPeriodFollowsTheLastOne: a renewal does not begin before the present end, and an
// extension begins right then.
func TestAPeriodFollowsTheLastOne(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token := asAgent(t, app)
		in := fields(t, app)
		active := paper(t, app, "Runs").SetStatus("active").SetStartsAt(app.Clock.Now().Add(-time.Hour)).
			SetEndsAt(time.Date(2026, 7, 9, 2, 0, 0, 0, time.UTC)).SaveX(t.Context()).ID
		for _, c := range []struct {
			action, from, to string
			status           int
			fields           string
		}{
			{"renew", "2026-07-09 01:59:59", "2026-08-09 02:00:00", 412, "contract_start_date"},
			{"renew", "2026-07-10 02:00:00", "2026-07-10 01:59:59", 412, "contract_end_date"},
			{"extend", "2026-07-09 02:00:01", "2026-08-09 02:00:00", 412, "contract_start_date"},
			{"extend", "2026-07-09 01:59:59", "2026-08-09 02:00:00", 412, "contract_start_date"},
			{"extend", "2026-07-09 02:00:00", "2026-07-09 01:00:00", 412, "contract_end_date"},
			{"extend", "2026-07-09 02:00:00", "2026-08-09 02:00:00", 200, ""},
			{"renew", "2026-07-09 02:00:00", "2026-08-09 02:00:00", 400, ""}, // one is pending
		} {
			r := call(t, app, http.MethodPost, fmt.Sprintf("%s/contract-%s/%d", faveo.Path, c.action, active), token,
				but(in, map[string]any{"contract_id": active, "contract_start_date": c.from, "contract_end_date": c.to}))
			got := ""
			if r.Status == http.StatusPreconditionFailed {
				got = named412(t, r)
			}
			if r.Status != c.status || got != c.fields {
				t.Errorf("%+v: %d %s", c, r.Status, r.Body)
			}
		}
	})
}
