package nukitu_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/rest/nukitu"
	"kontrak/internal/testkit"
)

// goodBody is what a route takes: of which story's contract, by whom.
type goodBody struct{ story, email, body string }

// goodBodies has each route that writes. That of a route with more than one field is
// sent at last and must pass, so that nothing else than the spoiled field can have
// refused it.
func goodBodies(a *testkit.App) map[string]goodBody {
	const (
		partner = "partner@demo.test"
		own     = "/partner/contracts/{id}"
		theirs  = "/contracts/{id}"
		queue   = "/supervisor/contracts/{id}"
		because = `{"reason":"Because."}`
		rates   = `"ratings":[{"rating_id":1,"rate":5},{"rating_id":2,"rate":4},{"rating_id":3,"rate":4},{"rating_id":4,"rate":4}]`
		found   = `"sections":[{"key":"condition","items":[{"key":"appearance","value":"worn"},{"key":"powers_on","value":true}]},` +
			`{"key":"measurement","items":[{"key":"voltage","value":221.5,"note":"under load"}]}]`
		place = `{"province":"Banten","city":"Serang","address":"Jalan Raya 1","latitude":-6.1,"longitude":106.1}`
		dates = `"contract_start_date":"2026-06-13","contract_start_time":"09:00","contract_end_date":"2026-06-14","contract_end_time":"12:00"`
	)
	worker := a.PartnerEmail("makassar")
	home := a.World.Institutions["home"]
	const ofHome = "/institutions/{id}"
	return map[string]goodBody{
		"PATCH " + own + "/accept":                     {"offer", partner, `{}`},
		"PATCH " + own + "/reject":                     {"offer", partner, because},
		"PATCH " + own + "/on-route":                   {"accepted", partner, `{}`},
		"PATCH " + own + "/start-work":                 {"accepted", partner, `{}`},
		"POST " + own + "/request-extension":           {"running_branch", worker, `{"additional_hours":1,"reason":"More."}`},
		"POST " + own + "/inspection":                  {"running_branch", worker, `{"status":"submitted",` + found + `}`},
		"PATCH " + own + "/inspection":                 {"running_branch", worker, `{` + found + `}`},
		"POST " + own + "/inspection/conclusion":       {"running_branch", worker, `{"result":"good","summary":"Fine."}`},
		"PATCH " + own + "/inspection/conclusion":      {"running_branch", worker, `{}`},
		"POST /institutions":                           {"", institution, `{"name":"Klinik","address":"Jl. Melati 1","province":"DKI Jakarta","city":"Jakarta","latitude":-6.2,"longitude":106.8}`},
		"PATCH /institutions/current":                  {"", institution, fmt.Sprintf(`{"institution_id":%d}`, home)},
		"DELETE /institutions/current":                 {"", institution, `{}`},
		"PATCH " + ofHome:                              {"", institution, `{"name":"Rumah Sakit"}`},
		"POST " + ofHome + "/membership":               {"", institution, `{}`},
		"DELETE " + ofHome + "/membership":             {"", institution, `{}`},
		"POST /promotions/validate":                    {"", institution, `{"code":"PROMO10","order_amount":500000}`},
		"POST /contracts":                              {"", institution, fmt.Sprintf(`{"partner_id":%d,"sub_service_id":8,"kind":"repair"}`, a.World.Partners["partner"])},
		"PATCH " + theirs + "/schedule":                {"draft_schedule", institution, `{` + dates + `,"contact_persons":[{"name":"Siti","phone":"+62 812 999 0001"}],"schedules":[{"date":"2026-06-13","start_time":"09:00","end_time":"10:00"}]}`},
		"PATCH " + theirs + "/details":                 {"draft_details", institution, `{"description":"Calibrate it."}`},
		"PATCH " + theirs + "/payment":                 {"draft_payment", institution, `{"payment_method_id":1}`},
		"PATCH " + theirs + "/payment-proof":           {"to_pay", institution, `{}`},
		"PATCH " + theirs + "/cancel":                  {"to_pay", institution, because},
		"PATCH " + theirs + "/finish-work":             {"running", institution, `{}`},
		"PATCH " + theirs + "/approve-extension":       {"running_branch", institution, `{}`},
		"PATCH " + theirs + "/reject-extension":        {"running_branch", institution, `{}`},
		"POST " + theirs + "/review":                   {"to_review", institution, `{` + rates + `}`},
		"PATCH " + theirs + "/review":                  {"to_review", institution, `{` + rates + `}`},
		"PATCH " + queue + "/assign-partner":           {"queue", "supervisor@demo.test", `{}`},
		"PATCH " + queue + "/reject":                   {"queue", "supervisor@demo.test", because},
		"PATCH /notifications/{id}/read":               {"", partner, `{}`},
		"PUT /device-token":                            {"", partner, `{"device_id":"d","fcm_token":"t"}`},
		"DELETE /device-token":                         {"", partner, `{"device_id":"d"}`},
		"PATCH /profile/personal-information":          {"", partner, `{"full_name":"Budi"}`},
		"PATCH /partners/{id}/wishlist":                {"partner:partner", institution, `{"wishlisted":true}`},
		"PATCH /profile/domicile":                      {"", partner, place},
		"POST /supervisor/partners":                    {"", "supervisor@demo.test", `{"email":"made@example.com","full_name":"Made","phone_number":"+62 812 999 0001","gender":"male","location":` + place + `,"competencies":[{"sub_service_id":8,"kinds":["repair"],"base_price":90000}]}`},
		"PATCH /supervisor/partners/{id}":              {"partner:eligible", "supervisor@demo.test", `{"full_name":"Made"}`},
		"DELETE /supervisor/partners/{id}":             {"partner:kind_missing", "supervisor@demo.test", `{}`},
		"PATCH /profile/password":                      {"", "foreign@demo.test", `{"current_password":"demo-password","password":"a good password","password_confirmation":"a good password"}`},
		"POST /partner/certifications":                 {"", partner, `{"certification_id":1}`},
		"POST /partner/certification-wishlists":        {"", partner, `{"certification_id":2}`},
		"DELETE /partner/certification-wishlists/{id}": {"", partner, `{}`},
		"POST /partner/registration":                   {"", partner, `{}`},
		"POST /partner/basic-test":                     {"", a.PartnerEmail("testing"), `{"answers":[{"question_id":1,"option_id":2},{"question_id":2,"option_id":1},{"question_id":3,"option_id":2},{"question_id":4,"option_id":3},{"question_id":5,"option_id":1},{"question_id":6,"option_id":2}]}`},
		"POST /partner/competency-test":                {"", partner, `{"competency_test_id":1}`},
		"PATCH /partner/work-availability":             {"", partner, `{"open_to_work":true}`},
	}
}

