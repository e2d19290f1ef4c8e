package graph_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

const day = 24 * time.Hour

// paperCase is a mutation of an agreement: what it costs when it is done rightly, and
// what it refuses.
type paperCase struct {
	mutation, inputType string
	// status is that of the agreement that it is done to; "" where there is none yet.
	status string
	input  map[string]any
	cost   int
	reason string // what the statements are, beside who calls, the agreement and the answer
	bad    []badInput
}

// text is the mutation's document.
func (p paperCase) text() string {
	object := "agreement"
	for _, other := range []string{"contract", "counterparty", "tag", "asset", "signature", "signatureTemplate"} {
		if strings.HasPrefix(p.mutation, other) {
			object = other // the last, which is the longest
		}
	}
	return fmt.Sprintf(`mutation($input: %s!) { done: %s(input: $input) { %s { id } userErrors { field code message refusals { rule } } } }`,
		p.inputType, p.mutation, object)
}

// paperIn makes an agreement of the hospital in that status; its member decides on it.
func paperIn(t testing.TB, app *testkit.App, status string) *view.Agreement {
	t.Helper()
	ctx := app.As(customer)
	me, err := app.Market.Viewer(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	home := app.World.Institutions["home"]
	in := market.CreateAgreement{InstitutionID: &home, AgreementFields: market.AgreementFields{
		Title: market.Some("Ventilators"), ApproverID: market.Some(me.ID), Cost: market.Some(int64(5)),
		StartsAt: market.Some(world.Now.Add(-day)), EndsAt: market.Some(world.Now.Add(30 * day)),
	}}
	v, err := app.Market.CreateAgreement(ctx, in, 0)
	steps := []func(context.Context) (*view.Agreement, error){}
	if status == "active" || status == "pending" {
		steps = append(steps, func(ctx context.Context) (*view.Agreement, error) { return app.Market.ApproveAgreement(ctx, v.ID, 0) })
	}
	if status == "pending" {
		steps = append(steps, func(ctx context.Context) (*view.Agreement, error) {
			return app.Market.RenewAgreement(ctx, v.ID, market.NextPeriod{ApproverID: me.ID, StartsAt: v.EndsAt, EndsAt: new(v.EndsAt.Add(day))}, 0)
		})
	}
	for _, step := range steps {
		if err == nil {
			v, err = step(ctx)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// subject makes what a mutation is about, and gives the part of the input that names
// it.
func (p paperCase) subject(t testing.TB, app *testkit.App) map[string]any {
	t.Helper()
	home, name := app.World.Institutions["home"], market.Some(rand.Text())
	var id string
	var err error
	switch p.status {
	case "":
		return nil
	case "counterparty":
		var v *view.Counterparty
		if v, err = app.Market.CreateCounterparty(app.As(customer), &home, market.CounterpartyFields{Name: name}); err == nil {
			id = v.GlobalID().String()
		}
	case "tag":
		var v *view.Tag
		if v, err = app.Market.CreateTag(app.As(customer), &home, market.TagFields{Name: name}); err == nil {
			id = v.GlobalID().String()
		}
	case "filed", "signature", "signatureTemplate":
		return signatureSubject(t, app, p.status)
	default:
		return map[string]any{"agreement": paperIn(t, app, p.status).GlobalID().String()}
	}
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{p.status: id}
}

// keptCases are the mutations of what institutions keep beside agreements.
func keptCases() []paperCase {
	foreign := badInput{"a foreign institution", map[string]any{"institution": "foreign"}, "INVALID", "institution"}
	parties := []badInput{
		{"all of it", map[string]any{"name": " ", "customKey": "a b", "registrationNumber": "?", "email": "x", "partner": globalID("Partner", 1<<40)}, "INVALID", "customKey,email,name,partner,registrationNumber"},
		{"an id of another type", map[string]any{"partner": globalID("User", 1)}, "INVALID", "partner"},
		{"a manager without a name", map[string]any{"managers": []any{map[string]any{"name": "", "roles": []any{"CONTRACT", "CONTRACT"}}}}, "INVALID", "managers[0].name,managers[0].roles"},
	}
	tags := []badInput{{"all of it", map[string]any{"name": long(41), "position": -1}, "INVALID", "name,position"}}
	return []paperCase{
		{mutation: "counterpartyCreate", inputType: "CounterpartyCreateInput", input: map[string]any{"institution": "home", "name": "Nova"}, cost: 3, reason: "names; counterparty", bad: append(slices.Clone(parties), foreign)},
		{mutation: "counterpartyUpdate", inputType: "CounterpartyUpdateInput", status: "counterparty", input: map[string]any{"ceo": "Kim"}, cost: 4, reason: "names; counterparty",
			bad: append(slices.Clone(parties), badInput{"a version of the past", map[string]any{"version": 0}, "STALE", ""})},
		{mutation: "counterpartyDelete", inputType: "CounterpartyInput", status: "counterparty", cost: 4, reason: "what names it; counterparty"},
		{mutation: "tagCreate", inputType: "TagCreateInput", input: map[string]any{"institution": "home", "name": "Only once"}, cost: 4, reason: "how many, names; tag", bad: append(slices.Clone(tags), foreign)},
		{mutation: "tagUpdate", inputType: "TagUpdateInput", status: "tag", input: map[string]any{"position": 3}, cost: 5, reason: "names; tag", bad: tags},
		{mutation: "tagDelete", inputType: "TagInput", status: "tag", cost: 7, reason: "what carries it; pairs, tag"},
		{mutation: "assetCreate", inputType: "AssetCreateInput", input: map[string]any{"institution": "home", "name": "Scanner"}, cost: 3, reason: "names; asset",
			bad: []badInput{{"no name", map[string]any{"name": " "}, "INVALID", "name"}, foreign}},
	}
}

// paperCases are the mutations of agreements, and of what is kept beside them.
func paperCases() []paperCase {
	user := globalID("User", 1)
	fields := []badInput{
		{"all of it", map[string]any{"title": " ", "description": long(10_001), "identifier": long(192), "customKey": "a b", "agreementType": globalID("AgreementType", 99),
			"cost": -1, "currency": "rupiah", "licenseCount": -1, "notifyBeforeDays": -1}, "INVALID",
			"cost,currency,customKey,description,identifier,licenseCount,notifyBeforeDays,title,agreementType"},
		{"ids of other types", map[string]any{"agreementType": "x", "vendor": user, "licenseType": "", "owner": globalID("Partner", 1), "approver": "%"}, "INVALID",
			"agreementType,approver,licenseType,owner,vendor"},
		{"an end before the start", map[string]any{"startsAt": world.Now, "endsAt": world.Now.Add(-day)}, "INVALID", "endsAt"},
		{"lists of nothing", map[string]any{"customers": []any{"x"}, "tags": []any{globalID("Tag", 1<<40)}, "organizations": []any{user}}, "INVALID", "customers[0],organizations[0],tags"},
		{"fields of its own twice", map[string]any{"columnItems": []any{map[string]any{"slug": "a", "name": "", "value": ""}, map[string]any{"slug": "a", "name": "b", "value": long(1001)}}},
			"INVALID", "columnItems[0].name,columnItems[1].slug,columnItems[1].value"},
		{"a zero character", map[string]any{"title": "a\x00b"}, "INVALID", "title"},
	}
	period := map[string]any{"approver": user, "startsAt": world.Now.Add(30 * day), "endsAt": world.Now.Add(60 * day)}
	extension := map[string]any{"approver": user, "endsAt": world.Now.Add(60 * day)}
	badPeriods := []badInput{
		{"no approver", map[string]any{"approver": globalID("User", 1<<40)}, "INVALID", "approver"},
		{"an id that is none", map[string]any{"approver": "x"}, "INVALID", "approver"},
		{"a cost below nothing", map[string]any{"cost": -1}, "INVALID", "cost"},
		{"an end that has gone by", map[string]any{"endsAt": world.Now}, "INVALID", "endsAt"},
		{"a start before the present end", map[string]any{"startsAt": world.Now}, "INVALID", "startsAt"},
	}
	return append(append(keptCases(), signatureCases()...), []paperCase{
		{mutation: "agreementCreate", inputType: "AgreementCreateInput", input: map[string]any{"institution": "home", "title": "Beds"}, cost: 5,
			reason: "the type; agreement, history", bad: append(slices.Clone(fields),
				badInput{"a foreign institution", map[string]any{"institution": "foreign"}, "INVALID", "institution"})},
		{mutation: "agreementUpdate", inputType: "AgreementUpdateInput", status: "draft", input: map[string]any{"title": "Beds"}, cost: 6, reason: "agreement, history", bad: fields},
		{mutation: "agreementApprove", inputType: "AgreementInput", status: "draft", cost: 8, reason: "agreement, term, message, history"},
		{mutation: "agreementReject", inputType: "AgreementReasonInput", status: "pending", input: map[string]any{"reason": "Dear."}, cost: 8,
			reason: "agreement, term, message, history", bad: badReasons("reason")},
		{mutation: "agreementRenew", inputType: "AgreementPeriodInput", status: "active", input: period, cost: 9, reason: "the approver; agreement, term, message, history", bad: badPeriods},
		{mutation: "agreementExtend", inputType: "AgreementPeriodInput", status: "active", input: extension, cost: 9, reason: "the approver; agreement, term, message, history", bad: badPeriods},
		{mutation: "agreementTerminate", inputType: "AgreementRemarkInput", status: "active", cost: 8, reason: "agreement, terms, message, history",
			bad: []badInput{{"a long reason", map[string]any{"reason": long(1001)}, "INVALID", "reason"}}},
		{mutation: "agreementDelete", inputType: "AgreementInput", status: "draft", cost: 6, reason: "agreement, history"},
		{mutation: "agreementAttachFile", inputType: "AgreementFileInput", status: "draft", input: map[string]any{"file": testkit.PDF}, cost: 7, reason: "file, agreement, history",
			bad: []badInput{
				{"an empty file", map[string]any{"file": ""}, "INVALID", "file"},
				{"a page", map[string]any{"file": testkit.HTML}, "INVALID", "file"},
				{"a long title", map[string]any{"title": long(256)}, "INVALID", "title"},
			}},
		{mutation: "agreementSort", inputType: "AgreementSortInput", status: "active", input: map[string]any{"users": []any{user}}, cost: 10, reason: "the user; agreement, pairs, history",
			bad: []badInput{{"ids of other types", map[string]any{"tags": []any{user}}, "INVALID", "tags[0]"}}},
		{mutation: "contractSetAgreement", inputType: "ContractSetAgreementInput", status: "active", input: map[string]any{"contract": "offer"}, cost: 8,
			reason: "contract twice; contract, agreement, history",
			bad: []badInput{
				{"an id that is none", map[string]any{"agreement": "x"}, "INVALID", "agreement"},
				{"a foreign agreement", map[string]any{"agreement": "imported"}, "INVALID", "agreement"},
				{"a foreign contract", map[string]any{"contract": "offer_foreign"}, "NOT_FOUND", ""},
			}},
	}...)
}

// ask does the mutation to its subject with the right input, changed.
func (p paperCase) ask(t testing.TB, app *testkit.App, token string, on, change map[string]any) (*answer, *store.Statements) {
	t.Helper()
	vars := map[string]any{}
	maps.Copy(vars, on)
	maps.Copy(vars, p.input)
	maps.Copy(vars, change)
	w := app.World
	for field, names := range map[string]map[string]int64{"institution": w.Institutions, "agreement": w.Agreements} {
		if id, known := names[fmt.Sprint(vars[field])]; known {
			vars[field] = globalID(map[string]string{"institution": "Institution", "agreement": "Agreement"}[field], id)
		}
	}
	if vars["participant"] == "first" {
		vars["participant"] = firstSigner(t, app, fmt.Sprint(on["signature"]))
	}
	if story, named := vars["contract"].(string); named {
		vars["contract"] = globalID("Contract", w.Contract(story))
	}
	ctx, ran := store.Observe(t.Context())
	if body, sends := vars["file"].(string); sends {
		vars["file"] = nil
		r := app.AskWithFiles(t, token, p.text(), map[string]any{"input": vars}, map[string]string{"variables.input.file": body})
		return answerOf(t, app.Send(r.WithContext(ctx))), ran
	}
	return try(ctx, t, app, token, p.text(), map[string]any{"input": vars}), ran
}

// TestEveryUseCaseOfAgreementsCostsItsStatements: with few agreements and with many.
func TestEveryUseCaseOfAgreementsCostsItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		for _, more := range []int{0, 200} {
			app := doors.Start(t, another(t, db))
			if more > 0 {
				app.Papers(t, more, 5)
			}
			token := app.Token(t, customer)
			for _, p := range paperCases() {
				got, ran := p.ask(t, app, token, p.subject(t, app), nil)
				if code, fields := refusedAs(got); code != "" {
					t.Errorf("%s: %s %s: %s", p.mutation, code, fields, got.body)
				}
				if ran.Count() != p.cost {
					t.Errorf("%s, with %d agreements more: %d statements, want %d (%s): %.2500q", p.mutation, more, ran.Count(), p.cost, p.reason, ran.Texts())
				}
			}
		}
	})
}

// TestEveryUseCaseOfAgreementsRefusesBadInput: nobody, strangers, ids that are none,
// and what is bad of each; nothing is written.
func TestEveryUseCaseOfAgreementsRefusesBadInput(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := map[string]string{}
		for _, email := range []string{customer, partner, "foreign@demo.test"} {
			tokens[email] = app.Token(t, email)
		}
		papers := map[string]map[string]any{}
		for _, p := range paperCases() {
			if papers[p.status] == nil {
				papers[p.status] = p.subject(t, app)
			}
		}
		stored := app.Files.Count()
		nothingIsWritten(t, app, func() {
			for _, p := range paperCases() {
				on := papers[p.status]
				all := slices.Clone(p.bad)
				if p.status != "" && p.mutation != "contractSetAgreement" {
					for what, id := range map[string]string{"nonsense": "%%%", "empty": "", "of a contract": globalID("Contract", 1), "unknown": globalID("Agreement", 1<<40), "negative": globalID("Agreement", -1)} {
						all = append(all, badInput{"an id that is " + what, map[string]any{p.names(): id}, "NOT_FOUND", ""})
					}
				}
				for _, b := range all {
					got, _ := p.ask(t, app, tokens[customer], on, b.input)
					if code, fields := refusedAs(got); code != b.code || fields != b.fields {
						t.Errorf("%s with %s: %s of %q, want %s of %q: %.600s", p.mutation, b.what, code, fields, b.code, b.fields, got.body)
					}
				}
				if got, _ := p.ask(t, app, "", on, nil); !slices.Equal(got.codes(), []string{"UNAUTHENTICATED"}) {
					t.Errorf("%s by nobody: %s", p.mutation, got.body)
				}
				for _, stranger := range []string{"foreign@demo.test", partner} {
					code, _ := refusedAs(first(p.ask(t, app, tokens[stranger], on, nil)))
					if want := p.refuses(stranger); code != want {
						t.Errorf("%s by %s: %s, want %s", p.mutation, stranger, code, want)
					}
				}
			}
		})
		if app.Files.Count() != stored {
			t.Errorf("%d files were stored", app.Files.Count()-stored)
		}
	})
}

// names is the field of the input that names the subject.
func (p paperCase) names() string {
	if slices.Contains([]string{"counterparty", "tag", "signature", "signatureTemplate"}, p.status) {
		return p.status
	}
	return "agreement"
}

func first(got *answer, _ *store.Statements) *answer { return got }

// refuses is the code that a stranger gets.
func (p paperCase) refuses(stranger string) string {
	switch {
	case stranger == partner && (p.status == "" || p.names() != "agreement" && p.names() != "signature" || p.mutation == "contractSetAgreement"):
		return "FORBIDDEN"
	case p.status == "":
		return "INVALID"
	}
	return "NOT_FOUND"
}
