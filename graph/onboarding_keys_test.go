package graph_test

import (
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// answersOfDemo are the right answers to the questions of the demo.
func answersOfDemo() []any {
	var list []any
	for i, option := range []int{2, 1, 2, 3, 1, 2} {
		list = append(list, map[string]any{"question": globalID("TestQuestion", int64(i+1)), "option": option})
	}
	return list
}

// registers is the input of a registration in which nothing is wrong.
func registers() map[string]any {
	return map[string]any{
		"fullName": "Citra Yulianto", "gender": "FEMALE", "birthDate": "1994-05-06", "identityNumber": "3171014605940002", "phoneNumber": "+62 812 5550 0102",
		"domicile":  map[string]any{"province": "DKI Jakarta", "city": "Jakarta Pusat", "address": "Jalan Kenanga 5", "latitude": -6.19, "longitude": 106.84},
		"education": map[string]any{"level": "D3", "institutionName": "Politeknik Kesehatan"}, "subServices": []any{globalID("SubService", 8)}, "identityCard": nil,
	}
}

// onboarding is a mutation of an onboarding, with the files that it takes.
type onboarding struct {
	mutation, input, result string
	files                   map[string]string
}

func (o onboarding) text() string {
	return `mutation($input: ` + o.input + `!) { done: ` + o.mutation + `(input: $input) { ` + o.result + ` userErrors { field code message } } }`
}

const (
	ofAPartner = "partner { id databaseId verificationStep verificationStatus verificationReason openToWork version identityCard { url } competencies { subServices { status kinds subService { id } } } }"
	ofAPaper   = "partnerTest { id databaseId status version certificate { url } rejectionReason reviewedAt competencyTest { id name } subService { name } }"
)

var (
	registersPartner = onboarding{"partnerRegister", "PartnerRegisterInput", ofAPartner, map[string]string{"variables.input.identityCard": testkit.PDF}}
	submitsBasic     = onboarding{"basicTestSubmit", "BasicTestSubmitInput", "basicTest { status score passed submittedAt repeatableAt }", nil}
	submitsPaper     = onboarding{"competencyTestSubmit", "CompetencyTestSubmitInput", ofAPaper, map[string]string{"variables.input.certificate": testkit.PNG}}
	setsAvailability = onboarding{"availabilitySet", "AvailabilitySetInput", ofAPartner, nil}
	approvesPaper    = onboarding{"partnerTestApprove", "PartnerTestApproveInput", ofAPaper, nil}
	rejectsPaper     = onboarding{"partnerTestReject", "PartnerTestRejectInput", ofAPaper, nil}
	verifiesPartner  = onboarding{"partnerVerify", "PartnerVerifyInput", ofAPartner, nil}
	refusesPartner   = onboarding{"partnerRefuse", "PartnerRefuseInput", ofAPartner, nil}
	setsCompetency   = onboarding{"competencySet", "CompetencySetInput", ofAPartner, nil}
)

// ask sends the mutation, and tells what ran for it.
func (o onboarding) ask(t testing.TB, app *testkit.App, token string, input map[string]any) (*answer, *store.Statements) {
	t.Helper()
	ctx, ran := store.Observe(t.Context())
	vars := map[string]any{"input": input}
	if o.files == nil {
		return try(ctx, t, app, token, o.text(), vars), ran
	}
	return answerOf(t, app.Send(app.AskWithFiles(t, token, o.text(), vars, o.files).WithContext(ctx))), ran
}

// onboardingKeys are the mutations of an onboarding, in the order in which one world can
// do them.
func onboardingKeys(app *testkit.App) []keyCase {
	partner := func(name string) string { return globalID("Partner", app.World.Partners[name]) }
	var list []keyCase
	add := func(o onboarding, email string, input map[string]any) {
		list = append(list, keyCase{o.mutation, false, func(t testing.TB) (*answer, *store.Statements) {
			return o.ask(t, app, app.Token(t, email), input)
		}})
	}
	registering := app.PartnerEmail("registering")
	add(registersPartner, registering, registers())
	made := map[string]any{"question": globalID("TestQuestion", 8), "option": 1} // by testQuestionCreate, before
	add(submitsBasic, registering, map[string]any{"answers": append(answersOfDemo(), made)})
	add(submitsPaper, registering, map[string]any{"competencyTest": globalID("CompetencyTest", 1), "certificate": nil})
	add(approvesPaper, theAdmin, map[string]any{"partnerTest": globalID("PartnerTest", 5), "version": 1})
	add(verifiesPartner, theAdmin, map[string]any{"partner": partner("registering"), "version": 4})
	add(rejectsPaper, theAdmin, map[string]any{"partnerTest": globalID("PartnerTest", 4), "version": 1, "reason": "It cannot be read."})
	add(refusesPartner, theAdmin, map[string]any{"partner": partner("testing"), "version": 1, "reason": "The papers are of somebody else."})
	add(setsCompetency, theAdmin, map[string]any{"partner": partner("refused"), "version": 1, "subService": globalID("SubService", 8), "kinds": []any{"REPAIR"}})
	add(setsAvailability, app.PartnerEmail("unowned"), map[string]any{"openToWork": false})
	return list
}
