package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
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
