package nukitu

import (
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
)

// operation says of a route what its source does not: what it is for, what its
// parameters and attributes are, and the type of what it answers with. Who it is for
// and which parameters, attributes and forms it reads is held against the source.
type operation struct {
	route   string // method and path below /api/v1
	summary string
	query   []attribute
	body    []attribute
	// data is a value of the type under the key data, or a whole list.
	data  any
	made  bool // answers 201
	finds bool // may name a record elsewhere than in the path, which may not be there
}

// attribute is a parameter of a query or a field of a body.
type attribute struct {
	name   string
	schema jsonObject
	about  string
	needed bool
	inner  []attribute // of an object, or of each object of a list
	many   bool        // a list of objects
	file   bool        // sent as a part of a form
}

func attr(name string, schema jsonObject, about string) attribute {
	return attribute{name: name, schema: schema, about: about}
}

func (a attribute) need() attribute { a.needed = true; return a }

// pictureOnly is the answer of a route that draws.
type pictureOnly struct{}

var (
	anyText   = jsonObject{"type": "string"}
	orNull    = jsonObject{"type": []string{"string", "null"}}
	trueFalse = jsonObject{"enum": []string{"true", "false", "1", "0"}}
	decimal   = jsonObject{"type": []string{"number", "string"}, "pattern": `^\d+(\.\d+)?$`}
	degrees   = jsonObject{"type": "number"}
)

func oneWord[W ~string](list ...W) jsonObject { return jsonObject{"type": "string", "enum": list} }

// paged are the parameters of a page.
var paged = []attribute{
	attr("page", jsonObject{"type": "integer", "minimum": 1, "default": 1}, "The page."),
	attr("per_page", jsonObject{"type": "integer", "minimum": 1, "default": 20}, "Rows on a page; more than 100 are 100."),
}

func with(list []attribute, more ...attribute) []attribute { return append(more, list...) }

var (
	statusParameter = attr("status", oneWord(lifecycle.ContractStatuses...), "Keeps contracts that stand there.")
	stepParameter   = attr("step", oneWord(lifecycle.Steps...), "Keeps contracts at this step of the wizard.")
	ofInstitution   = attr("institution_id", idSchema, "Keeps those of this institution of the caller.")
	reason          = []attribute{attr("reason", anyText, "Why.").need()}
	scanned         = []attribute{attr("qr_token", anyText, "What was scanned.").need()}
	photos          = attribute{name: "photos", file: true, many: true, about: "Replaces the photos: addresses of those that stay, new ones as files."}
	review          = []attribute{
		{name: "ratings", many: true, about: "One for each criterion.", inner: []attribute{
			attr("rating_id", idSchema, "The criterion."), attr("rate", jsonObject{"type": "integer", "minimum": 1, "maximum": 5}, "From 1 to 5."),
		}},
		attr("comment", orNull, "What else is to be said."),
	}
	inspectionFields = []attribute{
		attr("status", oneWord("draft", "submitted"), "Whether it is handed in; it is when this is left out."),
		{name: "sections", many: true, about: "What was found, by the sections of the template.", inner: []attribute{
			attr("key", anyText, "Of the section."),
			{name: "items", many: true, about: "Its items.", inner: []attribute{
				attr("key", anyText, "Of the item."), attr("value", jsonObject{"type": []string{"string", "number", "boolean", "null"}}, "What was found."),
				attr("note", orNull, "What is to be known of it."),
			}},
		}},
		photos,
	}
	conclusionFields = []attribute{
		attr("result", oneWord(lifecycle.ConclusionResults...), "What it came to."), attr("summary", orNull, "In words."),
		attr("recommendation", orNull, "What is to be done."), photos,
	}
)

var (
	address     = attr("email", anyText, "The address.").need()
	digits      = attr("otp", anyText, "The six digits that were sent to it.").need()
	newPassword = []attribute{attr("password", anyText, "From 8 to 200 characters.").need(), attr("password_confirmation", anyText, "The same once more.").need()}
	onDevice    = attribute{name: "device_info", about: "On what.", inner: []attribute{
		attr("device_id", anyText, "Its id."), attr("device_name", anyText, "Its name."), attr("platform", oneWord(authn.Platforms...), "Its kind."),
		attr("os_version", anyText, "Not kept."), attr("app_version", anyText, "Not kept."), attr("fcm_token", anyText, "Where push messages to it are sent."),
	}}
)

