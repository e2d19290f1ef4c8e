package store_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// bigTables grow with the business: no list may read one whole.
var bigTables = []string{
	"contracts", "partners", "payments", "schedules", "contact_persons", "pricing_items", "partner_assignments",
	"time_adjustments", "inspections", "conclusions", "reviews", "review_ratings", "competencies", "base_prices", "partner_locations",
	"users", "memberships", "wishlists", "partner_certifications",
	"agreements", "counterparties", "signatures", "participants", "signature_objects", "agreement_terms", "column_items", "agreement_customers",
	"agreement_tags", "agreement_assets", "agreement_notify_users", "agreement_users", "agreement_organizations", "files", "tags", "assets",
}

// fewRows are partial indexes that hold few rows, whatever their tables hold.
var fewRows = []string{"timeadjustment_pending"}

// list is a question that is answered with a page.
type list struct {
	name string
	who  actor.Actor
	ask  func(context.Context, *market.App) error
	// sorted is the index that gives the page in its order, so that no more is
	// read than is shown; "" where what was found is sorted.
	sorted string
	// walks are the indexes, and tables, that its statements may read from end to
	// end, since there is nothing to look up.
	walks []string
}

// crowd is who asks for the lists: those with the most contracts.
type crowd struct {
	customer, customers, partner, supervisor, admin actor.Actor
	subService                                      int64
	latitude, longitude                             float64
}

// findCrowd reads who has the most.
func findCrowd(t *testing.T, s *store.Store) crowd {
	t.Helper()
	most := func(column, table string, after int) int64 {
		return number(t.Context(), t, s.Client(), fmt.Sprintf(
			"SELECT %[1]s FROM %[2]s WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY count(*) DESC, %[1]s LIMIT 1 OFFSET %[3]d", column, table, after))
	}
	first, second := most("institution_id", "contracts", 0), most("institution_id", "contracts", 1)
	both := []int64{min(first, second), max(first, second)}
	return crowd{
		customer:   actor.Actor{UserID: 1, Role: actor.Institution, Institutions: []int64{first}},
		customers:  actor.Actor{UserID: 1, Role: actor.Institution, Institutions: both},
		partner:    actor.Actor{UserID: 1, Role: actor.Partner, PartnerID: most("partner_id", "contracts", 0)},
		supervisor: actor.Actor{UserID: most("created_by_id", "partners", 0), Role: actor.Supervisor},
		admin:      actor.Actor{UserID: 1, Role: actor.Admin},
		subService: most("sub_service_id", "base_prices", 0),
		latitude:   -6.2, longitude: 106.8,
	}
}

