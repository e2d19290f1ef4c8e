package graph_test

import (
	"strings"
	"testing"

	entpartner "kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// TestAnInspectionGoesOnWithItsTemplate replaces the template of work that is being
// inspected: the inspection is still checked against the one that it was begun with,
// and work that has none yet against the new one.
func TestAnInspectionGoesOnWithItsTemplate(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		id, rows := app.World.Contract("running_branch"), app.Store.Client()
		c := rows.Contract.GetX(t.Context(), id)
		p := rows.Partner.Query().Where(entpartner.ID(c.PartnerID)).OnlyX(t.Context())
		worker := app.Token(t, rows.User.Query().Where(user.ID(p.UserID)).OnlyX(t.Context()).Email)
		admin, contract := app.Token(t, byAdmin), globalID("Contract", id)
		begun := inspects.byGraph(t, app, worker, id, map[string]any{"sections": []any{map[string]any{"key": "condition", "items": []any{map[string]any{"key": "appearance", "value": "worn"}}}}})
		if begun.object("done")["contract"] == nil {
			t.Fatalf("begun: %s", begun.body)
		}
		used := func(token, contract string) map[string]any {
			return ask(t, app, token, `query($id: ID!) { contract(id: $id) { kind inspectionTemplate { id code kind active subService { id } } } }`, map[string]any{"id": contract}).object("contract")
		}
		old := used(admin, contract)["inspectionTemplate"].(map[string]any)
		fresh := makesTemplate.done(t, app, admin, with(inputs(app)["inspectionTemplateCreate"], "code", "general-new", "subService", absent,
			"kind", used(admin, contract)["kind"], "replaces", old["id"]))
		if n := len(ask(t, app, admin, `query($id: ID!) { catalogueChanges(record: $id) { nodes { changes { field } } } }`, map[string]any{"id": old["id"]}).list("catalogueChanges", "nodes")); n != 1 {
			t.Errorf("%d changes of the one that was replaced", n)
		}
		if now := used(worker, contract)["inspectionTemplate"].(map[string]any); now["id"] != old["id"] || now["active"] != nil {
			t.Errorf("the inspection goes on with %v, want %v", now, old)
		}
		change := deed{mutation: "contractUpdateInspection", inputType: "ContractInspectInput"}
		for key, wrong := range map[string]bool{"condition": false, "sound": true} {
			got := change.byGraph(t, app, worker, id, map[string]any{"sections": []any{map[string]any{"key": key, "items": []any{}}}})
			if refused := len(got.list("done", "userErrors")) > 0; refused != wrong {
				t.Errorf("%s: %s", key, got.body)
			}
		}
		// What is not inspected yet has the new one; and reading costs the same for any
		// number of contracts.
		few, many := templatesRead(t, app, admin, 50), templatesRead(t, app, admin, 100)
		if few.statements != many.statements || !strings.Contains(many.body, fresh["id"].(string)) || !strings.Contains(many.body, old["id"].(string)) {
			t.Errorf("%d statements for 50, %d for 100: %.500s", few.statements, many.statements, many.body)
		}
	})
}

type templates struct {
	statements int
	body       string
}

func templatesRead(t *testing.T, app *testkit.App, token string, n int) templates {
	t.Helper()
	ctx, ran := store.Observe(t.Context())
	got := askIn(ctx, t, app, token, `query($n: Int) { contracts(first: $n) { nodes { id inspectionTemplate { id code } } } }`, map[string]any{"n": n})
	return templates{ran.Count(), got.body}
}
