package nukitu

import "kontrak/internal/lifecycle"

// placeFields are where somebody works from.
var placeFields = []attribute{
	attr("province", anyText, "1 to 200 letters."), attr("city", anyText, "City or regency, 1 to 200 letters."),
	attr("district", orNull, "At most 200 letters."), attr("subdistrict", orNull, "At most 200 letters."), attr("postcode", orNull, "At most 50 letters."),
	attr("address", anyText, "Street and number, 1 to 500 letters."), attr("latitude", degrees, "Degrees north."), attr("longitude", degrees, "Degrees east."),
}

// narrowed are the parameters of lists of partners that are not around a place.
var narrowed = []attribute{
	attr("service_id", idSchema, "Who offers this service."), attr("sub_service_id", idSchema, "Who offers this sub-service."),
	attr("kind", oneWord(lifecycle.Kinds...), "Who does this kind of work."), attr("q", anyText, "Within the name."),
}

// ownPartnerFields are what a supervisor says of its own partners.
var ownPartnerFields = append([]attribute{
	attr("full_name", anyText, "1 to 200 letters."), attr("phone_number", orNull, "A telephone number."),
	attr("gender", oneWord(lifecycle.Genders...), "As the papers say it."), attr("birth_date", orNull, "YYYY-MM-DD; null for none."),
	{name: "location", about: "Where it works from; its fields may also stand beside the others.", inner: placeFields},
	{name: "competencies", many: true, about: "What it can do, whole.", inner: []attribute{
		attr("sub_service_id", idSchema, "The sub-service.").need(),
		attr("kinds", jsonObject{"type": "array", "items": oneWord(lifecycle.Kinds...)}, "Some of those that the sub-service offers; all when left out."),
		attr("base_price", jsonObject{"type": []string{"integer", "null"}}, "Of an hour, in whole rupiah; null takes it back."),
	}},
}, placeFields...)

func openPartnerOperations() []operation {
	return []operation{
		{route: "GET /partners/wishlist", summary: "List the partners on one's own wishlist", data: list[partnerItem]{}, query: with(
			paged, append(narrowed[:4:4], attr("city", anyText, "Whose primary place is in this city, spelled like that."))...,
		)},
		{route: "GET /partners/wishlist/filters", summary: "Count them by what the list can be narrowed by", data: wishlistFilters{}},
		{route: "GET /partners/{id}", summary: "Show a partner", data: partnerData{}},
		{route: "PATCH /partners/{id}/wishlist", summary: "Put a partner on one's own wishlist, or take it away", data: wishedPartner{}, body: []attribute{
			attr("wishlisted", jsonObject{"type": []string{"boolean", "integer", "string"}, "enum": []any{true, false, 1, 0, "true", "false", "1", "0", ""}}, "Whether it is to be there; turned over when left out."),
		}},
		{route: "PATCH /profile/domicile", summary: "Change where one works from", data: profileData{}, body: placeFields},
		{route: "GET /profile/education", summary: "Show one's own education", data: educationData{}},
		{route: "GET /profile/competencies", summary: "List what one can do", data: []competency{}},
	}
}

func ownPartnerOperations() []operation {
	const one = "/supervisor/partners/{id}"
	return []operation{
		{route: "GET /supervisor/services", summary: "List services, with how many of one's own partners do something of them", data: []supervisorService{}},
		{route: "GET /supervisor/partners", summary: "List one's own partners", data: list[partnerItem]{}, query: with(paged, narrowed...)},
		{route: "POST /supervisor/partners", summary: "Make a partner, which is verified and invited by mail", data: ownData{}, made: true, body: append([]attribute{
			address, attr("language", oneWord(lifecycle.Languages...), "Of its mails; Indonesian when left out."),
		}, ownPartnerFields...)},
		{route: "GET " + one, summary: "Show an own partner", data: ownData{}},
		{route: "PATCH " + one, summary: "Change an own partner; what is left out stays as it is", data: ownData{}, body: ownPartnerFields},
		{route: "DELETE " + one, summary: "Take an own partner out of the marketplace", data: messageData{}},
	}
}
