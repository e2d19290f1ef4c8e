package graph_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// useCase is a mutation: what it costs when it is done rightly, and what it refuses.
type useCase struct {
	deed   deed
	as     string // an address, or a partner's name in the demo
	story  string // of the contract; "" where the mutation is about none
	input  map[string]any
	needs  lifecycle.ContractAction // that shows the code that is scanned
	twice  bool                     // the cost is of the second time
	cost   int                      // statements
	reason string                   // what they are, beside who calls, the contract, the settings and the answer
	bad    []badInput
}

// badInput is an input that is refused: what it is, the code and the fields that are
// named.
type badInput struct {
	what   string
	input  map[string]any
	code   string
	fields string
}

// text is the mutation's document.
func (u useCase) text() string {
	switch u.deed.mutation {
	case "partnerSuspend", "partnerReinstate":
		return strings.ReplaceAll(u.deed.text(), "contract { id version status }", "partner { id }")
	case "clockAdvance":
		return strings.ReplaceAll(u.deed.text(), "contract { id version status }", "now")
	}
	return u.deed.text()
}

// ask does the mutation with the right input, changed.
func (u useCase) ask(t testing.TB, app *testkit.App, token string, change map[string]any) (*answer, *store.Statements) {
	t.Helper()
	vars := maps.Clone(u.input)
	if vars == nil {
		vars = map[string]any{}
	}
	if u.story != "" {
		vars["contract"] = globalID("Contract", app.World.Contract(u.story))
	}
	maps.Copy(vars, change)
	ctx, ran := store.Observe(t.Context())
	if body, sends := vars["file"].(string); sends {
		vars["file"] = nil
		r := app.AskWithFiles(t, token, u.text(), map[string]any{"input": vars}, map[string]string{"variables.input.file": body})
		return answerOf(t, app.Send(r.WithContext(ctx))), ran
	}
	return try(ctx, t, app, token, u.text(), map[string]any{"input": vars}), ran
}

// refusedAs gives the code and the fields that an answer names.
func refusedAs(got *answer) (code, fields string) {
	if len(got.Errors) > 0 {
		return strings.Join(got.codes(), " "), ""
	}
	var names []string
	for _, e := range got.list("done", "userErrors") {
		e := e.(map[string]any)
		code = e["code"].(string)
		if name, ok := e["field"].(string); ok {
			names = append(names, name)
		}
	}
	return code, strings.Join(slices.Compact(names), ",")
}

func (u useCase) token(t testing.TB, app *testkit.App) string {
	t.Helper()
	if strings.Contains(u.as, "@") {
		return app.Token(t, u.as)
	}
	return app.Token(t, app.PartnerEmail(u.as))
}

// TestEveryUseCaseCostsItsStatements: in a small world and in one with more of
// everything.
func TestEveryUseCaseCostsItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		for _, more := range []int{0, 150} {
			app := doors.Start(t, another(t, db))
			if more > 0 {
				if err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: more, Now: world.Now}); err != nil {
					t.Fatal(err)
				}
			}
			for _, u := range useCases(app.World) {
				token, change := u.token(t, app), map[string]any{}
				if u.needs != "" {
					show := deeds[u.needs]
					if u.needs == lifecycle.ActShowEndCode {
						show = showEnd
					}
					change["qrToken"] = scanByGraph(t, app, app.Token(t, customer), show, app.World.Contract(u.story))
				}
				if u.twice {
					u.ask(t, app, token, change)
				}
				got, ran := u.ask(t, app, token, change)
				if code, fields := refusedAs(got); code != "" {
					t.Errorf("%s: %s %s: %s", u.deed.mutation, code, fields, got.body)
				}
				if ran.Count() != u.cost {
					t.Errorf("%s, with %d contracts more: %d statements, want %d (%s): %.2500q", u.deed.mutation, more, ran.Count(), u.cost, u.reason, ran.Texts())
				}
			}
		}
	})
}

