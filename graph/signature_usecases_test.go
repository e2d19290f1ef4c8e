package graph_test

import (
	"crypto/rand"
	"testing"

	"kontrak/ent/participant"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// filed is a draft of the hospital with a document.
func filed(t testing.TB, app *testkit.App) *view.Agreement {
	t.Helper()
	home := app.World.Institutions["home"]
	v, err := app.Market.CreateAgreement(app.As(customer), market.CreateAgreement{
		InstitutionID: &home, AgreementFields: market.AgreementFields{Title: market.Some("Ventilators")},
		File: &market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t)), Title: "contract.pdf"},
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// templateIn is a template of the hospital with a document: two parts and two fields.
func templateIn(t testing.TB, app *testkit.App) *view.SignatureTemplate {
	t.Helper()
	v, err := app.Market.CreateSignatureTemplate(app.As(customer), app.World.Institutions["home"], market.TemplateFields{
		Slug: market.Some(rand.Text()), Name: market.Some("Lease"), Order: market.Some(lifecycle.SignInOrder),
		Participants: market.Some([]lifecycle.TemplateParticipant{{ID: 1, Order: 2, Role: "Owner"}, {ID: 2, Order: 1, Role: "Tenant"}}),
		Objects: market.Some([]lifecycle.TemplateObject{
			{ID: 7, Type: lifecycle.ObjectText, Category: lifecycle.ObjectDefault, Name: "Flat"},
			{ID: 8, Participant: 2, Type: lifecycle.ObjectSignature, Category: lifecycle.ObjectInput, Name: "Signature"},
		}),
		File: &market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t)), Title: "lease.pdf"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// signatureSubject makes what a mutation of signatures is about.
func signatureSubject(t testing.TB, app *testkit.App, kind string) map[string]any {
	t.Helper()
	switch kind {
	case "filed":
		return map[string]any{"agreement": filed(t, app).GlobalID().String()}
	case "signatureTemplate":
		return map[string]any{"signatureTemplate": templateIn(t, app).GlobalID().String()}
	}
	return map[string]any{"signature": newGuests(t, app).asked.GlobalID().String()}
}

// firstSigner is the id of the first who is to sign.
func firstSigner(t testing.TB, app *testkit.App, signature string) string {
	t.Helper()
	_, id, _ := view.ParseGlobalID(signature)
	p := app.Store.Client().Participant.Query().Where(participant.SignatureID(id)).Order(participant.ByPosition()).FirstX(t.Context())
	return globalID("Participant", p.ID)
}

// signers are one who is written to and one who is called.
func signers() []any {
	return []any{
		map[string]any{"name": "Olga", "send": "EMAIL", "email": "olga@elsewhere.test", "roleName": "Owner"},
		map[string]any{"name": "Tim", "send": "PHONE", "phone": "+62 811 000", "roleName": "Tenant", "code": "4711"},
	}
}

// inputField is a field that the first of those fills in.
func inputField(change map[string]any) map[string]any {
	f := map[string]any{"participant": 0, "type": "SIGNATURE", "category": "INPUT", "name": "Signature"}
	for name, v := range change {
		f[name] = v
	}
	return f
}

// badSignings are what is wrong with whatever asks for signatures.
func badSignings() []badInput {
	return []badInput{
		{"no title", map[string]any{"title": " "}, "INVALID", "title"},
		{"a zero character", map[string]any{"title": "a\x00b"}, "INVALID", "title"},
		{"an end that has gone by", map[string]any{"expiredDate": world.Now}, "INVALID", "expiredDate"},
		{"people who cannot be reached", map[string]any{"participants": []any{
			map[string]any{"name": " ", "send": "EMAIL", "roleName": "Owner", "code": "1"},
			map[string]any{"name": "Tim", "send": "PHONE", "phone": "x", "email": "y", "roleName": "Tenant"},
		}}, "INVALID", "participants[0].code,participants[0].email,participants[0].name,participants[1].email,participants[1].phone"},
	}
}

// signatureCases are the mutations of signatures and of their templates.
func signatureCases() []paperCase {
	part := func(number int, role string) any { return map[string]any{"number": number, "role": role} }
	field := map[string]any{"number": 1, "participant": 1, "type": "SIGNATURE", "category": "INPUT", "name": "Signature"}
	templates := []badInput{
		{"texts that are none", map[string]any{"slug": "a b", "name": " ", "ccEmails": []any{"x"}, "managerNames": []any{"a\x00"}}, "INVALID", "ccEmails[0],managerNames[0],name,slug"},
		{"nobody", map[string]any{"participants": []any{}, "objects": []any{}}, "INVALID", "participants"},
		{"a role and a number twice", map[string]any{"participants": []any{part(1, "a"), part(1, "a")}, "objects": []any{}}, "INVALID", "participants[1].number,participants[1].role"},
		{"a field of nobody", map[string]any{"objects": []any{map[string]any{"number": 0, "participant": 9, "type": "TEXT", "category": "INPUT", "name": ""}}}, "INVALID",
			"objects[0].number,objects[0].name,objects[0].participant"},
		{"tags that are none", map[string]any{"tags": []any{globalID("Tag", 1<<40), "x"}}, "INVALID", "tags,tags[1]"},
		{"a page for a document", map[string]any{"file": testkit.HTML}, "INVALID", "file"},
	}
	return []paperCase{
		{mutation: "signatureRequest", inputType: "SignatureRequestInput", status: "filed", cost: 13, reason: "settings; signature, people, fields, link and message, agreement, history",
			input: map[string]any{"title": "Please sign", "participants": signers(), "objects": []any{inputField(nil)}, "signingOrder": "ORDER"},
			bad: append(badSignings(),
				badInput{"nobody", map[string]any{"participants": []any{}, "objects": []any{}}, "INVALID", "participants"},
				badInput{"fields of nobody", map[string]any{"objects": []any{inputField(map[string]any{"participant": 2}), inputField(map[string]any{"participant": nil, "name": ""})}},
					"INVALID", "objects[0].participant,objects[1].name,objects[1].participant"},
				badInput{"an odd box and copy", map[string]any{"objects": []any{inputField(map[string]any{"type": "CHECKBOX", "contents": "yes"})}, "cc": []any{"x"}}, "INVALID", "cc[0],objects[0].contents"})},
		{mutation: "signatureFromTemplate", inputType: "SignatureFromTemplateInput", status: "signatureTemplate", cost: 16, reason: "template; all of agreementCreate and signatureRequest",
			input: map[string]any{"title": "Flat 12", "participants": signers(), "items": []any{map[string]any{"number": 7, "contents": "12"}}},
			bad: append(badSignings(),
				badInput{"one too few", map[string]any{"participants": signers()[:1]}, "INVALID", "participants"},
				badInput{"a field that is none", map[string]any{"items": []any{map[string]any{"number": 9, "contents": ""}}}, "INVALID", "items[0].number"},
				badInput{"a field that is too long", map[string]any{"items": []any{map[string]any{"number": 7, "contents": long(4001)}}}, "INVALID", "items[0].contents"},
				badInput{"an odd key", map[string]any{"customKey": "a b"}, "INVALID", "customKey"},
				badInput{"a page for a document", map[string]any{"file": testkit.HTML}, "INVALID", "file"})},
		{mutation: "signatureSend", inputType: "SignatureSendInput", status: "signature", cost: 15, reason: "whose; signature, people, fields; link and message, participant, agreement, history",
			input: map[string]any{"participant": "first", "send": "EMAIL", "address": "ana@new.test"},
			bad: []badInput{
				{"an id that is none", map[string]any{"participant": "x"}, "INVALID", "participant"},
				{"somebody else", map[string]any{"participant": globalID("Participant", 1)}, "INVALID", "participant"},
				{"an id of another type", map[string]any{"participant": globalID("User", 1)}, "INVALID", "participant"},
				{"no address", map[string]any{"address": nil}, "INVALID", "address"},
				{"an address of another kind", map[string]any{"send": "PHONE"}, "INVALID", "address"},
				{"an address alone", map[string]any{"send": nil}, "INVALID", "send"},
				{"what has not come about", map[string]any{"done": true, "send": nil, "address": nil}, "WRONG_STATE", ""},
			}},
		{mutation: "signatureCancel", inputType: "SignatureCancelInput", status: "signature", cost: 16, reason: "whose; signature, people, fields; signature, agreement, messages, history",
			bad: []badInput{
				{"a long reason", map[string]any{"reason": long(1001)}, "INVALID", "reason"},
				{"a zero character", map[string]any{"reason": "\x00"}, "INVALID", "reason"},
			}},
		{mutation: "signatureTemplateCreate", inputType: "SignatureTemplateCreateInput", cost: 7, reason: "names; template; the answer's files, tags and counts",
			input: map[string]any{"institution": "home", "slug": "only-once", "name": "Lease", "participants": []any{part(1, "Owner")}, "objects": []any{field}},
			bad: append(templates[:len(templates):len(templates)],
				badInput{"a foreign institution", map[string]any{"institution": "foreign"}, "INVALID", "institution"},
				badInput{"a key that is taken", map[string]any{"slug": "maintenance"}, "INVALID", "slug"})},
		{mutation: "signatureTemplateUpdate", inputType: "SignatureTemplateUpdateInput", status: "signatureTemplate", cost: 7, reason: "template; template; the answer's files, tags and counts",
			input: map[string]any{"name": "Rent"}, bad: templates},
	}
}
