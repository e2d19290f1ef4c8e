package market_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/payment"
	"kontrak/ent/predicate"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestTiesAreDoneByKindHoweverManyThereAre: more contracts than are read at once
// fall due in the same millisecond, those of the first kind with the highest ids.
func TestTiesAreDoneByKindHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, _ := seeded(t, db, 250)
		app.Bend(shakenUp...)
		ctx, c := t.Context(), app.Store.Client()
		middle := c.Contract.Query().Order(contract.ByID()).IDsX(ctx)[150]
		instant := world.Now.Add(time.Hour)
		waits := func(stage lifecycle.Stage, half func(int64) predicate.Contract) {
			c.Contract.Update().Where(half(middle)).SetStatus(lifecycle.ContractPartnerPending).SetStage(stage).
				SetEscalationDeadlineAt(instant).SetScheduledStartAt(instant.Add(time.Hour)).SetScheduledEndAt(instant.Add(2 * time.Hour)).ExecX(ctx)
		}
		waits(lifecycle.StageSupervisor, func(id int64) predicate.Contract { return contract.IDLTE(id) })
		waits(lifecycle.StagePartner, func(id int64) predicate.Contract { return contract.IDGT(id) })
		c.Payment.Update().SetStatus(lifecycle.PaymentPaid).ExecX(ctx)
		app.Clock.Set(instant)
		want := readTruth(t, app).awaitedUntil(instant)
		got := fireDue(ctx, t, app).Done
		if len(want) < 300 || len(got) != len(want) {
			t.Fatalf("%d done, want %d", len(got), len(want))
		}
		for i, f := range firings(want, instant) {
			if got[i] != f {
				t.Fatalf("as number %d was done %+v, want %+v", i, got[i], f)
			}
		}
	})
}

// TestWhatChangesBetweenFindingAndFiringIsPassed: the back office gives an
// institution more time to pay, while the payment has just been found overdue.
func TestWhatChangesBetweenFindingAndFiringIsPassed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(
			testkit.PlaysBackBeside,
			"what ended unpaid or owed says so", "a payment waits only while the contract does", "a payment's instants fit its status",
			"the history counts the versions",
		)
		id := app.World.Contract("to_pay")
		row := app.Store.Client().Contract.GetX(t.Context(), id)
		a, _ := readTruthOf(t, app, row).waits(row)
		app.Clock.Set(a.at.Add(-time.Second))
		fireDue(t.Context(), t, app) // nothing else is due then
		app.Clock.Set(a.at)
		app.Store.Client().Payment.Update().Where(payment.ContractIDNEQ(id)).SetStatus(lifecycle.PaymentPaid).ExecX(t.Context())

		changed, let, stored := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		go func() {
			stored <- app.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
				tx.Contract.UpdateOneID(id).AddVersion(1).ExecX(ctx)
				tx.Payment.Update().Where(payment.ContractID(id)).SetDeadlineAt(a.at.Add(time.Hour)).ExecX(ctx)
				close(changed)
				<-let
				return nil
			})
		}()
		<-changed
		ctx, ran := store.Observe(t.Context())
		fired := make(chan market.Fired, 1)
		go func() {
			f, err := app.Market.FireDue(ctx, a.at)
			if err != nil {
				t.Error(err)
			}
			fired <- f
		}()
		const looking = 4
		for ran.Count() < looking || db.Name == "postgres" && ran.Transactions() < 2 {
			runtime.Gosched()
		}
		close(let)
		if err := <-stored; err != nil {
			t.Fatal(err)
		}
		got := <-fired
		for _, f := range got.Done {
			if f.ContractID == id {
				t.Errorf("it was fired although there is more time: %+v", f)
			}
		}
		if got.Passed == 0 || len(got.Failed) > 0 {
			t.Errorf("%+v", got)
		}
		if now := app.Store.Client().Contract.GetX(t.Context(), id); now.Status != lifecycle.ContractPaymentPending {
			t.Errorf("the contract is %s", now)
		}
	})
}
