package graph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// budget is what one query may cost, in SQL statements: who calls, and then what
// the selection asks for. It is the same for little and for much.
type budget struct {
	name, as, query string
	statements      int
	// little and much are variables that give few rows and many.
	little, much map[string]any
}

// budgets are the sample queries. The caller costs one statement in each.
func budgets(w *world.World) []budget {
	contracts := func(stories ...string) map[string]any {
		ids := make([]string, len(stories))
		for i, s := range stories {
			ids[i] = globalID("Contract", w.Contract(s))
		}
		return map[string]any{"ids": ids, "id": ids[0]}
	}
	partners := func(names ...string) map[string]any {
		ids := make([]string, len(names))
		for i, n := range names {
			ids[i] = globalID("Partner", w.Partners[n])
		}
		return map[string]any{"ids": ids, "id": ids[0]}
	}
	first := func(n int) map[string]any { return map[string]any{"first": n} }
	const inst, admin = byInstitution, "admin@demo.test"
	return []budget{
		{name: "nothing but the type", as: inst, query: `{ __typename }`, statements: 1},
		{name: "viewer", as: inst, query: `{ viewer { id email fullName } }`, statements: 3},
		{name: "viewer with institutions", as: inst, query: `{ viewer { id institutions { id name } currentInstitution { id } } }`, statements: 3},
		{name: "viewer with its partner", as: "partner@demo.test", query: `{ viewer { id partner { id city competencies { service { id } } price { value } email } } }`, statements: 6},
		{name: "viewer with contracts", as: inst, query: `query($first: Int) { viewer { institutions { id contracts(first: $first) { totalCount nodes { id status } } } } }`, statements: 5, little: first(1), much: first(50)},
		{name: "contract", as: inst, query: `query($id: ID!) { contract(id: $id) { id status totalAmount { value } payment { status } } }`, statements: 2, little: contracts("draft_schedule"), much: contracts("reassigned")},
		{name: "contract with what is joined", as: inst, query: `query($id: ID!) { contract(id: $id) { id institution { id } subService { id service { id } } partner { id city } payment { paymentMethod { id } promotion { id } } canRequestExtension hasPendingExtensionRequest } }`, statements: 2, little: contracts("offer"), much: contracts("reassigned")},
		{name: "contract in detail", as: inst, query: `query($id: ID!) { contract(id: $id) ` + detail + ` }`, statements: 11, little: contracts("offer"), much: contracts("reassigned")},
		// The rates of reviews are one statement more, where there is a review.
		{name: "reviewed contract in detail", as: inst, query: `query($id: ID!) { contract(id: $id) ` + detail + ` }`, statements: 12, little: contracts("reviewed"), much: contracts("reviewed")},
		// What is hidden is read and left out: the cost does not tell.
		{name: "contract in the queue", as: inst, query: `query($id: ID!) { contract(id: $id) { partner { id competencies { service { id } } } assignments { id } } }`, statements: 4, little: contracts("queue"), much: contracts("reassigned")},
		{name: "node", as: inst, query: `query($id: ID!) { node(id: $id) { id ... on Contract { status schedules { date } } } }`, statements: 3, little: contracts("offer"), much: contracts("reassigned")},
		{name: "nodes", as: admin, query: `query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Contract { status schedules { date } pricingItems { name } } } }`, statements: 4, little: contracts("offer"), much: contracts("offer", "queue", "reassigned", "to_pay")},
		{name: "partner", as: inst, query: `query($id: ID!) { partner(id: $id) { id fullName city ratingsSummary { totalReviews } } }`, statements: 2, little: partners("partner"), much: partners("makassar")},
		{name: "partner with everything", as: inst, query: `query($id: ID!) { partner(id: $id) { id location { address } competencies { subServices { kinds subService { service { name } } } } price { value } isWishlisted phoneNumber email } }`, statements: 6, little: partners("resting"), much: partners("partner")},
		{name: "nodes and a node", as: admin, query: `query($ids: [ID!]!, $id: ID!) { node(id: $id) { id ... on Partner { fullName } } nodes(ids: $ids) { id ... on Partner { fullName competencies { service { id } } } } }`, statements: 4, little: partners("partner"), much: partners("partner", "makassar", "eligible")},
		{name: "partners", as: inst, query: `query($first: Int) { partners(first: $first) { nodes { id fullName city } } }`, statements: 2, little: first(1), much: first(100)},
		{name: "partners counted, with everything", as: inst, query: `query($first: Int) { partners(first: $first, orderBy: PRICE_ASC) { totalCount nodes { id price { value } competencies { service { id } } isWishlisted phoneNumber } } }`, statements: 7, little: first(1), much: first(100)},
		{name: "partners nearby", as: inst, query: `query($first: Int) { partners(first: $first, filter: { nearInstitution: "` + globalID("Institution", 1) + `" }) { nodes { id distanceKm } } }`, statements: 4, little: first(1), much: first(100)},
		// The caller and the partners; what they have passed, the certifications, how many there are.
		{name: "what partners have passed", as: inst, query: `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Partner { certifications { totalCount nodes { id status certification { name } } } } } }`, statements: 5,
			little: partners("partner"), much: partners("partner", "bandung", "makassar", "eligible")},
		{name: "contracts", as: admin, query: `query($first: Int) { contracts(first: $first) { nodes { id status } } }`, statements: 2, little: first(1), much: first(100)},
		{name: "contracts counted", as: admin, query: `query($first: Int) { contracts(first: $first) { totalCount } }`, statements: 3, little: first(1), much: first(100)},
		{name: "contracts of a supervisor", as: bySupervisor, query: `query($first: Int) { contracts(first: $first, filter: { inQueue: true }) { totalCount nodes { id assignments { partner { fullName } } } } }`, statements: 4, little: first(1), much: first(100)},
		{name: "two lists at once", as: admin, query: `query($first: Int) { a: contracts(first: $first) { nodes { id } } b: partners(first: $first) { nodes { id } } }`, statements: 3, little: first(1), much: first(100)},
		// The caller and the contracts; their rows with their places, the setting, whom the
		// rules let pass, whom they leave out, and the partners.
		{name: "eligible partners of contracts", as: admin, query: `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { eligiblePartners(first: 3) { ` + eligibleFields + ` } } } }`,
			statements: 7, little: contracts("offer"), much: contracts("offer", "accepted", "queue", "draft_payment", "to_pay", "running", "to_verify")},
		{name: "eligible partners uncounted", as: bySupervisor, query: `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { eligiblePartners { nodes { partner { id } } } } } }`,
			statements: 6, little: contracts("queue"), much: contracts("queue", "reassigned")},
		// The sub-service and the institution in the place of contracts.
		{name: "eligible partners for some work", as: inst, query: `query($first: Int) { eligiblePartners(first: $first, input: { institution: "` + globalID("Institution", w.Institutions["home"]) +
			`", subService: "` + globalID("SubService", 1) + `", kind: REPAIR }) { ` + eligibleFields + ` } }`, statements: 7, little: first(1), much: first(100)},
		{name: "a catalogue", as: inst, query: `{ a: node(id: "` + globalID("Service", 1) + `") { id } b: node(id: "` + globalID("SubService", 1) + `") { id } c: institution(id: "` + globalID("Institution", 2) + `") { name } }`, statements: 4},
	}
}