// operations are all routes of the dialect, as they are registered.
func operations() []operation {
	list := append(accountOperations(), partnerOperations()...)
	list = append(append(list, openPartnerOperations()...), ownPartnerOperations()...)
	list = append(list, ownInstitutionOperations()...)
	list = append(list, catalogueOperations()...)
	list = append(list, onboardingOperations()...)
	return append(append(list, institutionOperations()...), supervisorOperations()...)
}

func accountOperations() []operation {
	return []operation{
		{route: "POST /auth/register", summary: "Open an account, and be sent a code", data: registerData{}, made: true, body: append(newPassword[:2:2], address,
			attr("full_name", anyText, "Whose it is.").need(), attr("phone_number", anyText, "A telephone number."),
			attr("role", oneWord(actor.Institution, actor.Partner), "What for.").need(), onDevice)},
		{route: "POST /auth/login", summary: "Sign in with an address and a password", data: loginData{}, body: []attribute{
			address, attr("password", anyText, "The password.").need(), onDevice,
		}},
		{route: "POST /auth/verify-email", summary: "Verify an address with the code that was sent to it, and sign in", data: loginData{}, body: []attribute{address, digits, onDevice}},
		{route: "POST /auth/resend-otp", summary: "Be sent another code", data: sentData{}, body: []attribute{
			address, attr("purpose", oneWord(lifecycle.CodeEmailVerification, lifecycle.CodePasswordReset), "What for.").need(),
		}},
		{route: "POST /auth/refresh", summary: "Get new tokens for a refresh token, which is used up", data: tokensData{}, body: []attribute{
			attr("refresh_token", anyText, "The token.").need(),
		}},
		{route: "POST /auth/forgot-password", summary: "Be sent the code with which a new password is set", data: messageData{}, body: []attribute{address}},
		{route: "POST /auth/verify-reset-otp", summary: "Get a token for that code", data: grantData{}, body: []attribute{address, digits}},
		{route: "POST /auth/reset-password", summary: "Set a new password with that token", data: messageData{}, body: append(newPassword[:2:2],
			attr("reset_token", anyText, "The token; it is good once.").need())},
		{route: "DELETE /auth/logout", summary: "Sign out on this device", data: messageData{}},
		{route: "DELETE /auth/logout-all", summary: "Sign out on every device", data: messageData{}},
		{route: "GET /auth/me", summary: "Show who is signed in", data: meData{}},
		{route: "GET /profile", summary: "Show one's own profile", data: profileData{}},
		{route: "PATCH /profile/personal-information", summary: "Change one's own profile; what is left out stays as it is", data: profileData{}, body: []attribute{
			attr("full_name", anyText, "1 to 200 letters."), attr("phone_number", orNull, "A telephone number; null for none."),
			{name: "picture", file: true, about: "Replaces the picture: JPEG, PNG or WEBP, at most 10 MB; null takes it away."},
			attr("gender", oneWord(lifecycle.Genders...), "For partners."), attr("birth_place", orNull, "For partners."),
			attr("birth_date", orNull, "For partners: YYYY-MM-DD."), attr("about", orNull, "For partners: at most 2,000 letters."),
			attr("experience_years", jsonObject{"type": []string{"integer", "null"}}, "For partners: 0 to 80."),
		}},
		{route: "PATCH /profile/password", summary: "Change the password, which ends the other sessions", data: messageData{}, body: append(newPassword[:2:2],
			attr("current_password", anyText, "The one so far.").need())},
		{route: "PUT /device-token", summary: "Say where push messages to a device are sent", data: messageData{}, body: []attribute{
			attr("device_id", anyText, "Of the device.").need(), attr("fcm_token", anyText, "Its token of FCM.").need(), attr("platform", oneWord(authn.Platforms...), "Its kind."),
		}},
		{route: "DELETE /device-token", summary: "Send no more push messages to a device", data: messageData{},
			query: []attribute{attr("device_id", anyText, "Of the device.")}, body: []attribute{attr("device_id", anyText, "The same, where it is not in the query.")}},
		{route: "GET /notifications", summary: "List what one was told, the newest first", data: notificationList{}, query: with(
			paged, attr("read", trueFalse, "Keeps those that were read, or were not."),
		)},
		{route: "GET /notifications/{id}", summary: "Show a notification", data: notificationData{}},
		{route: "PATCH /notifications/{id}/read", summary: "Mark a notification as read", data: notificationData{}},
		{route: "GET /partners", summary: "List partners", data: list[partnerItem]{}, query: with(
			paged,
			attr("latitude", degrees, "Where, with longitude; an institution's own place when left out."), attr("longitude", degrees, "Where."),
			attr("radius", degrees, "How far around, in kilometres."), attr("institution_id", idSchema, "Around this institution."),
			attr("service_id", idSchema, "Who offers this service."), attr("sub_service_id", idSchema, "Who offers this sub-service."),
			attr("kind", oneWord(lifecycle.Kinds...), "Who does this kind of work."), attr("q", anyText, "Within the name."),
			attr("open_to_work", trueFalse, "Who takes work, or does not."),
			attr("sort", oneWord(priceAscending, priceDescending), "By price; wins over the next two."),
			attr("sort_by", oneWord(byPrice, byRegistration), "By what."), attr("sort_order", oneWord(ascending, descending), "In which direction."),
		)},
	}
}

