package graph_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/outbox"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// refusal is a reassignment that is refused, and how each surface says so.
type refusal struct {
	name              string
	as                string // an address, or "" for nobody
	contract, partner int64
	late              time.Duration // the clock, against the deadline; not moved when zero
	code              string        // of the graph
	field             string        // of the graph's input
	rule              string
	status            int // of REST
	word              string
}

// refusals are one of each kind, and every rule of eligibility.
func refusals(w *world.World) []refusal {
	q, good := w.Queue.ContractID, w.Queue.EligibleID
	const super = "supervisor@demo.test"
	list := []refusal{
		{name: "nobody", contract: q, partner: good, code: "UNAUTHENTICATED", status: 401, word: "unauthorized"},
		{name: "institution", as: "institution@demo.test", contract: q, partner: good, code: "FORBIDDEN", rule: "role", status: 403, word: "forbidden"},
		{name: "partner", as: "partner@demo.test", contract: q, partner: good, code: "FORBIDDEN", rule: "role", status: 403, word: "forbidden"},
		{name: "back office", as: "admin@demo.test", contract: q, partner: good, code: "FORBIDDEN", rule: "role", status: 403, word: "forbidden"},
		{name: "wrong role and unknown contract", as: "admin@demo.test", contract: 1 << 40, partner: 1 << 40, code: "FORBIDDEN", rule: "role", status: 403, word: "forbidden"},
		{name: "foreign supervisor", as: "supervisor2@demo.test", contract: q, partner: good, code: "NOT_FOUND", status: 404, word: "not_found"},
		{name: "unknown contract", as: super, contract: 1 << 40, partner: good, code: "NOT_FOUND", status: 404, word: "not_found"},
		{name: "contract that is not in the queue", as: super, contract: w.Contract("offer"), partner: good, code: "NOT_FOUND", status: 404, word: "not_found"},
		{name: "unknown partner", as: super, contract: q, partner: 1 << 40, code: "PARTNER_NOT_ELIGIBLE", field: "partner", rule: "own_partner", status: 400, word: "not_eligible"},
		{name: "already reassigned", as: super, contract: w.Contract("reassigned"), partner: w.Partners["competency_inactive"], code: "WRONG_STATE", rule: "state", status: 400, word: "invalid_state"},
		{name: "at the deadline", as: super, contract: q, partner: good, late: time.Nanosecond, code: "DEADLINE_PASSED", rule: "deadline", status: 400, word: "deadline_passed"},
		{name: "a millisecond late", as: super, contract: q, partner: good, late: time.Millisecond, code: "DEADLINE_PASSED", rule: "deadline", status: 400, word: "deadline_passed"},
	}
	for _, p := range w.Queue.Ineligible {
		list = append(list, refusal{
			name: p.Rule, as: super, contract: q, partner: p.PartnerID, code: "PARTNER_NOT_ELIGIBLE", field: "partner",
			rule: ruleNames[p.Rule], status: 400, word: "not_eligible",
		})
	}
	return list
}

// ruleNames are the rules by what the demo says of who breaks them.
var ruleNames = map[string]string{
	"registered itself": "own_partner", "another supervisor's partner": "own_partner", "partner was deleted": "own_partner",
	"no competency in the sub-service": "competency", "competency is pending": "competency_active",
	"competency is inactive": "competency_active", "kind is not in the competency": "competency_kind",
	"partner is not verified": "partner_verified", "partner is inactive": "partner_active",
	"partner is suspended": "partner_active", "partner lost this contract": "another_partner",
}

// tokensOf signs the accounts in, so that nothing is written later.
func tokensOf(t testing.TB, app *testkit.App) map[string]string {
	t.Helper()
	tokens := map[string]string{"": ""}
	for _, name := range []string{"institution", "partner", "supervisor", "supervisor2", "admin"} {
		tokens[name+"@demo.test"] = app.Token(t, name+"@demo.test")
	}
	return tokens
}

