package graph_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

const wholePaper = `{ id version title status agreementType { name } institution { name } vendor { name managers { name } } owner { fullName } approver { id }
	licenseType { name } file { url } customers { name } tags { name } assets { name } notifyUsers { id } users { id } organizations { id }
	columnItems { slug } terms { kind approver { id } } signature { status participants { name } objects { name } }
	history(first: 3) { totalCount nodes { event changes { field } } } contracts(first: 2) { totalCount nodes { id } }
	actions { action allowed } can(action: RENEW) { allowed } simulate(until: "2026-06-09T00:00:00Z") { kind } }`

// TestAPageOfAgreementsCostsTheSameForFewAndForMany: two rows cost as many statements
// as a hundred, with everything that hangs on them.
func TestAPageOfAgreementsCostsTheSameForFewAndForMany(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		app.Papers(t, 400, 3)
		for _, c := range []struct {
			name, query string
			statements  int
		}{
			{"ids", `{ nodes { id } }`, 3},
			{"ids and how many", `{ totalCount nodes { id } }`, 4},
			{"what stands once beside them", `{ nodes { id institution { id } owner { id } approver { id } licenseType { id } file { url } } }`, 3},
			{"everything", `{ totalCount nodes ` + wholePaper + ` }`, 0},
		} {
			counts := map[int]int{}
			for _, n := range []int{2, 100} {
				ctx, ran := store.Observe(t.Context())
				got := askIn(ctx, t, app, app.Token(t, customer), fmt.Sprintf(`{ agreements(first: %d) %s }`, n, c.query), nil)
				if rows := len(got.list("agreements", "nodes")); rows != n {
					t.Fatalf("%s: %d rows: %.300s", c.name, rows, got.body)
				}
				counts[n] = ran.Count()
			}
			if counts[2] != counts[100] || c.statements != 0 && counts[2] != c.statements {
				t.Errorf("%s: %d statements for two rows and %d for a hundred, want %d", c.name, counts[2], counts[100], c.statements)
			}
			t.Logf("%s: %d statements", c.name, counts[2])
		}
	})
}

// TestAnAgreementIsFoundByItsIds: by the root field, as a node, and what hangs on it as
// nodes of their own; for a stranger there is none of it.
func TestAnAgreementIsFoundByItsIds(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		c := app.Store.Client()
		ids := map[string]any{
			"a": globalID("Agreement", app.World.Agreements["active"]), "ids": []string{
				globalID("Agreement", app.World.Agreements["active"]), globalID("Counterparty", c.Counterparty.Query().FirstX(t.Context()).ID),
				globalID("Tag", c.Tag.Query().FirstX(t.Context()).ID), globalID("Signature", c.Signature.Query().FirstX(t.Context()).ID),
			},
		}
		const query = `query($a: ID!, $ids: [ID!]!) { agreement(id: $a) { id databaseId contractNumber } nodes(ids: $ids) { __typename id } }`
		got := ask(t, app, app.Token(t, theAdmin), query, ids)
		if a := got.object("agreement"); a["contractNumber"] != fmt.Sprintf("#CNTR-%d", app.World.Agreements["active"]) {
			t.Errorf("%s", got.body)
		}
		for i, want := range []string{"Agreement", "Counterparty", "Tag", "Signature"} {
			n, _ := got.list("nodes")[i].(map[string]any)
			if n["__typename"] != want || n["id"] != ids["ids"].([]string)[i] {
				t.Errorf("%s: %v", want, n)
			}
		}
		got = ask(t, app, app.Token(t, partner), query, ids)
		if got.Data["agreement"] != nil || slices.ContainsFunc(got.list("nodes"), func(n any) bool { return n != nil }) {
			t.Errorf("a stranger gets %s", got.body)
		}
	})
}

