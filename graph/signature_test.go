package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

const (
	wholeTemplate = `{ id version slug name participantType ccEmails managerNames active file { title url } tags { id } signatureCount
		participants { number order role } objects { number participant type category name description contents } }`
	wholeSignature = `{ id status statusReason title expiredDate signingOrder agreement { id title origin status customKey file { title }
		asking: can(action: ASK_TO_SIGN) { allowed code } ending: can(action: CANCEL_SIGNING) { allowed code } }
		participants { id name status email phone roleName } objects { contents name } }`
	listTemplates = `query($id: ID!, $text: String, $tags: [ID!], $retired: Boolean! = false, $first: Int, $after: String, $last: Int, $before: String) {
		signatureTemplates(institution: $id, title: $text, tags: $tags, retired: $retired, first: $first, after: $after, last: $last, before: $before) {
			totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } nodes ` + wholeTemplate + ` } }`
)

// signWith does a mutation of signatures, or of their templates.
func signWith(t testing.TB, app *testkit.App, token, mutation string, input map[string]any) *answer {
	t.Helper()
	kind, what := "signature", wholeSignature
	if strings.HasPrefix(mutation, "signatureTemplate") {
		kind, what = "signatureTemplate", wholeTemplate
	}
	text := fmt.Sprintf(`mutation($input: %s%sInput!) { done: %s(input: $input) { %s %s userErrors { field code message } } }`,
		strings.ToUpper(mutation[:1]), mutation[1:], mutation, kind, what)
	vars := map[string]any{}
	for name, v := range input {
		vars[name] = v
	}
	if body, sends := vars["file"].(string); sends {
		vars["file"] = nil
		return answerOf(t, app.Send(app.AskWithFiles(t, token, text, map[string]any{"input": vars}, map[string]string{"variables.input.file": body})))
	}
	return try(t.Context(), t, app, token, text, map[string]any{"input": vars})
}

// TestASignatureGoesItsWayThroughTheGraph: asked for, sent again to another address, called
// off, and asked for once more; what can be done is told before.
func TestASignatureGoesItsWayThroughTheGraph(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, paper := app.Token(t, customer), filed(t, app).GlobalID().String()
		input := map[string]any{"agreement": paper, "title": "Please sign", "participants": signers(), "objects": []any{inputField(nil)}, "signingOrder": "ORDER"}
		got := signWith(t, app, token, "signatureRequest", input)
		s := got.object("done", "signature")
		people := got.list("done", "signature", "participants")
		one, two := people[0].(map[string]any), people[1].(map[string]any)
		if s["status"] != "WAITING" || s["title"] != "Please sign" || one["status"] != "REQUESTED" || one["roleName"] != "Owner" || two["status"] != "PENDING" || two["phone"] != "+62 811 000" {
			t.Fatalf("asked: %s", got.body)
		}
		of := got.object("done", "signature", "agreement")
		if of["id"] != paper || of["status"] != "DRAFT" || of["asking"].(map[string]any)["allowed"] != false || of["ending"].(map[string]any)["allowed"] != true {
			t.Errorf("its agreement: %v", of)
		}
		for what, in := range map[string]map[string]any{
			"signatureRequest": input, // one at a time
			"signatureSend":    {"signature": s["id"], "participant": two["id"]},
		} {
			nothingIsWritten(t, app, func() {
				if code, _ := refusedAs(signWith(t, app, token, what, in)); code != "WRONG_STATE" {
					t.Errorf("%s: %s", what, code)
				}
			})
		}
		got = signWith(t, app, token, "signatureSend", map[string]any{"signature": s["id"], "participant": one["id"], "send": "EMAIL", "address": "new@elsewhere.test"})
		if now := got.list("done", "signature", "participants")[0].(map[string]any); now["email"] != "new@elsewhere.test" || now["status"] != "REQUESTED" {
			t.Errorf("sent again: %s", got.body)
		}
		got = signWith(t, app, token, "signatureCancel", map[string]any{"signature": s["id"], "reason": "No need."})
		if s := got.object("done", "signature"); s["status"] != "CANCELED" || s["statusReason"] != "No need." {
			t.Errorf("called off: %s", got.body)
		}
		if code, _ := refusedAs(signWith(t, app, token, "signatureCancel", map[string]any{"signature": s["id"]})); code != "WRONG_STATE" {
			t.Errorf("called off twice: %s", code)
		}
		if got = signWith(t, app, token, "signatureRequest", input); got.object("done", "signature")["id"] == s["id"] {
			t.Errorf("asked for once more: %s", got.body)
		}
		bare := paperIn(t, app, "draft").GlobalID().String()
		input["agreement"] = bare
		if code, _ := refusedAs(signWith(t, app, token, "signatureRequest", input)); code != "WRONG_STATE" {
			t.Errorf("without a document: %s", code)
		}
	})
}

