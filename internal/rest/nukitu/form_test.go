package nukitu_test

import (
	"fmt"
	"strings"
	"testing"

	"kontrak/internal/testkit"
)

const institution = "institution@demo.test"

// proofPath is the route that takes a proof of the payment of a story's contract.
func proofPath(a *testkit.App, story string) string {
	return fmt.Sprintf("/api/v1/contracts/%d/payment-proof", a.World.Contract(story))
}

func TestAProofComesAsAForm(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, institution)
		for _, field := range []string{"contract[proof]", "proof"} {
			got := a.Send(a.Form(t, "PATCH", proofPath(a, "to_pay"), token, testkit.Part{Field: field, File: "receipt.exe", Body: testkit.PDF}))
			if got.Status != 200 {
				t.Fatalf("%s: %d %s", field, got.Status, got.Body)
			}
			contract := got.Object(t)["data"].(map[string]any)["contract"].(map[string]any)
			payment := contract["payment"].(map[string]any)
			proof, _ := payment["proof"].(string)
			if contract["display_status"] != "payment_verification" || payment["status"] != "pending" || !strings.Contains(proof, ".pdf?expires=") {
				t.Errorf("%s: %v, %v", field, contract["display_status"], payment)
			}
			file := a.Do(t, "GET", strings.TrimPrefix(proof, testkit.PublicURL), "", nil)
			if file.Status != 200 || string(file.Body) != testkit.PDF || file.Header.Get("Content-Type") != "application/pdf" {
				t.Errorf("%s: the link gives %d %s", field, file.Status, file.Body)
			}
			if bare, _, _ := strings.Cut(proof, "?"); a.Do(t, "GET", strings.TrimPrefix(bare, testkit.PublicURL), "", nil).Status != 404 {
				t.Errorf("%s: everybody may read the proof", field)
			}
		}
	})
}

func TestAFormIsRefusedInTheDialectsWords(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		tokens := map[string]string{"": "", institution: a.Token(t, institution), "partner@demo.test": a.Token(t, "partner@demo.test")}
		path := proofPath(a, "to_pay")
		proof := testkit.Part{Field: "contract[proof]", File: "a.png", Body: testkit.PNG}
		large := testkit.Part{Field: "contract[proof]", File: "a.png", Body: testkit.PNG + strings.Repeat("x", 10<<20)}
		var many, much []testkit.Part
		for range 11 {
			many = append(many, proof)
		}
		for range 5 {
			much = append(much, large)
		}
		before, stored := a.Snapshot(t), a.Files.Count()
		for _, c := range []struct {
			name, email string
			parts       []testkit.Part
			status      int
			code, field string
		}{
			{"nobody", "", []testkit.Part{proof}, 401, "unauthorized", ""},
			{"the wrong role", "partner@demo.test", []testkit.Part{proof}, 403, "forbidden", ""},
			{"no file", institution, nil, 400, "validation_error", "proof"},
			{"a text in the place of the file", institution, []testkit.Part{{Field: "contract[proof]", Body: "a.png"}}, 400, "validation_error", "proof"},
			{"a file of another name", institution, []testkit.Part{{Field: "contract[prof]", File: "a.png", Body: testkit.PNG}}, 400, "validation_error", "proof"},
			{"two files", institution, []testkit.Part{proof, proof}, 400, "validation_error", "proof"},
			{"an empty file", institution, []testkit.Part{{Field: "proof", File: "a.png"}}, 400, "validation_error", "proof"},
			{"a page called a picture", institution, []testkit.Part{{Field: "proof", File: "a.png", Body: testkit.HTML}}, 400, "validation_error", "proof"},
			{"a drawing", institution, []testkit.Part{{Field: "proof", File: "a.svg", Body: testkit.SVG}}, 400, "validation_error", "proof"},
			{"a file over 10 MB", institution, []testkit.Part{large}, 413, "file_too_large", ""},
			{"eleven files", institution, many, 413, "too_many_files", ""},
			{"more than 50 MB in all", institution, much, 413, "body_too_large", ""},
			{"a name that cannot be read", institution, []testkit.Part{{Field: "contract[proof", Body: "x"}}, 400, "bad_request", ""},
			{"a name of nothing", institution, []testkit.Part{{Field: "[proof]", File: "a.png", Body: testkit.PNG}}, 400, "bad_request", ""},
			{"a name that nests too deep", institution, []testkit.Part{{Field: "a[b][c][d][e][f][g]", Body: "x"}}, 400, "bad_request", ""},
			{"fields that contradict each other", institution, []testkit.Part{{Field: "contract", Body: "x"}, {Field: "contract[reason]", Body: "x"}}, 400, "bad_request", ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				got := a.Send(a.Form(t, "PATCH", path, tokens[c.email], c.parts...))
				if got.Status != c.status {
					t.Fatalf("status %d, want %d: %s", got.Status, c.status, got.Body)
				}
				checkFailure(t, got, c.code, c.field)
			})
		}
		for kind, code := range map[string]string{"multipart/form-data": "bad_request", "multipart/form-data; boundary=other": "bad_request"} {
			r := a.Form(t, "PATCH", path, tokens[institution], proof)
			r.Header.Set("Content-Type", kind)
			checkFailure(t, a.Send(r), code, "")
		}
		if after := a.Snapshot(t); fmt.Sprint(before) != fmt.Sprint(after) || a.Files.Count() != stored {
			t.Error("something was written")
		}
		if strings.Contains(a.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours: %s", a.Log)
		}
	})
}