// TestTheClockTellsWhatItDidToAgreements: what was foreseen happens, and moving the
// clock tells of it with the agreement as it is then.
func TestTheClockTellsWhatItDidToAgreements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		v := paperIn(t, app, "active")
		id := v.GlobalID().String()
		until := world.Now.Add(40 * day)
		foreseen := ask(t, app, app.Token(t, customer), `query($id: ID!, $until: Time!) { agreement(id: $id) { simulate(until: $until) { kind at status renewalStatus } } }`, map[string]any{"id": id, "until": until})
		var want, told []string
		for _, f := range foreseen.list("agreement", "simulate") {
			f := f.(map[string]any)
			want = append(want, fmt.Sprint(f["kind"], f["at"], f["status"]))
		}
		if len(want) != 1 {
			t.Fatalf("%s", foreseen.body)
		}
		moved := ask(t, app, app.Token(t, theAdmin), `mutation($to: Time) { clockAdvance(input: { to: $to }) { fired { kind at contract { id } agreement { id status } } userErrors { message } } }`, map[string]any{"to": until})
		both := 0
		for _, f := range moved.list("clockAdvance", "fired") {
			f := f.(map[string]any)
			a, isPaper := f["agreement"].(map[string]any)
			if isPaper == (f["contract"] != nil) {
				both++
			}
			if isPaper && a["id"] == id {
				told = append(told, fmt.Sprint(f["kind"], f["at"], a["status"]))
			}
		}
		// The list is cut at a hundred: what came later is asked of the history.
		after := ask(t, app, app.Token(t, customer), `query($id: ID!) { agreement(id: $id) { status history(first: 100) { nodes { event at } } } }`, map[string]any{"id": id})
		if both > 0 || after.object("agreement")["status"] != "EXPIRED" || len(told) > 0 && !slices.Equal(told, want) {
			t.Errorf("told %q of %q, %d of both or none: %s", told, want, both, after.body)
		}
	})
}

// TestAContractShowsTheAgreementThatGovernsItToInsidersAlone: and the agreement shows the
// contract, and has it in its history; the contract itself does not move.
func TestAContractShowsTheAgreementThatGovernsItToInsidersAlone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		v, w := paperIn(t, app, "active"), paperIn(t, app, "draft")
		offer := globalID("Contract", app.World.Contract("offer"))
		member := app.Token(t, customer)
		const look = `query($c: ID!) { contract(id: $c) { version updatedAt agreement { id title } history(first: 100) { totalCount } } }`
		before := ask(t, app, app.Token(t, partner), look, map[string]any{"c": offer})
		for _, to := range []any{v.GlobalID().String(), w.GlobalID().String()} {
			ask(t, app, member, `mutation($in: ContractSetAgreementInput!) { contractSetAgreement(input: $in) { userErrors { message } } }`, map[string]any{"in": map[string]any{"contract": offer, "agreement": to}})
			if got := ask(t, app, member, look, map[string]any{"c": offer}).object("contract", "agreement"); got["id"] != to {
				t.Errorf("it is %v, not %v", got, to)
			}
		}
		if after := ask(t, app, app.Token(t, partner), look, map[string]any{"c": offer}); after.body != before.body {
			t.Errorf("the partner sees %s after %s", after.body, before.body)
		}
		const told = `query($id: ID!) { agreement(id: $id) { contracts { totalCount nodes { id } } history(first: 100) { nodes { changes { field from to } } } } }`
		for id, want := range map[string]string{v.GlobalID().String(): "[]", w.GlobalID().String(): "[map[id:" + offer + "]]"} {
			got := ask(t, app, member, told, map[string]any{"id": id})
			if list := fmt.Sprint(got.list("agreement", "contracts", "nodes")); list != want {
				t.Errorf("%s governs %s, want %s", id, list, want)
			}
		}
		got := ask(t, app, member, `mutation($in: ContractSetAgreementInput!) { contractSetAgreement(input: $in) { contract { agreement { id } } userErrors { message } } }`, map[string]any{"in": map[string]any{"contract": offer}})
		if got.object("contractSetAgreement", "contract")["agreement"] != nil {
			t.Errorf("%s", got.body)
		}
		history := ask(t, app, member, told, map[string]any{"id": w.GlobalID().String()})
		var moves []string
		for _, n := range history.list("agreement", "history", "nodes") {
			for _, c := range n.(map[string]any)["changes"].([]any) {
				if c := c.(map[string]any); c["field"] == "contracts" {
					moves = append(moves, fmt.Sprint(c["from"], ">", c["to"]))
				}
			}
		}
		if want := []string{"<nil>>" + offer, offer + "><nil>"}; !slices.Equal(moves, want) {
			t.Errorf("the history tells %q, want %q", moves, want)
		}
	})
}

