package graph_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestTheActionsOfAHundredContractsCostAsMuchAsThoseOfTwo, and so does one question
// of each.
func TestTheActionsOfAHundredContractsCostAsMuchAsThoseOfTwo(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
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
