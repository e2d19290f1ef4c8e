package graph_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"kontrak/ent/contracthistory"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

var writing = regexp.MustCompile(`^(INSERT|UPDATE|DELETE)`)

// TestEveryMutationIsDoneOncePerKey: the second request with the key writes nothing,
// costs little and gets the same answer; without the key each of them would be refused
// or do it again. What takes no part is listed with its reason, here and in the
// documentation.
func TestEveryMutationIsDoneOncePerKey(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		kept := map[string]bool{}
		for _, c := range keyCases(t, app) {
			if unkeyed[c.mutation] != "" {
				c.ask(t)
				continue
			}
			kept[c.mutation] = true
			with := testkit.Keyed(t, "key-of-"+c.mutation)
			first, did := c.ask(with)
			if code, fields := refusedAs(first); code != "" {
				t.Errorf("%s: %s %s: %s", c.mutation, code, fields, first.body)
				continue
			}
			again, ran := c.ask(with)
			if again.body != first.body && !c.gone {
				t.Errorf("%s, again: %.600s\nfirst: %.600s", c.mutation, again.body, first.body)
			}
			if code, _ := refusedAs(again); code != "" || c.gone && strings.Contains(again.body, `"id"`) {
				t.Errorf("%s, again, with nothing to show: %s", c.mutation, again.body)
			}
			for _, text := range ran.Texts() {
				if writing.MatchString(text) {
					t.Errorf("%s, again, writes: %s", c.mutation, text)
				}
			}
			if ran.Count() > did.Count() {
				t.Errorf("%s, again: %d statements, after %d", c.mutation, ran.Count(), did.Count())
			}
		}
		everyMutation(t, func(name string) {
			if kept[name] == (unkeyed[name] != "") {
				t.Errorf("%s: keeps its key %v, listed as one that takes no part %v", name, kept[name], unkeyed[name] != "")
			}
		})
	})
}

// everyMutation visits the mutations of the schema.
func everyMutation(t testing.TB, visit func(name string)) {
	t.Helper()
	schema, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(schema), "\ntype Mutation {")
	text, _, _ = strings.Cut(text, "\n}")
	found := regexp.MustCompile(`(?m)^  ([a-z]\w+)(?:\(|: [A-Z]\w+!$)`).FindAllStringSubmatch(text, -1)
	if len(found) < 60 {
		t.Fatalf("only %d mutations are found", len(found))
	}
	for _, m := range found {
		visit(m[1])
	}
}

const acceptOffer = `mutation($input: ContractInput!) { done: contractAccept(input: $input) { contract { id status version } userErrors { field code } } }`

func contractInput(app *testkit.App, story string) map[string]any {
	return map[string]any{"input": map[string]any{"contract": globalID("Contract", app.World.Contract(story))}}
}

