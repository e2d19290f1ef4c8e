package graph_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// newPartner opens an account of a partner that has said nothing yet, and signs in.
func newPartner(t *testing.T, app *testkit.App) string {
	t.Helper()
	open := authn.OpenAccount{Email: "nur@x.test", Name: "Nur", Role: actor.Partner, Password: world.Password}
	if _, err := open.Open(t.Context(), app.Store, app.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	return app.Token(t, "nur@x.test")
}

// registrationForm are the fields of a registration in which nothing is wrong.
func registrationForm() []testkit.Part {
	return []testkit.Part{
		{Field: "partner[full_name]", Body: "Nur Hayati"}, {Field: "partner[gender]", Body: "female"}, {Field: "partner[birth_date]", Body: "1995-03-04"},
		{Field: "partner[identity_number]", Body: "3171014403950001"}, {Field: "partner[phone_number]", Body: "+62 812 5550 0101"},
		{Field: "partner[domicile][province]", Body: "DKI Jakarta"}, {Field: "partner[domicile][city]", Body: "Jakarta Pusat"},
		{Field: "partner[domicile][address]", Body: "Jalan Kenanga 5"}, {Field: "partner[domicile][latitude]", Body: "-6.19"}, {Field: "partner[domicile][longitude]", Body: "106.84"},
		{Field: "partner[education][level]", Body: "D3"}, {Field: "partner[education][institution_name]", Body: "Politeknik Kesehatan"},
		{Field: "partner[sub_service_ids][]", Body: "8"},
		{Field: "partner[identity_card]", File: "card.pdf", Body: testkit.PDF}, {Field: "partner[picture]", File: "me.png", Body: testkit.PNG},
		{Field: "partner[education][certificate]", File: "diploma.png", Body: testkit.PNG},
	}
}

var (
	addresses = regexp.MustCompile(`"(http[^"]*/files/)[^"]*"`)
	numbersOf = regexp.MustCompile(`"id":\d+`)
)

// TestAPartnerComesIntoTheMarketplace walks from an account to the first contract, by
// REST and by the graph: nobody finds the partner before it is verified, and everybody
// after it.
func TestAPartnerComesIntoTheMarketplace(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		for _, way := range []string{"rest", "graph"} {
			app := doors.Start(t, another(t, db))
			token, admin, institution := newPartner(t, app), app.Token(t, theAdmin), app.Token(t, customer)
			s := &onboarded{T: t, app: app, token: token, rest: way == "rest"}
			s.register()
			id := ask(t, app, token, `{ viewer { partner { id } } }`, nil).object("viewer", "partner")["id"].(string)
			s.stands(id, "BASIC_TEST", "IN_PROGRESS")
			s.basic()
			s.stands(id, "COMPETENCY_TEST", "IN_PROGRESS")
			paper := s.paper()
			s.stands(id, "REVIEW", "IN_PROGRESS")
			found := func() (listed, eligible bool) {
				page := app.Do(t, http.MethodGet, "/api/v1/partners?q=Nur+Hayati", institution, nil)
				got := ask(t, app, institution, `query($i: ID!, $s: ID!) { eligiblePartners(input: { institution: $i, subService: $s, kind: REPAIR }, first: 100) { nodes { partner { id } } } }`,
					map[string]any{"i": globalID("Institution", app.World.Institutions["home"]), "s": globalID("SubService", 8)})
				return strings.Contains(string(page.Body), "Nur Hayati"), strings.Contains(got.body, id)
			}
			setsPrice.done(t, app, admin, map[string]any{"partner": id, "subService": globalID("SubService", 8), "amount": 90_000})
			if listed, eligible := found(); listed || eligible {
				t.Errorf("%s: before it is verified it is listed %v, and eligible %v", way, listed, eligible)
			}
			queue := ask(t, app, admin, `{ pendingPartners { totalCount nodes { id version submittedAt identityCard { url } } } pendingTests { totalCount nodes { id version certificate { url } partner { fullName } } } }`, nil)
			if n := queue.object("pendingPartners")["totalCount"]; n != 2.0 || !strings.Contains(queue.body, id) || !strings.Contains(queue.body, paper) {
				t.Errorf("%s: what waits: %s", way, queue.body)
			}
			decide := func(o onboarding, input map[string]any) {
				t.Helper()
				if got, _ := o.ask(t, app, admin, input); len(got.list("done", "userErrors")) != 0 || len(got.Errors) != 0 {
					t.Fatalf("%s: %s: %s", way, o.mutation, got.body)
				}
			}
			decide(approvesPaper, map[string]any{"partnerTest": paper, "version": 1})
			version := ask(t, app, admin, `query($id: ID!) { partner(id: $id) { version } }`, map[string]any{"id": id}).object("partner")["version"]
			decide(verifiesPartner, map[string]any{"partner": id, "version": version})
			s.stands(id, "VERIFIED", "COMPLETED")
			if listed, eligible := found(); !listed || !eligible {
				t.Errorf("%s: verified it is listed %v, and eligible %v", way, listed, eligible)
			}
			s.available(false)
			if _, eligible := found(); eligible {
				t.Errorf("%s: it takes no new work, and is eligible", way)
			}
			s.available(true)
			hired := ask(t, app, institution, `mutation($in: ContractCreateInput!) { done: contractCreate(input: $in) { contract { id partner { id } } userErrors { code message } } }`,
				map[string]any{"in": map[string]any{"institution": globalID("Institution", app.World.Institutions["home"]), "partner": id, "subService": globalID("SubService", 8), "kind": "REPAIR"}})
			if hired.object("done", "contract") == nil {
				t.Errorf("%s: it cannot be hired: %s", way, hired.body)
			}
			secret := ask(t, app, institution, `query($id: ID!) { partner(id: $id) { fullName identityNumber birthDate verificationReason submittedAt version identityCard { url } } }`, map[string]any{"id": id})
			if strings.Contains(secret.body, "317101") || strings.Contains(secret.body, "/files/") || strings.Contains(secret.body, "1995") {
				t.Errorf("%s: a client reads %s", way, secret.body)
			}
		}
	})
}

