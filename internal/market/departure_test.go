package market_test

import (
	"maps"
	"testing"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// TestAPartnerSetsOutWhenTheStartIsNear: before that it is told from when; the back
// office says what near is.
func TestAPartnerSetsOutWhenTheStartIsNear(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, m, id := app.As(technician), app.Market, app.World.Contract("accepted") // starts in two days
		start := *app.Store.Client().Contract.GetX(t.Context(), id).ScheduledStartAt
		can := func() *view.Decision {
			t.Helper()
			list, err := m.ContractCan(ctx, []int64{id}, lifecycle.ActGoOnRoute, nil)
			if err != nil {
				t.Fatal(err)
			}
			return list[0]
		}
		if d := can(); !d.Allowed {
			t.Errorf("two days before the start it is told %s", toldAs(d))
		}
		if _, err := m.SetSetting(app.As(admin), "departure_earliest_hours", "3", 0); err != nil {
			t.Fatal(err)
		}
		from := start.Add(-3 * time.Hour)
		app.Clock.Set(from.Add(-time.Millisecond))
		before := app.Snapshot(t)
		_, err := m.GoOnRoute(ctx, id, everything)
		f, _ := fault.As(err)
		if f == nil || f.Code != fault.WrongState || len(f.Refusals) != 1 || f.Refusals[0].Rule != "departure_time" || f.Refusals[0].From == nil || !f.Refusals[0].From.Equal(from) {
			t.Fatalf("too early it answers %+v", f)
		}
		if d := can(); toldAs(d) != answeredAs(err) {
			t.Errorf("it is told %s, and answers %s", toldAs(d), answeredAs(err))
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Error("something was written")
		}
		if _, err := m.CancelContract(app.As(institution), id, "No longer needed.", market.ContractWants{}); err != nil {
			t.Errorf("the institution cannot cancel meanwhile: %v", err)
		}
	})
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		id := app.World.Contract("accepted")
		if _, err := app.Market.SetSetting(app.As(admin), "departure_earliest_hours", "24", 0); err != nil {
			t.Fatal(err)
		}
		app.Clock.Set(app.Store.Client().Contract.GetX(t.Context(), id).ScheduledStartAt.Add(-24 * time.Hour))
		if v, err := app.Market.GoOnRoute(app.As(technician), id, everything); err != nil || v.Status != lifecycle.ContractOnRoute {
			t.Errorf("a day before the start to the millisecond: %v", err)
		}
	})
}
