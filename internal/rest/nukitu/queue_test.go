package nukitu_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/testkit"
)

// contractBody is what the tests look at of a contract.
type contractBody struct {
	ID            int64
	Status        string
	DisplayStatus string  `json:"display_status"`
	Stage         *string `json:"contract_escalation_stage"`
	Deadline      *string `json:"escalation_deadline_at"`
	Countdown     bool    `json:"contract_escalation_countdown_active"`
	PartnerStatus *string `json:"partner_status"`
	Partner       *struct{ ID int64 }
	Assignments   []struct {
		Sequence   int
		Kind       string `json:"assignment_kind"`
		Status     string
		Reason     *string `json:"status_reason"`
		AssignedAt string  `json:"assigned_at"`
		Responded  *string `json:"responded_at"`
		Partner    struct{ ID int64 }
		AssignedBy struct{ Role string } `json:"assigned_by"`
	} `json:"partner_assignments"`
	PricingItems any `json:"pricing_items"`
	PricingTotal any `json:"pricing_total"`
	Payment      any `json:"payment"`
	TotalAmount  any `json:"total_amount"`
}

func detail(t *testing.T, r *testkit.Response) contractBody {
	t.Helper()
	if r.Status != http.StatusOK {
		t.Fatalf("status %d: %s", r.Status, r.Body)
	}
	var body struct {
		Data struct{ Contract contractBody }
	}
	r.JSON(t, &body)
	return body.Data.Contract
}

// listed gives a contract as it stands in a list, or nil.
func listed(t *testing.T, a *testkit.App, token, list string, id int64) *contractBody {
	t.Helper()
	r := a.Do(t, http.MethodGet, list, token, nil)
	if r.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", list, r.Status, r.Body)
	}
	var body struct{ Data []contractBody }
	r.JSON(t, &body)
	for _, c := range body.Data {
		if c.ID == id {
			return &c
		}
	}
	return nil
}

func is(s *string, want string) bool { return s != nil && *s == want }

func TestAnInstitutionDoesNotLearnWhoLostItsContract(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		id, lost := a.World.Queue.ContractID, a.World.Partners["lost"]
		token := a.Token(t, "institution@demo.test")
		path := fmt.Sprintf("/api/v1/contracts/%d", id)

		waiting := detail(t, a.Do(t, http.MethodGet, path, token, nil))
		if waiting.Partner != nil || !is(waiting.PartnerStatus, "reassigning") || len(waiting.Assignments) != 0 ||
			waiting.Status != "partner_pending" || waiting.DisplayStatus != "supervisor_pending" ||
			!is(waiting.Stage, "supervisor") || waiting.Deadline == nil || !waiting.Countdown {
			t.Errorf("the detail while it waits: %+v", waiting)
		}
		for _, query := range []string{"", "&status=partner_pending", "&step=completed"} {
			item := listed(t, a, token, "/api/v1/contracts?per_page=100"+query, id)
			if item == nil || item.Partner != nil || !is(item.PartnerStatus, "reassigning") {
				t.Errorf("the item of %q while it waits: %+v", query, item)
			}
		}
		checkNotNamed(t, a, a.Do(t, http.MethodGet, path, token, nil), "lost")

		before := waiting
		answer := detail(t, a.Do(t, http.MethodPatch, assignPath(id), a.Token(t, "supervisor@demo.test"), assignBody(a.World.Queue.EligibleID)))
		after := detail(t, a.Do(t, http.MethodGet, path, token, nil))
		checkReassigned(t, after, lost, a.World.Queue.EligibleID)
		checkReassigned(t, answer, lost, a.World.Queue.EligibleID)
		for _, pair := range [][2]any{{before.PricingItems, after.PricingItems}, {before.PricingTotal, after.PricingTotal}, {before.Payment, after.Payment}} {
			if d := cmp.Diff(pair[0], pair[1]); d != "" {
				t.Errorf("the price or the payment changed: %s", d)
			}
		}
		item := listed(t, a, token, "/api/v1/contracts?per_page=100&status=accepted", id)
		if item == nil || item.Partner == nil || item.Partner.ID != a.World.Queue.EligibleID || !is(item.PartnerStatus, "assigned") {
			t.Errorf("the item afterwards: %+v", item)
		}
	})
}

// checkNotNamed wants no trace of a partner in an answer.
func checkNotNamed(t *testing.T, a *testkit.App, r *testkit.Response, name string) {
	t.Helper()
	p := a.Store.Client().Partner.GetX(t.Context(), a.World.Partners[name])
	for _, trace := range []string{p.FullName, p.Picture, p.Phone, fmt.Sprintf(`"id":%d,"full_name"`, p.ID)} {
		if trace == "" || strings.Contains(string(r.Body), trace) {
			t.Errorf("the answer names %q: %s", trace, r.Body)
		}
	}
}

