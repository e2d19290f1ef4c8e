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
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// unkeyed are the mutations that take no part, with the reason.
var unkeyed = map[string]string{
	"accountClose":          "the session ends",
	"webhookCreate":         "a secret is given",
	"webhookRotateSecret":   "a secret is given",
	"accountRegister":       "nobody has signed in",
	"accountVerifyEmail":    "nobody has signed in, and tokens are given",
	"apiKeyCreate":          "a key is given",
	"clockAdvance":          "no record is changed in a transaction of its own",
	"codeSend":              "a code is sent",
	"contractShowEndCode":   "a code is given",
	"contractShowStartCode": "a code is given",
	"passwordChange":        "the session ends, and passwords are not hashed with the rest",
	"passwordReset":         "nobody has signed in",
	"invitationAccept":      "nobody has signed in",
	"passwordVerifyCode":    "nobody has signed in, and a token is given",
	"sessionEnd":            "the session ends",
	"sessionOpen":           "tokens are given",
	"sessionRefresh":        "tokens are given",
	"signingRefuse":         "a guest has no account",
	"signingSign":           "a guest has no account",
}

// keyCase is a mutation that is done twice under one key.
type keyCase struct {
	mutation string
	// gone says that there is nothing to show afterwards.
	gone bool
	ask  func(t testing.TB) (*answer, *store.Statements)
}

// keyCases are mutations in which nothing is wrong, in the order in which one world can
// do them.
func keyCases(t *testing.T, app *testkit.App) []keyCase {
	var list []keyCase
	for _, u := range useCases(app.World) {
		change := map[string]any{}
		list = append(list, keyCase{u.deed.mutation, false, func(k testing.TB) (*answer, *store.Statements) {
			if u.needs != "" && change["qrToken"] == nil {
				show := deeds[u.needs]
				if u.needs == lifecycle.ActShowEndCode {
					show = showEnd
				}
				change["qrToken"] = scanByGraph(t, app, app.Token(t, customer), show, app.World.Contract(u.story))
			}
			return u.ask(k, app, u.token(t, app), change)
		}})
	}
	token, admin, good := app.Token(t, customer), app.Token(t, theAdmin), inputs(app)
	simple := func(mutation, token, document string, input map[string]any) {
		list = append(list, keyCase{mutation, false, func(t testing.TB) (*answer, *store.Statements) {
			ctx, ran := store.Observe(t.Context())
			return try(ctx, t, app, token, document, map[string]any{"input": input}), ran
		}})
	}
	for _, k := range keepsCatalogue {
		simple(k.mutation, admin, k.text(), good[k.mutation])
	}
	for _, p := range paperCases() {
		on := p.subject(t, app)
		gone := p.mutation == "tagDelete" || p.mutation == "counterpartyDelete"
		list = append(list, keyCase{p.mutation, gone, func(t testing.TB) (*answer, *store.Statements) { return p.ask(t, app, token, on, nil) }})
	}
	made := ask(t, app, token, makeKey, map[string]any{"input": map[string]any{"institution": globalID("Institution", app.World.Institutions["home"]), "label": "Till"}})
	simple("apiKeyRevoke", token, revokeKey, map[string]any{"apiKey": made.object("done", "apiKey")["id"]})
	device := map[string]any{"id": "phone", "pushToken": "a-token-of-the-device"}
	simple("deviceKeep", token, `mutation($input: DeviceKeepInput!) { done: deviceKeep(input: $input) { userErrors { code } } }`, device)
	simple("deviceForget", token, `mutation($input: DeviceForgetInput!) { done: deviceForget(input: $input) { userErrors { code } } }`, map[string]any{"id": "phone"})
	simple("profileUpdate", token, `mutation($input: ProfileUpdateInput!) { done: profileUpdate(input: $input) { user { id fullName } userErrors { code } } }`, map[string]any{"fullName": "Sari"})
	list = append(list, partnerKeyCases(t, app)...)
	leaver, _ := app.World.Account("member@demo.test")
	simple("userClose", admin, `mutation($input: UserCloseInput!) { done: userClose(input: $input) { user { id fullName } userErrors { code } } }`,
		map[string]any{"user": globalID("User", leaver.UserID), "reason": "Gone."})
	hook := aHook(t, app, token, globalID("Institution", app.World.Institutions["home"]), 1)
	simple("webhookUpdate", token, changeHook, map[string]any{"webhook": hook, "url": "https://example.org/"})
	message := app.Store.Client().WebhookDelivery.Query().OnlyIDX(t.Context())
	simple("webhookReplay", token, replayHook, map[string]any{"delivery": globalID("WebhookDelivery", message)})
	simple("webhookDelete", token, deleteHook, map[string]any{"webhook": hook})
	for _, m := range memberCases(t, app) {
		simple(m.mutation, app.Token(t, m.email), m.text(), m.input)
	}
	account, _ := app.World.Account(customer)
	list = append(list, onboardingKeys(app)...)
	told := app.Store.Client().Notification.Create().SetUserID(account.UserID).SetKey("K").SetType("contract_accepted").
		SetSubjectType("Contract").SetSubjectID(app.World.Contract("running")).SetCreatedAt(app.Clock.Now()).SaveX(t.Context())
	simple("notificationRead", token, `mutation($input: NotificationInput!) { done: notificationRead(input: $input) { notification { id isRead readAt } userErrors { code } } }`,
		map[string]any{"notification": globalID("Notification", told.ID)})
	simple("notificationsReadAll", token, `mutation { done: notificationsReadAll { count userErrors { code } } }`, nil)
	return list
}

