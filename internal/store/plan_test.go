package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
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

// crowd is who asks for the lists: those with the most contracts.
type crowd struct {
	customer, customers, partner, supervisor, admin actor.Actor
	subService                                      int64
	latitude, longitude                             float64
}

// findCrowd reads who has the most.
func findCrowd(t *testing.T, s *store.Store) crowd {
	t.Helper()
	of := func(text string) int64 { return number(t.Context(), t, s.Client(), text) }
	var c crowd
	first := of("SELECT institution_id FROM contracts GROUP BY institution_id ORDER BY count(*) DESC, institution_id LIMIT 1")
	second := of("SELECT institution_id FROM contracts GROUP BY institution_id ORDER BY count(*) DESC, institution_id LIMIT 1 OFFSET 1")
	c.customer = actor.Actor{UserID: 1, Role: actor.Institution, Institutions: []int64{first}, CurrentInstitution: first}
	c.customers = actor.Actor{UserID: 1, Role: actor.Institution, Institutions: []int64{min(first, second), max(first, second)}}
	c.partner = actor.Actor{
		UserID: 1, Role: actor.Partner,
		PartnerID: of("SELECT partner_id FROM contracts GROUP BY partner_id ORDER BY count(*) DESC, partner_id LIMIT 1"),
	}
	c.supervisor = actor.Actor{
		Role:   actor.Supervisor,
		UserID: of("SELECT created_by_id FROM partners WHERE created_by_id IS NOT NULL GROUP BY created_by_id ORDER BY count(*) DESC LIMIT 1"),
	}
	c.admin = actor.Actor{UserID: 1, Role: actor.Admin}
	c.subService = of("SELECT sub_service_id FROM base_prices GROUP BY sub_service_id ORDER BY count(*) DESC, sub_service_id LIMIT 1")
	c.latitude, c.longitude = -6.2, 106.8
	return c
}

func TestPlanExplore(t *testing.T) {
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		if err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: 2000, Now: world.Now}); err != nil {
			t.Fatal(err)
		}
		exec(t, app.Store.Client(), "ANALYZE")
		for _, table := range []string{"contracts", "partners", "payments", "schedules", "pricing_items", "partner_assignments", "competencies", "base_prices", "partner_locations"} {
			t.Log(table, number(t.Context(), t, app.Store.Client(), "SELECT count(*) FROM "+table))
		}
		c := findCrowd(t, app.Store)
		for _, l := range lists(c) {
			ctx, ran := store.ObserveArguments(actor.With(t.Context(), l.who))
			if err := l.ask(ctx, app.Market); err != nil {
				t.Fatal(err)
			}
			args := ran.Arguments()
			for i, text := range ran.Texts() {
				plan := explain(t, app.Store, text, args[i])
				if len(text) > 1500 {
					text = text[:300] + " … " + text[len(text)-700:]
				}
				t.Logf("=== %s\n%s\n%v\n%s", l.name, text, args[i], plan)
			}
		}
	})
}

var _ = regexp.MustCompile
var _ = fmt.Sprint
var _ = lifecycle.KindRepair

type asked struct {
	name string
	who  actor.Actor
	ask  func(context.Context, *market.App) error
}

func lists(c crowd) []asked {
	everything := market.ContractWants{Parts: ^market.ContractWant(0), Partner: ^market.PartnerWant(0)}
	contracts := func(f market.ContractFilter, o market.ContractOrder, w market.ContractWants) func(context.Context, *market.App) error {
		return func(ctx context.Context, a *market.App) error {
			p, err := a.Contracts(ctx, f, o, market.NumberedPage(1, 20), w)
			if err == nil && len(p.Items) == 0 {
				err = fmt.Errorf("nothing found")
			}
			return err
		}
	}
	partners := func(f market.PartnerFilter, o market.PartnerOrder) func(context.Context, *market.App) error {
		return func(ctx context.Context, a *market.App) error {
			p, err := a.Partners(ctx, f, o, market.NumberedPage(1, 20), ^market.PartnerWant(0))
			if err == nil && len(p.Items) == 0 {
				err = fmt.Errorf("nothing found")
			}
			return err
		}
	}
	none := market.ContractWants{}
	status := market.ContractFilter{Statuses: []lifecycle.ContractStatus{lifecycle.ContractCompleted}}
	radius := 10.0
	return []asked{
		{"an institution's", c.customer, contracts(market.ContractFilter{}, market.ContractOrder{}, none)},
		{"an institution's by status", c.customer, contracts(status, market.ContractOrder{}, none)},
		{"two institutions'", c.customers, contracts(market.ContractFilter{}, market.ContractOrder{}, none)},
		{"two institutions' by status", c.customers, contracts(status, market.ContractOrder{}, none)},
		{"a partner's", c.partner, contracts(market.ContractFilter{}, market.ContractOrder{}, none)},
		{"a supervisor's", c.supervisor, contracts(market.ContractFilter{}, market.ContractOrder{}, none)},
		{"a supervisor's queue", c.supervisor, contracts(market.ContractFilter{Queue: true}, market.ContractOrder{}, none)},
		{"back office", c.admin, contracts(market.ContractFilter{}, market.ContractOrder{}, everything)},
		{"by deadline", c.admin, contracts(market.ContractFilter{}, market.ContractOrder{ByDeadline: true, Ascending: true}, none)},
		{"partners", c.customer, partners(market.PartnerFilter{}, market.PartnerOrder{})},
		{"by price of sub-service", c.customer, partners(market.PartnerFilter{SubServiceID: &c.subService}, market.PartnerOrder{ByPrice: true})},
		{"by price", c.customer, partners(market.PartnerFilter{}, market.PartnerOrder{ByPrice: true})},
		{"near", c.customer, partners(market.PartnerFilter{Latitude: &c.latitude, Longitude: &c.longitude, RadiusKm: &radius}, market.PartnerOrder{})},
		{"own", c.supervisor, partners(market.PartnerFilter{Own: true}, market.PartnerOrder{})},
		{"of institutions", c.admin, func(ctx context.Context, a *market.App) error {
			_, err := a.ContractsOfInstitutions(ctx, c.customers.Institutions, market.ContractFilter{}, market.NumberedPage(1, 3), none)
			return err
		}},
	}
}

// explain gives the plan of a statement.
func explain(t *testing.T, s *store.Store, text string, args []any) string {
	t.Helper()
	word := "EXPLAIN "
	if s.Dialect() == dialect.SQLite {
		word = "EXPLAIN QUERY PLAN "
	}
	rows, err := s.Client().QueryContext(t.Context(), word+text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		fields := make([]any, len(columns))
		var line sql.NullString
		for i := range fields {
			fields[i] = new(any)
		}
		fields[len(fields)-1] = &line
		if err := rows.Scan(fields...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line.String)
	}
	return strings.Join(lines, "\n")
}