// onboarded does the steps of a partner, by REST or by the graph.
type onboarded struct {
	*testing.T
	app   *testkit.App
	token string
	rest  bool
}

func (s *onboarded) done(o onboarding, input map[string]any) *answer {
	s.Helper()
	got, _ := o.ask(s, s.app, s.token, input)
	if len(got.Errors) != 0 || len(got.list("done", "userErrors")) != 0 {
		s.Fatalf("%s: %s", o.mutation, got.body)
	}
	return got
}

func (s *onboarded) route(status int, r *testkit.Response) string {
	s.Helper()
	if r.Status != status {
		s.Fatalf("%d %s", r.Status, r.Body)
	}
	return numbersOf.ReplaceAllString(addresses.ReplaceAllString(string(r.Body), `"$1"`), `"id":0`)
}

func (s *onboarded) register() {
	s.Helper()
	if !s.rest {
		in := registers()
		in["fullName"] = "Nur Hayati"
		s.done(registersPartner, in)
		return
	}
	form := s.app.Form(s, http.MethodPost, "/api/v1/partner/registration", s.token, append(registrationForm(),
		testkit.Part{Field: "partner[id]", Body: "1"}, testkit.Part{Field: "partner[status]", Body: "suspended"}, testkit.Part{Field: "partner[verification_step]", Body: "verified"},
		testkit.Part{Field: "partner[verification_status]", Body: "completed"}, testkit.Part{Field: "partner[role]", Body: "admin"})...)
	body := s.route(http.StatusCreated, s.app.Send(form))
	for _, part := range []string{
		`{"success":true,"data":{"partner":{"id":0,"full_name":"Nur Hayati","picture":"http`, `"gender":"female","is_verified":false,"open_to_work":false,"status":"active","verification_status":"in_progress","verification_step":"basic_test"`,
		`"location":{"province":"DKI Jakarta","city":"Jakarta Pusat","district":"","subdistrict":"","postcode":"","address":"Jalan Kenanga 5","latitude":-6.19,"longitude":106.84}`,
		`"status":"pending","kinds":["installation","maintenance","repair"]`, `"identity_number":"3171014403950001"`, `"birth_date":"1995-03-04"`,
	} {
		if !strings.Contains(body, part) {
			s.Errorf("the registration gives %s, without %s", body, part)
		}
	}
}

func (s *onboarded) basic() {
	s.Helper()
	if !s.rest {
		s.done(submitsBasic, map[string]any{"answers": answersOfDemo()})
		return
	}
	before := s.route(http.StatusOK, s.app.Do(s, http.MethodGet, "/api/v1/partner/basic-test", s.token, nil))
	if !strings.HasPrefix(before, `{"success":true,"data":{"basic_test":{"status":"not_started","questions":[{"id":0,"text":"What comes first`) || strings.Contains(before, "answer\"") ||
		!strings.HasSuffix(strings.TrimSpace(before), `"score":null,"passed":null,"submitted_at":null}}}`) {
		s.Errorf("before it is %s", before)
	}
	var answers []string
	for i, option := range []int{2, 1, 2, 3, 1, 2} {
		answers = append(answers, fmt.Sprintf(`{"question_id":%d,"option_id":%d}`, i+1, option))
	}
	after := s.route(http.StatusOK, s.app.Do(s, http.MethodPost, "/api/v1/partner/basic-test", s.token, `{"answers":[`+strings.Join(answers, ",")+`]}`))
	if !strings.Contains(after, `"status":"passed"`) || !strings.Contains(after, `"score":100,"passed":true,"submitted_at":"`) {
		s.Errorf("after it is %s", after)
	}
}

