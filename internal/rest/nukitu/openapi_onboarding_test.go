package nukitu

import "kontrak/internal/lifecycle"

// onboardingOperations are the routes by which somebody becomes a partner.
func onboardingOperations() []operation {
	return []operation{
		{route: "POST /partner/registration", summary: "Register as a partner, with the papers that show it", data: ownPartnerData{}, made: true, body: []attribute{
			attr("full_name", anyText, "1 to 200 letters.").need(), attr("gender", oneWord(lifecycle.Genders...), "As the papers say it.").need(),
			attr("birth_place", orNull, "At most 200 letters."), attr("birth_date", dateSchema, "A day of the past.").need(),
			attr("identity_number", anyText, "Of the identity card or passport.").need(), attr("phone_number", anyText, "A telephone number.").need(),
			{name: "identity_card", file: true, about: "A picture or a PDF of it, at most 10 MB."},
			{name: "picture", file: true, about: "A JPEG, PNG or WEBP picture of the person, at most 10 MB."},
			{name: "domicile", about: "Becomes the primary place.", inner: []attribute{
				attr("province", anyText, "1 to 200 letters."), attr("city", anyText, "1 to 200 letters."), attr("district", orNull, "At most 200 letters."),
				attr("subdistrict", orNull, "At most 200 letters."), attr("postcode", orNull, "At most 50 letters."), attr("address", anyText, "1 to 500 letters."),
				attr("latitude", degrees, "-90 to 90."), attr("longitude", degrees, "-180 to 180."),
			}},
			{name: "education", about: "The highest one.", inner: []attribute{
				attr("level", anyText, "1 to 50 letters."), attr("institution_name", anyText, "1 to 200 letters."), attr("major", orNull, "At most 200 letters."),
				attr("graduation_year", jsonObject{"type": []string{"integer", "null"}}, "From 1900 to this year."),
				{name: "certificate", file: true, about: "A picture or a PDF, at most 10 MB."},
			}},
			attr("sub_service_ids", jsonObject{"type": "array", "items": idSchema}, "What the partner can do: 1 to 50 sub-services.").need(),
		}},
		{route: "GET /partner/basic-test", summary: "Show the basic test, and how one stands to it", data: basicTestData{}},
		{route: "POST /partner/basic-test", summary: "Answer the basic test", data: basicTestData{}, body: []attribute{
			{name: "answers", many: true, about: "One to each question.", inner: []attribute{
				attr("question_id", idSchema, "The question."), attr("option_id", idSchema, "The option."),
			}},
		}},
		{route: "GET /partner/competency-test", summary: "Show the first certificate that was sent, or null", data: competencyTestData{}},
		{route: "POST /partner/competency-test", summary: "Send the certificate of a competency test", data: competencyTestData{}, made: true, body: []attribute{
			attr("competency_test_id", idSchema, "The test.").need(), {name: "certificate", file: true, about: "A picture or a PDF, at most 10 MB."},
		}},
		{route: "GET /partner/competency-tests", summary: "List the certificates that were sent", query: paged, data: list[partnerTest]{}},
		{route: "GET /partner/competency-tests/{id}", summary: "Show a certificate that was sent", data: competencyTestData{}},
		{route: "PATCH /partner/work-availability", summary: "Say whether one takes new work", data: ownPartnerData{}, body: []attribute{
			attr("open_to_work", jsonObject{"type": "boolean"}, "Whether one does.").need(),
		}},
	}
}
