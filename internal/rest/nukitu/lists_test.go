package nukitu_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

type itemBody struct {
	ID          int64
	Status      string
	Step        string
	CreatedAt   string `json:"created_at"`
	Institution struct{ ID int64 }
}

type listBody struct {
	Data []itemBody
	Meta struct {
		Page       int
		PerPage    int  `json:"per_page"`
		TotalCount int  `json:"total_count"`
		TotalPages int  `json:"total_pages"`
		PrevPage   *int `json:"prev_page"`
		NextPage   *int `json:"next_page"`
	}
}

func list(t *testing.T, a *testkit.App, token, path string) listBody {
	t.Helper()
	r := a.Do(t, http.MethodGet, path, token, nil)
	if r.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, r.Status, r.Body)
	}
	var body listBody
	r.JSON(t, &body)
	return body
}

func TestAllPagesTogetherAreTheList(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		for _, c := range []struct{ email, path string }{
			{"institution@demo.test", "/api/v1/contracts"}, {a.PartnerEmail("partner2"), "/api/v1/partner/contracts"},
			{"supervisor@demo.test", "/api/v1/partners"},
		} {
			token := a.Token(t, c.email)
			var whole, glued []int64
			all := list(t, a, token, c.path+"?per_page=100000")
			for _, item := range all.Data {
				whole = append(whole, item.ID)
			}
			if all.Meta.PerPage != 100 || all.Meta.TotalCount != len(whole) || len(whole) < 5 {
				t.Fatalf("%s: %+v for %d", c.path, all.Meta, len(whole))
			}
			for page := 1; page <= 100; page++ {
				part := list(t, a, token, fmt.Sprintf("%s?per_page=3&page=%d", c.path, page))
				for _, item := range part.Data {
					glued = append(glued, item.ID)
				}
				if part.Meta.NextPage == nil {
					break
				}
			}
			if !slices.Equal(whole, glued) {
				t.Errorf("%s: the pages give %v, the whole is %v", c.path, glued, whole)
			}
			past := list(t, a, token, c.path+"?page=1000000000")
			if len(past.Data) != 0 || past.Meta.PrevPage == nil || *past.Meta.PrevPage != past.Meta.TotalPages || past.Meta.NextPage != nil {
				t.Errorf("%s past the end: %+v", c.path, past)
			}
		}
	})
}

func TestContractsAreFiltered(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "institution@demo.test")
		all := list(t, a, token, "/api/v1/contracts?per_page=100")
		newestFirst := func(a, b itemBody) int { return cmp.Compare(b.CreatedAt, a.CreatedAt) }
		if !slices.IsSortedFunc(all.Data, newestFirst) {
			t.Error("the newest do not come first")
		}
		check := func(query string, keep func(status, step string, institution int64) bool) {
			want := 0
			for _, c := range all.Data {
				if keep(c.Status, c.Step, c.Institution.ID) {
					want++
				}
			}
			got := list(t, a, token, "/api/v1/contracts?per_page=100&"+query)
			for _, c := range got.Data {
				if !keep(c.Status, c.Step, c.Institution.ID) {
					t.Errorf("%s lists %+v", query, c)
				}
			}
			if got.Meta.TotalCount != want || len(got.Data) != want || want == 0 {
				t.Errorf("%s: %d of %d, want %d", query, len(got.Data), got.Meta.TotalCount, want)
			}
		}
		for _, s := range lifecycle.ContractStatuses {
			check("status="+string(s), func(status, _ string, _ int64) bool { return status == string(s) })
		}
		for _, s := range lifecycle.Steps {
			check("step="+string(s), func(_, step string, _ int64) bool { return step == string(s) })
		}
		branch := a.World.Institutions["branch"]
		check("institution_id="+itoa(branch), func(_, _ string, id int64) bool { return id == branch })
		check("status=undefined&step=null&institution_id=&page=undefined", func(string, string, int64) bool { return true })
		check("status=completed&step=completed&institution_id="+itoa(branch), func(status, step string, id int64) bool {
			return status == "completed" && step == "completed" && id == branch
		})
	})
}

func TestAPartnerListsNoDrafts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "partner@demo.test")
		for _, status := range []string{"draft", "payment_pending"} {
			got := list(t, a, token, "/api/v1/partner/contracts?status="+status)
			if got.Data == nil || len(got.Data) != 0 || got.Meta.TotalCount != 0 || got.Meta.TotalPages != 0 || got.Meta.PrevPage != nil {
				t.Errorf("status=%s: %+v", status, got)
			}
		}
		states := map[string]bool{}
		for _, c := range list(t, a, token, "/api/v1/partner/contracts?per_page=100").Data {
			states[c.Status] = true
		}
		if len(states) < 5 {
			t.Errorf("the partner sees contracts in the states %v only", states)
		}
	})
}
