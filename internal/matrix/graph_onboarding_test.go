package matrix

import (
	"testing"

	"kontrak/ent/partner"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
)

// standing has partner2 stand at a step of its verification, and do it.
func standing(step lifecycle.VerificationStep, status lifecycle.VerificationStatus) func(*write) {
	return func(w *write) {
		w.by, w.fresh = "partner2", true
		w.prepare = func(t testing.TB, s *stage) {
			t.Helper()
			s.Store.Client().Partner.Update().Where(partner.ID(s.World.Partners["partner2"])).
				SetVerificationStep(step).SetVerificationStatus(status).ExecX(t.Context())
		}
	}
}

const (
	registered = `fullName: "Nur", gender: FEMALE, birthDate: "1995-03-04", identityNumber: "3171014403950001", phoneNumber: "+62 812 5550 0101",
		domicile: {province: "Jakarta", city: "Jakarta", address: "Jalan Kenanga 5", latitude: -6.19, longitude: 106.84}, education: {level: "D3", institutionName: "Politeknik"}`
	answered = `answers: [{question: "<TestQuestion#1>", option: 2}, {question: "<TestQuestion#2>", option: 1}, {question: "<TestQuestion#3>", option: 2},
		{question: "<TestQuestion#4>", option: 3}, {question: "<TestQuestion#5>", option: 1}, {question: "<TestQuestion#6>", option: 2}]`
)

var (
	unregistered  = standing(lifecycle.VerifyRegistration, lifecycle.VerificationRejected)
	untested      = standing(lifecycle.VerifyBasicTest, lifecycle.VerificationInProgress)
	uncertificate = standing(lifecycle.VerifyCompetencyTest, lifecycle.VerificationInProgress)
)

// office is a mutation of the back office on a new world.
func office(name, good, bad string, more ...string) operation {
	o := ofOffice(name, good, bad, more...)
	o.write.fresh = true
	return o
}

// graphOnboarding are the mutations by which somebody becomes a partner.
var graphOnboarding = []operation{
	account("partnerRegister", registered+`, subServices: ["<SubService#8>"], identityCard: $file`, registered+`, subServices: []`, withFile("png"), unregistered),
	account("basicTestSubmit", answered, `answers: []`, untested),
	account("competencyTestSubmit", `competencyTest: "<CompetencyTest#2>", certificate: $file`, `competencyTest: "<CompetencyTest#987654>"`, withFile("png"), uncertificate),
	account("availabilitySet", `openToWork: true`, `openToWork: true`, after),
	office("partnerTestApprove", `partnerTest: "<>", version: 1`, `partnerTest: "<>", version: 99`, "<PartnerTest#4>", "<PartnerTest#987654>"),
	office("partnerTestReject", `partnerTest: "<>", version: 1, reason: "It cannot be read."`, `partnerTest: "<>", version: 1, reason: ""`, "<PartnerTest#4>", "<PartnerTest#987654>"),
	office("partnerVerify", `partner: "<>", version: 1`, `partner: "<>", version: 99`, "<Partner:reviewing>", "<Partner#987654>"),
	office("partnerRefuse", `partner: "<>", version: 1, reason: "The papers are of somebody else."`, `partner: "<>", version: 1, reason: ""`, "<Partner:reviewing>", "<Partner#987654>"),
	office("competencySet", `partner: "<>", version: 1, subService: "<SubService#8>", kinds: [REPAIR]`, `partner: "<>", version: 1, subService: "<SubService#8>", kinds: []`, "<Partner:refused>", "<Partner#987654>"),
	ofOffice("testQuestionCreate", `text: "Who signs?", options: ["Both", "Nobody"], answer: 1, position: 7`, `text: "", options: [], answer: 0, position: 0`),
	ofOffice("testQuestionUpdate", `testQuestion: "<>", version: 1, answer: 1`, `testQuestion: "<>", version: 1, answer: 0`, "<TestQuestion#1>", "<TestQuestion#987654>"),
}

// nukituOnboarding are the routes by which somebody becomes a partner.
var nukituOnboarding = []operation{
	get("/partner/basic-test"), get("/partner/competency-test"), get("/partner/competency-tests"),
	{name: "GET /api/v1/partner/competency-tests/{id}", reads: three("1", "2", "987654", "GET /api/v1/partner/competency-tests/<>")},
	posts("POST /partner/registration", ``, `{"partner": {}}`, unregistered, func(w *write) {
		for field, value := range map[string]string{
			"full_name": "Nur", "gender": "female", "birth_date": "1995-03-04", "identity_number": "3171014403950001", "phone_number": "+62 812 5550 0101",
			"domicile][province": "Jakarta", "domicile][city": "Jakarta", "domicile][address": "Jalan Kenanga 5", "domicile][latitude": "-6.19", "domicile][longitude": "106.84",
			"education][level": "D3", "education][institution_name": "Politeknik", "sub_service_ids][": "8",
		} {
			w.parts = append(w.parts, testkit.Part{Field: "partner[" + field + "]", Body: value})
		}
		w.parts = append(w.parts, testkit.Part{Field: "partner[identity_card]", File: "card.png", Body: testkit.PNG})
	}),
	posts("POST /partner/basic-test", `{"answers": [{"question_id": 1, "option_id": 2}, {"question_id": 2, "option_id": 1}, {"question_id": 3, "option_id": 2}, {"question_id": 4, "option_id": 3}, {"question_id": 5, "option_id": 1}, {"question_id": 6, "option_id": 2}]}`,
		`{"answers": []}`, untested),
	posts("POST /partner/competency-test", ``, `{"competency_test": {}}`, uncertificate, func(w *write) {
		w.parts = []testkit.Part{{Field: "competency_test[competency_test_id]", Body: "2"}, {Field: "competency_test[certificate]", File: "paper.png", Body: testkit.PNG}}
	}),
	posts("PATCH /partner/work-availability", `{"open_to_work": false}`, `{}`),
}
