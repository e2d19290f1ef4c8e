package graph_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// nestedPage is the page that dashboards read: a contract with everything that
// stands beside it.
const nestedPage = `query($first: Int) { contracts(first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes {
	id databaseId referenceCode status displayStatus step kind contractEscalationStage escalationDeadlineAt partnerStatus
	description toolBrand toolType contractStartDate contractStartTime contractEndDate contractEndTime createdAt updatedAt
	institution { id name address city province }
	partner { id fullName city picture { url } ratingsSummary { overallAverage totalReviews }
		competencies { service { id name } subServices { status kinds subService { id name service { id name } } } } }
	subService { id name service { id name } }
	schedules { id date startTime endTime status }
	contactPersons { id name phone }
	pricingItems { id name code kind unit effect isPartnerPricing amount { value currency } }
	totalAmount { value currency }
	payment { id status amount { value currency } paymentMethod { name } proof { url } promotion { id code name discountType } }
	assignments { id sequence status statusReason assignedAt partner { id fullName } assignedBy { id fullName role } }
	timeAdjustments { id additionalHours reason status requestedAt }
} } }`

// maxStatements is what the nested page may cost, whatever its size.
const maxStatements = 12

func TestTheNestedPageCostsTheSameStatementsForTwoContractsAndForAHundred(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		err := world.Seed(context.Background(), app.Store, world.SeedOptions{Contracts: 100, Now: world.Now})
		if err != nil {
			t.Fatal(err)
		}
		token := app.Token(t, "admin@demo.test")
		counts := map[int]int{}
		for _, first := range []int{2, 100} {
			ctx, statements := store.Observe(context.Background())
			got := askIn(ctx, t, app, token, nestedPage, map[string]any{"first": first})
			if n := len(got.list("contracts", "nodes")); n != first {
				t.Fatalf("asked for %d contracts and got %d", first, n)
			}
			counts[first] = statements.Count()
			if counts[first] > maxStatements {
				t.Errorf("%d contracts cost %d statements, more than %d:\n%q", first, counts[first], maxStatements, statements.Texts())
			}
		}
		t.Logf("the nested page costs %d statements, with who calls", counts[2])
		if counts[2] != counts[100] {
			t.Errorf("2 contracts cost %d statements, and 100 cost %d", counts[2], counts[100])
		}
	})
}

func TestTheContractsOfManyInstitutionsCostTheSameStatementsAsOfOne(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, "admin@demo.test")
		const query = `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Institution { name contracts(first: 3) {
			totalCount pageInfo { hasNextPage } nodes { referenceCode schedules { date } } } } } }`
		var counts []int
		for _, ids := range [][]string{{globalID("Institution", 1)}, {globalID("Institution", 1), globalID("Institution", 2), globalID("Institution", 3)}} {
			ctx, statements := store.Observe(context.Background())
			got := askIn(ctx, t, app, token, query, map[string]any{"ids": ids})
			for _, node := range got.list("nodes") {
				contracts := node.(map[string]any)["contracts"].(map[string]any)
				total, shown := contracts["totalCount"].(float64), len(contracts["nodes"].([]any))
				if shown != min(3, int(total)) || contracts["pageInfo"].(map[string]any)["hasNextPage"] != (total > 3) {
					t.Errorf("%d of %v contracts are shown, and the page info is %v", shown, total, contracts["pageInfo"])
				}
			}
			counts = append(counts, statements.Count())
		}
		if counts[0] != counts[1] {
			t.Errorf("one institution costs %d statements, and three cost %d", counts[0], counts[1])
		}
	})
}

func TestPagesGluedTogetherAreTheWholeList(t *testing.T) {
	t.Parallel()
	lists := []struct{ name, field, order string }{
		{"contracts, newest first", "contracts", "CREATED_AT_DESC"},
		{"contracts, oldest first", "contracts", "CREATED_AT_ASC"},
		{"contracts, soonest deadline first", "contracts", "ESCALATION_DEADLINE_ASC"},
		{"contracts, latest deadline first", "contracts", "ESCALATION_DEADLINE_DESC"},
		{"partners, oldest first", "partners", "CREATED_AT_ASC"},
		{"partners, newest first", "partners", "CREATED_AT_DESC"},
		{"partners, cheapest first", "partners", "PRICE_ASC"},
		{"partners, dearest first", "partners", "PRICE_DESC"},
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, "admin@demo.test")
		for _, l := range lists {
			orderType := map[string]string{"contracts": "ContractOrder", "partners": "PartnerOrder"}[l.field]
			query := fmt.Sprintf(`query($o: %s!, $f: Int, $a: String, $l: Int, $b: String) { %s(orderBy: $o, first: $f, after: $a, last: $l, before: $b) {
				totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id } edges { cursor node { id } } } }`, orderType, l.field)
			whole := glue(t, app, token, query, l.field, l.order, 100, true)
			if len(whole) < 5 {
				t.Fatalf("%s: only %d items", l.name, len(whole))
			}
			for _, size := range []int{1, 3, 7} {
				if got := glue(t, app, token, query, l.field, l.order, size, true); !slices.Equal(got, whole) {
					t.Errorf("%s, %d at a time: %v, want %v", l.name, size, got, whole)
				}
				if got := glue(t, app, token, query, l.field, l.order, size, false); !slices.Equal(got, whole) {
					t.Errorf("%s backwards, %d at a time: %v, want %v", l.name, size, got, whole)
				}
			}
		}
	})
}

// glue reads a list page by page, from the start or from the end, and gives the
// ids in the list's order.
func glue(t *testing.T, app *testkit.App, token, query, field, order string, size int, forward bool) []string {
	t.Helper()
	var whole []string
	vars := map[string]any{"o": order}
	for {
		vars[map[bool]string{true: "f", false: "l"}[forward]] = size
		got := ask(t, app, token, query, vars)
		page := got.object(field)
		var ids []string
		for i, node := range page["nodes"].([]any) {
			ids = append(ids, node.(map[string]any)["id"].(string))
			if edge := page["edges"].([]any)[i].(map[string]any)["node"].(map[string]any)["id"]; edge != ids[i] {
				t.Fatalf("edge %d is %v, and node is %v", i, edge, ids[i])
			}
		}
		info := page["pageInfo"].(map[string]any)
		if forward {
			whole = append(whole, ids...)
			vars["a"] = info["endCursor"]
		} else {
			whole = append(ids, whole...)
			vars["b"] = info["startCursor"]
		}
		if more := info[map[bool]string{true: "hasNextPage", false: "hasPreviousPage"}[forward]].(bool); !more {
			if total := int(page["totalCount"].(float64)); total != len(whole) {
				t.Errorf("the list has %d items by its count and %d by its pages", total, len(whole))
			}
			return whole
		}
	}
}
