package graph_test

import (
	"slices"
	"strings"
	"testing"

	"kontrak/ent/membership"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// memberCosts are the statements of each mutation of institutions and their members,
// beside who calls: what is held, what decides, what is written with its change, and the
// answer.
var memberCosts = map[string]int{
	"institutionCreate": 9, "institutionUpdate": 6, "institutionSuspend": 5, "institutionReinstate": 5, "currentInstitutionSelect": 4,
	"membershipAsk": 9, "membershipApprove": 9, "membershipRefuse": 8, "membershipSetRole": 9, "membershipLeave": 10,
}

// nameCost is the statement that keeps a name where SQLite finds parts of it; PostgreSQL's
// index takes it by itself.
func nameCost(db testkit.Database, mutation string) int {
	named := []string{"institutionCreate", "institutionUpdate", "partnerCreate", "partnerUpdate", "profileUpdate", "accountClose", "userClose", "partnerRegister"}
	if db.Name == "sqlite" && slices.Contains(named, mutation) {
		return 1
	}
	return 0
}

// memberCase is a mutation of institutions and their members, which one world can do after
// those before it.
type memberCase struct {
	mutation, email string
	input           map[string]any
}

func (c memberCase) text() string {
	shown := "institution { id name standing { status version } viewerMembership { role state } }"
	if strings.HasPrefix(c.mutation, "membership") && c.mutation != "membershipLeave" {
		shown = "membership { id role state version user { id } institution { id } }"
	}
	kind := strings.ToUpper(c.mutation[:1]) + c.mutation[1:] + "Input"
	switch c.mutation {
	case "institutionSuspend", "institutionReinstate":
		kind = "InstitutionReasonInput"
	case "membershipRefuse":
		kind = "MembershipInput"
	}
	return "mutation($input: " + kind + "!) { done: " + c.mutation + "(input: $input) { " + shown + " userErrors { field code message } } }"
}

const theOwner = "other@demo.test" // manages an institution in which nobody has a contract

// memberCases go through every mutation once.
func memberCases(t testing.TB, app *testkit.App) []memberCase {
	t.Helper()
	of := func(name string) string { return globalID("Institution", app.World.Institutions[name]) }
	asked := func(email, at string) string {
		account, _ := app.World.Account(email)
		row := app.Store.Client().Membership.Query().Where(membership.UserID(account.UserID), membership.InstitutionID(app.World.Institutions[at])).OnlyX(t.Context())
		return globalID("Membership", row.ID)
	}
	clinic := map[string]any{"name": "Klinik Anggrek", "kind": "CLINIC", "address": "Jl. Anggrek 1", "province": "DKI Jakarta", "city": "Jakarta", "latitude": -6.2, "longitude": 106.8}
	let := asked("requested@demo.test", "home")
	return []memberCase{
		{"institutionCreate", "newcomer@demo.test", clinic},
		{"institutionUpdate", theOwner, map[string]any{"institution": of("other"), "name": "Kantor Kalibrasi", "email": nil}},
		{"membershipAsk", "newcomer@demo.test", map[string]any{"institution": of("home")}},
		{"membershipApprove", customer, map[string]any{"membership": let}},
		{"membershipSetRole", customer, map[string]any{"membership": let, "role": "MANAGER"}},
		{"membershipRefuse", theAdmin, map[string]any{"membership": asked("supervisor2@demo.test", "branch")}},
		{"currentInstitutionSelect", "requested@demo.test", map[string]any{"institution": of("home")}},
		{"membershipLeave", "requested@demo.test", map[string]any{"institution": of("home")}},
		{"institutionSuspend", theAdmin, map[string]any{"institution": of("other"), "reason": "Unpaid bills."}},
		{"institutionReinstate", theAdmin, map[string]any{"institution": of("other"), "reason": "All is paid."}},
	}
}

// TestInstitutionsAndMembersFromEndToEnd goes through every mutation, counts what each asks
// of the database, and looks at what the back office is told of it.
func TestInstitutionsAndMembersFromEndToEnd(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		answers := map[string]map[string]any{}
		for _, c := range memberCases(t, app) {
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, app.Token(t, c.email), c.textWithout(), map[string]any{"input": c.input})
			if code, fields := refusedAs(got); code != "" {
				t.Fatalf("%s: %s %s: %s", c.mutation, code, fields, got.body)
			}
			if want := memberCosts[c.mutation] + nameCost(db, c.mutation); ran.Count() != want {
				t.Errorf("%s: %d statements, want %d: %.2500q", c.mutation, ran.Count(), want, ran.Texts())
			}
			answers[c.mutation] = got.object("done")
		}
		if m := answers["membershipApprove"]["membership"].(map[string]any); m["state"] != "ACTIVE" || m["role"] != "MEMBER" {
			t.Errorf("%v", m)
		}
		if m := answers["membershipRefuse"]["membership"].(map[string]any); m["state"] != "ENDED" {
			t.Errorf("%v", m)
		}
		changes := ask(t, app, app.Token(t, theAdmin), `{ i: catalogueChanges(noun: INSTITUTION) { totalCount } m: catalogueChanges(noun: MEMBERSHIP) { totalCount } }`, nil)
		if i, m := changes.object("i")["totalCount"], changes.object("m")["totalCount"]; i != 4.0 || m != 6.0 {
			t.Errorf("%v changes of institutions and %v of memberships are kept: %s", i, m, changes.body)
		}
	})
}

