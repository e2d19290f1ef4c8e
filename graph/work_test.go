package graph_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// The deeds of the work.
var (
	goOnRoute = deed{mutation: "contractGoOnRoute", inputType: "ContractInput", method: http.MethodPatch, path: "/api/v1/partner/contracts/%d/on-route"}
	showStart = deed{mutation: "contractShowStartCode", inputType: "ContractInput", method: http.MethodGet, path: "/api/v1/contracts/%d/qr-token-start", result: "code"}
	startWork = deed{mutation: "contractStartWork", inputType: "ContractScanInput", method: http.MethodPatch, path: "/api/v1/partner/contracts/%d/start-work"}
	moreTime  = deed{mutation: "contractRequestExtension", inputType: "ContractRequestExtensionInput", method: http.MethodPost, path: "/api/v1/partner/contracts/%d/request-extension"}
	grant     = deed{mutation: "contractApproveExtension", inputType: "ContractInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/approve-extension"}
	deny      = deed{mutation: "contractRejectExtension", inputType: "ContractRemarkInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/reject-extension"}
	showEnd   = deed{mutation: "contractShowEndCode", inputType: "ContractInput", method: http.MethodGet, path: "/api/v1/contracts/%d/qr-token-end", result: "code"}
	showOwn   = deed{mutation: "contractShowEndCode", inputType: "ContractInput", method: http.MethodGet, path: "/api/v1/partner/contracts/%d/qr-token-end", result: "code"}
	finish    = deed{mutation: "contractFinishWork", inputType: "ContractScanInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/finish-work"}

	accept = deed{mutation: "contractAccept", inputType: "ContractInput", method: http.MethodPatch, path: "/api/v1/partner/contracts/%d/accept"}
	reject = deed{mutation: "contractReject", inputType: "ContractReasonInput", method: http.MethodPatch, path: "/api/v1/partner/contracts/%d/reject"}
	giveUp = deed{mutation: "contractRejectEscalation", inputType: "ContractReasonInput", method: http.MethodPatch, path: "/api/v1/supervisor/contracts/%d/reject"}

	// The back office has the graph alone.
	forceCancel   = deed{mutation: "contractForceCancel", inputType: "ContractReasonInput"}
	forceComplete = deed{mutation: "contractForceComplete", inputType: "ContractReasonInput"}
	exchange      = deed{mutation: "contractReplacePartner", inputType: "ContractReplacePartnerInput"}

	partner  = "partner@demo.test"
	customer = "institution@demo.test"
)

// rightly is an input that is right, for the deed whose caller and contract may be wrong.
type rightly struct {
	deed        deed
	role        string // an account of the right role
	foreign     string // another one, to which the contract is foreign
	story       string // a contract that it might be done to
	input, body map[string]any
	// states are stories of the account in which it may not be done.
	states []string
}

// goods are the deeds with a right input each.
func goods() []rightly {
	scan := map[string]any{"qrToken": "MZXW6YTBOI4DQZJTGIYTEMZUGU3DOOBZ"}
	scanned := map[string]any{"qr_token": scan["qrToken"]}
	why := map[string]any{"reason": "Because."}
	return []rightly{
		{goOnRoute, partner, "partner4@demo.test", "accepted", nil, nil, []string{"offer", "running", "to_review", "cancelled"}},
		{startWork, partner, "partner4@demo.test", "running", scan, scanned, []string{"offer", "accepted", "running", "to_review"}},
		{moreTime, partner, "partner4@demo.test", "running", map[string]any{"additionalHours": "1.5", "reason": "More."},
			map[string]any{"additional_hours": "1.5", "reason": "More."}, []string{"offer", "accepted", "to_review"}},
		{showOwn, partner, "partner4@demo.test", "running", nil, nil, []string{"offer", "accepted", "to_review"}},
		{showStart, customer, "foreign@demo.test", "accepted", nil, nil, []string{"draft_schedule", "to_pay", "offer", "queue", "running", "to_review", "cancelled", "rejected", "expired"}},
		{showEnd, customer, "foreign@demo.test", "running", nil, nil, []string{"offer", "queue", "accepted", "on_route", "to_review", "cancelled"}},
		{grant, customer, "foreign@demo.test", "running", nil, nil, []string{"accepted", "on_route", "to_review"}},
		{deny, customer, "foreign@demo.test", "running", why, why, []string{"accepted", "on_route", "to_review"}},
		{finish, customer, "foreign@demo.test", "running", scan, scanned, []string{"offer", "accepted", "on_route", "to_review", "cancelled"}},
		{accept, partner, "partner4@demo.test", "offer", nil, nil, []string{"accepted", "running", "to_review", "cancelled"}},
		{reject, partner, "partner4@demo.test", "offer", why, why, []string{"accepted", "running", "to_review", "cancelled"}},
		{giveUp, "supervisor@demo.test", "supervisor2@demo.test", "queue", why, why, []string{"reassigned", "rejected"}},
	}
}

