package market_test

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contracthistory"
	"kontrak/ent/outbox"
	"kontrak/ent/payment"
	"kontrak/ent/schedule"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// reminder is how long before the start a partner is reminded, by default.
const reminder = 2 * time.Hour

// awaited is what a contract waits for, by the rules in plain Go.
type awaited struct {
	kind     lifecycle.Due
	at       time.Time
	contract int64
	row      int64
}

// waits gives what a contract waits for, if for anything.
func (w *truth) waits(c *ent.Contract) (awaited, bool) {
	a := awaited{contract: c.ID, row: c.ID}
	p := w.payments[c.ID]
	switch {
	case c.Status == lifecycle.ContractPaymentPending && p != nil && p.Status == lifecycle.PaymentUnpaid:
		a.kind, a.at, a.row = lifecycle.DuePayment, *p.DeadlineAt, p.ID
	case c.Status == lifecycle.ContractPartnerPending && c.Stage == lifecycle.StagePartner:
		a.kind, a.at = lifecycle.DuePartner, *c.EscalationDeadlineAt
	case c.Status == lifecycle.ContractPartnerPending:
		a.kind, a.at = lifecycle.DueSupervisor, *c.EscalationDeadlineAt
	case c.Status == lifecycle.ContractAccepted && c.DepartureRemindedAt == nil:
		a.kind, a.at = lifecycle.DueReminder, c.ScheduledStartAt.Add(-reminder)
		if c.AcceptedAt.After(a.at) {
			a.at = *c.AcceptedAt
		}
	default:
		return awaited{}, false
	}
	return a, true
}

// awaitedUntil lists what falls due until an instant, soonest first, ties by kind
// and then by row.
func (w *truth) awaitedUntil(at time.Time) []awaited {
	var list []awaited
	for _, c := range w.contracts {
		if a, waits := w.waits(c); waits && !a.at.After(at) {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b awaited) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(slices.Index(lifecycle.Dues, a.kind), slices.Index(lifecycle.Dues, b.kind)), cmp.Compare(a.row, b.row))
	})
	return list
}

// firings are the same as the program tells them, done at one instant.
func firings(list []awaited, at time.Time) []market.Firing {
	done := make([]market.Firing, len(list))
	for i, a := range list {
		done[i] = market.Firing{Kind: a.kind, ContractID: a.contract, At: at}
	}
	return done
}

// fireDue lets time do what is due, and expects nothing to fail.
func fireDue(ctx context.Context, t testing.TB, app *testkit.App) market.Fired {
	t.Helper()
	fired, err := app.Market.FireDue(ctx, app.Clock.Now())
	if err != nil || len(fired.Failed) > 0 {
		t.Fatalf("%v, failed: %+v", err, fired.Failed)
	}
	return fired
}

// shaken is a world in which most of the contracts wait for time.
func shaken(t testing.TB, db testkit.Database, contracts int, within time.Duration) (*testkit.App, *truth) {
	t.Helper()
	app, _ := seeded(t, db, contracts)
	s := &shaking{Rand: rand.New(rand.NewPCG(7, 7)), app: app, now: world.Now, within: within}
	s.shake(t)
	return app, readTruth(t, app)
}

// TestWhatIsOverdueIsDoneSoonestFirstAndOnce lets days go by in a world of
// hundreds of contracts, so that one call reads several batches.
func TestWhatIsOverdueIsDoneSoonestFirstAndOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := shaken(t, db, 500, 72*time.Hour)
		app.Bend(shakenUp...)
		app.Clock.Set(world.Now.Add(96 * time.Hour))
		now := app.Clock.Now()
		want := w.awaitedUntil(now)
		kinds := map[lifecycle.Due]int{}
		for _, a := range want {
			kinds[a.kind]++
		}
		if len(want) < 250 || len(kinds) != len(lifecycle.Dues) {
			t.Fatalf("%d are due, %v: too few to say anything", len(want), kinds)
		}
		fired := fireDue(t.Context(), t, app)
		first := w.withoutSecond(fired.Done)
		if !slices.Equal(first, firings(want, now)) || fired.More || fired.Passed > 0 {
			t.Errorf("done %v, more %v, passed %d; want %v", first, fired.More, fired.Passed, firings(want, now))
		}
		for _, c := range readTruth(t, app).contracts {
			if a, waits := readTruthOf(t, app, c).waits(c); waits && !a.at.After(now) {
				t.Errorf("contract %d still waits for %s since %s", c.ID, a.kind, a.at)
			}
		}
		before := app.Snapshot(t)
		if again := fireDue(t.Context(), t, app); len(again.Done) > 0 {
			t.Errorf("once more: %v", again.Done)
		}
		if got := differing(before, app.Snapshot(t)); len(got) > 0 {
			t.Errorf("nothing is due, and %q changed", got)
		}
		t.Logf("%s: %d done, %v", db.Name, len(fired.Done), kinds)
	})
}