// TestATemplateGoesItsWayThroughTheGraph: made, used, changed, emptied and retired.
func TestATemplateGoesItsWayThroughTheGraph(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, home := app.Token(t, customer), globalID("Institution", app.World.Institutions["home"])
		mark := globalID("Tag", app.Store.Client().Tag.Query().FirstX(t.Context()).ID)
		got := signWith(t, app, token, "signatureTemplateCreate", map[string]any{
			"institution": home, "slug": "rent_1", "name": "Rent", "participantType": "ORDER", "ccEmails": []any{"a@x.test"}, "managerNames": []any{"Ana"},
			"participants": []any{map[string]any{"number": 1, "order": 2, "role": "Owner"}, map[string]any{"number": 2, "order": 1, "role": "Tenant"}},
			"objects":      []any{map[string]any{"number": 7, "type": "TEXT", "category": "DEFAULT", "name": "Flat"}, map[string]any{"number": 8, "participant": 2, "type": "SIGNATURE", "category": "INPUT", "name": "Here"}},
			"tags":         []any{mark}, "file": testkit.Document(t),
		})
		made := got.object("done", "signatureTemplate")
		if code, fields := refusedAs(got); code != "" || made["slug"] != "rent_1" || made["active"] != true || made["file"] == nil || made["signatureCount"] != float64(0) ||
			fmt.Sprint([]any{made["ccEmails"], made["managerNames"], made["participantType"]}) != "[[a@x.test] [Ana] ORDER]" || len(got.list("done", "signatureTemplate", "tags")) != 1 {
			t.Fatalf("made: %s %s %s", code, fields, got.body)
		}
		use := map[string]any{
			"signatureTemplate": made["id"], "title": "Flat 12", "participants": signers(), "origin": "RENEWAL", "customKey": "flat-12",
			"items": []any{map[string]any{"number": 7, "contents": "12"}}, "expiredDate": world.Now.Add(day),
		}
		got = signWith(t, app, token, "signatureFromTemplate", use)
		of := got.object("done", "signature", "agreement")
		first, field := got.list("done", "signature", "participants")[0].(map[string]any), got.list("done", "signature", "objects")[0].(map[string]any)
		if of["title"] != "Flat 12" || of["origin"] != "RENEWAL" || of["customKey"] != "flat-12" || of["file"] == nil || first["name"] != "Tim" || first["status"] != "REQUESTED" || field["contents"] != "12" {
			t.Errorf("used: %s", got.body)
		}
		if code, fields := refusedAs(signWith(t, app, token, "signatureFromTemplate", use)); code != "INVALID" || fields != "customKey" {
			t.Errorf("the same key twice: %s %s", code, fields)
		}
		got = signWith(t, app, token, "signatureTemplateUpdate", map[string]any{
			"signatureTemplate": made["id"], "name": "Lease", "participantType": nil, "ccEmails": nil, "managerNames": nil, "objects": nil, "tags": nil, "active": nil,
		})
		if v := got.object("done", "signatureTemplate"); fmt.Sprint([]any{v["name"], v["slug"], v["participantType"], v["ccEmails"], v["managerNames"], v["objects"], v["tags"], v["active"], v["signatureCount"], v["version"]}) !=
			"[Lease rent_1 TOGETHER [] [] [] [] true 1 2]" || v["file"] == nil {
			t.Errorf("changed and emptied: %s", got.body)
		}
		got = signWith(t, app, token, "signatureTemplateUpdate", map[string]any{"signatureTemplate": made["id"], "active": false})
		if got.object("done", "signatureTemplate")["active"] != false {
			t.Errorf("retired: %s", got.body)
		}
		use["customKey"], use["items"] = nil, nil
		if code, _ := refusedAs(signWith(t, app, token, "signatureFromTemplate", use)); code != "NOT_FOUND" {
			t.Errorf("a retired one is used: %s", code)
		}
		for _, retired := range []bool{false, true} {
			got = ask(t, app, token, listTemplates, map[string]any{"id": home, "text": "LEASE", "retired": retired})
			if there := strings.Contains(got.body, fmt.Sprint(made["id"])); there != retired {
				t.Errorf("with retired %v: %s", retired, got.body)
			}
		}
	})
}

