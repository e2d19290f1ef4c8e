package market_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// partnersAtScale is how many partners TestEligiblePartnersAtScale works on; 0 leaves it
// out. make scale-partners gives 100,000.
var partnersAtScale = flag.Int("partners", 0, "partners to measure the lists of eligible ones on, on both databases")

// crowding fills the tables with copies of one row each, so that instants and flags are
// as the database keeps them.
type crowding struct {
	t   *testing.T
	app *testkit.App
	n   int
}

// copies is testkit.Copy for the numbers from 1 to n.
func (c *crowding) copies(table string, columns []string, id int64, where string, differ map[string]string, args ...any) {
	c.t.Helper()
	testkit.Copy(c.t, c.app.Store, c.n, testkit.Copies{Table: table, Columns: columns, ID: id, Where: where, Differ: differ}, args...)
}

// fill makes the partners: one sub-service that all of them do, one that every tenth
// does, at prices and places that are independent of each other, one in twelve within 25
// km of the institution; one in ten takes no work, and every second has accepted work
// on one of twenty days.
func (c *crowding) fill(database string, everyone, some int64) {
	db := c.app.Store.Client()
	ctx := c.t.Context()
	model := db.Partner.GetX(ctx, c.app.World.Partners["partner"])
	place := db.PartnerLocation.Query().Where(partnerlocation.PartnerID(model.ID), partnerlocation.IsPrimary(true)).OnlyX(ctx)
	skill := db.Competency.Query().Where(competency.PartnerID(model.ID), competency.StatusEQ(lifecycle.CatalogueActive), competency.Installation(true), competency.Repair(true)).FirstX(ctx)
	price := db.BasePrice.Query().Where(baseprice.PartnerID(model.ID), baseprice.Active(true)).FirstX(ctx)
	const id = "1000000 + i"
	c.copies(user.Table, user.Columns, model.UserID, "true", map[string]string{"id": id, "email": "'scale' || i || '@example.test'"})
	c.copies(partner.Table, partner.Columns, model.ID, "true", map[string]string{
		"id": id, "user_id": id, "full_name": "'Scale ' || i", "search_name": "'scale ' || i", "created_by_id": "NULL",
		"open_to_work": "(i / 10) % 10 > 0",
	})
	c.copies(partnerlocation.Table, partnerlocation.Columns, place.ID, "true", map[string]string{
		"id": id, "partner_id": id, "latitude": "-6.2 + ((i * 7919) % 1009 - 504) * 0.001", "longitude": "106.8 + ((i * 104729) % 2003 - 1001) * 0.001",
	})
	for k, sub := range []int64{everyone, some} {
		where := []string{"true", "i % 10 = 0"}[k]
		differ := map[string]string{"id": fmt.Sprintf("%d + i", 1_000_000*(k+1)), "partner_id": id, "sub_service_id": fmt.Sprint(sub)}
		c.copies(competency.Table, competency.Columns, skill.ID, where, differ)
		differ["amount"] = "50000 + (i * 15485863) % 200003"
		c.copies(baseprice.Table, baseprice.Columns, price.ID, where, differ)
	}
	c.app.KeepPrices(c.t)
	instant := func(parameter string) string {
		if database == "postgres" {
			return parameter + "::timestamptz"
		}
		return parameter
	}
	for day := range 20 {
		start := world.Now.Add(time.Duration(day*24) * time.Hour)
		c.copies(contract.Table, contract.Columns, c.app.World.Contract("accepted"), fmt.Sprintf("(i / 100) %% 40 = %d", day), map[string]string{
			"id": id, "partner_id": id, "scheduled_start_at": instant("$1"), "scheduled_end_at": instant("$2"),
		}, start, start.Add(8*time.Hour))
	}
	if _, err := db.ExecContext(context.WithoutCancel(ctx), "ANALYZE"); err != nil {
		c.t.Fatal(err)
	}
}

// TestEligiblePartnersAtScale measures the first page of those whom an institution could
// hire. Nothing about time is asserted here: docs/performance.md has the figures.
func TestEligiblePartnersAtScale(t *testing.T) {
	if *partnersAtScale == 0 {
		t.Skip("make scale-partners runs it")
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		const everyone, some = 8, 12 // two of the demo's sub-services
		began := time.Now()
		(&crowding{t, app, *partnersAtScale}).fill(db.Name, everyone, some)
		t.Logf("%s: %d partners were made in %v", db.Name, *partnersAtScale, time.Since(began).Round(time.Second))
		for _, q := range []hiring{
			{"every tenth does it, 25 km", some, 25, false}, {"every tenth does it, 25 km, and whom the rules leave out", some, 25, true},
			{"all do it, 25 km", everyone, 25, false}, {"all do it, 25 km, and whom the rules leave out", everyone, 25, true},
			{"all do it, 200 km", everyone, 200, false}, {"all do it, 200 km, and whom the rules leave out", everyone, 200, true},
			{"all do it, 1 km", everyone, 1, false},
		} {
			q.measure(t, app)
		}
	})
}

// hiring is a search that is measured.
type hiring struct {
	name    string
	sub     int64
	km      float64
	counted bool
}

func (q hiring) measure(t *testing.T, app *testkit.App) {
	t.Helper()
	ctx := app.As(institution)
	work := market.SoughtWork{
		InstitutionID: actor.From(ctx).Institutions[0], SubServiceID: q.sub,
		StartDate: "2026-06-12", StartTime: "09:00", EndDate: "2026-06-13", EndTime: "17:00",
	}
	question := market.EligibleQuestion{Page: market.NumberedPage(1, 20), RadiusKm: &q.km, LeftOut: q.counted, Partner: market.WantPrice | market.WantLocation}
	if !q.counted {
		page, err := market.Connection{First: new(int32(20))}.Page()
		if err != nil {
			t.Fatal(err)
		}
		question.Page = page
	}
	var took []time.Duration
	found := ""
	for range 15 {
		began := time.Now()
		page, err := q.ask(ctx, app, work, question)
		took = append(took, time.Since(began))
		if err != nil {
			t.Fatalf("%s: %v (%s)", q.name, err, detailOf(err))
		}
		found = fmt.Sprintf("%d on the page", len(page.Items))
		if page.Total != nil {
			found += fmt.Sprintf(" of %d", *page.Total)
		}
	}
	slices.Sort(took)
	t.Logf("%-60s %-28s %8.2f ms", q.name, found, float64(took[len(took)/2].Microseconds())/1000)
}

// ask asks for the kind of work that is offered.
func (q hiring) ask(ctx context.Context, app *testkit.App, work market.SoughtWork, question market.EligibleQuestion) (page *view.EligiblePage, err error) {
	for _, work.Kind = range []lifecycle.Kind{lifecycle.KindRepair, lifecycle.KindInstallation} {
		if page, err = app.Market.EligiblePartners(ctx, work, question); err == nil {
			break
		}
	}
	return page, err
}