// paper sends a certificate, and gives its id.
func (s *onboarded) paper() string {
	s.Helper()
	if !s.rest {
		return s.done(submitsPaper, map[string]any{"competencyTest": globalID("CompetencyTest", 1), "certificate": nil}).object("done", "partnerTest")["id"].(string)
	}
	if none := s.route(http.StatusOK, s.app.Do(s, http.MethodGet, "/api/v1/partner/competency-test", s.token, nil)); strings.TrimSpace(none) != `{"success":true,"data":{"competency_test":null}}` {
		s.Errorf("before there is %s", none)
	}
	form := s.app.Form(s, http.MethodPost, "/api/v1/partner/competency-test", s.token,
		testkit.Part{Field: "competency_test[competency_test_id]", Body: "1"}, testkit.Part{Field: "competency_test[status]", Body: "approved"},
		testkit.Part{Field: "competency_test[certificate]", File: "paper.pdf", Body: testkit.PDF})
	sent := s.app.Send(form)
	var made struct {
		Data struct {
			CompetencyTest struct{ ID int64 } `json:"competency_test"`
		}
	}
	sent.JSON(s, &made)
	body := s.route(http.StatusCreated, sent)
	if !strings.HasPrefix(body, `{"success":true,"data":{"competency_test":{"id":0,"competency_test":{"id":0,"name":"Patient monitors, level 1","description":"`) ||
		!strings.Contains(body, `"passing_score":75},"sub_service":{"id":0,"name":"Patient monitor"},"status":"pending","certificate":"http`) || !strings.Contains(body, `"reviewed_at":null,"rejection_reason":null}`) {
		s.Errorf("the certificate is %s", body)
	}
	one := fmt.Sprintf("/api/v1/partner/competency-tests/%d", made.Data.CompetencyTest.ID)
	for path, want := range map[string]int{one: 200, "/api/v1/partner/competency-tests/1": 404, "/api/v1/partner/competency-tests/x": 404, "/api/v1/partner/competency-tests": 200, "/api/v1/partner/competency-test": 200} {
		got := s.app.Do(s, http.MethodGet, path, s.token, nil)
		if got.Status != want || want == 200 && !strings.Contains(string(got.Body), "Patient monitors, level 1") {
			s.Errorf("%s: %d %s", path, got.Status, got.Body)
		}
	}
	return globalID("PartnerTest", made.Data.CompetencyTest.ID)
}

func (s *onboarded) available(open bool) {
	s.Helper()
	if s.rest {
		s.route(http.StatusOK, s.app.Do(s, http.MethodPatch, "/api/v1/partner/work-availability", s.token, map[string]any{"open_to_work": open}))
		return
	}
	s.done(setsAvailability, map[string]any{"openToWork": open})
}

// stands checks where the partner stands.
func (s *onboarded) stands(id, step, status string) {
	s.Helper()
	p := ask(s, s.app, s.token, `query($id: ID!) { partner(id: $id) { verificationStep verificationStatus } }`, map[string]any{"id": id}).object("partner")
	if p["verificationStep"] != step || p["verificationStatus"] != status {
		s.Fatalf("it stands at %v, and should at %s %s", p, step, status)
	}
}

