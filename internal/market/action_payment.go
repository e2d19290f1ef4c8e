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
