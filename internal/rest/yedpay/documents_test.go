package yedpay_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/agreementtype"
	"kontrak/ent/file"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
)

// upload are the parts of a good document.
func upload(body string, more ...testkit.Part) []testkit.Part {
	return append([]testkit.Part{
		{Field: "type", Body: "yedpay_contract"}, {Field: "contract_type", Body: "2"}, {Field: "file", File: "Gateway.pdf", Body: body},
	}, more...)
}

// stored counts what an upload writes.
func stored(t testing.TB, app *testkit.App) [3]int {
	t.Helper()
	c := app.Store.Client()
	return [3]int{c.Agreement.Query().CountX(t.Context()), c.File.Query().CountX(t.Context()), c.AgreementHistory.Query().CountX(t.Context())}
}

func TestADocumentMakesADraft(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, home := app.Token(t, manager), company(t, app, "home")
		w := send(t, app, app.Form(t, http.MethodPost, "/v1/companies/"+home.PublicID+"/documents", token, upload(testkit.PDF, testkit.Part{Field: "shared", Body: "1"})...))
		if w.Status != http.StatusOK {
			t.Fatalf("%d %s", w.Status, w.Body)
		}
		var answer struct {
			Data struct {
				ID, Name, Mime, URL string
				ContractID          string `json:"contract_id"`
				Size                int64
				Shared              bool
			}
		}
		w.JSON(t, &answer)
		doc := answer.Data
		if doc.Name != "Gateway.pdf" || doc.Mime != "application/pdf" || doc.Size != int64(len(testkit.PDF)) || !doc.Shared {
			t.Errorf("%s", w.Body)
		}
		c, ctx := app.Store.Client(), t.Context()
		a := c.Agreement.Query().Where(agreement.PublicID(doc.ContractID)).OnlyX(ctx)
		kind := c.AgreementType.Query().Where(agreementtype.ID(a.AgreementTypeID)).OnlyX(ctx)
		if a.Status != lifecycle.AgreementDraft || a.GatewayKind != lifecycle.GatewayOnline || a.Title != "Gateway.pdf" || kind.Name != "Maintenance" ||
			a.GeneratedOn != "2026-06-08" || a.ClientApprovedOn != "" || a.EndsAt != nil || a.InstitutionID != home.ID {
			t.Errorf("%+v", a)
		}
		if f := c.File.Query().Where(file.PublicID(doc.ID)).OnlyX(ctx); a.FileID == nil || *a.FileID != f.ID || !f.Shared || f.Public {
			t.Errorf("%+v", f)
		}
		if h := c.AgreementHistory.Query().Where(agreementhistory.AgreementID(a.ID)).OnlyX(ctx); h.Event != lifecycle.AgreementCreate || h.ActorID == nil {
			t.Errorf("%+v", h)
		}
		list := contracts(t, app, token, home.PublicID, "?limit=100").Data
		if last := list[len(list)-1]; last.ID != a.PublicID || last.FileID != doc.ID || last.Status != "INACTIVE" || last.Type != "online_gateway_agreement" {
			t.Errorf("%+v", last)
		}
		link := strings.TrimPrefix(doc.URL, testkit.PublicURL)
		if r := app.Do(t, http.MethodGet, link, "", nil); r.Status != http.StatusOK || string(r.Body) != testkit.PDF {
			t.Errorf("%s: %d", link, r.Status)
		}
		path, _, _ := strings.Cut(link, "?")
		if r := app.Do(t, http.MethodGet, path, token, nil); r.Status != http.StatusNotFound {
			t.Errorf("without its signature: %d", r.Status)
		}
	})
}