// TestAFilterOfTheGraphIsTheUseCasesOwn: what each field of the filter keeps is what the
// use-case keeps by its own field.
func TestAFilterOfTheGraphIsTheUseCasesOwn(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		papers := app.Papers(t, 300, 9)
		ctx, token := app.As(theAdmin), app.Token(t, theAdmin)
		type object = map[string]any
		p := papers[slices.IndexFunc(papers, func(p *testkit.Paper) bool { return len(p.Customers) > 0 && p.Vendor != nil && p.DeletedAt == nil })]
		from, to := world.Now.Add(-900*time.Hour), world.Now.Add(900*time.Hour)
		for name, c := range map[string]struct {
			graph object
			own   market.AgreementFilter
		}{
			"vendor":      {object{"vendor": []string{globalID("Counterparty", p.Vendor.ID)}}, market.AgreementFilter{VendorIDs: []int64{p.Vendor.ID}}},
			"customer":    {object{"customer": []string{globalID("Counterparty", p.Customers[0].ID)}}, market.AgreementFilter{CustomerIDs: []int64{p.Customers[0].ID}}},
			"institution": {object{"institution": []string{globalID("Institution", p.InstitutionID)}}, market.AgreementFilter{InstitutionIDs: []int64{p.InstitutionID}}},
			"type":        {object{"agreementType": []string{globalID("AgreementType", 1)}}, market.AgreementFilter{TypeIDs: []int64{1}}},
			"status":      {object{"status": []string{"ACTIVE", "DRAFT"}}, market.AgreementFilter{Statuses: []lifecycle.AgreementStatus{"active", "draft"}}},
			"none of it":  {object{"status": []string{}}, market.AgreementFilter{Statuses: []lifecycle.AgreementStatus{}}},
			"cost":        {object{"cost": object{"from": 100, "to": 100_000}}, market.AgreementFilter{CostFrom: new(int64(100)), CostTo: new(int64(100_000))}},
			"ends":        {object{"ends": object{"from": from, "before": to}}, market.AgreementFilter{Ends: market.InstantRange{From: &from, Before: &to}}},
			"customers":   {object{"hasCustomer": false}, market.AgreementFilter{HasCustomer: new(false)}},
			"signature":   {object{"hasSignature": true, "concluded": false}, market.AgreementFilter{HasSignature: new(true), Concluded: new(false)}},
			"period":      {object{"period": "ONGOING"}, market.AgreementFilter{Period: new(lifecycle.PeriodOngoing)}},
			"title":       {object{"title": "LEASE"}, market.AgreementFilter{Title: "LEASE"}},
			"text":        {object{"text": "creme"}, market.AgreementFilter{Text: "creme"}},
			"participant": {object{"participantName": "e"}, market.AgreementFilter{ParticipantName: "e"}},
		} {
			page, err := market.Connection{First: new(int32(100)), Total: true}.Page()
			if err != nil {
				t.Fatal(err)
			}
			own, err := app.Market.Agreements(ctx, c.own, market.AgreementOrder{By: market.AgreementByEnd}, page, 0)
			if err != nil {
				t.Fatal(err)
			}
			got := ask(t, app, token, `query($f: AgreementFilter) { agreements(filter: $f, orderBy: ENDS_AT_ASC, first: 100) { totalCount nodes { databaseId } } }`, object{"f": c.graph})
			var want, have []string
			for _, v := range own.Items {
				want = append(want, fmt.Sprint(v.ID))
			}
			for _, n := range got.list("agreements", "nodes") {
				have = append(have, fmt.Sprint(n.(object)["databaseId"]))
			}
			if !slices.Equal(have, want) || got.object("agreements")["totalCount"] != float64(*own.Total) {
				t.Errorf("%s: %v of %v, want %v of %d", name, have, got.object("agreements")["totalCount"], want, *own.Total)
			}
			if name != "none of it" && (*own.Total == 0 || *own.Total == int64(len(papers))) {
				t.Errorf("%s keeps %d of %d: it shows nothing", name, *own.Total, len(papers))
			}
		}
	})
}