// lists gives every list with how it may be answered.
func lists(c crowd) []list {
	completed := market.ContractFilter{Statuses: []lifecycle.ContractStatus{lifecycle.ContractCompleted}}
	radius, near := 10.0, market.PartnerFilter{Latitude: &c.latitude, Longitude: &c.longitude}
	near.RadiusKm = &radius
	kind, doing := lifecycle.KindRepair, near
	doing.Kind, doing.SubServiceID = &kind, &c.subService
	// PostgreSQL reads the few that there are here; SQLite looks the part up.
	byName := []string{"partner_created_at_id", "partner_cheapest_first_id", "partner_dearest_first_id", "partner_listed"}
	offer := append([]string{"partners"}, byName...)
	return []list{
		{"an institution's contracts", c.customer, contracts(market.ContractFilter{}, market.ContractOrder{}), "contract_institution_id_created_at_id", nil},
		{"an institution's contracts of a status", c.customer, contracts(completed, market.ContractOrder{}), "contract_institution_id_status_created_at_id", nil},
		{"two institutions' contracts", c.customers, contracts(market.ContractFilter{}, market.ContractOrder{}), "", []string{"contract_created_at_id"}},
		{"two institutions' contracts of a status", c.customers, contracts(completed, market.ContractOrder{}), "", []string{"contract_created_at_id"}},
		{"an institution's groups", c.customer, grouped, "", nil},
		{"two institutions' groups", c.customers, grouped, "", nil},
		// Of all partners' offers, which are few, those of this one.
		{"a partner's groups", c.partner, grouped, "", []string{"contract_escalation_deadline_at_id"}},
		{"a partner's contracts", c.partner, contracts(market.ContractFilter{}, market.ContractOrder{}), "contract_partner_id_created_at_id", nil},
		// SQLite goes through all contracts, newest first, until the page is full.
		{"a supervisor's contracts", c.supervisor, contracts(market.ContractFilter{}, market.ContractOrder{}), "", []string{"contract_escalation_deadline_at_id", "contract_created_at_id"}},
		{"a supervisor's queue", c.supervisor, contracts(market.ContractFilter{Queue: true}, market.ContractOrder{}), "", []string{"contract_escalation_deadline_at_id"}},
		{"all contracts", c.admin, contracts(market.ContractFilter{}, market.ContractOrder{}), "contract_created_at_id", []string{"contracts", "contracts_pkey", "contract_agreement_id_id"}},
		{"contracts by deadline", c.admin, contracts(market.ContractFilter{}, market.ContractOrder{ByDeadline: true, Ascending: true}), "contract_escalation_deadline_at_id", nil},
		{"contracts by latest deadline", c.admin, contracts(market.ContractFilter{}, market.ContractOrder{ByDeadline: true}), "contract_escalation_deadline_at_id", nil},
		{"the contracts of institutions", c.admin, contractsOf(c.customers.Institutions), "", nil},
		{"partners by registration", c.customer, partners(market.PartnerFilter{}, market.PartnerOrder{}), "partner_created_at_id", offer},
		{"partners by name", c.customer, partners(market.PartnerFilter{Text: "a"}, market.PartnerOrder{}), "partner_created_at_id", offer},
		{"partners by a part of their name", c.customer, partners(market.PartnerFilter{Text: "dwi"}, market.PartnerOrder{}), "", byName},
		{"partners of a sub-service by price", c.customer, partners(market.PartnerFilter{SubServiceID: &c.subService}, market.PartnerOrder{ByPrice: true}), "", offer},
		{"partners near a place", c.customer, partners(near, market.PartnerOrder{}), "", offer},
		{"partners that an institution could hire", c.customer, hireable(c), "", nil},
		{"partners that a supervisor could assign", c.supervisor, assignable(true), "", nil},
		{"partners that the back office could assign", c.admin, assignable(false), "", nil},
		{"partners near a place that do a kind, by price", c.customer, partners(doing, market.PartnerOrder{ByPrice: true}), "", nil},
		{"partners near a place, by their lowest price", c.customer, partners(near, market.PartnerOrder{ByPrice: true}), "", offer},
		{"a wishlist", c.customer, wishlist, "", nil},
		{"a wishlist, counted", c.customer, wishlistFilters, "", nil},
		{"the services of a supervisor's partners", c.supervisor, supervisorServices, "", nil},
		{"all accounts", c.admin, users(market.UserFilter{}), "user_created_at_id", []string{"users", "users_pkey", "user_role_created_at_id", "user_status_created_at_id"}},
		{"accounts of a role", c.admin, users(market.UserFilter{Role: new(actor.Supervisor)}), "user_role_created_at_id", nil},
		{"a supervisor's own partners", c.supervisor, partners(market.PartnerFilter{Own: true}, market.PartnerOrder{}), "", nil},
	}
}

// contracts asks for the first page, with everything that belongs to them.
func contracts(f market.ContractFilter, o market.ContractOrder) func(context.Context, *market.App) error {
	everything := market.ContractWants{Parts: market.WantEverything, Partner: ^market.PartnerWant(0)}
	return func(ctx context.Context, a *market.App) error {
		_, err := a.Contracts(ctx, f, o, market.NumberedPage(1, 20), everything)
		return err
	}
}