func TestAFormIsTakenOnlyWhereFilesAre(t *testing.T) {
	t.Parallel()
	a := start(t, testkit.SQLite(t))
	token, path := a.Token(t, institution), fmt.Sprintf("/api/v1/contracts/%d/cancel", a.World.Contract("to_pay"))
	got := a.Send(a.Form(t, "PATCH", path, token, testkit.Part{Field: "contract[reason]", Body: "Ordered twice."}))
	if got.Status != 415 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	checkFailure(t, got, "unsupported_media_type", "")
}

// TestAFileInputWithoutAFileIsAbsent: browsers send it as a part with an empty name of
// a file; what stands beside it is read.
func TestAFileInputWithoutAFileIsAbsent(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token, path := a.Token(t, institution), fmt.Sprintf("/api/v1/contracts/%d", a.World.Contract("draft_payment"))
		part := func(disposition, kind, body string) string {
			return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n" + kind + "\r\n" + body + "\r\n"
		}
		const binary = "Content-Type: application/octet-stream\r\n"
		none := part(`name="contract[tool_images][]"; filename=""`, binary, "")
		for _, c := range []struct {
			name, form string
			status     int
			left       int
		}{
			{"without a file", none, 200, 2},
			{"with a description", part(`name="contract[description]"`, "", "Calibrate it.") + none, 200, 2},
			{"twice", none + none, 200, 2},
			{"that breaks off", strings.TrimSuffix(none, "\r\n"), 400, 2},
			{"without a file, beside a text that empties the list", part(`name="contract[tool_images][]"`, "", "") + none, 200, 0},
			{"with a file, beside one without", part(`name="contract[tool_images][]"; filename="a.png"`, binary, testkit.PNG) + none, 200, 1},
		} {
			r := a.Request(t, "PATCH", path+"/details", token, c.form+map[bool]string{true: "--x--\r\n"}[c.status == 200])
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			if got := a.Send(r); got.Status != c.status {
				t.Errorf("%s: %d %s", c.name, got.Status, got.Body)
			}
			contract := a.Do(t, "GET", path, token, nil).Object(t)["data"].(object)["contract"].(object)
			if images := contract["tool_images"].([]any); len(images) != c.left {
				t.Errorf("%s: %d pictures are left", c.name, len(images))
			}
		}
		r := a.Request(t, "PATCH", proofPath(a, "to_pay"), token, part(`name="proof"; filename=""`, binary, "")+"--x--\r\n")
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		checkFailure(t, a.Send(r), "validation_error", "proof")
	})
}

func TestAFormsTextThatIsNotInUTF8IsRefusedByItsField(t *testing.T) {
	t.Parallel()
	a := start(t, testkit.SQLite(t))
	token, path := a.Token(t, institution), fmt.Sprintf("/api/v1/contracts/%d/details", a.World.Contract("draft_payment"))
	before := a.Snapshot(t)
	for field, name := range map[string]string{
		"contract[description]": "description", "tool_brand": "tool_brand", "contract[tool_type]": "tool_type",
		"contract[tool_images][]": "tool_images", "contract": "contract",
	} {
		got := a.Send(a.Form(t, "PATCH", path, token, testkit.Part{Field: field, Body: "a\xff"}))
		if got.Status != 400 {
			t.Errorf("%s: %d %s", field, got.Status, got.Body)
		}
		checkFailure(t, got, "validation_error", name)
	}
	if got := a.Do(t, "PATCH", path, token, "{\"contract\":{\"description\":\"a\xff\"}}"); got.Status != 400 {
		t.Errorf("JSON: %d %s", got.Status, got.Body)
	}
	if after := a.Snapshot(t); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Error("something was written")
	}
}
