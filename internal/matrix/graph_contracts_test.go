package matrix

import (
	"strings"
	"testing"

	"kontrak/ent/qrtoken"
	"kontrak/internal/lifecycle"
)

// deed is an action on a contract of the institution home; spoiled names the state in
// which the bad input is tried, where that is another one.
func deed(name, own, spoiled, good, bad string, more ...func(*write)) operation {
	w := &write{
		own: "<Contract:" + own + ">", foreign: "<Contract:offer_foreign>", missing: "<Contract#987654>",
		good: `contract: "<>"` + also(good), bad: `contract: "<>"` + also(bad),
	}
	if spoiled != "" {
		w.spoiled = "<Contract:" + spoiled + ">"
	}
	for _, change := range more {
		change(w)
	}
	return operation{name: name, write: w}
}

func also(fields string) string {
	if fields == "" {
		return ""
	}
	return ", " + fields
}

// fresh has it done in a new world, by says who does it, and with which file.
func fresh(w *write) { w.fresh = true }

func by(column string) func(*write) { return func(w *write) { w.by = column } }

func withFile(kind string) func(*write) { return func(w *write) { w.file = kind } }

func everybody(w *write) { w.everybody = true }

// scanned has a code shown for the work of a contract before it is scanned.
func scanned(mutation, story, column string, phase lifecycle.QRPhase) func(*write) {
	return func(w *write) {
		w.prepare = func(t testing.TB, s *stage) {
			t.Helper()
			got := s.graph(t, s.tokens[column], s.expand(t, `mutation { done: `+mutation+`(input: {contract: "<Contract:`+story+`>"}) { code { token } userErrors { code } } }`), "")
			_, rest, found := strings.Cut(got.body, `"token":"`)
			if !found {
				t.Fatalf("%s shows %s", mutation, got.body)
			}
			s.names["scanned"], _, _ = strings.Cut(rest, `"`)
			if n := s.Store.Client().QRToken.Query().Where(qrtoken.PhaseEQ(phase)).CountX(t.Context()); n == 0 {
				t.Fatal("no code is stored")
			}
		}
	}
}

const (
	schedule  = `contractStartDate: "2026-06-13", contractStartTime: "09:00", contractEndDate: "2026-06-13", contractEndTime: "12:30", contactPersons: [{name: "Siti", phone: "+62 812 999 0001"}]`
	findings  = `sections: [{key: "condition", items: [{key: "appearance", value: "worn"}, {key: "powers_on", value: "true"}]}]`
	ratedByID = `ratings: [{ratingItem: "<RatingItem#1>", rate: 5}, {ratingItem: "<RatingItem#2>", rate: 5}, {ratingItem: "<RatingItem#3>", rate: 4}, {ratingItem: "<RatingItem#4>", rate: 5}]`
)