func TestADocumentIsFetchedByALinkThatExpires(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token, home := app.Token(t, manager), company(t, app, "home").PublicID
	seen := 0
	for _, r := range contracts(t, app, token, home, "?limit=100").Data {
		if r.FileID == "" {
			continue
		}
		seen++
		w := get(t, app, token, "/v1/companies/"+home+"/documents/"+r.FileID)
		var answer struct {
			Data struct {
				ID, URL    string
				ContractID string `json:"contract_id"`
			}
		}
		w.JSON(t, &answer)
		if answer.Data.ID != r.FileID || answer.Data.ContractID != r.ID {
			t.Fatalf("%d %s", w.Status, w.Body)
		}
		if f := app.Do(t, http.MethodGet, strings.TrimPrefix(answer.Data.URL, testkit.PublicURL), "", nil); f.Status != http.StatusOK || !strings.HasPrefix(string(f.Body), "%PDF-") {
			t.Errorf("%s: %d", answer.Data.URL, f.Status)
		}
	}
	if seen < 10 {
		t.Errorf("%d documents", seen)
	}
	other := company(t, app, "branch").PublicID // of the same manager
	theirs := contracts(t, app, token, other, "").Data
	for _, r := range theirs {
		if r.FileID == "" {
			continue
		}
		if w := get(t, app, token, "/v1/companies/"+home+"/documents/"+r.FileID); w.Status != http.StatusNotFound {
			t.Errorf("a document of another company: %d %s", w.Status, w.Body)
		}
	}
	for _, id := range []string{"2M49E60Z7XGZ17G5DN", "x", "%00", strings.Repeat("9", 2000)} {
		if w := get(t, app, token, "/v1/companies/"+home+"/documents/"+id); w.Status != http.StatusNotFound {
			t.Errorf("%.30s: %d %s", id, w.Status, w.Body)
		}
	}
}

// TestADeletedAgreementsDocumentIsGone: all of an agreement is seen, or nothing.
func TestADeletedAgreementsDocumentIsGone(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token, home := app.Token(t, manager), company(t, app, "home").PublicID
	deleted := app.Store.Client().Agreement.Query().Where(agreement.DeletedAtNotNil(), agreement.FileIDNotNil()).AllX(t.Context())
	for _, a := range deleted {
		f := app.Store.Client().File.GetX(t.Context(), *a.FileID)
		if w := get(t, app, token, "/v1/companies/"+home+"/documents/"+f.PublicID); w.Status != http.StatusNotFound {
			t.Errorf("%d %s", w.Status, w.Body)
		}
	}
	if len(deleted) == 0 {
		t.Error("the demo has none")
	}
}

// TestBadDocumentsAreRefusedAndNothingIsWritten: all that is wrong at once.
func TestBadDocumentsAreRefusedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		token, home := app.Token(t, manager), company(t, app, "home").PublicID
		before := stored(t, app)
		part := func(field, body string) testkit.Part { return testkit.Part{Field: field, Body: body} }
		pdf := testkit.Part{Field: "file", File: "a.pdf", Body: testkit.PDF}
		kind, number := part("type", "yedpay_contract"), part("contract_type", "0")
		for _, c := range []struct {
			name   string
			parts  []testkit.Part
			fields string
		}{
			{"nothing", nil, "contract_type file type"},
			{"no file", []testkit.Part{kind, number}, "file"},
			{"a text for a file", []testkit.Part{kind, number, part("file", "x")}, "file"},
			{"an empty file", []testkit.Part{kind, number, {Field: "file", File: "a.pdf"}}, "file"},
			{"no paper", []testkit.Part{kind, number, {Field: "file", File: "a.pdf", Body: testkit.HTML}}, "file"},
			{"no type", []testkit.Part{number, pdf}, "type"},
			{"br", []testkit.Part{part("type", "br"), number, pdf}, "type"},
			{"store_br", []testkit.Part{part("type", "store_br"), pdf}, "contract_type type"},
			{"ci", []testkit.Part{part("type", "ci"), number, pdf}, "type"},
			{"another type", []testkit.Part{part("type", "😀' OR 1=1 %_"), number, pdf}, "type"},
			{"no number", []testkit.Part{kind, pdf}, "contract_type"},
			{"3", []testkit.Part{kind, part("contract_type", "3"), pdf}, "contract_type"},
			{"-1", []testkit.Part{kind, part("contract_type", "-1"), pdf}, "contract_type"},
			{"a name", []testkit.Part{kind, part("contract_type", "online_gateway_agreement"), pdf}, "contract_type"},
			{"1e999", []testkit.Part{kind, part("contract_type", strings.Repeat("9", 400)), pdf}, "contract_type"},
			{"shared", []testkit.Part{kind, number, pdf, part("shared", "perhaps")}, "shared"},
		} {
			w := send(t, app, app.Form(t, http.MethodPost, "/v1/companies/"+home+"/documents", token, c.parts...))
			var answer struct {
				Errors  struct{ Field string }
				Details []struct {
					Field string
					Code  int
				}
			}
			if err := json.Unmarshal(w.Body, &answer); err != nil || w.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d %s", c.name, w.Status, w.Body)
				continue
			}
			var fields []string
			for _, d := range answer.Details {
				fields = append(fields, d.Field)
			}
			if len(fields) == 0 {
				fields = []string{answer.Errors.Field}
			}
			if got := strings.Join(fields, " "); got != c.fields {
				t.Errorf("%s: %s", c.name, w.Body)
			}
		}
		if after := stored(t, app); after != before {
			t.Errorf("%v rows, before %v", after, before)
		}
	})
}