// partnerKeyCases are those about partners and accounts.
func partnerKeyCases(t *testing.T, app *testkit.App) []keyCase {
	var list []keyCase
	on := func(mutation, as, inputType, shown string, input map[string]any) {
		document := fmt.Sprintf("mutation($input: %s!) { done: %s(input: $input) { %s userErrors { code } } }", inputType, mutation, shown)
		token := app.Token(t, as)
		list = append(list, keyCase{mutation, false, func(t testing.TB) (*answer, *store.Statements) {
			ctx, ran := store.Observe(t.Context())
			return try(ctx, t, app, token, document, map[string]any{"input": input}), ran
		}})
	}
	partner, own := globalID("Partner", app.World.Partners["partner"]), globalID("Partner", app.World.Partners["kind_missing"])
	newcomer, _ := app.World.Account("newcomer@demo.test")
	place := map[string]any{"province": "Banten", "city": "Serang", "address": "Jalan Raya 1", "latitude": -6.1, "longitude": 106.1}
	on("partnerWish", customer, "PartnerInput", "partner { id isWishlisted }", map[string]any{"partner": partner})
	on("partnerUnwish", customer, "PartnerInput", "partner { id isWishlisted }", map[string]any{"partner": partner})
	on("domicileUpdate", "partner@demo.test", "PlaceInput", "user { partner { location { city } } }", place)
	on("educationUpdate", "partner@demo.test", "EducationUpdateInput", "user { partner { education { level } } }", map[string]any{"level": "diploma", "institutionName": "Politeknik"})
	on("partnerCreate", "supervisor@demo.test", "PartnerCreateInput", "partner { id email }", map[string]any{
		"email": "made@example.com", "fullName": "Made", "phoneNumber": "+62 812 999 0001", "gender": "MALE", "location": place, "competencies": []any{},
	})
	on("partnerUpdate", "supervisor@demo.test", "PartnerUpdateInput", "partner { id fullName }", map[string]any{"partner": own, "fullName": "New"})
	on("partnerDelete", "supervisor@demo.test", "PartnerInput", "partnerId", map[string]any{"partner": own})
	on("userSuspend", theAdmin, "UserReasonInput", "user { id status }", map[string]any{"user": globalID("User", newcomer.UserID), "reason": "Complaints."})
	on("userReinstate", theAdmin, "UserInput", "user { id status }", map[string]any{"user": globalID("User", newcomer.UserID)})
	on("supervisorCreate", theAdmin, "SupervisorCreateInput", "user { id email }", map[string]any{"email": "new@example.com", "fullName": "New"})
	return list
}

var writing = regexp.MustCompile(`^(INSERT|UPDATE|DELETE)`)

// TestEveryMutationIsDoneOncePerKey: the second request with the key writes nothing,
// costs little and gets the same answer; without the key each of them would be refused
// or do it again. What takes no part is listed with its reason, here and in the
// documentation.
func TestEveryMutationIsDoneOncePerKey(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
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
		app := testkit.Start(t, db)
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
		app := testkit.Start(t, db)
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
		app := testkit.Start(t, db)
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
		app := testkit.Start(t, db)
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
		app := testkit.Start(t, db)
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
		app := testkit.Start(t, db)
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
