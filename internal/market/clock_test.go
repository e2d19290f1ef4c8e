package market_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestMovingTheClockIsRefused in the order of the checks, and then moves nothing.
func TestMovingTheClockIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := signedIn(t, app)
		before := app.Snapshot(t)
		text := func(s string) *string { return &s }
		at := func(d time.Duration) *time.Time { return new(world.Now.Add(d)) }
		for _, c := range []struct {
			name, as string
			in       market.AdvanceClock
			code     fault.Code
			field    string
		}{
			{"nobody", "", market.AdvanceClock{}, fault.TokenMissing, ""},
			{"an institution", "institution@demo.test", market.AdvanceClock{}, fault.RoleForbidden, ""},
			{"a partner", "partner@demo.test", market.AdvanceClock{By: text("1h")}, fault.RoleForbidden, ""},
			{"a supervisor", supervisor, market.AdvanceClock{By: text("1h")}, fault.RoleForbidden, ""},
			{"neither", admin, market.AdvanceClock{}, fault.InputInvalid, "to"},
			{"both", admin, market.AdvanceClock{To: at(time.Hour), By: text("1h")}, fault.InputInvalid, "to"},
			{"back to an instant", admin, market.AdvanceClock{To: at(-time.Millisecond)}, fault.InputInvalid, "to"},
			{"back by a length of time", admin, market.AdvanceClock{By: text("-1ms")}, fault.InputInvalid, "by"},
			{"by no length of time", admin, market.AdvanceClock{By: text("tomorrow")}, fault.InputInvalid, "by"},
			{"too far", admin, market.AdvanceClock{To: at(3651 * 24 * time.Hour)}, fault.InputInvalid, "to"},
			{"too far, by a length of time", admin, market.AdvanceClock{By: text("90000h")}, fault.InputInvalid, "by"},
			{"too far to be held", admin, market.AdvanceClock{By: text("9999999h")}, fault.InputInvalid, "by"},
			{"too far back to be held", admin, market.AdvanceClock{By: text("-9999999h")}, fault.InputInvalid, "by"},
		} {
			v, err := app.Market.AdvanceClock(as[c.as], c.in)
			f, _ := fault.As(err)
			if v != nil || codeOf(err) != c.code || c.field != "" && (len(f.Fields) != 1 || f.Fields[0].Name != c.field) {
				t.Errorf("%s: %v, %+v; want %s for %q", c.name, v, err, c.code, c.field)
			}
			if strings.HasPrefix(c.name, "too far") && !strings.Contains(f.Fields[0].Message, "at most ten years") && !strings.Contains(f.Fields[0].Message, "before now") {
				t.Errorf("%s: %s", c.name, f.Fields[0].Message)
			}
		}
		unheld := market.New(market.Config{Store: app.Store, Now: app.Clock.Now, Wall: app.Wall.Now})
		if _, err := unheld.AdvanceClock(as[admin], market.AdvanceClock{By: text("1h")}); codeOf(err) != fault.ClockNotHeld {
			t.Errorf("where time is unheld: %v", err)
		}
		for _, a := range []*market.App{app.Market, unheld} {
			v, err := a.Clock(as[supervisor])
			if err != nil || !v.Now.Equal(world.Now) || v.Held != (a == app.Market) {
				t.Errorf("the clock: %+v, %v", v, err)
			}
		}
		if _, err := unheld.Clock(t.Context()); codeOf(err) != fault.TokenMissing {
			t.Errorf("nobody asks: %v", err)
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) || !app.Clock.Now().Equal(world.Now) {
			t.Errorf("it is %s, and %q changed", app.Clock.Now(), differing(before, after))
		}
	})
}

// goBy lets time go by in plain Go, and gives what falls due, in order.
func (w *truth) goBy(now, until time.Time) []market.Firing {
	var done []market.Firing
	for {
		list := w.awaitedUntil(until)
		if len(list) == 0 {
			return done
		}
		a := list[0]
		if a.at.After(now) {
			now = a.at
		}
		done = append(done, market.Firing{Kind: a.kind, ContractID: a.contract, At: now})
		c := w.contracts[slices.IndexFunc(w.contracts, func(c *ent.Contract) bool { return c.ID == a.contract })]
		switch a.kind {
		case lifecycle.DuePayment:
			c.Status = lifecycle.ContractExpired
		case lifecycle.DuePartner:
			c.Stage, c.EscalationDeadlineAt = lifecycle.StageSupervisor, new(now.Add(24*time.Hour))
			if c.ScheduledStartAt.Before(*c.EscalationDeadlineAt) {
				c.EscalationDeadlineAt = c.ScheduledStartAt
			}
		case lifecycle.DueSupervisor:
			c.Status = lifecycle.ContractRejected
		case lifecycle.DueReminder:
			c.DepartureRemindedAt = &now
		}
	}
}

