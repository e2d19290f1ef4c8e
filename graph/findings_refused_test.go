package graph_test

import (
	"regexp"
	"strings"
	"testing"

	entpartner "kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"

	"github.com/vektah/gqlparser/v2/ast"
)

// keysOfATemplate are what fields within the findings are named by where nothing
// was sent: a section and an item of it.
var keysOfATemplate = regexp.MustCompile(`^sections(\.[a-z_]+){1,2}$`)

// isInput tells whether a path names a field of an input of the schema.
func isInput(s *ast.Schema, inputType, path string) bool {
	if keysOfATemplate.MatchString(path) {
		return true
	}
	at := s.Types[inputType]
	for part := range strings.SplitSeq(path, ".") {
		name, _, _ := strings.Cut(part, "[")
		if at == nil || at.Fields.ForName(name) == nil {
			return false
		}
		at = s.Types[at.Fields.ForName(name).Type.Name()]
	}
	return true
}

var (
	inspects  = deed{mutation: "contractInspect", inputType: "ContractInspectInput"}
	concludes = deed{mutation: "contractConclude", inputType: "ContractConcludeInput"}
	reviews   = deed{mutation: "contractReview", inputType: "ContractReviewInput"}
	rereviews = deed{mutation: "contractUpdateReview", inputType: "ContractReviewInput"}
)

func TestBadFindingsAreRefusedInTheGraphsWords(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		running, done := app.World.Contract("running_branch"), app.World.Contract("to_review")
		c := app.Store.Client().Contract.GetX(t.Context(), running)
		p := app.Store.Client().Partner.Query().Where(entpartner.ID(c.PartnerID)).OnlyX(t.Context())
		worker := app.Store.Client().User.Query().Where(user.ID(p.UserID)).OnlyX(t.Context()).Email
		tokens := tokensOf(t, app)
		tokens[worker] = app.Token(t, worker)
		item := func(key string, value any) map[string]any { return map[string]any{"key": key, "value": value} }
		section := func(key string, items ...map[string]any) map[string]any {
			return map[string]any{"key": key, "items": append([]map[string]any{}, items...)}
		}
		findings := func(submit bool, sections ...map[string]any) map[string]any {
			return map[string]any{"sections": sections, "submit": submit}
		}
		criterion := func(n int64) string { return globalID("RatingItem", n) }
		rates := func(list ...any) map[string]any {
			all := []map[string]any{}
			for i := 0; i < len(list); i += 2 {
				all = append(all, map[string]any{"ratingItem": list[i], "rate": list[i+1]})
			}
			return map[string]any{"ratings": all}
		}
		whole := rates(criterion(1), 5, criterion(2), 4, criterion(3), 4, criterion(4), 4)
		var list []tried
		refused := func(name string, d deed, story int64, as string, input map[string]any, code, field string) {
			list = append(list, tried{name: d.mutation + ": " + name, deed: d, as: as, contract: story, input: input, code: code, field: field})
		}
		refused("no such section", inspects, running, worker, findings(false, section("engine")), "INVALID", "sections[0].key")
		refused("no such item", inspects, running, worker, findings(false, section("condition", item("smell", "bad"))), "INVALID", "sections[0].items[0].key")
		refused("no option", inspects, running, worker, findings(false, section("condition", item("appearance", "lovely"))), "INVALID", "sections[0].items[0].value")
		refused("not complete", inspects, running, worker, findings(true, section("condition", item("appearance", "worn"))), "INVALID", "sections.condition.powers_on")
		refused("no such photo", inspects, running, worker, map[string]any{"photos": []any{map[string]any{"keep": "x.png"}}}, "INVALID", "photos")
		refused("nothing inspected", concludes, running, worker, map[string]any{"result": "GOOD", "summary": "Fine."}, "WRONG_STATE", "")
		list[len(list)-1].rule = "inspection"
		refused("no rates", reviews, done, byInstitution, rates(), "INVALID", "ratings,ratings,ratings,ratings")
		refused("no criterion", reviews, done, byInstitution, rates(criterion(999), 3, criterion(1), 5, criterion(2), 4, criterion(3), 4, criterion(4), 4), "INVALID", "ratings[0].ratingItem")
		refused("another type", reviews, done, byInstitution, rates(criterion(1), 5, criterion(2), 4, criterion(3), 4, criterion(4), 4, globalID("Contract", 4), 4), "INVALID", "ratings[4].ratingItem")
		refused("a criterion twice", reviews, done, byInstitution, rates(criterion(1), 5, criterion(2), 4, criterion(3), 4, criterion(4), 4, criterion(4), 4), "INVALID", "ratings[4].ratingItem")
		refused("six of five", reviews, done, byInstitution, rates(criterion(1), 6, criterion(2), 4, criterion(3), 4, criterion(4), 0), "INVALID", "ratings[0].rate,ratings[3].rate")
		refused("none to change", rereviews, done, byInstitution, whole, "WRONG_STATE", "")
		list[len(list)-1].rule = "review"
		refused("a partner", reviews, done, worker, whole, "FORBIDDEN", "")
		list[len(list)-1].rule = "role"
		checkRefused(t, app, tokens, list)
		// What can says of the same input names the same fields.
		got := ask(t, app, tokens[byInstitution], `query($id: ID!, $in: ContractActionInput) { contract(id: $id) { can(action: REVIEW, input: $in) { refusals { rule } fields { field message } } } }`,
			map[string]any{"id": globalID("Contract", done), "in": rates(criterion(999), 9)})
		if !strings.Contains(got.body, `"ratings[0].ratingItem"`) || !strings.Contains(got.body, `"ratings[0].rate"`) || strings.Contains(got.body, "ating_id") {
			t.Errorf("can says %s", got.body)
		}
	})
}
