package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kontrak/graph"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// TestGuestsSignThroughTheGraph: nobody has signed in; each sees its own part alone, and
// the evidence is what the page keeps.
func TestGuestsSignThroughTheGraph(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		g := newGuests(t, doors.Start(t, db))
		first, second := g.token(0), g.token(1)
		got := g.see(first)
		v, fields := got.object("signing"), got.list("signing", "fields")
		if v["name"] != "Ana Wijaya" || v["title"] != "Please sign" || v["role"] != "Buyer" || v["status"] != "VIEWED" || v["codeAsked"] != false || v["answeredAt"] != nil || len(fields) != 3 {
			t.Errorf("the first sees %s", got.body)
		}
		for _, others := range []string{"Budi", "Position", "4711", "digits"} {
			if strings.Contains(got.body, others) {
				t.Errorf("the first is shown %q", others)
			}
		}
		if p := g.person(0); p.Status != lifecycle.ParticipantViewed || p.ViewedAt == nil || len(fmt.Sprint(v["documentSha256"])) != 64 {
			t.Errorf("the first has not viewed it: %+v", p)
		}
		g.Clock.Advance(time.Minute)
		got = g.sign(first, g.firsts())
		if code, _ := refusedAs(got); code != "" || got.object("done", "signing")["status"] != "SIGNED" || got.object("done", "signing")["answeredAt"] != "2026-06-08T02:01:00Z" {
			t.Errorf("the first signs: %s", got.body)
		}
		p := g.person(0)
		if p.Status != lifecycle.ParticipantSigned || !p.AnsweredAt.Equal(world.Now.Add(time.Minute)) || !p.AnsweredWallAt.Equal(g.Wall.Now()) ||
			p.AnswerAddress != "192.0.2.1" || p.AnswerAgent != "" || p.AnswerSha256 != v["documentSha256"] || p.TokenHash != "" {
			t.Errorf("the evidence is %+v", p)
		}
		if code, _ := refusedAs(g.sign(second, g.seconds())); code != "" {
			t.Errorf("the second signs: %s", code)
		}
		paper, err := g.Market.Agreement(g.As(customer), g.paper, market.AgreementEverything)
		if err != nil || paper.ConcludedAt == nil || paper.ConcludedFile == nil || paper.Signature.Status != lifecycle.SignatureDone {
			t.Errorf("it is not concluded: %+v %v", paper, err)
		}
	})
}

// TestTheProgramOfAGuestIsEvidence: with its name, as far as it can be kept.
func TestTheProgramOfAGuestIsEvidence(t *testing.T) {
	t.Parallel()
	g := newGuests(t, doors.Start(t, testkit.SQLite(t)))
	second := g.token(1)
	r := g.Request(t, http.MethodPost, "/query", "", map[string]any{
		"query":     `mutation($in: SigningRefuseInput!) { signingRefuse(input: $in) { signing { status } userErrors { code } } }`,
		"variables": map[string]any{"in": map[string]any{"token": g.token(0), "reason": "Too dear."}},
	})
	r.Header.Set("User-Agent", "Reader/3")
	r.RemoteAddr = "198.51.100.7:4000"
	if w := g.Send(r); !strings.Contains(string(w.Body), "REFUSED") {
		t.Fatalf("%s", w.Body)
	}
	if p := g.person(0); p.AnswerAgent != "Reader/3" || p.AnswerAddress != "198.51.100.7" || p.AnswerReason != "Too dear." || p.Status != lifecycle.ParticipantRefused {
		t.Errorf("the evidence is %+v", p)
	}
	if got := g.see(second); got.Data["signing"] != nil {
		t.Errorf("the second may sign still: %s", got.body)
	}
}

