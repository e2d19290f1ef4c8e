package routes

import (
	"strings"

	"kontrak/internal/actor"
	"kontrak/internal/testkit"
)

// write is a route that writes, with its twin.
type write struct {
	number, route   string
	mutation, input string // the twin and the type of its input
	// takes says where the input has what the body has; none for what it has not.
	takes string
	// path is the key of the input that the number in the path stands for, and its type.
	path string
	// the good request: by whom, on which record, and the body; what begins with a dollar
	// is found in each world. See recordOf and found.
	email, record, body string
	// files are attached to the good request: places in the form and in the input.
	files []attached
	// more are other good bodies, sent after it.
	more []string
	// drawn are columns that are drawn by lot here, beside those that are everywhere.
	drawn []string
	// before are the routes that have to be used first.
	before []string
	// fix makes the twin mean what the route means without being told.
	fix func(*writing)
	// session says that it is about the session which it comes with.
	session bool
	public  bool
	// wider are roles that may do it in the graph, and have no such route.
	wider []actor.Role
	// silent says that the route never tells that it was asked too often.
	silent bool
}

type attached struct{ field, place, body string }

const (
	theCustomer   = "institution@demo.test"
	thePartner    = "partner@demo.test"
	theSupervisor = "supervisor@demo.test"

	aDevice     = `device_id=id device_name=name platform~ os_version=none app_version=none fcm_token=pushToken`
	aPlace      = `province city district subdistrict postcode address latitude longitude`
	aSkill      = `sub_service_id=subService:SubService kinds~ base_price`
	findings    = `sections{key items{key value note}} photos=none status=none`
	conclusions = `result~ summary recommendation photos=none`
	rates       = `ratings{rating_id=ratingItem:RatingItem rate} comment`
	ofAPartner  = `full_name phone_number gender~ birth_date location{` + aPlace + `} competencies{` + aSkill + `}`
	institutes  = `name kind~ address ` + `province city district subdistrict postcode latitude longitude phone_number email picture`
	onContract  = "contract:Contract"

	because  = `{"contract":{"reason":"Because."}}`
	ratings  = `{"ratings":[{"rating_id":1,"rate":5},{"rating_id":2,"rate":4},{"rating_id":3,"rate":4},{"rating_id":4,"rate":4}],"comment":"Tidy."}`
	found    = `{"status":"submitted","sections":[{"key":"condition","items":[{"key":"appearance","value":"worn"},{"key":"powers_on","value":"true"}]},{"key":"measurement","items":[{"key":"voltage","value":"221.5","note":"under load"}]}]}`
	serang   = `{"province":"Banten","city":"Serang","address":"Jalan Raya 1","latitude":-6.1,"longitude":106.1}`
	register = `{"user":{"email":"siti@example.com","password":"a good password","password_confirmation":"a good password","full_name":"Siti","role":"partner","phone_number":"+62 21 5551234"}}`
	onDevice = `"device_info":{"device_id":"d","device_name":"Phone","platform":"ios","os_version":"19","app_version":"2","fcm_token":"f"}`
)

