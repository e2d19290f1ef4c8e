package graph_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// swaps are the contracts of the demo that wait in the supervisor queue, by
// story, with another partner, of the same maker, that might have lost each.
var swaps = []struct{ story, lost, other string }{
	{"queue", "lost", "eligible_too"},
	{"queue_shared", "unowned", "partner2"},
	{"queue_branch", "lost_branch", "eligible_branch"},
	{"queue_other", "second", "foreign"},
	{"queue_overdue", "lost_foreign", "lost"},
}

// swapped is the demo in which other partners lost the contracts of the queue:
// nothing else is different.
func swapped(t *testing.T, db testkit.Database) *testkit.App {
	t.Helper()
	app := doors.Start(t, db)
	for _, s := range swaps {
		contract, from, to := app.World.Contract(s.story), app.World.Partners[s.lost], app.World.Partners[s.other]
		for _, statement := range []string{
			"UPDATE contracts SET partner_id = $1 WHERE partner_id = $2 AND id = $3",
			"UPDATE partner_assignments SET partner_id = $1 WHERE partner_id = $2 AND contract_id = $3",
			"UPDATE contract_history SET partner_id = $1 WHERE partner_id = $2 AND contract_id = $3",
		} {
			done, err := app.Store.Client().ExecContext(t.Context(), statement, to, from, contract)
			if err != nil {
				t.Fatal(err)
			}
			if n, _ := done.RowsAffected(); n == 0 {
				t.Fatalf("%s: %s changed nothing", s.story, statement)
			}
		}
	}
	return app
}

// request is one request of the corpus.
type request struct {
	name, method, path string
	body               any
}

// corpus are requests by which a caller might learn who lost a contract. Both
// worlds have the same ids.
func corpus(t *testing.T, app *testkit.App) []request {
	t.Helper()
	c := &corpusOf{world: app, every: everyField(t, loadSchema(t), "Contract"), partner: everyField(t, loadSchema(t), "Partner")}
	c.single()
	c.filters()
	c.orders()
	c.partners()
	c.refused()
	c.rest()
	return c.list
}

type corpusOf struct {
	world          *testkit.App
	every, partner string
	list           []request
}

func (c *corpusOf) ask(name, query string, vars map[string]any) {
	c.list = append(c.list, request{name, http.MethodPost, "/query", map[string]any{"query": query, "variables": vars}})
}

func (c *corpusOf) get(path string) {
	c.list = append(c.list, request{name: path, method: http.MethodGet, path: path})
}

func (c *corpusOf) contract(story string) string {
	return globalID("Contract", c.world.World.Contract(story))
}

func (c *corpusOf) partnerID(name string) string {
	return globalID("Partner", c.world.World.Partners[name])
}

// single reads each waiting contract by itself.
func (c *corpusOf) single() {
	const small = `query($id: ID!) { contract(id: $id) { id status partner { id fullName } partnerStatus assignments { id sequence partner { id } } } }`
	var ids []string
	for _, s := range swaps {
		id := map[string]any{"id": c.contract(s.story)}
		ids = append(ids, c.contract(s.story), c.partnerID(s.lost), c.partnerID(s.other))
		c.ask("contract "+s.story, `query($id: ID!) { contract(id: $id) `+c.every+` }`, id)
		c.ask("node "+s.story, `query($id: ID!) { node(id: $id) { id ... on Contract `+c.every+` } }`, id)
		c.ask("few fields of "+s.story, small, id)
	}
	c.ask("nodes", `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Contract { partner { id phoneNumber } assignments { id } } ... on Partner { fullName phoneNumber isWishlisted } } }`, map[string]any{"ids": ids})
	c.ask("aliases", `query($a: ID!, $b: ID!) { a: contract(id: $a) { partner { id } a: partnerStatus } b: contract(id: $b) { p: partner { n: fullName } x: assignments { p: partner { fullName phoneNumber } by: assignedBy { fullName } } } }`,
		map[string]any{"a": c.contract("queue"), "b": c.contract("queue_shared")})
}

