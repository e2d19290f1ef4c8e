package yedpay_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// shape gives the keys of every object of a value, in their order, with the types of
// what they hold.
func shape(t testing.TB, raw []byte) []string {
	t.Helper()
	var lines []string
	d := json.NewDecoder(bytes.NewReader(raw))
	var walk func(at string)
	walk = func(at string) {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token {
		case json.Delim('{'):
			for d.More() {
				key, _ := d.Token()
				walk(fmt.Sprintf("%s.%s", at, key))
			}
			_, _ = d.Token()
		case json.Delim('['):
			lines = append(lines, at+" list")
			for d.More() {
				walk(at + "[]")
			}
			_, _ = d.Token()
		default:
			lines = append(lines, fmt.Sprintf("%s %T", at, token))
		}
	}
	walk("")
	return lines
}

// TestTheDocumentedExampleIsAnswered sets agreements up like the rows of the example.
// The example's total says 2 of three rows, and its rows are of three companies: ours
// tell the truth.
func TestTheDocumentedExampleIsAnswered(t *testing.T) {
	t.Parallel()
	var want page
	raw := example(t, "yedpay-company-contracts.json")
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1) // none but these
		c, home := app.Store.Client(), company(t, app, "home")
		for i, r := range want.Data {
			at, err := time.Parse(time.DateTime, r.CreatedAt)
			if err != nil {
				t.Fatal(err)
			}
			status := lifecycle.AgreementDraft
			if r.Status == "ACTIVE" {
				status = lifecycle.AgreementActive
			}
			f := c.File.Create().SetInstitutionID(home.ID).SetName(fmt.Sprintf("example-%d.pdf", i)).SetPurpose("agreement").
				SetContentType("application/pdf").SetSize(1).SetSha256("").SetPublicID(r.FileID).SetTitle("x").SetCreatedAt(at).SaveX(t.Context())
			create := c.Agreement.Create().SetInstitutionID(home.ID).SetPublicID(r.ID).SetUUID(opaque.UUID()).SetTitle("x").SetSearchTitle("x").
				SetAgreementTypeID(1).SetGatewayKind(lifecycle.GatewayKind(r.Type)).SetStatus(status).SetFileID(f.ID).
				SetGeneratedOn(r.GeneratedAt).SetClientApprovedOn(r.ClientApprovedAt).SetCreatedAt(at).SetUpdatedAt(at)
			if r.ExpiresAt != "" {
				end, err := time.Parse(time.DateOnly, r.ExpiresAt)
				if err != nil {
					t.Fatal(err)
				}
				create.SetEndsAt(end.Add(13 * time.Hour))
			}
			create.SaveX(t.Context())
			want.Data[i].CompanyID = home.PublicID
		}
		w := get(t, app, app.Token(t, manager), "/v1/companies/"+home.PublicID+"/contracts")
		var got page
		w.JSON(t, &got)
		if d := cmp.Diff(want.Data, got.Data); d != "" || got.Meta.Pagination.Total != 3 || got.Meta.Pagination.Count != 3 || !got.Success {
			t.Errorf("%s %s", d, w.Body)
		}
		if d := cmp.Diff(shape(t, raw), shape(t, w.Body)); d != "" {
			t.Error(d)
		}
	})
}

// paper makes an agreement of the hospital with nothing optional.
func paper(t testing.TB, app *testkit.App, edit func(*ent.AgreementCreate)) *ent.Agreement {
	t.Helper()
	create := app.Store.Client().Agreement.Create().SetInstitutionID(app.World.Institutions["home"]).SetPublicID(opaque.ID()).SetUUID(opaque.UUID()).
		SetTitle("Bare").SetSearchTitle(store.Fold("Bare")).SetAgreementTypeID(3).SetStatus(lifecycle.AgreementDraft).SetGeneratedOn("2026-06-08").
		SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
	if edit != nil {
		edit(create)
	}
	return create.SaveX(t.Context())
}