// TestEveryBadFieldOfAnOnboardingIsNamed, in REST and in the graph, and nothing is kept.
func TestEveryBadFieldOfAnOnboardingIsNamed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := newPartner(t, app)
		testing := app.Token(t, app.PartnerEmail("testing"))
		checking := app.Token(t, app.PartnerEmail("not_verified"))
		stored := app.Files.Count()
		nothingIsWritten(t, app, func() {
			for field, bodies := range map[string][]string{
				"full_name": {"", strings.Repeat("n", 201)}, "gender": {"", "other"}, "birth_date": {"", "04.03.1995", "2095-03-04", "0001-01-01"},
				"identity_number": {"", "🙂🙂🙂🙂", strings.Repeat("1", 51)}, "phone_number": {"", "nine"}, "birth_place": {strings.Repeat("n", 201)},
				"domicile.province": {""}, "domicile.latitude": {"91", "north", "1e400"}, "domicile.longitude": {"-181"}, "domicile.address": {strings.Repeat("n", 501)},
				"education.level": {"", strings.Repeat("n", 51)}, "education.graduation_year": {"1899", "2100", "99999999999999999999"},
				"sub_service_ids": {"0", "-1", "x", "9223372036854775808"}, "sub_service_ids[0]": {"99999999"},
			} {
				for _, body := range bodies {
					parts := registrationForm()
					name := "partner[" + strings.ReplaceAll(strings.TrimSuffix(field, "[0]"), ".", "][") + "]"
					if strings.HasPrefix(field, "sub_service_ids") {
						name += "[]"
					}
					kept := parts[:0]
					for _, p := range parts {
						if p.Field != name {
							kept = append(kept, p)
						}
					}
					got := app.Send(app.Form(t, http.MethodPost, "/api/v1/partner/registration", token, append(kept, testkit.Part{Field: name, Body: body})...))
					if got.Status != http.StatusBadRequest || !strings.Contains(string(got.Body), `"`+field+`":[`) || strings.Count(string(got.Body), `:["`) != 1 {
						t.Errorf("%s as %.20q: %d %s", field, body, got.Status, got.Body)
					}
				}
			}
			for field, file := range map[string]string{"identity_card": testkit.HTML, "picture": testkit.PDF, "education.certificate": testkit.SVG} {
				name := "partner[" + strings.ReplaceAll(field, ".", "][") + "]"
				parts := registrationForm()
				for i := range parts {
					if parts[i].Field == name {
						parts[i].Body = file
					}
				}
				got := app.Send(app.Form(t, http.MethodPost, "/api/v1/partner/registration", token, parts...))
				if got.Status != http.StatusBadRequest || !strings.Contains(string(got.Body), `"`+field+`":[`) {
					t.Errorf("%s: %d %s", field, got.Status, got.Body)
				}
			}
			for body, field := range map[string]string{
				`{}`: "answers", `{"answers":null}`: "answers", `{"answers":7}`: "answers", `{"answers":[{"question_id":1,"option_id":1}]}`: "answers",
				`{"answers":[{"question_id":"x","option_id":1}]}`: "answers[0].question_id", `{"answers":[{"question_id":7,"option_id":1}]}`: "answers[0].question_id",
				`{"answers":[{"question_id":1,"option_id":4}]}`: "answers[0].option_id", `{"answers":[{"question_id":1,"option_id":1},{"question_id":1,"option_id":1}]}`: "answers[1].question_id",
			} {
				got := app.Do(t, http.MethodPost, "/api/v1/partner/basic-test", testing, body)
				if got.Status != http.StatusBadRequest || !strings.Contains(string(got.Body), `"`+field+`":[`) {
					t.Errorf("%s: %d %s", body, got.Status, got.Body)
				}
			}
			for _, c := range []struct{ id, file, field string }{{"", testkit.PDF, "competency_test_id"}, {"4", testkit.PDF, "competency_test_id"}, {"1", testkit.HTML, "certificate"}, {"1", "", "certificate"}} {
				parts := []testkit.Part{{Field: "competency_test_id", Body: c.id}}
				if c.file != "" {
					parts = append(parts, testkit.Part{Field: "certificate", File: "paper.pdf", Body: c.file})
				}
				got := app.Send(app.Form(t, http.MethodPost, "/api/v1/partner/competency-test", checking, parts...))
				if got.Status != http.StatusBadRequest || !strings.Contains(string(got.Body), `"`+c.field+`":[`) {
					t.Errorf("%+v: %d %s", c, got.Status, got.Body)
				}
			}
			in := registers()
			in["fullName"], in["identityNumber"], in["subServices"] = " ", "🙂", []any{globalID("SubService", 8), globalID("SubService", 8), globalID("Service", 1)}
			got, _ := registersPartner.ask(t, app, token, in)
			if _, fields := refusedAs(got); fields != "fullName,identityNumber,subServices[1],subServices[2]" {
				t.Errorf("the graph names %s: %s", fields, got.body)
			}
			got, _ = submitsBasic.ask(t, app, testing, map[string]any{"answers": []any{map[string]any{"question": globalID("TestQuestion", 7), "option": 1}}})
			if _, fields := refusedAs(got); fields != "answers,answers[0].question" {
				t.Errorf("the graph names %s: %s", fields, got.body)
			}
		})
		if app.Files.Count() != stored {
			t.Errorf("%d files more are stored", app.Files.Count()-stored)
		}
	})
}
