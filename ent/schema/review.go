package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Review is what an institution says of a completed contract.
type Review struct{ ent.Schema }

// Fields of a review.
func (Review) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.Int64("partner_id").Immutable(),
		field.Int64("created_by_id").Immutable(),
		field.Int64("overall_tenths").Comment("the average of the rates, in tenths: 45 is 4.5"),
		field.String("comment").Default(""),
		version(), stamps(),
	)
}

// Edges of a review.
func (Review) Edges() []ent.Edge {
	return ofContract(refers("partner", Partner.Type), refers("created_by", User.Type))
}

// Indexes of a review.
func (Review) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("contract_id", "institution_id").Unique(), // one each
		index.Fields("partner_id", "created_at", "id"),         // a partner's reviews, newest first
	}
}

// Annotations of a review.
func (Review) Annotations() []schema.Annotation {
	return table("reviews", map[string]string{"overall": "overall_tenths BETWEEN 10 AND 50"})
}
