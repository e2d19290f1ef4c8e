package faveo_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestContractNumbersSortAsNumbers(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	papers := app.Papers(t, 120, 3)
	token := app.Token(t, admin)
	var want []int64
	for _, p := range papers {
		if p.DeletedAt == nil {
			want = append(want, p.ID)
		}
	}
	slices.Sort(want)
	if len(fmt.Sprint(want[0])) == len(fmt.Sprint(want[len(want)-1])) {
		t.Fatal("the ids have the same length: nothing is shown")
	}
	for _, field := range []string{"contract_number", "id"} {
		if d := cmp.Diff(want, list(t, app, token, "limit=1000&sort-field="+field).ids()); d != "" {
			t.Errorf("%s: %s", field, d)
		}
	}
	slices.Reverse(want)
	if d := cmp.Diff(want, list(t, app, token, "limit=1000&sort-field=contract_number&sort-order=desc").ids()); d != "" {
		t.Error(d)
	}
}

func TestAListIsSpelledInFourWays(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	papers := app.Papers(t, 60, 4)
	token := app.Token(t, admin)
	var a, b int64
	var identifiers []string
	for _, p := range papers {
		if p.Vendor != nil && p.DeletedAt == nil && p.Vendor.ID != a {
			a, b = p.Vendor.ID, a
		}
		if p.Identifier != "" && p.DeletedAt == nil {
			identifiers = append(identifiers, p.Identifier)
		}
	}
	want := list(t, app, token, fmt.Sprintf("limit=1000&vendor_ids[]=%d&vendor_ids[]=%d", a, b)).ids()
	if one := list(t, app, token, fmt.Sprintf("limit=1000&vendor_ids=%d", a)).ids(); len(one) == 0 || len(one) >= len(want) {
		t.Fatalf("%v of %v", one, want)
	}
	for _, query := range []string{
		"vendor_ids[0]=%d&vendor_ids[1]=%d", "vendor_ids[10]=%d&vendor_ids[2]=%d", "vendor_ids=%d&vendor_ids=%d", "vendor_ids=%d,%d", "vendor_ids=%d,,%d,",
		"vendor_ids%%5B%%5D=%d&vendor_ids%%5B%%5D=%d", "vendor_ids[]=%d,%d", "vendor_ids=%d&vendor_ids[7]=%d", "vendor_ids[]=undefined&vendor_ids[]=%d&vendor_ids[]=%d",
	} {
		if d := cmp.Diff(want, list(t, app, token, "limit=1000&"+fmt.Sprintf(query, a, b)).ids()); d != "" {
			t.Errorf("%s: %s", query, d)
		}
	}
	whole := list(t, app, token, "limit=1000").Total
	for _, query := range []string{"vendor_ids=", "vendor_ids[]=", "vendor_ids=undefined", "vendor_ids=null", "vendor_ids=,", "identifiers[]=", "identifiers=undefined"} {
		if got := list(t, app, token, query).Total; got != whole {
			t.Errorf("%s gives %d of %d", query, got, whole)
		}
	}
	first, second := url.QueryEscape(identifiers[0]), url.QueryEscape(identifiers[1])
	for _, query := range []string{"identifiers[]=%s&identifiers[]=%s", "identifiers[0]=%s&identifiers[1]=%s", "identifiers=%s&identifiers=%s"} {
		if got := list(t, app, token, fmt.Sprintf(query, first, second)).Total; got != 2 {
			t.Errorf("%s gives %d", query, got)
		}
	}
	// A comma is part of an identifier, and null one that nobody has.
	for _, query := range []string{"identifiers=" + first + "," + second, "identifiers=null"} {
		if got := list(t, app, token, query).Total; got != 0 {
			t.Errorf("%s gives %d", query, got)
		}
	}
}

