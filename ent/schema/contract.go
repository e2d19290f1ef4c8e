package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Contract is the work that an institution hires a partner for.
type Contract struct{ ent.Schema }

// Fields of a contract.
func (Contract) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("created_by_id").Immutable(),
		field.Int64("partner_id").Comment("the partner, or the one who lost it while released_at is set"),
		field.Int64("sub_service_id").Immutable(),
		field.Int64("agreement_id").Optional().Nillable().Comment("the agreement that governs it"),
		field.Int64("supervisor_id").Optional().Nillable().Comment("who reassigned or rejected it"),
		field.String("kind").GoType(lifecycle.Kind("")).Immutable(),
		field.String("status").GoType(lifecycle.ContractStatus("")),
		field.String("stage").GoType(lifecycle.Stage("")).Default("").Comment("empty outside partner_pending"),
		field.String("step").GoType(lifecycle.Step("")),
		field.String("status_reason").Default("").Comment("why it was cancelled or rejected"),
		work(), period(),
		field.String("search_text").Default("").Comment("reference code, description and tool, folded for search"),
		field.String("currency").Default("IDR"),
		field.Int64("pricing_total").Default(0).Comment("before discount, whole currency units"),
		field.Int64("discount").Default(0).Comment("taken off the total, whole currency units"),
		moments(),
		version(), stamps(),
	)
}

// Edges of a contract.
func (Contract) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type), refers("created_by", User.Type), must("partner", Partner.Type),
		refers("sub_service", SubService.Type), mayRefer("supervisor", User.Type),
		mayRefer("agreement", Agreement.Type),
	}
}

// Indexes of a contract.
func (Contract) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("institution_id", "created_at", "id"),           // an institution's list, newest first
		index.Fields("institution_id", "status", "created_at", "id"), // the same by status
		index.Fields("partner_id", "created_at", "id"),               // a partner's list, newest first
		index.Fields("supervisor_id", "created_at", "id"),            // those a supervisor has handled
		index.Fields("escalation_deadline_at", "id").
			Annotations(entsql.IndexWhere("status = 'partner_pending'")), // the queue, and what falls due
		index.Fields("scheduled_start_at", "id").
			Annotations(entsql.IndexWhere("status = 'accepted' AND departure_reminded_at IS NULL")), // who is to be reminded
		index.Fields("agreement_id", "id"), // what an agreement governs
		index.Fields("created_at", "id"),   // the back office's list
		index.Fields("search_text").Annotations(trigrams()).StorageKey("contract_text_trigrams"), // texts within contracts
	}
}

// Annotations of a contract.
func (Contract) Annotations() []schema.Annotation {
	return table("contracts", map[string]string{
		"kind":   oneOf("kind", lifecycle.Kinds),
		"status": oneOf("status", lifecycle.ContractStatuses),
		"step":   oneOf("step", lifecycle.Steps),
		"stage":  "CASE WHEN status = 'partner_pending' THEN " + oneOf("stage", lifecycle.Stages) + " ELSE stage = '' END",
		"amount": "pricing_total >= 0 AND discount BETWEEN 0 AND pricing_total",
		"period": "scheduled_start_at < scheduled_end_at",
	})
}
