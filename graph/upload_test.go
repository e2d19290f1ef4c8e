package graph_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// askWithFiles sends a query with files through the whole program.
func askWithFiles(t testing.TB, app *testkit.App, token, query string, vars any, files map[string]string) *answer {
	t.Helper()
	return answerOf(t, app.Send(app.AskWithFiles(t, token, query, vars, files)))
}

// answerOf reads a response of the graph.
func answerOf(t testing.TB, w *testkit.Response) *answer {
	t.Helper()
	got := &answer{status: w.Status, body: string(w.Body)}
	if err := json.Unmarshal(w.Body, got); err != nil {
		t.Fatalf("status %d, and no JSON (%v): %s", w.Status, err, w.Body)
	}
	return got
}

const sendProof = `mutation($input: ContractPaymentProofInput!) {
  contractSendPaymentProof(input: $input) { contract { displayStatus payment { status proof { name url } } } userErrors { field code message refusals { rule } } }
}`

func TestAProofComesWithItsMutation(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		input := map[string]any{"contract": globalID("Contract", app.World.Contract("to_pay")), "file": nil}
		got := askWithFiles(t, app, app.Token(t, byInstitution), sendProof, map[string]any{"input": input}, map[string]string{"variables.input.file": testkit.WEBP})
		proof := got.object("contractSendPaymentProof", "contract", "payment", "proof")
		url, _ := proof["url"].(string)
		if got.status != http.StatusOK || !strings.Contains(url, ".webp?") {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if file := app.Do(t, "GET", strings.TrimPrefix(url, testkit.PublicURL), "", nil); string(file.Body) != testkit.WEBP {
			t.Errorf("the link gives %d %s", file.Status, file.Body)
		}
	})
}

func TestAProofIsRefusedByTheGraph(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := map[string]string{byInstitution: app.Token(t, byInstitution), "admin@demo.test": app.Token(t, "admin@demo.test")}
		before, stored := app.Snapshot(t), app.Files.Count()
		for _, c := range []struct{ name, email, story, file, want string }{
			{"a page", byInstitution, "to_pay", testkit.HTML, `"field":"file","code":"INVALID"`},
			{"an empty file", byInstitution, "to_pay", "", `"field":"file","code":"INVALID"`},
			{"the wrong role", "admin@demo.test", "to_pay", testkit.PNG, `"field":null,"code":"FORBIDDEN"`},
			{"an unknown contract", byInstitution, "no such story", testkit.PNG, `"field":null,"code":"NOT_FOUND"`},
			{"a draft", byInstitution, "draft_payment", testkit.PNG, `"code":"WRONG_STATE","message":"The contract is not in a state that allows this.","refusals":[{"rule":"state"}]`},
			{"a file over 10 MB", byInstitution, "to_pay", testkit.PNG + strings.Repeat("x", 10<<20), `"FILE_TOO_LARGE"`},
		} {
			input := map[string]any{"contract": globalID("Contract", app.World.Contract(c.story)), "file": nil}
			got := askWithFiles(t, app, tokens[c.email], sendProof, map[string]any{"input": input}, map[string]string{"variables.input.file": c.file})
			if !strings.Contains(got.body, c.want) {
				t.Errorf("%s: %s", c.name, got.body)
			}
		}
		for name, vars := range map[string]map[string]any{
			"no file":           {"input": map[string]any{"contract": globalID("Contract", app.World.Contract("to_pay"))}},
			"null for a file":   {"input": map[string]any{"contract": globalID("Contract", app.World.Contract("to_pay")), "file": nil}},
			"a text for a file": {"input": map[string]any{"contract": globalID("Contract", app.World.Contract("to_pay")), "file": "a.png"}},
		} {
			got := try(t.Context(), t, app, tokens[byInstitution], sendProof, vars)
			if !strings.Contains(got.body, "INVALID") && !strings.Contains(got.body, "BAD_REQUEST") {
				t.Errorf("%s: %s", name, got.body)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) || app.Files.Count() != stored {
			t.Error("something was written")
		}
	})
}