// goodsOfTheBackOffice are the same for the back office, to which no contract is
// foreign.
func goodsOfTheBackOffice(app *testkit.App) []rightly {
	const admin = "admin@demo.test"
	why := map[string]any{"reason": "Because."}
	other := map[string]any{"reason": "Because.", "partner": globalID("Partner", app.World.Queue.EligibleID)}
	over := []string{"to_review", "cancelled", "rejected", "expired"}
	return []rightly{
		{forceCancel, admin, "", "running", why, nil, over},
		{forceComplete, admin, "", "running", why, nil, append(over, "draft_schedule", "to_pay", "offer", "queue")},
		{exchange, admin, "", "queue", other, nil, nil},
	}
}

// TestTheWorkIsRefusedToOthersAndInOtherStatesAlike asks both surfaces.
func TestTheWorkIsRefusedToOthersAndInOtherStatesAlike(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		for _, email := range []string{"foreign@demo.test", "partner4@demo.test"} {
			tokens[email] = app.Token(t, email)
		}
		var list []tried
		for _, g := range append(goods(), goodsOfTheBackOffice(app)...) {
			id := app.World.Contract(g.story)
			add := func(name, as string, contract int64, code, rule string, status int, word string) {
				if g.deed.path == "" {
					status = 0
				}
				list = append(list, tried{
					name: g.deed.mutation + ": " + name, deed: g.deed, as: as, contract: contract, input: g.input, body: g.body,
					code: code, rule: rule, status: status, word: word,
				})
			}
			add("nobody", "", id, "UNAUTHENTICATED", "", 401, "unauthorized")
			for _, email := range []string{customer, partner, "supervisor@demo.test", "admin@demo.test"} {
				allowed := email == g.role || g.deed.mutation == "contractShowEndCode" && (email == customer || email == partner)
				if !allowed {
					add("the wrong role of "+email, email, id, "FORBIDDEN", "role", 403, "forbidden")
					add("the wrong role and no contract, of "+email, email, 1<<40, "FORBIDDEN", "role", 403, "forbidden")
				}
			}
			if g.foreign != "" {
				add("a foreign contract", g.foreign, id, "NOT_FOUND", "", 404, "not_found")
			}
			add("no contract", g.role, 1<<40, "NOT_FOUND", "", 404, "not_found")
			for _, story := range g.states {
				add("while "+story, g.role, app.World.Contract(story), "WRONG_STATE", "state", 400, "invalid_state")
			}
		}
		checkRefused(t, app, tokens, list)
	})
}

// wrongly is a bad input of a deed, as both surfaces are sent it.
type wrongly struct {
	name        string
	deed        deed
	as, story   string
	input, body map[string]any
	code, word  string
	field, rest string
	rule        string
}

