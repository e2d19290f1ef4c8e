package store_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// paperList is a list of agreements, or a filter of one, as an insider of one
// institution asks for it.
type paperList struct {
	name   string
	filter market.AgreementFilter
	order  market.AgreementOrder
	sorted string   // as for list
	walks  []string // as for list
}

// neverFilled are the tables that random agreements leave empty: what there is to know of
// them is that they can be read whole.
var neverFilled = []string{"column_items", "column_items_pkey", "agreement_terms", "agreement_terms_pkey"}

// paperOrders are the orders of the dialects and of the graph.
var paperOrders = []paperList{
	{name: "by number", sorted: "agreement_institution_id_id"},
	{name: "by number, last first", order: market.AgreementOrder{Descending: true}, sorted: "agreement_institution_id_id"},
	{name: "newest first", order: market.AgreementOrder{By: market.AgreementByCreated, Descending: true}, sorted: "agreement_institution_id_created_at_id"},
	{name: "by change", order: market.AgreementOrder{By: market.AgreementByUpdated}, sorted: "agreement_institution_id_updated_at_id"},
	{name: "by title", order: market.AgreementOrder{By: market.AgreementByTitle}, sorted: "agreement_institution_id_search_title_id"},
	{name: "by cost", order: market.AgreementOrder{By: market.AgreementByCost}, sorted: "agreement_institution_id_cost_id"},
	// What may be null comes last in both directions, which no index gives both ways.
	{name: "by start", order: market.AgreementOrder{By: market.AgreementByStart}},
	{name: "by end, last first", order: market.AgreementOrder{By: market.AgreementByEnd, Descending: true}},
	{name: "by conclusion", order: market.AgreementOrder{By: market.AgreementByConclusion}},
}

// paperFilters are the filters of Yedpay, Faveo and Kit, each alone.
func paperFilters() []paperList {
	day := 24 * time.Hour
	within := market.InstantRange{From: new(world.Now.Add(-day)), Before: new(world.Now.Add(day))}
	few, yes, no := []int64{1, 2, 3}, true, false
	low, high := int64(1000), int64(2000)
	// Few pairs name few users here. A part of a text is found by trigrams, where there
	// are more than a few texts.
	pairs, texts := []string{"agreement_notify_users"}, []string{"participants", "participants_pkey", "participant_signature_id_position"}
	return []paperList{
		{name: "Yedpay's gateway", filter: market.AgreementFilter{GatewayKinds: []lifecycle.GatewayKind{lifecycle.GatewayOnline}}},
		{name: "Faveo's ids", filter: market.AgreementFilter{IDs: few}},
		{name: "Faveo's types", filter: market.AgreementFilter{TypeIDs: few}},
		{name: "Faveo's vendors", filter: market.AgreementFilter{VendorIDs: few}},
		{name: "Faveo's owners", filter: market.AgreementFilter{OwnerIDs: few}},
		{name: "Faveo's approvers", filter: market.AgreementFilter{ApproverIDs: few}},
		{name: "Faveo's licence types", filter: market.AgreementFilter{LicenseTypeIDs: few}},
		{name: "Faveo's status", filter: market.AgreementFilter{Statuses: []lifecycle.AgreementStatus{"draft"}}},
		{name: "Faveo's statuses", filter: market.AgreementFilter{Statuses: []lifecycle.AgreementStatus{"draft", "expired"}}},
		{name: "Faveo's renewal status", filter: market.AgreementFilter{RenewalStatuses: []lifecycle.RenewalStatus{"extended"}}},
		{name: "Faveo's identifiers", filter: market.AgreementFilter{Identifiers: []string{"a", "b"}}},
		{name: "Faveo's cost", filter: market.AgreementFilter{CostFrom: &low, CostTo: &high}},
		{name: "Faveo's days of notice", filter: market.AgreementFilter{NotifyDaysFrom: new(int64), NotifyDaysTo: new(int64(9))}},
		{name: "Faveo's notified users", filter: market.AgreementFilter{NotifyUserIDs: few}, walks: pairs},
		{name: "Faveo's assets", filter: market.AgreementFilter{AssetIDs: few}},
		{name: "Faveo's starts", filter: market.AgreementFilter{Starts: within}},
		{name: "Faveo's ends", filter: market.AgreementFilter{Ends: within}},
		{name: "Faveo's creation", filter: market.AgreementFilter{Created: within}},
		{name: "Faveo's changes", filter: market.AgreementFilter{Updated: within}},
		{name: "Faveo's search", filter: market.AgreementFilter{Text: "lease"}},
		{name: "Kit's uuid", filter: market.AgreementFilter{UUIDs: []string{"x"}, Deleted: true}},
		{name: "Kit's custom key", filter: market.AgreementFilter{CustomKeys: []string{"x"}, Deleted: true}},
		{name: "Kit's title", filter: market.AgreementFilter{Title: "lease"}},
		{name: "Kit's type", filter: market.AgreementFilter{Origins: []lifecycle.Origin{lifecycle.OriginRenewal}}},
		{name: "Kit's status", filter: market.AgreementFilter{Concluded: &yes}},
		{name: "Kit's other status", filter: market.AgreementFilter{Concluded: &no}},
		{name: "Kit's period before", filter: market.AgreementFilter{Period: new(lifecycle.PeriodBefore)}},
		{name: "Kit's period ongoing", filter: market.AgreementFilter{Period: new(lifecycle.PeriodOngoing)}},
		{name: "Kit's period after", filter: market.AgreementFilter{Period: new(lifecycle.PeriodAfter)}},
		{name: "Kit's signature", filter: market.AgreementFilter{HasSignature: &yes}},
		{name: "Kit's lack of a signature", filter: market.AgreementFilter{HasSignature: &no}},
		{name: "Kit's lack of a customer", filter: market.AgreementFilter{HasCustomer: &no}},
		{name: "Kit's customers", filter: market.AgreementFilter{CustomerIDs: few}},
		{name: "Kit's customers' keys", filter: market.AgreementFilter{CustomerKeys: []string{"x", "y"}}},
		{name: "Kit's customer's name", filter: market.AgreementFilter{CustomerName: "corp"}},
		{name: "Kit's tags", filter: market.AgreementFilter{TagIDs: few}},
		{name: "Kit's participant's name", filter: market.AgreementFilter{ParticipantName: "kim"}, walks: texts},
		{name: "Kit's participant's address", filter: market.AgreementFilter{ParticipantEmail: "kim@"}, walks: texts},
		{name: "Kit's participant's phone", filter: market.AgreementFilter{ParticipantPhone: "0101"}, walks: texts},
	}
}

