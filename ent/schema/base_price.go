package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// BasePrice is what a partner asks for a sub-service; one of them is active.
type BasePrice struct{ ent.Schema }

// Fields of a base price.
func (BasePrice) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Int64("sub_service_id").Immutable(),
		field.Int64("amount").Comment("whole currency units"),
		field.String("currency").Default("IDR"),
		field.String("unit").Default("hour"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Edges of a base price.
func (BasePrice) Edges() []ent.Edge {
	return []ent.Edge{refers("partner", Partner.Type), refers("sub_service", SubService.Type)}
}

// Indexes of a base price.
func (BasePrice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "sub_service_id").Unique().Annotations(entsql.IndexWhere("active")).StorageKey("baseprice_active"), // one active price each
		index.Fields("partner_id", "amount").Annotations(entsql.IndexWhere("active")),                                                 // a partner's lowest price
		index.Fields("sub_service_id", "amount", "partner_id").Annotations(entsql.IndexWhere("active")),                               // partners of a sub-service by price
	}
}

// Annotations of a base price.
func (BasePrice) Annotations() []schema.Annotation {
	return table("base_prices", map[string]string{"amount": "amount >= 0"})
}