func TestTheGraphAndRESTRefuseAReplacementAlike(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		deadline := *app.Store.Client().Contract.GetX(t.Context(), app.World.Queue.ContractID).EscalationDeadlineAt
		before := app.Snapshot(t)
		for _, r := range refusals(app.World) {
			app.Clock.Set(world.Now)
			if r.late > 0 {
				app.Clock.Set(deadline.Add(r.late))
			}
			checkGraphRefusal(t, r, assign(t, app, tokens[r.as], r.contract, r.partner))
			checkRESTRefusal(t, r, assignByREST(t, app, tokens[r.as], r.contract, r.partner))
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Error("a refused assignment wrote something")
		}
	})
}

func checkGraphRefusal(t *testing.T, r refusal, got *answer) {
	t.Helper()
	if r.status == 401 {
		if codes := got.codes(); got.status != 200 || !slices.Equal(codes, []string{r.code}) || got.Data != nil {
			t.Errorf("%s: the graph answers %s", r.name, got.body)
		}
		return
	}
	bad := got.list("contractAssignReplacement", "userErrors")
	if got.status != 200 || len(got.Errors) != 0 || len(bad) != 1 || got.object("contractAssignReplacement")["contract"] != nil {
		t.Errorf("%s: the graph answers %d %s", r.name, got.status, got.body)
		return
	}
	e := bad[0].(map[string]any)
	field, _ := e["field"].(string)
	var rule string
	if why := e["refusals"].([]any); len(why) == 1 {
		rule, _ = why[0].(map[string]any)["rule"].(string)
	}
	if e["code"] != r.code || field != r.field || rule != r.rule || e["message"] == "" {
		t.Errorf("%s: the graph refuses with %v; want %s, field %q, rule %q", r.name, e, r.code, r.field, r.rule)
	}
}

func checkRESTRefusal(t *testing.T, r refusal, got *testkit.Response) {
	t.Helper()
	var body struct {
		Success *bool
		Error   struct {
			Code     string
			Message  string
			Details  map[string][]string
			Refusals []struct{ Rule string }
		}
	}
	got.JSON(t, &body)
	rule := ""
	if len(body.Error.Refusals) == 1 {
		rule = body.Error.Refusals[0].Rule
	}
	if r.status == http.StatusForbidden {
		rule = r.rule // the route's own gate says no more
	}
	if got.Status != r.status || body.Error.Code != r.word || rule != r.rule || body.Success == nil || *body.Success || body.Error.Message == "" {
		t.Errorf("%s: REST answers %d %s; want %d %s, rule %q", r.name, got.Status, got.Body, r.status, r.word, r.rule)
	}
	if _, named := body.Error.Details["partner_id"]; named != (r.field != "") {
		t.Errorf("%s: REST names the fields %v", r.name, body.Error.Details)
	}
}

// assignByREST sends the route of the mobile apps.
func assignByREST(t testing.TB, app *testkit.App, token string, contractID, partnerID int64) *testkit.Response {
	t.Helper()
	return app.Do(t, http.MethodPatch, restPath(contractID), token, restBody(partnerID))
}

func restPath(contractID int64) string {
	return fmt.Sprintf("/api/v1/supervisor/contracts/%d/assign-partner", contractID)
}

func restBody(partnerID int64) any {
	return map[string]any{"contract": map[string]any{"partner_id": partnerID}}
}

