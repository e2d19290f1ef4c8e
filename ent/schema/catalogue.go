package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Service is a field of work, such as medical imaging.
type Service struct{ ent.Schema }

// Fields of a service.
func (Service) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("name").MaxLen(200),
		field.String("description").Default(""),
		field.String("icon").Default(""),
		field.String("status").GoType(lifecycle.CatalogueStatus("")).Default(string(lifecycle.CatalogueActive)),
		version(), stamps(),
	)
}

// Indexes of a service.
func (Service) Indexes() []ent.Index {
	return []ent.Index{index.Fields("name", "id")} // list by name
}

// Annotations of a service.
func (Service) Annotations() []schema.Annotation {
	return table("services", map[string]string{"status": oneOf("status", lifecycle.CatalogueStatuses)})
}

// SubService is what is contracted: one kind of equipment or task of a service.
type SubService struct{ ent.Schema }

// Fields of a sub-service.
func (SubService) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("service_id").Immutable(),
		field.String("name").MaxLen(200),
		field.String("description").Default(""),
		field.String("status").GoType(lifecycle.CatalogueStatus("")).Default(string(lifecycle.CatalogueActive)),
		kinds(),
		version(), stamps(),
	)
}

// kinds tells for each kind of work whether it is offered. Three booleans, since
// both databases search and index them alike.
func kinds() []ent.Field {
	return []ent.Field{
		field.Bool("installation").Default(true),
		field.Bool("maintenance").Default(true),
		field.Bool("repair").Default(true),
	}
}

// Edges of a sub-service.
func (SubService) Edges() []ent.Edge { return []ent.Edge{refers("service", Service.Type)} }

// Indexes of a sub-service.
func (SubService) Indexes() []ent.Index {
	return []ent.Index{index.Fields("service_id", "id")} // the sub-services of a service
}

// Annotations of a sub-service.
func (SubService) Annotations() []schema.Annotation {
	return table("sub_services", map[string]string{"status": oneOf("status", lifecycle.CatalogueStatuses)})
}

// PricingSchema is a kind of price line: what a pricing item is named after.
type PricingSchema struct{ ent.Schema }

// Fields of a pricing schema.
func (PricingSchema) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("code").Immutable().MaxLen(50),
		field.String("name").MaxLen(200),
		field.String("kind").MaxLen(50).Comment("base, travel, platform, ..."),
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

// PaymentMethod is a way to pay.
type PaymentMethod struct{ ent.Schema }

// Fields of a payment method.
func (PaymentMethod) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("code").Immutable().MaxLen(50),
		field.String("name").MaxLen(200),
		field.String("kind").GoType(lifecycle.PaymentMethodKind("")),
		field.String("account_name").Default(""),
		field.String("account_number").Default(""),
		field.String("instructions").Default(""),
		field.String("logo").Default(""),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Indexes of a payment method.
func (PaymentMethod) Indexes() []ent.Index { return []ent.Index{index.Fields("code").Unique()} }

// Annotations of a payment method.
func (PaymentMethod) Annotations() []schema.Annotation {
	return table("payment_methods", map[string]string{"kind": oneOf("kind", lifecycle.PaymentMethodKinds)})
}

// Promotion is a discount that a code gives.
type Promotion struct{ ent.Schema }

// Fields of a promotion.
func (Promotion) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("code").Immutable().MaxLen(50),
		field.String("name").MaxLen(200),
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

// RatingItem is a criterion that a review rates.
type RatingItem struct{ ent.Schema }

// Fields of a rating item.
func (RatingItem) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("name").MaxLen(200),
		field.String("description").Default(""),
		field.Int("position"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Indexes of a rating item.
func (RatingItem) Indexes() []ent.Index { return []ent.Index{index.Fields("position", "id")} }

// Annotations of a rating item.
func (RatingItem) Annotations() []schema.Annotation { return table("rating_items", nil) }
