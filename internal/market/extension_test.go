package market_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/pricingitem"
	"kontrak/ent/schedule"
	"kontrak/ent/setting"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// TestHoursAreMoreThanNoneAtMostTheSettingAndWholeMinutes, for the estimate and
// for the request alike.
func TestHoursAreMoreThanNoneAtMostTheSettingAndWholeMinutes(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m := signedIn(t, app), app.Market
		id, email := app.World.Contract("running_branch"), app.PartnerEmail("makassar")
		for _, most := range []string{"8", "0.5"} {
			app.Store.Client().Setting.Update().Where(setting.Key("max_extension_hours")).SetValue(most).ExecX(t.Context())
			for hours, good := range map[view.Hours]bool{
				"": false, "0": false, "0.0": false, "0.001": false, "-1": false, "1e1": false, "abc": false, "0.015": false,
				"0.05": true, "0.5": true, "0.55": most == "8", "8": most == "8", "8.000": most == "8", "8.05": false, "999999": false, "99999999999999999999": false,
			} {
				_, err := m.ExtensionEstimate(as[email], id, hours)
				if wanted := map[bool]fault.Code{true: "", false: fault.ParameterInvalid}[good]; codeOf(err) != wanted {
					t.Errorf("an estimate of %q hours, at most %s: %v", hours, most, err)
				}
				before := app.Snapshot(t)
				_, err = m.RequestExtension(as[email], market.ExtensionRequest{ContractID: id, AdditionalHours: hours, Reason: "More."}, everything)
				if wanted := map[bool]fault.Code{true: "", false: fault.InputInvalid}[good]; codeOf(err) != wanted {
					t.Errorf("a request for %q hours, at most %s: %v", hours, most, err)
				}
				if good {
					if _, err := m.RejectExtension(as[institution], id, "", everything); err != nil {
						t.Fatal(err)
					}
				} else if !maps.Equal(before, app.Snapshot(t)) {
					t.Errorf("a refused request for %q hours wrote something", hours)
				}
			}
		}
		_, err := m.RequestExtension(as[email], market.ExtensionRequest{ContractID: id, AdditionalHours: "9", Reason: " "}, everything)
		if f, _ := fault.As(err); f == nil || len(f.Fields) != 2 || f.Fields[0].Name != "additional_hours" || f.Fields[1].Name != "reason" {
			t.Errorf("two bad fields: %v", err)
		}
	})
}

// TestMoreTimeIsAskedForBeforeTheEnd, which moves with what is granted.
func TestMoreTimeIsAskedForBeforeTheEnd(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m := signedIn(t, app), app.Market
		id, email := app.World.Contract("running_branch"), app.PartnerEmail("makassar")
		ask := func() error {
			_, err := m.RequestExtension(as[email], market.ExtensionRequest{ContractID: id, AdditionalHours: "2", Reason: "More."}, everything)
			return err
		}
		end := *app.Store.Client().Contract.GetX(t.Context(), id).ScheduledEndAt
		app.Clock.Set(end)
		if err := ask(); codeOf(err) != fault.DeadlinePassed {
			t.Errorf("at the end: %v", err)
		}
		app.Clock.Set(end.Add(-time.Millisecond))
		if err := ask(); err != nil {
			t.Errorf("just before the end: %v", err)
		}
		if err := ask(); codeOf(err) != fault.WrongState {
			t.Errorf("while one waits: %v", err)
		}
		app.Clock.Set(end.Add(time.Hour))
		v, err := m.ApproveExtension(as[institution], id, everything) // late, and granted nevertheless
		if err != nil || !v.EffectiveScheduledEndAt.Equal(end.Add(2*time.Hour)) || !v.CanRequestExtension || v.PendingTimeAdjustment != nil {
			t.Fatalf("granted: %+v, %v", v, err)
		}
		app.Clock.Set(end.Add(2*time.Hour - time.Millisecond))
		if err := ask(); err != nil {
			t.Errorf("just before the later end: %v", err)
		}
		if v, err := m.ApproveExtension(as[institution], id, everything); err != nil || !v.EffectiveScheduledEndAt.Equal(end.Add(4*time.Hour)) {
			t.Errorf("granted again: %+v, %v", v, err)
		}
	})
}

// hourly is the rate of a contract in plain Go: the partner's lines by the whole
// hours of all days.
func hourly(t *testing.T, app *testkit.App, id int64) (amount, hours int64) {
	t.Helper()
	var minutes float64
	for _, d := range app.Store.Client().Schedule.Query().Where(schedule.ContractID(id)).AllX(t.Context()) {
		from, _ := time.Parse("15:04", d.StartTime)
		to, _ := time.Parse("15:04", d.EndTime)
		minutes += to.Sub(from).Minutes()
	}
	for ; minutes > 0; minutes -= 60 {
		hours++
	}
	for _, i := range app.Store.Client().PricingItem.Query().Where(pricingitem.ContractID(id), pricingitem.IsPartnerPricing(true)).AllX(t.Context()) {
		amount += i.Amount
	}
	return amount, hours
}