// TestTheGraphAndRESTWriteTheSameRows assigns in two equal worlds, once by each,
// and compares every table.
func TestTheGraphAndRESTWriteTheSameRows(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		one, other := doors.Start(t, db), doors.Start(t, another(t, db))
		q := one.World.Queue
		const super = "supervisor@demo.test"
		fresh := one.Snapshot(t)
		byGraph, byREST := one.Token(t, super), other.Token(t, super)
		if got := assign(t, one, byGraph, q.ContractID, q.EligibleID); got.object("contractAssignReplacement", "contract")["status"] != "ACCEPTED" {
			t.Fatal(got.body)
		}
		if got := assignByREST(t, other, byREST, q.ContractID, q.EligibleID); got.Status != 200 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		a, b := one.Snapshot(t), other.Snapshot(t)
		var changed []string
		for table, sum := range a {
			if table == "sessions" {
				continue // of the tokens
			}
			if sum != fresh[table] {
				changed = append(changed, table)
			}
			if table != "outbox" && sum != b[table] {
				t.Errorf("%s is not the same after the graph and after REST", table)
			}
		}
		slices.Sort(changed)
		if want := []string{"contract_history", "contracts", "outbox", "partner_assignments"}; !slices.Equal(changed, want) {
			t.Errorf("changed tables %q, want %q", changed, want)
		}
		if x, y := lastMessage(t, one), lastMessage(t, other); x.String() != y.String() {
			t.Errorf("the messages are\n%s\n%s", x, y)
		}
		checkSameDetail(t, one, byGraph, other, byREST)
	})
}

// lastMessage is the newest message of the outbox, without its random key.
func lastMessage(t *testing.T, app *testkit.App) *ent.Outbox {
	t.Helper()
	m := app.Store.Client().Outbox.Query().Order(outbox.ByID()).AllX(t.Context())
	last := m[len(m)-1]
	last.Key = ""
	return last
}

// checkSameDetail compares what REST answers afterwards in both worlds.
func checkSameDetail(t *testing.T, one *testkit.App, tokenOne string, other *testkit.App, tokenOther string) {
	t.Helper()
	for _, as := range []string{"institution@demo.test", "partner4@demo.test"} {
		path := fmt.Sprintf("/api/v1/contracts/%d", one.World.Queue.ContractID)
		if as != "institution@demo.test" {
			path = fmt.Sprintf("/api/v1/partner/contracts/%d", one.World.Queue.ContractID)
		}
		a, b := one.Do(t, http.MethodGet, path, one.Token(t, as), nil), other.Do(t, http.MethodGet, path, other.Token(t, as), nil)
		if a.Status != 200 || string(a.Body) != string(b.Body) {
			t.Errorf("%s reads\n%s\n%s", as, a.Body, b.Body)
		}
	}
	const again = `{ contracts(first: 100) { nodes { id status version partner { id } assignments { id status } } } }`
	if a, b := ask(t, one, tokenOne, again, nil).body, ask(t, other, tokenOther, again, nil).body; a != b {
		t.Errorf("the supervisor reads\n%s\n%s", a, b)
	}
}

// TestAReplacementLeavesPriceAndPaymentAlone compares the rows themselves.
func TestAReplacementLeavesPriceAndPaymentAlone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, "supervisor@demo.test")
		q := app.World.Queue
		before := money(t, app, q.ContractID)
		if got := assign(t, app, token, q.ContractID, q.EligibleID); got.object("contractAssignReplacement", "contract") == nil {
			t.Fatal(got.body)
		}
		if after := money(t, app, q.ContractID); after != before || len(before) < 200 {
			t.Errorf("price and payment were\n%s and are\n%s", before, after)
		}
	})
}

// money is everything about the price and the payment of a contract.
func money(t testing.TB, app *testkit.App, contractID int64) string {
	t.Helper()
	text := ""
	for _, statement := range []string{
		"SELECT pricing_total, discount, currency FROM contracts WHERE id = $1",
		"SELECT * FROM pricing_items WHERE contract_id = $1 ORDER BY id",
		"SELECT * FROM payments WHERE contract_id = $1 ORDER BY id",
	} {
		rows, err := app.Store.Client().QueryContext(t.Context(), statement, contractID)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			row, dest := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				dest[i] = &row[i]
			}
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(row)
			if err != nil {
				t.Fatal(err)
			}
			text += string(raw) + "\n"
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return text
}
