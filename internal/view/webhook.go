package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// Webhook is an address that is told of events. Those of an institution are its managers'
// business, those without one the back office's alone. The secret that signs is shown
// once, by whoever makes it.
type Webhook struct {
	Row
	ID            int64                   `see:"manager,admin"`
	InstitutionID *int64                  `see:"manager,admin"`
	URL           string                  `see:"manager,admin"`
	Events        []string                `see:"manager,admin"` // empty: all
	Status        lifecycle.WebhookStatus `see:"manager,admin"`
	FailingSince  *time.Time              `see:"manager,admin"` // real time
	CreatedBy     *Person                 `see:"manager,admin"`
	CreatedAt     time.Time               `see:"manager,admin"`
	Version       int64                   `see:"manager,admin"`
}

// GlobalID is the webhook's opaque id in the graph.
func (w *Webhook) GlobalID() GlobalID { return GlobalID{"Webhook", w.ID} }

// WebhookDelivery is one message to a webhook, with how its last try went. All but
// OccurredAt are of real time.
type WebhookDelivery struct {
	Row
	ID             int64      `see:"manager,admin"`
	MessageID      string     `see:"manager,admin"` // the header webhook-id
	Event          string     `see:"manager,admin"`
	OccurredAt     time.Time  `see:"manager,admin"`
	Attempts       int32      `see:"manager,admin"`
	Delivered      bool       `see:"manager,admin"`
	EndedAt        *time.Time `see:"manager,admin"`
	NextAttemptAt  *time.Time `see:"manager,admin"` // null once it has ended
	ResponseStatus *int32     `see:"manager,admin"` // of the last try; null without an answer
	Error          *string    `see:"manager,admin"` // of the last try; null when it went well
}

// GlobalID is the delivery's opaque id in the graph.
func (d *WebhookDelivery) GlobalID() GlobalID { return GlobalID{"WebhookDelivery", d.ID} }
