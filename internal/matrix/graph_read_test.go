package matrix

import "strings"

// states are contracts of the institution home in every state that changes who may see
// one, then one of another institution and none.
var states = [][2]string{
	{"draft", "<Contract:draft_payment>"}, {"to pay", "<Contract:to_pay>"}, {"asks the partner", "<Contract:offer>"},
	{"in the queue", "<Contract:queue>"}, {"in superv2's queue", "<Contract:queue_other>"}, {"reassigned by superv", "<Contract:reassigned>"},
	{"accepted", "<Contract:accepted>"}, {"completed", "<Contract:reviewed>"}, {"rejected", "<Contract:rejected>"},
	{"foreign", "<Contract:offer_foreign>"}, {"missing", "<Contract#987654>"},
}

// inEachState asks the same of a contract in each state.
func inEachState(text string) []read {
	var list []read
	for _, s := range states {
		list = append(list, read{s[0], s[1], text})
	}
	return list
}

// three asks the same of an own object, a foreign one and none.
func three(own, foreign, missing, text string) []read {
	return []read{{"own", own, text}, {"foreign", foreign, text}, {"missing", missing, text}}
}

// plain asks once.
func plain(text string) []read { return []read{{"-", "", text}} }

// graphReads are the root fields of Query.
var graphReads = []operation{
	{name: "clock", reads: plain("")},
	{name: "viewer", reads: plain("")},
	{name: "contract", reads: inEachState(`id: "<>"`)},
	{name: "contracts", reads: append([]read{
		{"all", "", ""},
		{"of institution, own", "<Institution:home>", `filter: {institution: ["<>"]}`},
		{"of institution, another", "<Institution:foreign>", `filter: {institution: ["<>"]}`},
		{"of institution, missing", "<Institution#987654>", `filter: {institution: ["<>"]}`}},
		three("<Partner:partner>", "<Partner:jayapura>", "<Partner#987654>", `filter: {partner: ["<>"]}`)...)},
	{name: "contractStats", reads: []read{
		{"all", "", `groupBy: [PARTNER, STATUS]`},
		{"of institution, own", "<Institution:home>", `groupBy: [STATUS], filter: {institution: ["<>"]}`},
		{"of institution, another", "<Institution:foreign>", `groupBy: [STATUS], filter: {institution: ["<>"]}`},
		{"of institution, missing", "<Institution#987654>", `groupBy: [STATUS], filter: {institution: ["<>"]}`}}},
	{name: "node", reads: append(inEachState(`id: "<>"`), nodeReads...)},
	{name: "nodes", reads: three("<Contract:offer>", "<Contract:offer_foreign>", "<Contract#987654>", `ids: ["<>", "<Agreement#987654>"]`)},
	{name: "agreement", reads: three("<Agreement:active>", "<Agreement:expired>", "<Agreement#987654>", `id: "<>"`)},
	{name: "agreements", reads: plain("")},
	{name: "agreementTypes", reads: plain("")},
	{name: "licenseTypes", reads: plain("")},
	{name: "counterparties", reads: ofInstitution},
	{name: "tags", reads: ofInstitution},
	{name: "assets", reads: ofInstitution},
	{name: "signatureTemplates", reads: ofInstitution},
	{name: "webhooks", reads: append(plain(""), three("<Institution:home>", "<Institution:foreign>", "<Institution#987654>", `institution: "<>"`)...)},
	{name: "webhookDeliveries", reads: three("<Webhook:home>", "<Webhook:foreign>", "<Webhook#987654>", `webhook: "<>"`)},
	{name: "signing", reads: []read{{"missing", "", `token: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"`}}},
	{name: "ratingItems", reads: plain("")},
	{name: "institution", reads: []read{{"home", "<Institution:home>", `id: "<>"`}, {"another", "<Institution:foreign>", `id: "<>"`}, {"missing", "<Institution#987654>", `id: "<>"`}}},
	{name: "institutions", reads: []read{{"all", "", ""}, {"own", "", `filter: {mine: true}`}}},
	{name: "institutionMarkers", reads: plain("")},
	{name: "membershipRequests", reads: plain("")},
	{name: "partner", reads: []read{
		{"active", "<Partner:partner>", `id: "<>"`}, {"superv's own, not verified", "<Partner:not_verified>", `id: "<>"`},
		{"superv2's own, refused", "<Partner:refused>", `id: "<>"`}, {"deleted", "<Partner:deleted>", `id: "<>"`}, {"missing", "<Partner#987654>", `id: "<>"`}}},
	{name: "partners", reads: []read{{"all", "", ""}, {"own", "", `filter: {own: true}`}}},
	{name: "wishlist", reads: plain("")},
	{name: "wishlistFilters", reads: plain("")},
	{name: "supervisorServices", reads: plain("")},
	{name: "users", reads: plain("")},
	{name: "eligiblePartners", reads: three("<Institution:home>", "<Institution:foreign>", "<Institution#987654>", `input: {institution: "<>", subService: "<SubService#8>", kind: REPAIR}`)},
	{name: "paymentMethods", reads: plain("")},
	{name: "promotions", reads: append(plain(""), three("<Institution:home>", "<Institution:foreign>", "<Institution#987654>", `institution: "<>"`)...)},
	{name: "promotionCheck", reads: append([]read{{"of an amount", "", `code: "PROMO10", orderAmount: 900000`}},
		three("<Contract:draft_payment>", "<Contract:offer_foreign>", "<Contract#987654>", `code: "PROMO10", contract: "<>"`)...)},
	{name: "basePrices", reads: plain("")},
	{name: "pricingSchemas", reads: plain("")},
	{name: "allPromotions", reads: plain("")},
	{name: "inspectionTemplates", reads: plain("")},
	{name: "allRatingItems", reads: plain("")},
	{name: "allPaymentMethods", reads: plain("")},
	{name: "basicTest", reads: plain("")},
	{name: "partnerTests", reads: plain("")},
	{name: "allTestQuestions", reads: plain("")},
	{name: "pendingPartners", reads: plain("")},
	{name: "allPartners", reads: append(plain(""), read{"deleted", "", `filter: {deleted: true}`})},
	{name: "pendingTests", reads: plain("")},
	{name: "pendingPayments", reads: plain("")},
	{name: "catalogueChanges", reads: plain("")},
	{name: "settings", reads: plain("")},
	{name: "publicSettings", reads: plain("")},
	{name: "banners", reads: plain("")},
	{name: "banner", reads: []read{{"shown", "<Banner#1>", `id: "<>"`}, {"its days are over", "<Banner#4>", `id: "<>"`}, {"missing", "<Banner#987654>", `id: "<>"`}}},
	{name: "services", reads: plain("")},
	{name: "service", reads: []read{{"active", "<Service#1>", `id: "<>"`}, {"missing", "<Service#987654>", `id: "<>"`}}},
	{name: "certifications", reads: plain("")},
	{name: "certification", reads: []read{{"in use", "<Certification#1>", `id: "<>"`}, {"not in use", "<Certification#6>", `id: "<>"`}, {"missing", "<Certification#987654>", `id: "<>"`}}},
	{name: "partnerCertifications", reads: plain("")},
	{name: "partnerCertification", reads: three("<PartnerCertification#6>", "<PartnerCertification#7>", "<PartnerCertification#987654>", `id: "<>"`)},
	{name: "certificationWishes", reads: plain("")},
	{name: "certificationWish", reads: three("<CertificationWish#1>", "<CertificationWish#2>", "<CertificationWish#987654>", `id: "<>"`)},
	{name: "allServices", reads: plain("")},
	{name: "allSubServices", reads: plain("")},
	{name: "allCompetencyTests", reads: plain("")},
	{name: "allCertifications", reads: plain("")},
	{name: "allBanners", reads: plain("")},
	{name: "allPartnerCertifications", reads: plain("")},
	{name: "pendingCertifications", reads: plain("")},
}

