package view

import (
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// Decision says whether the caller may do something to a contract now, and what
// refuses it otherwise.
type Decision struct {
	Row
	Action  lifecycle.ContractAction `see:"anyone"`
	Allowed bool                     `see:"anyone"`
	// Code and Message are those of the fault that the action would meet.
	Code     *string    `see:"anyone"`
	Message  *string    `see:"anyone"`
	Refusals []*Refusal `see:"anyone"`
	// Fields are what is wrong with the input, as the action would answer it.
	Fields []*InputProblem `see:"anyone"`
}

// InputProblem is what is wrong with one field of an input.
type InputProblem struct {
	Row
	Field   string `see:"anyone"`
	Message string `see:"anyone"`
}

// Refusal is one reason why an action is refused. It names roles, never persons.
type Refusal struct {
	Row
	Rule         string       `see:"anyone"`
	Needed       string       `see:"anyone"`
	Actual       *string      `see:"anyone"`
	Who          []actor.Role `see:"anyone"` // the roles that the rule is met for
	PossibleFrom *time.Time   `see:"anyone"`
}

// RefusalOf is the view of a reason of refusal.
func RefusalOf(r fault.Refusal) *Refusal {
	v := &Refusal{Rule: r.Rule, Needed: r.Needed, Who: []actor.Role{}, PossibleFrom: r.From}
	if r.Actual != "" {
		v.Actual = &r.Actual
	}
	for _, role := range r.Who {
		v.Who = append(v.Who, actor.Role(role))
	}
	return See(v, Anyone)
}
