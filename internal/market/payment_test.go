package market_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

func TestThePaymentOfAContractIsSettledByTheBackOffice(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, office, w := app.As(institution), app.As(admin), app.World
		id := w.Contract("to_verify")
		c := app.Store.Client().Contract.GetX(t.Context(), id)

		v, err := app.Market.RefusePayment(office, id, "It is another sum.", everything)
		if err != nil || v.PaymentStatus != lifecycle.PaymentUnpaid || v.Status != lifecycle.ContractPaymentPending ||
			*v.Payment.StatusReason != "It is another sum." || !v.Payment.PaymentDeadlineAt.Equal(w.Now.Add(24*time.Hour)) {
			t.Fatalf("refused: %+v, %v", v.Payment, err)
		}
		app.Clock.Advance(time.Hour)
		if v, err = app.Market.SendPaymentProof(ctx, id, testkit.Upload(testkit.PDF), everything); err != nil || v.Payment.StatusReason != nil {
			t.Fatalf("sent again: %+v, %v", v, err)
		}
		app.Clock.Advance(time.Hour)
		v, err = app.Market.VerifyPayment(office, id, everything)
		if err != nil || v.Status != lifecycle.ContractPartnerPending || v.Step != lifecycle.StepCompleted || v.PaymentStatus != lifecycle.PaymentPaid ||
			!v.Payment.PaidAt.Equal(app.Clock.Now()) || !v.EscalationDeadlineAt.Equal(app.Clock.Now().Add(24*time.Hour)) {
			t.Fatalf("verified: %+v, %v", v, err)
		}
		if _, err = app.Market.Contract(app.As(technician), id, everything); err != nil {
			t.Errorf("the partner does not know of it: %v", err)
		}
		if v, err = app.Market.CancelContract(ctx, id, "We changed our mind.", everything); err != nil || v.PaymentStatus != lifecycle.PaymentRefundDue {
			t.Fatalf("cancelled: %+v, %v", v, err)
		}
		if v, err = app.Market.RecordRefund(office, id, everything); err != nil || v.PaymentStatus != lifecycle.PaymentRefunded || v.Version != c.Version+5 {
			t.Fatalf("refunded: %+v, %v", v, err)
		}
	})
}

func TestAPaymentThatIsVerifiedTooLateIsOwedBack(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		office, id := app.As(admin), app.World.Contract("to_verify")
		start := *app.Store.Client().Contract.GetX(t.Context(), id).ScheduledStartAt
		app.Clock.Set(start)
		v, err := app.Market.VerifyPayment(office, id, everything)
		if err != nil || v.Status != lifecycle.ContractExpired || v.PaymentStatus != lifecycle.PaymentRefundDue || !v.Payment.PaidAt.Equal(start) {
			t.Fatalf("%+v, %v", v, err)
		}
		if v.Assignments[0].Status != lifecycle.AssignmentCancelled || v.Schedules[0].Status != lifecycle.ScheduleCancelled {
			t.Errorf("assignment %s, day %s", v.Assignments[0].Status, v.Schedules[0].Status)
		}
		if _, err := app.Market.Contract(app.As(technician), id, everything); codeOf(err) != fault.RecordNotFound {
			t.Errorf("the partner learns of it: %v", err)
		}
	})
}

// TestTheBackOfficeIsRefused: what no admin may do to a payment, and who else may
// do nothing.
func TestTheBackOfficeIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as := app.World, signedIn(t, app)
		type deed struct {
			name string
			do   func(ctx context.Context, id int64) error
		}
		verify := deed{"verify", func(ctx context.Context, id int64) error {
			_, err := app.Market.VerifyPayment(ctx, id, everything)
			return err
		}}
		refuse := func(why string) deed {
			return deed{"refuse", func(ctx context.Context, id int64) error {
				_, err := app.Market.RefusePayment(ctx, id, why, everything)
				return err
			}}
		}
		refund := deed{"refund", func(ctx context.Context, id int64) error {
			_, err := app.Market.RecordRefund(ctx, id, everything)
			return err
		}}
		why := refuse("It is not there.")
		before := app.Snapshot(t)
		for _, c := range []struct {
			deed   deed
			as     string
			story  string
			code   fault.Code
			detail string
		}{
			{verify, "", "to_verify", fault.TokenMissing, ""},
			{verify, institution, "to_verify", fault.RoleForbidden, ""},
			{why, technician, "to_verify", fault.RoleForbidden, ""},
			{refund, supervisor, "rejected", fault.RoleForbidden, ""},
			{verify, admin, "no such story", fault.RecordNotFound, ""},
			{verify, admin, "to_pay", fault.WrongState, "payment"},
			{verify, admin, "proof_refused", fault.WrongState, "payment"},
			{verify, admin, "offer", fault.WrongState, "state"},
			{verify, admin, "draft_payment", fault.WrongState, "state"},
			{verify, admin, "cancelled", fault.WrongState, "state"},
			{refuse(""), admin, "to_verify", fault.InputInvalid, "reason is required"},
			{refuse(strings.Repeat("a", 1001)), admin, "to_verify", fault.InputInvalid, "reason must have at most"},
			{refuse("\x00"), admin, "to_verify", fault.InputInvalid, "reason"},
			{refuse(" "), admin, "to_pay", fault.InputInvalid, "reason is required"},
			{why, admin, "to_pay", fault.WrongState, "payment"},
			{why, admin, "offer", fault.WrongState, "state"},
			{refund, admin, "offer", fault.WrongState, "state"},
			{refund, admin, "cancelled_unpaid", fault.WrongState, "payment"},
			{refund, admin, "cancelled_draft", fault.WrongState, "payment"},
			{refund, admin, "rejected_by_time", fault.WrongState, "payment"},
		} {
			err := c.deed.do(as[c.as], w.Contract(c.story))
			if codeOf(err) != c.code || !strings.Contains(detailOf(err), c.detail) {
				t.Errorf("%s %s by %q: %v (%s)", c.deed.name, c.story, c.as, err, detailOf(err))
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %q", differing(before, after))
		}
	})
}

