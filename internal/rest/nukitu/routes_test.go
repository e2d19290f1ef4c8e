package nukitu_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// The roles of the matrix, by the accounts that play them.
var players = []string{"", "institution@demo.test", "partner@demo.test", "supervisor@demo.test", "admin@demo.test"}

func TestWhoMayCallWhat(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		offer, queue := a.World.Contract("offer"), a.World.Queue.ContractID
		home := fmt.Sprintf("/api/v1/institutions/%d", a.World.Institutions["home"])
		for _, c := range []struct {
			method, path string
			body         any
			// want are the statuses for nobody, institution, partner, supervisor
			// and admin.
			want [5]int
		}{
			{"GET", "/api/v1/auth/me", nil, [5]int{401, 200, 200, 200, 200}},
			{"GET", "/api/v1/notifications", nil, [5]int{401, 200, 200, 200, 200}},
			{"GET", "/api/v1/notifications/1", nil, [5]int{401, 404, 404, 404, 404}},
			{"PATCH", "/api/v1/notifications/1/read", nil, [5]int{401, 404, 404, 404, 404}},
			{"GET", "/api/v1/partners", nil, [5]int{401, 200, 200, 200, 200}},
			{"GET", fmt.Sprintf("/api/v1/partners/%d", a.World.Partners["partner"]), nil, [5]int{401, 200, 200, 200, 200}},
			{"GET", "/api/v1/partners/wishlist", nil, [5]int{401, 200, 403, 403, 403}},
			{"GET", "/api/v1/partners/wishlist/filters", nil, [5]int{401, 200, 403, 403, 403}},
			{"PATCH", "/api/v1/partners/987654/wishlist", map[string]any{"wishlisted": true}, [5]int{401, 404, 403, 403, 403}},
			{"PATCH", "/api/v1/profile/domicile", map[string]any{"city": ""}, [5]int{401, 403, 400, 403, 403}},
			{"GET", "/api/v1/profile/education", nil, [5]int{401, 403, 200, 403, 403}},
			{"GET", "/api/v1/profile/competencies", nil, [5]int{401, 403, 200, 403, 403}},
			{"GET", "/api/v1/supervisor/services", nil, [5]int{401, 403, 403, 200, 403}},
			{"GET", "/api/v1/supervisor/partners", nil, [5]int{401, 403, 403, 200, 403}},
			{"POST", "/api/v1/supervisor/partners", map[string]any{}, [5]int{401, 403, 403, 400, 403}},
			{"GET", "/api/v1/supervisor/partners/987654", nil, [5]int{401, 403, 403, 404, 403}},
			{"PATCH", "/api/v1/supervisor/partners/987654", map[string]any{}, [5]int{401, 403, 403, 404, 403}},
			{"DELETE", "/api/v1/supervisor/partners/987654", nil, [5]int{401, 403, 403, 404, 403}},
			{"GET", "/api/v1/partner/contracts", nil, [5]int{401, 403, 200, 403, 403}},
			{"GET", fmt.Sprintf("/api/v1/partner/contracts/%d", offer), nil, [5]int{401, 403, 200, 403, 403}},
			{"GET", "/api/v1/contracts", nil, [5]int{401, 200, 403, 403, 403}},
			{"GET", fmt.Sprintf("/api/v1/contracts/%d", offer), nil, [5]int{401, 200, 403, 403, 403}},
			{"POST", "/api/v1/contracts", map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/schedule", offer), map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/details", offer), map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/payment", offer), map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/payment-proof", offer), map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/cancel", offer), map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"GET", fmt.Sprintf("/api/v1/contracts/%d/pricing-preview", offer), nil, [5]int{401, 400, 403, 403, 403}},
			{"GET", "/api/v1/payment-methods", nil, [5]int{401, 200, 403, 403, 403}},
			{"GET", "/api/v1/promotions", nil, [5]int{401, 200, 403, 403, 403}},
			{"POST", "/api/v1/promotions/validate", map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", assignPath(queue), assignBody("?"), [5]int{401, 403, 403, 400, 403}},
			{"GET", "/api/v1/partner/contracts/grouped", nil, [5]int{401, 403, 200, 403, 403}},
			{"GET", "/api/v1/contracts/grouped", nil, [5]int{401, 200, 403, 403, 403}},
			{"GET", "/api/v1/supervisor/contracts", nil, [5]int{401, 403, 403, 200, 403}},
			{"GET", fmt.Sprintf("/api/v1/supervisor/contracts/%d", queue), nil, [5]int{401, 403, 403, 200, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/partner/contracts/%d/on-route", offer), nil, [5]int{401, 403, 400, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/partner/contracts/%d/start-work", offer), nil, [5]int{401, 403, 400, 403, 403}},
			{"POST", fmt.Sprintf("/api/v1/partner/contracts/%d/request-extension", offer), nil, [5]int{401, 403, 400, 403, 403}},
			{"GET", fmt.Sprintf("/api/v1/partner/contracts/%d/extension-cost-estimate?additional_hours=1", offer), nil, [5]int{401, 403, 400, 403, 403}},
			{"GET", fmt.Sprintf("/api/v1/partner/contracts/%d/qr-token-end", offer), nil, [5]int{401, 403, 400, 403, 403}},
			{"GET", fmt.Sprintf("/api/v1/contracts/%d/qr-token-start", offer), nil, [5]int{401, 400, 403, 403, 403}},
			{"GET", fmt.Sprintf("/api/v1/contracts/%d/qr-token-end", offer), nil, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/finish-work", offer), nil, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/approve-extension", offer), nil, [5]int{401, 400, 403, 403, 403}},
			{"PATCH", fmt.Sprintf("/api/v1/contracts/%d/reject-extension", offer), nil, [5]int{401, 400, 403, 403, 403}},
			{"GET", "/api/v1/institutions", nil, [5]int{401, 200, 200, 200, 200}},
			{"POST", "/api/v1/institutions", map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"GET", "/api/v1/institutions/nearby?latitude=0&longitude=0", nil, [5]int{401, 200, 200, 200, 200}},
			{"GET", "/api/v1/institutions/nearby", nil, [5]int{401, 400, 400, 400, 400}},
			{"GET", "/api/v1/institutions/map", nil, [5]int{401, 200, 200, 200, 200}},
			{"GET", "/api/v1/institutions/mine", nil, [5]int{401, 200, 403, 403, 403}},
			{"GET", "/api/v1/institutions/current", nil, [5]int{401, 200, 403, 403, 403}},
			{"PATCH", "/api/v1/institutions/current", map[string]any{}, [5]int{401, 400, 403, 403, 403}},
			{"DELETE", "/api/v1/institutions/current", nil, [5]int{401, 200, 403, 403, 403}},
			{"GET", home, nil, [5]int{401, 200, 200, 200, 200}},
			{"GET", "/api/v1/institutions/987654", nil, [5]int{401, 404, 404, 404, 404}},
			{"GET", "/api/v1/institutions/weird", nil, [5]int{401, 404, 404, 404, 404}},
			{"PATCH", home, map[string]any{"name": ""}, [5]int{401, 400, 403, 403, 403}},
			{"POST", home + "/membership", nil, [5]int{401, 200, 403, 403, 403}},
			{"DELETE", home + "/membership", nil, [5]int{401, 400, 403, 403, 403}},
			{"GET", home + "/work-history", nil, [5]int{401, 200, 403, 403, 403}},
			{"POST", "/api/v1/auth/login", map[string]any{}, [5]int{400, 400, 400, 400, 400}},
		} {
			for i, email := range players {
				token := ""
				if email != "" {
					token = a.Token(t, email)
				}
				if r := a.Do(t, c.method, c.path, token, c.body); r.Status != c.want[i] {
					t.Errorf("%s %s for %q: %d, want %d: %s", c.method, c.path, email, r.Status, c.want[i], r.Body)
				}
			}
		}
	})
}

