package market_test

import (
	"context"
	"maps"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// TestWhatIsOverdueIsNotInTimeThoughNobodyFiredIt: a worker may be late, or none
// may run. Actions refuse, reads print what is stored, and neither writes.
func TestWhatIsOverdueIsNotInTimeThoughNobodyFiredIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := signedIn(t, app)
		before := app.Snapshot(t)
		none := market.ContractWants{}
		for _, c := range []struct {
			name, as, story string
			act             func(ctx context.Context, id int64) (*view.Contract, error)
			who             string // who could, as things are
		}{
			{"accept", "partner2@demo.test", "offer_overdue", func(ctx context.Context, id int64) (*view.Contract, error) {
				return app.Market.AcceptContract(ctx, id, none)
			}, "supervisor"},
			{"reject", "partner2@demo.test", "offer_overdue", func(ctx context.Context, id int64) (*view.Contract, error) {
				return app.Market.RejectContract(ctx, id, "Too late.", none)
			}, "supervisor"},
			{"assign", supervisor, "queue_overdue", func(ctx context.Context, id int64) (*view.Contract, error) {
				return app.Market.AssignReplacement(ctx, market.AssignReplacement{ContractID: id, PartnerID: app.World.Queue.EligibleID}, none)
			}, ""},
			{"give up", supervisor, "queue_overdue", func(ctx context.Context, id int64) (*view.Contract, error) {
				return app.Market.RejectEscalation(ctx, id, "Nobody.", none)
			}, ""},
			{"send the proof", "foreign@demo.test", "to_pay_overdue", func(ctx context.Context, id int64) (*view.Contract, error) {
				return app.Market.SendPaymentProof(ctx, id, testkit.Upload(testkit.PDF), none)
			}, ""},
			{"cancel", "foreign@demo.test", "to_pay_overdue", func(ctx context.Context, id int64) (*view.Contract, error) {
				return app.Market.CancelContract(ctx, id, "Too late.", none)
			}, ""},
		} {
			ctx, id := as[c.as], app.World.Contract(c.story)
			_, err := c.act(ctx, id)
			f, ok := fault.As(err)
			if !ok || f.Code != fault.DeadlinePassed && f.Code != fault.PartnerIneligible {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if c.who != "" && (len(f.Refusals) != 1 || len(f.Refusals[0].Who) != 1 || f.Refusals[0].Who[0] != c.who) {
				t.Errorf("%s: %+v", c.name, f.Refusals)
			}
			v, err := app.Market.Contract(ctx, id, none)
			if err != nil {
				t.Fatal(err)
			}
			if c.story == "to_pay_overdue" {
				if v.Status != lifecycle.ContractPaymentPending || v.PaymentStatus != lifecycle.PaymentUnpaid || !v.PaymentDeadlineAt.Before(app.Clock.Now()) {
					t.Errorf("%s: it is printed as %+v", c.name, v)
				}
				continue
			}
			if v.Status != lifecycle.ContractPartnerPending || v.ContractEscalationCountdownActive || v.EscalationDeadlineAt == nil || v.ContractEscalationStage == nil {
				t.Errorf("%s: it is printed as %+v", c.name, v)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("%q changed", differing(before, after))
		}
		fireDue(t.Context(), t, app)
		v, err := app.Market.Contract(app.As(admin), app.World.Contract("offer_overdue"), none)
		if err != nil || *v.ContractEscalationStage != lifecycle.StageSupervisor || !v.ContractEscalationCountdownActive {
			t.Errorf("once it is fired: %+v, %v", v, err)
		}
	})
}
