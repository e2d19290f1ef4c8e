package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// ownPartnerData is the data of what a partner did to itself (schema PartnerResponse).
type ownPartnerData struct {
	Partner partnerProfile `json:"partner"`
}

func toOwnPartner(v *view.Partner) any { return data(ownPartnerData{Partner: toPartnerProfile(v)}) }

// basicTestData is the data of the basic test (schema BasicTestResponse).
type basicTestData struct {
	BasicTest basicTest `json:"basic_test"`
}

// basicTest is the test that every partner takes, as the caller stands to it.
type basicTest struct {
	Status      view.BasicTestStatus `json:"status"`
	Questions   []testQuestion       `json:"questions"`
	Score       *int32               `json:"score"`
	Passed      *bool                `json:"passed"`
	SubmittedAt *instant             `json:"submitted_at"`
}

// testQuestion is one question of it, without the answer.
type testQuestion struct {
	ID      int64        `json:"id"`
	Text    string       `json:"text"`
	Options []testOption `json:"options"`
}

type testOption struct {
	ID   int32  `json:"id"`
	Text string `json:"text"`
}

func toBasicTestData(v *view.BasicTest) any {
	return data(basicTestData{BasicTest: basicTest{
		Status: v.Status, Questions: each(v.Questions, toTestQuestion), Score: v.Score, Passed: v.Passed, SubmittedAt: maybe(v.SubmittedAt, toInstant),
	}})
}

func toTestQuestion(v *view.TestQuestion) testQuestion {
	return testQuestion{ID: v.ID, Text: v.Text, Options: each(v.Options, func(o *view.TestOption) testOption {
		return testOption{ID: o.Number, Text: o.Text}
	})}
}

// competencyTestData is the data of a certificate of a competency test (schema
// PartnerCompetencyTestResponse).
type competencyTestData struct {
	CompetencyTest *partnerTest `json:"competency_test"`
}

// partnerTest is a certificate of a competency test (schema PartnerCompetencyTest).
type partnerTest struct {
	ID              int64                `json:"id"`
	CompetencyTest  competencyTest       `json:"competency_test"`
	SubService      namedSubService      `json:"sub_service"`
	Status          lifecycle.TestStatus `json:"status"`
	Certificate     *string              `json:"certificate"`
	SubmittedAt     instant              `json:"submitted_at"`
	ReviewedAt      *instant             `json:"reviewed_at"`
	RejectionReason *string              `json:"rejection_reason"`
}

type namedSubService struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func toCompetencyTestData(v *view.PartnerTest) any {
	return data(competencyTestData{CompetencyTest: maybe(v, toPartnerTest)})
}

func toPartnerTest(v *view.PartnerTest) partnerTest {
	s := v.SubService
	return partnerTest{
		ID: v.ID, CompetencyTest: toCompetencyTest(v.CompetencyTest),
		SubService: namedSubService{ID: s.ID, Name: s.Name}, Status: v.Status, Certificate: link(v.Certificate),
		SubmittedAt: instant(v.SubmittedAt), ReviewedAt: maybe(v.ReviewedAt, toInstant), RejectionReason: v.RejectionReason,
	}
}
