package market_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/ent/payment"
	"kontrak/ent/setting"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// kindOfEvent says what fell due by the event in the history.
var kindOfEvent = map[lifecycle.ContractEvent]lifecycle.Due{
	lifecycle.ContractExpire: lifecycle.DuePayment, lifecycle.ContractEscalate: lifecycle.DuePartner,
	lifecycle.ContractReject: lifecycle.DueSupervisor, lifecycle.ContractRemindDeparture: lifecycle.DueReminder,
}

// timeTrial is one random world, and how time goes by in it.
type timeTrial struct {
	app       *testkit.App
	as        sessions
	contracts []int64
	tick      time.Duration
	ticks     int
	workers   int
}

// TestSimulationIsTrue: what simulate says of each contract is what moving the
// clock does to it, in order, to the millisecond, whatever the steps are and
// however many workers fire at the same time.
func TestSimulationIsTrue(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(shakenUp...)
		w := readTruth(t, app)
		as := actors(t, app, w.callers())
		kinds, worlds, ticks := map[lifecycle.Due]int{}, 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			trial := drawTrial(rt, t, app, w)
			trial.as = as
			rows, foreseen := trial.foresee(rt, w)
			trial.letTimePass(rt)
			for i, id := range trial.contracts {
				told := happened(t, app, rows[i])
				if got := textOf(foreseen[i]); got != textOf(told) {
					rt.Errorf("contract %d, by %d workers, %d times %s: simulate said\n%s\nand this happened\n%s", id, trial.workers, trial.ticks, trial.tick, got, textOf(told))
				}
				if n := len(told); n > 0 {
					checkLast(rt, app.Store.Client().Contract.GetX(t.Context(), id), told[n-1])
				}
				for _, f := range told {
					kinds[f.Kind]++
				}
			}
			worlds, ticks = worlds+1, ticks+trial.ticks
		})
		t.Logf("%s: %d worlds, %d steps of the clock, %v", db.Name, worlds, ticks, kinds)
		for _, kind := range lifecycle.Dues {
			if kinds[kind] < worlds/3 {
				t.Errorf("in %d worlds, %s happened %d times: too few to say anything", worlds, kind, kinds[kind])
			}
		}
	})
}

// drawTrial makes a world in which some contracts wait and all others do not.
func drawTrial(rt *rapid.T, t *testing.T, app *testkit.App, w *truth) *timeTrial {
	trial := &timeTrial{app: app, workers: rapid.SampledFrom([]int{1, 2, 5}).Draw(rt, "workers")}
	// Steps of one minute are as likely as some of days.
	trial.tick = time.Duration(rapid.SampledFrom([]int{60, 600, 3600, 6 * 3600, 3 * 86400}).Draw(rt, "tick")) * time.Second
	trial.tick += time.Duration(rapid.IntRange(0, 5000).Draw(rt, "off")) * time.Millisecond
	trial.ticks = rapid.IntRange(1, 24).Draw(rt, "ticks")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "world"), 2))
	ctx, c := t.Context(), app.Store.Client()
	app.Clock.Set(world.Now)
	for _, s := range []struct {
		key  string
		most int
	}{{"supervisor_response_hours", 30}, {"departure_reminder_minutes", 600}} {
		store := c.Setting.Update().Where(setting.Key(s.key)).SetValue(strconv.FormatFloat(rng.Float64()*float64(max(0, rng.IntN(s.most+6)-5)), 'f', -1, 64))
		if store.SaveX(ctx) == 0 {
			c.Setting.Create().SetKey(s.key).SetValue("1").SetCreatedAt(world.Now).SetUpdatedAt(world.Now).ExecX(ctx)
		}
	}
	c.Contract.Update().SetStatus(lifecycle.ContractCompleted).SetStage("").ClearEscalationDeadlineAt().ExecX(ctx)
	c.Payment.Update().SetStatus(lifecycle.PaymentPaid).ExecX(ctx)
	s := &shaking{Rand: rng, app: app, now: world.Now, within: max(time.Hour, time.Duration(trial.ticks)*trial.tick)}
	rows := c.Payment.Query().Order(payment.ByContractID()).AllX(ctx)
	for _, i := range rng.Perm(len(rows))[:rapid.IntRange(1, 20).Draw(rt, "contracts")] {
		s.change(t, rows[i])
		trial.contracts = append(trial.contracts, rows[i].ContractID)
	}
	return trial
}

