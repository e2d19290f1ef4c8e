package nukitu_test

import (
	"net/http"
	"testing"

	"kontrak/internal/rest/nukitu"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// document is what every answer of these tests is held to.
var document = openapi.MustParse(nukitu.OpenAPI)

// start starts the program, and holds every answer of a route to the document.
func start(t testing.TB, db testkit.Database) *testkit.App {
	t.Helper()
	app := doors.Start(t, db)
	app.Handler = document.Hold(app.Handler, func(err error) { t.Errorf("%.3000v", err) })
	return app
}

func TestTheDocumentIsServed(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	if r := app.Do(t, http.MethodGet, "/openapi/nukitu.json", "", nil); r.Status != http.StatusOK || string(r.Body) != string(nukitu.OpenAPI) {
		t.Errorf("%d %.200s", r.Status, r.Body)
	}
}
