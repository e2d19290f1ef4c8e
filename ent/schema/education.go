package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Education is the highest education of a partner.
type Education struct{ ent.Schema }

// Fields of an education.
func (Education) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.String("level").MaxRuneLen(50),
		field.String("institution_name").MaxRuneLen(200),
		field.String("major").Default(""),
		field.Int64("graduation_year").Optional().Nillable(),
		field.String("certificate").Default("").Comment("name of a private file"),
		version(), stamps(),
	)
}

// Edges of an education.
func (Education) Edges() []ent.Edge { return []ent.Edge{refers("partner", Partner.Type)} }

// Indexes of an education.
func (Education) Indexes() []ent.Index {
	return []ent.Index{index.Fields("partner_id").Unique()} // one each
}

// Annotations of an education.
func (Education) Annotations() []schema.Annotation {
	return table("educations", map[string]string{"graduation_year": "graduation_year BETWEEN 1900 AND 2200"})
}
