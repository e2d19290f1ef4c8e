package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// onboardingFields names the fields of what partners send, and of what is decided on
// it, as the graph's inputs do.
var onboardingFields = fieldNames{
	"sub_service_ids": "subServices", "sub_service_id": "subService", "competency_test_id": "competencyTest",
	".question_id": "question", ".option_id": "option",
}

func fromPartnerRegister(in model.PartnerRegisterInput) market.Registration {
	r := market.Registration{
		FullName: market.Some(in.FullName), Gender: market.Some(in.Gender), BirthPlace: given(in.BirthPlace), BirthDate: market.Some(string(in.BirthDate)),
		IdentityNumber: market.Some(in.IdentityNumber), PhoneNumber: market.Some(in.PhoneNumber),
		IdentityCard: fromUpload(in.IdentityCard), Picture: fromUpload(in.Picture), Domicile: fromPlace(in.Domicile),
		Education: market.Schooling{
			Level: market.Some(in.Education.Level), InstitutionName: market.Some(in.Education.InstitutionName), Major: given(in.Education.Major),
			GraduationYear: wideOf(given(in.Education.GraduationYear)), Certificate: fromUpload(in.Education.Certificate),
		},
		SubServiceIDs: make([]int64, len(in.SubServices)),
	}
	for i, id := range in.SubServices {
		r.SubServiceIDs[i] = recordOf("SubService", id)
	}
	return r
}

func fromBasicAnswers(in model.BasicTestSubmitInput) []market.Answer {
	return each(in.Answers, func(a *model.BasicAnswerInput) market.Answer {
		return market.Answer{QuestionID: recordOf("TestQuestion", a.Question), OptionID: int64(a.Option)}
	})
}

func fromCompetencySet(in model.CompetencySetInput) market.CompetencySetting {
	return market.CompetencySetting{
		PartnerID: partnerID(in.Partner), Version: in.Version, SubServiceID: recordOf("SubService", in.SubService),
		Kinds: plainList(in.Kinds), Status: optional(in.Status),
	}
}

func fromQuestionCreate(in model.TestQuestionCreateInput) market.TestQuestionDetails {
	return market.TestQuestionDetails{
		Text: market.Some(in.Text), Options: market.Some(in.Options), Answer: market.Some(in.Answer),
		Position: market.Some(in.Position), Active: market.Some(in.Active),
	}
}

func fromQuestionUpdate(in model.TestQuestionUpdateInput) (id, version int64, change market.TestQuestionDetails) {
	return recordID("TestQuestion", in.TestQuestion), in.Version, market.TestQuestionDetails{
		Text: optional(in.Text), Options: plainList(in.Options), Answer: optional(in.Answer),
		Position: optional(in.Position), Active: optional(in.Active),
	}
}

// testWants is what the selection asks of certificates that stand under the paths.
func testWants(ctx context.Context, under ...string) market.TestWants {
	var w market.TestWants
	for _, prefix := range under {
		w.Partner = w.Partner || graphql.FieldRequested(ctx, prefix+"partner")
		w.Parts |= partnerWants(ctx, prefix+"partner.")
	}
	return w
}

// onboardedPayload is partnerPayload of what partners send, and of what is decided on it.
func onboardedPayload(p *view.Partner, err error) (*model.PartnerPayload, error) {
	return partnerPayload(p, onboardingFields.of(err))
}

func basicTestPayload(v *view.BasicTest, err error) (*model.BasicTestPayload, error) {
	bad, err := userErrors(onboardingFields.of(err))
	return &model.BasicTestPayload{BasicTest: v, UserErrors: bad}, err
}

func partnerTestPayload(v *view.PartnerTest, err error) (*model.PartnerTestPayload, error) {
	bad, err := userErrors(onboardingFields.of(err))
	return &model.PartnerTestPayload{PartnerTest: v, UserErrors: bad}, err
}

func testQuestionPayload(v *view.TestQuestion, err error) (*model.TestQuestionPayload, error) {
	bad, err := userErrors(onboardingFields.of(err))
	return &model.TestQuestionPayload{TestQuestion: v, UserErrors: bad}, err
}

func toPartnerTestConnection(p *view.Page[view.PartnerTest], err error) (*model.PartnerTestConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.PartnerTestConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.PartnerTest) *model.PartnerTestEdge {
			return &model.PartnerTestEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toTestQuestionConnection(p *view.Page[view.TestQuestion], err error) (*model.TestQuestionConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.TestQuestionConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.TestQuestion) *model.TestQuestionEdge {
			return &model.TestQuestionEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

// plainList is a list of a change, which may be absent or null.
func plainList[T any](o graphql.Omittable[[]T]) market.Optional[[]T] {
	switch list, sent := o.ValueOK(); {
	case !sent:
		return market.Optional[[]T]{}
	case list == nil:
		return market.Null[[]T]()
	default:
		return market.Some(list)
	}
}

// nothingUnread is what a mutation of the graph could not read: its types say it before.
var nothingUnread fault.Fields
