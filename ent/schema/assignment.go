package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Assignment is one partner tried on a contract (partner_assignments).
type Assignment struct{ ent.Schema }

// Fields of an assignment.
func (Assignment) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.Int64("partner_id").Immutable(),
		field.Int("sequence").Immutable(),
		field.String("kind").GoType(lifecycle.AssignmentKind("")).Immutable(),
		field.String("status").GoType(lifecycle.AssignmentStatus("")),
		field.String("status_reason").Default(""),
		field.Int64("assigned_by_id").Immutable(),
		field.String("assigned_by_role").Immutable(),
		field.Time("assigned_at").Immutable(),
		field.Time("responded_at").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of an assignment.
func (Assignment) Edges() []ent.Edge {
	return ofContract(refers("partner", Partner.Type), refers("assigned_by", User.Type))
}

// Indexes of an assignment.
func (Assignment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("contract_id", "sequence", "institution_id").Unique(), // the tries of a contract, in order
		index.Fields("contract_id", "institution_id").Unique().
			Annotations(entsql.IndexWhere("status IN ('pending', 'accepted')")).StorageKey("assignment_open"), // at most one is open
		index.Fields("partner_id", "contract_id"), // what a partner was asked for
	}
}

// Annotations of an assignment.
func (Assignment) Annotations() []schema.Annotation {
	return table("partner_assignments", map[string]string{
		"kind":   oneOf("kind", lifecycle.AssignmentKinds),
		"status": oneOf("status", lifecycle.AssignmentStatuses),
	})
}
