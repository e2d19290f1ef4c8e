package nukitu_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"kontrak/internal/testkit"
)

// reader is an account that sees contracts, with the routes it sees them by.
type reader struct{ email, list, detail string }

// everyone gives accounts that see contracts.
func everyone(a *testkit.App) []reader {
	return []reader{
		{"institution@demo.test", "/api/v1/contracts", "/api/v1/contracts/"},
		{"branch@demo.test", "/api/v1/contracts", "/api/v1/contracts/"},
		{"foreign@demo.test", "/api/v1/contracts", "/api/v1/contracts/"},
		{"other@demo.test", "/api/v1/contracts", "/api/v1/contracts/"},
		{"partner@demo.test", "/api/v1/partner/contracts", "/api/v1/partner/contracts/"},
		{"partner2@demo.test", "/api/v1/partner/contracts", "/api/v1/partner/contracts/"},
		{a.PartnerEmail("jayapura"), "/api/v1/partner/contracts", "/api/v1/partner/contracts/"},
		{a.PartnerEmail("eligible_too"), "/api/v1/partner/contracts", "/api/v1/partner/contracts/"},
	}
}

// Which places of a contract may be null; every other one never is.
var (
	nullableItem = []string{
		"contract_escalation_stage", "escalation_deadline_at", "partner_status", "partner", "partner.picture", "partner.city",
		"contract_start_date", "contract_start_time", "contract_end_date", "contract_end_time",
		"schedule_start_date", "schedule_start_time", "schedule_end_date", "schedule_end_time",
		"seconds_until_scheduled_start", "review", "payment_deadline_at",
	}
	nullableDetail = []string{
		"contract_escalation_stage", "escalation_deadline_at", "partner_status", "description", "tool_brand", "tool_type",
		"partner", "partner.picture",
		"contract_start_date", "contract_start_time", "contract_end_date", "contract_end_time",
		"schedule_start_date", "schedule_start_time", "schedule_end_date", "schedule_end_time",
		"contact_persons[].phone", "payment", "payment.payment_method_id", "payment.proof",
		"payment.discount_amount", "payment.promotion", "payment.promotion.max_discount_amount",
		"partner_assignments[].status_reason", "partner_assignments[].responded_at", "partner_assignments[].partner.picture",
		"work_started_at", "effective_scheduled_end_at", "pending_time_adjustment", "time_adjustments[].approved_at",
	}
)

func get(t *testing.T, a *testkit.App, token, path string) *node {
	t.Helper()
	r := a.Do(t, http.MethodGet, path, token, nil)
	if r.Status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, r.Status, r.Body)
	}
	return parse(t, r.Body)
}

func TestListsAreAsDocumented(t *testing.T) {
	t.Parallel()
	want := example(t, "nukitu-partner-contracts.json")
	item := want.at("data").values[0]
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		seen := newShapes()
		for _, who := range everyone(a) {
			ours := get(t, a, a.Token(t, who.email), who.list+"?per_page=100")
			envelope := newShapes()
			for _, wrong := range envelope.compare(want.without("data"), ours.without("data"), "") {
				t.Error(wrong)
			}
			wantItem := item
			if who.list == "/api/v1/partner/contracts" {
				wantItem = item.without("partner_status", "has_pending_extension_request")
			}
			for _, one := range ours.at("data").values {
				for _, wrong := range seen.compare(wantItem, one, "item") {
					t.Errorf("%s: %s", who.email, wrong)
				}
			}
		}
		seen.check(t, item.places("item"), "item.", nullableItem)
	})
}