func TestForeignAndMissingAreAlike(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		id := a.World.Contract
		for _, c := range []struct {
			name, email, path string // %v stands for the id
			foreign           []int64
		}{
			{"another institution's contract", "institution@demo.test", "/api/v1/contracts/%v", []int64{id("offer_foreign"), id("queue_overdue")}},
			{"a contract of an institution that one asked to join", "requested@demo.test", "/api/v1/contracts/%v", []int64{id("offer")}},
			{"a contract of an institution that one has left", "former@demo.test", "/api/v1/contracts/%v", []int64{id("offer")}},
			{
				"another partner's contract, and an own one before it is offered", "partner@demo.test", "/api/v1/partner/contracts/%v",
				[]int64{id("offer_foreign"), id("draft_schedule"), id("draft_payment"), id("to_verify")},
			},
			{"a contract that one has lost", a.PartnerEmail("lost"), "/api/v1/partner/contracts/%v", []int64{id("queue"), id("reassigned")}},
			{
				"a contract of another supervisor's queue, and one of nobody's", "supervisor@demo.test", "/api/v1/supervisor/contracts/%v/assign-partner",
				[]int64{id("queue_other"), id("offer"), id("draft_schedule")},
			},
		} {
			t.Run(c.name, func(t *testing.T) {
				method, body := http.MethodGet, any(nil)
				if strings.Contains(c.path, "assign") {
					method, body = http.MethodPatch, assignBody(a.World.Queue.EligibleID)
				}
				token := a.Token(t, c.email)
				missing := a.Do(t, method, fmt.Sprintf(c.path, 99_999_999), token, body)
				if missing.Status != http.StatusNotFound {
					t.Fatalf("missing: %d %s", missing.Status, missing.Body)
				}
				ids := []any{0, -1, "abc", "1e3", "%31x", "9223372036854775808", "1.0"}
				for _, foreign := range c.foreign {
					if foreign == 0 {
						t.Fatal("the world has no such story")
					}
					ids = append(ids, foreign)
				}
				for _, id := range ids {
					r := a.Do(t, method, fmt.Sprintf(c.path, id), token, body)
					if r.Status != missing.Status || string(r.Body) != string(missing.Body) {
						t.Errorf("%v: %d %s, but missing: %s", id, r.Status, r.Body, missing.Body)
					}
				}
			})
		}
	})
}

