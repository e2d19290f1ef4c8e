package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// eligibleFields is all that a list of eligible partners has.
const eligibleFields = `totalCount pageInfo { hasNextPage endCursor } leftOut { rule needed count possibleFrom }
	edges { cursor node { distanceKm } } nodes { distanceKm price { value currency } reasons { rule needed actual } partner { id fullName distanceKm price { value } } }`

const eligibleOfContract = `query($c: ID!, $first: Int, $after: String, $last: Int, $radius: Float) {
	contract(id: $c) { eligiblePartners(first: $first, after: $after, last: $last, radiusKm: $radius) { ` + eligibleFields + ` } } }`

const eligibleForWork = `query($in: EligiblePartnersInput!, $first: Int, $radius: Float) {
	eligiblePartners(input: $in, first: $first, radiusKm: $radius) { ` + eligibleFields + ` } }`

// TestWhoeverMayChooseGetsEligiblePartners, and others get null.
func TestWhoeverMayChooseGetsEligiblePartners(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens, w := tokensOf(t, app), app.World
		for _, c := range []struct {
			as, story string
			list      bool
			rules     string
		}{
			{byInstitution, "draft_payment", true, "partner_listed competency competency_active competency_kind open_to_work within_radius price overlap"},
			{byInstitution, "draft_schedule", true, "partner_listed competency competency_active competency_kind open_to_work within_radius price"},
			{byInstitution, "to_pay", true, "partner_listed competency competency_active competency_kind open_to_work within_radius price overlap"},
			{byInstitution, "offer", false, ""},
			{byInstitution, "queue", false, ""},
			{byInstitution, "accepted", false, ""},
			{"partner@demo.test", "offer", false, ""},
			{"partner@demo.test", "accepted", false, ""},
			{bySupervisor, "queue", true, "own_partner partner_active partner_verified another_partner competency competency_active competency_kind overlap"},
			{bySupervisor, "reassigned", false, ""},
			{"admin@demo.test", "queue", true, "partner partner_active partner_verified another_partner competency competency_active competency_kind overlap"},
			{"admin@demo.test", "accepted", true, "partner partner_active partner_verified another_partner competency competency_active competency_kind overlap"},
			{"admin@demo.test", "draft_payment", true, "partner_listed competency competency_active competency_kind open_to_work within_radius price overlap"},
			{"admin@demo.test", "running", false, ""},
			{"admin@demo.test", "to_review", false, ""},
		} {
			got := ask(t, app, tokens[c.as], eligibleOfContract, map[string]any{"c": globalID("Contract", w.Contract(c.story)), "radius": 5000})
			list := got.object("contract", "eligiblePartners")
			if (list != nil) != c.list {
				t.Errorf("%s of %s: %v", c.as, c.story, got.body)
			}
			if list == nil {
				continue
			}
			nodes := got.list("contract", "eligiblePartners", "nodes")
			if len(nodes) == 0 || len(nodes) != int(list["totalCount"].(float64)) {
				t.Errorf("%s of %s: %d partners of %v", c.as, c.story, len(nodes), list["totalCount"])
				continue
			}
			first, _ := nodes[0].(map[string]any)
			var rules []string
			for _, r := range first["reasons"].([]any) {
				reason, _ := r.(map[string]any)
				if rules = append(rules, fmt.Sprint(reason["rule"])); reason["actual"] == "" || reason["needed"] == "" {
					t.Errorf("%s of %s: %v says too little", c.as, c.story, reason)
				}
			}
			if told := strings.Join(rules, " "); told != c.rules {
				t.Errorf("%s of %s: it fits by %q, want %q", c.as, c.story, told, c.rules)
			}
		}
	})
}

// TestTheDemosQueueLeavesOutWhomItsRulesName: one partner for each rule.
func TestTheDemosQueueLeavesOutWhomItsRulesName(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := app.World
		got := ask(t, app, app.Token(t, bySupervisor), eligibleOfContract, map[string]any{"c": globalID("Contract", w.Queue.ContractID)})
		var ids []string
		for _, n := range got.list("contract", "eligiblePartners", "nodes") {
			node, _ := n.(map[string]any)
			partner, _ := node["partner"].(map[string]any)
			ids = append(ids, fmt.Sprint(partner["id"]))
		}
		if !slices.Contains(ids, globalID("Partner", w.Queue.EligibleID)) {
			t.Errorf("the eligible partner is not among %v", ids)
		}
		for _, p := range w.Queue.Ineligible {
			if slices.Contains(ids, globalID("Partner", p.PartnerID)) {
				t.Errorf("%s, and yet it is listed", p.Rule)
			}
		}
		rules := map[string]bool{}
		for _, l := range got.list("contract", "eligiblePartners", "leftOut") {
			left, _ := l.(map[string]any)
			rules[fmt.Sprint(left["rule"])] = true
		}
		for _, rule := range []string{"partner_active", "partner_verified", "another_partner", "competency_kind"} {
			if !rules[rule] {
				t.Errorf("%s leaves out nobody: %v", rule, rules)
			}
		}
	})
}