func TestBoundsAreIncludedToTheSecond(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		at := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		edge := at.Add(999 * time.Millisecond)
		a := paper(t, app, "Edge").SetCost(1200).SetNotifyBeforeDays(30).SetStartsAt(at).SetEndsAt(edge).SetCreatedAt(edge).SetUpdatedAt(edge).SaveX(t.Context())
		token := app.Token(t, admin)
		for query, want := range map[string]int{
			"contract_end_date=2026-05-01 00:00:00~2026-06-01 12:00:00": 1, "contract_end_date=2026-05-01 00:00:00~2026-06-01 11:59:59": 0,
			"contract_end_date=2026-06-01 12:00:00~2026-06-01 12:00:00": 1, "contract_end_date=2026-06-01 12:00:01~": 0, "contract_end_date=~2026-06-01 12:00:00": 1,
			"contract_end_date=~9999-12-31 23:59:59": 1, "contract_end_date=0001-01-01 00:00:00~": 1, "contract_end_date=~": 1, "contract_end_date=undefined~null": 1,
			"contract_start_date=2026-06-01 12:00:00~": 1, "contract_start_date=2026-06-01 12:00:01~": 0, "contract_start_date=~2026-06-01 11:59:59": 0,
			"created_at=~2026-06-01 12:00:00": 1, "created_at=2026-06-01 12:00:00~2026-06-01 12:00:00": 1, "updated_at=~2026-06-01 11:59:59": 0, "updated_at=~2026-06-01 12:00:00": 1,
			"cost_begin=1200&cost_end=1200": 1, "cost_begin=1201": 0, "cost_end=1199": 0, "cost_end=99999999999999999999": 1, "cost_begin=99999999999999999999": 0,
			"notify_in_days_begin=30&notify_in_days_end=30": 1, "notify_in_days_begin=31": 0, "notify_in_days_end=29": 0, "notify_in_days_end=99999999999999999999": 1,
		} {
			if got := list(t, app, token, fmt.Sprintf("contract_ids=%d&%s", a.ID, strings.ReplaceAll(query, " ", "%20"))); got.Total != want {
				t.Errorf("%s gives %d, want %d", query, got.Total, want)
			}
		}
	})
}