// filters searches by the partners in question.
func (c *corpusOf) filters() {
	const by = `query($f: ContractFilter) { contracts(filter: $f, first: 100) { totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { id partner { id } } } } }`
	for _, s := range swaps {
		for _, name := range []string{s.lost, s.other} {
			f := map[string]any{"partner": []string{c.partnerID(name)}}
			c.ask("filter by partner "+name, by, map[string]any{"f": f})
			f = map[string]any{"partner": []string{c.partnerID(name)}, "inQueue": true}
			c.ask("queue of partner "+name, by, map[string]any{"f": f})
		}
	}
	for _, f := range []map[string]any{
		{"partner": []string{c.partnerID("lost"), c.partnerID("eligible_too"), globalID("Partner", 1<<40)}},
		{"partner": []string{c.partnerID("lost")}, "status": []string{"PARTNER_PENDING"}},
		{"partner": []string{c.partnerID("lost")}, "stage": []string{"SUPERVISOR"}, "kind": []string{"REPAIR"}},
		{"partner": []string{c.partnerID("unowned"), c.partnerID("partner2")}, "paymentStatus": []string{"PAID"}},
		{"inQueue": true}, {"stage": []string{"SUPERVISOR"}}, {"status": []string{"PARTNER_PENDING"}}, {"inQueue": false}, {},
	} {
		c.ask(fmt.Sprintf("filter %v", f), by, map[string]any{"f": f})
		c.ask(fmt.Sprintf("count %v", f), `query($f: ContractFilter) { contracts(filter: $f, first: 1) { totalCount } }`, map[string]any{"f": f})
	}
	nested := `query($i: ID!, $f: ContractFilter) { institution(id: $i) { contracts(first: 100, filter: $f) { totalCount nodes { id partner { id fullName } assignments { partner { id } } } } } }`
	for _, name := range []string{"home", "branch", "foreign"} {
		at := globalID("Institution", c.world.World.Institutions[name])
		c.ask("contracts of "+name, nested, map[string]any{"i": at})
		c.ask("contracts of "+name+" by partner", nested, map[string]any{"i": at, "f": map[string]any{"partner": []string{c.partnerID("lost"), c.partnerID("lost_branch")}}})
	}
}

// orders reads whole lists in every order, from both ends.
func (c *corpusOf) orders() {
	for _, order := range []string{"CREATED_AT_DESC", "CREATED_AT_ASC", "ESCALATION_DEADLINE_ASC", "ESCALATION_DEADLINE_DESC"} {
		c.ask("first in order "+order, `query($o: ContractOrder!) { contracts(orderBy: $o, first: 100) { totalCount nodes `+c.every+` } }`, map[string]any{"o": order})
		c.ask("last in order "+order, `query($o: ContractOrder!) { contracts(orderBy: $o, last: 7) { pageInfo { startCursor endCursor hasPreviousPage } edges { cursor node { id partner { id } partnerStatus } } } }`, map[string]any{"o": order})
	}
	c.ask("viewer", `{ viewer { id email institutions { id contracts(first: 50) { totalCount nodes { id partner { id } } } } currentInstitution { contracts { nodes { partnerStatus assignments { id } } } } } }`, nil)
}

// partners asks for the partners themselves.
func (c *corpusOf) partners() {
	for _, order := range []string{"CREATED_AT_ASC", "PRICE_ASC", "PRICE_DESC"} {
		c.ask("partners in order "+order, `query($o: PartnerOrder!) { partners(orderBy: $o, first: 100) { totalCount nodes `+c.partner+` } }`, map[string]any{"o": order})
	}
	for _, s := range swaps {
		for _, name := range []string{s.lost, s.other} {
			c.ask("partner "+name, `query($id: ID!) { partner(id: $id) `+c.partner+` }`, map[string]any{"id": c.partnerID(name)})
		}
	}
	c.ask("partners nearby", `query($i: ID!) { partners(filter: { nearInstitution: $i, openToWork: true, kind: REPAIR }) { totalCount nodes { id distanceKm phoneNumber price { value } ratingsSummary { overallAverage } } } }`,
		map[string]any{"i": globalID("Institution", c.world.World.Institutions["home"])})
}