// textWithout is text that asks for no more than the mutation gives by itself.
func (c memberCase) textWithout() string {
	text := strings.ReplaceAll(c.text(), " standing { status version } viewerMembership { role state }", "")
	return strings.ReplaceAll(text, " institution { id } }", " }")
}

// TestWhoMayDecideOnMembers: everybody who does not manage the institution knows of no
// request but its own, which it cannot grant.
func TestWhoMayDecideOnMembers(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		home := app.World.Institutions["home"]
		asked := app.Store.Client().Membership.Query().Where(membership.InstitutionID(home), membership.StateEQ(lifecycle.MembershipRequested)).FirstX(t.Context())
		tokens := map[string]string{}
		for _, email := range []string{"requested@demo.test", "member@demo.test", "foreign@demo.test", "newcomer@demo.test", partner, theSupervisor} {
			tokens[email] = app.Token(t, email)
		}
		nothingIsWritten(t, app, func() {
			for _, mutation := range []string{"membershipApprove", "membershipRefuse", "membershipSetRole"} {
				input := map[string]any{"membership": globalID("Membership", asked.ID)}
				none := map[string]any{"membership": globalID("Membership", 1<<40)}
				if mutation == "membershipSetRole" {
					input["role"], none["role"] = "MANAGER", "MANAGER"
				}
				text := memberCase{mutation: mutation}.text()
				for _, email := range []string{"member@demo.test", "foreign@demo.test", "newcomer@demo.test"} {
					got := try(t.Context(), t, app, tokens[email], text, map[string]any{"input": input})
					if code, _ := refusedAs(got); code != "NOT_FOUND" {
						t.Errorf("%s by %s: %s", mutation, email, got.body)
					}
					if other := try(t.Context(), t, app, tokens[email], text, map[string]any{"input": none}); other.body != got.body {
						t.Errorf("%s by %s: a foreign one is answered %s, and none %s", mutation, email, got.body, other.body)
					}
				}
				for _, email := range []string{"requested@demo.test", partner, theSupervisor} {
					if code, _ := refusedAs(try(t.Context(), t, app, tokens[email], text, map[string]any{"input": input})); code != "FORBIDDEN" {
						t.Errorf("%s is answered %s", mutation, code)
					}
				}
			}
		})
		seen := func(token string) bool {
			list := ask(t, app, token, `{ membershipRequests(first: 50) { nodes { id } } }`, nil).list("membershipRequests", "nodes")
			return slices.ContainsFunc(list, func(n any) bool { return n.(map[string]any)["id"] == globalID("Membership", asked.ID) })
		}
		for email, want := range map[string]bool{customer: true, theAdmin: true, "member@demo.test": false, "foreign@demo.test": false, "requested@demo.test": false} {
			if got := seen(app.Token(t, email)); got != want {
				t.Errorf("%s sees the request: %v, want %v", email, got, want)
			}
		}
	})
}

// TestASuspendedInstitutionMakesNoContracts, and is found by its members and the back
// office alone.
func TestASuspendedInstitutionMakesNoContracts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		home := globalID("Institution", app.World.Institutions["home"])
		suspend := memberCase{mutation: "institutionSuspend"}.text()
		ask(t, app, app.Token(t, theAdmin), suspend, map[string]any{"input": map[string]any{"institution": home, "reason": "Unpaid bills."}})
		input := map[string]any{"institution": home, "partner": globalID("Partner", app.World.Partners["partner"]), "subService": globalID("SubService", 8), "kind": "REPAIR"}
		got := try(t.Context(), t, app, app.Token(t, customer), `mutation($input: ContractCreateInput!) { done: contractCreate(input: $input) { contract { id } userErrors { field code message } } }`, map[string]any{"input": input})
		if code, _ := refusedAs(got); code != "WRONG_STATE" {
			t.Errorf("a contract is made: %s", got.body)
		}
		for email, want := range map[string]struct {
			found  float64
			mine   float64
			reason any
		}{customer: {0, 1, "Unpaid bills."}, "foreign@demo.test": {0, 0, nil}, theAdmin: {1, 0, "Unpaid bills."}} {
			got := ask(t, app, app.Token(t, email), `query($home: ID!) { all: institutions(filter: {text: "Cikini"}) { totalCount } mine: institutions(filter: {text: "Cikini", mine: true}) { totalCount } institution(id: $home) { standing { status reason } } }`,
				map[string]any{"home": home})
			standing := got.object("institution", "standing")
			if got.object("all")["totalCount"] != want.found || got.object("mine")["totalCount"] != want.mine || standing["status"] != "SUSPENDED" || standing["reason"] != want.reason {
				t.Errorf("%s: %s", email, got.body)
			}
		}
	})
}