// foresee asks everybody what time will do, and gives the contracts as they are
// and what the back office was told. Nobody is told anything else.
func (trial *timeTrial) foresee(rt *rapid.T, w *truth) (rows []*ent.Contract, foreseen [][]*view.Forecast) {
	until := trial.end()
	ctx, c := context.Background(), trial.app.Store.Client()
	for _, id := range trial.contracts {
		rows = append(rows, c.Contract.GetX(ctx, id))
	}
	before := countHistory(ctx, c)
	for _, u := range w.callers() {
		lists, err := trial.app.Market.ContractSimulate(trial.as[u.ID], trial.contracts, until)
		if err != nil {
			rt.Fatal(err)
		}
		if u.Email == admin {
			foreseen = lists
		}
	}
	for _, u := range w.callers() {
		lists, _ := trial.app.Market.ContractSimulate(trial.as[u.ID], trial.contracts, until)
		for i := range rows {
			want := foreseen[i]
			if !w.knows(u, rows[i]) {
				want = nil
			}
			if textOf(lists[i]) != textOf(want) {
				rt.Errorf("%s is told of contract %d %s, want %s", u.Email, rows[i].ID, textOf(lists[i]), textOf(want))
			}
		}
	}
	if countHistory(ctx, c) != before {
		rt.Error("asking wrote something")
	}
	return rows, foreseen
}

func countHistory(ctx context.Context, c *ent.Client) int {
	return c.ContractHistory.Query().CountX(ctx)
}

func (trial *timeTrial) end() time.Time {
	return world.Now.Add(time.Duration(trial.ticks) * trial.tick)
}

// letTimePass moves the clock step by step. The first worker moves it, the second
// does as well; the others fire what they find.
func (trial *timeTrial) letTimePass(rt *rapid.T) {
	for n := range trial.ticks {
		to := world.Now.Add(time.Duration(n+1) * trial.tick)
		moved, move := context.WithCancel(context.Background())
		var all sync.WaitGroup
		for worker := range trial.workers {
			all.Go(func() {
				if worker < 2 {
					defer move()
					_, err := trial.app.Market.AdvanceClock(trial.app.As(admin), market.AdvanceClock{To: &to})
					if err != nil {
						rt.Error(err)
					}
					return
				}
				for moved.Err() == nil {
					fired, err := trial.app.Market.FireDue(context.Background(), trial.app.Clock.Now())
					if err != nil || len(fired.Failed) > 0 {
						rt.Errorf("%v, failed: %+v", err, fired.Failed)
						return
					}
				}
			})
		}
		all.Wait()
		move()
		if at := trial.app.Clock.Now(); !at.Equal(to) {
			rt.Errorf("the clock stands at %s, and was moved to %s", at, to)
		}
	}
}

// happened reads from the history what time did to a contract since then.
func happened(t testing.TB, app *testkit.App, since *ent.Contract) []*view.Forecast {
	t.Helper()
	deadline := since.EscalationDeadlineAt
	rows := app.Store.Client().ContractHistory.Query().
		Where(contracthistory.ContractID(since.ID), contracthistory.ContractVersionGT(since.Version), contracthistory.ActorIDIsNil()).
		Order(contracthistory.ByContractVersion()).AllX(t.Context())
	var list []*view.Forecast
	for _, h := range rows {
		var changes struct {
			Deadline *struct{ To *time.Time } `json:"escalation_deadline_at"`
		}
		if err := json.Unmarshal(h.Changes, &changes); err != nil {
			t.Fatal(err)
		}
		if changes.Deadline != nil { // else it is as it was
			deadline = changes.Deadline.To
		}
		f := &view.Forecast{Kind: kindOfEvent[h.Event], At: h.At, Status: h.ToStatus, EscalationDeadlineAt: deadline}
		if h.ToStage != "" {
			f.Stage = &h.ToStage
		}
		list = append(list, f)
	}
	return list
}

// checkLast holds the contract as it is against what happened last.
func checkLast(rt *rapid.T, c *ent.Contract, f *view.Forecast) {
	same := c.Status == f.Status && (f.Stage == nil) == (c.Stage == "") && c.UpdatedAt.Equal(f.At)
	if f.Status == lifecycle.ContractPartnerPending {
		same = same && c.EscalationDeadlineAt.Equal(*f.EscalationDeadlineAt)
	}
	if !same {
		rt.Errorf("contract %d is %s, and last happened %s", c.ID, c, textOf([]*view.Forecast{f}))
	}
}

// textOf writes forecasts so that equal ones are the same text.
func textOf(list []*view.Forecast) string {
	text := ""
	for _, f := range list {
		text += fmt.Sprintf("%s at %s: %s", f.Kind, f.At.UTC().Format(time.RFC3339Nano), f.Status)
		if f.Stage != nil {
			text += " " + string(*f.Stage)
		}
		if f.EscalationDeadlineAt != nil {
			text += " until " + f.EscalationDeadlineAt.UTC().Format(time.RFC3339Nano)
		}
		text += "\n"
	}
	return text
}
