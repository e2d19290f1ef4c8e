package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/participant"
	"kontrak/ent/signatureobject"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// guests are two who are to sign a paper, the second with a code.
type guests struct {
	*testkit.App
	t     testing.TB
	paper int64
	asked *view.Signature
}

func newGuests(t testing.TB, app *testkit.App) *guests {
	t.Helper()
	home := app.World.Institutions["home"]
	v, err := app.Market.CreateAgreement(app.As(customer), market.CreateAgreement{
		InstitutionID: &home, AgreementFields: market.AgreementFields{Title: market.Some("Ventilators")},
		File: &market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t)), Title: "contract.pdf"},
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	first, second := 0, 1
	v, err = app.Market.AskToSign(app.As(customer), v.ID, market.AskToSign{
		Title: "Please sign",
		Participants: []market.SignerInput{
			{Name: "Ana Wijaya", Send: lifecycle.SendEmail, Email: "ana@elsewhere.test", Role: "Buyer"},
			{Name: "Budi", Send: lifecycle.SendPhone, Phone: "+62 811", Code: "4711", CodeHint: "the last digits"},
		},
		Objects: []market.ObjectInput{
			{Type: lifecycle.ObjectText, Category: lifecycle.ObjectDefault, Name: "Place", Contents: "Makassar"},
			{Participant: &first, Type: lifecycle.ObjectSignature, Category: lifecycle.ObjectInput, Name: "Signature"},
			{Participant: &first, Type: lifecycle.ObjectCheckbox, Category: lifecycle.ObjectInput, Name: "I have read it"},
			{Participant: &second, Type: lifecycle.ObjectText, Category: lifecycle.ObjectInput, Name: "Position"},
		},
	}, market.AgreementEverything)
	if err != nil {
		t.Fatal(err)
	}
	return &guests{App: app, t: t, paper: v.ID, asked: v.Signature}
}

// token is that of the link that a guest was sent last.
func (g *guests) token(n int) string {
	g.t.Helper()
	link, err := g.Market.SigningLink(g.As(customer), g.asked.UUID, g.asked.Participants[n].UUID)
	if err != nil {
		g.t.Fatal(err)
	}
	return link[strings.LastIndex(link, "/")+1:]
}

func (g *guests) person(n int) *ent.Participant {
	return g.Store.Client().Participant.Query().Where(participant.UUID(g.asked.Participants[n].UUID)).OnlyX(g.t.Context())
}

// field gives the number of an input field by its place, from 0.
func (g *guests) field(place int32) int64 {
	return g.Store.Client().SignatureObject.Query().Where(signatureobject.SignatureID(g.asked.ID), signatureobject.Position(place+1)).OnlyX(g.t.Context()).ID
}

const seeing = `query($t: String!) { signing(token: $t) { title institution name role language status documentTitle documentType documentUrl documentSha256
	expiresAt codeAsked codeHint codeLocked answeredAt fields { databaseId type name description contents input } } }`

func (g *guests) see(token string) *answer {
	g.t.Helper()
	return ask(g.t, g.App, "", seeing, map[string]any{"t": token})
}

// answerBy signs or refuses.
func (g *guests) answerBy(ctx context.Context, mutation, token string, input map[string]any) *answer {
	g.t.Helper()
	vars := map[string]any{"token": token}
	for name, value := range input {
		vars[name] = value
	}
	kind := map[string]string{"signingSign": "SigningSignInput", "signingRefuse": "SigningRefuseInput"}[mutation]
	text := fmt.Sprintf(`mutation($input: %s!) { done: %s(input: $input) { signing { status answeredAt } userErrors { field code message refusals { rule } } } }`, kind, mutation)
	return try(ctx, g.t, g.App, "", text, map[string]any{"input": vars})
}

func (g *guests) sign(token string, input map[string]any) *answer {
	g.t.Helper()
	return g.answerBy(g.t.Context(), "signingSign", token, input)
}

// value is what a guest fills in.
func value(field int64, text string) map[string]any {
	return map[string]any{"field": field, "value": text}
}

// firsts is what the first guest fills in, seconds what the second does.
func (g *guests) firsts() map[string]any {
	return map[string]any{"values": []any{value(g.field(1), "Ana Wijaya"), value(g.field(2), "true")}}
}

func (g *guests) seconds() map[string]any {
	return map[string]any{"values": []any{value(g.field(3), "Director")}, "code": " 4711 "}
}