// TestEveryUseCaseRefusesBadInput: nobody, ids that are none, and what is bad of
// each; nothing is written.
func TestEveryUseCaseRefusesBadInput(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		list := useCases(app.World)
		tokens := map[string]string{}
		for _, u := range list {
			tokens[u.as] = u.token(t, app)
		}
		tried, stored := 0, app.Files.Count()
		nothingIsWritten(t, app, func() {
			for _, u := range list {
				all := slices.Clone(u.bad)
				if u.story != "" {
					for what, id := range map[string]string{
						"nonsense": "%%%", "empty": "", "of a partner": globalID("Partner", 1), "unknown": globalID("Contract", 1<<40), "negative": globalID("Contract", -1),
					} {
						all = append(all, badInput{"a contract's id that is " + what, map[string]any{"contract": id}, "NOT_FOUND", ""})
					}
				}
				for _, b := range all {
					got, _ := u.ask(t, app, tokens[u.as], b.input)
					if code, fields := refusedAs(got); code != b.code || fields != b.fields {
						t.Errorf("%s with %s: %s of %q, want %s of %q: %.600s", u.deed.mutation, b.what, code, fields, b.code, b.fields, got.body)
					}
					tried++
				}
				if got, _ := u.ask(t, app, "", nil); !slices.Equal(got.codes(), []string{"UNAUTHENTICATED"}) {
					t.Errorf("%s by nobody: %s", u.deed.mutation, got.body)
				}
			}
		})
		if app.Files.Count() != stored {
			t.Errorf("%d files were stored", app.Files.Count()-stored)
		}
		if strings.Contains(app.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours: %s", app.Log)
		}
		t.Logf("%d bad inputs of %d use-cases", tried, len(list))
	})
}

// TestEveryUseCaseIsListed: every mutation of the schema and every action has its
// cost and its bad input.
func TestEveryUseCaseIsListed(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	listed := map[string]useCase{}
	for _, u := range useCases(app.World) {
		if _, twice := listed[u.deed.mutation]; twice {
			t.Errorf("%s is listed twice", u.deed.mutation)
		}
		listed[u.deed.mutation] = u
	}
	schema, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(schema), "\ntype Mutation {")
	text, _, _ = strings.Cut(text, "\n}")
	mutations := regexp.MustCompile(`(?m)^  (\w+)\(`).FindAllStringSubmatch(text, -1)
	if len(mutations) < 30 {
		t.Fatalf("only %d mutations are found", len(mutations))
	}
	kept := map[string]bool{} // the catalogue's have their own tables, of both
	for _, b := range badKeepings(app) {
		kept[b.do.mutation] = true
	}
	for _, p := range paperCases() { // and so have those of agreements
		kept[p.mutation] = true
	}
	for name := range guestCosts { // those of guests
		kept[name] = true
	}
	for name := range hookCosts { // those of webhooks
		kept[name] = true
	}
	for name := range partnerCosts { // those of partners and accounts
		kept[name] = true
	}
	for name := range memberCosts { // those of institutions and their members
		kept[name] = true
	}
	for name := range accountCosts { // those of accounts
		kept[name] = true
	}
	for name := range notificationCosts { // those of notifications
		kept[name] = true
	}
	for _, k := range onboardingKeys(app) { // those of an onboarding
		kept[k.mutation] = true
	}
	for _, c := range certificationCases(app) { // those of registrations for certifications
		kept[c.mutation] = true
	}
	for _, name := range []string{"apiKeyCreate", "apiKeyRevoke", "bannerCreate"} { // those of keys, and what comes with a picture
		kept[name] = true
	}
	for _, m := range mutations {
		if kept[m[1]] {
			continue
		}
		if u, ok := listed[m[1]]; !ok || u.cost == 0 || len(u.bad) == 0 && u.story == "" {
			t.Errorf("%s has no cost, or no bad input", m[1])
		}
	}
	for _, action := range lifecycle.ContractActions {
		if _, ok := listed[deeds[action].mutation]; !ok {
			t.Errorf("the action %s has no use-case here", action)
		}
	}
}

// long is a text with so many letters.
func long(n int) string { return strings.Repeat("a", n) }

// badReasons are what no reason may be.
func badReasons(field string) []badInput {
	var list []badInput
	for what, text := range map[string]string{"no reason": "", "a blank reason": " \t", "a long reason": long(1001), "a zero character": "a\x00b"} {
		list = append(list, badInput{what, map[string]any{field: text}, "INVALID", field})
	}
	return list
}