func catalogueOperations() []operation {
	name := attr("q", anyText, "Within the name.")
	which := []attribute{attr("certification_id", idSchema, "Which certification.").need()}
	status := attr("status", oneWord(lifecycle.CertificationStatuses...), "Keeps those that stand there.")
	return []operation{
		{route: "GET /settings", summary: "Show the settings that everybody may read", data: settingsData{}},
		{route: "GET /banners", summary: "List the banners that are shown today", data: []banner{}},
		{route: "GET /banners/{id}", summary: "Show a banner", data: bannerData{}},
		{route: "GET /services", summary: "List the services by their name", query: []attribute{name}, data: []service{}},
		{route: "GET /services/competency-tests", summary: "List the competency tests below their sub-services and services", data: []testedService{}, query: []attribute{
			attr("service_id", idSchema, "Of this service."), attr("sub_service_id", idSchema, "Of this sub-service."),
		}},
		{route: "GET /services/{id}", summary: "Show a service with its sub-services", data: serviceData{}},
		{route: "GET /certifications", summary: "List certifications, the newest first", query: with(paged, name), data: list[certification]{}},
		{route: "GET /certifications/{id}", summary: "Show a certification", data: certificationData{}},
		{route: "GET /profile/certifications", summary: "List the partner's registrations for certifications", query: with(paged, status), data: list[registration]{}},
		{route: "GET /partner/certifications", summary: "List the partner's registrations for certifications, the newest first", query: with(paged, status), data: list[registration]{}},
		{route: "POST /partner/certifications", summary: "Register for a certification", body: which, data: registrationData{}, made: true, finds: true},
		{route: "GET /partner/certifications/{id}", summary: "Show a registration", data: registrationData{}},
		{route: "GET /partner/certification-wishlists", summary: "List the certifications that the partner keeps in mind, the newest first", query: paged, data: list[wish]{}},
		{route: "POST /partner/certification-wishlists", summary: "Keep a certification in mind", body: which, data: wishData{}, made: true, finds: true},
		{route: "GET /partner/certification-wishlists/{id}", summary: "Show one that is kept in mind", data: wishData{}},
		{route: "DELETE /partner/certification-wishlists/{id}", summary: "Keep it in mind no more", data: messageData{}},
	}
}

