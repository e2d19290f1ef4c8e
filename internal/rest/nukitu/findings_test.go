package nukitu_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/testkit"
)

// TestFindingsAreWrittenAndReadInTheDialect follows a contract's inspection,
// conclusion and review through the routes that the reference lists (633-640 and
// 663-668).
func TestFindingsAreWrittenAndReadInTheDialect(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		running, done := app.World.Contract("running_branch"), app.World.Contract("to_review")
		c := app.Store.Client().Contract.GetX(t.Context(), running)
		p := app.Store.Client().Partner.Query().Where(partner.ID(c.PartnerID)).OnlyX(t.Context())
		worker := app.Token(t, app.Store.Client().User.Query().Where(user.ID(p.UserID)).OnlyX(t.Context()).Email)
		owner := app.Token(t, "institution@demo.test")
		at := fmt.Sprintf("/api/v1/partner/contracts/%d", running)
		review := fmt.Sprintf("/api/v1/contracts/%d/review", done)
		inspection := `{"inspection":{"sections":[{"key":"condition","items":[{"key":"appearance","value":"worn"},{"key":"powers_on","value":true}]},` +
			`{"key":"measurement","items":[{"key":"voltage","value":221.5,"note":"under load"}]}]}}`
		for _, step := range []struct {
			method, path, token, body string
			status                    int
			holds                     string
		}{
			{"GET", at + "/modular", worker, "", 200, `"template":{"code":"general-`},
			{"GET", at + "/modular/template", worker, "", 200, `"kind":"choice","required":true,"options":["clean","worn","damaged"]`},
			{"GET", at + "/inspection", worker, "", 404, `"not_found"`},
			{"GET", at + "/inspection/conclusion", worker, "", 404, `"not_found"`},
			{"PATCH", at + "/inspection", worker, inspection, 400, `"invalid_state"`},
			{"POST", at + "/inspection/conclusion", worker, `{"conclusion":{"result":"good","summary":"Fine."}}`, 400, `"rule":"inspection"`},
			{"POST", at + "/inspection", worker, `{"inspection":{"sections":[{"key":"engine"}]}}`, 400, `"sections[0].key"`},
			{"POST", at + "/inspection", owner, inspection, 403, `"forbidden"`},
			{"POST", at + "/inspection", worker, inspection, 201, `"status":"submitted","modular":{"code":"general-`},
			{"POST", at + "/inspection", worker, inspection, 400, `"rule":"inspection"`},
			{"GET", at + "/inspection", worker, "", 200, `"value":"221.5","note":"under load"`},
			{"POST", at + "/inspection/conclusion", worker, `{"conclusion":{"result":"splendid","summary":""}}`, 400, `"summary":["is required"]`},
			{"POST", at + "/inspection/conclusion", worker, `{"conclusion":{"result":"good","summary":"Fine."}}`, 201, `"result":"good","summary":"Fine.","recommendation":null,"photos":[]`},
			{"PATCH", at + "/inspection/conclusion", worker, `{"conclusion":{"recommendation":"Look again."}}`, 200, `"summary":"Fine.","recommendation":"Look again."`},
			{"GET", fmt.Sprintf("/api/v1/contracts/%d/ratings", done), owner, "", 200, `"position":1`},
			{"GET", review, owner, "", 404, `"not_found"`},
			{"PATCH", review, owner, `{"review":{"ratings":[]}}`, 400, `"ratings"`},
			{"POST", review, owner, `{"review":{"ratings":[{"rating_id":1,"rate":5},{"rating_id":2,"rate":4},{"rating_id":3,"rate":4},{"rating_id":4,"rate":4}],"comment":"Tidy."}}`, 201, `"overall_rate":4.3,"comment":"Tidy."`},
			{"POST", review, owner, `{"review":{"ratings":[{"rating_id":1,"rate":5},{"rating_id":2,"rate":4},{"rating_id":3,"rate":4},{"rating_id":4,"rate":4}]}}`, 400, `"invalid_state"`},
			{"GET", review, owner, "", 200, `"rating_id":1,"name":"Punctuality","rate":5`},
		} {
			var body any
			if step.body != "" {
				body = step.body
			}
			got := app.Do(t, step.method, step.path, step.token, body)
			if got.Status != step.status || !strings.Contains(string(got.Body), step.holds) {
				t.Errorf("%s %s: %d %s", step.method, step.path, got.Status, got.Body)
			}
		}
		if got := app.Do(t, http.MethodGet, at+"/modular", owner, nil); got.Status != 403 {
			t.Errorf("the institution at a partner's route: %d", got.Status)
		}
	})
}
