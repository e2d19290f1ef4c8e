package graph_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// TestTheActionsOfAHundredContractsCostAsMuchAsThoseOfTwo, and so does one question
// of each.
func TestTheActionsOfAHundredContractsCostAsMuchAsThoseOfTwo(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		if err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: 120, Now: world.Now}); err != nil {
			t.Fatal(err)
		}
		token := app.Token(t, theAdmin)
		for _, c := range []struct {
			query      string
			statements int
		}{
			// Who calls, the list; the settings, the contracts with what decides.
			{`query($first: Int) { contracts(first: $first) { nodes { id actions { action allowed code refusals { rule needed actual who possibleFrom } } } } }`, 4},
			{`query($first: Int) { contracts(first: $first) { nodes { id can(action: FORCE_CANCEL, input: { reason: "Because." }) { allowed refusals { rule } } } } }`, 4},
		} {
			for _, first := range []int{2, 100} {
				ctx, ran := store.Observe(t.Context())
				got := askIn(ctx, t, app, token, c.query, map[string]any{"first": first})
				if n := len(got.list("contracts", "nodes")); ran.Count() != c.statements || n != first {
					t.Errorf("%d contracts: %d statements, want %d: %q", n, ran.Count(), c.statements, ran.Texts())
				}
			}
		}
	})
}

// TestAQuestionWithAnInputCostsTheSameForAHundredContractsAsForTwo: what inputs look
// up is read once for all of them.
func TestAQuestionWithAnInputCostsTheSameForAHundredContractsAsForTwo(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		if err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: 120, Now: world.Now}); err != nil {
			t.Fatal(err)
		}
		app.BendAll() // the contracts are made alike, whatever happened to them
		eligible := globalID("Partner", app.World.Queue.EligibleID)
		const partner = "partner@demo.test"
		method, criterion := globalID("PaymentMethod", 1), globalID("RatingItem", 1)
		for _, c := range []struct {
			as, like, action, input string
			statements              int
		}{
			// Who calls, the list; the settings, the contracts with what decides; then what the input looks up.
			{byInstitution, "draft_payment", "SET_SCHEDULE", `contractStartDate: "2030-01-01"`, 4 + 3},
			{byInstitution, "draft_payment", "SET_DETAILS", `description: "Calibrate it."`, 4},
			{byInstitution, "draft_payment", "PROCESS_PAYMENT", `paymentMethod: "` + method + `", promotionCode: "PROMO10"`, 4 + 6},
			{byInstitution, "reviewed", "REVIEW", `ratings: [{ ratingItem: "` + criterion + `", rate: 5 }]`, 4 + 1},
			{byInstitution, "reviewed", "EDIT_REVIEW", `ratings: [{ ratingItem: "` + criterion + `", rate: 5 }]`, 4 + 1},
			{byInstitution, "draft_payment", "CANCEL", `reason: ""`, 4},
			{partner, "running", "INSPECT", `submit: true`, 4 + 2},
			{partner, "reviewed", "EDIT_INSPECTION", `submit: true`, 4 + 2},
			{partner, "running", "CONCLUDE", `summary: "All is well."`, 4 + 1},
			{partner, "reviewed", "EDIT_CONCLUSION", `summary: "All is well."`, 4 + 1},
			{partner, "accepted", "REQUEST_EXTENSION", `additionalHours: "1.5", reason: "More."`, 4},
			{theAdmin, "accepted", "REPLACE_PARTNER", `partner: "` + eligible + `", reason: "Because."`, 4 + 1},
		} {
			makeAlike(t, app, app.World.Contract(c.like))
			query := `query($first: Int) { contracts(first: $first) { nodes { id can(action: ` + c.action + `, input: { ` + c.input + ` }) { allowed refusals { rule } } } } }`
			token := app.Token(t, c.as)
			for _, first := range []int{2, 100} {
				ctx, ran := store.Observe(t.Context())
				got := askIn(ctx, t, app, token, query, map[string]any{"first": first})
				if n := len(got.list("contracts", "nodes")); ran.Count() != c.statements || n != first {
					t.Errorf("%s of %d contracts like %s: %d statements, want %d: %q", c.action, n, c.like, ran.Count(), c.statements, ran.Texts())
				}
			}
		}
	})
}

// makeAlike gives all contracts whose they are, and where they are, from one of them.
func makeAlike(t *testing.T, app *testkit.App, id int64) {
	t.Helper()
	columns := []string{"institution_id", "partner_id", "supervisor_id", "status", "stage", "step", "released_at", "escalation_deadline_at"}
	for i, column := range columns {
		columns[i] = fmt.Sprintf("%[1]s = (SELECT %[1]s FROM contracts WHERE id = %[2]d)", column, id)
	}
	if _, err := app.Store.Client().ExecContext(t.Context(), "UPDATE contracts SET "+strings.Join(columns, ", ")); err != nil {
		t.Fatal(err)
	}
}

// TestCanTakesNoSecrets: asked with a code or a file, it would be a way to guess
// them.
func TestCanTakesNoSecrets(t *testing.T) {
	t.Parallel()
	schema, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(schema), "\ninput ContractActionInput {")
	text, _, _ = strings.Cut(text, "\n}")
	fields := regexp.MustCompile(`(?m)^  (\w+): ([^@\n]+)`).FindAllStringSubmatch(text, -1)
	if len(fields) < 20 {
		t.Fatalf("only %d fields are found: %s", len(fields), text)
	}
	// What a promotion takes off is told by its own question too.
	public := map[string]bool{"promotionCode": true}
	for _, f := range fields {
		name, kind := f[1], f[2]
		if secret := regexp.MustCompile(`(?i)token|code|secret|key|password|hash`); secret.MatchString(name) && !public[name] || strings.Contains(kind, "Upload") || strings.Contains(kind, "Picture") {
			t.Errorf("%s: %s", name, kind)
		}
	}
}
