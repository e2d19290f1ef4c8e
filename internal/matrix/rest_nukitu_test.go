package matrix

import (
	"slices"
	"strings"
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// numbered asks a route for a contract in each state.
func numbered(name string) []read {
	list := inEachState(strings.Replace(name, "{id}", "<>", 1))
	for i := range list {
		list[i].about = strings.Replace(list[i].about, "<C", "<c", 1)
	}
	return list
}

// get asks a route for contracts in each state, or once where it names none.
func get(path string) operation {
	name := "GET /api/v1" + path
	if strings.Contains(path, "{id}") {
		return operation{name: name, reads: numbered(name)}
	}
	return operation{name: name, reads: plain(name)}
}

// does is a writing route about a contract of home; spoiled names the state in which the
// bad body is tried, where that is another one.
func does(name, own, spoiled, good, bad string, more ...func(*write)) operation {
	method, path, _ := strings.Cut(name, " ")
	w := &write{
		own: "<contract:" + own + ">", foreign: "<contract:offer_foreign>", missing: "<contract#987654>",
		good: good, bad: bad,
	}
	if spoiled != "" {
		w.spoiled = "<contract:" + spoiled + ">"
	}
	for _, change := range more {
		change(w)
	}
	return operation{name: method + " /api/v1" + path, write: w}
}

// posts is a writing route about nothing of the caller's.
func posts(name, good, bad string, more ...func(*write)) operation {
	o := does(name, "", "", good, bad, more...)
	o.write.own, o.write.foreign, o.write.missing = "", "", ""
	return o
}

// proof is a form with a receipt.
func proof(w *write) {
	w.parts = []testkit.Part{{Field: "contract[proof]", File: "proof.png", Body: testkit.PNG}}
}

const (
	restSchedule  = `{"contract": {"contract_start_date": "2026-06-13", "contract_start_time": "09:00", "contract_end_date": "2026-06-13", "contract_end_time": "12:30", "contact_persons": [{"name": "Siti", "phone": "+62 812 999 0001"}]}}`
	restFindings  = `{"inspection": {"sections": [{"key": "condition", "items": [{"key": "appearance", "value": "worn"}, {"key": "powers_on", "value": "true"}]}]}}`
	restSubmitted = `{"inspection": {"status": "submitted", "sections": [{"key": "condition", "items": [{"key": "appearance", "value": "worn"}, {"key": "powers_on", "value": "true"}]}]}}`
	restNothing   = `{"inspection": {"sections": [{"key": "nothing", "items": []}]}}`
	restRatings   = `{"review": {"ratings": [{"rating_id": 1, "rate": 5}, {"rating_id": 2, "rate": 5}, {"rating_id": 3, "rate": 4}, {"rating_id": 4, "rate": 5}]}}`
)

// nukituRoutes are the routes of the dialect Nukitu.
var nukituRoutes = slices.Concat([]operation{
	get("/partners"), get("/auth/me"), get("/profile"),
	get("/partner/contracts"), get("/partner/contracts/grouped"), get("/partner/contracts/{id}"), get("/partner/contracts/{id}/extension-cost-estimate"),
	get("/partner/contracts/{id}/modular"), get("/partner/contracts/{id}/modular/template"), get("/partner/contracts/{id}/inspection"), get("/partner/contracts/{id}/inspection/conclusion"),
	get("/payment-methods"), get("/promotions"), get("/contracts"), get("/contracts/grouped"), get("/contracts/{id}"), get("/contracts/{id}/pricing-preview"),
	get("/contracts/{id}/ratings"), get("/contracts/{id}/inspection"), get("/contracts/{id}/inspection/conclusion"), get("/contracts/{id}/review"),
	get("/supervisor/contracts"), get("/supervisor/contracts/{id}"), get("/supervisor/contracts/{id}/inspection"), get("/supervisor/contracts/{id}/inspection/conclusion"),
	get("/notifications"), {name: "GET /api/v1/notifications/{id}", reads: three("<notification:manager read>", "<notification:other read>", "<notification#987654>", "GET /api/v1/notifications/<>")},
	{name: "PATCH /api/v1/notifications/{id}/read", write: &write{own: "<notification:manager unread>", spoiled: "<notification:manager read>", foreign: "<notification:other read>", missing: "<notification#987654>"}},
	{name: "POST /api/v1/promotions/validate", reads: append([]read{{"of an amount", "", `POST /api/v1/promotions/validate {"promotion": {"code": "PROMO10", "order_amount": 900000}}`}},
		three("<contract:draft_payment>", "<contract:offer_foreign>", "<contract#987654>", `POST /api/v1/promotions/validate {"promotion": {"code": "PROMO10", "contract_id": <>}}`)...)},
}, nukituPartners, nukituCatalogue, nukituInstitutions, nukituWizard, nukituWork, nukituOnboarding, nukituAccounts)

const (
	restPlace = `"province": "Banten", "city": "Serang", "address": "Jalan Raya 1", "latitude": -6.1, "longitude": 106.1`
	restMade  = `{"partner": {"email": "made@x.test", "full_name": "Made", "phone_number": "+628129990001", "gender": "male", "location": {` + restPlace + `}, "competencies": [{"sub_service_id": 8, "kinds": ["repair"]}]}}`
)

// nukituPartners are the routes about partners that are about no contract.
var nukituPartners = []operation{
	get("/partners/wishlist"), get("/partners/wishlist/filters"), get("/profile/education"), get("/profile/competencies"),
	get("/supervisor/services"), get("/supervisor/partners"),
	{name: "GET /api/v1/partners/{id}", reads: three("<partner:partner>", "<partner:deleted>", "<partner#987654>", "GET /api/v1/partners/<>")},
	{name: "GET /api/v1/supervisor/partners/{id}", reads: three("<partner:eligible>", "<partner:resting>", "<partner#987654>", "GET /api/v1/supervisor/partners/<>")},
	{name: "PATCH /api/v1/partners/{id}/wishlist", write: &write{own: "<partner:partner>", foreign: "<partner:deleted>", missing: "<partner#987654>",
		good: `{"partner": {"wishlisted": true}}`, bad: `{"partner": {"wishlisted": "perhaps"}}`}},
	posts("PATCH /profile/domicile", `{"profile": {`+restPlace+`}}`, `{"profile": {"city": ""}}`),
	posts("POST /supervisor/partners", restMade, `{"partner": {"email": ""}}`),
	{name: "PATCH /api/v1/supervisor/partners/{id}", write: &write{own: "<partner:eligible>", foreign: "<partner:resting>", missing: "<partner#987654>",
		good: `{"partner": {"full_name": "New Name"}}`, bad: `{"partner": {"full_name": ""}}`}},
	{name: "DELETE /api/v1/supervisor/partners/{id}", write: &write{own: "<partner:kind_missing>", spoiled: "<partner:eligible_too>", foreign: "<partner:resting>", missing: "<partner#987654>"}},
}

// record is a route about a record that everybody may look through, or that a partner has.
func record(path, own, foreign, missing string) operation {
	name := "GET /api/v1" + path
	return operation{name: name, reads: three(own, foreign, missing, strings.Replace(name, "{id}", "<>", 1))}
}

// shownRecord is record of what is not anybody's.
func shownRecord(path, shown, hidden, missing string) operation {
	o := record(path, shown, hidden, missing)
	o.reads[0].object, o.reads[1].object = "shown", "not shown"
	return o
}

var nukituCatalogue = []operation{
	get("/settings"), get("/banners"), shownRecord("/banners/{id}", "<banner#1>", "<banner#4>", "<banner#987654>"),
	get("/services"), get("/services/competency-tests"), shownRecord("/services/{id}", "<service#1>", "<service#987653>", "<service#987654>"),
	get("/certifications"), shownRecord("/certifications/{id}", "<certification#1>", "<certification#6>", "<certification#987654>"),
	get("/profile/certifications"), get("/partner/certifications"), get("/partner/certification-wishlists"),
	record("/partner/certifications/{id}", "<registration#6>", "<registration#7>", "<registration#987654>"),
	record("/partner/certification-wishlists/{id}", "<wish#1>", "<wish#2>", "<wish#987654>"),
	posts("POST /partner/certifications", `{"certification": {"certification_id": 1}}`, `{"certification": {"certification_id": "one"}}`),
	posts("POST /partner/certification-wishlists", `{"wishlist": {"certification_id": 2}}`, `{"wishlist": {"certification_id": "two"}}`),
	{name: "DELETE /api/v1/partner/certification-wishlists/{id}", write: &write{
		own: "<wish#1>", spoiled: "<wish#987653>", foreign: "<wish#987653>", missing: "<wish#987654>", by: "partner", prepare: func(testing.TB, *stage) {},
	}},
}

var nukituWizard = []operation{
	{name: "POST /api/v1/contracts", write: &write{
		own: "<institution:home>", foreign: "<institution:foreign>", missing: "<institution#987654>",
		good: `{"contract": {"institution_id": <>, "partner_id": <partner:partner>, "sub_service_id": 8, "kind": "repair"}}`,
		bad:  `{"contract": {"institution_id": <>, "partner_id": <partner:partner>, "sub_service_id": 8, "kind": "nothing"}}`}},
	does("PATCH /contracts/{id}/schedule", "draft_schedule", "", restSchedule, `{"contract": {"contract_start_date": "2020-01-01"}}`),
	does("PATCH /contracts/{id}/details", "draft_details", "", `{"contract": {"description": "The display flickers."}}`, `{"contract": {"description": ""}}`),
	does("PATCH /contracts/{id}/payment", "draft_payment", "", `{"contract": {"payment_method_id": 1}}`, `{"contract": {"payment_method_id": 987654}}`),
	does("PATCH /contracts/{id}/payment-proof", "to_pay", "", ``, `{"contract": {}}`, proof),
	does("PATCH /contracts/{id}/cancel", "to_verify", "", `{"contract": {"reason": "No longer needed."}}`, `{"contract": {"reason": ""}}`),
	does("PATCH /partner/contracts/{id}/accept", "offer", "accepted", `{}`, `{}`),
	does("PATCH /partner/contracts/{id}/reject", "offer_branch", "offer", `{"contract": {"reason": "No time."}}`, `{"contract": {"reason": ""}}`),
	does("PATCH /supervisor/contracts/{id}/assign-partner", "queue", "", `{"contract": {"partner_id": <partner:eligible>}}`, `{"contract": {"partner_id": 987654}}`),
	does("PATCH /supervisor/contracts/{id}/reject", "queue_branch", "queue", `{"contract": {"reason": "Nobody."}}`, `{"contract": {"reason": ""}}`),
}

// shown are the ways in which a code is asked for.
func shown(paths []string, own, spoiled, who string) []operation {
	var list []operation
	for _, path := range paths {
		list = append(list, does("GET /"+who+"contracts/{id}/"+path, own, spoiled, ``, ``))
	}
	return list
}

var nukituWork = slices.Concat([]operation{
	does("PATCH /partner/contracts/{id}/on-route", "approaching", "offer", `{}`, `{}`),
},
	shown([]string{"qr-token-start", "qr-code-start.{form}"}, "on_route", "offer", ""),
	[]operation{
		does("PATCH /partner/contracts/{id}/start-work", "on_route", "", `{"contract": {"qr_token": "<text:scanned>"}}`, `{"contract": {"qr_token": ""}}`, scanned("contractShowStartCode", "on_route", "manager", lifecycle.QRStart)),
		does("POST /partner/contracts/{id}/request-extension", "running_branch", "running", `{"contract": {"additional_hours": "1.0", "reason": "A part is stuck."}}`, `{"contract": {"additional_hours": "99", "reason": ""}}`, by("makassar")),
		does("PATCH /contracts/{id}/approve-extension", "running", "accepted", `{"contract": {}}`, `{"contract": {}}`),
		does("PATCH /contracts/{id}/reject-extension", "running", "accepted", `{"contract": {"reason": "No."}}`, `{"contract": {}}`, fresh),
	},
	shown([]string{"qr-token-end", "qr-code-end.{form}"}, "running", "accepted", ""),
	shown([]string{"qr-token-end", "qr-code-end.{form}"}, "running", "accepted", "partner/"),
	[]operation{
		does("POST /partner/contracts/{id}/inspection", "running_branch", "running", restFindings, restNothing, by("makassar")),
		does("PATCH /partner/contracts/{id}/inspection", "running_branch", "running", restSubmitted, restNothing, by("makassar")),
		does("POST /partner/contracts/{id}/inspection/conclusion", "running_branch", "running", `{"conclusion": {"result": "good", "summary": "All is well."}}`, `{"conclusion": {"result": "nothing"}}`, by("makassar")),
		does("PATCH /partner/contracts/{id}/inspection/conclusion", "running_branch", "running", `{"conclusion": {"summary": "All is very well."}}`, `{"conclusion": {"result": "nothing"}}`, by("makassar")),
		does("PATCH /contracts/{id}/finish-work", "running", "", `{"contract": {"qr_token": "<text:scanned>"}}`, `{"contract": {"qr_token": ""}}`, scanned("contractShowEndCode", "running", "partner", lifecycle.QREnd)),
		does("POST /contracts/{id}/review", "to_review", "", restRatings, `{"review": {"ratings": []}}`),
		does("PATCH /contracts/{id}/review", "reviewed", "", restRatings, `{"review": {"ratings": []}}`),
	})

var nukituAccounts = []operation{
	posts("POST /auth/register", `{"user": {"email": "new@x.test", "password": "a long Password 1", "password_confirmation": "a long Password 1", "full_name": "New", "phone_number": "+628129990001", "role": "partner"}}`, `{"user": {"email": "", "password": ""}}`, everybody, fresh),
	posts("POST /auth/resend-otp", `{"user": {"email": "unverified@demo.test", "purpose": "email_verification"}}`, `{"user": {"email": "", "purpose": "nothing"}}`, everybody),
	posts("POST /auth/verify-email", `{"user": {"email": "unverified@demo.test", "otp": "<text:code>"}}`, `{"user": {"email": "", "otp": ""}}`, everybody, latest("unverified@demo.test")),
	posts("POST /auth/login", `{"user": {"email": "member@demo.test", "password": "`+world.Password+`"}}`, `{"user": {"email": "", "password": ""}}`, everybody),
	posts("POST /auth/refresh", `{"user": {"refresh_token": "<text:refresh>"}}`, `{"user": {"refresh_token": ""}}`, everybody, refreshed),
	posts("POST /auth/forgot-password", `{"user": {"email": "branch@demo.test"}}`, `{"user": {"email": ""}}`, everybody),
	posts("POST /auth/verify-reset-otp", `{"user": {"email": "branch@demo.test", "otp": "<text:code>"}}`, `{"user": {"email": "", "otp": ""}}`, everybody, latest("branch@demo.test")),
	posts("POST /auth/reset-password", `{"user": {"reset_token": "<text:grant>", "password": "a long Password 1", "password_confirmation": "a long Password 1"}}`, `{"user": {"reset_token": "", "password": ""}}`, everybody, granted),
	posts("PUT /device-token", `{"device": {"device_id": "phone", "fcm_token": "push"}}`, `{"device": {"device_id": "", "fcm_token": ""}}`),
	posts("DELETE /device-token", `{"device": {"device_id": "phone"}}`, `{"device": {"device_id": ""}}`),
	posts("PATCH /profile/personal-information", `{"profile": {"full_name": "New Name"}}`, `{"profile": {"full_name": ""}}`),
	posts("PATCH /profile/password", `{"user": {"current_password": "`+world.Password+`", "password": "a long Password 1", "password_confirmation": "a long Password 1"}}`, `{"user": {"current_password": "", "password": ""}}`),
	posts("DELETE /auth/logout", ``, ``, by("partner"), ends),
	posts("DELETE /auth/logout-all", ``, ``, by("admin"), ends),
}

// latest notes the code that was sent last, of a mail that went before.
func latest(email string) func(*write) {
	return func(w *write) {
		w.prepare = func(t testing.TB, s *stage) {
			t.Helper()
			s.noteCode(t)
			if s.names["code"] == "" {
				t.Fatalf("no code was sent to %s", email)
			}
		}
	}
}
