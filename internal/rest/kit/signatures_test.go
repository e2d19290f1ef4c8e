package kit_test

import (
	"fmt"
	"net/http"
	"testing"

	"kontrak/ent"
	"kontrak/ent/participant"
	"kontrak/ent/signature"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/testkit"
)

type signatureItem struct{ UUID, Title, Status, CreatedAt string }

func TestSignaturesAreListedAndCounted(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 120, 11)
		type signatures struct {
			Total int
			Data  []signatureItem
		}
		all := data[signatures](t, call(t, app, http.MethodGet, "/signatures?limit=100", nil))
		counted := data[map[string]int](t, call(t, app, http.MethodGet, "/signatures/usage", nil))
		by := map[string]int{"total": len(all.Data)}
		for _, s := range all.Data {
			by[map[string]string{"CREATED": "created", "WAITING": "waiting", "DONE": "done", "CANCELED": "canceled"}[s.Status]]++
		}
		if len(all.Data) < 10 || all.Total != len(all.Data) || len(by) != len(counted) {
			t.Errorf("%d of %d are listed, counted %v", len(all.Data), all.Total, counted)
		}
		for name, n := range counted {
			if by[name] != n {
				t.Errorf("%d are %s, and %d are counted", by[name], name, n)
			}
		}
	})
}

func TestASignatureIsSentAgainAndCancelled(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		templates := data[struct {
			Templates []struct {
				ID           int64
				Slug         string
				Participants []struct{ Role string }
			}
			Total int
		}](t, call(t, app, http.MethodGet, "/signature-templates?signatureCount=true&title=maint", nil))
		if templates.Total != 1 {
			t.Fatalf("%+v", templates)
		}
		used := templates.Templates[0]
		byID := call(t, app, http.MethodGet, fmt.Sprint("/signature-templates/", used.ID), nil)
		if bySlug := call(t, app, http.MethodGet, "/signature-templates/"+used.Slug, nil); string(byID.Body) != string(bySlug.Body) || byID.Status != http.StatusOK {
			t.Errorf("%s\n%s", byID.Body, bySlug.Body)
		}
		var people []map[string]any
		for i, p := range used.Participants {
			people = append(people, map[string]any{"role": p.Role, "input": map[string]any{"name": "Kim", "email": fmt.Sprintf("kim%d@x.test", i), "send": "EMAIL"}})
		}
		in := map[string]any{"input": map[string]any{"title": "Of a template", "participants": people, "contract": map[string]any{"type": "RENEWAL", "customKey": "t-1"}}}
		made := data[struct{ Contract item }](t, call(t, app, http.MethodPost, "/signature-templates/maintenance/signatures", in)).Contract
		again := call(t, app, http.MethodPost, "/signature-templates/maintenance/signatures", in)
		if again.Status < 400 {
			t.Errorf("the same key again: %s", again.Body)
		}
		last := app.Store.Client().Signature.Query().Order(ent.Desc(signature.FieldID)).FirstX(t.Context())
		if made.Signature == nil || made.Signature.UUID != last.UUID || last.Status != lifecycle.SignatureWaiting || *made.CustomKey != "t-1" {
			t.Fatalf("made %+v, and %s", made, last)
		}
		path := "/signatures/" + last.UUID
		for _, body := range []string{`{}`, `{"participantUuid":5}`, `{"participantUuid":"x","type":"OTHER"}`, `{"participantUuid":"x","sendInput":5}`} {
			refused(t, call(t, app, http.MethodPost, path+"/send", body), 400, "INVALID_PARAMETER")
		}
		one := app.Store.Client().Participant.Query().Where(participant.SignatureID(last.ID)).Order(ent.Asc(participant.FieldPosition)).FirstX(t.Context())
		got := call(t, app, http.MethodPost, path+"/send", fmt.Sprintf(`{"participantUuid":%q}`, one.UUID))
		if want := fmt.Sprintf(`{"ok":true,"data":{"participantUuid":%q,"sendType":"EMAIL","sendAddress":"kim0@x.test"}}`, one.UUID) + "\n"; string(got.Body) != want {
			t.Errorf("sent %s", got.Body)
		}
		cancelled := data[signatureItem](t, call(t, app, http.MethodPost, path+"/cancel", nil))
		if cancelled.UUID != last.UUID || cancelled.Status != "CANCELED" {
			t.Errorf("cancelled %+v", cancelled)
		}
		refused(t, call(t, app, http.MethodPost, path+"/cancel", nil), 500, "SIGNATURE_CANCEL_FAILED")
		for _, uuid := range []string{"x", opaque.UUID()} {
			refused(t, call(t, app, http.MethodPost, "/signatures/"+uuid+"/cancel", nil), 404, "NOT_FOUND_SIGNATURE")
			refused(t, call(t, app, http.MethodPost, "/signatures/"+uuid+"/send", `{"participantUuid":"x"}`), 404, "NOT_FOUND_SIGNATURE")
		}
		for _, key := range []string{"x", "0", "99999999", "%00"} {
			refused(t, call(t, app, http.MethodGet, "/signature-templates/"+key, nil), 404, "NOT_FOUND_TEMPLATE")
			refused(t, call(t, app, http.MethodPost, "/signature-templates/"+key+"/signatures", `{}`), 404, "NOT_FOUND_TEMPLATE")
		}
	})
}