// graphLive are the subscriptions: ok is a greeting.
var graphLive = []operation{
	{name: "contractChanged", live: true, reads: inEachState(`id: "<>", greeting: true`)},
	{name: "contractsChanged", live: true, reads: plain("greeting: true")},
	{name: "escalationQueueChanged", live: true, reads: plain("greeting: true")},
	{name: "notificationReceived", live: true, reads: plain("greeting: true")},
}

// ofInstitution lists what an institution keeps.
var ofInstitution = three("<Institution:home>", "<Institution:foreign>", "<Institution#987654>", `institution: "<>"`)

// nodeReads are the other types that node gives.
var nodeReads = func() []read {
	var list []read
	for _, n := range []struct{ kind, own, foreign string }{
		{"Institution", ":home", ":foreign"}, {"Partner", ":partner", ":deleted"}, {"Service", "#1", "#2"}, {"SubService", "#8", "#9"}, {"Certification", "#1", "#6"},
		{"User", ":institution", ":foreign"}, {"Agreement", ":active", ":expired"}, {"Counterparty", ":home", ":foreign"}, {"Tag", ":home", ":foreign"},
		{"Signature", ":home", ":foreign"}, {"Notification", ":manager read", ":other read"}, {"SignatureTemplate", ":home", ":foreign"},
	} {
		for _, r := range three("<"+n.kind+n.own+">", "<"+n.kind+n.foreign+">", "<"+n.kind+"#987654>", `id: "<>"`) {
			if r.object == "foreign" && (n.kind == "Institution" || strings.HasSuffix(n.kind, "Service")) {
				r.object = "another" // everybody may know of all
			}
			r.object = n.kind + ", " + r.object
			list = append(list, r)
		}
	}
	return list
}()