// graphContracts are the mutations of contracts and partners.
var graphContracts = []operation{
	{name: "contractCreate", write: &write{
		own: "<Institution:home>", foreign: "<Institution:foreign>", missing: "<Institution#987654>",
		good: `institution: "<>", partner: "<Partner:partner>", subService: "<SubService#8>", kind: REPAIR`,
		bad:  `institution: "<>", partner: "<Partner:partner>", subService: "<SubService#987654>", kind: REPAIR`}},
	deed("contractSetSchedule", "draft_schedule", "", schedule, `contractStartDate: "2020-01-01"`),
	deed("contractSetDetails", "draft_details", "", `description: "The display flickers."`, `description: null`),
	deed("contractProcessPayment", "draft_payment", "", `paymentMethod: "<PaymentMethod#1>"`, `paymentMethod: "<PaymentMethod#987654>"`),
	deed("contractSendPaymentProof", "to_pay", "", `file: $file`, ``, withFile("png")),
	deed("contractCancel", "to_verify", "", `reason: "No longer needed."`, `reason: ""`),
	deed("contractAccept", "offer", "accepted", ``, ``),
	deed("contractReject", "offer_branch", "offer", `reason: "No time."`, `reason: ""`),
	deed("contractAssignReplacement", "queue", "", `partner: "<Partner:eligible>"`, `partner: "<Partner#987654>"`),
	deed("contractRejectEscalation", "queue_branch", "queue", `reason: "Nobody."`, `reason: ""`),
	deed("contractGoOnRoute", "approaching", "offer", ``, ``),
	deed("contractShowStartCode", "on_route", "offer", ``, ``),
	deed("contractStartWork", "on_route", "", `qrToken: "<text:scanned>"`, `qrToken: ""`, scanned("contractShowStartCode", "on_route", "manager", lifecycle.QRStart)),
	deed("contractRequestExtension", "running_branch", "running", `additionalHours: "1.0", reason: "A part is stuck."`, `additionalHours: "99.0", reason: ""`, by("makassar")),
	deed("contractApproveExtension", "running", "accepted", ``, ``),
	deed("contractRejectExtension", "running", "accepted", `reason: "No."`, ``, fresh),
	deed("contractShowEndCode", "running", "accepted", ``, ``),
	deed("contractInspect", "running_branch", "running", findings, `sections: [{key: "nothing", items: []}]`, by("makassar")),
	deed("contractUpdateInspection", "running_branch", "running", findings+`, submit: true`, `sections: [{key: "nothing", items: []}]`, by("makassar")),
	deed("contractConclude", "running_branch", "running", `result: GOOD, summary: "All is well."`, `summary: ""`, by("makassar")),
	deed("contractUpdateConclusion", "running_branch", "running", `result: GOOD, summary: "All is very well."`, `summary: ""`, by("makassar")),
	deed("contractFinishWork", "running", "", `qrToken: "<text:scanned>"`, `qrToken: ""`, scanned("contractShowEndCode", "running", "manager", lifecycle.QREnd)),
	deed("contractReview", "to_review", "", ratedByID, `ratings: []`),
	deed("contractUpdateReview", "reviewed", "", ratedByID+`, comment: "Good."`, `ratings: []`),
	deed("contractVerifyPayment", "to_verify", "offer", ``, ``, fresh),
	deed("contractRefusePayment", "to_verify", "", `reason: "The receipt is of another account."`, `reason: ""`, fresh),
	deed("contractRecordRefund", "rejected", "offer", ``, ``),
	deed("contractForceCancel", "offer_branch", "", `reason: "A dispute."`, `reason: ""`),
	deed("contractForceComplete", "accepted", "", `reason: "It was done."`, `reason: ""`),
	deed("contractReplacePartner", "offer", "", `partner: "<Partner:eligible>", reason: "A dispute."`, `partner: "<Partner:eligible>", reason: ""`),
	deed("contractSetAgreement", "approaching", "", `agreement: "<Agreement:active>"`, `agreement: "<Agreement#987654>"`),
	{name: "partnerSuspend", write: &write{
		own: "<Partner:partner2>", foreign: "<Partner:deleted>", missing: "<Partner#987654>",
		good: `partner: "<>", reason: "Complaints."`, bad: `partner: "<>", reason: ""`}},
	{name: "partnerReinstate", write: &write{
		own: "<Partner:suspended>", spoiled: "<Partner:partner>", foreign: "<Partner:deleted>", missing: "<Partner#987654>",
		good: `partner: "<>"`, bad: `partner: "<>"`}},
	{name: "partnerWish", write: &write{own: "<Partner:partner>", foreign: "<Partner:deleted>", missing: "<Partner#987654>", good: `partner: "<>"`, bad: `partner: "<>"`, after: true}},
	{name: "partnerUnwish", write: &write{own: "<Partner:partner>", foreign: "<Partner:deleted>", missing: "<Partner#987654>", good: `partner: "<>"`, bad: `partner: "<>"`, after: true}},
	{name: "partnerUpdate", write: &write{own: "<Partner:eligible>", foreign: "<Partner:resting>", missing: "<Partner#987654>",
		good: `partner: "<>", fullName: "New Name"`, bad: `partner: "<>", fullName: ""`}},
	{name: "partnerDelete", write: &write{own: "<Partner:kind_missing>", spoiled: "<Partner:eligible_too>", foreign: "<Partner:resting>", missing: "<Partner#987654>", good: `partner: "<>"`, bad: `partner: "<>"`}},
	{name: "userSuspend", write: &write{
		own: "<User:newcomer>", foreign: "<User:foreign-member>", missing: "<User#987654>",
		good: `user: "<>", reason: "Complaints."`, bad: `user: "<>", reason: ""`}},
	{name: "userReinstate", write: &write{
		own: "<User:suspended>", spoiled: "<User:newcomer>", foreign: "<User:foreign-member>", missing: "<User#987654>", good: `user: "<>"`, bad: `user: "<>"`}},
	{name: "userClose", write: &write{
		own: "<User:newcomer>", foreign: "<User:foreign-member>", missing: "<User#987654>",
		good: `user: "<>", reason: "Asked for."`, bad: `user: "<>", reason: ""`}},
}

