package nukitu

import "kontrak/internal/lifecycle"

// ownInstitutionOperations are the routes of institutions themselves.
func ownInstitutionOperations() []operation {
	const one = "/institutions/{id}"
	said := func(needed bool) []attribute {
		must := func(a attribute) attribute {
			a.needed = needed
			return a
		}
		return []attribute{
			must(attr("name", anyText, "1 to 200 letters.")), attr("kind", oneWord(lifecycle.InstitutionKinds...), "What it is; other when left out of a new one."),
			must(attr("address", anyText, "Street and number.")), must(attr("province", anyText, "Province.")), must(attr("city", anyText, "City or regency.")),
			attr("district", orNull, "District."), attr("subdistrict", orNull, "Sub-district."), attr("postcode", orNull, "Postcode."),
			must(attr("latitude", degrees, "Degrees north, -90 to 90.")), must(attr("longitude", degrees, "Degrees east, -180 to 180.")),
			attr("phone_number", orNull, "A telephone number."), attr("email", orNull, "An address."),
			{name: "picture", file: true, about: "Its picture: JPEG, PNG or WEBP, at most 10 MB; null takes it away."},
		}
	}
	return []operation{
		{route: "GET /institutions", summary: "Search institutions by name", data: list[institution]{}, query: with(paged, attr("q", anyText, "Within the name."))},
		{route: "POST /institutions", summary: "Make an institution, and be its first manager", data: institutionData{}, made: true, body: said(true)},
		{route: "GET /institutions/nearby", summary: "Search institutions by place, the nearest first", data: list[nearbyInstitution]{}, query: with(
			paged, attr("latitude", degrees, "Where.").need(), attr("longitude", degrees, "Where.").need(), attr("radius", degrees, "How far around, in kilometres; the setting talent_finder_radius when left out."),
		)},
		{route: "GET /institutions/map", summary: "List where institutions are: 10,000 at most, by number", data: []institutionMarker{}, query: []attribute{
			attr("south", degrees, "The part of the map, with the other three sides; all of it when left out."), attr("west", degrees, "Its western side."),
			attr("north", degrees, "Its northern side."), attr("east", degrees, "Its eastern side; less than west for a map beyond the 180th meridian."),
		}},
		{route: "GET /institutions/mine", summary: "List the institutions of which one is a member", data: list[institution]{}, query: paged},
		{route: "GET /institutions/current", summary: "Show the selected institution, null for none", data: institutionData{}},
		{route: "PATCH /institutions/current", summary: "Select an institution of one's list", data: institutionData{}, body: []attribute{attr("institution_id", idSchema, "Which.").need()}},
		{route: "DELETE /institutions/current", summary: "Select none", data: messageData{}},
		{route: "GET " + one, summary: "Show an institution", data: institutionData{}},
		{route: "PATCH " + one, summary: "Change an institution that one manages; what is left out stays as it is", data: institutionData{}, body: said(false)},
		{route: "POST " + one + "/membership", summary: "Ask to be a member", data: institutionData{}},
		{route: "DELETE " + one + "/membership", summary: "Leave, or take the request back", data: messageData{}},
		{route: "GET " + one + "/work-history", summary: "List its contracts that are over, the newest first; for members", data: list[workHistoryEntry]{}, query: paged},
	}
}
