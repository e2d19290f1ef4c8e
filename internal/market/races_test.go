package market_test

import (
	"context"
	"testing"

	"kontrak/ent/ratingitem"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// none asks for nothing of the contract that an action gives back.
var none = market.ContractWants{}

// The people of the races who have no name elsewhere.
const (
	otherSupervisor = "supervisor2@demo.test"
	otherAdmin      = "admin2@demo.test"
	traveller       = "partner2@demo.test" // the partner of the contract that is on its way
)

func one(event lifecycle.ContractEvent) []lifecycle.ContractEvent {
	return []lifecycle.ContractEvent{event}
}

// changed is the message of a change that is no turn in a contract's life.
var changed = []string{"contract_changed"}

// contests are the races: who may meet on a contract, each pair once.
var contests = []contest{
	{name: "double click on payment", story: "draft_payment", rivals: []rival{
		paysBy("first click", 1), paysBy("second click", 2),
	}},
	{name: "proof against payment deadline", story: "to_pay", due: true, rivals: []rival{
		{name: "proof", as: institution, do: sendProof, events: one(lifecycle.ContractSendProof), topics: changed, told: []fault.Code{fault.DeadlinePassed}},
		lapser(lifecycle.ContractExpire, "contract_payment_expired"),
	}},
	{name: "verify against refuse", story: "to_verify", rivals: []rival{verifier(admin), {
		name: "refuse", as: otherAdmin, do: func(ctx context.Context, r *round) error {
			return contractErr(r.app.Market.RefusePayment(ctx, r.ids[0], "It is not there.", none))
		}, events: one(lifecycle.ContractRefusePayment), topics: []string{"contract_payment_refused"},
	}}},
	{name: "accept against deadline", story: "offer", due: true, rivals: []rival{
		accepter("accept", 0, fault.DeadlinePassed), lapser(lifecycle.ContractEscalate, "contract_escalated"),
	}},
	{name: "accept against reject", story: "offer", rivals: []rival{accepter("accept", 0), {
		name: "reject", as: technician, do: func(ctx context.Context, r *round) error {
			return contractErr(r.app.Market.RejectContract(ctx, r.ids[0], "Ill.", none))
		}, events: one(lifecycle.ContractEscalate), topics: []string{"contract_escalated"},
	}}},
	{name: "two overlapping contracts", story: "offer", contracts: 2, rivals: []rival{
		accepter("accept one", 0, fault.PartnerIneligible), accepter("accept other", 1, fault.PartnerIneligible),
	}},
	{name: "two assignments", story: "queue_shared", rivals: []rival{
		assigner("one supervisor", supervisor, "eligible"), assigner("other supervisor", otherSupervisor, "foreign"),
	}},
	{name: "assignment against deadline", story: "queue_shared", due: true, rivals: []rival{
		assigner("assign", supervisor, "eligible", fault.DeadlinePassed), lapser(lifecycle.ContractReject, "contract_escalation_rejected"),
	}},
	{name: "cancel against start", story: "accepted", ready: startCode, rivals: []rival{canceller(), {
		name: "set out and start", as: technician, do: func(ctx context.Context, r *round) error {
			if err := contractErr(r.app.Market.GoOnRoute(ctx, r.ids[0], none)); err != nil {
				return err
			}
			return contractErr(r.app.Market.StartWork(ctx, r.ids[0], r.token, none))
		},
		events: []lifecycle.ContractEvent{lifecycle.ContractGoOnRoute, lifecycle.ContractStartWork},
		topics: []string{"contract_on_route", "contract_started"},
	}}},
	{name: "two starts with one QR", story: "on_route", ready: startCode, twins: true, rivals: []rival{
		starter("first scan"), starter("second scan"),
	}},
	{name: "two answers to an extension", story: "running", rivals: []rival{
		{name: "approve", as: institution, do: func(ctx context.Context, r *round) error {
			return contractErr(r.app.Market.ApproveExtension(ctx, r.ids[0], none))
		}, events: one(lifecycle.ContractApproveExtension), topics: []string{"extension_approved"}},
		{name: "reject", as: member, do: func(ctx context.Context, r *round) error {
			return contractErr(r.app.Market.RejectExtension(ctx, r.ids[0], "No.", none))
		}, events: one(lifecycle.ContractRejectExtension), topics: []string{"extension_rejected"}},
	}},
	{name: "finish against force-cancel", story: "running", ready: endCode, rivals: []rival{
		{name: "finish", as: institution, do: func(ctx context.Context, r *round) error {
			return contractErr(r.app.Market.FinishWork(ctx, r.ids[0], r.token, none))
		}, events: one(lifecycle.ContractFinishWork), topics: []string{"contract_completed"}},
		forceCanceller(),
	}},
	{name: "double click on review", story: "to_review", ready: criteria, rivals: []rival{
		reviewer("first click", 5), reviewer("second click", 2),
	}},
}

func paysBy(name string, methodID int64) rival {
	return rival{name: name, as: institution, do: func(ctx context.Context, r *round) error {
		in := market.ProcessPayment{ContractID: r.ids[0], PaymentMethodID: methodID}
		return contractErr(r.app.Market.ProcessPayment(ctx, in, none))
	}, events: one(lifecycle.ContractProcessPayment), topics: changed}
}

func sendProof(ctx context.Context, r *round) error {
	return contractErr(r.app.Market.SendPaymentProof(ctx, r.ids[0], testkit.Upload(testkit.PDF), none))
}

func verifier(as string) rival {
	return rival{name: "verify", as: as, do: func(ctx context.Context, r *round) error {
		return contractErr(r.app.Market.VerifyPayment(ctx, r.ids[0], none))
	}, events: one(lifecycle.ContractVerifyPayment), topics: []string{"contract_payment_verified", "contract_assigned"}}
}

// lapser is time: the clock comes to the deadline, and a worker does what is due.
func lapser(event lifecycle.ContractEvent, topic string) rival {
	return rival{name: "time", do: func(ctx context.Context, r *round) error {
		r.app.Clock.Set(r.deadline)
		fired, err := r.app.Market.FireDue(ctx, r.deadline)
		switch {
		case err != nil:
			return err
		case len(fired.Failed) > 0:
			return fired.Failed[0].Err
		case len(fired.Done) == 0:
			return errPassed
		}
		return nil
	}, events: one(event), topics: []string{topic}, told: []fault.Code{passed}}
}

func accepter(name string, which int, told ...fault.Code) rival {
	return rival{name: name, as: technician, do: func(ctx context.Context, r *round) error {
		return contractErr(r.app.Market.AcceptContract(ctx, r.ids[which], none))
	}, events: one(lifecycle.ContractAccept), topics: []string{"contract_accepted"}, told: told}
}

func canceller() rival {
	return rival{name: "cancel", as: institution, do: func(ctx context.Context, r *round) error {
		return contractErr(r.app.Market.CancelContract(ctx, r.ids[0], "We changed our mind.", none))
	}, events: one(lifecycle.ContractCancel), topics: []string{"contract_cancelled"}}
}

func forceCanceller() rival {
	return rival{name: "cancel", as: admin, do: func(ctx context.Context, r *round) error {
		return contractErr(r.app.Market.ForceCancel(ctx, r.ids[0], "A dispute.", none))
	}, events: one(lifecycle.ContractForceCancel), topics: []string{"contract_cancelled"}}
}

func assigner(name, as, partner string, told ...fault.Code) rival {
	return rival{name: name, as: as, do: func(ctx context.Context, r *round) error {
		in := market.AssignReplacement{ContractID: r.ids[0], PartnerID: r.app.World.Partners[partner]}
		return contractErr(r.app.Market.AssignReplacement(ctx, in, none))
	}, events: one(lifecycle.ContractAssignReplacement), topics: []string{"contract_reassigned"}, told: told}
}

func starter(name string) rival {
	return rival{name: name, as: traveller, do: func(ctx context.Context, r *round) error {
		return contractErr(r.app.Market.StartWork(ctx, r.ids[0], r.token, none))
	}, events: one(lifecycle.ContractStartWork), topics: []string{"contract_started"}}
}

func startCode(t *testing.T, r *round) {
	t.Helper()
	r.token = tokenOf(r.as[institution], t, r.app.Market.ShowStartCode, r.ids[0])
}

func endCode(t *testing.T, r *round) {
	t.Helper()
	r.token = tokenOf(r.as[institution], t, r.app.Market.ShowEndCode, r.ids[0])
}

func criteria(t *testing.T, r *round) {
	t.Helper()
	r.criteria = r.app.Store.Client().RatingItem.Query().Where(ratingitem.Active(true)).IDsX(t.Context())
}

func reviewer(name string, rate int) rival {
	return rival{name: name, as: institution, do: func(ctx context.Context, r *round) error {
		var in market.ReviewContract
		for _, id := range r.criteria {
			in.Ratings = append(in.Ratings, market.Rate{RatingItemID: id, Rate: rate})
		}
		return contractErr(r.app.Market.ReviewContract(ctx, r.ids[0], in, none))
	}, events: one(lifecycle.ContractReview), topics: []string{"review_received"}}
}
