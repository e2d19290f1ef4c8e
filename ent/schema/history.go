package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ContractHistory is who did what to a contract, and when. Rows are only added.
type ContractHistory struct{ ent.Schema }

// Fields of a history row.
func (ContractHistory) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.Int64("actor_id").Optional().Nillable().Immutable().Comment("null: time did it"),
		field.String("actor_role").Immutable().Default(""),
		field.Int64("partner_id").Optional().Nillable().Immutable().Comment("the partner of the contract after this"),
		field.String("event").GoType(lifecycle.ContractEvent("")).Immutable(),
		field.String("from_status").GoType(lifecycle.ContractStatus("")).Immutable().Default(""),
		field.String("from_stage").GoType(lifecycle.Stage("")).Immutable().Default(""),
		field.String("to_status").GoType(lifecycle.ContractStatus("")).Immutable(),
		field.String("to_stage").GoType(lifecycle.Stage("")).Immutable().Default(""),
		field.JSON("changes", json.RawMessage{}).Immutable().Comment("{field: {from, to}}"),
		field.Int64("contract_version").Immutable().Comment("the version that this change made"),
		field.Time("at").Immutable(),
	)
}

// Edges of a history row.
func (ContractHistory) Edges() []ent.Edge {
	return ofContract(mayReferOnce("actor", User.Type))
}

// Indexes of a history row.
func (ContractHistory) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("contract_id", "contract_version", "institution_id").Unique(), // a contract's history, in order
	}
}

// Annotations of a history row.
func (ContractHistory) Annotations() []schema.Annotation {
	return table("contract_history", map[string]string{"to_status": oneOf("to_status", lifecycle.ContractStatuses)})
}

// Outbox is a message that an action leaves to be delivered after it.
type Outbox struct{ ent.Schema }

// Fields of an outbox row.
func (Outbox) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("key").Immutable().Comment("random and stable: receivers drop repeats by it"),
		field.String("topic").Immutable().MaxLen(100),
		field.Int64("institution_id").Optional().Nillable().Immutable(),
		field.Int64("contract_id").Optional().Nillable().Immutable(),
		field.JSON("payload", json.RawMessage{}).Immutable(),
		field.Time("available_at").Comment("wall time; later after a failed try"),
		field.Int("attempts").Default(0),
		field.Time("claimed_until").Optional().Nillable(),
		field.Time("delivered_at").Optional().Nillable(),
		field.String("last_error").Default(""),
		field.Time("created_at").Immutable(),
	)
}

// Indexes of an outbox row.
func (Outbox) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("key").Unique(),
		index.Fields("available_at", "id").Annotations(entsql.IndexWhere("delivered_at IS NULL")), // claiming
		index.Fields("delivered_at"), // housekeeping
	}
}

// Annotations of an outbox row.
func (Outbox) Annotations() []schema.Annotation { return table("outbox", nil) }

// Idempotency is the outcome of a write that carried a key.
type Idempotency struct{ ent.Schema }

// Fields of an idempotency record.
func (Idempotency) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.String("operation").Immutable().MaxLen(200),
		field.String("key").Immutable().MaxLen(255),
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