// needFiles are the routes that nothing but a form will do for, since a file is needed.
var needFiles = []string{"POST /partner/registration", "POST /partner/competency-test"}

// TestNoRouteTakesAValueOfAWrongType: every field of every route that writes, absent
// or not where it stands, is refused by name, and nothing is written.
func TestNoRouteTakesAValueOfAWrongType(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		good := goodBodies(a)
		tokens := map[string]string{}
		for _, b := range good {
			if tokens[b.email] == "" {
				tokens[b.email] = a.Token(t, b.email)
			}
		}
		sent := 0
		before := a.Snapshot(t)
		for _, route := range nukitu.WritingRoutes(t) {
			b, known := good[route.Route]
			if !known {
				t.Errorf("%s: say what it takes", route.Route)
				continue
			}
			method, path, _ := strings.Cut(route.Route, " ")
			if strings.HasPrefix(path, "/institutions/{id}") {
				path = strings.ReplaceAll(path, "{id}", fmt.Sprint(a.World.Institutions["home"]))
			}
			if key, is := strings.CutPrefix(b.story, "partner:"); is {
				path = strings.ReplaceAll(path, "{id}", fmt.Sprint(a.World.Partners[key]))
			} else if b.story != "" {
				path = strings.ReplaceAll(path, "{id}", fmt.Sprint(a.World.Contract(b.story)))
			}
			for _, s := range route.Spoil(t, b.body) {
				sent++
				got := a.Do(t, method, "/api/v1"+path, tokens[b.email], s.Body)
				if got.Status != 400 || !strings.Contains(string(got.Body), fmt.Sprintf("%q:[", s.Field)) {
					t.Errorf("%s %s: %d %.300s", route.Route, s.Body, got.Status, got.Body)
				}
			}
			after := a.Snapshot(t)
			if d := cmp.Diff(before, after); d != "" {
				t.Errorf("%s: something was written: %s", route.Route, d)
			}
			before = after
			if route.Fields() < 2 || slices.Contains(needFiles, route.Route) {
				continue
			}
			want := 200
			if route.Made {
				want = 201
			}
			if got := a.Do(t, method, "/api/v1"+path, tokens[b.email], b.body); got.Status != want {
				t.Errorf("%s: the good body is answered %d %.300s", route.Route, got.Status, got.Body)
			}
			before = a.Snapshot(t)
		}
		if sent < 300 {
			t.Errorf("only %d bodies were sent", sent)
		}
		if strings.Contains(a.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours: %.1000s", a.Log)
		}
	})
}
