package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Promotion is a discount that a code gives.
type Promotion struct{ ent.Schema }

// Fields of a promotion.
func (Promotion) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("code").Immutable().MaxRuneLen(50),
		field.String("name").MaxRuneLen(200),
		field.String("description").Default(""),
		field.String("discount_type").GoType(lifecycle.DiscountType("")),
		field.Int64("discount_value").Comment("percent, or whole currency units"),
		field.Int64("min_order_amount").Default(0),
		field.Int64("max_discount_amount").Default(0).Comment("0: no cap"),
		field.String("currency").Default("IDR"),
		field.String("start_date").Comment("YYYY-MM-DD, first day"),
		field.String("end_date").Comment("YYYY-MM-DD, last day"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Indexes of a promotion.
func (Promotion) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("code").Unique(),  // validate a code
		index.Fields("end_date", "id"), // available today
	}
}

// Annotations of a promotion.
func (Promotion) Annotations() []schema.Annotation {
	return table("promotions", map[string]string{
		"discount_type": oneOf("discount_type", lifecycle.DiscountTypes),
		"value":         "discount_value > 0 AND (discount_type <> 'percentage' OR discount_value <= 100)",
		"window":        "start_date <= end_date",
	})
}