// TestEveryListOfAgreementsHasItsIndex takes the statements of each order and of each
// filter, with everything that hangs on an agreement: none reads the agreements, or what
// hangs on them, from end to end for an insider of one institution.
func TestEveryListOfAgreementsHasItsIndex(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Papers(t, 1500, 11)
		app.BendAll()
		home, other := app.World.Institutions["home"], app.World.Institutions["other"]
		exec(t, app.Store.Client(), fmt.Sprintf("UPDATE agreements SET institution_id = %d WHERE institution_id = %d AND id %% 8 <> 0", other, home))
		exec(t, app.Store.Client(), "ANALYZE")
		planner := one(t, db)
		if db.Name == dialect.Postgres {
			exec(t, planner.Client(), "SET enable_seqscan = off; SET enable_mergejoin = off; SET enable_hashjoin = off; SET enable_material = off")
		}
		me := actor.Actor{UserID: 1 << 40, Role: actor.Institution, Institutions: []int64{home}}
		for _, p := range append(paperOrders, paperFilters()...) {
			t.Run(p.name, func(t *testing.T) {
				ctx, ran := store.ObserveArguments(actor.With(t.Context(), me))
				if _, err := app.Market.Agreements(ctx, p.filter, p.order, market.OffsetPage(0, 10), market.AgreementEverything); err != nil {
					t.Fatal(err)
				}
				p.check(t, planner, ran.Texts(), ran.Arguments())
			})
		}
	})
}

func (p paperList) check(t *testing.T, planner *store.Store, texts []string, args [][]any) {
	t.Helper()
	if len(texts) < 3 {
		t.Fatalf("it ran %d statements", len(texts))
	}
	for i, text := range texts {
		l := list{name: p.name, walks: append(p.walks, neverFilled...)}
		if strings.Contains(text, "ORDER BY") {
			l.sorted = p.sorted
		}
		l.check(t, planner, text, args[i])
	}
}

// agreementsDue are the statements that look for what has fallen due for agreements and
// their signatures.
var agreementsDue = regexp.MustCompile("FROM [`\"](agreements|signatures)[`\"].* ORDER BY [`\"]t[`\"]\\.[`\"]due_at[`\"]")

// TestWhatFallsDueIsFoundByItsIndex: agreements and signatures, among any number that wait
// for nothing; and of an agreement no more is read than says what has fallen due.
func TestWhatFallsDueIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Papers(t, 1500, 12)
		exec(t, app.Store.Client(), "ANALYZE")
		planner := one(t, db)
		ctx, ran := store.ObserveArguments(context.WithoutCancel(t.Context()))
		if _, err := app.Market.FireDue(ctx, world.Now); err != nil {
			t.Fatal(err)
		}
		l, args, seen := list{}, ran.Arguments(), map[string]bool{}
		for i, text := range ran.Texts() {
			if m := agreementsDue.FindStringSubmatch(text); m != nil {
				seen[m[1]] = true
				if strings.Contains(text, "title") && strings.Contains(text, "agreements") {
					t.Errorf("it reads more than it needs: %s", text)
				}
				l.check(t, planner, text, args[i])
			}
		}
		if len(seen) != 2 {
			t.Errorf("only %v are looked through for what has fallen due", seen)
		}
	})
}
