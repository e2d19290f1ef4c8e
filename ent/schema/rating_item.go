package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// RatingItem is a criterion that a review rates.
type RatingItem struct{ ent.Schema }

// Fields of a rating item.
func (RatingItem) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("name").MaxRuneLen(200),
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
