package view

import "time"

// EligiblePartner is a partner that may take a job, and why.
type EligiblePartner struct {
	Row
	Partner *Partner             `see:"anyone"`
	Reasons []*EligibilityReason `see:"anyone"`
	// DistanceKm is from the institution to the partner's primary place; nil where
	// it has none.
	DistanceKm *float64 `see:"anyone"`
	// Price is the active base price for the sub-service; nil without one.
	Price *Money `see:"anyone"`
}

// EligibilityReason is one rule that a partner fulfils.
type EligibilityReason struct {
	Row
	Rule   string `see:"anyone"`
	Needed string `see:"anyone"`
	Actual string `see:"anyone"`
}

// LeftOutPartners counts those that a rule refuses first.
type LeftOutPartners struct {
	Row
	Rule   string `see:"anyone"`
	Needed string `see:"anyone"`
	Count  int64  `see:"anyone"`
	// PossibleFrom is when the first of them is free, where time is what refuses.
	PossibleFrom *time.Time `see:"anyone"`
}

// EligiblePage is one page of the partners that may take a job, and who was left
// out of the whole list.
type EligiblePage struct {
	Page[EligiblePartner]
	LeftOut []*LeftOutPartners
}