func badInputs() []wrongly {
	long := strings.Repeat("a", 1001)
	both := func(name string, v any) (map[string]any, map[string]any) {
		return map[string]any{name: v}, map[string]any{name: v}
	}
	var list []wrongly
	invalid := func(name string, d deed, as, story string, input, body map[string]any, field, rest string) {
		list = append(list, wrongly{name, d, as, story, input, body, "INVALID", "validation_error", field, rest, ""})
	}
	for _, d := range []struct {
		deed      deed
		as, story string
	}{{reject, partner, "offer"}, {giveUp, "supervisor@demo.test", "queue"}} {
		for name, text := range map[string]string{"empty": "", "blank": " \t\n", "long": long, "zero": "a\x00b"} {
			input, body := both("reason", text)
			invalid("reason "+name, d.deed, d.as, d.story, input, body, "reason", "reason")
		}
	}
	for name, text := range map[string]string{"long": long, "zero": "a\x00b"} {
		input, body := both("reason", text)
		invalid("reason "+name, deny, customer, "running", input, body, "reason", "reason")
	}
	for _, d := range []struct {
		deed      deed
		as, story string
	}{{startWork, "partner2@demo.test", "on_route"}, {finish, customer, "running"}} {
		for name, token := range map[string]string{"empty": "", "wrong": strings.Repeat("A", 32), "zero": "\x00", "long": strings.Repeat("A", 100_000)} {
			invalid("token "+name, d.deed, d.as, d.story, map[string]any{"qrToken": token}, map[string]any{"qr_token": token}, "qrToken", "qr_token")
		}
	}
	for name, hours := range map[string]string{
		"empty": "", "zero": "0", "negative": "-1", "too many": "8.05", "huge": "99999999999999999999", "an exponent": "1e1", "a word": "two", "half a minute": "0.0083333", "a comma": "1,5",
	} {
		invalid("hours "+name, moreTime, partner, "running", map[string]any{"additionalHours": hours, "reason": "More."},
			map[string]any{"additional_hours": hours, "reason": "More."}, "additionalHours", "additional_hours")
	}
	invalid("hours and reason", moreTime, partner, "running", map[string]any{"additionalHours": "0", "reason": ""},
		map[string]any{"additional_hours": 0, "reason": ""}, "additionalHours,reason", "additional_hours,reason")
	list = append(list,
		wrongly{"a second request", moreTime, partner, "running", map[string]any{"additionalHours": "1", "reason": "More."},
			map[string]any{"additional_hours": 1, "reason": "More."}, "WRONG_STATE", "invalid_state", "", "", "no_request_waiting"},
		wrongly{"no request to grant", grant, customer, "running_branch", nil, nil, "WRONG_STATE", "invalid_state", "", "", "request_waiting"},
		wrongly{"no request to deny", deny, customer, "running_extended", nil, nil, "WRONG_STATE", "invalid_state", "", "", "request_waiting"},
	)
	return list
}

// badInputsOfTheBackOffice are those of its ways out, which the graph alone has.
func badInputsOfTheBackOffice(app *testkit.App) []tried {
	var list []tried
	refused := func(name string, d deed, story string, input map[string]any, code, field, rule string) {
		list = append(list, tried{name: d.mutation + ": " + name, deed: d, as: "admin@demo.test", contract: app.World.Contract(story), input: input, code: code, field: field, rule: rule})
	}
	eligible := globalID("Partner", app.World.Queue.EligibleID)
	for name, text := range map[string]string{"empty": "", "blank": " \n", "long": strings.Repeat("a", 1001), "zero": "a\x00b"} {
		refused("reason "+name, forceCancel, "running", map[string]any{"reason": text}, "INVALID", "reason", "")
		refused("reason "+name, forceComplete, "running", map[string]any{"reason": text}, "INVALID", "reason", "")
		refused("reason "+name, exchange, "queue", map[string]any{"reason": text, "partner": eligible}, "INVALID", "reason", "")
	}
	for name, id := range map[string]string{"empty": "", "of another type": globalID("Contract", 1), "no id": "42"} {
		refused("partner "+name, exchange, "queue", map[string]any{"reason": "Ill.", "partner": id}, "INVALID", "partner", "")
	}
	refused("both", exchange, "queue", map[string]any{"reason": "", "partner": ""}, "INVALID", "partner,reason", "")
	refused("no such partner", exchange, "queue", map[string]any{"reason": "Ill.", "partner": globalID("Partner", 1<<40)}, "PARTNER_NOT_ELIGIBLE", "partner", "partner")
	refused("a completed contract", exchange, "to_review", map[string]any{"reason": "Ill.", "partner": eligible}, "WRONG_STATE", "", "state")
	return list
}