// grouped asks for the groups with all that a list shows.
func grouped(ctx context.Context, a *market.App) error {
	_, err := a.GroupedContracts(ctx, market.ContractFilter{}, market.ContractWants{
		Parts:   market.WantInstitution | market.WantPartner | market.WantSubService | market.WantReview | market.WantReminder | market.WantPendingRequest,
		Partner: market.WantLocation,
	})
	return err
}

func contractsOf(institutions []int64) func(context.Context, *market.App) error {
	return func(ctx context.Context, a *market.App) error {
		_, err := a.ContractsOfInstitutions(ctx, institutions, market.ContractFilter{}, market.NumberedPage(1, 3), market.ContractWants{})
		return err
	}
}

func partners(f market.PartnerFilter, o market.PartnerOrder) func(context.Context, *market.App) error {
	return func(ctx context.Context, a *market.App) error {
		_, err := a.Partners(ctx, f, o, market.NumberedPage(1, 20), ^market.PartnerWant(0))
		return err
	}
}

func wishlist(ctx context.Context, a *market.App) error {
	_, err := a.Wishlist(ctx, market.PartnerFilter{City: "x"}, market.NumberedPage(1, 20), ^market.PartnerWant(0))
	return err
}

func wishlistFilters(ctx context.Context, a *market.App) error {
	_, err := a.WishlistFilters(ctx)
	return err
}

func supervisorServices(ctx context.Context, a *market.App) error {
	_, err := a.SupervisorServices(ctx)
	return err
}

func users(f market.UserFilter) func(context.Context, *market.App) error {
	return func(ctx context.Context, a *market.App) error {
		_, err := a.Users(ctx, f, market.NumberedPage(1, 20), market.WantLocation)
		return err
	}
}

// hireable asks who could be hired, with whom the rules leave out.
func hireable(c crowd) func(context.Context, *market.App) error {
	return func(ctx context.Context, a *market.App) (err error) {
		for _, kind := range lifecycle.Kinds { // until one is offered
			work := market.SoughtWork{
				InstitutionID: c.customer.Institutions[0], SubServiceID: c.subService, Kind: kind,
				StartDate: "2026-07-01", StartTime: "09:00", EndDate: "2026-07-02", EndTime: "17:00",
			}
			if _, err = a.EligiblePartners(ctx, work, eligibleQuestion); err == nil {
				return nil
			}
		}
		return err
	}
}

// eligibleQuestion asks for everything that can be asked of a list of eligible
// partners.
var eligibleQuestion = market.EligibleQuestion{Page: market.NumberedPage(1, 20), LeftOut: true, Partner: market.WantLocation | market.WantPrice}

// assignable asks who could take over the first contract of the queue, or one that
// was accepted.
func assignable(queue bool) func(context.Context, *market.App) error {
	f := market.ContractFilter{Queue: queue}
	if !queue {
		f.Statuses = []lifecycle.ContractStatus{lifecycle.ContractAccepted}
	}
	return func(ctx context.Context, a *market.App) error {
		page, err := a.Contracts(actor.With(context.Background(), actor.From(ctx)), f, market.ContractOrder{}, market.NumberedPage(1, 1), market.ContractWants{})
		if err != nil {
			return err
		}
		if len(page.Items) == 0 {
			return errors.New("there is no such contract")
		}
		lists, err := a.EligiblePartnersOf(ctx, []int64{page.Items[0].ID}, eligibleQuestion)
		if err == nil && lists[0] == nil {
			err = errors.New("nobody is chosen for it")
		}
		return err
	}
}