// TestMovingTheClockDoesWhatRealTimeWouldHave in one step and in many, against
// the rules in plain Go.
func TestMovingTheClockDoesWhatRealTimeWouldHave(t *testing.T) {
	t.Parallel()
	for _, steps := range []int{1, 13} {
		testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
			app, w := shaken(t, db, 60, 72*time.Hour)
			app.Bend(shakenUp...)
			end := world.Now.Add(80 * time.Hour)
			want := w.goBy(world.Now, end)
			var done []market.Firing
			for n := range steps {
				by := (80 * time.Hour / time.Duration(steps)).String()
				in := market.AdvanceClock{By: &by}
				if n == steps-1 {
					in = market.AdvanceClock{To: &end}
				}
				v, err := app.Market.AdvanceClock(app.As(admin), in)
				if err != nil || !v.Now.Equal(app.Clock.Now()) {
					t.Fatalf("%+v, %v", v, err)
				}
				for _, f := range v.Fired {
					done = append(done, market.Firing{Kind: f.Kind, ContractID: f.ContractID, At: f.At})
				}
			}
			if !slices.EqualFunc(done, want, func(a, b market.Firing) bool {
				return a.Kind == b.Kind && a.ContractID == b.ContractID && a.At.Equal(b.At)
			}) || len(want) < 60 {
				t.Errorf("in %d steps, done\n%v, want\n%v", steps, done, want)
			}
			if !app.Clock.Now().Equal(end) {
				t.Errorf("the clock stands at %s, want %s", app.Clock.Now(), end)
			}
		})
	}
}

// TestAMoveThatFailsStandsWhereItFailed, and goes on once it can.
func TestAMoveThatFailsStandsWhereItFailed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, c, id := t.Context(), app.Store.Client(), app.World.Contract("offer")
		row := c.Contract.GetX(ctx, id)
		taken := c.ContractHistory.Create().SetInstitutionID(row.InstitutionID).SetContractID(id).
			SetEvent(lifecycle.ContractCreate).SetToStatus(row.Status).SetChanges([]byte("{}")).
			SetContractVersion(row.Version + 1).SetAt(world.Now).SaveX(ctx)
		to := world.Now.Add(240 * time.Hour)
		if _, err := app.Market.AdvanceClock(app.As(admin), market.AdvanceClock{To: &to}); err == nil || !app.Clock.Now().Equal(*row.EscalationDeadlineAt) {
			t.Errorf("it stands at %s, want %s: %v", app.Clock.Now(), row.EscalationDeadlineAt, err)
		}
		late := c.ContractHistory.Query().Where(contracthistory.AtGT(*row.EscalationDeadlineAt)).CountX(ctx)
		if got := c.Contract.GetX(ctx, id); late > 0 || got.String() != row.String() {
			t.Errorf("%d things happened later, and the contract is\n%s", late, got)
		}
		c.ContractHistory.DeleteOne(taken).ExecX(ctx)
		ended, end := context.WithCancel(app.As(admin))
		end()
		if _, err := app.Market.AdvanceClock(ended, market.AdvanceClock{To: &to}); codeOf(err) != fault.TimedOut || !app.Clock.Now().Equal(*row.EscalationDeadlineAt) {
			t.Errorf("when the caller has gone it stands at %s: %v", app.Clock.Now(), err)
		}
		v, err := app.Market.AdvanceClock(app.As(admin), market.AdvanceClock{To: &to})
		if err != nil || v.Fired[0].ContractID != id || !app.Clock.Now().Equal(to) {
			t.Errorf("once it can: %+v, %v", v, err)
		}
	})
}

// TestAskingWhatTimeWillDoCostsTheSameForManyContracts, and refuses what is no
// time to come.
func TestAskingWhatTimeWillDoCostsTheSameForManyContracts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 120)
		until := world.Now.Add(240 * time.Hour)
		ids := idsOf(w.contracts, contractID)
		for _, list := range [][]int64{ids[:1], ids, {1 << 40}} {
			ctx, ran := store.Observe(app.As(admin))
			got, err := app.Market.ContractSimulate(ctx, list, until)
			if err != nil || len(got) != len(list) || ran.Count() != 2 { // the settings, and the contracts
				t.Errorf("%d contracts: %d lists by %q, %v", len(list), len(got), ran.Texts(), err)
			}
		}
		for _, at := range []time.Time{world.Now.Add(-time.Millisecond), world.Now.Add(3651 * 24 * time.Hour)} {
			if _, err := app.Market.ContractSimulate(app.As(admin), ids, at); codeOf(err) != fault.InputInvalid {
				t.Errorf("until %s: %v", at, err)
			}
		}
		if _, err := app.Market.ContractSimulate(t.Context(), ids, until); codeOf(err) != fault.TokenMissing {
			t.Errorf("nobody asks: %v", err)
		}
		overdue := app.World.Contract("offer_overdue")
		lists, err := app.Market.ContractSimulate(app.As(admin), []int64{overdue}, world.Now)
		if err != nil || len(lists[0]) != 1 || lists[0][0].Kind != lifecycle.DuePartner || !lists[0][0].At.Equal(world.Now) {
			t.Errorf("what is overdue is done now: %s, %v", textOf(lists[0]), err)
		}
	})
}
