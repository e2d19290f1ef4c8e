package view

import (
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
)

// HistoryEntry is one change of a contract. A row is shown or not at all:
// internal/market leaves out those that the caller may not know of.
type HistoryEntry struct {
	Row
	// Version is that of the contract after the change.
	Version int64                   `see:"party"`
	At      time.Time               `see:"party"`
	Event   lifecycle.ContractEvent `see:"party"`
	// Actor is nil when time did it.
	Actor      *Person                   `see:"party"`
	FromStatus *lifecycle.ContractStatus `see:"party"`
	FromStage  *lifecycle.Stage          `see:"party"`
	ToStatus   lifecycle.ContractStatus  `see:"party"`
	ToStage    *lifecycle.Stage          `see:"party"`
	Reason     *string                   `see:"party"`
	Changes    []*HistoryChange          `see:"party"`
}

// HistoryChange is one field that changed. Those that the caller may not see today
// are left out by internal/market.
type HistoryChange struct {
	Row
	Field string `see:"party"`
	From  JSON   `see:"party"`
	To    JSON   `see:"party"`
}

// Audience gives the ties that may see a field of a view, by the name that it has in
// Go. It panics where there is no such field: its callers are tables.
func Audience(v any, field string) Tie {
	list, err := Audit(v)
	if err != nil {
		panic(err)
	}
	for _, f := range list {
		if f.Name == field {
			return f.Ties
		}
	}
	panic("view: there is no field " + field)
}

// AsPerson is a user as others see it.
func AsPerson(id int64, name string, role actor.Role) *Person {
	return See(&Person{ID: id, FullName: name, Role: role}, Anyone)
}
