package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// Clock is business time.
type Clock struct {
	Row
	Now  time.Time `see:"anyone"`
	Held bool      `see:"anyone"`
}

// ClockAdvance is what moving the clock came to. It is made for the back office
// alone, as are its firings.
type ClockAdvance struct {
	Row
	Now   time.Time `see:"anyone"`
	Fired []*Firing `see:"anyone"`
}

// Firing is something that time did to a contract, or to an agreement: one of the
// two ids is set.
type Firing struct {
	Row
	Kind        lifecycle.Due `see:"anyone"`
	ContractID  int64         `see:"anyone"`
	AgreementID int64         `see:"anyone"`
	At          time.Time     `see:"anyone"`
}

// Forecast is something that time will do to a contract if nobody does anything.
type Forecast struct {
	Row
	Kind   lifecycle.Due            `see:"anyone"`
	At     time.Time                `see:"anyone"`
	Status lifecycle.ContractStatus `see:"anyone"` // after it, as the others
	Stage  *lifecycle.Stage         `see:"anyone"`
	// EscalationDeadlineAt is until when the stage has to act then.
	EscalationDeadlineAt *time.Time `see:"anyone"`
}