func TestWhatMeansMoreToLikeIsALetterInASearch(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		named := vendor(t, app, "Crème & Söhne")
		for _, title := range []string{"100% cotton", "100 cotton", "a_b", "axb", `back\slash`, "A컴퍼니 서비스", "😀 desk", "O'Neil"} {
			a := paper(t, app, title)
			if title == "axb" {
				a.SetVendor(named).SetIdentifier("Key,7").SetSearchIdentifier("key,7").SetCost(34534).SetRenewalStatus(lifecycle.ExtensionDone).SetStatus(lifecycle.AgreementActive)
			}
			a.SaveX(t.Context())
		}
		token := app.Token(t, admin)
		id := list(t, app, token, "search-query=axb").Contracts[0].ID
		for text, want := range map[string]string{
			"%": "100% cotton", "0%": "100% cotton", "_": "a_b", "A_B": "a_b", `\`: `back\slash`, "k\\s": `back\slash`, "컴퍼니": "A컴퍼니 서비스", "😀": "😀 desk", "o'n": "O'Neil",
			"creme": "axb", "SÖHNE": "axb", "KEY,": "axb", "4534": "axb", "xtende": "axb", fmt.Sprintf("#cntr-%d", id): "axb", "activ": "axb", "null": "", "'; DROP TABLE agreements; --": "",
		} {
			got := list(t, app, token, "search-query="+url.QueryEscape(text))
			var titles []string
			for _, r := range got.Contracts {
				titles = append(titles, r.Name)
			}
			if strings.Join(titles, "|") != want {
				t.Errorf("%q finds %q, want %q", text, titles, want)
			}
		}
		if got := list(t, app, token, "search-query=software+LICENSE").Total; got != 8 {
			t.Errorf("the type finds %d", got)
		}
		for _, nothing := range []string{"", "undefined"} {
			if got := list(t, app, token, "search-query="+nothing).Total; got != 8 {
				t.Errorf("%q finds %d", nothing, got)
			}
		}
	})
}

func TestPagesAtTheEdges(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	app.Papers(t, 0, 1)
	token := app.Token(t, admin)
	at := func(n *int) string {
		if n == nil {
			return "null"
		}
		return fmt.Sprint(*n)
	}
	link := func(s *string) string {
		if s == nil {
			return "null"
		}
		return strings.TrimPrefix(*s, testkit.PublicURL+listing+"?")
	}
	check := func(query, want string) {
		t.Helper()
		p := list(t, app, token, query)
		got := fmt.Sprintf("%d of %d, %s to %s of %d by %d; %s < > %s; %s %s", p.CurrentPage, p.LastPage, at(p.From), at(p.To), p.Total, p.PerPage,
			link(p.PrevPageURL), link(p.NextPageURL), link(&p.FirstPageURL), link(&p.LastPageURL))
		if got != want || p.Path != testkit.PublicURL+listing {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
	check("", "1 of 1, null to null of 0 by 10; null < > null; page=1 page=1")
	for i := range 25 {
		paper(t, app, fmt.Sprint("Paper ", i)).SaveX(t.Context())
	}
	check("", "1 of 3, 1 to 10 of 25 by 10; null < > page=2; page=1 page=3")
	check("page=2", "2 of 3, 11 to 20 of 25 by 10; page=1 < > page=3; page=1 page=3")
	check("page=3", "3 of 3, 21 to 25 of 25 by 10; page=2 < > null; page=1 page=3")
	check("page=9", "9 of 3, null to null of 25 by 10; page=8 < > null; page=1 page=3")
	check("page=9223372036854775806", "9223372036854775806 of 3, null to null of 25 by 10; page=9223372036854775805 < > null; page=1 page=3")
	for _, odd := range []string{"page=0", "page=-1", "page=abc", "page=1.5", "page=", "page=null", "page[]=2", "page=99999999999999999999", "page=%F0%9F%98%80", "limit=0", "limit=-5", "limit=abc", "limit=", "limit=undefined", "limit[]=3"} {
		rest := ""
		if strings.HasPrefix(odd, "limit") {
			rest = strings.NewReplacer("[]", "%5B%5D").Replace(odd) + "&"
		}
		check(odd, strings.ReplaceAll("1 of 3, 1 to 10 of 25 by 10; null < > page=2; page=1 page=3", "page=", rest+"page="))
	}
	check("limit=5000", "1 of 1, 1 to 25 of 25 by 1000; null < > null; limit=5000&page=1 limit=5000&page=1")
	check("limit=99999999999999999999", "1 of 1, 1 to 25 of 25 by 1000; null < > null; limit=99999999999999999999&page=1 limit=99999999999999999999&page=1")
	// The caller's other parameters stay, in their order, with the page last.
	check("sort-field=name&page=2&limit=7&search-query=paper&x", "2 of 4, 8 to 14 of 25 by 7; "+
		"sort-field=name&limit=7&search-query=paper&x&page=1 < > sort-field=name&limit=7&search-query=paper&x&page=3; "+
		"sort-field=name&limit=7&search-query=paper&x&page=1 sort-field=name&limit=7&search-query=paper&x&page=4")
}

func TestPagesGluedTogetherAreTheWholeList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 43, 5)
		token := app.Token(t, admin)
		for _, sort := range []string{"", "sort-field=name", "sort-field=name&sort-order=desc", "sort-field=expiry", "sort-field=expiry&sort-order=desc"} {
			whole := list(t, app, token, sort+"&limit=1000").ids()
			for size := 1; size <= len(whole)+1; size++ {
				var glued []int64
				next := fmt.Sprintf("%s&limit=%d", sort, size)
				for pages := 0; next != ""; pages++ {
					p := list(t, app, token, next)
					glued = append(glued, p.ids()...)
					next = ""
					if p.NextPageURL != nil && pages <= len(whole) {
						_, next, _ = strings.Cut(*p.NextPageURL, "?")
					}
				}
				if d := cmp.Diff(whole, glued); d != "" {
					t.Fatalf("%s by %d: %s", sort, size, d)
				}
			}
		}
	})
}

func TestTheListCostsItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 120, 6)
		for _, c := range []struct {
			token string
			want  int
		}{
			{app.Token(t, admin), 3}, // who calls; the total, the rows
			{asAgent(t, app), 4},     // and what names the agent
		} {
			for _, query := range []string{"limit=1", "limit=1000", "limit=100&search-query=a&asset_ids=1,2,3&sort-field=expiry"} {
				ctx, ran := store.Observe(t.Context())
				r := app.Send(app.Request(t, http.MethodGet, listing+"?"+query, c.token, nil).WithContext(ctx))
				if r.Status != http.StatusOK || ran.Count() != c.want {
					t.Errorf("%s: %d, %d statements, want %d: %q", query, r.Status, ran.Count(), c.want, ran.Texts())
				}
			}
		}
	})
}

func TestOnlyWhatOneMayKnowOfIsListed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		c, ctx := app.Store.Client(), t.Context()
		me := c.User.Query().Where(user.Email(agent)).OnlyIDX(ctx)
		foreign := app.World.Institutions["foreign"]
		mine := paper(t, app, "Mine").SaveX(ctx)
		paper(t, app, "Deleted").SetDeletedAt(world.Now).SaveX(ctx)
		theirs := paper(t, app, "Theirs").SetInstitutionID(foreign).SaveX(ctx)
		owned := paper(t, app, "Owned").SetInstitutionID(foreign).SetOwnerID(me).SaveX(ctx)
		told := paper(t, app, "Told").SetInstitutionID(foreign).AddNotifyUserIDs(me).SaveX(ctx)
		if d := cmp.Diff([]int64{mine.ID, theirs.ID, owned.ID, told.ID}, list(t, app, app.Token(t, admin), "").ids()); d != "" {
			t.Errorf("an administrator: %s", d)
		}
		token := asAgent(t, app)
		p := list(t, app, token, "")
		if d := cmp.Diff([]int64{mine.ID, owned.ID, told.ID}, p.ids()); d != "" || p.Total != 3 {
			t.Errorf("an agent: %d, %s", p.Total, d)
		}
		// A foreign contract and none are alike.
		for _, id := range []int64{theirs.ID, theirs.ID + 1000} {
			if p := list(t, app, token, fmt.Sprintf("contract_ids=%d", id)); p.Total != 0 || len(p.Contracts) != 0 {
				t.Errorf("%d: %+v", id, p)
			}
		}
	})
}
