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
		field.String("name").MaxRuneLen(200),
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
