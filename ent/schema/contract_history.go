package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
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
		field.String("reason").Immutable().Default("").Comment("what the actor gave as the reason"),
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
