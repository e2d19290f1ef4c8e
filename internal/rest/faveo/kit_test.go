package faveo_test

import (
	"net/http"
	"slices"
	"testing"

	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

const (
	admin   = "admin@demo.test"
	agent   = "supervisor@demo.test"
	listing = faveo.Path + "/contract-list"
)

// document is what every answer of these tests is held to.
var document = openapi.MustParse(faveo.OpenAPI)

// start starts the program, and holds every answer of a route to the document.
func start(t testing.TB, db testkit.Database) *testkit.App {
	t.Helper()
	app := doors.Start(t, db)
	app.Handler = document.Hold(app.Handler, func(err error) { t.Errorf("%.3000v", err) })
	return app
}

// call sends a request.
func call(t testing.TB, app *testkit.App, method, target, token string, body any) *testkit.Response {
	t.Helper()
	return app.Do(t, method, target, token, body)
}

// asAgent gives the supervisor of the demo an agent's membership of the institution
// home, and nothing else, and signs in.
func asAgent(t testing.TB, app *testkit.App) string {
	t.Helper()
	c, ctx := app.Store.Client(), t.Context()
	id := c.User.Query().Where(user.Email(agent)).OnlyIDX(ctx)
	c.Membership.Delete().Where(membership.UserID(id)).ExecX(ctx)
	c.Membership.Create().SetInstitutionID(app.World.Institutions["home"]).SetUserID(id).SetRole(lifecycle.MembershipAgent).
		SetState(lifecycle.MembershipActive).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx)
	return app.Token(t, agent)
}

// page is a page of the list.
type page struct {
	CurrentPage  int     `json:"current_page"`
	FirstPageURL string  `json:"first_page_url"`
	From         *int    `json:"from"`
	LastPage     int     `json:"last_page"`
	LastPageURL  string  `json:"last_page_url"`
	NextPageURL  *string `json:"next_page_url"`
	Path         string  `json:"path"`
	PerPage      int     `json:"per_page"`
	PrevPageURL  *string `json:"prev_page_url"`
	To           *int    `json:"to"`
	Total        int     `json:"total"`
	Contracts    []row   `json:"contracts"`
}

type row struct {
	ID            int64   `json:"id"`
	Name          string  `json:"name"`
	Cost          int64   `json:"cost"`
	Expiry        *string `json:"expiry"`
	Status        named   `json:"contract_status"`
	RenewalStatus *named  `json:"contract_renewal_status"`
	Vendor        *named  `json:"vendor"`
	Type          named   `json:"contract_type"`
	Number        string  `json:"contract_number"`
}

type named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func (p page) ids() []int64 {
	ids := []int64{}
	for _, r := range p.Contracts {
		ids = append(ids, r.ID)
	}
	return ids
}

// list asks for a page of the list; query has no question mark.
func list(t testing.TB, app *testkit.App, token, query string) page {
	t.Helper()
	r := call(t, app, http.MethodGet, listing+"?"+query, token, nil)
	if r.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", query, r.Status, r.Body)
	}
	var body struct{ Data page }
	r.JSON(t, &body)
	return body.Data
}

// sortedTexts sorts in place.
func sortedTexts(texts []string) []string {
	slices.Sort(texts)
	return texts
}