// TestOneAnswerOfTheGraphForEveryTokenThatIsNotGood: byte for byte, whatever is wrong
// with the token.
func TestOneAnswerOfTheGraphForEveryTokenThatIsNotGood(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		g := newGuests(t, doors.Start(t, db))
		used, replaced := g.token(0), g.token(1)
		values := g.firsts()
		if code, _ := refusedAs(g.sign(used, values)); code != "" {
			t.Fatal(code)
		}
		if _, err := g.Market.SendSignature(g.As(customer), g.asked.UUID, market.SendSignature{Participant: g.asked.Participants[1].UUID}); err != nil {
			t.Fatal(err)
		}
		fresh := g.token(1)
		if got := g.see(fresh); got.object("signing")["name"] != "Budi" {
			t.Errorf("the new token: %s", got.body)
		}
		const unknown = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		tokens := map[string]string{
			"unknown": unknown, "used": used, "replaced": replaced, "empty": "", "short": "x", "in small letters": strings.ToLower(fresh),
			"zero": strings.Repeat("\x00", 32), "longer": fresh + "A", "huge": strings.Repeat("A", 60_000), "a pattern": strings.Repeat("%", 32),
		}
		check := func() {
			want := map[string]string{}
			for name, token := range tokens {
				for what, got := range map[string]*answer{
					"see": g.see(token), "sign": g.sign(token, values), "sign without anything": g.sign(token, nil),
					"refuse": g.answerBy(t.Context(), "signingRefuse", token, map[string]any{"reason": "No."}),
					// what is asked of an answer is not said before the token is known
					"refuse without a reason": g.answerBy(t.Context(), "signingRefuse", token, map[string]any{"reason": ""}),
				} {
					kind, _, _ := strings.Cut(what, " ")
					if want[kind] == "" {
						want[kind] = got.body
					}
					if got.body != want[kind] || got.status != http.StatusOK || kind == "see" && got.body != `{"data":{"signing":null}}` || kind != "see" && !strings.Contains(got.body, `"code":"NOT_FOUND"`) {
						t.Errorf("%s with a token that is %s: %s", what, name, got.body)
					}
				}
			}
		}
		check()
		tokens = map[string]string{"unknown": unknown, "over": fresh}
		g.Clock.Advance(31 * 24 * time.Hour)
		check()
	})
}

// TestAGuestsAnswerNamesWhatIsWrongWithIt: each field by its place in the input, and
// nothing is written but the tries of a code.
func TestAGuestsAnswerNamesWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		g := newGuests(t, doors.Start(t, db))
		first, second := g.token(0), g.token(1)
		g.see(first)
		name, box, other := g.field(1), g.field(2), g.field(3)
		nothingIsWritten(t, g.App, func() {
			for what, c := range map[string]struct {
				values []any
				fields string
			}{
				"nothing":           {nil, "values"},
				"a blank signature": {[]any{value(name, " ")}, "values[0].value"},
				"a long one":        {[]any{value(box, ""), value(name, long(4001))}, "values[1].value"},
				"a zero character":  {[]any{value(name, "a\x00")}, "values[0].value"},
				"no mark":           {[]any{value(name, "Ana"), value(box, "maybe")}, "values[1].value"},
				"another's field":   {[]any{value(name, "Ana"), value(other, "x")}, "values[1].value"},
				"no field":          {[]any{value(name, "Ana"), value(-1, "x")}, "values[1].value"},
				"a field twice":     {[]any{value(name, "Ana"), value(name, "Ana")}, "values[1].field"},
			} {
				got := g.sign(first, map[string]any{"values": c.values})
				if code, fields := refusedAs(got); code != "INVALID" || fields != c.fields {
					t.Errorf("%s: %s of %q, want %q: %s", what, code, fields, c.fields, got.body)
				}
			}
			for what, reason := range map[string]string{"no reason": " ", "a long one": long(1001)} {
				got := g.answerBy(t.Context(), "signingRefuse", first, map[string]any{"reason": reason})
				if code, fields := refusedAs(got); code != "INVALID" || fields != "reason" {
					t.Errorf("%s: %s", what, got.body)
				}
			}
			noCode := g.seconds()
			delete(noCode, "code")
			if code, fields := refusedAs(g.sign(second, noCode)); code != "INVALID" || fields != "code" {
				t.Errorf("without a code: %s of %q", code, fields)
			}
		})
		wrong := g.seconds()
		wrong["code"] = "0000"
		for range 7 {
			if code, fields := refusedAs(g.sign(second, wrong)); code != "INVALID" || fields != "code" {
				t.Errorf("a wrong code: %s of %q", code, fields)
			}
		}
		got := g.see(second)
		if v := got.object("signing"); g.person(1).CodeFailures != 5 || v["codeLocked"] != true || v["codeHint"] != "the last digits" {
			t.Errorf("after seven wrong codes: %s", got.body)
		}
		if code, _ := refusedAs(g.sign(second, g.seconds())); code != "INVALID" {
			t.Errorf("the right code after them: %s", code)
		}
	})
}