// withoutSecond leaves out what contracts fell due for a second time, because
// their start had gone by when they lost their partner.
func (w *truth) withoutSecond(done []market.Firing) []market.Firing {
	return slices.DeleteFunc(slices.Clone(done), func(f market.Firing) bool {
		i := slices.IndexFunc(w.contracts, func(c *ent.Contract) bool { return c.ID == f.ContractID })
		return f.Kind == lifecycle.DueSupervisor && w.contracts[i].Stage == lifecycle.StagePartner
	})
}

// readTruthOf is readTruth for one contract.
func readTruthOf(t testing.TB, app *testkit.App, c *ent.Contract) *truth {
	t.Helper()
	w := &truth{contracts: []*ent.Contract{c}, payments: map[int64]*ent.Payment{}}
	for _, p := range app.Store.Client().Payment.Query().Where(payment.ContractID(c.ID)).AllX(t.Context()) {
		w.payments[c.ID] = p
	}
	return w
}

// outcome is what time makes of a story of the demo.
type outcome struct {
	story string
	kind  lifecycle.Due
	topic string
	event lifecycle.ContractEvent
	// change is what becomes of the contract at that instant.
	change     func(c *ent.Contract, now time.Time)
	payment    lifecycle.PaymentStatus
	assignment lifecycle.AssignmentStatus
	schedules  lifecycle.ScheduleStatus
	changes    []string // columns that the history tells of
	statements int
}

var outcomes = []outcome{
	{
		story: "to_pay", kind: lifecycle.DuePayment, topic: "contract_payment_expired", event: lifecycle.ContractExpire,
		change:  func(c *ent.Contract, _ time.Time) { c.Status = lifecycle.ContractExpired },
		payment: lifecycle.PaymentExpired, assignment: lifecycle.AssignmentCancelled, schedules: lifecycle.ScheduleCancelled,
		changes: []string{"assignments", "payment.status", "schedules", "status"}, statements: 10,
	},
	{
		story: "offer", kind: lifecycle.DuePartner, topic: "contract_escalated", event: lifecycle.ContractEscalate,
		change: func(c *ent.Contract, now time.Time) {
			c.Stage, c.ReleasedAt, c.EscalationDeadlineAt = lifecycle.StageSupervisor, &now, new(now.Add(24*time.Hour))
		},
		payment: lifecycle.PaymentPaid, assignment: lifecycle.AssignmentExpired, schedules: lifecycle.SchedulePending,
		changes: []string{"assignments", "escalation_deadline_at", "released_at", "stage"}, statements: 6,
	},
	{
		story: "queue", kind: lifecycle.DueSupervisor, topic: "contract_escalation_rejected", event: lifecycle.ContractReject,
		change: func(c *ent.Contract, _ time.Time) {
			c.Status, c.Stage, c.EscalationDeadlineAt = lifecycle.ContractRejected, "", nil
		},
		payment: lifecycle.PaymentRefundDue, assignment: lifecycle.AssignmentRejected, schedules: lifecycle.ScheduleCancelled,
		changes: []string{"escalation_deadline_at", "payment.status", "schedules", "stage", "status"}, statements: 9,
	},
	{
		story: "accepted", kind: lifecycle.DueReminder, topic: "contract_departure_reminder", event: lifecycle.ContractRemindDeparture,
		change:  func(c *ent.Contract, now time.Time) { c.DepartureRemindedAt = &now },
		payment: lifecycle.PaymentPaid, assignment: lifecycle.AssignmentAccepted, schedules: lifecycle.SchedulePending,
		changes: []string{"departure_reminded_at"}, statements: 4,
	},
}