const detail = `{ id status schedules { id date } contactPersons { id phone } pricingItems { id amount { value } } timeAdjustments { id }
	assignments { id partner { id competencies { service { id } } } } inspection { id sections { items { value } } } conclusion { id } review { id ratings { rate } } partner { id } }`

func TestAQueryCostsExactlyItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		if err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: 120, Now: world.Now}); err != nil {
			t.Fatal(err)
		}
		for _, b := range budgets(app.World) {
			token := app.Token(t, b.as)
			for size, vars := range map[string]map[string]any{"little": b.little, "much": b.much} {
				ctx, ran := store.Observe(t.Context())
				askIn(ctx, t, app, token, b.query, vars)
				if n := ran.Count(); n != b.statements {
					t.Errorf("%s, %s: %d statements, want %d\n%q", b.name, size, n, b.statements, ran.Texts())
				}
			}
		}
	})
}

// TestAMutationCostsExactlyItsStatements: who calls, the contract, the settings,
// the partner with what it can do and its other work, the partner held and the
// same once more, the change with its history, the assignment, the message,
// and the answer.
func TestAMutationCostsExactlyItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		one, _ := racers(t, app)
		office := app.As("admin@demo.test")
		for i, id := range queueOf(t, app, 2) {
			for _, byREST := range []bool{false, true}[i : i+1] {
				one.byREST = byREST
				act, ran := one.prepare(t, app, id)
				if told := act(); told != "won" {
					t.Fatal(told)
				}
				want := map[bool]int{false: 12, true: 18}[byREST]
				if n := ran.Count(); n != want || ran.Transactions() != 2 {
					t.Errorf("by REST %v: %d statements in %d transactions, want %d in 2\n%q", byREST, n, ran.Transactions(), want, ran.Texts())
				}
				free(office, t, app, id)
			}
		}
	})
}

// TestRefusalsCostNoMoreThanTheyLearn: what is refused early is refused cheaply.
func TestRefusalsCostNoMoreThanTheyLearn(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		q := app.World.Queue
		for _, c := range []struct {
			name, as          string
			contract, partner int64
			statements        int
		}{
			{"nobody", "", q.ContractID, q.EligibleID, 0},
			{"the wrong role", "admin@demo.test", q.ContractID, q.EligibleID, 1},
			{"a foreign contract", "supervisor2@demo.test", q.ContractID, q.EligibleID, 2},
			{"no partner", bySupervisor, q.ContractID, 0, 3},
			{"a foreign partner", bySupervisor, q.ContractID, app.World.Partners["foreign"], 4},
			{"a partner that is not eligible", bySupervisor, q.ContractID, app.World.Partners["suspended"], 4},
		} {
			body := map[string]any{"query": assignMutation, "variables": map[string]any{"c": globalID("Contract", c.contract), "p": globalID("Partner", c.partner)}}
			r := app.Request(t, http.MethodPost, "/query", tokens[c.as], body)
			ctx, ran := store.Observe(t.Context())
			w := httptest.NewRecorder()
			app.Handler.ServeHTTP(w, r.WithContext(ctx))
			if n := ran.Count(); n != c.statements {
				t.Errorf("%s costs %d statements, want %d: %s", c.name, n, c.statements, fmt.Sprint(ran.Texts()))
			}
		}
	})
}
