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

// Outbox is a message that an action leaves to be delivered after it.
type Outbox struct{ ent.Schema }

// Fields of an outbox row.
func (Outbox) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("key").Immutable().Comment("random and stable: receivers drop repeats by it"),
		field.String("channel").Immutable().GoType(lifecycle.Channel("")).Default(string(lifecycle.ChannelEvent)),
		field.String("topic").Immutable().MaxRuneLen(100),
		field.Int64("institution_id").Optional().Nillable().Immutable(),
		field.Int64("contract_id").Optional().Nillable().Immutable(),
		field.JSON("payload", json.RawMessage{}).Immutable(),
		field.Time("available_at").Comment("wall time; later after a failed try"),
		field.Int("attempts").Default(0),
		field.Time("claimed_until").Optional().Nillable(),
		field.Time("delivered_at").Optional().Nillable().Comment("or given up, where last_error says why"),
		field.String("last_error").Default(""),
		field.Time("created_at").Immutable(),
	)
}

// Indexes of an outbox row.
func (Outbox) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("key").Unique(),
		index.Fields("channel", "available_at", "id").Annotations(entsql.IndexWhere("delivered_at IS NULL")), // claiming
		index.Fields("delivered_at"), // housekeeping
	}
}

// Annotations of an outbox row.
func (Outbox) Annotations() []schema.Annotation {
	return table("outbox", map[string]string{"channel": oneOf("channel", lifecycle.Channels)})
}