// checkReassigned wants a contract as a supervisor's assignment leaves it.
func checkReassigned(t *testing.T, c contractBody, lost, replacement int64) {
	t.Helper()
	if c.Status != "accepted" || c.DisplayStatus != "accepted" || c.Stage != nil || c.Deadline != nil || c.Countdown ||
		!is(c.PartnerStatus, "assigned") || c.Partner == nil || c.Partner.ID != replacement || len(c.Assignments) != 2 {
		t.Fatalf("after the assignment: %+v", c)
	}
	first, second := c.Assignments[0], c.Assignments[1]
	if first.Sequence != 1 || first.Kind != "initial" || first.Status != "rejected" || first.Reason == nil ||
		first.Partner.ID != lost || first.AssignedBy.Role != "institution" {
		t.Errorf("the first try: %+v", first)
	}
	const now = "2026-06-08T02:00:00.000Z"
	if second.Sequence != 2 || second.Kind != "reassignment" || second.Status != "accepted" || second.Reason != nil ||
		second.Partner.ID != replacement || second.AssignedBy.Role != "supervisor" || second.AssignedAt != now || !is(second.Responded, now) {
		t.Errorf("the second try: %+v", second)
	}
}

func TestALostContractIsLost(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		id := a.World.Queue.ContractID
		const list = "/api/v1/partner/contracts?per_page=100"
		loser, winner := a.Token(t, a.PartnerEmail("lost")), a.Token(t, a.PartnerEmail("eligible"))
		if listed(t, a, loser, list, id) != nil || listed(t, a, winner, list, id) != nil {
			t.Error("a partner sees a contract that waits for another")
		}
		detail(t, a.Do(t, http.MethodPatch, assignPath(id), a.Token(t, "supervisor@demo.test"), assignBody(a.World.Partners["eligible"])))
		if listed(t, a, loser, list, id) != nil {
			t.Error("the partner that lost it lists it again")
		}
		if listed(t, a, winner, list, id) == nil {
			t.Error("the replacement does not list it")
		}
		own := detail(t, a.Do(t, http.MethodGet, fmt.Sprintf("/api/v1/partner/contracts/%d", id), winner, nil))
		if len(own.Assignments) != 1 || own.Assignments[0].Sequence != 2 || own.Partner.ID != a.World.Partners["eligible"] {
			t.Errorf("the replacement sees %+v", own)
		}
	})
}

func TestAssigningTwice(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token, path := a.Token(t, "supervisor@demo.test"), assignPath(a.World.Queue.ContractID)
		detail(t, a.Do(t, http.MethodPatch, path, token, map[string]any{"partner_id": a.World.Queue.EligibleIDs[0]})) // without the wrapper
		before := a.Snapshot(t)
		// Another partner, or the same once more, as a double click sends it.
		for _, id := range []int64{a.World.Queue.EligibleIDs[1], a.World.Queue.EligibleIDs[0]} {
			again := a.Do(t, http.MethodPatch, path, token, assignBody(id))
			if again.Status != http.StatusBadRequest || !strings.Contains(string(again.Body), `"refusals":[{"rule":"state","needed":"supervisor_pending","actual":"accepted"}]`) {
				t.Errorf("the second: %d %s", again.Status, again.Body)
			}
			checkFailure(t, again, "invalid_state", "")
		}
		if d := cmp.Diff(before, a.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
	})
}

func TestARefusalNamesItsRule(t *testing.T) {
	t.Parallel()
	a := start(t, testkit.SQLite(t))
	token := a.Token(t, "supervisor@demo.test")
	seen := map[string]bool{}
	for _, p := range a.World.Queue.Ineligible {
		var body struct {
			Error struct {
				Refusals []struct{ Rule, Needed, Actual string }
			}
		}
		a.Do(t, http.MethodPatch, assignPath(a.World.Queue.ContractID), token, assignBody(p.PartnerID)).JSON(t, &body)
		if len(body.Error.Refusals) != 1 || body.Error.Refusals[0].Needed == "" || body.Error.Refusals[0].Actual == "" {
			t.Errorf("%s: %+v", p.Rule, body.Error.Refusals)
			continue
		}
		seen[body.Error.Refusals[0].Rule] = true
	}
	for _, rule := range []string{"own_partner", "partner_active", "partner_verified", "another_partner", "competency", "competency_active", "competency_kind"} {
		if !seen[rule] {
			t.Errorf("no partner of the demo world is refused by %s", rule)
		}
	}
}
