package view

import "time"

// ContractChange tells a subscriber that something happened to a contract.
type ContractChange struct {
	Row
	// Sequence counts what the subscription is told, from 1 on; the greeting is 0.
	Sequence int64  `see:"anyone"`
	Topic    string `see:"anyone"`
	// ContractID is nil in a greeting that is about none.
	ContractID *GlobalID `see:"anyone"`
	// Contract is as it is now; nil once the caller may not know of it any more.
	Contract *Contract `see:"anyone"`
	// Version is the one that it came to; nil where Contract is.
	Version    *int64    `see:"anyone"`
	OccurredAt time.Time `see:"anyone"`
}

// QueueChange tells a subscriber that something happened to a contract that waits in
// the escalation queue, or waited there until then.
type QueueChange struct {
	Row
	Sequence   int64     `see:"anyone"` // as that of ContractChange, and so are the others
	Topic      string    `see:"anyone"`
	ContractID *GlobalID `see:"anyone"`
	InQueue    bool      `see:"anyone"` // it waits there now
	Contract   *Contract `see:"anyone"`
	Version    *int64    `see:"anyone"`
	OccurredAt time.Time `see:"anyone"`
}

// ContractGlobalID is the id of a contract in the graph; nil for 0.
func ContractGlobalID(id int64) *GlobalID {
	if id == 0 {
		return nil
	}
	return &GlobalID{"Contract", id}
}

// NotificationReceived tells a subscriber of a notification of its own.
type NotificationReceived struct {
	Row
	Sequence int64  `see:"anyone"` // as that of ContractChange
	Topic    string `see:"anyone"`
	// Notification is nil in a greeting.
	Notification *Notification `see:"anyone"`
	OccurredAt   time.Time     `see:"anyone"`
}
