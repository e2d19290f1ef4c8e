package nukitu_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"kontrak/internal/rest/nukitu"
	"kontrak/internal/testkit"
)

// unasked are attributes that no client sets of any record: who it is, whose it is, how
// it stands, what it costs.
var unasked = map[string]any{
	"id": 1, "uuid": "00000000-0000-4000-8000-000000000000", "public_id": "x", "version": 99, "role": "admin", "roles": []string{"admin"}, "is_admin": true,
	"status": "completed", "state": "approved", "step": "completed", "stage": "supervisor", "contract_escalation_stage": "supervisor",
	"owner_id": 1, "user_id": 1, "created_by_id": 1, "created_by": 1, "supervisor_id": 1, "assigned_by_id": 1, "institution_id": 2, "partner_id": 1,
	"current_institution_id": 2, "price": 1, "base_price": 1, "amount": 1, "pricing_total": 1, "total_amount": 1, "discount": 999, "discount_amount": 999,
	"currency": "USD", "payment_status": "paid", "paid_at": "2026-06-08T02:00:00.000Z", "verification_status": "verified", "verification_step": "done",
	"verified": true, "email_verified": true, "email_verified_at": "2026-06-08T02:00:00.000Z", "email": "taken@example.com", "password_hash": "x",
	"created_at": "2020-01-01T00:00:00.000Z", "accepted_at": "2020-01-01T00:00:00.000Z", "completed_at": "2020-01-01T00:00:00.000Z", "deleted_at": "2020-01-01T00:00:00.000Z",
	"quota": 9999, "score": 100, "passed": true, "ratings_summary": map[string]any{"average": 5}, "open_to_work": true, "active": true,
}

// TestNoRouteTakesAttributesThatItIsNotAskedFor: two programs of the same world get the
// same good requests, one of them with everything else that a client might want to set,
// under the key of the resource and beside it. Both answer alike and hold the same then.
func TestNoRouteTakesAttributesThatItIsNotAskedFor(t *testing.T) {
	t.Parallel()
	done := 0
	for _, r := range nukitu.ReferenceRoutes(t) {
		if !r.Built || strings.HasPrefix(r.Route, "GET ") || slices.Contains(elsewhere, r.Route) {
			continue
		}
		plain, more := start(t, testkit.SQLite(t)), start(t, testkit.SQLite(t))
		prepare(t, plain, r.Route)
		prepare(t, more, r.Route)
		v, known := lived(t, plain, r.Route)
		good, _ := lived(t, more, r.Route) // a code that is shown is another one there
		if !known {
			if v, known = goodVisit(plain, r); !known {
				third := start(t, testkit.SQLite(t))
				prepare(t, third, r.Route)
				v, known = visits(t, third, r, cmp.Or(goodBodies(plain)[r.Route].body, "{}"), func(got *testkit.Response) bool { return got.Status/100 == 2 })
			}
			good = v
		}
		if !known {
			t.Errorf("%s: no request is known", r.Route)
			continue
		}
		method, _, _ := strings.Cut(r.Route, " ")
		one := plain.Do(t, method, v.path, tokenFor(t, plain, r, v.email), v.body)
		body := withUnasked(t, r, good.body)
		if two := more.Do(t, method, v.path, tokenFor(t, more, r, v.email), body); one.Status != two.Status {
			t.Errorf("%s: %d, and with what it is not asked for %d: %.300s", r.Route, one.Status, two.Status, two.Body)
		}
		if one.Status/100 == 2 {
			done++
		}
		if d := gocmp.Diff(plain.Kept(t, random), more.Kept(t, random)); d != "" {
			t.Errorf("%s with %.200s: something else is written: %s", r.Route, body, d)
		}
	}
	if done < 20 {
		t.Errorf("only %d requests did something", done)
	}
}

// random tells the columns that are drawn by lot.
func random(column string) bool {
	return column == "key" || column == "payload" || slices.ContainsFunc([]string{"hash", "uuid", "public_id", "token", "nonce", "family", "secret"}, func(part string) bool {
		return strings.Contains(column, part)
	})
}

// withUnasked is a body with the attributes that nobody is asked for, without those that
// the route does ask for.
func withUnasked(t *testing.T, r nukitu.ReferenceRoute, good string) string {
	t.Helper()
	var top map[string]any
	if err := json.Unmarshal([]byte(good), &top); err != nil {
		t.Fatalf("%s: %v", r.Route, err)
	}
	add := func(to map[string]any) {
		for name, value := range unasked {
			if !slices.Contains(r.Attributes, name) {
				to[name] = value
			}
		}
	}
	add(top)
	if inner, wrapped := top[r.Resource].(map[string]any); wrapped {
		add(inner)
	}
	raw, err := json.Marshal(top)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
