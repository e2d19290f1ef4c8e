package market

import (
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// What is written down of a contract is there or not.
func inspected(c *facts) bool { return c.row.standing.inspection.Valid }
func concluded(c *facts) bool { return c.row.standing.conclusion.Valid }
func reviewed(c *facts) bool  { return c.row.standing.reviewed.Valid }

// none refuses where there is such a record already: each contract has one.
func none(record string, there func(*facts) bool) rule {
	return func(c *facts) *fault.Error {
		if !there(c) {
			return nil
		}
		return fault.Newf(fault.WrongState, "The contract has its %s already: change that one.", record).
			Refuse(record, "no "+record+" yet", "one")
	}
}

// some refuses where there is no such record yet.
func some(record string, there func(*facts) bool) rule {
	return func(c *facts) *fault.Error {
		if there(c) {
			return nil
		}
		return fault.Newf(fault.WrongState, "The contract has no %s yet: write one first.", record).
			Refuse(record, "one "+record, "none")
	}
}

// inspectionSubmitted refuses a conclusion from an inspection that is not complete.
func inspectionSubmitted(c *facts) *fault.Error {
	switch at := c.row.standing.inspection; {
	case !at.Valid:
		return fault.New(fault.WrongState, "The inspection comes first.").Refuse("inspection", "a submitted inspection", "none")
	case at.V != lifecycle.InspectionSubmitted:
		return fault.New(fault.WrongState, "Submit the inspection first.").Refuse("inspection", "a submitted inspection", string(at.V))
	}
	return nil
}

// withinReviewWindow refuses to change a review that is older than the setting.
func withinReviewWindow(c *facts) *fault.Error {
	until := c.row.standing.reviewed.V.Add(c.set.reviewEdit)
	if c.now.Before(until) {
		return nil
	}
	return fault.New(fault.DeadlinePassed, "The review can no longer be changed.").
		Refuse("review_window", "before "+stamp(until), stamp(c.now))
}
