package market

import (
	"slices"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// paymentIs refuses unless the payment stands at one of the statuses.
func paymentIs(needed ...lifecycle.PaymentStatus) rule {
	return func(c *facts) *fault.Error {
		is := c.row.payment.status
		if is.Valid && slices.Contains(needed, is.V) {
			return nil
		}
		actual := "none"
		if is.Valid {
			actual = string(is.V)
		}
		return fault.New(fault.WrongState, "").Refuse("payment", join(needed, " or "), actual)
	}
}

// beforePaymentDeadline refuses what comes after the payment's deadline, whether
// or not it has been fired.
func beforePaymentDeadline(c *facts) *fault.Error {
	if at := c.row.payment.deadline; at.Valid && !c.now.Before(at.V) {
		return tooLate(c, at.V)
	}
	return nil
}

// notOverdue refuses what comes after the running deadline, if there is one: by
// it the contract has ended or gone on, whether or not it has been fired.
func notOverdue(c *facts) *fault.Error {
	switch {
	case c.row.status == lifecycle.ContractPartnerPending && !c.now.Before(c.row.deadline.V):
		return tooLate(c, c.row.deadline.V)
	case c.row.status == lifecycle.ContractPaymentPending && c.row.payment.status.V == lifecycle.PaymentUnpaid:
		return beforePaymentDeadline(c)
	}
	return nil
}

func tooLate(c *facts, deadline time.Time) *fault.Error {
	f := fault.New(fault.DeadlinePassed, "")
	f.Refusals = []fault.Refusal{{Rule: "deadline", Needed: "before " + stamp(deadline), Actual: stamp(c.now)}}
	return f
}

// stepReached refuses before the steps of the wizard are done that come before it.
func stepReached(needed lifecycle.Step) rule {
	return func(c *facts) *fault.Error {
		if slices.Index(lifecycle.Steps, c.row.step) >= slices.Index(lifecycle.Steps, needed) {
			return nil
		}
		return fault.New(fault.WrongState, "").Refuse("step", string(needed), string(c.row.step))
	}
}

// startAhead refuses when the start of the work has gone by.
func startAhead(c *facts) *fault.Error {
	if start := c.row.startAt; start.Valid && !c.now.Before(start.V) {
		f := fault.New(fault.DeadlinePassed, "The start of the work has gone by: set another schedule.")
		f.Refusals = []fault.Refusal{{Rule: "start", Needed: "a start in the future", Actual: stamp(start.V)}}
		return f
	}
	return nil
}