func partnerOperations() []operation {
	const one = "/partner/contracts/{id}"
	return []operation{
		{route: "GET /partner/contracts", summary: "List the partner's contracts", query: with(paged, statusParameter, stepParameter), data: list[partnerContractItem]{}},
		{route: "GET /partner/contracts/grouped", summary: "List them by what is to be done", data: contractGroups[partnerContractItem]{}},
		{route: "GET " + one, summary: "Show a contract", data: contractData{}},
		{route: "PATCH " + one + "/accept", summary: "Accept an offer", data: contractData{}},
		{route: "PATCH " + one + "/reject", summary: "Reject an offer", body: reason, data: contractData{}},
		{route: "PATCH " + one + "/on-route", summary: "Set out", data: contractData{}},
		{route: "PATCH " + one + "/start-work", summary: "Start with the code that the institution shows", body: scanned, data: contractData{}},
		{route: "GET " + one + "/extension-cost-estimate", summary: "Estimate what more time would cost", data: extensionEstimate{}, query: []attribute{
			attr("additional_hours", decimal, "How many hours more.").need(),
		}},
		{route: "POST " + one + "/request-extension", summary: "Ask for more time", data: contractData{}, made: true, body: []attribute{
			attr("additional_hours", decimal, "How many hours more.").need(), attr("reason", anyText, "Why.").need(),
		}},
		{route: "GET " + one + "/qr-token-end", summary: "Give the code that ends the work", data: qrToken{}},
		{route: "GET " + one + "/qr-code-end.{form}", summary: "Draw it", data: pictureOnly{}},
		{route: "GET " + one + "/modular", summary: "Show a contract with the template of its inspection", data: modularData{}},
		{route: "GET " + one + "/modular/template", summary: "Show the template of its inspection", data: templateData{}},
		{route: "GET " + one + "/inspection", summary: "Show the inspection", data: inspectionData{}},
		{route: "POST " + one + "/inspection", summary: "Write the inspection", body: inspectionFields, data: inspectionData{}, made: true},
		{route: "PATCH " + one + "/inspection", summary: "Change the inspection", body: inspectionFields, data: inspectionData{}},
		{route: "GET " + one + "/inspection/conclusion", summary: "Show the conclusion", data: conclusionData{}},
		{route: "POST " + one + "/inspection/conclusion", summary: "Conclude", body: conclusionFields, data: conclusionData{}, made: true},
		{route: "PATCH " + one + "/inspection/conclusion", summary: "Change the conclusion", body: conclusionFields, data: conclusionData{}},
	}
}

func institutionOperations() []operation {
	const one = "/contracts/{id}"
	return append([]operation{
		{route: "GET /payment-methods", summary: "List the ways to pay", data: []paymentMethod{}},
		{route: "GET /promotions", summary: "List promotions that can be used", data: []promotion{}},
		{route: "POST /promotions/validate", summary: "Say what a promotion would take off", data: promotionCheck{}, finds: true, body: []attribute{
			attr("code", anyText, "Of the promotion.").need(), attr("order_amount", jsonObject{"type": "integer"}, "Of what, in whole currency units."),
			attr("contract_id", idSchema, "Of which contract."),
		}},
		{route: "GET /contracts", summary: "List the institution's contracts", query: with(paged, statusParameter, stepParameter, ofInstitution), data: list[contractItem]{}},
		{route: "GET /contracts/grouped", summary: "List them by what is to be done", query: []attribute{ofInstitution}, data: contractGroups[contractItem]{}},
		{route: "GET " + one, summary: "Show a contract", data: contractData{}},
		{route: "PATCH " + one + "/cancel", summary: "Cancel", body: reason, data: contractData{}},
		{route: "GET " + one + "/qr-token-start", summary: "Give the code that starts the work", data: qrToken{}},
		{route: "GET " + one + "/qr-token-end", summary: "Give the code that ends the work", data: qrToken{}},
		{route: "GET " + one + "/qr-code-start.{form}", summary: "Draw the code that starts the work", data: pictureOnly{}},
		{route: "GET " + one + "/qr-code-end.{form}", summary: "Draw the code that ends the work", data: pictureOnly{}},
		{route: "PATCH " + one + "/finish-work", summary: "Finish with the code that the partner shows", body: scanned, data: contractData{}},
		{route: "PATCH " + one + "/approve-extension", summary: "Give more time", data: contractData{}},
		{route: "PATCH " + one + "/reject-extension", summary: "Refuse more time", body: reason, data: contractData{}},
		{route: "GET " + one + "/ratings", summary: "List the criteria of a review", data: []ratingItem{}},
		{route: "GET " + one + "/inspection", summary: "Show the inspection", data: inspectionData{}},
		{route: "GET " + one + "/inspection/conclusion", summary: "Show the conclusion", data: conclusionData{}},
		{route: "GET " + one + "/review", summary: "Show the review", data: reviewData{}},
		{route: "POST " + one + "/review", summary: "Review", body: review, data: reviewData{}, made: true},
		{route: "PATCH " + one + "/review", summary: "Change the review", body: review, data: reviewData{}},
	}, wizardOperations(one)...)
}

