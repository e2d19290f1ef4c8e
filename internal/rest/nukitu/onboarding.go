package nukitu

import (
	"encoding/json"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// registerPartner answers POST /partner/registration.
func (d *dialect) registerPartner(r *request) (any, error) {
	in := r.attributes("partner")
	v, err := d.app.RegisterPartner(r.Context(), fromPartnerRegistration(in), profileWants)
	if err != nil {
		return nil, in.explain(err)
	}
	return newly(toOwnPartner(v), nil)
}

// basicTest answers GET /partner/basic-test.
func (d *dialect) basicTest(r *request) (any, error) {
	v, err := d.app.BasicTest(r.Context())
	if err != nil {
		return nil, err
	}
	return toBasicTestData(v), nil
}

// submitBasicTest answers POST /partner/basic-test.
func (d *dialect) submitBasicTest(r *request) (any, error) {
	in := r.attributes("basic_test")
	answers := mapped(in.list("answers"), fromAnswer).Or(nil)
	v, err := d.app.SubmitBasicTest(r.Context(), answers, *in.bad)
	if err != nil {
		return nil, in.explain(err)
	}
	return toBasicTestData(v), nil
}

// firstCompetencyTest answers GET /partner/competency-test.
func (d *dialect) firstCompetencyTest(r *request) (any, error) {
	page, err := d.app.PartnerTests(r.Context(), market.NumberedPage(1, 1), fault.Fields{}, market.TestWants{})
	if err != nil {
		return nil, err
	}
	var first *view.PartnerTest
	if len(page.Items) > 0 {
		first = page.Items[0]
	}
	return toCompetencyTestData(first), nil
}

// submitCompetencyTest answers POST /partner/competency-test.
func (d *dialect) submitCompetencyTest(r *request) (any, error) {
	in := r.attributes("competency_test")
	test, certificate := in.id("competency_test_id"), in.file("certificate")
	v, err := d.app.SubmitCompetencyTest(r.Context(), test, certificate, *in.bad, market.TestWants{})
	if err != nil {
		return nil, in.explain(err)
	}
	return newly(toCompetencyTestData(v), nil)
}

// ownTests answers GET /partner/competency-tests.
func (d *dialect) ownTests(r *request) (any, error) {
	p := r.query.page()
	page, err := d.app.PartnerTests(r.Context(), p.market(), r.query.bad, market.TestWants{})
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toPartnerTest), nil
}

// competencyTest answers GET /partner/competency-tests/{id}.
func (d *dialect) competencyTest(r *request) (any, error) {
	v, err := d.app.PartnerTest(r.Context(), recordID(chi.URLParam(r.Request, "id")), market.TestWants{})
	if err != nil {
		return nil, err
	}
	return toCompetencyTestData(v), nil
}

// setAvailability answers PATCH /partner/work-availability.
func (d *dialect) setAvailability(r *request) (any, error) {
	in := r.attributes("partner")
	open := market.Optional[bool]{}
	if in.sent("open_to_work") {
		open = market.Some(in.flag("open_to_work"))
	}
	v, err := d.app.SetAvailability(r.Context(), open, *in.bad, profileWants)
	if err != nil {
		return nil, in.explain(err)
	}
	return toOwnPartner(v), nil
}

// fromPartnerRegistration reads schema PartnerRegistration.
func fromPartnerRegistration(in *attributes) market.Registration {
	r := market.Registration{
		FullName: in.optional("full_name"), Gender: optionalAs[lifecycle.Gender](in.optional("gender")), BirthPlace: in.optional("birth_place"),
		BirthDate: in.optional("birth_date"), IdentityNumber: in.optional("identity_number"), PhoneNumber: in.optional("phone_number"),
		IdentityCard: in.file("identity_card"), Picture: in.file("picture"),
		Domicile: fromPlace(in.object("domicile")), Education: fromSchooling(in.object("education")), SubServiceIDs: in.ids("sub_service_ids"),
	}
	r.Unread = *in.bad
	return r
}

func fromSchooling(in *attributes) market.Schooling {
	return market.Schooling{
		Level: in.optional("level"), InstitutionName: in.optional("institution_name"), Major: in.optional("major"),
		GraduationYear: in.number("graduation_year"), Certificate: in.file("certificate"),
	}
}

func fromAnswer(in *attributes) market.Answer {
	return market.Answer{QuestionID: in.id("question_id"), OptionID: in.id("option_id")}
}

// ids gives a field that is a list of ids of records; none when one of them is no id.
func (a *attributes) ids(name string) []int64 {
	const must = "must be a list of ids of records: whole numbers from 1"
	var raws []json.RawMessage
	if !a.value(name, must, &raws) {
		return nil
	}
	list := make([]int64, len(raws))
	for i, raw := range raws {
		if json.Unmarshal(raw, &list[i]) != nil && !a.form.unmarshal(raw, &list[i]) || list[i] < 1 {
			a.bad.Add(a.prefix+name, "%s", must)
			return nil
		}
	}
	return list
}
