package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// TimeAdjustment is a request for more time on a running contract.
type TimeAdjustment struct{ ent.Schema }

// Fields of a time adjustment.
func (TimeAdjustment) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.Int64("minutes").Immutable(),
		field.String("reason").Immutable(),
		field.String("status").GoType(lifecycle.AdjustmentStatus("")).Default(string(lifecycle.AdjustmentPending)),
		field.String("status_reason").Default(""),
		field.Time("requested_at").Immutable(),
		field.Time("approved_at").Optional().Nillable(),
		field.Time("responded_at").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of a time adjustment.
func (TimeAdjustment) Edges() []ent.Edge { return ofContract() }

// Indexes of a time adjustment.
func (TimeAdjustment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("contract_id", "requested_at", "id"), // the requests of a contract, in order
		index.Fields("contract_id", "institution_id").Unique().
			Annotations(entsql.IndexWhere("status = 'pending'")).StorageKey("timeadjustment_pending"), // at most one is pending
	}
}

// Annotations of a time adjustment.
func (TimeAdjustment) Annotations() []schema.Annotation {
	return table("time_adjustments", map[string]string{
		"status":  oneOf("status", lifecycle.AdjustmentStatuses),
		"minutes": "minutes > 0",
	})
}
