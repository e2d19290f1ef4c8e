package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Notification tells one person of one event. It holds ids only: its text is
// written when it is read, for whoever reads it then.
type Notification struct{ ent.Schema }

// Fields of a notification.
func (Notification) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.String("key").Immutable().Comment("of the message in the outbox that it comes from"),
		field.String("type").Immutable().MaxRuneLen(100),
		field.String("subject_type").Default("").Immutable().Comment("Contract, Agreement, …; empty: none"),
		field.Int64("subject_id").Default(0).Immutable(),
		field.JSON("payload", json.RawMessage{}).Optional().Immutable(),
		field.Time("read_at").Optional().Nillable(),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a notification.
func (Notification) Edges() []ent.Edge { return []ent.Edge{refers("user", User.Type)} }

// Indexes of a notification.
func (Notification) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id", "key").Unique(),     // an event tells each person once
		index.Fields("user_id", "created_at", "id"), // the list, newest first
		index.Fields("user_id", "created_at").StorageKey("notification_unread").Annotations(entsql.IndexWhere("read_at IS NULL")), // the count of those not read
		index.Fields("read_at").StorageKey("notification_read_at").Annotations(entsql.IndexWhere("read_at IS NOT NULL")),          // housekeeping of those read
		index.Fields("created_at").StorageKey("notification_unread_created_at").Annotations(entsql.IndexWhere("read_at IS NULL")), // housekeeping of those never read
	}
}

// Annotations of a notification.
func (Notification) Annotations() []schema.Annotation { return table("notifications", nil) }