func TestBadInputOfTheWorkIsRefusedAlike(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		tokens["partner2@demo.test"] = app.Token(t, app.PartnerEmail("partner2"))
		list := badInputsOfTheBackOffice(app)
		for _, b := range badInputs() {
			list = append(list, tried{
				name: b.deed.mutation + ": " + b.name, deed: b.deed, as: b.as, contract: app.World.Contract(b.story), input: b.input, body: b.body,
				code: b.code, field: b.field, rule: b.rule, status: 400, word: b.word, detail: b.rest,
			})
		}
		checkRefused(t, app, tokens, list)
		if len(list) < 30 {
			t.Errorf("only %d bad inputs", len(list))
		}
	})
}

// TestAfterTheDeadlineNobodyAnswers: the partner and the supervisor are late by
// nothing at all.
func TestAfterTheDeadlineNobodyAnswers(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		why := map[string]any{"reason": "Because."}
		for _, c := range []struct {
			story, as string
			deeds     []deed
		}{{"offer", partner, []deed{accept, reject}}, {"queue", "supervisor@demo.test", []deed{giveUp}}} {
			id := app.World.Contract(c.story)
			app.Clock.Set(*app.Store.Client().Contract.GetX(t.Context(), id).EscalationDeadlineAt)
			var list []tried
			for _, d := range c.deeds {
				input := why
				if d.mutation == accept.mutation {
					input = nil
				}
				list = append(list, tried{name: d.mutation, deed: d, as: c.as, contract: id, input: input, body: why,
					code: "DEADLINE_PASSED", rule: "deadline", status: 400, word: "deadline_passed"})
			}
			checkRefused(t, app, tokens, list)
		}
	})
}

// workByBoth leads two equal worlds through the same work, one by each surface.
var workByBoth = []struct {
	deed        deed
	as, story   string
	input, body map[string]any
	shows       deed // whose code is scanned first
	showsAs     string
	status      string
}{
	{deed: accept, as: partner, story: "offer", status: "accepted"},
	{deed: goOnRoute, as: partner, story: "offer", status: "on_route"},
	{deed: startWork, as: partner, story: "offer", shows: showStart, showsAs: customer, status: "in_progress"},
	{deed: deny, as: customer, story: "running", input: map[string]any{"reason": "No."}, body: map[string]any{"reason": "No."}, status: "in_progress"},
	{deed: moreTime, as: partner, story: "running", input: map[string]any{"additionalHours": "1.5", "reason": "More."},
		body: map[string]any{"additional_hours": 1.50, "reason": "More."}, status: "in_progress"},
	{deed: grant, as: customer, story: "running", status: "in_progress"},
	{deed: finish, as: customer, story: "running", shows: showOwn, showsAs: partner, status: "completed"},
	{deed: reject, as: partner, story: "offer_branch", input: map[string]any{"reason": "No."}, body: map[string]any{"reason": "No."}, status: "partner_pending"},
	{deed: giveUp, as: "supervisor@demo.test", story: "queue", input: map[string]any{"reason": "No."}, body: map[string]any{"reason": "No."}, status: "rejected"},
}