func wizardOperations(one string) []operation {
	return []operation{
		{route: "POST /contracts", summary: "Begin a contract", data: contractData{}, made: true, body: []attribute{
			attr("partner_id", idSchema, "With whom.").need(), attr("sub_service_id", idSchema, "About what.").need(),
			attr("kind", oneWord(lifecycle.Kinds...), "What kind of work.").need(), attr("institution_id", idSchema, "For which institution of the caller."),
		}},
		{route: "PATCH " + one + "/schedule", summary: "Step 1: when, and whom to ask for", data: contractData{}, body: []attribute{
			attr("contract_start_date", dateSchema, "From which day, where the institution is."), attr("contract_start_time", clockSchema, "From what time."),
			attr("contract_end_date", dateSchema, "To which day."), attr("contract_end_time", clockSchema, "To what time."),
			{name: "schedules", many: true, about: "The days of work.", inner: []attribute{
				attr("date", dateSchema, "The day."), attr("start_time", clockSchema, "From."), attr("end_time", clockSchema, "To."),
			}},
			{name: "contact_persons", many: true, about: "Whom to ask for.", inner: []attribute{
				attr("id", idSchema, "One that is there."), attr("name", orNull, "Full name."), attr("phone", orNull, "Telephone number."),
				attr("_destroy", jsonObject{"type": []string{"boolean", "integer", "string"}}, "Whether to take it away."),
			}},
		}},
		{route: "PATCH " + one + "/details", summary: "Step 2: what is to be done", data: contractData{}, body: []attribute{
			attr("description", orNull, "What."), attr("tool_brand", orNull, "The tool's brand."), attr("tool_type", orNull, "The tool's type."),
			{name: "tool_images", file: true, many: true, about: "Replaces the pictures: addresses of those that stay, new ones as files."},
		}},
		{route: "PATCH " + one + "/payment", summary: "Step 3: how to pay", data: contractData{}, body: []attribute{
			attr("payment_method_id", idSchema, "The way to pay.").need(), attr("promotion_code", anyText, "A promotion."),
		}},
		{route: "GET " + one + "/pricing-preview", summary: "Say what it would cost", data: pricingPreviewData{}, query: []attribute{
			attr("payment_method_id", idSchema, "With this way to pay."), attr("promotion_code", anyText, "With this promotion."),
		}},
		{route: "PATCH " + one + "/payment-proof", summary: "Show that it was paid", data: contractData{}, body: []attribute{
			{name: "proof", file: true, about: "A picture or a PDF."},
		}},
	}
}

func supervisorOperations() []operation {
	const one = "/supervisor/contracts/{id}"
	return []operation{
		{route: "GET /supervisor/contracts", summary: "List the queue, or what was handled", query: with(paged, statusParameter), data: list[contractItem]{}},
		{route: "GET " + one, summary: "Show a contract", data: contractData{}},
		{route: "GET " + one + "/inspection", summary: "Show the inspection", data: inspectionData{}},
		{route: "GET " + one + "/inspection/conclusion", summary: "Show the conclusion", data: conclusionData{}},
		{route: "PATCH " + one + "/assign-partner", summary: "Give it to another partner", data: contractData{}, body: []attribute{attr("partner_id", idSchema, "To whom.").need()}},
		{route: "PATCH " + one + "/reject", summary: "Reject", body: reason, data: contractData{}},
	}
}
