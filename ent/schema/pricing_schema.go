package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// PricingSchema is a kind of price line: what a pricing item is named after.
type PricingSchema struct{ ent.Schema }

// Fields of a pricing schema.
func (PricingSchema) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("code").Immutable().MaxRuneLen(50),
		field.String("name").MaxRuneLen(200),
		field.String("kind").MaxRuneLen(50).Comment("base, travel, platform, ..."),
		field.String("unit").Default("contract"),
		field.String("effect").GoType(lifecycle.Effect("")).Default(string(lifecycle.EffectAdd)),
		field.Bool("is_partner_pricing").Default(false).Comment("the amount is the partner's own price"),
		field.Int64("amount").Default(0).Comment("whole currency units, for platform items"),
		field.String("currency").Default("IDR"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Indexes of a pricing schema.
func (PricingSchema) Indexes() []ent.Index { return []ent.Index{index.Fields("code").Unique()} }

// Annotations of a pricing schema.
func (PricingSchema) Annotations() []schema.Annotation {
	return table("pricing_schemas", map[string]string{
		"effect": oneOf("effect", lifecycle.Effects),
		"amount": "amount >= 0",
	})
}
