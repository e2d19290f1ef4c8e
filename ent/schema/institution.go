package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Institution is a customer: a hospital, a clinic, a laboratory.
type Institution struct{ ent.Schema }

// Fields of an institution.
func (Institution) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("name").MaxLen(200),
		field.String("search_name").Comment("the name folded for search"),
		field.String("kind").GoType(lifecycle.InstitutionKind("")).Default(string(lifecycle.InstitutionOther)),
		place(),
		field.String("zone").Default("Asia/Jakarta").Comment("IANA zone of its dates and clock times"),
		field.String("phone").Default(""),
		field.String("email").Default(""),
		field.String("picture").Default(""),
		version(), stamps(),
	)
}

// Indexes of an institution.
func (Institution) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("search_name", "id"),     // list by name
		index.Fields("latitude", "longitude"), // bounding box of nearby
		index.Fields("created_at", "id"),      // list, newest first
	}
}

// Annotations of an institution.
func (Institution) Annotations() []schema.Annotation {
	return table("institutions", map[string]string{
		"kind":      oneOf("kind", lifecycle.InstitutionKinds),
		"latitude":  "latitude BETWEEN -90 AND 90",
		"longitude": "longitude BETWEEN -180 AND 180",
	})
}
