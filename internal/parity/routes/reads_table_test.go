package routes

import (
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
)

// read is a route that reads, with its twin.
type read struct {
	number, route string
	roles         []actor.Role // none: everybody
	public        bool         // also for who is not signed in
	shape         string       // of the data, or of each one of a list
	// list is the connection that a list with pages is the twin of, and array the place
	// that a list without pages is.
	list, array string
	// calls are the arguments at places of the twin; $id is that of the path.
	calls map[string]string
	// aliases are the fields behind other names.
	aliases map[string]string
	// asked is where the arguments of questions go: the list, or the first field.
	asked string
	ask   []question
	// there are places that must hold something, or the route answers with the status.
	there []there
	// ids is where the caller has records for the path; or most is the highest number.
	ids  string
	most int
	of   string // which contracts of the caller have something there
	// keep leaves rows of an array out, that the route does not show.
	keep func(*asking, []any) []any
	// writes says that the twin is a mutation.
	writes bool
	// unread says that a list also counts what was not read, and onePage that its twin
	// gives the first hundred alone.
	unread, onePage bool
	// inEach says that the arguments narrow each list of the twin: $more in its call.
	inEach bool
}

type there struct {
	place  string
	status int
}

var (
	partner     = []actor.Role{actor.Partner}
	institution = []actor.Role{actor.Institution}
	supervisor  = []actor.Role{actor.Supervisor}

	contractStatuses = texts(lifecycle.ContractStatuses)
	steps            = texts(lifecycle.Steps)
	kinds            = texts(lifecycle.Kinds)
)

func texts[W ~string](words []W) []string {
	list := make([]string, len(words))
	for i, word := range words {
		list[i] = string(word)
	}
	return list
}

var (
	status   = word("status", "filter.status[]", contractStatuses...)
	step     = word("step", "filter.step[]", steps...)
	skills   = []question{record("service_id", "filter.service", "Service", 7), record("sub_service_id", "filter.subService", "SubService", 12), word("kind", "filter.kind", kinds...)}
	names    = letters("q", "filter.text", "a", "Santoso", "RUMAH", "klinik", "zz", "%", "  ", "é")
	contract = map[string]string{"contract": "id: $Contract"}
)

const aContract = "contracts.nodes"

