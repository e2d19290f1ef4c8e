package kit_test

import (
	"strings"
	"testing"

	"kontrak/internal/testkit"
)

// TestWhatIsWrongIsSaidOnceAndWhereItStands: each field by its path in the body.
func TestWhatIsWrongIsSaidOnceAndWhereItStands(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	uuid := list(t, app, "limit=1").Contracts[0].UUID
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "/signature-templates/maintenance/signatures", `{"title":5,"participants":[]}`, "title must be a text;"},
		{"POST", "/signature-templates/maintenance/signatures", `{"title":"x","participants":[{"role":"Supplier","input":{"name":"Kim","email":"no","send":"EMAIL"}},{"role":"Customer","input":{"name":"Kim","email":"no","send":"EMAIL"}}]}`, "participants[0].input.email must"},
		{"PATCH", "/contracts/" + uuid, `{"tagIds":[null]}`, "tagIds must be a list of whole numbers"},
		{"PATCH", "/contracts/" + uuid, "{\"tagIds\":[],\"x\":\"\xff\"}", "The body is not UTF-8."},
		{"GET", "/contracts?title=50%", "", "write % as %25 and ; as %3B"},
	} {
		r := call(t, app, c.method, c.path, c.body)
		var body struct{ Message string }
		if r.JSON(t, &body); r.Status != 400 || !strings.Contains(body.Message+";", c.want) || strings.Contains(body.Message, "is required; title") || strings.Contains(body.Message, "title is required") {
			t.Errorf("%s %s: %d %s, want %s", c.path, c.body, r.Status, body.Message, c.want)
		}
	}
}