func TestBodiesThatAreNoFormsAreRefused(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token, path := app.Token(t, manager), "/v1/companies/"+company(t, app, "home").PublicID+"/documents"
	before := stored(t, app)
	large := testkit.PDF + strings.Repeat("x", 10<<20)
	two := upload(testkit.PDF, testkit.Part{Field: "file", File: "b.pdf", Body: testkit.PDF})
	cut := app.Request(t, http.MethodPost, path, token, "--x\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nyedp")
	cut.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	bare := app.Request(t, http.MethodPost, path, token, "x")
	bare.Header.Set("Content-Type", "multipart/form-data")
	for _, c := range []struct {
		r      *http.Request
		status int
	}{
		{app.Request(t, http.MethodPost, path, token, `{"type":"yedpay_contract"}`), http.StatusUnsupportedMediaType},
		{app.Request(t, http.MethodPost, path, token, nil), http.StatusUnsupportedMediaType},
		{cut, http.StatusBadRequest}, {bare, http.StatusBadRequest},
		{app.Form(t, http.MethodPost, path, token, upload(large)...), http.StatusRequestEntityTooLarge},
		{app.Form(t, http.MethodPost, path, token, two...), http.StatusRequestEntityTooLarge},
	} {
		if w := send(t, app, c.r); w.Status != c.status {
			t.Errorf("%d, want %d: %s", w.Status, c.status, w.Body)
		}
	}
	if after := stored(t, app); after != before {
		t.Errorf("%v rows, before %v", after, before)
	}
}

// TestStrangeNamesOfFilesAreKept: the name is the title, whatever it holds.
func TestStrangeNamesOfFilesAreKept(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	token, path := app.Token(t, manager), "/v1/companies/"+company(t, app, "home").PublicID+"/documents"
	for name, want := range map[string]string{
		"😀 계약.pdf": "😀 계약.pdf", "../../etc/passwd": "passwd", strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 255), "'; DROP TABLE agreements; --": "'; DROP TABLE agreements; --",
	} {
		parts := []testkit.Part{{Field: "type", Body: "yedpay_contract"}, {Field: "contract_type", Body: "1"}, {Field: "file", File: name, Body: testkit.PNG}}
		w := send(t, app, app.Form(t, http.MethodPost, path, token, parts...))
		if w.Status != http.StatusOK {
			t.Errorf("%s: %d %s", name, w.Status, w.Body)
			continue
		}
		last := app.Store.Client().Agreement.Query().Order(ent.Desc(agreement.FieldID)).FirstX(t.Context())
		if d := cmp.Diff(want, last.Title); d != "" {
			t.Error(d)
		}
	}
}