// reads has every route that reads, in the order of the reference.
var reads = []read{
	{number: "593", route: "GET /auth/me", shape: `user=viewer{...detailedUser}`},
	{number: "594", route: "GET /institutions", list: "institutions", shape: `...institution`, ask: []question{names}},
	{number: "596", route: "GET /institutions/nearby", list: "institutions", shape: `...institution distance_km`,
		ask: []question{spot("filter.near", true), fixed("orderBy", "DISTANCE_ASC")}},
	{number: "597", route: "GET /institutions/map", array: "institutionMarkers", shape: `id name latitude longitude`,
		ask: []question{box, fixed("first", "1000")}},
	{number: "598", route: "GET /institutions/mine", roles: institution, list: "institutions", shape: `...institution`, ask: []question{fixed("filter.mine", "true")}},
	{number: "599", route: "GET /institutions/current", roles: institution, shape: `institution=viewer.currentInstitution{...institution}`},
	{number: "604", route: "GET /institutions/{id}", shape: `institution{...institution}`, calls: map[string]string{"institution": "id: $Institution"},
		there: []there{{"institution", 404}}, most: 4},
	{number: "606", route: "GET /institutions/{id}/work-history", roles: institution, list: "institution.workHistory", onePage: true, shape: `...entry`,
		calls: map[string]string{"institution": "id: $Institution"}, there: []there{{"institution", 404}, {"institution.workHistory", 403}}, most: 4},
	{number: "607", route: "GET /settings", public: true, shape: `settings=publicSettings{talent_finder_radius partner_response_hours supervisor_response_hours
		payment_deadline_hours departure_reminder_minutes max_extension_hours min_app_version}`},
	{number: "608", route: "GET /services", array: "services.nodes", shape: `...service`, ask: []question{letters("q", "filter.text", "a", "imaging", "LAB", "zz", "%"), fixed("first", "100")}},
	{number: "609", route: "GET /services/{id}", shape: `service{...service sub_services{...subService}}`, calls: map[string]string{"service": "id: $Service"},
		there: []there{{"service", 404}}, most: 6},
	{number: "610", route: "GET /services/competency-tests", array: "services.nodes", shape: `...service sub_services{...subService competency_tests{...test}}`,
		ask: []question{only("service_id", 6), only("sub_service_id", 12), fixed("first", "100")}, keep: tested},
	{number: "611", route: "GET /partners", list: "partners", shape: `...partnerItem`,
		ask: append([]question{around, sorted, names, flagged("open_to_work", "filter.openToWork", false)}, skills...)},
	{number: "612", route: "GET /partners/{id}", shape: `partner{...partnerDetail}`, calls: map[string]string{"partner": "id: $Partner"},
		there: []there{{"partner", 404}}, most: 28},
	{number: "614", route: "GET /partners/wishlist", roles: institution, list: "wishlist", shape: `...partnerItem`,
		ask: append([]question{names, letters("city", "filter.city", "Jakarta", "Jakarta Pusat", "Makassar", "jakarta", "Nowhere")}, skills...)},
	{number: "615", route: "GET /partners/wishlist/filters", roles: institution, shape: `services=wishlistFilters.services{id=service.databaseId name=service.name count
		sub_services{id=subService.databaseId name=subService.name count}} cities=wishlistFilters.cities{name count}
		kinds=wishlistFilters.kinds{kind~ count} total_count=wishlistFilters.totalCount`},
	{number: "616", route: "GET /partner/certifications", roles: partner, list: "partnerCertifications", shape: `...registration`,
		ask: []question{word("status", "status[]", texts(lifecycle.CertificationStatuses)...)}},
	{number: "618", route: "GET /partner/certifications/{id}", roles: partner, shape: `certification=partnerCertification{...registration}`,
		calls: map[string]string{"partnerCertification": "id: $PartnerCertification"}, there: []there{{"partnerCertification", 404}}, ids: "partnerCertifications.nodes", most: 6},
	{number: "619", route: "GET /partner/certification-wishlists", roles: partner, list: "certificationWishes", shape: `...wish`},
	{number: "621", route: "GET /partner/certification-wishlists/{id}", roles: partner, shape: `wishlist=certificationWish{...wish}`,
		calls: map[string]string{"certificationWish": "id: $CertificationWish"}, there: []there{{"certificationWish", 404}}, ids: "certificationWishes.nodes", most: 4},
	{number: "623", route: "GET /partner/contracts", roles: partner, list: "contracts", shape: `...partnerContract`, ask: []question{status, step}},
	{number: "624", route: "GET /partner/contracts/grouped", roles: partner, shape: groupsOf("partnerContract"), aliases: groupFields,
		calls: grouped("PARTNER_PENDING", "ACCEPTED", "ON_ROUTE, IN_PROGRESS", "COMPLETED", "CANCELLED, REJECTED, EXPIRED")},
	{number: "625", route: "GET /partner/contracts/{id}", roles: partner, shape: `contract{...contractDetail}`, calls: contract, there: []there{{"contract", 404}}, ids: aContract, most: 90},
	{number: "630", route: "GET /partner/contracts/{id}/extension-cost-estimate", roles: partner, calls: contract, asked: "contract.extensionEstimate", ids: aContract, of: "status: [IN_PROGRESS]", most: 90,
		shape: `additional_hours=contract.extensionEstimate.additionalHours hourly_rate=contract.extensionEstimate.hourlyRate{...money}
			estimated_cost=contract.extensionEstimate.estimatedCost{...money} effective_scheduled_end_at=contract.extensionEstimate.effectiveScheduledEndAt`,
		there: []there{{"contract", 404}, {"contract.extensionEstimate", 400}}, ask: []question{hours}},
	{number: "632", route: "GET /partner/contracts/{id}/qr-token-end", roles: partner, shape: `token=contractShowEndCode.code.token expires_at=contractShowEndCode.code.expiresAt`,
		calls: map[string]string{"contractShowEndCode": "input: {contract: $Contract}"}, writes: true, ids: aContract, of: "status: [IN_PROGRESS]", most: 90},
	{number: "633", route: "GET /partner/contracts/{id}/modular", roles: partner, shape: `contract{...contractDetail} template=contract.inspectionTemplate{...template}`,
		calls: contract, there: []there{{"contract", 404}}, ids: aContract, most: 90},
	{number: "634", route: "GET /partner/contracts/{id}/modular/template", roles: partner, shape: `template=contract.inspectionTemplate{...template}`,
		calls: contract, there: []there{{"contract", 404}}, ids: aContract, most: 90},
	{number: "635", route: "GET /partner/contracts/{id}/inspection", roles: partner, shape: `inspection=contract.inspection{...inspection}`,
		calls: contract, there: []there{{"contract.inspection", 404}}, ids: aContract, of: "status: [IN_PROGRESS, COMPLETED]", most: 90},
	{number: "638", route: "GET /partner/contracts/{id}/inspection/conclusion", roles: partner, shape: `conclusion=contract.conclusion{...conclusion}`,
		calls: contract, there: []there{{"contract.conclusion", 404}}, ids: aContract, of: "status: [IN_PROGRESS, COMPLETED]", most: 90},
	{number: "641", route: "GET /partner/competency-test", roles: partner, shape: `competency_test=partnerTests.nodes.0{...partnerTest}`},
	{number: "644", route: "GET /partner/competency-tests", roles: partner, list: "partnerTests", shape: `...partnerTest`},
	{number: "645", route: "GET /partner/competency-tests/{id}", roles: partner, shape: `competency_test=partnerTests.nodes.#{...partnerTest}`,
		calls: map[string]string{"partnerTests": "first: 100"}, there: []there{{"partnerTests.nodes.#", 404}}, ids: "partnerTests.nodes", most: 6},
	{number: "646", route: "GET /partner/basic-test", roles: partner, shape: `basic_test=basicTest{status~ questions{id text options{id=number text}} score passed submitted_at}`},
	{number: "649", route: "GET /contracts", roles: institution, list: "contracts", shape: `...contract`,
		ask: []question{status, step, record("institution_id", "filter.institution[]", "Institution", 4)}},
	{number: "651", route: "GET /contracts/grouped", roles: institution, shape: groupsOf("contract"), aliases: groupFields,
		calls: grouped("DRAFT, PAYMENT_PENDING", "PARTNER_PENDING, ACCEPTED", "ON_ROUTE, IN_PROGRESS", "COMPLETED", "CANCELLED, REJECTED, EXPIRED"),
		ask:   []question{groupOf}, inEach: true},
	{number: "652", route: "GET /contracts/{id}", roles: institution, shape: `contract{...contractDetail}`, calls: contract, there: []there{{"contract", 404}}, ids: aContract, most: 90},
	{number: "658", route: "GET /contracts/{id}/qr-token-start", roles: institution, shape: `token=contractShowStartCode.code.token expires_at=contractShowStartCode.code.expiresAt`,
		calls: map[string]string{"contractShowStartCode": "input: {contract: $Contract}"}, writes: true, ids: aContract, of: "status: [ACCEPTED, ON_ROUTE]", most: 90},
	{number: "659", route: "GET /contracts/{id}/qr-token-end", roles: institution, shape: `token=contractShowEndCode.code.token expires_at=contractShowEndCode.code.expiresAt`,
		calls: map[string]string{"contractShowEndCode": "input: {contract: $Contract}"}, writes: true, ids: aContract, of: "status: [IN_PROGRESS]", most: 90},
	{number: "663", route: "GET /contracts/{id}/ratings", roles: institution, array: "ratingItems", shape: `...ratingItem`, calls: contract,
		there: []there{{"contract.id", 404}}, ids: aContract, most: 90},
	{number: "664", route: "GET /contracts/{id}/inspection", roles: institution, shape: `inspection=contract.inspection{...inspection}`,
		calls: contract, there: []there{{"contract.inspection", 404}}, ids: aContract, of: "status: [IN_PROGRESS, COMPLETED]", most: 90},
	{number: "665", route: "GET /contracts/{id}/inspection/conclusion", roles: institution, shape: `conclusion=contract.conclusion{...conclusion}`,
		calls: contract, there: []there{{"contract.conclusion", 404}}, ids: aContract, of: "status: [IN_PROGRESS, COMPLETED]", most: 90},
	{number: "666", route: "GET /contracts/{id}/review", roles: institution, shape: `review=contract.review{...review}`,
		calls: contract, there: []there{{"contract.review", 404}}, ids: aContract, of: "status: [COMPLETED]", most: 90},
	{number: "669", route: "GET /contracts/{id}/pricing-preview", roles: institution, calls: contract, asked: "contract.pricingPreview", ids: aContract, of: "status: [DRAFT]", most: 90,
		shape: `pricing_items=contract.pricingPreview.pricingItems{...priceLine} discount_amount=@previewDiscount
			promotion=contract.pricingPreview.promotion{...promotion} pricing_total=contract.pricingPreview.pricingTotal{...money effect="add"}`,
		there: []there{{"contract", 404}}, ask: []question{record("payment_method_id", "paymentMethod", "PaymentMethod", 5),
			letters("promotion_code", "promotionCode", "PROMO10", "WELCOME", "promo10", "NOTHING", "POTONG75")}},
	{number: "670", route: "GET /payment-methods", roles: institution, array: "paymentMethods", shape: `...method`},
	{number: "671", route: "GET /promotions", roles: institution, array: "promotions", shape: `...promotion`, ask: []question{theirDay}},
	{number: "672", route: "POST /promotions/validate", roles: institution, asked: "promotionCheck", there: []there{{"promotionCheck", 404}}, ask: []question{validated, theirDay},
		shape: `valid=@true promotion=promotionCheck.promotion{...promotion} discount_amount=promotionCheck.discountAmount{...money effect="subtract"}
			total_after_discount=promotionCheck.totalAfterDiscount{...money} message=@nothing`},
	{number: "673", route: "GET /banners", public: true, array: "banners", shape: `...banner`},
	{number: "674", route: "GET /banners/{id}", public: true, shape: `banner{...banner description content start_date end_date}`,
		calls: map[string]string{"banner": "id: $Banner"}, there: []there{{"banner", 404}}, most: 5},
	{number: "675", route: "GET /certifications", list: "certifications", shape: `...certification`, ask: []question{letters("q", "filter.text", "a", "RONTGEN", "röntgen", "zz", "%")}},
	{number: "676", route: "GET /certifications/{id}", calls: map[string]string{"certification": "id: $Certification"}, there: []there{{"certification", 404}}, most: 6,
		shape: `certification{...certification requirements benefits sub_services{...subject} registered=@registered wishlisted=@wishlisted}`},
	{number: "677", route: "GET /supervisor/contracts", roles: supervisor, list: "contracts", shape: `...contract`, ask: []question{queue}},
	{number: "678", route: "GET /supervisor/contracts/{id}", roles: supervisor, shape: `contract{...contractDetail}`, calls: contract, there: []there{{"contract", 404}}, ids: aContract, most: 90},
	{number: "679", route: "GET /supervisor/contracts/{id}/inspection", roles: supervisor, shape: `inspection=contract.inspection{...inspection}`,
		calls: contract, there: []there{{"contract.inspection", 404}}, ids: aContract, of: "status: [IN_PROGRESS, COMPLETED]", most: 90},
	{number: "680", route: "GET /supervisor/contracts/{id}/inspection/conclusion", roles: supervisor, shape: `conclusion=contract.conclusion{...conclusion}`,
		calls: contract, there: []there{{"contract.conclusion", 404}}, ids: aContract, of: "status: [IN_PROGRESS, COMPLETED]", most: 90},
	{number: "683", route: "GET /profile", shape: `user=viewer{...detailedUser} profile=viewer.partner{...partnerProfile}`},
	{number: "687", route: "GET /profile/certifications", roles: partner, list: "partnerCertifications", shape: `...registration`,
		ask: []question{word("status", "status[]", texts(lifecycle.CertificationStatuses)...)}},
	{number: "688", route: "GET /profile/education", roles: partner, shape: `education=viewer.partner.education{...education}`},
	{number: "689", route: "GET /profile/competencies", roles: partner, array: "viewer.partner.competencies", shape: `...competency`},
	{number: "690", route: "GET /supervisor/services", roles: supervisor, array: "supervisorServices",
		shape: `id=service.databaseId name=service.name description=service.description icon=service.icon.url status~=service.status partners_count`},
	{number: "691", route: "GET /supervisor/partners", roles: supervisor, list: "partners", shape: `...partnerItem`, ask: append([]question{names, fixed("filter.own", "true")}, skills...)},
	{number: "693", route: "GET /supervisor/partners/{id}", roles: supervisor, shape: `partner{...partnerDetail email phone_number birth_date}`,
		calls: map[string]string{"partner": "id: $Partner", "partners": "filter: {own: true}, first: 100"}, there: []there{{"partners.nodes.#", 404}}, ids: "partners.nodes", of: "own: true", most: 28},
	{number: "696", route: "GET /notifications", list: "viewer.notifications", unread: true, shape: `...notification`, ask: []question{flagged("read", "unread", true)}},
	{number: "697", route: "GET /notifications/{id}", shape: `notification=node{...notification}`, calls: map[string]string{"node": "id: $Notification"},
		there: []there{{"node", 404}}, ids: "viewer.notifications.nodes", most: 60},
}