func TestAContractIsCancelledUntilItsPartnerSetsOut(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as := app.World, signedIn(t, app)
		for _, c := range []struct {
			story   string
			payment lifecycle.PaymentStatus
		}{
			{"draft_schedule", lifecycle.PaymentUnpaid}, {"draft_payment", lifecycle.PaymentUnpaid}, {"to_pay", lifecycle.PaymentExpired},
			{"to_verify", lifecycle.PaymentRefundDue}, {"offer", lifecycle.PaymentRefundDue}, {"queue", lifecycle.PaymentRefundDue},
			{"accepted", lifecycle.PaymentRefundDue},
		} {
			v, err := app.Market.CancelContract(as[institution], w.Contract(c.story), "We changed our mind.", everything)
			if err != nil || v.Status != lifecycle.ContractCancelled || v.PaymentStatus != c.payment || *v.StatusReason != "We changed our mind." ||
				v.CancelledAt == nil || !v.CancelledAt.Equal(w.Now) || v.EscalationDeadlineAt != nil {
				t.Errorf("%s: %+v, %v", c.story, v, err)
				continue
			}
			open := slices.ContainsFunc(v.Assignments, func(a *view.Assignment) bool {
				return a.Status == lifecycle.AssignmentPending || a.Status == lifecycle.AssignmentAccepted
			})
			waits := slices.ContainsFunc(v.Schedules, func(s *view.Schedule) bool { return s.Status != lifecycle.ScheduleCancelled })
			if open || waits {
				t.Errorf("%s: an assignment or a day is open", c.story)
			}
		}
	})
}

func TestACancellationIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as := app.World, signedIn(t, app)
		before := app.Snapshot(t)
		for _, c := range []struct {
			as, story, why string
			code           fault.Code
			detail         string
		}{
			{"", "to_pay", "why", fault.TokenMissing, ""},
			{technician, "offer", "why", fault.RoleForbidden, ""},
			{admin, "offer", "why", fault.RoleForbidden, ""},
			{"foreign@demo.test", "to_pay", "why", fault.RecordNotFound, ""},
			{"requested@demo.test", "to_pay", "why", fault.RecordNotFound, ""},
			{"former@demo.test", "to_pay", "why", fault.RecordNotFound, ""},
			{institution, "to_pay", "", fault.InputInvalid, "reason is required"},
			{institution, "draft_payment", strings.Repeat("a", 1001), fault.InputInvalid, "reason must have at most"},
			{institution, "on_route", "", fault.InputInvalid, "reason is required"},
			{institution, "on_route", "why", fault.WrongState, "state"},
			{institution, "running", "why", fault.WrongState, "state"},
			{institution, "to_review", "why", fault.WrongState, "state"},
			{institution, "cancelled", "why", fault.WrongState, "state"},
			{institution, "offer_overdue", "why", fault.DeadlinePassed, "deadline"},
			{"foreign@demo.test", "to_pay_overdue", "why", fault.DeadlinePassed, "deadline"},
			{"foreign@demo.test", "queue_overdue", "why", fault.DeadlinePassed, "deadline"},
		} {
			_, err := app.Market.CancelContract(as[c.as], w.Contract(c.story), c.why, everything)
			if codeOf(err) != c.code || !strings.Contains(detailOf(err), c.detail) {
				t.Errorf("%s by %q: %v (%s)", c.story, c.as, err, detailOf(err))
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %q", differing(before, after))
		}
	})
}
