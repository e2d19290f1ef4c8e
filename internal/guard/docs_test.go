package guard_test

import (
	"os"
	"strings"
	"testing"

	"kontrak/internal/fault"
)

func TestTheDocumentOfLimitsNamesEveryCode(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range fault.Codes() {
		if def.GraphOnly && !strings.Contains(string(text), "`"+string(def.Code)+"`") {
			t.Errorf("docs/limits.md does not name %s", def.Code)
		}
	}
}