// TestWhatFallsDueWritesExactlyItsRows fires each kind in the millisecond in which
// it falls due, and not in the one before.
func TestWhatFallsDueWritesExactlyItsRows(t *testing.T) {
	t.Parallel()
	for _, o := range outcomes {
		t.Run(o.story, func(t *testing.T) {
			t.Parallel()
			testkit.OnEach(t, func(t *testing.T, db testkit.Database) { o.check(t, testkit.Start(t, db)) })
		})
	}
}

func (o outcome) check(t *testing.T, app *testkit.App) {
	t.Helper()
	ctx, c, id := t.Context(), app.Store.Client(), app.World.Contract(o.story)
	// Nothing else falls due in the same millisecond.
	app.Bend(testkit.PlaysBackBeside)
	c.Payment.Update().Where(payment.ContractID(app.World.Contract("to_pay"))).SetDeadlineAt(world.Now.Add(18*time.Hour + 7*time.Second)).ExecX(ctx)
	before := c.Contract.GetX(ctx, id)
	a, _ := readTruthOf(t, app, before).waits(before)
	now := a.at
	app.Clock.Set(now.Add(-time.Millisecond))
	fireDue(ctx, t, app)
	if got := c.Contract.GetX(ctx, id); got.Version != before.Version {
		t.Fatalf("a millisecond before it is due it became\n%s", got)
	}
	app.Clock.Set(now.Add(300 * time.Microsecond)) // cut to the millisecond
	counted, ran := store.Observe(ctx)
	fired := fireDue(counted, t, app)
	if want := []market.Firing{{Kind: o.kind, ContractID: id, At: now}}; a.kind != o.kind || !slices.Equal(fired.Done, want) {
		t.Fatalf("done %v, want %v", fired.Done, want)
	}
	const looking = 6 // the settings, three kinds of deadline, agreements and signatures: once before and once after
	if n := ran.Count() - 2*looking; n != o.statements || ran.Transactions() != 3 {
		t.Errorf("it cost %d statements, want %d\n%q", n, o.statements, ran.Texts())
	}
	want := *before
	want.Version, want.UpdatedAt = before.Version+1, now
	o.change(&want, now)
	if got := c.Contract.GetX(ctx, id); got.String() != want.String() {
		t.Errorf("the contract is\n%s, want\n%s", got, want.String())
	}
	if p := c.Payment.Query().Where(payment.ContractID(id)).OnlyX(ctx); p.Status != o.payment {
		t.Errorf("the payment is %s", p.Status)
	}
	if last := c.Assignment.Query().Where(assignment.ContractID(id)).OnlyX(ctx); last.Status != o.assignment {
		t.Errorf("the assignment is %s", last.Status)
	}
	for _, s := range c.Schedule.Query().Where(schedule.ContractID(id)).AllX(ctx) {
		if s.Status != o.schedules {
			t.Errorf("a schedule is %s", s.Status)
		}
	}
	o.checkTold(t, app, before, &want)
}

// checkTold holds the history row and the message against what they must be.
func (o outcome) checkTold(t *testing.T, app *testkit.App, before, after *ent.Contract) {
	t.Helper()
	ctx, c := t.Context(), app.Store.Client()
	last := c.ContractHistory.Query().Where(contracthistory.ContractID(before.ID), contracthistory.ContractVersion(after.Version)).OnlyX(ctx)
	want := ent.ContractHistory{
		ID: last.ID, InstitutionID: before.InstitutionID, ContractID: before.ID, PartnerID: &before.PartnerID, Event: o.event,
		FromStatus: before.Status, FromStage: before.Stage, ToStatus: after.Status, ToStage: after.Stage,
		Changes: last.Changes, ContractVersion: after.Version, At: after.UpdatedAt,
	}
	var changes map[string]json.RawMessage
	if err := json.Unmarshal(last.Changes, &changes); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(changes)); last.String() != want.String() || !slices.Equal(got, o.changes) {
		t.Errorf("the history ends with\n%s, want\n%s; it tells of %q, want %q", last, want.String(), got, o.changes)
	}
	m := c.Outbox.Query().Where(outbox.ContractID(before.ID)).OnlyX(ctx)
	if m.Topic != o.topic || !m.CreatedAt.Equal(after.UpdatedAt) || !m.AvailableAt.Equal(app.Wall.Now()) {
		t.Errorf("the message is %s", m)
	}
}

