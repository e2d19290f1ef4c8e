package graph_test

import (
	"maps"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const suspendMutation = `mutation($p: ID!, $why: String!) { partnerSuspend(input: { partner: $p, reason: $why }) {
	partner { id status statusReason email }
	contractsEscalated { id displayStatus partner { fullName } assignments { status statusReason } }
	contractsForAction { id status institution { name } partner { id } }
	userErrors { field code message refusals { rule } } } }`

const reinstateMutation = `mutation($p: ID!) { partnerReinstate(input: { partner: $p }) { partner { id status statusReason } userErrors { field code refusals { rule } } } }`

func TestThePayloadOfASuspensionListsWhatIsToBeDecided(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin, id := app.Token(t, "admin@demo.test"), globalID("Partner", app.World.Partners["partner"])
		ctx, ran := store.Observe(t.Context())
		got := askIn(ctx, t, app, admin, suspendMutation, map[string]any{"p": id, "why": "Complaints."})
		// Who calls, the partner held and moved, who did it, the offers held, the settings, the
		// offers, the works, the partner, and twice contracts with their tries; for each
		// offer the contract, its try read and ended, the message and the history.
		const offers, each, rest = 2, 5, 13
		if want := offers*each + rest; ran.Count() != want {
			t.Errorf("%d statements, want %d: %q", ran.Count(), want, ran.Texts())
		}
		p := got.object("partnerSuspend", "partner")
		if p["status"] != "SUSPENDED" || p["statusReason"] != "Complaints." || p["email"] == nil {
			t.Errorf("the partner is %v", p)
		}
		taken, kept := got.list("partnerSuspend", "contractsEscalated"), got.list("partnerSuspend", "contractsForAction")
		if len(taken) != offers || len(kept) < 3 {
			t.Fatalf("%d taken, %d kept: %s", len(taken), len(kept), got.body)
		}
		for _, c := range taken {
			if c := c.(map[string]any); c["displayStatus"] != "SUPERVISOR_PENDING" || c["partner"] == nil {
				t.Errorf("taken: %v", c)
			}
		}
		for _, c := range kept {
			if c := c.(map[string]any); c["partner"].(map[string]any)["id"] != id {
				t.Errorf("kept: %v", c)
			}
		}
		// Its institution learns neither who lost the contracts nor why the partner is
		// suspended.
		seen := ask(t, app, app.Token(t, customer), `query($id: ID!, $p: ID!) { contract(id: $id) { partner { id } partnerStatus assignments { id } } partner(id: $p) { id } }`,
			map[string]any{"id": globalID("Contract", app.World.Contract("offer")), "p": id})
		if c := seen.object("contract"); c["partner"] != nil || c["partnerStatus"] != "REASSIGNING" || strings.Contains(seen.body, "Complaints") {
			t.Errorf("the institution reads %s", seen.body)
		}
		back := ask(t, app, admin, reinstateMutation, map[string]any{"p": id}).object("partnerReinstate", "partner")
		if back["status"] != "ACTIVE" || back["statusReason"] != nil {
			t.Errorf("reinstated, it is %v", back)
		}
	})
}

func TestBadInputOfASuspensionIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		good, before := globalID("Partner", app.World.Partners["partner"]), app.Snapshot(t)
		for _, c := range []struct {
			name, as, mutation, partner, why string
			code, field, rule                string
		}{
			{"nobody", "", suspendMutation, good, "x", "UNAUTHENTICATED", "", ""},
			{"a partner", partner, suspendMutation, good, "x", "FORBIDDEN", "", "role"},
			{"a supervisor", bySupervisor, reinstateMutation, good, "", "FORBIDDEN", "", "role"},
			{"an unknown partner", "admin@demo.test", suspendMutation, globalID("Partner", 1<<40), "", "NOT_FOUND", "", ""},
			{"another type", "admin@demo.test", suspendMutation, globalID("Contract", 1), "x", "NOT_FOUND", "", ""},
			{"no id", "admin@demo.test", reinstateMutation, "42", "", "NOT_FOUND", "", ""},
			{"no reason", "admin@demo.test", suspendMutation, good, " ", "INVALID", "reason", ""},
			{"a long reason", "admin@demo.test", suspendMutation, good, strings.Repeat("é", 1001), "INVALID", "reason", ""},
			{"suspended already", "admin@demo.test", suspendMutation, globalID("Partner", app.World.Partners["suspended"]), "x", "WRONG_STATE", "", "partner_status"},
			{"not suspended", "admin@demo.test", reinstateMutation, good, "", "WRONG_STATE", "", "partner_status"},
		} {
			got := try(t.Context(), t, app, tokens[c.as], c.mutation, map[string]any{"p": c.partner, "why": c.why})
			if c.code == "UNAUTHENTICATED" {
				if codes := got.codes(); len(codes) != 1 || codes[0] != c.code {
					t.Errorf("%s: %s", c.name, got.body)
				}
				continue
			}
			key := map[bool]string{true: "partnerSuspend", false: "partnerReinstate"}[c.mutation == suspendMutation]
			bad := got.list(key, "userErrors")
			if len(bad) != 1 || got.object(key)["partner"] != nil || c.mutation == suspendMutation && len(got.list(key, "contractsForAction")) != 0 {
				t.Errorf("%s: %s", c.name, got.body)
				continue
			}
			e, rule := bad[0].(map[string]any), ""
			field, _ := e["field"].(string)
			for _, why := range e["refusals"].([]any) {
				rule = why.(map[string]any)["rule"].(string)
			}
			if e["code"] != c.code || field != c.field || rule != c.rule {
				t.Errorf("%s: %v, want %s for %q by %q", c.name, e, c.code, c.field, c.rule)
			}
		}
		if !maps.Equal(before, app.Snapshot(t)) {
			t.Error("what was refused wrote something")
		}
	})
}
