package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// PricingItem is one line of a contract's price, frozen when the payment was
// processed. Its currency is the contract's.
type PricingItem struct{ ent.Schema }

// Fields of a pricing item.
func (PricingItem) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.Int64("pricing_schema_id").Immutable(),
		field.Int("position").Immutable(),
		field.String("name").Immutable(),
		field.String("code").Immutable(),
		field.String("kind").Immutable(),
		field.Int64("amount").Immutable().Comment("whole currency units"),
		field.String("unit").Immutable(),
		field.Bool("is_partner_pricing").Immutable(),
		field.String("effect").GoType(lifecycle.Effect("")).Immutable(),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a pricing item.
func (PricingItem) Edges() []ent.Edge {
	return ofContract(refers("pricing_schema", PricingSchema.Type))
}

// Indexes of a pricing item.
func (PricingItem) Indexes() []ent.Index {
	return []ent.Index{index.Fields("contract_id", "position", "id")} // the price lines of a contract, in order
}

// Annotations of a pricing item.
func (PricingItem) Annotations() []schema.Annotation {
	return table("pricing_items", map[string]string{
		"effect": oneOf("effect", lifecycle.Effects),
		"amount": "amount >= 0",
	})
}

// Payment is what an institution owes for a contract. Its currency is the
// contract's.
type Payment struct{ ent.Schema }

// Fields of a payment.
func (Payment) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.Int64("payment_method_id"),
		field.Int64("promotion_id").Optional().Nillable(),
		field.Int64("amount").Comment("after discount, whole currency units"),
		field.Int64("discount").Default(0),
		field.String("status").GoType(lifecycle.PaymentStatus("")),
		field.String("status_reason").Default("").Comment("why the back office refused the proof"),
		field.String("proof").Default("").Comment("name of a file"),
		field.Time("proof_sent_at").Optional().Nillable(),
		field.Time("deadline_at").Optional().Nillable(),
		field.Time("paid_at").Optional().Nillable(),
		field.Time("refunded_at").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of a payment.
func (Payment) Edges() []ent.Edge {
	return ofContract(must("payment_method", PaymentMethod.Type), mayRefer("promotion", Promotion.Type))
}

// Indexes of a payment.
func (Payment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("contract_id", "institution_id").Unique(),                                // the payment of a contract, one each
		index.Fields("deadline_at", "id").Annotations(entsql.IndexWhere("status = 'unpaid'")), // what falls due
		index.Fields("status", "id"),                                                          // the back office's queue
	}
}

// Annotations of a payment.
func (Payment) Annotations() []schema.Annotation {
	return table("payments", map[string]string{
		"status": oneOf("status", lifecycle.PaymentStatuses),
		"amount": "amount >= 0 AND discount >= 0",
	})
}

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