// TestAnyNumberOfWorkersDoEverythingOnce lets five do the same at once.
func TestAnyNumberOfWorkersDoEverythingOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := shaken(t, db, 100, 48*time.Hour)
		app.Bend(shakenUp...)
		app.Clock.Set(world.Now.Add(20 * time.Hour))
		want := firings(w.awaitedUntil(app.Clock.Now()), app.Clock.Now())
		var done []market.Firing
		var mu sync.Mutex
		var all sync.WaitGroup
		passed := 0
		for range 5 {
			all.Go(func() {
				fired, err := app.Market.FireDue(t.Context(), app.Clock.Now())
				mu.Lock()
				defer mu.Unlock()
				if err != nil || len(fired.Failed) > 0 {
					t.Errorf("%v, failed: %+v", err, fired.Failed)
				}
				done = append(done, fired.Done...)
				passed += fired.Passed
			})
		}
		all.Wait()
		byContract := func(a, b market.Firing) int {
			return cmp.Or(cmp.Compare(a.ContractID, b.ContractID), cmp.Compare(a.Kind, b.Kind))
		}
		first := w.withoutSecond(done)
		slices.SortFunc(first, byContract)
		slices.SortFunc(want, byContract)
		if !slices.Equal(first, want) {
			t.Errorf("done %v, want %v", first, want)
		}
		n := app.Store.Client().ContractHistory.Query().
			Where(contracthistory.ActorIDIsNil(), contracthistory.At(app.Clock.Now())).CountX(t.Context())
		if n != len(done) {
			t.Errorf("%d history rows for %d firings", n, len(done))
		}
		t.Logf("%s: %d done, %d times somebody was faster", db.Name, len(done), passed)
	})
}

// TestWhatFailsDoesNotKeepTheOthersWaiting: one contract cannot be written,
// another has a payment that is not as its status says.
func TestWhatFailsDoesNotKeepTheOthersWaiting(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := shaken(t, db, 200, 24*time.Hour)
		app.Bend(shakenUp...)
		ctx, c := t.Context(), app.Store.Client()
		app.Clock.Set(world.Now.Add(20 * time.Hour))
		first := w.awaitedUntil(app.Clock.Now())[0]
		row := c.Contract.GetX(ctx, first.contract)
		taken := c.ContractHistory.Create().SetInstitutionID(row.InstitutionID).SetContractID(row.ID).
			SetEvent(lifecycle.ContractCreate).SetToStatus(row.Status).SetChanges(json.RawMessage("{}")).
			SetContractVersion(row.Version + 1).SetAt(world.Now).SaveX(ctx)
		odd := app.World.Contract("cancelled_unpaid")
		c.Payment.Update().Where(payment.ContractID(odd)).SetStatus(lifecycle.PaymentUnpaid).ExecX(ctx)
		fired, err := app.Market.FireDue(ctx, app.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		failed := map[int64]int{}
		for _, f := range fired.Failed {
			failed[f.ContractID]++
		}
		if len(failed) != 2 || failed[first.contract] != 1 || failed[odd] != 1 {
			t.Errorf("failed: %+v", fired.Failed)
		}
		left := readTruth(t, app).awaitedUntil(app.Clock.Now())
		if len(left) != 1 || left[0] != first || len(fired.Done) < 100 {
			t.Errorf("%d done, and these are left: %v", len(fired.Done), left)
		}
		c.ContractHistory.DeleteOne(taken).ExecX(ctx)
		if fired, err = app.Market.FireDue(ctx, app.Clock.Now()); err != nil || len(fired.Done) == 0 || fired.Done[0].ContractID != first.contract {
			t.Errorf("once it can be written: %+v, %v", fired, err)
		}
	})
}

// TestFiringEndsBetweenTwoContracts: a program that ends leaves nothing half done.
func TestFiringEndsBetweenTwoContracts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, end := context.WithCancel(t.Context())
		end()
		before := app.Snapshot(t)
		if fired, err := app.Market.FireDue(ctx, app.Clock.Now()); err == nil || len(fired.Done) > 0 {
			t.Errorf("after the end: %+v, %v", fired, err)
		}
		if got := differing(before, app.Snapshot(t)); len(got) > 0 {
			t.Errorf("%q changed", got)
		}
	})
}
