package nukitu_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// groupBodies are the groups of a list, each item as it was sent.
func groupBodies(t *testing.T, r *testkit.Response) map[string][]map[string]any {
	t.Helper()
	var body struct {
		Success bool
		Data    map[string][]map[string]any
		Meta    any
	}
	if r.JSON(t, &body); r.Status != http.StatusOK || !body.Success || len(body.Data) != 5 || body.Meta != nil {
		t.Fatalf("the groups are %d %.300s", r.Status, r.Body)
	}
	return body.Data
}

var groupsOf = map[string]map[string]string{
	"/api/v1/partner/contracts": {
		"needs_action": "partner_pending", "upcoming": "accepted", "ongoing": "on_route in_progress", "completed": "completed", "cancelled": "cancelled rejected expired",
	},
	"/api/v1/contracts": {
		"needs_action": "draft payment_pending", "upcoming": "partner_pending accepted", "ongoing": "on_route in_progress", "completed": "completed",
		"cancelled": "cancelled rejected expired",
	},
}

// TestGroupsAreTheFlatListByStatus: the same items, each once, newest first and a
// hundred at most.
func TestGroupsAreTheFlatListByStatus(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		a.Bend(
			"what ended unpaid or owed says so", "instants of a contract's life are there when they passed",
			"only completed contracts are reviewed, and their partner is", "the last history row tells the present state",
			"everything of a contract belongs to its institution", "days are worked on contracts whose work began", testkit.PlaysBack,
		)
		if err := world.Seed(t.Context(), a.Store, world.SeedOptions{Contracts: 500, Now: world.Now}); err != nil {
			t.Fatal(err)
		}
		c, home := a.Store.Client(), a.World.Institutions["home"]
		// The seeded contracts become the home's, so that a group overflows.
		if _, err := c.ExecContext(t.Context(), "UPDATE contracts SET institution_id = $1 WHERE institution_id > 4", home); err != nil {
			t.Fatal(err)
		}
		// And many of them ended, each way, so that it overflows by two statuses together.
		for i, status := range []string{"expired", "cancelled"} {
			if _, err := c.ExecContext(t.Context(), "UPDATE contracts SET status = $1 WHERE status = 'completed' AND id % 4 = $2", status, i); err != nil {
				t.Fatal(err)
			}
		}
		full, overflowed := 0, false
		for path, groups := range groupsOf {
			email := map[bool]string{true: "partner@demo.test", false: "institution@demo.test"}[strings.Contains(path, "partner")]
			token := a.Token(t, email)
			for _, query := range []string{"", fmt.Sprintf("institution_id=%d", a.World.Institutions["branch"])} {
				if query != "" && strings.Contains(path, "partner") {
					continue
				}
				got := groupBodies(t, a.Do(t, http.MethodGet, path+"/grouped?"+query, token, nil))
				for name, statuses := range groups {
					var want []map[string]any
					for _, status := range strings.Fields(statuses) {
						var page struct{ Data []map[string]any }
						a.Do(t, http.MethodGet, path+"?per_page=100&status="+status+"&"+query, token, nil).JSON(t, &page)
						want = append(want, page.Data...)
					}
					slices.SortFunc(want, func(x, y map[string]any) int {
						if d := strings.Compare(y["created_at"].(string), x["created_at"].(string)); d != 0 {
							return d
						}
						return int(y["id"].(float64) - x["id"].(float64))
					})
					if len(want) > 100 || len(got[name]) == 100 {
						full++
					}
					overflowed = overflowed || len(want) > 100
					want = want[:min(len(want), 100)]
					if fmt.Sprint(got[name]) != fmt.Sprint(want) {
						t.Errorf("%s %s %s: %d items, want %d", path, query, name, len(got[name]), len(want))
					}
				}
			}
		}
		if full == 0 || !overflowed {
			t.Error("no group is full, or none of several statuses: the limit is not looked at")
		}
	})
}

func TestGroupsCostTheSameForFewAsForMany(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		for _, c := range []struct{ path, many, few string }{
			{"/api/v1/contracts/grouped", "institution@demo.test", "newcomer@demo.test"},
			{"/api/v1/partner/contracts/grouped", "partner@demo.test", a.PartnerEmail("eligible_branch")},
		} {
			for _, email := range []string{c.many, c.few} {
				r := a.Request(t, http.MethodGet, c.path, a.Token(t, email), nil)
				ctx, ran := store.Observe(r.Context())
				groupBodies(t, a.Send(r.WithContext(ctx)))
				most := 5 // who calls, the ids, the contracts, the reviews, the settings
				if ran.Count() > most || email == c.many && ran.Count() != most {
					t.Errorf("%s for %s costs %d statements, want %d: %q", c.path, email, ran.Count(), most, ran.Texts())
				}
			}
		}
		for path, want := range map[string]int{"/api/v1/contracts/grouped?institution_id=x": 400, "/api/v1/contracts/grouped?institution_id=3": 400} {
			r := a.Do(t, http.MethodGet, path, a.Token(t, "institution@demo.test"), nil)
			if r.Status != want {
				t.Errorf("%s: %d %s", path, r.Status, r.Body)
			}
			checkFailure(t, r, "invalid_parameter", "institution_id")
		}
	})
}

