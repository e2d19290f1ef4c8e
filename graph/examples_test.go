package graph_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// example is a block of GraphQL in a page.
var example = regexp.MustCompile("(?s)```graphql\n(.*?)```")

// TestTheExamplesOfThePagesAreAnswered without an error.
func TestTheExamplesOfThePagesAreAnswered(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	admin, supervisor := app.Token(t, "admin@demo.test"), app.Token(t, bySupervisor)
	answered := 0
	for _, page := range []string{"../docs/architecture.md", "../README.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range example.FindAllStringSubmatch(string(text), -1) {
			document, token := found[1], admin
			if strings.Contains(document, "contractAssignReplacement") {
				token = supervisor
				document = strings.Replace(document, "…", globalID("Contract", app.World.Queue.ContractID), 1)
				document = strings.Replace(document, "…", globalID("Partner", app.World.Queue.EligibleID), 1)
			}
			got := try(t.Context(), t, app, token, document, nil)
			if got.status != 200 || strings.Contains(got.body, `"errors"`) || strings.Contains(got.body, `"code"`) {
				t.Errorf("%s: %s: %d %s", page, document, got.status, got.body)
			}
			answered++
		}
	}
	if answered < 3 {
		t.Errorf("only %d examples were found", answered)
	}
}
