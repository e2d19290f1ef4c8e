package nukitu_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kontrak/internal/rest/nukitu"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/testkit"
)

// document is what every answer of these tests is held to.
var document = openapi.MustParse(nukitu.OpenAPI)

// start starts the program, and holds every answer of a route to the document.
func start(t testing.TB, db testkit.Database) *testkit.App {
	t.Helper()
	app := testkit.Start(t, db)
	answers := app.Handler
	app.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, target := r.Method, r.URL.String()
		if method == http.MethodHead {
			method = http.MethodGet // the recorder keeps the body that a server would not send
		}
		if document.Find(method, target) == nil { // no route of this dialect
			answers.ServeHTTP(w, r)
			return
		}
		kept := httptest.NewRecorder()
		answers.ServeHTTP(kept, r)
		if err := document.Check(method, target, kept.Code, kept.Header().Get("Content-Type"), kept.Body.Bytes()); err != nil {
			t.Errorf("%.3000v", err)
		}
		for name, values := range kept.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(kept.Code)
		_, _ = w.Write(kept.Body.Bytes()) // into a recorder
	})
	return app
}

// TestEveryTestHoldsItsAnswersToTheDocument: all start the program by start.
func TestEveryTestHoldsItsAnswersToTheDocument(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	started := 0
	for _, name := range files {
		raw, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			t.Fatal(err)
		}
		started += strings.Count(string(raw), " start(t, ")
		if name != "openapi_held_test.go" && strings.Contains(string(raw), "testkit.Start(") {
			t.Errorf("%s starts a program whose answers nobody holds to the document", name)
		}
	}
	if started < 20 {
		t.Errorf("only %d programs are started", started)
	}
}