// writes has every route that writes, in the order of the reference.
var writes = []write{
	{number: "583", route: "POST /auth/register", mutation: "accountRegister", input: "AccountRegisterInput", public: true,
		takes: `email password password_confirmation=none full_name phone_number role~ device_info=none`, body: register},
	{number: "584", route: "POST /auth/login", mutation: "sessionOpen", input: "SessionOpenInput", public: true,
		takes: `email password device_info=device{` + aDevice + `}`, body: `{"user":{"email":"partner@demo.test","password":"demo-password",` + onDevice + `}}`},
	{number: "585", route: "POST /auth/verify-email", mutation: "accountVerifyEmail", input: "AccountVerifyEmailInput", public: true, before: []string{"586"},
		takes: `email otp=code device_info=device{` + aDevice + `}`, body: `{"user":{"email":"unverified@demo.test","otp":"$code",` + onDevice + `}}`},
	{number: "586", route: "POST /auth/resend-otp", mutation: "codeSend", input: "CodeSendInput", public: true,
		takes: `email purpose~`, body: `{"user":{"email":"unverified@demo.test","purpose":"email_verification"}}`},
	{number: "587", route: "POST /auth/refresh", mutation: "sessionRefresh", input: "SessionRefreshInput", public: true,
		takes: `refresh_token`, body: `{"user":{"refresh_token":"$refresh"}}`},
	{number: "588", route: "POST /auth/forgot-password", mutation: "codeSend", input: "CodeSendInput", public: true,
		takes: `email`, body: `{"user":{"email":"partner@demo.test"}}`, fix: forgotten, silent: true},
	{number: "589", route: "POST /auth/verify-reset-otp", mutation: "passwordVerifyCode", input: "CodeInput", public: true, before: []string{"588"},
		takes: `email otp=code`, body: `{"user":{"email":"partner@demo.test","otp":"$code"}}`},
	{number: "590", route: "POST /auth/reset-password", mutation: "passwordReset", input: "PasswordResetInput", public: true, before: []string{"588"},
		takes: `reset_token=token password password_confirmation=none`, body: `{"user":{"reset_token":"$reset","password":"a third password","password_confirmation":"a third password"}}`},
	{number: "591", route: "DELETE /auth/logout", mutation: "sessionEnd", input: "SessionEndInput", email: thePartner, session: true},
	{number: "592", route: "DELETE /auth/logout-all", mutation: "sessionEnd", input: "SessionEndInput", email: thePartner, session: true, fix: everywhere},
	{number: "595", route: "POST /institutions", mutation: "institutionCreate", input: "InstitutionCreateInput", email: theCustomer, takes: institutes, drawn: []string{"changes"}, // the public id is among them
		body: `{"institution":{"name":"Klinik Melati","kind":"clinic","address":"Jl. Melati 1","province":"DKI Jakarta","city":"Jakarta","district":"Tebet","latitude":-6.2,"longitude":106.8,"phone_number":"+62 21 555","email":"hello@melati.example"}}`},
	{number: "600", route: "PATCH /institutions/current", mutation: "currentInstitutionSelect", input: "CurrentInstitutionSelectInput", email: theCustomer,
		takes: `institution_id!=institution:Institution`, body: `{"institution_id":2}`},
	{number: "601", route: "DELETE /institutions/current", mutation: "currentInstitutionSelect", input: "CurrentInstitutionSelectInput", email: theCustomer, fix: nothingSelected},
	{number: "602", route: "POST /institutions/{id}/membership", mutation: "membershipAsk", input: "MembershipAskInput", path: "institution:Institution", wider: []actor.Role{actor.Supervisor},
		email: "newcomer@demo.test", record: "institution:branch"},
	{number: "603", route: "DELETE /institutions/{id}/membership", mutation: "membershipLeave", input: "MembershipLeaveInput", path: "institution:Institution", wider: []actor.Role{actor.Admin, actor.Supervisor},
		email: "requested@demo.test", record: "institution:home"},
	{number: "605", route: "PATCH /institutions/{id}", mutation: "institutionUpdate", input: "InstitutionUpdateInput", path: "institution:Institution", wider: []actor.Role{actor.Admin}, email: theCustomer, record: "institution:home",
		takes: institutes, body: `{"institution":{"name":"Rumah Sakit Cikini","kind":"hospital","address":"Jl. Raden Saleh 40","district":null,"postcode":"10330","email":"new@home.example"}}`},
	{number: "613", route: "PATCH /partners/{id}/wishlist", mutation: "partnerUnwish", input: "PartnerInput", path: "partner:Partner", email: theCustomer, record: "partner:partner",
		takes: `wishlisted=none`, body: `{"partner":{"wishlisted":false}}`, more: []string{`{"partner":{"wishlisted":true}}`, `{"wishlisted":true}`}, fix: wished},
	{number: "617", route: "POST /partner/certifications", mutation: "certificationRegister", input: "CertificationInput", email: thePartner,
		takes: `certification_id=certification:Certification`, body: `{"certification":{"certification_id":1}}`},
	{number: "620", route: "POST /partner/certification-wishlists", mutation: "certificationWishAdd", input: "CertificationInput", email: thePartner,
		takes: `certification_id=certification:Certification`, body: `{"wishlist":{"certification_id":2}}`},
	{number: "622", route: "DELETE /partner/certification-wishlists/{id}", mutation: "certificationWishRemove", input: "CertificationInput", email: thePartner, record: "#1", fix: unwished},
	{number: "626", route: "PATCH /partner/contracts/{id}/accept", mutation: "contractAccept", input: "ContractInput", path: onContract, email: thePartner, record: "offer"},
	{number: "627", route: "PATCH /partner/contracts/{id}/reject", mutation: "contractReject", input: "ContractReasonInput", path: onContract, email: thePartner, record: "offer", takes: `reason`, body: because},
	{number: "628", route: "PATCH /partner/contracts/{id}/on-route", mutation: "contractGoOnRoute", input: "ContractInput", path: onContract, email: "$assignee", record: "approaching"},
	{number: "629", route: "PATCH /partner/contracts/{id}/start-work", mutation: "contractStartWork", input: "ContractScanInput", path: onContract, email: "$assignee", record: "on_route",
		takes: `qr_token`, body: `{"contract":{"qr_token":"$start"}}`},
	{number: "631", route: "POST /partner/contracts/{id}/request-extension", mutation: "contractRequestExtension", input: "ContractRequestExtensionInput", path: onContract,
		email: "$assignee", record: "running_branch", takes: `additional_hours reason`, body: `{"contract":{"additional_hours":"1.5","reason":"More to calibrate."}}`},
	{number: "636", route: "POST /partner/contracts/{id}/inspection", mutation: "contractInspect", input: "ContractInspectInput", path: onContract, email: "$assignee", record: "running_branch",
		takes: findings, body: `{"inspection":` + found + `}`, fix: submitted},
	{number: "637", route: "PATCH /partner/contracts/{id}/inspection", mutation: "contractUpdateInspection", input: "ContractInspectInput", path: onContract, email: "$assignee", record: "running_branch",
		takes: findings, body: `{"inspection":` + strings.Replace(found, "worn", "damaged", 1) + `}`, fix: submitted, before: []string{"636"}},
	{number: "639", route: "POST /partner/contracts/{id}/inspection/conclusion", mutation: "contractConclude", input: "ContractConcludeInput", path: onContract, email: "$assignee", record: "running_branch",
		takes: conclusions, body: `{"conclusion":{"result":"good","summary":"All is well.","recommendation":"Come again."}}`, before: []string{"636"}},
	{number: "640", route: "PATCH /partner/contracts/{id}/inspection/conclusion", mutation: "contractUpdateConclusion", input: "ContractConcludeInput", path: onContract, email: "$assignee", record: "running_branch",
		takes: conclusions, body: `{"conclusion":{"result":"broken","summary":"It is not.","recommendation":null}}`, before: []string{"636", "639"}},
	{number: "642", route: "POST /partner/competency-test", mutation: "competencyTestSubmit", input: "CompetencyTestSubmitInput", email: "$testing",
		takes: `competency_test_id=competencyTest:CompetencyTest certificate`, body: `{"competency_test":{"competency_test_id":2}}`, drawn: ofFiles, files: []attached{{"competency_test[certificate]", "certificate", testkit.PDF}},
		before: []string{"647"}},
	{number: "643", route: "PATCH /partner/work-availability", mutation: "availabilitySet", input: "AvailabilitySetInput", email: thePartner,
		takes: `open_to_work`, body: `{"partner":{"open_to_work":false}}`},
	{number: "647", route: "POST /partner/basic-test", mutation: "basicTestSubmit", input: "BasicTestSubmitInput", email: "$testing", takes: `answers{question_id=question:TestQuestion option_id=option}`,
		body: `{"basic_test":{"answers":[{"question_id":1,"option_id":2},{"question_id":2,"option_id":1},{"question_id":3,"option_id":2},{"question_id":4,"option_id":3},{"question_id":5,"option_id":1},{"question_id":6,"option_id":2}]}}`},
	{number: "648", route: "POST /partner/registration", mutation: "partnerRegister", input: "PartnerRegisterInput", email: "$new",
		takes: `full_name gender~ birth_place birth_date identity_number phone_number domicile{` + aPlace + `} education{level institution_name major graduation_year certificate}
			sub_service_ids=subServices:SubService identity_card picture`,
		body: `{"partner":{"full_name":"Nur Hayati","gender":"female","birth_place":"Bogor","birth_date":"1995-03-04","identity_number":"3171014403950001","phone_number":"+62 812 5550 0101",
			"domicile":` + serang + `,"education":{"level":"D3","institution_name":"Politeknik Kesehatan","major":"Electromedicine","graduation_year":2016},"sub_service_ids":[8,9]}}`,
		drawn: ofFiles, files: []attached{{"partner[identity_card]", "identityCard", testkit.PDF}, {"partner[picture]", "picture", testkit.PNG}, {"partner[education][certificate]", "education.certificate", testkit.PNG}}},
	{number: "650", route: "POST /contracts", mutation: "contractCreate", input: "ContractCreateInput", email: theCustomer, fix: atTheCurrent,
		takes: `partner_id=partner:Partner sub_service_id=subService:SubService kind~ institution_id=institution:Institution`, body: `{"contract":{"partner_id":1,"sub_service_id":8,"kind":"repair"}}`},
	{number: "653", route: "PATCH /contracts/{id}/schedule", mutation: "contractSetSchedule", input: "ContractSetScheduleInput", path: onContract, email: theCustomer, record: "draft_schedule",
		takes: `contract_start_date contract_start_time contract_end_date contract_end_time schedules{date start_time end_time} contact_persons{id=none name phone}`,
		body: `{"contract":{"contract_start_date":"2026-06-23","contract_start_time":"09:00","contract_end_date":"2026-06-24","contract_end_time":"12:00",
			"schedules":[{"date":"2026-06-23","start_time":"09:00","end_time":"10:00"}],"contact_persons":[{"name":"Siti","phone":"+62 812 999 0001"}]}}`},
	{number: "654", route: "PATCH /contracts/{id}/details", mutation: "contractSetDetails", input: "ContractSetDetailsInput", path: onContract, email: theCustomer, record: "draft_details",
		takes: `description tool_brand tool_type tool_images`, body: `{"contract":{"description":"Calibrate it.","tool_brand":"Mindray","tool_type":"BeneView T8"}}`},
	{number: "655", route: "PATCH /contracts/{id}/payment", mutation: "contractProcessPayment", input: "ContractProcessPaymentInput", path: onContract, email: theCustomer, record: "draft_payment",
		takes: `payment_method_id=paymentMethod:PaymentMethod promotion_code`, body: `{"contract":{"payment_method_id":1,"promotion_code":"PROMO10"}}`},
	{number: "656", route: "PATCH /contracts/{id}/payment-proof", mutation: "contractSendPaymentProof", input: "ContractPaymentProofInput", path: onContract, email: theCustomer, record: "to_pay",
		takes: `proof=file`, drawn: ofFiles, files: []attached{{"contract[proof]", "file", testkit.PDF}}},
	{number: "657", route: "PATCH /contracts/{id}/cancel", mutation: "contractCancel", input: "ContractReasonInput", path: onContract, email: theCustomer, record: "to_pay", takes: `reason`, body: because},
	{number: "660", route: "PATCH /contracts/{id}/finish-work", mutation: "contractFinishWork", input: "ContractScanInput", path: onContract, email: theCustomer, record: "running",
		takes: `qr_token`, body: `{"contract":{"qr_token":"$end"}}`},
	{number: "661", route: "PATCH /contracts/{id}/approve-extension", mutation: "contractApproveExtension", input: "ContractInput", path: onContract, email: theCustomer, record: "running_branch", before: []string{"631"}},
	{number: "662", route: "PATCH /contracts/{id}/reject-extension", mutation: "contractRejectExtension", input: "ContractRemarkInput", path: onContract, email: theCustomer, record: "running_branch",
		takes: `reason`, body: because, before: []string{"631"}},
	{number: "667", route: "POST /contracts/{id}/review", mutation: "contractReview", input: "ContractReviewInput", path: onContract, email: theCustomer, record: "to_review", takes: rates, body: `{"review":` + ratings + `}`},
	{number: "668", route: "PATCH /contracts/{id}/review", mutation: "contractUpdateReview", input: "ContractReviewInput", path: onContract, email: theCustomer, record: "to_review", takes: rates,
		body: `{"review":` + strings.Replace(ratings, `"rate":5`, `"rate":2`, 1) + `}`, before: []string{"667"}},
	{number: "681", route: "PATCH /supervisor/contracts/{id}/assign-partner", mutation: "contractAssignReplacement", input: "ContractAssignReplacementInput", path: onContract, email: theSupervisor, record: "queue",
		takes: `partner_id=partner:Partner`, body: `{"contract":{"partner_id":"$eligible"}}`},
	{number: "682", route: "PATCH /supervisor/contracts/{id}/reject", mutation: "contractRejectEscalation", input: "ContractReasonInput", path: onContract, email: theSupervisor, record: "queue", takes: `reason`, body: because},
	{number: "684", route: "PATCH /profile/personal-information", mutation: "profileUpdate", input: "ProfileUpdateInput", email: thePartner,
		takes: `full_name phone_number gender~ birth_place birth_date about experience_years picture`,
		body:  `{"user":{"full_name":"Budi S.","phone_number":"+62 812 1","gender":"male","birth_place":"Depok","birth_date":"1980-02-03","about":"Ten years of X-ray.","experience_years":10}}`},
	{number: "685", route: "PATCH /profile/domicile", mutation: "domicileUpdate", input: "PlaceInput", email: thePartner, takes: aPlace, body: `{"profile":` + serang + `}`},
	{number: "686", route: "PATCH /profile/password", mutation: "passwordChange", input: "PasswordChangeInput", email: thePartner, session: true,
		takes: `current_password=current password password_confirmation=none`, body: `{"user":{"current_password":"demo-password","password":"a good password","password_confirmation":"a good password"}}`},
	{number: "692", route: "POST /supervisor/partners", mutation: "partnerCreate", input: "PartnerCreateInput", email: theSupervisor, takes: `email language~ ` + ofAPartner,
		body: `{"partner":{"email":"made@example.com","full_name":"Made","phone_number":"+62 812 999 0001","gender":"male","birth_date":"1990-01-02","location":` + serang + `,
			"competencies":[{"sub_service_id":8,"kinds":["repair"],"base_price":90000},{"sub_service_id":2}]}}`},
	{number: "694", route: "PATCH /supervisor/partners/{id}", mutation: "partnerUpdate", input: "PartnerUpdateInput", path: "partner:Partner", email: theSupervisor, record: "partner:eligible", takes: ofAPartner,
		body: `{"partner":{"full_name":"Putri M.","phone_number":"+62 812 2","gender":"female","birth_date":"1988-07-06","location":` + serang + `,"competencies":[{"sub_service_id":1,"kinds":["repair","maintenance"],"base_price":150000}]}}`},
	{number: "695", route: "DELETE /supervisor/partners/{id}", mutation: "partnerDelete", input: "PartnerInput", path: "partner:Partner", email: theSupervisor, record: "partner:kind_missing"},
	{number: "698", route: "PATCH /notifications/{id}/read", mutation: "notificationRead", input: "NotificationInput", path: "notification:Notification", email: "$told", record: "notification"},
	{number: "699", route: "PUT /device-token", mutation: "deviceKeep", input: "DeviceKeepInput", email: thePartner, session: true,
		takes: `device_id=id fcm_token=pushToken platform~`, body: `{"device":{"device_id":"d","fcm_token":"t","platform":"android"}}`},
	{number: "700", route: "DELETE /device-token", mutation: "deviceForget", input: "DeviceForgetInput", email: thePartner, session: true, before: []string{"699"},
		takes: `device_id=id`, body: `{"device":{"device_id":"d"}}`},
}
