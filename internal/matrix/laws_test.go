package matrix

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/rest/faveo"
	"kontrak/internal/rest/kit"
	"kontrak/internal/rest/nukitu"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/rest/yedpay"
)

// legend stands above the table.
const legend = `# Who may do what: every root field of the graph and every route, by who asks.
#
# A row that writes is asked with something wrong in its input that is looked at last (a
# field, the state, the version): whoever gets 400, state or stale
# may do it, and a right input is taken (TestWhoMayDoSomethingDoesIt). Whoever gets 401, 403, 404 or null gets
# the same for a right input.
#
#   ok     it is shown, told or done           none   a list that holds nothing
#   null   the graph knows of none          401    nobody has signed in
#   403    never, for this role or row      404    there is none that the caller may know of
#   400    a field is wrong                 state  not in this state; stale, late, unfit, twice: for these reasons
#   wrong  no token or password of ours     400-   the institution that is named is a wrong field: the
#                                                  caller has none such, and a right input is no better
#
# In the graph the numbers stand for UNAUTHENTICATED, FORBIDDEN, NOT_FOUND and INVALID; in
# REST they are the status. The objects: own is the institution home's, whose partner is
# partner; foreign is the institution foreign's; missing was never there. Foreign and
# missing answer alike, byte for byte, but for other and admin, who may know of both.
#
# Held and written by internal/matrix.
#
`

// areas are the parts of the table: how the paths of their routes begin.
var areas = []struct{ begins, name string }{
	{"", "The graph: what is read"}, {"", "The graph: what is done"},
	{"/api/v1/", "Nukitu: REST under /api/v1"}, {"/service-desk/", "Faveo: REST under /service-desk/api, and under /v3/service-desk/api"},
	{"/kit-api/", "Kit: REST under /kit-api/v1, by the key that acts for each"}, {"/v1/", "Yedpay: REST under /v1, by access token and by personal token"},
	{"/", "Beside them"},
}

// areaNumber gives the part of the table that an operation stands in.
func areaNumber(name string) int {
	_, path, isRoute := strings.Cut(name, " ")
	if !isRoute {
		if slices.ContainsFunc(slices.Concat(graphReads, graphLive), func(o operation) bool { return o.name == name }) {
			return 0
		}
		return 1
	}
	for i, a := range areas {
		if a.begins != "" && strings.HasPrefix(path, a.begins) {
			return i
		}
	}
	return len(areas) - 1
}

func areaOf(name string) string { return areas[areaNumber(name)].name }

// beside tells whether a route belongs to no dialect.
func beside(name string) bool { return areaNumber(name) == len(areas)-1 }

// TestEveryOperationStandsInTheTable: every root field of the graph and every route of
// the dialects' documents, which their own tests hold to the routers.
func TestEveryOperationStandsInTheTable(t *testing.T) {
	t.Parallel()
	var there, wanted []string
	for _, o := range everything() {
		there = append(there, o.name)
	}
	schema := loadSchema(t)
	roots := append(schema.Query.Fields, schema.Mutation.Fields...)
	if schema.Subscription != nil {
		roots = append(roots, schema.Subscription.Fields...)
	}
	for _, f := range roots {
		if !strings.HasPrefix(f.Name, "__") {
			wanted = append(wanted, f.Name)
		}
	}
	for base, raw := range map[string][]byte{"/api/v1": nukitu.OpenAPI, faveo.Path: faveo.OpenAPI, kit.Path: kit.OpenAPI, "/v1": yedpay.OpenAPI} {
		for _, o := range openapi.MustParse(raw).Operations() {
			wanted = append(wanted, o.Method+" "+base+strings.TrimPrefix(o.Path, base))
		}
	}
	nodes := fmt.Sprint(nodeReads)
	for _, d := range schema.PossibleTypes["Node"] {
		if d.Name != "Contract" && !strings.Contains(nodes, "{"+d.Name+", own ") {
			t.Errorf("nobody asks node for a %s", d.Name)
		}
	}
	for _, name := range wanted {
		if !slices.Contains(there, name) {
			t.Errorf("nobody asks %s: add it to the lists of this package, and write the table anew", name)
		}
	}
	slices.Sort(there)
	for i, name := range there {
		if i > 0 && there[i-1] == name {
			t.Errorf("%s is asked twice", name)
		}
		if !slices.Contains(wanted, name) && !beside(name) {
			t.Errorf("there is no %s", name)
		}
	}
	if len(wanted) < 216 {
		t.Errorf("only %d operations were found", len(wanted))
	}
}