// TestABadQuestionAboutEligiblePartnersIsRefused with all that is wrong at once, and
// the graph's own names.
func TestABadQuestionAboutEligiblePartnersIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens, w := tokensOf(t, app), app.World
		good := map[string]any{"institution": globalID("Institution", w.Institutions["home"]), "subService": globalID("SubService", 1), "kind": "REPAIR"}
		with := func(changes ...any) map[string]any {
			in := map[string]any{}
			for k, v := range good {
				in[k] = v
			}
			for i := 0; i < len(changes); i += 2 {
				in[fmt.Sprint(changes[i])] = changes[i+1]
			}
			return in
		}
		period := func(startDate, startTime, endDate, endTime string) map[string]any {
			return with("startDate", startDate, "startTime", startTime, "endDate", endDate, "endTime", endTime)
		}
		nothingIsWritten(t, app, func() {
			for _, c := range []struct {
				name, as string
				vars     map[string]any
				want     string
			}{
				{"nobody", "", map[string]any{"in": good}, "UNAUTHENTICATED"},
				{"a partner", "partner@demo.test", map[string]any{"in": good}, "FORBIDDEN"},
				{"a supervisor", bySupervisor, map[string]any{"in": good}, "FORBIDDEN"},
				{"a foreign institution", byInstitution, map[string]any{"in": with("institution", globalID("Institution", w.Institutions["foreign"]))}, "INVALID input.institution"},
				{"no institution", byInstitution, map[string]any{"in": with("institution", "nonsense")}, "INVALID input.institution"},
				{"an unknown institution", "admin@demo.test", map[string]any{"in": with("institution", globalID("Institution", 999))}, "INVALID input.institution"},
				{"an unknown sub-service", byInstitution, map[string]any{"in": with("subService", globalID("SubService", 999))}, "INVALID input.subService"},
				{"no sub-service", byInstitution, map[string]any{"in": with("subService", globalID("Service", 1))}, "INVALID input.subService"},
				{"a radius of nothing", byInstitution, map[string]any{"in": good, "radius": 0}, "INVALID radiusKm"},
				{"a radius below nothing", byInstitution, map[string]any{"in": good, "radius": -3.5}, "INVALID radiusKm"},
				{"a radius beyond the earth", byInstitution, map[string]any{"in": good, "radius": 20000.5}, "INVALID radiusKm"},
				{"a page of nothing", byInstitution, map[string]any{"in": good, "first": 0}, "INVALID first"},
				{"a page too long", byInstitution, map[string]any{"in": good, "first": 101}, "INVALID first"},
				{"half a period", byInstitution, map[string]any{"in": with("startDate", "2026-06-01")}, "INVALID input.endDate input.endTime input.startTime"},
				{"a day that is none", byInstitution, map[string]any{"in": period("2026-02-30", "09:00", "2026-07-02", "10:00")}, "INVALID input.startDate"},
				{"a period in the past", byInstitution, map[string]any{"in": period("2020-06-01", "09:00", "2020-06-02", "10:00")}, "INVALID input.startDate"},
				{"an end before the start", byInstitution, map[string]any{"in": period("2026-07-02", "09:00", "2026-07-02", "09:00")}, "INVALID input.endDate"},
				{"a period too long", byInstitution, map[string]any{"in": period("2026-07-02", "09:00", "2027-09-02", "09:00")}, "INVALID input.endDate"},
				{"everything", byInstitution, map[string]any{"in": with("institution", "x", "subService", "y"), "radius": -1, "first": 0}, "INVALID first input.institution radiusKm input.subService"},
			} {
				got := try(t.Context(), t, app, tokens[c.as], eligibleForWork, c.vars)
				if told := toldAtTop(got); told != c.want {
					t.Errorf("%s: %s, want %s (%s)", c.name, told, c.want, got.body)
				}
			}
			for _, vars := range []map[string]any{{"radius": 0}, {"first": 1000}, {"after": "nonsense"}, {"last": 0}, {"first": 1, "last": 1}} {
				vars["c"] = globalID("Contract", w.Contract("draft_payment"))
				if got := try(t.Context(), t, app, tokens[byInstitution], eligibleOfContract, vars); !strings.HasPrefix(toldAtTop(got), "INVALID ") {
					t.Errorf("%v: %s", vars, got.body)
				}
			}
		})
	})
}

// toldAtTop is the code of the only error with the fields that it names.
func toldAtTop(a *answer) string {
	if len(a.Errors) != 1 {
		return fmt.Sprintf("%d errors", len(a.Errors))
	}
	told := []string{a.codes()[0]}
	fields, _ := a.Errors[0].Extensions["fields"].([]any)
	for _, f := range fields {
		field, _ := f.(map[string]any)
		told = append(told, fmt.Sprint(field["field"]))
	}
	return strings.Join(told, " ")
}

// TestAPartnerThatIsEligibleIsHired: the first of the list, through the graph.
func TestAPartnerThatIsEligibleIsHired(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, byInstitution)
		in := map[string]any{"institution": globalID("Institution", app.World.Institutions["home"]), "subService": globalID("SubService", 1), "kind": "REPAIR"}
		got := ask(t, app, token, eligibleForWork, map[string]any{"in": in})
		nodes := got.list("eligiblePartners", "nodes")
		if len(nodes) == 0 {
			t.Fatalf("nobody is eligible: %s", got.body)
		}
		for _, n := range nodes {
			node, _ := n.(map[string]any)
			partner, _ := node["partner"].(map[string]any)
			in["partner"] = partner["id"]
			if made := act(t, app, token, "contractCreate", "ContractCreateInput", in, "id"); told(made) != "" {
				t.Errorf("%v is eligible, and told %s", partner["fullName"], told(made))
			}
		}
	})
}