// moves counts the accepted offers in the history of a contract.
func moves(t testing.TB, app *testkit.App, story string) int {
	t.Helper()
	n, err := app.Store.Client().ContractHistory.Query().Where(contracthistory.ContractID(app.World.Contract(story)), contracthistory.EventEQ(lifecycle.ContractAccept)).Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAKeyStandsForOneRequestOfOneCaller: whoever sends another request under it is told
// so at the top, and changes nothing; another caller, another operation and, after a
// day, anybody may use it; a refused try has not used it up.
func TestAKeyStandsForOneRequestOfOneCaller(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		k, token, admin := testkit.Keyed(t, "K-1"), app.Token(t, customer), app.Token(t, theAdmin)
		tag := func(t testing.TB, token, name string) *answer {
			return try(t.Context(), t, app, token, `mutation($input: TagCreateInput!) { done: tagCreate(input: $input) { tag { id name } userErrors { field code } } }`,
				map[string]any{"input": map[string]any{"institution": globalID("Institution", app.World.Institutions["home"]), "name": name}})
		}
		if code, fields := refusedAs(tag(k, token, " ")); code != "INVALID" || fields != "name" {
			t.Errorf("a bad name: %s of %s", code, fields)
		}
		first := tag(k, token, "Red")
		if code, _ := refusedAs(first); code != "" {
			t.Fatalf("after a refused try: %s", first.body)
		}
		nothingIsWritten(t, app, func() {
			if got := tag(k, token, "Blue"); len(got.Errors) != 1 || got.codes()[0] != "IDEMPOTENCY_CONFLICT" {
				t.Errorf("another request: %s", got.body)
			}
			if got := tag(k, token, "Red"); got.body != first.body {
				t.Errorf("the same request: %s", got.body)
			}
		})
		if got := tag(k, admin, "Blue"); got.object("done", "tag") == nil {
			t.Errorf("another caller: %s", got.body)
		}
		party := try(k.Context(), k, app, token, `mutation($input: CounterpartyCreateInput!) { done: counterpartyCreate(input: $input) { counterparty { id } userErrors { code } } }`,
			map[string]any{"input": map[string]any{"institution": globalID("Institution", app.World.Institutions["home"]), "name": "Red"}})
		if party.object("done", "counterparty") == nil {
			t.Errorf("another operation: %s", party.body)
		}
		app.Wall.Advance(24*time.Hour - time.Millisecond)
		token = app.Token(t, customer)
		if got := tag(k, token, "Red"); got.body != first.body {
			t.Errorf("shortly before a day is over: %s", got.body)
		}
		app.Wall.Advance(time.Millisecond)
		if got := tag(k, token, "Green"); got.object("done", "tag") == nil {
			t.Errorf("after a day: %s", got.body)
		}
		if got := tag(k, token, "Green"); got.object("done", "tag") == nil {
			t.Errorf("after a day, again: %s", got.body)
		}
	})
}

// TestSeveralMutationsOfARequestHaveAKeyEach: by their response keys.
func TestSeveralMutationsOfARequestHaveAKeyEach(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		k, token, home := testkit.Keyed(t, "K-1"), app.Token(t, customer), globalID("Institution", app.World.Institutions["home"])
		two := func(b string) *answer {
			return try(k.Context(), k, app, token, `mutation($i: ID!, $b: String!) {
				a: tagCreate(input: { institution: $i, name: "A" }) { tag { id } userErrors { code } }
				b: tagCreate(input: { institution: $i, name: $b }) { tag { id } userErrors { code } } }`, map[string]any{"i": home, "b": b})
		}
		first := two("B")
		if first.object("a", "tag") == nil || first.object("b", "tag") == nil {
			t.Fatal(first.body)
		}
		if got := two("B"); got.body != first.body {
			t.Errorf("again: %s", got.body)
		}
		if got := two("C"); len(got.Errors) != 1 || got.codes()[0] != "IDEMPOTENCY_CONFLICT" || fmt.Sprint(got.Errors[0].Path) != "[b]" {
			t.Errorf("another second one: %s", got.body)
		}
	})
}

// TestAKeyMayStandInTheRequest: in its extensions, and then the header says the same; and
// what is no key is refused at the top, before anything is done.
func TestAKeyMayStandInTheRequest(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, app.PartnerEmail("partner"))
		send := func(t testing.TB, extension string) *answer {
			id := globalID("Contract", app.World.Contract("offer"))
			return send(t.Context(), t, app, token, fmt.Sprintf(`{"query": %q, "variables": {"input": {"contract": %q}}, "extensions": {"idempotencyKey": %s}}`, acceptOffer, id, extension))
		}
		nothingIsWritten(t, app, func() {
			for what, got := range map[string]*answer{
				"no text": send(t, "7"), "empty": send(t, `""`), "a space": send(t, `"a b"`), "no ASCII": send(t, `"schlüssel"`), "too long": send(t, `"`+long(256)+`"`),
				"a header that differs": send(testkit.Keyed(t, "other"), `"this"`), "an empty header": send(testkit.Keyed(t, ""), "null"),
			} {
				if len(got.Errors) != 1 || got.codes()[0] != "INVALID" || !strings.Contains(got.body, `"field":"Idempotency-Key"`) || got.Data != nil {
					t.Errorf("%s: %s", what, got.body)
				}
			}
		})
		first := send(t, `"`+long(255)+`"`)
		if got := send(testkit.Keyed(t, long(255)), "null"); got.body != first.body || first.object("done", "contract") == nil {
			t.Errorf("by the header: %s, first %s", got.body, first.body)
		}
		if n := moves(t, app, "offer"); n != 1 {
			t.Errorf("%d moves", n)
		}
	})
}

