package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"kontrak/internal/lifecycle"
)

// Webhook is an address that wants to be told of events, as its institution's
// manager or an admin asked.
type Webhook struct{ ent.Schema }

// Fields of a webhook.
func (Webhook) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("institution_id").Optional().Nillable().Immutable().Comment("whose events and whose view; null: an admin's, of all"),
		field.Int64("created_by_id").Immutable(),
		field.String("url").MaxRuneLen(2000),
		field.JSON("events", []string{}).Comment("which are told; empty: all"),
		field.String("nonce").Sensitive().Comment("random; the secret that signs follows from it and the key"),
		field.String("status").GoType(lifecycle.WebhookStatus("")).Default(string(lifecycle.WebhookActive)),
		field.Time("failing_since").Optional().Nillable().Comment("wall time of the first failure without a success since"),
		version(), stamps(),
	)
}

// Edges of a webhook.
func (Webhook) Edges() []ent.Edge {
	return []ent.Edge{mayReferOnce("institution", Institution.Type), refers("created_by", User.Type)}
}

// Indexes of a webhook.
func (Webhook) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("institution_id", "id"), // whom an event is told, and the list
	}
}

// Annotations of a webhook.
func (Webhook) Annotations() []schema.Annotation {
	return table("webhooks", map[string]string{"status": oneOf("status", lifecycle.WebhookStatuses)})
}

// WebhookDelivery is one message to one webhook, with how its last try went.
type WebhookDelivery struct{ ent.Schema }

// Fields of a delivery.
func (WebhookDelivery) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("webhook_id").Immutable(),
		field.String("key").Immutable().Comment("of the message in the outbox: the webhook-id that receivers drop repeats by"),
		field.String("event").Immutable().MaxRuneLen(100),
		field.JSON("payload", json.RawMessage{}).Immutable().Comment("ids only: what is sent is written when it is sent"),
		field.Time("occurred_at").Immutable(),
		field.Int("attempts").Default(0),
		field.Time("available_at").Comment("wall time; later after a failed try"),
		field.Time("claimed_until").Optional().Nillable(),
		field.Time("ended_at").Optional().Nillable().Comment("delivered or given up"),
		field.Bool("delivered").Default(false),
		field.Int("response_status").Default(0).Comment("of the last try; 0: none came"),
		field.String("last_error").Default("").MaxRuneLen(500),
		stamps(),
	)
}

// Edges of a delivery.
func (WebhookDelivery) Edges() []ent.Edge { return []ent.Edge{refers("webhook", Webhook.Type)} }

// Indexes of a delivery.
func (WebhookDelivery) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("webhook_id", "key").Unique(),                                            // a message is told once
		index.Fields("webhook_id", "id"),                                                      // the log
		index.Fields("available_at", "id").Annotations(entsql.IndexWhere("ended_at IS NULL")), // claiming
		index.Fields("ended_at"),                                                              // housekeeping
	}
}

// Annotations of a delivery.
func (WebhookDelivery) Annotations() []schema.Annotation { return table("webhook_deliveries", nil) }
