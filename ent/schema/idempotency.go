package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Idempotency is the outcome of a write that carried a key.
type Idempotency struct{ ent.Schema }

// Fields of an idempotency record.
func (Idempotency) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.String("operation").Immutable().MaxRuneLen(200),
		field.String("key").Immutable().MaxRuneLen(255),
		field.String("request_hash").Immutable().Comment("SHA-256 of the request, hex"),
		field.String("result_type").Immutable(),
		field.Int64("result_id").Immutable(),
		field.String("outcome").Immutable(),
		field.Time("created_at").Immutable().Comment("wall time"),
	)
}

// Edges of an idempotency record.
func (Idempotency) Edges() []ent.Edge { return []ent.Edge{refers("user", User.Type)} }

// Indexes of an idempotency record.
func (Idempotency) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id", "operation", "key").Unique(), // the repeat of a write
		index.Fields("created_at"),                           // housekeeping
	}
}

// Annotations of an idempotency record.
func (Idempotency) Annotations() []schema.Annotation { return table("idempotency_records", nil) }
