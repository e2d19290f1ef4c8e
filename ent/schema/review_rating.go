package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ReviewRating is the rate that a review gives one criterion.
type ReviewRating struct{ ent.Schema }

// Fields of a review rating.
func (ReviewRating) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("review_id").Immutable(),
		field.Int64("rating_item_id").Immutable(),
		field.Int("rate"),
		stamps(),
	)
}

// Edges of a review rating.
func (ReviewRating) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type), refers("review", Review.Type), refers("rating_item", RatingItem.Type),
	}
}

// Indexes of a review rating.
func (ReviewRating) Indexes() []ent.Index {
	return []ent.Index{index.Fields("review_id", "rating_item_id", "institution_id").Unique()} // the rates of a review
}

// Annotations of a review rating.
func (ReviewRating) Annotations() []schema.Annotation {
	return table("review_ratings", map[string]string{"rate": "rate BETWEEN 1 AND 5"})
}
