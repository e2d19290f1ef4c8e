package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// suggested finds the operations that the comments of a sample suggest.
var suggested = regexp.MustCompile(`(?m)^# (mutation|subscription) \w+ \{\n(#   .*\n)+# \}$`)

// TestWhatTheSamplesSuggestIsRight: what a reader is told to put into a tab of its own is a
// document of this schema, and every role is shown a subscription.
func TestWhatTheSamplesSuggestIsRight(t *testing.T) {
	t.Parallel()
	sdl, err := os.ReadFile(filepath.Join("..", "schema.graphqls"))
	if err != nil {
		t.Fatal(err)
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: string(sdl)})
	for _, role := range []string{"institution", "partner", "supervisor", "admin"} {
		text, err := os.ReadFile(filepath.Join("src", "samples", role+".graphql"))
		if err != nil {
			t.Fatal(err)
		}
		subscriptions := 0
		for _, operation := range suggested.FindAllString(string(text), -1) {
			plain := strings.ReplaceAll(strings.TrimPrefix(operation, "# "), "\n# ", "\n")
			doc, errs := gqlparser.LoadQueryWithRules(schema, plain, rules.NewDefaultRules())
			if errs != nil {
				t.Errorf("%s: %v in\n%s", role, errs, plain)
				continue
			}
			if doc.Operations[0].Operation == ast.Subscription {
				subscriptions++
			}
		}
		if subscriptions == 0 {
			t.Errorf("%s is shown no subscription", role)
		}
	}
}
