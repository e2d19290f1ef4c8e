package matrix

import (
	"strconv"
	"testing"

	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/world"
)

// known says that everybody may know of the object: who may do nothing to a foreign one
// is told so.
func known(w *write) { w.foreign = "" }

// active names memberships that are, where the others are asked for.
func active(w *write) {
	w.own, w.foreign = "<Membership:home active>", "<Membership:foreign active>"
}

// suspended has the institution suspended before.
func suspended(w *write) {
	w.prepare = func(t testing.TB, s *stage) {
		t.Helper()
		s.graph(t, s.tokens["admin"], s.expand(t, `mutation { done: institutionSuspend(input: {institution: "<Institution:home>", reason: "Unpaid."}) { userErrors { code } } }`), "")
	}
}

// graphMembers are the mutations of institutions and of who belongs to them.
var graphMembers = []operation{
	{name: "institutionCreate", write: &write{
		good: `name: "Klinik", address: "Jl. Melati 1", province: "DKI Jakarta", city: "Jakarta", latitude: -6.2, longitude: 106.8`,
		bad:  `name: "", address: "", province: "", city: "", latitude: 91, longitude: 181`}},
	kept("institutionUpdate", "institution", "Institution", `name: "Rumah Sakit Cikini"`, `name: ""`, known),
	kept("institutionSuspend", "institution", "Institution", `reason: "Unpaid bills."`, `reason: ""`, fresh, known),
	kept("institutionReinstate", "institution", "Institution", `reason: "All is paid."`, `reason: ""`, fresh, known, suspended),
	{name: "currentInstitutionSelect", write: &write{good: `institution: null`, bad: `institution: "nothing"`}},
	kept("membershipApprove", "membership", "Membership", ``, `role: AGENT`, fresh),
	kept("membershipRefuse", "membership", "Membership", ``, `version: 99`, fresh),
	kept("membershipSetRole", "membership", "Membership", `role: MANAGER`, `role: AGENT`, fresh, active),
	{name: "membershipAsk", write: &write{good: `institution: "<Institution:foreign>"`, after: true, fresh: true}},
	{name: "membershipLeave", write: &write{good: `institution: "<Institution:foreign>"`, after: true, fresh: true}},
}

// nameMembers finds who belongs to each institution, and who asks to; where nobody asks,
// somebody does.
func (s *stage) nameMembers(t testing.TB) {
	t.Helper()
	c, ctx := s.Store.Client(), t.Context()
	newcomer := c.User.Query().Where(user.Email(s.email("newcomer"))).OnlyIDX(ctx)
	for whose, at := range s.World.Institutions {
		of := c.Membership.Query().Where(membership.InstitutionID(at))
		asks := of.Clone().Where(membership.StateEQ(lifecycle.MembershipRequested)).Order(membership.ByID())
		if !asks.Clone().ExistX(ctx) {
			c.Membership.Create().SetInstitutionID(at).SetUserID(newcomer).SetRole(lifecycle.MembershipMember).SetState(lifecycle.MembershipRequested).
				SetCreatedAt(world.Now).SetUpdatedAt(world.Now).ExecX(ctx)
		}
		s.names["membership:"+whose] = strconv.FormatInt(asks.FirstX(ctx).ID, 10)
		member := of.Clone().Where(membership.StateEQ(lifecycle.MembershipActive), membership.RoleEQ(lifecycle.MembershipMember)).Order(membership.ByID())
		if member.Clone().ExistX(ctx) {
			s.names["membership:"+whose+" active"] = strconv.FormatInt(member.FirstX(ctx).ID, 10)
		}
	}
}

// shownTo asks about an institution, which everybody may know of.
func shownTo(path string) operation {
	name := "GET /api/v1" + path
	var list []read
	for _, r := range [][2]string{{"home", "<institution:home>"}, {"another", "<institution:foreign>"}, {"none", "<institution#987654>"}} {
		list = append(list, read{r[0], r[1], "GET " + filled("/api/v1"+path, "<>")})
	}
	return operation{name: name, reads: list}
}

// ofOne is a writing route about an institution.
func ofOne(name, good, bad string, more ...func(*write)) operation {
	o := posts(name, good, bad, more...)
	o.write.own, o.write.missing = "<institution:home>", "<institution#987654>"
	if o.write.after { // nothing can be wrong about it
		o.write.own, o.write.missing = "<institution:foreign>", ""
	}
	return o
}

// nukituInstitutions are the routes of institutions themselves.
var nukituInstitutions = []operation{
	get("/institutions"), get("/institutions/map"), get("/institutions/mine"), get("/institutions/current"),
	{name: "GET /api/v1/institutions/nearby", reads: plain("GET /api/v1/institutions/nearby?latitude=-6.2&longitude=106.8")},
	shownTo("/institutions/{id}"), shownTo("/institutions/{id}/work-history"),
	posts("POST /institutions", `{"institution": {"name": "Klinik", "address": "Jl. Melati 1", "province": "DKI Jakarta", "city": "Jakarta", "latitude": -6.2, "longitude": 106.8}}`, `{"institution": {"name": ""}}`),
	ofOne("PATCH /institutions/{id}", `{"institution": {"name": "Rumah Sakit Cikini"}}`, `{"institution": {"name": ""}}`),
	posts("PATCH /institutions/current", `{"institution_id": <institution:home>}`, `{"institution_id": "nothing"}`),
	posts("DELETE /institutions/current", ``, ``, after),
	ofOne("POST /institutions/{id}/membership", ``, ``, after, fresh),
	ofOne("DELETE /institutions/{id}/membership", ``, ``, after, fresh),
}
