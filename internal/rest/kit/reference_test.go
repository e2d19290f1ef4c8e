package kit_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestWhatMeansMoreToLikeIsALetter in each text that is looked for.
func TestWhatMeansMoreToLikeIsALetter(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		c, home := app.Store.Client(), app.World.Institutions["home"]
		for _, text := range []string{"100% cotton", "100 cotton", "a_b", "axb", `back\slash`, "Crème", "O'Neil"} {
			party := c.Counterparty.Create().SetInstitutionID(home).SetName(text).SetSearchName(store.Fold(text)).
				SetManagers([]lifecycle.Manager{}).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
			made := paper(t, app, "home", text).AddCustomers(party).SaveX(t.Context())
			s := c.Signature.Create().SetInstitutionID(home).SetAgreementID(made.ID).SetUUID(opaque.UUID()).SetTitle("x").SetStatus(lifecycle.SignatureWaiting).
				SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
			c.Participant.Create().SetInstitutionID(home).SetSignatureID(s.ID).SetUUID(opaque.UUID()).SetPosition(0).SetName(text).SetSearchName(store.Fold(text)).
				SetEmail(text).SetSearchEmail(store.Fold(text)).SetStatus(lifecycle.ParticipantPending).SetSend(lifecycle.SendEmail).
				SetCreatedAt(world.Now).SetUpdatedAt(world.Now).ExecX(t.Context())
		}
		for _, name := range []string{"title", "customer", "participantName", "participantEmail"} {
			for text, want := range map[string]string{
				"%": "100% cotton", "0%": "100% cotton", "_": "a_b", "A_B": "a_b", `\`: `back\slash`, "k\\S": `back\slash`, "o'n": "O'Neil", "CREME": "Crème", "%_": "",
			} {
				var titles []string
				for _, row := range list(t, app, name+"="+url.QueryEscape(text)).Contracts {
					titles = append(titles, row.Title)
				}
				if got := strings.Join(titles, "|"); got != want {
					t.Errorf("%s=%s finds %q, want %q", name, text, got, want)
				}
			}
		}
	})
}

// TestBoundsAreIncludedToTheMillisecond: an instant that was read finds its row when it
// is sent back on either side; a day begins with its first and ends with its last
// millisecond, in UTC; rows without an end drop out of ranges of the end.
func TestBoundsAreIncludedToTheMillisecond(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		edge := time.Date(2026, 6, 1, 23, 59, 59, 999e6, time.UTC)
		paper(t, app, "home", "edge").SetCreatedAt(edge).SetEndsAt(edge).SaveX(t.Context())
		paper(t, app, "home", "endless").SetCreatedAt(edge.AddDate(-10, 0, 0)).SaveX(t.Context())
		midnight := edge.Add(time.Millisecond)
		next := paper(t, app, "home", "next").SetCreatedAt(midnight).SetEndsAt(midnight).SaveX(t.Context())
		read := list(t, app, "title=edge").Contracts[0]
		if read.CreatedAt != "2026-06-01T23:59:59.999Z" || *read.ContractDate.EndDate != read.CreatedAt {
			t.Fatalf("%+v", read)
		}
		for _, name := range []string{"createdAt", "endDate"} {
			for value, want := range map[string][2]bool{ // after, before
				"2026-06-01T23:59:59.999Z": {true, true}, "2026-06-02T08:59:59.999+09:00": {true, true}, "2026-06-01T23:59:59.998Z": {true, false},
				"2026-06-02T00:00:00.000Z": {false, true}, "2026-06-01": {true, true}, "2026-06-02": {false, true}, "2026-05-31": {true, false},
			} {
				for i, side := range []string{"After", "Before"} {
					got := list(t, app, name+side+"="+url.QueryEscape(value)+"&title=e")
					found := slices.ContainsFunc(got.Contracts, func(c item) bool { return c.ID == read.ID })
					if found != want[i] || name == "endDate" && got.Total > 2 {
						t.Errorf("%s%s=%s: %d, the edge among them: %v", name, side, value, got.Total, found)
					}
					// A day ends before the midnight after it, and begins with its own.
					after := slices.ContainsFunc(got.Contracts, func(c item) bool { return c.ID == next.ID })
					if bare := len(value) == len(time.DateOnly); bare && after != (side == "After" || value == "2026-06-02") {
						t.Errorf("%s%s=%s: the next midnight among them: %v", name, side, value, after)
					}
				}
			}
		}
	})
}

// TestTheNewestContractComesFirst when nothing else is asked, and either half of the
// order may be left out.
func TestTheNewestContractComesFirst(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 120, 13)
	for query, same := range map[string]string{
		"": "orderKey=createdAt&orderValue=DESC", "orderValue=ASC": "orderKey=createdAt&orderValue=ASC", "orderKey=endDate": "orderKey=endDate&orderValue=DESC",
		"orderKey=&orderValue=undefined": "orderKey=createdAt&orderValue=DESC",
	} {
		one, other := idsOf(list(t, app, query+"&limit=100").Contracts), idsOf(list(t, app, same+"&limit=100").Contracts)
		if !slices.Equal(one, other) || len(one) < 20 {
			t.Errorf("%q is %v, and %q %v", query, one, same, other)
		}
	}
	var newest []string
	for _, c := range list(t, app, "limit=100").Contracts {
		newest = append(newest, c.CreatedAt)
	}
	if !slices.IsSortedFunc(newest, func(a, b string) int { return strings.Compare(b, a) }) || newest[0] == newest[len(newest)-1] {
		t.Errorf("they come as %v", newest)
	}
	if len(list(t, app, "").Contracts) != 10 {
		t.Error("a page has another size than 10")
	}
}

// TestIdsAreListedInThreeWays, with spaces and empty items, and any of them will do.
func TestIdsAreListedInThreeWays(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	papers := app.Papers(t, 200, 4)
	var customers, tags []int64
	for _, p := range papers {
		if p.InstitutionID == app.World.Institutions["home"] && p.DeletedAt == nil {
			customers = append(customers, customerIDs(p)...)
			tags = append(tags, p.TagIDs...)
		}
	}
	for name, ids := range map[string][]int64{"customerIds": customers, "tagIds": tags} {
		a, b := ids[0], ids[slices.IndexFunc(ids, func(id int64) bool { return id != ids[0] })]
		want := list(t, app, fmt.Sprintf("limit=100&%s=%d,%d", name, a, b))
		if one := list(t, app, fmt.Sprintf("%s=%d", name, a)).Total; one == 0 || one >= want.Total {
			t.Fatalf("%s: one finds %d, two %d", name, one, want.Total)
		}
		for _, form := range []string{"%[1]s=%[2]d&%[1]s=%[3]d", "%[1]s[]=%[2]d&%[1]s[]=%[3]d", "%[1]s=%%20%[2]d%%20,,%[3]d,", "%[1]s=%[2]d&%[1]s[]=%[3]d", "%[1]s%%5B%%5D=%[2]d,%[3]d", "%[1]s=%[3]d,%[2]d,%[2]d"} {
			query := fmt.Sprintf("limit=100&"+form, name, a, b)
			if got := list(t, app, query); got.Total != want.Total || !slices.Equal(idsOf(got.Contracts), idsOf(want.Contracts)) {
				t.Errorf("%s finds %d, want %d", query, got.Total, want.Total)
			}
		}
	}
}

// TestSignaturesAreAskedByTime: the list and the counts, by the same two parameters, and
// the list by pages.
func TestSignaturesAreAskedByTime(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		made := paper(t, app, "home", "signed").SaveX(t.Context())
		for day := 1; day <= 9; day++ {
			at := time.Date(2026, 6, day, 12, 0, 0, 500e6, time.UTC)
			app.Store.Client().Signature.Create().SetInstitutionID(made.InstitutionID).SetAgreementID(made.ID).SetUUID(opaque.UUID()).SetTitle(fmt.Sprint(day)).
				SetStatus(lifecycle.SignatureCanceled).SetCreatedAt(at).SetUpdatedAt(at).ExecX(t.Context())
		}
		type signatures struct {
			Total int
			Data  []signatureItem
		}
		for query, want := range map[string]int{
			"createdAtAfter=2026-06-01&createdAtBefore=2026-06-09": 9, "createdAtAfter=2026-06-04T12:00:00.500Z&createdAtBefore=2026-06-09": 6,
			"createdAtAfter=2026-06-04T12:00:00.501Z&createdAtBefore=2026-06-09": 5, "createdAtAfter=2026-06-01&createdAtBefore=2026-06-04T12:00:00.500Z": 4,
			"createdAtAfter=2026-06-01&createdAtBefore=2026-06-04T12:00:00.499Z": 3, "createdAtAfter=2026-06-10&createdAtBefore=2026-06-09": 0,
		} {
			got := data[signatures](t, call(t, app, http.MethodGet, "/signatures?limit=100&"+query, nil))
			counted := data[map[string]int](t, call(t, app, http.MethodGet, "/signatures/usage?"+query, nil))
			if got.Total != want || len(got.Data) != want || counted["total"] != want || counted["canceled"] != want {
				t.Errorf("%s: %d of %d, counted %v, want %d", query, len(got.Data), got.Total, counted, want)
			}
		}
		var whole, glued []signatureItem
		whole = data[signatures](t, call(t, app, http.MethodGet, "/signatures?limit=100&createdAtAfter=2026-06-01&createdAtBefore=2026-06-09", nil)).Data
		for offset := 0; offset < 9; offset += 2 {
			glued = append(glued, data[signatures](t, call(t, app, http.MethodGet, fmt.Sprintf("/signatures?limit=2&offset=%d&createdAtAfter=2026-06-01&createdAtBefore=2026-06-09", offset), nil)).Data...)
		}
		if !slices.Equal(whole, glued) {
			t.Errorf("%v, glued %v", whole, glued)
		}
		for _, bad := range []string{"createdAtAfter=x", "createdAtBefore=2026-02-30"} {
			refused(t, call(t, app, http.MethodGet, "/signatures?"+bad, nil), 400, "INVALID_PARAMETER")
			refused(t, call(t, app, http.MethodGet, "/signatures/usage?"+bad, nil), 400, "INVALID_PARAMETER")
		}
		for _, bad := range []string{"limit=0", "offset=-1"} {
			refused(t, call(t, app, http.MethodGet, "/signatures?"+bad, nil), 400, "INVALID_PARAMETER")
		}
	})
}

// TestTheDetailPrintsTheConclusionFirst, and its number as a text; the older detail and
// the list print the start first, and a number.
func TestTheDetailPrintsTheConclusionFirst(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	made := paper(t, app, "home", "x").SetStartsAt(world.Now).SetConcludedAt(world.Now.Add(time.Hour)).SaveX(t.Context())
	at, concluded := `"2026-06-08T02:00:00.000Z"`, `"2026-06-08T03:00:00.000Z"`
	for path, want := range map[string][]string{
		"/contracts/find?includeParticipantRequirements=true&uuid=" + made.UUID: {
			fmt.Sprintf(`{"contract":{"id":"%d",`, made.ID), `"contractDate":{"concludedDate":` + concluded + `,"startDate":` + at + `,"endDate":null}`, `"customers":[]`,
		},
		"/contracts/" + made.UUID: {fmt.Sprintf(`"id":%d,`, made.ID), `"contractDate":{"startDate":` + at + `,"endDate":null,"concludedDate":` + concluded + `}`},
		"/contracts?title=x":      {fmt.Sprintf(`"id":%d,`, made.ID), `"contractDate":{"startDate":` + at + `,"endDate":null,"concludedDate":` + concluded + `}`},
	} {
		got := call(t, app, http.MethodGet, path, nil)
		for _, part := range want {
			if !strings.Contains(string(got.Body), part) {
				t.Errorf("%s: %s does not hold %s", path, got.Body, part)
			}
		}
	}
}

// TestTemplatesAreFound by title, slug and tags, alone and together, page by page.
func TestTemplatesAreFound(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	home := app.World.Institutions["home"]
	tag := app.Store.Client().Tag.Create().SetInstitutionID(home).SetName("leases").SetColorCode(lifecycle.TagRed).
		SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
	app.Store.Client().SignatureTemplate.Create().SetInstitutionID(home).SetSlug("lease").SetName("Lease of rooms").SetSearchName(store.Fold("Lease of rooms")).
		SetParticipantType(lifecycle.SignTogether).SetParticipants([]lifecycle.TemplateParticipant{}).SetObjects([]lifecycle.TemplateObject{}).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).AddTags(tag).ExecX(t.Context())
	type templateItem struct {
		ID             int64
		Name, Slug     string
		SignatureCount *int
	}
	type templates struct {
		Total     int
		Templates []templateItem
	}
	tagged := 0
	find := func(query string) templates {
		return data[templates](t, call(t, app, http.MethodGet, "/signature-templates?"+query, nil))
	}
	all := find("limit=100")
	if all.Total < 2 || len(all.Templates) != all.Total || all.Templates[0].SignatureCount != nil {
		t.Fatalf("%+v", all)
	}
	for _, one := range all.Templates {
		for _, query := range []string{"slug=" + url.QueryEscape(one.Slug), "title=" + url.QueryEscape(strings.ToUpper(one.Name)), "slug=" + url.QueryEscape(one.Slug) + "&title=" + url.QueryEscape(one.Name)} {
			if got := find(query); got.Total != 1 || got.Templates[0].ID != one.ID {
				t.Errorf("%s finds %+v", query, got)
			}
		}
		var detail struct {
			Data struct{ Tags []struct{ ID int64 } }
		}
		if err := json.Unmarshal(call(t, app, http.MethodGet, fmt.Sprint("/signature-templates/", one.ID), nil).Body, &detail); err != nil {
			t.Fatal(err)
		}
		for _, tag := range detail.Data.Tags {
			got := find(fmt.Sprintf("limit=100&tagIds=987654321,%d", tag.ID))
			if !slices.ContainsFunc(got.Templates, func(o templateItem) bool { return o.ID == one.ID }) || got.Total == all.Total {
				t.Errorf("tag %d finds %+v for %s", tag.ID, got, one.Name)
			}
			tagged++
		}
	}
	if tagged == 0 {
		t.Error("no template has a tag")
	}
	for _, none := range []string{"slug=nothing", "title=%25", "tagIds=987654321", "slug=" + url.QueryEscape(strings.ToUpper(all.Templates[0].Slug)) + "X"} {
		if got := find(none); got.Total != 0 || got.Templates == nil {
			t.Errorf("%s finds %+v", none, got)
		}
	}
	if got := find("limit=1&offset=1&signatureCount=true"); got.Total != all.Total || len(got.Templates) != 1 || got.Templates[0].ID != all.Templates[1].ID || got.Templates[0].SignatureCount == nil {
		t.Errorf("%+v", got)
	}
	for _, bad := range []string{"tagIds=x", "signatureCount=yes", "limit=x"} {
		refused(t, call(t, app, http.MethodGet, "/signature-templates?"+bad, nil), 400, "INVALID_PARAMETER")
	}
}
