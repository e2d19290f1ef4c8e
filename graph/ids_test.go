package graph_test

import (
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// TestAnIDOfAnotherTypeIsCalledThat, in the action and where it is asked about.
func TestAnIDOfAnotherTypeIsCalledThat(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	token, id := app.Token(t, bySupervisor), globalID("Contract", app.World.Queue.ContractID)
	for _, document := range []string{
		`mutation($c: ID!, $p: ID!) { contractAssignReplacement(input: { contract: $c, partner: $p }) { userErrors { message } } }`,
		`query($c: ID!, $p: ID!) { contract(id: $c) { can(action: ASSIGN_REPLACEMENT, input: { partner: $p }) { fields { message } } } }`,
	} {
		for _, wrong := range []string{"x", id} {
			got := try(t.Context(), t, app, token, document, map[string]any{"c": id, "p": wrong})
			if got.status != 200 || !strings.Contains(got.body, "partner is not an id of type Partner") || strings.Contains(got.body, "required") {
				t.Errorf("%s: %d %s", wrong, got.status, got.body)
			}
		}
	}
}