// TestOneAgreementThroughThisList is case 1 of the agreement model: the end and the
// moment of change, to the second, as the other lists print them in their own forms.
func TestOneAgreementThroughThisList(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	end := time.Date(2027, 1, 31, 23, 59, 59, 999e6, time.UTC)
	paper(t, app, func(c *ent.AgreementCreate) {
		c.SetEndsAt(end).SetUpdatedAt(world.Now.Add(1500 * time.Millisecond)).SetGatewayKind(lifecycle.GatewayOnline)
	})
	got := contracts(t, app, app.Token(t, manager), company(t, app, "home").PublicID, "").Data[0]
	if got.ExpiresAt != "2027-01-31" || got.UpdatedAt != "2026-06-08 02:00:01" || got.CreatedAt != "2026-06-08 02:00:00" || got.Type != "online_gateway_agreement" {
		t.Errorf("%+v", got)
	}
}

// TestWhatIsNotThereIsEmpty is case 2.
func TestWhatIsNotThereIsEmpty(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	a := paper(t, app, nil)
	home := company(t, app, "home")
	got := contracts(t, app, app.Token(t, manager), home.PublicID, "").Data
	want := []row{{
		ID: a.PublicID, CompanyID: home.PublicID, Type: "other_agreement", Status: "INACTIVE", GeneratedAt: "2026-06-08",
		CreatedAt: "2026-06-08 02:00:00", UpdatedAt: "2026-06-08 02:00:00",
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestOnlyActiveAgreementsAreActive: the other statuses are folded into one.
func TestOnlyActiveAgreementsAreActive(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token, home := app.Token(t, manager), company(t, app, "home")
	seen := map[lifecycle.AgreementStatus]string{}
	for _, r := range contracts(t, app, token, home.PublicID, "?limit=100").Data {
		a := app.Store.Client().Agreement.Query().Where(agreement.PublicID(r.ID)).OnlyX(t.Context())
		seen[a.Status] = r.Status
	}
	for _, status := range lifecycle.AgreementStatuses {
		want := "INACTIVE"
		if status == lifecycle.AgreementActive {
			want = "ACTIVE"
		}
		if seen[status] != want {
			t.Errorf("%s is %q", status, seen[status])
		}
	}
}

// TestBoundsOfAPage is case 3: what is no number is as if it were absent.
func TestBoundsOfAPage(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		for range 130 {
			paper(t, app, nil)
		}
		token, home := app.Token(t, manager), company(t, app, "home")
		for _, c := range []struct {
			query       string
			size, count int
			number, of  int
		}{
			{"", 40, 40, 1, 4}, {"?limit=", 40, 40, 1, 4}, {"?limit=0", 40, 40, 1, 4}, {"?limit=-1", 40, 40, 1, 4}, {"?limit=abc", 40, 40, 1, 4},
			{"?limit=1.5", 40, 40, 1, 4}, {"?limit=99999999999999999999", 100, 100, 1, 2}, {"?limit=2147483648", 100, 100, 1, 2}, {"?limit=-99999999999999999999", 40, 40, 1, 4}, {"?limit=101", 100, 100, 1, 2}, {"?limit=2147483647", 100, 100, 1, 2},
			{"?limit=7&limit=9", 9, 9, 1, 15}, {"?page=-1", 40, 40, 1, 4}, {"?page=abc", 40, 40, 1, 4}, {"?page=0", 40, 40, 1, 4}, {"?page=4", 40, 10, 4, 4},
			{"?page=5", 40, 0, 5, 4}, {"?page=2147483647", 40, 0, 2147483647, 4}, {"?page=%F0%9F%98%80", 40, 40, 1, 4}, {"?page=1%27%20OR%201=1", 40, 40, 1, 4},
			{"?sort=id&status=ACTIVE&include=x&created_at%3E%3D2030-01-01=", 40, 40, 1, 4}, {"?limit=" + strings.Repeat("9", 5000), 100, 100, 1, 2},
		} {
			got := contracts(t, app, token, home.PublicID, c.query).Meta.Pagination
			if got.PerPage != c.size || got.Count != c.count || got.CurrentPage != c.number || got.TotalPages != c.of || got.Total != 130 {
				t.Errorf("%.60s: %+v", c.query, got)
			}
		}
	})
}

func TestACompanyWithoutContractsHasOneEmptyPage(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	got := contracts(t, app, app.Token(t, manager), company(t, app, "home").PublicID, "")
	if p := got.Meta.Pagination; p.Total != 0 || p.Count != 0 || p.TotalPages != 1 || string(p.Links) != "[]" || got.Data == nil {
		t.Errorf("%+v", got)
	}
}

// TestLinksLeadToThePagesBeside is case 4.
func TestLinksLeadToThePagesBeside(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	for range 3 {
		paper(t, app, nil)
	}
	token, home := app.Token(t, manager), company(t, app, "home")
	at := testkit.PublicURL + "/v1/companies/" + home.PublicID + "/contracts?"
	for query, want := range map[string]string{
		"":                           `[]`,
		"?limit=3":                   `[]`,
		"?limit=2":                   `{"next":"` + at + `limit=2&page=2"}`,
		"?limit=2&page=2":            `{"previous":"` + at + `limit=2&page=1"}`,
		"?limit=1&page=2":            `{"previous":"` + at + `limit=1&page=1","next":"` + at + `limit=1&page=3"}`,
		"?limit=2&page=9":            `{"previous":"` + at + `limit=2&page=8"}`,
		"?limit=2&x=a%26b&page=junk": `{"next":"` + at + `limit=2&page=2&x=a%26b"}`,
	} {
		if got := contracts(t, app, token, home.PublicID, query).Meta.Pagination.Links; string(got) != want {
			t.Errorf("%s: %s\nwant %s", query, got, want)
		}
	}
	r := app.Request(t, http.MethodGet, "/v1/companies/"+home.PublicID+"/contracts?limit=1", token, nil)
	r.Host = "evil.example"
	if w := send(t, app, r); strings.Contains(string(w.Body), "evil") || w.Status != http.StatusOK {
		t.Errorf("%d %s", w.Status, w.Body)
	}
}

// TestPagesGluedTogetherAreTheWholeList for every size, and the list is the agreements
// of the company that are not deleted, by id.
func TestPagesGluedTogetherAreTheWholeList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		home := company(t, app, "home")
		var want []string
		for _, p := range app.Papers(t, 120, 7) {
			if p.InstitutionID == home.ID && p.DeletedAt == nil {
				want = append(want, p.PublicID)
			}
		}
		token := app.Token(t, manager)
		for size := 1; size <= len(want)+1; size++ {
			var got []string
			for n, link := 1, ""; ; n++ {
				query := fmt.Sprintf("?limit=%d", size)
				if link != "" {
					u, err := url.Parse(link)
					if err != nil {
						t.Fatal(err)
					}
					query = "?" + u.RawQuery
				}
				p := contracts(t, app, token, home.PublicID, query)
				for _, r := range p.Data {
					got = append(got, r.ID)
				}
				var links struct{ Next string }
				_ = json.Unmarshal(p.Meta.Pagination.Links, &links) // a list has none
				if p.Meta.Pagination.Total != len(want) || (links.Next == "") != (n == p.Meta.Pagination.TotalPages) {
					t.Fatalf("size %d, page %d: %+v", size, n, p.Meta.Pagination)
				}
				if link = links.Next; link == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("size %d: %v\nwant %v", size, got, want)
			}
		}
	})
}

