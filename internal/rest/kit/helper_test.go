package kit_test

import (
	"net/http"
	"testing"

	"kontrak/ent"
	"kontrak/ent/agreementtype"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/rest/kit"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// document is what every answer of these tests is held to.
var document = openapi.MustParse(kit.OpenAPI)

// start starts the program, and holds every answer of a route to the document.
func start(t testing.TB, db testkit.Database) *testkit.App {
	t.Helper()
	app := doors.Start(t, db)
	app.Handler = document.Hold(app.Handler, func(err error) { t.Errorf("%.3000v", err) })
	return app
}

// call sends a request with the key of the demo.
func call(t testing.TB, app *testkit.App, method, path string, body any) *testkit.Response {
	t.Helper()
	return callWith(t, app, world.KitKey, method, path, body)
}

func callWith(t testing.TB, app *testkit.App, key, method, path string, body any) *testkit.Response {
	t.Helper()
	target := kit.Path + path
	r := app.Request(t, method, target, "", body)
	if key != "" {
		r.Header.Set("x-api-key", key)
	}
	return app.Send(r)
}

// data gives the data of a success.
func data[T any](t testing.TB, r *testkit.Response) T {
	t.Helper()
	var body struct {
		OK   bool
		Data T
	}
	if r.JSON(t, &body); r.Status >= 300 || !body.OK {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	return body.Data
}

// refused fails unless an answer is this failure.
func refused(t testing.TB, r *testkit.Response, status int, code string) {
	t.Helper()
	var body map[string]any
	r.JSON(t, &body)
	if message, _ := body["message"].(string); r.Status != status || body["ok"] != false || body["errorCode"] != code || message == "" || len(body) != 3 {
		t.Errorf("%d %s, want %d %s", r.Status, r.Body, status, code)
	}
}

type item struct {
	ID           int64
	UUID, Title  string
	CustomKey    *string
	Status       string
	CreatedAt    string
	UpdatedAt    string
	ContractDate struct{ StartDate, EndDate, ConcludedDate *string }
	Signature    *struct{ UUID string }
}

type itemList struct {
	Total     int
	Contracts []item
}

func list(t testing.TB, app *testkit.App, query string) itemList {
	t.Helper()
	return data[itemList](t, call(t, app, http.MethodGet, "/contracts?"+query, nil))
}

func idsOf(items []item) []int64 {
	ids := []int64{}
	for _, i := range items {
		ids = append(ids, i.ID)
	}
	return ids
}

// paper begins an agreement of the institution, with nothing optional.
func paper(t testing.TB, app *testkit.App, institution, title string) *ent.AgreementCreate {
	t.Helper()
	c := app.Store.Client()
	kind := c.AgreementType.Query().Where(agreementtype.Name("Maintenance")).OnlyIDX(t.Context())
	return c.Agreement.Create().SetInstitutionID(app.World.Institutions[institution]).SetPublicID(opaque.ID()).SetUUID(opaque.UUID()).
		SetTitle(title).SetSearchTitle(store.Fold(title)).SetAgreementTypeID(kind).SetStatus(lifecycle.AgreementActive).
		SetGeneratedOn("2026-06-08").SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
}
