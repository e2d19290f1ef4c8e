package yedpay_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"kontrak/ent"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/rest/yedpay"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// described is the dialect's document, to which every answer of these tests is held.
var described = openapi.MustParse(yedpay.OpenAPI)

const (
	manager  = "institution@demo.test"
	admin    = "admin@demo.test"
	stranger = "foreign@demo.test"
)

// start starts the program, and holds every answer of a route to the document.
func start(t testing.TB, db testkit.Database) *testkit.App {
	t.Helper()
	app := doors.Start(t, db)
	app.Handler = described.Hold(app.Handler, func(err error) { t.Errorf("%.3000v", err) })
	return app
}

// send sends a request.
func send(t testing.TB, app *testkit.App, r *http.Request) *testkit.Response {
	t.Helper()
	return app.Send(r)
}

// get is send for a request that reads.
func get(t testing.TB, app *testkit.App, token, path string) *testkit.Response {
	t.Helper()
	return send(t, app, app.Request(t, http.MethodGet, path, token, nil))
}

// row is a contract as it is answered.
type row struct {
	ID               string `json:"id"`
	CompanyID        string `json:"company_id"`
	Type             string `json:"type"`
	FileID           string `json:"file_id"`
	Status           string `json:"status"`
	GeneratedAt      string `json:"generated_at"`
	ClientApprovedAt string `json:"client_approved_at"`
	ExpiresAt        string `json:"expires_at"`
	CreatedAt        string `json:"created_at"`
	UpdatedAt        string `json:"updated_at"`
}

// page is a page of contracts as it is answered.
type page struct {
	Success bool
	Data    []row
	Meta    struct{ Pagination pagination }
}

type pagination struct {
	Total       int
	Count       int
	PerPage     int `json:"per_page"`
	CurrentPage int `json:"current_page"`
	TotalPages  int `json:"total_pages"`
	Links       json.RawMessage
}

// contracts gives a page of the contracts of a company.
func contracts(t testing.TB, app *testkit.App, token, company, query string) page {
	t.Helper()
	w := get(t, app, token, "/v1/companies/"+company+"/contracts"+query)
	if w.Status != http.StatusOK {
		t.Fatalf("%d %s", w.Status, w.Body)
	}
	var p page
	w.JSON(t, &p)
	return p
}

// company gives an institution of the demo.
func company(t testing.TB, app *testkit.App, name string) *ent.Institution {
	t.Helper()
	row, err := app.Store.Client().Institution.Get(context.WithoutCancel(t.Context()), app.World.Institutions[name])
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// example reads a documented answer.
func example(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