// TestASupervisorListsItsQueueSoonestFirst, and with a status what it has handled.
func TestASupervisorListsItsQueueSoonestFirst(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		id := a.World.Contract
		ids := func(email, query string) []int64 {
			t.Helper()
			var page struct {
				Data []contractBody
				Meta struct {
					Total int `json:"total_count"`
				}
			}
			r := a.Do(t, http.MethodGet, "/api/v1/supervisor/contracts?"+query, a.Token(t, email), nil)
			if r.JSON(t, &page); r.Status != http.StatusOK {
				t.Fatalf("%d %s", r.Status, r.Body)
			}
			var list []int64
			for _, c := range page.Data {
				list = append(list, c.ID)
				if c.Partner == nil {
					t.Errorf("%s does not see the partner of contract %d", email, c.ID)
				}
			}
			if query != "per_page=1&page=2" && page.Meta.Total != len(list) {
				t.Errorf("%s: %d are counted and %d listed", query, page.Meta.Total, len(list))
			}
			return list
		}
		queue := ids("supervisor@demo.test", "")
		rows := a.Store.Client().Contract.Query().Where(contract.IDIn(queue...)).AllX(t.Context())
		slices.SortFunc(rows, func(x, y *ent.Contract) int { return x.EscalationDeadlineAt.Compare(*y.EscalationDeadlineAt) })
		for i, row := range rows {
			if row.ID != queue[i] {
				t.Errorf("the queue is %v, and the soonest deadline at %d is that of %d", queue, i, row.ID)
			}
		}
		for _, story := range []string{"queue", "queue_shared", "queue_branch", "queue_overdue"} {
			if !slices.Contains(queue, id(story)) {
				t.Errorf("the queue is without %s", story)
			}
		}
		if slices.Contains(queue, id("queue_other")) || len(queue) != 4 || queue[0] != id("queue_overdue") {
			t.Errorf("the queue is %v", queue)
		}
		if got := ids("supervisor@demo.test", "status=partner_pending"); !slices.Equal(got, queue) {
			t.Errorf("by its status the queue is %v", got)
		}
		if got := ids("supervisor@demo.test", "per_page=1&page=2"); !slices.Equal(got, queue[1:2]) {
			t.Errorf("its second page is %v", got)
		}
		for status, stories := range map[string][]string{
			"accepted": {"reassigned"}, "completed": {"reassigned_done"}, "rejected": {"rejected"}, "cancelled": nil, "draft": nil,
		} {
			var want []int64
			for _, s := range stories {
				want = append(want, id(s))
			}
			if got := ids("supervisor@demo.test", "status="+status); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", status, got, want)
			}
		}
		if got := ids("supervisor2@demo.test", ""); !slices.Contains(got, id("queue_other")) || slices.Contains(got, id("queue")) {
			t.Errorf("the other supervisor's queue is %v", got)
		}
	})
}

// TestASupervisorReadsWhatIsInItsQueueAndWhatItHandled, and gives up once.
func TestASupervisorReadsWhatIsInItsQueueAndWhatItHandled(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "supervisor@demo.test")
		path := func(story string) string {
			return fmt.Sprintf("/api/v1/supervisor/contracts/%d", a.World.Contract(story))
		}
		for story, status := range map[string]int{
			"queue": 200, "queue_shared": 200, "reassigned": 200, "reassigned_done": 200, "rejected": 200,
			"queue_other": 404, "offer": 404, "accepted": 404, "draft_schedule": 404, "rejected_by_time": 404, "cancelled_queue": 404,
		} {
			r := a.Do(t, http.MethodGet, path(story), token, nil)
			if r.Status != status {
				t.Errorf("%s: %d %s", story, r.Status, r.Body)
			}
			if status != http.StatusOK {
				continue
			}
			if c := detail(t, r); c.Partner == nil || len(c.Assignments) == 0 {
				t.Errorf("%s is read as %+v", story, c)
			}
		}
		r := detail(t, a.Do(t, http.MethodPatch, path("queue")+"/reject", token, map[string]any{"contract": map[string]any{"reason": "Nobody is free."}}))
		if r.Status != string(lifecycle.ContractRejected) || r.Stage != nil || r.Deadline != nil {
			t.Errorf("given up, it is %+v", r)
		}
		if again := detail(t, a.Do(t, http.MethodGet, path("queue"), token, nil)); again.Status != "rejected" {
			t.Errorf("the next read: %+v", again)
		}
		late := a.Do(t, http.MethodPatch, path("queue_overdue")+"/reject", token, map[string]any{"reason": "Nobody is free."})
		checkFailure(t, late, "deadline_passed", "")
		a.Clock.Advance(time.Hour)
		twice := a.Do(t, http.MethodPatch, path("queue")+"/reject", token, map[string]any{"reason": "Nobody is free."})
		checkFailure(t, twice, "invalid_state", "")
	})
}