func TestPathsAndMethodsOutsideTheDialect(t *testing.T) {
	t.Parallel()
	a := start(t, testkit.SQLite(t))
	token := a.Token(t, "institution@demo.test")
	for _, c := range []struct {
		method, path, token string
		status              int
		code, allow         string
	}{
		{"GET", "/api/v1", "", 404, "not_found", ""},
		{"GET", "/api/v1/", token, 404, "not_found", ""},
		{"GET", "/api/v1/unknown", "", 404, "not_found", ""},
		{"GET", "/api/v1/contracts/", token, 404, "not_found", ""},
		{"GET", "/api/v1/contracts/1/unknown", token, 404, "not_found", ""},
		{"DELETE", "/api/v1/unknown", "", 404, "not_found", ""},
		{"POST", "/api/v1/contracts/1", token, 405, "method_not_allowed", "GET"},
		{"GET", "/api/v1/auth/login", "", 405, "method_not_allowed", "POST"},
		{"DELETE", "/api/v1/contracts/1", "", 405, "method_not_allowed", "GET"},
		{"GET", assignPath(1), token, 405, "method_not_allowed", "PATCH"},
		{"HEAD", "/api/v1/contracts", token, 200, "", ""},
		{"HEAD", "/api/v1/contracts", "", 401, "", ""},
	} {
		r := a.Do(t, c.method, c.path, c.token, nil)
		if r.Status != c.status || r.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q: %s", c.method, c.path, r.Status, r.Header.Get("Allow"), r.Body)
		}
		if c.code != "" {
			checkFailure(t, r, c.code, "")
		}
	}
}

// checkFailure wants the dialect's envelope with the code and a message about
// the field, if one is named.
func checkFailure(t *testing.T, r *testkit.Response, code, field string) {
	t.Helper()
	var body struct {
		Success *bool
		Error   struct {
			Code, Message string
			Details       map[string][]string
		}
	}
	r.JSON(t, &body)
	if body.Success == nil || *body.Success || body.Error.Code != code || body.Error.Message == "" {
		t.Errorf("the envelope is %s, want the code %s", r.Body, code)
	}
	if kind := r.Header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Errorf("the content type is %q", kind)
	}
	if field == "" {
		if body.Error.Details != nil {
			t.Errorf("unexpected details: %s", r.Body)
		}
		return
	}
	for name := range strings.SplitSeq(field, ",") {
		if len(body.Error.Details[name]) == 0 || body.Error.Details[name][0] == "" {
			t.Errorf("nothing is said of %s: %s", name, r.Body)
		}
	}
	if len(body.Error.Details) != strings.Count(field, ",")+1 {
		t.Errorf("more is said than of %s: %s", field, r.Body)
	}
}

func TestAListCostsTheSameForTwoAsForAHundred(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		for _, c := range []struct {
			email, path string
			most        int
		}{
			{"institution@demo.test", "/api/v1/contracts?", 5}, // who calls, the settings, the count, the page, the reviews
			{a.PartnerEmail("partner2"), "/api/v1/partner/contracts?", 5},
			{"institution@demo.test", "/api/v1/partners?latitude=-2&longitude=118&radius=5000&", 6},
		} {
			token := a.Token(t, c.email)
			cost := func(size int) int {
				r := a.Request(t, http.MethodGet, fmt.Sprint(c.path, "per_page=", size), token, nil)
				ctx, ran := store.Observe(r.Context())
				if got := a.Send(r.WithContext(ctx)); got.Status != http.StatusOK {
					t.Fatalf("%s: %d %s", c.path, got.Status, got.Body)
				}
				return ran.Count()
			}
			few, many := cost(2), cost(100)
			if few != many || many > c.most {
				t.Errorf("%s: %d statements for 2, %d for 100, want %d at most", c.path, few, many, c.most)
			}
		}
	})
}
