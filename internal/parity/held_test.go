package parity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryTestOfADialectHoldsItsAnswersToTheDocument: their tests start the program by a
// function of their own that does.
func TestEveryTestOfADialectHoldsItsAnswersToTheDocument(t *testing.T) {
	t.Parallel()
	started := map[string]int{}
	files, err := filepath.Glob("../rest/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			t.Fatal(err)
		}
		text, dialect := string(raw), filepath.Base(filepath.Dir(name))
		started[dialect] += strings.Count(text, " start(t, ")
		if dialect != "export" && strings.Contains(text, "doors.Start(") && // an export is no dialect
			!strings.Contains(text, ".Hold(app.Handler") {
			t.Errorf("%s starts a program whose answers nobody holds to the document", name)
		}
	}
	for _, dialect := range []string{"faveo", "kit", "nukitu", "yedpay"} {
		if started[dialect] < 10 {
			t.Errorf("%s starts %d programs", dialect, started[dialect])
		}
	}
}