// TestTemplatesAreForTheirInstitution: in the list, as nodes and through what is made of
// them.
func TestTemplatesAreForTheirInstitution(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		home := globalID("Institution", app.World.Institutions["home"])
		made := templateIn(t, app).GlobalID().String()
		const node = `query($id: ID!) { node(id: $id) { id ... on SignatureTemplate { name file { title } } } }`
		for email, knows := range map[string]bool{customer: true, "member@demo.test": true, theAdmin: true, "foreign@demo.test": false, partner: false} {
			token := app.Token(t, email)
			if got := ask(t, app, token, node, map[string]any{"id": made}); (got.Data["node"] != nil) != knows {
				t.Errorf("%s as a node: %s", email, got.body)
			}
			got := try(t.Context(), t, app, token, listTemplates, map[string]any{"id": home})
			if email == partner {
				if !slices.Equal(got.codes(), []string{"FORBIDDEN"}) {
					t.Errorf("%s lists %s", email, got.body)
				}
				continue
			}
			if strings.Contains(got.body, made) != knows || (got.object("signatureTemplates")["totalCount"] != float64(0)) != knows {
				t.Errorf("%s lists %s", email, got.body)
			}
		}
		if got := try(t.Context(), t, app, "", listTemplates, map[string]any{"id": home}); !slices.Equal(got.codes(), []string{"UNAUTHENTICATED"}) {
			t.Errorf("nobody lists %s", got.body)
		}
		token := app.Token(t, customer)
		for what, change := range map[string]map[string]any{
			"an id that is none": {"id": "x"}, "a long title": {"text": long(256)}, "a zero character": {"text": "\x00"}, "a tag that is none": {"tags": []any{"x"}}, "a page too long": {"first": 101},
		} {
			vars := map[string]any{"id": home}
			for name, v := range change {
				vars[name] = v
			}
			if got := try(t.Context(), t, app, token, listTemplates, vars); !slices.Equal(got.codes(), []string{"INVALID"}) {
				t.Errorf("%s: %s", what, got.body)
			}
		}
		const keyed = `query($id: ID!) { signatureTemplates(institution: $id, slug: "a\u0000") { totalCount } }`
		if got := try(t.Context(), t, app, token, keyed, map[string]any{"id": home}); !slices.Equal(got.codes(), []string{"INVALID"}) {
			t.Errorf("a key with a zero character: %s", got.body)
		}
	})
}

// TestPagesOfTemplatesGlueTogether: forwards and backwards, and each costs the same.
func TestPagesOfTemplatesGlueTogether(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, home := app.Token(t, customer), globalID("Institution", app.World.Institutions["home"])
		for range 7 {
			templateIn(t, app)
		}
		cost := map[int]bool{}
		page := func(vars map[string]any) (*answer, []string) {
			vars["id"], vars["retired"] = home, true
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, token, listTemplates, vars)
			cost[ran.Count()] = true
			var ids []string
			for _, n := range got.list("signatureTemplates", "nodes") {
				ids = append(ids, fmt.Sprint(n.(map[string]any)["id"]))
			}
			return got, ids
		}
		got, whole := page(map[string]any{"first": 100})
		if len(whole) != 9 || got.object("signatureTemplates")["totalCount"] != float64(9) {
			t.Fatalf("%d templates: %s", len(whole), got.body)
		}
		for size := 1; size <= 10; size++ {
			for _, way := range []struct{ size, from, cursor, more string }{{"first", "after", "endCursor", "hasNextPage"}, {"last", "before", "startCursor", "hasPreviousPage"}} {
				var glued []string
				vars := map[string]any{way.size: size}
				for range 10 {
					got, ids := page(vars)
					if way.size == "last" {
						glued = append(ids, glued...)
					} else {
						glued = append(glued, ids...)
					}
					info := got.object("signatureTemplates", "pageInfo")
					if info[way.more] != true {
						break
					}
					vars = map[string]any{way.size: size, way.from: info[way.cursor]}
				}
				if !slices.Equal(glued, whole) {
					t.Errorf("%s %d: %v, want %v", way.size, size, glued, whole)
				}
			}
		}
		if len(cost) != 1 {
			t.Errorf("pages cost different numbers of statements: %v", cost)
		}
	})
}