// TestARepeatShowsWhatItsFirstAnswerMay: whoever has rejected an offer gets the contract
// back again; and once somebody else has changed it, only what is for the caller now.
func TestARepeatShowsWhatItsFirstAnswerMay(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, app.PartnerEmail("partner"))
		vars := contractInput(app, "offer")
		vars["input"].(map[string]any)["reason"] = "Ill."
		reject := func(t testing.TB) *answer {
			return try(t.Context(), t, app, token, `mutation($input: ContractReasonInput!) { done: contractReject(input: $input) {
				contract { id status version partner { id } contactPersons { name phone } assignments { status } } userErrors { code } } }`, vars)
		}
		k := testkit.Keyed(t, "K-1")
		first, again := reject(k), reject(k)
		if first.object("done", "contract", "partner") == nil || again.body != first.body {
			t.Fatalf("again: %s\nfirst: %s", again.body, first.body)
		}
		assign := deeds[lifecycle.ActAssignReplacement]
		in := map[string]any{"contract": vars["input"].(map[string]any)["contract"], "partner": globalID("Partner", app.World.Queue.EligibleID)}
		if got := ask(t, app, app.Token(t, "supervisor@demo.test"), assign.text(), map[string]any{"input": in}); got.object("done", "contract") == nil {
			t.Fatal(got.body)
		}
		if got := reject(k); !strings.Contains(got.body, `{"done":{"contract":null,"userErrors":[]}}`) || len(got.Errors) != 0 {
			t.Errorf("after somebody else has the contract: %s", got.body)
		}
		if got := reject(t); got.object("done")["contract"] != nil || !strings.Contains(got.body, "NOT_FOUND") {
			t.Errorf("without the key: %s", got.body)
		}
	})
}

// TestAFileIsPartOfTheRequest: the same file is the same request, however it is packed;
// another one is another; and a repeat stores none.
func TestAFileIsPartOfTheRequest(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		k, token := testkit.Keyed(t, "K-1"), app.Token(t, customer)
		attach := func(file string) *answer {
			r := app.AskWithFiles(k, token, `mutation($input: ContractPaymentProofInput!) { done: contractSendPaymentProof(input: $input) { contract { id version } userErrors { code } } }`,
				map[string]any{"input": map[string]any{"contract": globalID("Contract", app.World.Contract("to_pay")), "file": nil}}, map[string]string{"variables.input.file": file})
			return answerOf(t, app.Send(r))
		}
		first := attach(testkit.PNG)
		files := app.Files.Count()
		if again := attach(testkit.PNG); again.body != first.body || first.object("done", "contract") == nil {
			t.Errorf("again: %s, first: %s", again.body, first.body)
		}
		if got := attach(testkit.JPEG); len(got.Errors) != 1 || got.codes()[0] != "IDEMPOTENCY_CONFLICT" {
			t.Errorf("another file: %s", got.body)
		}
		if n := app.Files.Count(); n != files {
			t.Errorf("%d files were stored", n-files)
		}
	})
}

// TestTwoAtOnceWithAKeyDoItOnce: both get the same answer.
func TestTwoAtOnceWithAKeyDoItOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, app.PartnerEmail("partner"))
		const rivals = 6
		answers := make(chan string, rivals)
		begin := make(chan struct{})
		for range rivals {
			r := app.Request(t, http.MethodPost, "/query", token, map[string]any{"query": acceptOffer, "variables": contractInput(app, "offer")})
			r.Header.Set("Idempotency-Key", "K-1")
			go func() { <-begin; answers <- string(app.Send(r).Body) }()
		}
		close(begin)
		first := <-answers
		for range rivals - 1 {
			if got := <-answers; got != first {
				t.Errorf("%s, and %s", first, got)
			}
		}
		if n := moves(t, app, "offer"); n != 1 || !strings.Contains(first, "ACCEPTED") {
			t.Errorf("%d moves: %s", n, first)
		}
	})
}