// TestGuessesThroughTheGraphAreFew: each token that is shown counts, several in one
// operation too, and those of the page with them.
func TestGuessesThroughTheGraphAreFew(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	auth, err := authn.New(authn.Config{
		Store: app.Store, Wall: app.Wall.Now, Issuer: testkit.Issuer, Audience: testkit.Audience,
		Keys: authn.Keys{Current: testkit.KeyID, Secrets: testkit.Secrets}, Limits: authn.Limits{PerAddress: 4},
		Codes: testkit.Codes,
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := graph.NewHandler(graph.HandlerConfig{
		App: app.Market, Auth: auth, Authenticate: func(*http.Request) (actor.Actor, error) { return actor.Actor{}, nil },
	})
	from := func(address, query string) string {
		r := app.Request(t, http.MethodPost, "/query", "", map[string]any{"query": query})
		r.RemoteAddr = address
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Body.String()
	}
	const three = `{ a: signing(token: "A") { name } b: signing(token: "B") { name } c: signing(token: "C") { name } }`
	if got := from("192.0.2.9:1", three); strings.Contains(got, "RATE_LIMITED") {
		t.Errorf("three: %s", got)
	}
	if got := from("192.0.2.9:2", three); strings.Count(got, `"code":"RATE_LIMITED"`) != 2 || !strings.Contains(got, `"retry_after":60`) {
		t.Errorf("three more: %s", got)
	}
	for _, mutation := range []string{`signingSign(input: {token: "A"})`, `signingRefuse(input: {token: "A", reason: "x"})`} {
		if got := from("192.0.2.9:3", `mutation { `+mutation+` { userErrors { code } } }`); !strings.Contains(got, "RATE_LIMITED") {
			t.Errorf("%s: %s", mutation, got)
		}
	}
	if got := from("192.0.2.10:1", three); strings.Contains(got, "RATE_LIMITED") {
		t.Errorf("from another address: %s", got)
	}
	app.Wall.Advance(time.Minute)
	if got := from("192.0.2.9:4", three); strings.Contains(got, "RATE_LIMITED") {
		t.Errorf("a minute later: %s", got)
	}
}

// TestNoTokenOfAGuestIsLogged: neither from variables, nor from a document or an address.
func TestNoTokenOfAGuestIsLogged(t *testing.T) {
	t.Parallel()
	g := newGuests(t, doors.Start(t, testkit.SQLite(t)))
	first, second := g.token(0), g.token(1)
	g.see(first)
	inline := `{ signing(token: "` + first + `") { name } }`
	if got := ask(t, g.App, "", inline, nil); got.object("signing")["name"] != "Ana Wijaya" {
		t.Errorf("%s", got.body)
	}
	if got := g.Do(t, http.MethodGet, "/query?query="+url.QueryEscape(inline), "", nil); got.Status != http.StatusOK {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	for _, broken := range []string{`{ signing(token: "` + first + `") }`, `{ signing(token: "` + first + `"`, `{ signin(token: "` + first + `") { name } }`} {
		try(t.Context(), t, g.App, "", broken, nil)
	}
	g.sign(first, g.firsts())
	g.sign(first, g.firsts())
	g.sign(second, g.seconds())
	for _, secret := range []string{first, second, "4711"} {
		if strings.Contains(g.Log.String(), secret) {
			t.Errorf("%q is logged: %s", secret, g.Log)
		}
	}
	if !strings.Contains(g.Log.String(), "/query") {
		t.Error("nothing is logged")
	}
}

// guestCosts are what guests' operations cost at the second time.
var guestCosts = map[string]int{"signing": 6, "signingSign": 11, "signingRefuse": 12}

// TestWhatGuestsDoCostsItsStatements: with few agreements and with many.
func TestWhatGuestsDoCostsItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		for _, more := range []int{0, 200} {
			app := doors.Start(t, another(t, db))
			if more > 0 {
				app.Papers(t, more, 5)
			}
			g, other := newGuests(t, app), newGuests(t, app)
			for name, do := range map[string]func(context.Context) *answer{
				"signing": func(ctx context.Context) *answer {
					g.see(g.token(1))
					return askIn(ctx, t, app, "", seeing, map[string]any{"t": g.token(1)})
				},
				"signingSign": func(ctx context.Context) *answer { return g.answerBy(ctx, "signingSign", g.token(0), g.firsts()) },
				"signingRefuse": func(ctx context.Context) *answer {
					return g.answerBy(ctx, "signingRefuse", other.token(0), map[string]any{"reason": "No."})
				},
			} {
				ctx, ran := store.Observe(t.Context())
				got := do(ctx)
				if name != "signing" {
					if code, fields := refusedAs(got); code != "" {
						t.Errorf("%s: %s %s", name, code, fields)
					}
				}
				if ran.Count() != guestCosts[name] {
					t.Errorf("%s, with %d agreements more: %d statements, want %d: %.2500q", name, more, ran.Count(), guestCosts[name], ran.Texts())
				}
			}
		}
	})
}

// TestWhatAGuestIsShownDoesNotHangOnTheAccount: the token says it all, whoever is signed
// in beside.
func TestWhatAGuestIsShownDoesNotHangOnTheAccount(t *testing.T) {
	t.Parallel()
	g := newGuests(t, doors.Start(t, testkit.SQLite(t)))
	vars := map[string]any{"t": g.token(1)}
	want := g.see(g.token(1)).body
	for _, email := range []string{customer, partner, "foreign@demo.test", theAdmin} {
		if got := ask(t, g.App, g.Token(t, email), seeing, vars); got.body != want {
			t.Errorf("%s sees %s, and nobody signed in %s", email, got.body, want)
		}
	}
}
