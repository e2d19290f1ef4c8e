package kit_test

import (
	"fmt"
	"net/http"
	"testing"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementhistory"
	"kontrak/ent/participant"
	"kontrak/ent/signature"
	"kontrak/ent/signaturetemplate"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
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
		refused(t, call(t, app, http.MethodPost, "/signature-templates/maintenance/signatures", in), 409, "ALREADY_CONTRACT_EXISTS")
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
		moveParticipant(t, app, path, one)
		cancelled := data[signatureItem](t, call(t, app, http.MethodPost, path+"/cancel", nil))
		if cancelled.UUID != last.UUID || cancelled.Status != "CANCELED" {
			t.Errorf("cancelled %+v", cancelled)
		}
		refused(t, call(t, app, http.MethodPost, path+"/cancel", nil), 409, "SIGNATURE_CANCEL_FAILED")
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

// moveParticipant asks a participant who has looked already at another address: that is
// told in the history, and the participant has not looked there.
func moveParticipant(t *testing.T, app *testkit.App, path string, one *ent.Participant) {
	t.Helper()
	c := app.Store.Client()
	c.Participant.UpdateOne(one).SetStatus(lifecycle.ParticipantViewed).ExecX(t.Context())
	send := func(address string) *testkit.Response {
		return call(t, app, http.MethodPost, path+"/send", fmt.Sprintf(`{"participantUuid":%q,"type":"REQUEST","sendInput":{"sendType":"EMAIL","sendAddress":%q}}`, one.UUID, address))
	}
	data[map[string]any](t, send("kim0@x.test"))
	if at := c.Participant.GetX(t.Context(), one.ID); at.Status != lifecycle.ParticipantViewed {
		t.Errorf("asked at its own address it is %s", at.Status)
	}
	data[map[string]any](t, send("other@x.test"))
	at := c.Participant.GetX(t.Context(), one.ID)
	if at.Status != lifecycle.ParticipantRequested || at.Email != "other@x.test" || at.SearchEmail != "other@x.test" {
		t.Errorf("asked at another address it is %s at %s", at.Status, at.Email)
	}
	row := c.AgreementHistory.Query().Order(ent.Desc(agreementhistory.FieldID)).FirstX(t.Context())
	hundred, err := market.Connection{First: new(int32(100))}.Page()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := app.Market.AgreementHistories(app.As("institution@demo.test"), []int64{row.AgreementID}, hundred)
	if err != nil {
		t.Fatal(err)
	}
	last := pages[0].Items[len(pages[0].Items)-1]
	if len(last.Changes) != 1 || last.Changes[0].Field != fmt.Sprintf("signature.participants[%d].email", one.Position) ||
		string(last.Changes[0].From) != `"kim0@x.test"` || string(last.Changes[0].To) != `"other@x.test"` {
		t.Errorf("the history says %s", row.Changes)
	}
}

// TestWhatIsSignedKeepsItsAddresses: to tell of a signature that has come about does not
// change what was signed.
func TestWhatIsSignedKeepsItsAddresses(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 120, 11)
		c := app.Store.Client()
		home := app.World.Institutions["home"]
		done := c.Signature.Query().Where(signature.StatusEQ(lifecycle.SignatureDone), signature.InstitutionID(home),
			signature.HasAgreementWith(agreement.DeletedAtIsNil())).Order(ent.Desc(signature.FieldID)).FirstX(t.Context())
		one := c.Participant.Query().Where(participant.SignatureID(done.ID)).Order(ent.Asc(participant.FieldPosition)).FirstX(t.Context())
		c.Participant.UpdateOne(one).SetSend(lifecycle.SendEmail).SetEmail("signed@x.test").ExecX(t.Context())
		send := func(way, address string) *testkit.Response {
			return call(t, app, http.MethodPost, "/signatures/"+done.UUID+"/send",
				fmt.Sprintf(`{"participantUuid":%q,"type":"DONE","sendInput":{"sendType":%q,"sendAddress":%q}}`, one.UUID, way, address))
		}
		refused(t, send("EMAIL", "thief@x.test"), 400, "INVALID_PARAMETER")
		refused(t, send("PHONE", "+62811222333"), 400, "INVALID_PARAMETER")
		data[map[string]any](t, send("EMAIL", "signed@x.test"))
		if at := c.Participant.GetX(t.Context(), one.ID); at.Email != "signed@x.test" || at.Phone != one.Phone || at.Send != lifecycle.SendEmail {
			t.Errorf("it is %s now", at)
		}
	})
}

// TestARetiredTemplateIsOnNoRoute: it is neither listed nor found nor taken.
func TestARetiredTemplateIsOnNoRoute(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	c := app.Store.Client().SignatureTemplate
	one := c.Query().Where(signaturetemplate.Slug("maintenance"), signaturetemplate.InstitutionID(app.World.Institutions["home"])).OnlyX(t.Context())
	c.UpdateOne(one).SetActive(false).ExecX(t.Context())
	for _, key := range []string{"maintenance", fmt.Sprint(one.ID)} {
		refused(t, call(t, app, http.MethodGet, "/signature-templates/"+key, nil), 404, "NOT_FOUND_TEMPLATE")
		refused(t, call(t, app, http.MethodPost, "/signature-templates/"+key+"/signatures", `{}`), 404, "NOT_FOUND_TEMPLATE")
	}
	got := data[struct{ Total int }](t, call(t, app, http.MethodGet, "/signature-templates?slug=maintenance", nil))
	if got.Total != 0 {
		t.Errorf("%d are listed", got.Total)
	}
}