// refused asks for what is refused, whose text might tell.
func (c *corpusOf) refused() {
	const assign = `mutation($c: ID!, $p: ID!) { contractAssignReplacement(input: { contract: $c, partner: $p }) { contract { id partner { id } } userErrors { code field message refusals { rule needed actual } } } }`
	for _, name := range []string{"lost", "eligible_too", "eligible"} {
		c.ask("assign "+name, assign, map[string]any{"c": c.contract("queue"), "p": c.partnerID(name)})
	}
	c.ask("own partners", `{ partners(filter: { own: true }) { totalCount } }`, nil)
	c.ask("an unknown field", `query($id: ID!) { contract(id: $id) { formerPartner { id } } }`, map[string]any{"id": c.contract("queue")})
	c.ask("no assignment by its id", `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": globalID("Assignment", 1)})
	c.ask("a foreign institution", `query($i: [ID!]) { contracts(filter: { institution: $i }) { totalCount } }`, map[string]any{"i": []string{globalID("Institution", 1<<40)}})
}

// rest asks the same of the REST routes.
func (c *corpusOf) rest() {
	for _, query := range []string{
		"", "?per_page=100", "?per_page=3&page=2", "?status=partner_pending", "?status=accepted&per_page=100", "?step=completed&per_page=100", "?status=no_status",
	} {
		c.get("/api/v1/contracts" + query)
	}
	for _, s := range swaps {
		c.get(fmt.Sprintf("/api/v1/contracts/%d", c.world.World.Contract(s.story)))
	}
	c.get("/api/v1/partners?per_page=100&latitude=-6.2&longitude=106.8&radius=5000")
	c.get("/api/v1/auth/me")
}

// answersOf are the whole answers to the corpus: status and bytes.
func answersOf(t *testing.T, app *testkit.App, email string, list []request) []string {
	t.Helper()
	token := app.Token(t, email)
	answers := make([]string, len(list))
	for i, r := range list {
		got := app.Do(t, r.method, r.path, token, r.body)
		answers[i] = fmt.Sprintf("%d %s", got.Status, got.Body)
		if got.Status >= 500 || strings.Contains(answers[i], `"INTERNAL"`) {
			t.Fatalf("%s asks %s: %s", email, r.name, answers[i])
		}
	}
	return answers
}

// unalike are the requests whose answers differ.
func unalike(list []request, one, other []string) []int {
	var found []int
	for i := range list {
		if one[i] != other[i] {
			found = append(found, i)
		}
	}
	return found
}

// institutions are the accounts from which a partner in the queue is hidden.
var institutions = []string{"institution@demo.test", "member@demo.test", "branch@demo.test", "foreign@demo.test", "requested@demo.test", "former@demo.test"}

// TestNobodyLearnsWhoLostAContract: in two worlds that differ only in who lost
// the contracts of the queue, everybody from whom this is hidden gets the same
// answers, byte for byte; those who may know get others.
func TestNobodyLearnsWhoLostAContract(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		one := doors.Start(t, db)
		other := swapped(t, another(t, db))
		other.Bend(testkit.PlaysBack)
		list := corpus(t, one)
		if graphs := len(slices.DeleteFunc(slices.Clone(list), func(r request) bool { return r.path != "/query" })); graphs < 40 {
			t.Errorf("the corpus has only %d requests to the graph", graphs)
		}
		blind := append([]string{"partner@demo.test", "partner2@demo.test", "newcomer@demo.test"}, institutions...)
		for _, name := range []string{"lost", "eligible_too", "lost_branch", "second", "foreign"} {
			blind = append(blind, emailOf(t, one, one.World.Partners[name]))
		}
		for _, email := range blind {
			a, b := answersOf(t, one, email, list), answersOf(t, other, email, list)
			for _, i := range unalike(list, a, b) {
				t.Errorf("%s learns who lost a contract by %s:\n%s\n%s", email, list[i].name, a[i], b[i])
			}
		}
		// The control: these may know, and do.
		for _, email := range []string{"supervisor@demo.test", "supervisor2@demo.test", "admin@demo.test"} {
			differ := unalike(list, answersOf(t, one, email, list), answersOf(t, other, email, list))
			if len(differ) < 10 {
				t.Errorf("%s gets other answers to %d requests only: the corpus asks too little", email, len(differ))
			}
		}
	})
}

// another is a second database of the same kind.
func another(t *testing.T, db testkit.Database) testkit.Database {
	t.Helper()
	if db.Name == "postgres" {
		return testkit.Postgres(t)
	}
	return testkit.SQLite(t)
}

// emailOf is the address of a partner.
func emailOf(t *testing.T, app *testkit.App, partnerID int64) string {
	t.Helper()
	for _, a := range app.World.Accounts {
		if a.PartnerID == partnerID {
			return a.Email
		}
	}
	t.Fatalf("partner %d has no account", partnerID)
	return ""
}

// TestTheInstitutionSeesNoPartnerWhileItsContractWaits says in words what the
// comparison of worlds says in bytes.
func TestTheInstitutionSeesNoPartnerWhileItsContractWaits(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, "institution@demo.test")
		lost := globalID("Partner", app.World.Partners["lost"])
		id := globalID("Contract", app.World.Queue.ContractID)
		got := ask(t, app, token, `query($id: ID!) { contract(id: $id) { status displayStatus contractEscalationStage partner { id } partnerStatus assignments { id } totalAmount { value } } }`, map[string]any{"id": id})
		c := got.object("contract")
		if c["partner"] != nil || c["partnerStatus"] != "REASSIGNING" || len(c["assignments"].([]any)) != 0 || c["displayStatus"] != "SUPERVISOR_PENDING" {
			t.Errorf("the contract in the queue is %v", c)
		}
		hidden, _ := got.Extensions["redacted"].([]any)
		if len(hidden) != 1 || hidden[0].(map[string]any)["field"] != "Contract.partner" {
			t.Errorf("redacted: %v", got.Extensions)
		}
		count := func(filter map[string]any) float64 {
			got := ask(t, app, token, `query($f: ContractFilter) { contracts(filter: $f) { totalCount } }`, map[string]any{"f": filter})
			return got.object("contracts")["totalCount"].(float64)
		}
		if n := count(map[string]any{"partner": []string{lost}, "inQueue": true}); n != 0 {
			t.Errorf("%v contracts in the queue are found by the partner that lost one", n)
		}
		if n := count(map[string]any{"inQueue": true}); n < 3 {
			t.Errorf("the institution counts %v contracts in the queue", n)
		}
	})
}

// TestAReassignmentShowsTheNewPartnerAndEveryTry looks from every side, in the
// graph and in REST.
func TestAReassignmentShowsTheNewPartnerAndEveryTry(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		q, w := app.World.Queue, app.World
		former, next := emailOf(t, app, w.Partners["lost"]), emailOf(t, app, q.EligibleID)
		const detail = `query($id: ID!) { contract(id: $id) { status partner { databaseId phoneNumber } partnerStatus assignments { sequence status partner { databaseId } } } }`
		look := func(email string) map[string]any {
			return ask(t, app, app.Token(t, email), detail, map[string]any{"id": globalID("Contract", q.ContractID)}).object("contract")
		}
		if look(former) != nil || look(next) != nil {
			t.Error("a partner sees the contract while it waits")
		}
		done := assign(t, app, app.Token(t, "supervisor@demo.test"), q.ContractID, q.EligibleID)
		if len(done.list("contractAssignReplacement", "userErrors")) != 0 {
			t.Fatal(done.body)
		}
		c := look("institution@demo.test")
		tries := c["assignments"].([]any)
		if c["status"] != "ACCEPTED" || c["partnerStatus"] != "ASSIGNED" || c["partner"].(map[string]any)["databaseId"] != float64(q.EligibleID) ||
			c["partner"].(map[string]any)["phoneNumber"] == nil || len(tries) != 2 ||
			tries[0].(map[string]any)["partner"].(map[string]any)["databaseId"] != float64(w.Partners["lost"]) {
			t.Errorf("the institution sees %v", c)
		}
		if look(former) != nil {
			t.Error("the former partner still sees the contract")
		}
		if c := look(next); c == nil || len(c["assignments"].([]any)) != 1 {
			t.Errorf("the replacement sees %v", c)
		}
		path := fmt.Sprintf("/api/v1/partner/contracts/%d", q.ContractID)
		if a, b := app.Do(t, http.MethodGet, path, app.Token(t, former), nil).Status, app.Do(t, http.MethodGet, path, app.Token(t, next), nil).Status; a != 404 || b != 200 {
			t.Errorf("REST answers the former partner %d and the replacement %d", a, b)
		}
		rest := app.Do(t, http.MethodGet, fmt.Sprintf("/api/v1/contracts/%d", q.ContractID), app.Token(t, "institution@demo.test"), nil).Object(t)
		data := rest["data"].(map[string]any)["contract"].(map[string]any)
		if data["partner"].(map[string]any)["id"] != float64(q.EligibleID) || len(data["partner_assignments"].([]any)) != 2 {
			t.Errorf("REST shows the institution %v and %v", data["partner"], data["partner_assignments"])
		}
	})
}

// assign sends the mutation.
func assign(t testing.TB, app *testkit.App, token string, contractID, partnerID int64) *answer {
	t.Helper()
	return try(t.Context(), t, app, token, assignMutation, map[string]any{"c": globalID("Contract", contractID), "p": globalID("Partner", partnerID)})
}

const assignMutation = `mutation($c: ID!, $p: ID!) { contractAssignReplacement(input: { contract: $c, partner: $p }) {
	contract { id databaseId status version partner { databaseId } } userErrors { field code message refusals { rule needed actual } } } }`