// The operations that laws do not hold for, and why.
var (
	// forEverybody need no one to be signed in.
	forEverybody = []string{"publicSettings", "banners", "banner", "GET /api/v1/settings", "GET /api/v1/banners", "viewer", "signing", "signingSign", "signingRefuse", "accountRegister", "accountVerifyEmail", "codeSend", "sessionOpen", "sessionRefresh",
		"passwordVerifyCode", "passwordReset", "invitationAccept", "POST /api/v1/auth/"}
	// ofMembers are about institutions that everybody may know of, and about one's own
	// place in them: who asked for one, or had one, is told as everybody is.
	ofMembers = []string{"institutions", "institutionMarkers", "institutionCreate", "currentInstitutionSelect", "membershipAsk", "membershipLeave",
		"GET /api/v1/institutions", "POST /api/v1/institutions", "PATCH /api/v1/institutions/current", "DELETE /api/v1/institutions"}
	// ofNobody are about nothing that belongs to anybody: whoever has signed in may.
	ofNobody = []string{"clock", "viewer", "agreementTypes", "licenseTypes", "ratingItems", "institution", "partner", "node/Institution", "node/Partner", "node/Service", "node/SubService", "node/User",
		"deviceKeep", "deviceForget", "notificationRead", "notificationReceived", "notificationsReadAll", "node/Notification", "/api/v1/notifications", "passwordChange", "profileUpdate", "accountClose", "sessionEnd", "GET /api/v1/auth/me", "GET /api/v1/profile", "/api/v1/device-token", "PATCH /api/v1/profile", "DELETE /api/v1/auth",
		"GET /v1/me", "/v1/personal/token", "GET /api/v1/partners",
		"services", "service", "certifications", "certification", "node/Certification", "GET /api/v1/services", "GET /api/v1/certifications"}
)

func among(list []string, r row) bool {
	name := r.operation
	if kind, _, is := strings.Cut(r.object, ", "); is && name == "node" {
		name += "/" + kind
	}
	return slices.ContainsFunc(list, func(s string) bool {
		return name == s || strings.Contains(s, "/") && strings.Contains(name, s)
	})
}

// checkLaws holds the table to what the rulings say of all operations, so that a wrong
// cell is not just written down.
func checkLaws(t *testing.T, table []row) {
	t.Helper()
	refused := func(r row, column string) bool {
		c := r.cell(column)
		return slices.Contains(refusals, c) || slices.Contains(asField, r.operation) && (c == "400-" || c == "400" && areaNumber(r.operation) == 0)
	}
	for _, r := range table {
		own := beside(r.operation)
		kind := r.object[strings.LastIndex(r.object, " ")+1:]
		fail := func(why string) { t.Errorf("%s, %s: %s: %q", r.operation, r.object, why, r.cells) }
		if r.cell("nobody") != "401" && !own && !among(forEverybody, r) {
			fail("nobody has signed in")
		}
		if kind == "missing" && slices.Contains(r.cells, "ok") {
			fail("somebody is shown what is not there")
		}
		for _, p := range principals {
			if kind == "foreign" && !knows[p.name] && !refused(r, p.name) && !own && !among(ofNobody, r) && !among(byRole, r) {
				fail(p.name + " learns of somebody else's")
			}
			if strings.HasSuffix(r.cell(p.name), "!") {
				fail("it fails")
			}
		}
		if own || among(forEverybody, r) || among(ofNobody, r) || among(byRole, r) || among(ofMembers, r) {
			continue
		}
		if !refused(r, "asked") || !refused(r, "former") {
			fail("whoever is no active member has no tie")
		}
		if r.cell("member") != r.cell("manager") && !among(ofManagers, r) {
			fail("members and managers have the same rights")
		}
	}
}

// More operations that laws do not hold for.
var (
	// asField name what belongs to an institution in a field of their input: what is wrong
	// with it is told with the other fields, and alike for a foreign one and none.
	asField = []string{"contractCreate", "agreementCreate", "counterpartyCreate", "tagCreate", "assetCreate", "signatureTemplateCreate", "apiKeyCreate", "webhookCreate", "POST /api/v1/contracts",
		"eligiblePartners", "promotions", "contracts", "contractStats"}
	// byRole need a role alone: prices, promotions and ways to pay.
	byRole = []string{"wishlist", "wishlistFilters", "partnerWish", "partnerUnwish", "GET /api/v1/partners/wishlist", "PATCH /api/v1/partners", "paymentMethods", "promotions", "promotionCheck", "partners", "contractsChanged", "GET /api/v1/payment-methods", "GET /api/v1/promotions", "POST /api/v1/promotions/validate",
		"GET /api/v1/contracts/grouped"} // groups that hold nothing
	// ofManagers are for managers, or for the approver of an agreement.
	ofManagers = []string{"membershipRequests", "institutionUpdate", "membershipApprove", "membershipRefuse", "membershipSetRole", "PATCH /api/v1/institutions/{id}",
		"apiKeyCreate", "apiKeyRevoke", "webhooks", "webhookDeliveries", "webhookCreate", "webhookUpdate", "webhookRotateSecret", "webhookReplay", "webhookDelete", "agreementApprove", "agreementReject", "/personal/token", "/contract-approve", "/contract-reject"}
)
