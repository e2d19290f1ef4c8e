package market

import (
	"slices"
	"strings"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// law says who may do something to a contract, in which states, and what else
// must be the case, whatever the input.
type law struct {
	// roles may do it at all; to which contracts, contractTies says.
	roles []actor.Role
	// event is what it is in the contract's history: a move, or a change.
	event lifecycle.ContractEvent
	// states are where it is allowed when the event is no move; the states of a
	// move stand in the machine.
	states []lifecycle.ContractState
	// rules must hold beyond that, in this order.
	rules []rule
}

// rule gives nil where it holds.
type rule func(*facts) *fault.Error

// in lists states; it keeps the table of laws readable.
func in(states ...lifecycle.ContractState) []lifecycle.ContractState { return states }

func by(roles ...actor.Role) []actor.Role { return roles }

// laws is the law of every action.
var laws = map[lifecycle.ContractAction]law{
	lifecycle.ActSetSchedule: {roles: by(actor.Institution), event: lifecycle.ContractSetSchedule, states: in("draft")},
	lifecycle.ActSetDetails: {roles: by(actor.Institution), event: lifecycle.ContractSetDetails, states: in("draft"),
		rules: []rule{stepReached(lifecycle.StepDetails)}},
	lifecycle.ActProcessPayment: {roles: by(actor.Institution), event: lifecycle.ContractProcessPayment,
		rules: []rule{stepReached(lifecycle.StepPayment), startAhead, eligible(toPay)}},
	lifecycle.ActSendProof: {roles: by(actor.Institution), event: lifecycle.ContractSendProof, states: in("payment_pending"),
		rules: []rule{paymentIs(lifecycle.PaymentUnpaid, lifecycle.PaymentPending), beforePaymentDeadline}},
	lifecycle.ActCancel: {roles: by(actor.Institution), event: lifecycle.ContractCancel, rules: []rule{notOverdue}},

	lifecycle.ActAccept: {roles: by(actor.Partner), event: lifecycle.ContractAccept,
		rules: []rule{beforeDeadline, eligible(toAccept)}},
	lifecycle.ActReject: {roles: by(actor.Partner), event: lifecycle.ContractEscalate,
		rules: []rule{beforeDeadline}},

	lifecycle.ActAssignReplacement: {roles: by(actor.Supervisor), event: lifecycle.ContractAssignReplacement,
		rules: []rule{beforeDeadline}},
	lifecycle.ActRejectEscalation: {roles: by(actor.Supervisor), event: lifecycle.ContractReject,
		rules: []rule{beforeDeadline}},

	lifecycle.ActGoOnRoute: {roles: by(actor.Partner), event: lifecycle.ContractGoOnRoute,
		rules: []rule{partnerNotSuspended, departureNear}},
	lifecycle.ActShowStartCode: {roles: by(actor.Institution),
		states: in("accepted", "on_route")},
	lifecycle.ActStartWork: {roles: by(actor.Partner), event: lifecycle.ContractStartWork, rules: []rule{partnerNotSuspended}},
	lifecycle.ActRequestExtension: {roles: by(actor.Partner), event: lifecycle.ContractRequestExtension,
		states: in("in_progress"), rules: []rule{noRequestWaits, beforeEnd}},
	lifecycle.ActApproveExtension: {roles: by(actor.Institution), event: lifecycle.ContractApproveExtension,
		states: in("in_progress"), rules: []rule{requestWaits}},
	lifecycle.ActRejectExtension: {roles: by(actor.Institution), event: lifecycle.ContractRejectExtension,
		states: in("in_progress"), rules: []rule{requestWaits}},
	lifecycle.ActShowEndCode: {roles: by(actor.Partner, actor.Institution), states: in("in_progress")},
	lifecycle.ActFinishWork:  {roles: by(actor.Institution), event: lifecycle.ContractFinishWork},
	lifecycle.ActInspect: {roles: by(actor.Partner), event: lifecycle.ContractInspect, states: in("in_progress"),
		rules: []rule{none("inspection", inspected)}},
	lifecycle.ActEditInspection: {roles: by(actor.Partner), event: lifecycle.ContractInspect, states: in("in_progress"),
		rules: []rule{some("inspection", inspected)}},
	lifecycle.ActConclude: {roles: by(actor.Partner), event: lifecycle.ContractConclude, states: in("in_progress"),
		rules: []rule{inspectionSubmitted, none("conclusion", concluded)}},
	lifecycle.ActEditConclusion: {roles: by(actor.Partner), event: lifecycle.ContractConclude, states: in("in_progress"),
		rules: []rule{some("conclusion", concluded)}},

	lifecycle.ActReview: {roles: by(actor.Institution), event: lifecycle.ContractReview, states: in("completed"),
		rules: []rule{none("review", reviewed)}},
	lifecycle.ActEditReview: {roles: by(actor.Institution), event: lifecycle.ContractReview, states: in("completed"),
		rules: []rule{some("review", reviewed), withinReviewWindow}},

	lifecycle.ActVerifyPayment: {roles: by(actor.Admin), event: lifecycle.ContractVerifyPayment,
		rules: []rule{paymentIs(lifecycle.PaymentPending)}},
	lifecycle.ActRefusePayment: {roles: by(actor.Admin), event: lifecycle.ContractRefusePayment, states: in("payment_pending"),
		rules: []rule{paymentIs(lifecycle.PaymentPending)}},
	lifecycle.ActRecordRefund: {roles: by(actor.Admin), event: lifecycle.ContractRecordRefund, states: in("cancelled", "expired", "rejected"),
		rules: []rule{paymentIs(lifecycle.PaymentRefundDue)}},
	lifecycle.ActForceCancel:    {roles: by(actor.Admin), event: lifecycle.ContractForceCancel},
	lifecycle.ActForceComplete:  {roles: by(actor.Admin), event: lifecycle.ContractForceComplete},
	lifecycle.ActReplacePartner: {roles: by(actor.Admin), event: lifecycle.ContractReplacePartner},
}

// RoleRefusal is the fault of a caller whose role may not do something, which others
// may.
func RoleRefusal(who actor.Actor, may []actor.Role) error {
	f := fault.New(fault.RoleForbidden, "")
	f.Refusals = []fault.Refusal{{Rule: "role", Needed: join(may, " or "), Actual: string(who.Role), Who: words(may)}}
	return f
}

// open fails unless the caller's role may do this at all.
//
// Faults: FORBIDDEN.
func (l law) open(who actor.Actor) error {
	if who.Is(l.roles...) {
		return nil
	}
	return RoleRefusal(who, l.roles)
}

// allow decides by the contract's state and by time.
//
// Faults: WRONG_STATE, and those of the rules.
func (l law) allow(c *facts) error {
	if states := l.from(); !slices.Contains(states, c.row.state()) {
		return fault.New(fault.WrongState, "").Refuse("state", join(states, " or "), string(c.row.state()))
	}
	for _, holds := range l.rules {
		if f := holds(c); f != nil {
			return f
		}
	}
	return nil
}

// from lists the states in which the action is allowed.
func (l law) from() []lifecycle.ContractState {
	if l.states != nil {
		return l.states
	}
	return lifecycle.Contract.From(l.event)
}

// beforeDeadline refuses what comes after the deadline of the present stage,
// whether or not the deadline has been fired.
func beforeDeadline(c *facts) *fault.Error {
	if c.now.Before(c.row.deadline.V) {
		return nil
	}
	f := fault.New(fault.DeadlinePassed, "")
	refusal := fault.Refusal{Rule: "deadline", Needed: "before " + stamp(c.row.deadline.V), Actual: stamp(c.now)}
	if c.row.stage == lifecycle.StagePartner {
		refusal.Who = words(by(actor.Supervisor)) // whose turn it is as soon as the deadline is fired
	}
	f.Refusals = []fault.Refusal{refusal}
	return f
}

// eligible refuses a partner that may not take its contract on this occasion.
func eligible(ch choice) rule {
	return func(c *facts) *fault.Error {
		p := c.row.standing.partner
		p.id = c.row.partnerID
		return ch.refuse(c.row.job(0), &p)
	}
}

// partnerNotSuspended refuses a partner that may not begin what it has accepted.
// What it has begun it may still finish.
func partnerNotSuspended(c *facts) *fault.Error {
	if c.row.standing.partner.status.V != lifecycle.PartnerSuspended {
		return nil
	}
	return fault.New(fault.PartnerIneligible, "A suspended partner begins no work.").
		Refuse("partner_not_suspended", "a partner that is not suspended", string(lifecycle.PartnerSuspended))
}

// stamp writes an instant as refusals do.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

func join[T ~string](list []T, between string) string { return strings.Join(words(list), between) }
