package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Banner is a notice that the mobile apps show at the top.
type Banner struct{ ent.Schema }

// Fields of a banner.
func (Banner) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("title").MaxRuneLen(200),
		field.String("image").Comment("name of a public file"),
		field.String("link").Default(""),
		field.Int64("position").Default(0),
		field.String("description").Default(""),
		field.String("content").Default(""),
		field.String("start_date").Default("").Comment("YYYY-MM-DD, first day; empty: from the beginning"),
		field.String("end_date").Default("").Comment("YYYY-MM-DD, last day; empty: for good"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Indexes of a banner.
func (Banner) Indexes() []ent.Index {
	return []ent.Index{index.Fields("position", "id")} // the list
}

// Annotations of a banner.
func (Banner) Annotations() []schema.Annotation {
	return table("banners", map[string]string{"window": "start_date = '' OR end_date = '' OR start_date <= end_date"})
}