func TestDetailsAreAsDocumented(t *testing.T) {
	t.Parallel()
	want := example(t, "nukitu-assign-partner.json")
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		seen := newShapes()
		for _, who := range everyone(a) {
			token := a.Token(t, who.email)
			for _, id := range idsOf(t, a, token, who.list) {
				for _, wrong := range seen.compare(want, get(t, a, token, fmt.Sprint(who.detail, id)), "") {
					t.Errorf("%s, contract %d: %s", who.email, id, wrong)
				}
			}
		}
		answer := a.Do(t, http.MethodPatch, assignPath(a.World.Queue.ContractID), a.Token(t, "supervisor@demo.test"),
			assignBody(a.World.Queue.EligibleID))
		if answer.Status != http.StatusOK {
			t.Fatalf("assign: %d %s", answer.Status, answer.Body)
		}
		for _, wrong := range seen.compare(want, parse(t, answer.Body), "") {
			t.Errorf("the answer of assign-partner: %s", wrong)
		}
		seen.check(t, want.places(""), ".data.contract.", nullableDetail)
	})
}

// check wants every place filled somewhere, and null only where it may be.
func (s *shapes) check(t *testing.T, places []string, prefix string, nullable []string) {
	t.Helper()
	for _, place := range places {
		if !s.filled[place] {
			t.Errorf("%s is filled nowhere in the demo world", place)
		}
	}
	for place := range s.null {
		if !slices.ContainsFunc(nullable, func(name string) bool { return prefix+name == place }) {
			t.Errorf("%s is null somewhere", place)
		}
	}
	for _, name := range nullable {
		if !s.null[prefix+name] && name != "partner.picture" && name != "partner_assignments[].partner.picture" && name != "partner.city" {
			t.Errorf("%s is null nowhere in the demo world, so the test does not see it", name)
		}
	}
}

// idsOf gives the ids of the contracts in a list.
func idsOf(t *testing.T, a *testkit.App, token, list string) []int64 {
	t.Helper()
	var body struct {
		Data []struct{ ID int64 }
	}
	a.Do(t, http.MethodGet, list+"?per_page=100", token, nil).JSON(t, &body)
	ids := make([]int64, len(body.Data))
	for i, c := range body.Data {
		ids[i] = c.ID
	}
	if len(ids) == 0 {
		t.Fatalf("%s lists nothing", list)
	}
	return ids
}

func assignPath(id int64) string {
	return fmt.Sprintf("/api/v1/supervisor/contracts/%d/assign-partner", id)
}

func assignBody(partnerID any) any {
	return map[string]any{"contract": map[string]any{"partner_id": partnerID}}
}

func TestOtherBodiesAreAsSettled(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		for _, c := range []struct {
			name, file, path string
			emails           []string
			nullable         []string
		}{
			{
				"partners", "partners.json", "/api/v1/partners?per_page=100&latitude=-6.2&longitude=106.8&radius=5000",
				[]string{"institution@demo.test", "supervisor@demo.test", "partner@demo.test", "admin@demo.test"},
				[]string{"data[].picture", "data[].location", "data[].price", "data[].is_wishlisted", "meta.prev_page", "meta.next_page"},
			},
			{
				"me", "me.json", "/api/v1/auth/me",
				[]string{"institution@demo.test", "partner@demo.test", "supervisor@demo.test", "admin@demo.test", "newcomer@demo.test"},
				[]string{
					"data.user.phone_number", "data.user.picture", "data.user.current_institution", "data.user.partner",
					"data.user.partner.is_wishlisted",
				},
			},
		} {
			t.Run(c.name, func(t *testing.T) {
				want, seen := example(t, c.file), newShapes()
				for _, email := range c.emails {
					for _, wrong := range seen.compare(want, get(t, a, a.Token(t, email), c.path), "") {
						t.Errorf("%s: %s", email, wrong)
					}
				}
				for _, place := range want.places("") {
					if !seen.filled[place] && place != ".meta.prev_page" && place != ".meta.next_page" && place != ".data.user.partner.is_wishlisted" {
						t.Errorf("%s is filled nowhere", place)
					}
				}
				for place := range seen.null {
					if !slices.Contains(c.nullable, place[1:]) {
						t.Errorf("%s is null somewhere", place)
					}
				}
			})
		}
	})
}