// TestEveryListHasItsIndex takes the statements that the lists run and looks at
// their plans, with their arguments. PostgreSQL rather reads a small table whole,
// and joins by that; it is told not to, and what it then still reads whole has no
// index that serves.
func TestEveryListHasItsIndex(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		if err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: 2000, Now: world.Now}); err != nil {
			t.Fatal(err)
		}
		exec(t, app.Store.Client(), "ANALYZE")
		if db.Name != dialect.Postgres { // who belongs to institutions are so few here that it would rather read them whole
			exec(t, app.Store.Client(), "DELETE FROM sqlite_stat1 WHERE tbl = 'memberships'")
		}
		planner := one(t, db)
		if db.Name == dialect.Postgres {
			exec(t, planner.Client(), "SET enable_seqscan = off; SET enable_mergejoin = off; SET enable_hashjoin = off; SET enable_material = off")
		}
		for _, l := range lists(findCrowd(t, app.Store)) {
			t.Run(l.name, func(t *testing.T) {
				ctx, ran := store.ObserveArguments(actor.With(t.Context(), l.who))
				if err := l.ask(ctx, app.Market); err != nil {
					t.Fatal(err)
				}
				if ran.Count() < 2 {
					t.Fatalf("it ran %d statements", ran.Count())
				}
				args := ran.Arguments()
				for i, text := range ran.Texts() {
					l.check(t, planner, text, args[i])
				}
			})
		}
	})
}

// check looks at the plan of one statement of the list.
func (l list) check(t *testing.T, s *store.Store, text string, args []any) {
	t.Helper()
	lines := testkit.Explain(t, s, text, args)
	for name := range readWhole(s.Dialect(), text, lines) {
		if slices.Contains(l.walks, name) || slices.Contains(fewRows, name) || name == l.sorted {
			continue
		}
		t.Errorf("reads %s from end to end:\n%s\n%s", name, text, strings.Join(lines, "\n"))
	}
	if l.sorted == "" || !strings.Contains(text, "LIMIT") {
		return
	}
	plan := strings.Join(lines, "\n")
	if !strings.Contains(plan, l.sorted) || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") {
		t.Errorf("%s does not give its order:\n%s\n%s", l.sorted, text, plan)
	}
}

var (
	aliased      = regexp.MustCompile("(?:FROM|JOIN) [`\"](\\w+)[`\"] AS [`\"](\\w+)[`\"]")
	sqliteScan   = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$`)
	sqliteMade   = regexp.MustCompile(`^SEARCH (\w+) USING AUTOMATIC`)
	postgresScan = regexp.MustCompile(`Seq Scan on (\w+)`)
	postgresWalk = regexp.MustCompile(`Index (?:Only )?Scan (?:Backward )?using (\w+) on (\w+)|Bitmap Index Scan on (\w+)`)
)

// readWhole gives what a plan reads from end to end: big tables, and indexes of
// big tables.
func readWhole(kind, text string, lines []string) map[string]bool {
	whole := map[string]bool{}
	table := map[string]string{}
	for _, m := range aliased.FindAllStringSubmatch(text, -1) {
		table[m[2]] = m[1]
	}
	add := func(on, index string) {
		if t, ok := table[on]; ok {
			on = t
		}
		switch {
		case !slices.Contains(bigTables, on):
		case index != "":
			whole[index] = true
		default:
			whole[on] = true
		}
	}
	for i, line := range lines {
		if kind == dialect.SQLite {
			if m := sqliteScan.FindStringSubmatch(line); m != nil {
				add(m[1], m[2])
			}
			if m := sqliteMade.FindStringSubmatch(line); m != nil {
				add(m[1], "")
			}
			continue
		}
		if m := postgresScan.FindStringSubmatch(line); m != nil {
			add(m[1], "")
		}
		m := postgresWalk.FindStringSubmatch(line)
		if m == nil || i+1 < len(lines) && strings.Contains(lines[i+1], "Index Cond:") {
			continue
		}
		if m[3] != "" { // its table stands elsewhere
			whole[m[3]] = true
			continue
		}
		add(m[2], m[1])
	}
	return whole
}
