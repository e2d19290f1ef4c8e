package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

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