// ofOffice is a mutation of the catalogue: of no institution.
func ofOffice(name, good, bad string, more ...string) operation {
	w := &write{good: good, bad: bad}
	if len(more) == 2 {
		w.own, w.missing = more[0], more[1]
	}
	return operation{name: name, write: w}
}

// pictured is a mutation with a picture.
func pictured(o operation) operation {
	o.write.file = "png"
	return o
}

// ofPartner is a mutation of partners about a certification; spoiled is one about which
// nobody may do it.
func ofPartner(name, own, spoiled string) operation {
	return operation{name: name, write: &write{
		own: own, spoiled: spoiled, foreign: "<Certification#6>", missing: "<Certification#987654>", by: "partner",
		good: `certification: "<>"`, bad: `certification: "<>"`, prepare: func(testing.TB, *stage) {},
	}}
}

const inspectionOfOne = `sections: [{key: "sound", title: "Sound", items: [{key: "noise", label: "Noise", kind: TEXT}]}]`

// graphOffice are the mutations of the back office.
var graphOffice = []operation{
	ofOffice("basePriceSet", `partner: "<>", subService: "<SubService#12>", amount: 90000`, `partner: "<>", subService: "<SubService#12>", amount: -1`, "<Partner:partner>", "<Partner#987654>"),
	ofOffice("supervisorCreate", `email: "new@x.test", fullName: "New"`, `email: "", fullName: ""`),
	ofOffice("pricingSchemaCreate", `code: "parking", name: "Parking", kind: "travel", amount: 10000`, `code: "", name: "", kind: "x", amount: -1`),
	ofOffice("pricingSchemaUpdate", `pricingSchema: "<>", version: 1, amount: 80000`, `pricingSchema: "<>", version: 1, amount: -1`, "<PricingSchema#2>", "<PricingSchema#987654>"),
	ofOffice("promotionCreate", `code: "JUNE_7", name: "June", discountType: PERCENTAGE, discountValue: 7, startDate: "2026-06-01", endDate: "2026-06-30"`, `code: "x", name: "", discountType: PERCENTAGE, discountValue: 0, startDate: "2026-06-01", endDate: "2026-06-30"`),
	ofOffice("promotionUpdate", `promotion: "<>", version: 1, endDate: "2027-01-31"`, `promotion: "<>", version: 1, endDate: "soon"`, "<Promotion#1>", "<Promotion#987654>"),
	ofOffice("inspectionTemplateCreate", `code: "pump-repair", name: "Pump repair", subService: "<SubService#9>", kind: REPAIR, `+inspectionOfOne, `code: "", name: "", kind: REPAIR, sections: []`),
	ofOffice("inspectionTemplateUpdate", `inspectionTemplate: "<>", version: 1, name: "Installation"`, `inspectionTemplate: "<>", version: 1, name: ""`, "<InspectionTemplate#1>", "<InspectionTemplate#987654>"),
	ofOffice("ratingItemCreate", `name: "Advice", position: 5`, `name: "", position: 0`),
	ofOffice("ratingItemUpdate", `ratingItem: "<>", version: 1, position: 9`, `ratingItem: "<>", version: 1, position: 0`, "<RatingItem#1>", "<RatingItem#987654>"),
	ofOffice("paymentMethodCreate", `code: "ovo", name: "OVO", kind: E_WALLET`, `code: "", name: "", kind: E_WALLET`),
	ofOffice("paymentMethodUpdate", `paymentMethod: "<>", version: 1, accountNumber: "88001"`, `paymentMethod: "<>", version: 1, name: ""`, "<PaymentMethod#1>", "<PaymentMethod#987654>"),
	ofOffice("settingSet", `key: "max_extension_hours", value: "6.5", version: 1`, `key: "max_extension_hours", value: "-1", version: 1`),
	ofOffice("serviceCreate", `name: "Dentistry"`, `name: ""`),
	ofOffice("serviceUpdate", `service: "<>", version: 1, description: "Pictures."`, `service: "<>", version: 1, name: ""`, "<Service#1>", "<Service#987654>"),
	ofOffice("subServiceCreate", `service: "<Service#1>", name: "Mammography"`, `service: "<Service#1>", name: ""`),
	ofOffice("subServiceUpdate", `subService: "<>", version: 1, kinds: [REPAIR]`, `subService: "<>", version: 1, kinds: []`, "<SubService#1>", "<SubService#987654>"),
	ofOffice("competencyTestCreate", `subService: "<SubService#1>", name: "Shielding"`, `subService: "<SubService#1>", name: ""`),
	ofOffice("competencyTestUpdate", `competencyTest: "<>", version: 1, passingScore: 90`, `competencyTest: "<>", version: 1, passingScore: 101`, "<CompetencyTest#1>", "<CompetencyTest#987654>"),
	ofOffice("certificationCreate", `name: "Lasers", issuer: "Bapeten"`, `name: "", issuer: ""`),
	ofOffice("certificationUpdate", `certification: "<>", version: 1, quota: 31`, `certification: "<>", version: 1, quota: -1`, "<Certification#1>", "<Certification#987654>"),
	pictured(ofOffice("bannerCreate", `title: "News", image: $file`, `title: "", image: $file`)),
	ofOffice("bannerUpdate", `banner: "<>", version: 1, position: 3`, `banner: "<>", version: 1, position: -1`, "<Banner#1>", "<Banner#987654>"),
	ofOffice("partnerCertificationReview", `registration: "<>", version: 1`, `registration: "<>", version: 99`, "<PartnerCertification#6>", "<PartnerCertification#987654>"),
	pictured(ofOffice("partnerCertificationPass", `registration: "<>", version: 2, certificate: $file`, `registration: "<>", version: 99`, "<PartnerCertification#6>", "<PartnerCertification#987654>")),
	ofOffice("partnerCertificationFail", `registration: "<>", version: 1, reason: "Not there."`, `registration: "<>", version: 1, reason: ""`, "<PartnerCertification#7>", "<PartnerCertification#987654>"),
	ofOffice("partnerCertificationCancel", `registration: "<>", version: 2, reason: "Asked for."`, `registration: "<>", version: 2, reason: ""`, "<PartnerCertification#2>", "<PartnerCertification#987654>"),
	ofPartner("certificationRegister", "<Certification#1>", "<Certification#3>"),
	ofPartner("certificationWishAdd", "<Certification#2>", "<Certification#987654>"),
	ofPartner("certificationWishRemove", "<Certification#5>", "<Certification#987654>"),
	ofOffice("clockAdvance", `by: "1m"`, `by: "soon"`),
}