func TestTheGraphAndRESTDoTheSameWork(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		one, other := doors.Start(t, db), doors.Start(t, another(t, db))
		byGraph, byREST := tokensOf(t, one), tokensOf(t, other)
		for _, w := range workByBoth {
			id := one.World.Contract(w.story)
			input, body := maps.Clone(w.input), w.body
			var codes []string
			if w.shows.mutation != "" {
				codes = []string{scanByGraph(t, one, byGraph[w.showsAs], w.shows, id), scanByREST(t, other, byREST[w.showsAs], w.shows, id)}
				input, body = map[string]any{"qrToken": codes[0]}, map[string]any{"qr_token": codes[1]}
			}
			got := w.deed.byGraph(t, one, byGraph[w.as], id, input)
			contract := got.object("done", "contract")
			if status, _ := contract["status"].(string); strings.ToLower(status) != w.status {
				t.Fatalf("%s: %s", w.deed.mutation, got.body)
			}
			r := w.deed.byREST(t, other, byREST[w.as], id, body)
			wanted := map[bool]int{false: 200, true: 201}[w.deed.method == http.MethodPost]
			var answered struct {
				Data struct {
					Contract struct {
						ID     int64
						Status string
					}
				}
			}
			if r.JSON(t, &answered); r.Status != wanted || answered.Data.Contract.ID != id || answered.Data.Contract.Status != w.status {
				t.Fatalf("%s: %d %s", w.deed.mutation, r.Status, r.Body)
			}
			for _, code := range codes {
				if strings.Contains(one.Log.String()+other.Log.String(), code) {
					t.Errorf("%s: the log holds the code", w.deed.mutation)
				}
			}
		}
		a, b := one.Snapshot(t), other.Snapshot(t)
		var differ []string
		for table := range a {
			if a[table] != b[table] {
				differ = append(differ, table)
			}
		}
		// Codes and messages have random parts.
		if slices.Sort(differ); !slices.Equal(differ, []string{"outbox", "qr_tokens"}) {
			t.Errorf("these are not the same after the graph and after REST: %q", differ)
		}
	})
}

func scanByGraph(t *testing.T, app *testkit.App, token string, d deed, id int64) string {
	t.Helper()
	code, _ := d.byGraph(t, app, token, id, nil).object("done", "code")["token"].(string)
	return code
}

func scanByREST(t *testing.T, app *testkit.App, token string, d deed, id int64) string {
	t.Helper()
	var body struct{ Data struct{ Token string } }
	d.byREST(t, app, token, id, nil).JSON(t, &body)
	return body.Data.Token
}

// TestWhoRejectsStillGetsTheContractBackOnce: the answer holds it, and the next
// read does not know it.
func TestWhoRejectsStillGetsTheContractBackOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, partner)
		const text = `mutation($input: ContractReasonInput!) { contractReject(input: $input) { contract { id status partner { fullName }
			partnerStatus assignments { status statusReason } contactPersons { phone } } } }`
		one, two := app.World.Contract("offer"), app.World.Contract("offer_branch")
		got := ask(t, app, token, text, map[string]any{"input": map[string]any{"contract": globalID("Contract", one), "reason": "Ill."}})
		c := got.object("contractReject", "contract")
		tries, _ := c["assignments"].([]any)
		if c["status"] != "PARTNER_PENDING" || c["partner"] == nil || len(tries) != 1 || tries[0].(map[string]any)["statusReason"] != "Ill." {
			t.Errorf("the graph answers %s", got.body)
		}
		r := reject.byREST(t, app, token, two, map[string]any{"reason": "Ill."})
		if r.Status != 200 || !strings.Contains(string(r.Body), `"status_reason":"Ill."`) {
			t.Errorf("REST answers %d %s", r.Status, r.Body)
		}
		for _, id := range []int64{one, two} {
			if got := ask(t, app, token, `query($id: ID!) { contract(id: $id) { id } }`, map[string]any{"id": globalID("Contract", id)}); got.Data["contract"] != nil {
				t.Errorf("the partner still reads it: %s", got.body)
			}
			if r := app.Do(t, http.MethodGet, strings.TrimSuffix(restOf(reject, id), "/reject"), token, nil); r.Status != 404 {
				t.Errorf("the partner still reads it: %d %s", r.Status, r.Body)
			}
		}
	})
}