func TestAnEstimateIsThePriceOfTheContractItself(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as := readTruth(t, app), signedIn(t, app)
		app.Store.Client().BasePrice.Update().SetAmount(1).ExecX(t.Context()) // what the partner asks for today has no say
		app.KeepPrices(t)
		found := 0
		for _, u := range w.callers() {
			ids := idsOf(w.contracts, contractID)
			list, err := app.Market.ExtensionEstimates(as[u.Email], ids, "1.75")
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range w.contracts {
				if want := w.knows(u, c) && c.Status == "in_progress"; (list[i] != nil) != want {
					t.Errorf("%s is told the estimate of contract %d (%s): %v", u.Email, c.ID, c.Status, list[i])
				}
				if list[i] == nil {
					continue
				}
				found++
				amount, hours := hourly(t, app, c.ID)
				want := view.ExtensionEstimate{
					AdditionalHours: "1.75", HourlyRate: view.Money{Value: amount / hours, Currency: "IDR"},
					EstimatedCost:           view.Money{Value: (amount*105 + hours*30) / (hours * 60), Currency: "IDR"},
					EffectiveScheduledEndAt: c.ScheduledEndAt.Add(time.Duration(c.ExtensionMinutes+105) * time.Minute),
				}
				got := *list[i]
				got.Row = want.Row
				if got != want || amount == 0 {
					t.Errorf("the estimate of contract %d is %+v, want %+v", c.ID, got, want)
				}
			}
		}
		if found < 5 {
			t.Errorf("only %d estimates", found)
		}
	})
}

func TestEstimatesCostTheSameForOneAsForAll(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, ids := signedIn(t, app), idsOf(readTruth(t, app).contracts, contractID)
		for _, list := range [][]int64{ids, {app.World.Contract("running")}, {}} {
			ctx, ran := store.Observe(as[admin])
			if _, err := app.Market.ExtensionEstimates(ctx, list, "2"); err != nil || ran.Count() != 4 {
				t.Errorf("%d estimates cost %d statements, want 4: %v", len(list), ran.Count(), err)
			}
		}
	})
}

// TestARateIsRoundedAndMayBeNothing: lines that take off, hours that do not divide
// the amount, and a contract without a partner's line.
func TestARateIsRoundedAndMayBeNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(testkit.PlaysBackBeside, "the price lines add up to the total", "running work has a day that runs, and only running work")
		as, c, id := signedIn(t, app), app.Store.Client(), app.World.Contract("running") // three hours
		estimate := func() [2]int64 {
			t.Helper()
			v, err := app.Market.ExtensionEstimate(as[technician], id, "0.5")
			if err != nil {
				t.Fatal(err)
			}
			return [2]int64{v.HourlyRate.Value, v.EstimatedCost.Value}
		}
		items := c.PricingItem.Query().Where(pricingitem.ContractID(id)).AllX(t.Context())
		own := items[slices.IndexFunc(items, func(i *ent.PricingItem) bool { return i.IsPartnerPricing })]
		set := func(amount int64, effect string) {
			_, err := c.ExecContext(t.Context(), "UPDATE pricing_items SET amount = $1, effect = $2 WHERE id = $3", amount, effect, own.ID)
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, e := range []struct {
			amount int64
			effect string
			want   [2]int64
		}{
			{300_000, "add", [2]int64{100_000, 50_000}}, {100, "add", [2]int64{33, 17}}, {5, "add", [2]int64{2, 1}}, {0, "add", [2]int64{}},
			{9_000_000_000_000_000, "add", [2]int64{3_000_000_000_000_000, 1_500_000_000_000_000}}, {300_000, "subtract", [2]int64{}},
		} {
			if set(e.amount, e.effect); estimate() != e.want {
				t.Errorf("%s %d for three hours: %v, want %v", e.effect, e.amount, estimate(), e.want)
			}
		}
		day := c.Schedule.Query().Where(schedule.ContractID(id)).OnlyX(t.Context())
		start, err := time.Parse("15:04", day.StartTime)
		if err != nil {
			t.Fatal(err)
		}
		for minutes, want := range map[int][2]int64{120: {150_000, 75_000}, 121: {100_000, 50_000}, 180: {100_000, 50_000}, 30: {300_000, 150_000}} {
			c.Schedule.UpdateOne(day).SetEndTime(start.Add(time.Duration(minutes) * time.Minute).Format("15:04")).ExecX(t.Context())
			if set(300_000, "add"); estimate() != want {
				t.Errorf("for %d minutes: %v, want %v", minutes, estimate(), want)
			}
		}
		if _, err := c.ExecContext(t.Context(), "DELETE FROM schedules WHERE contract_id = $1", id); err != nil {
			t.Fatal(err)
		}
		if set(300_000, "add"); estimate() != [2]int64{} {
			t.Errorf("without a day of work: %v", estimate())
		}
	})
}

func TestAReasonIsBounded(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m, id := signedIn(t, app), app.Market, app.World.Contract("running")
		for _, why := range []string{strings.Repeat("é", 1001), "a\x00b", "\xff"} {
			if _, err := m.RejectExtension(as[institution], id, why, everything); codeOf(err) != fault.InputInvalid {
				t.Errorf("%.20q: %v", why, err)
			}
		}
		if _, err := m.RejectExtension(as[institution], id, strings.Repeat("é", 1000), everything); err != nil {
			t.Errorf("1,000 letters: %v", err)
		}
	})
}