// TestADeletedAgreementIsInNoListAndNoTotal is case 13.
func TestADeletedAgreementIsInNoListAndNoTotal(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	kept := paper(t, app, nil)
	paper(t, app, func(c *ent.AgreementCreate) { c.SetDeletedAt(world.Now) })
	for _, email := range []string{manager, admin} {
		got := contracts(t, app, app.Token(t, email), company(t, app, "home").PublicID, "")
		if len(got.Data) != 1 || got.Data[0].ID != kept.PublicID || got.Meta.Pagination.Total != 1 {
			t.Errorf("%s: %+v", email, got)
		}
	}
}

// TestStatementsDoNotGrowWithTheRows.
func TestStatementsDoNotGrowWithTheRows(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		token, home := app.Token(t, manager), company(t, app, "home")
		var counts []int
		for _, more := range []int{1, 1, 98} { // the first fills caches
			for range more {
				paper(t, app, nil)
			}
			ctx, counter := store.Observe(t.Context())
			r := app.Request(t, http.MethodGet, "/v1/companies/"+home.PublicID+"/contracts?limit=100", token, nil).WithContext(ctx)
			send(t, app, r)
			counts = append(counts, counter.Count())
		}
		if counts[1] != counts[2] || counts[1] > 8 {
			t.Errorf("%v statements", counts)
		}
	})
}
