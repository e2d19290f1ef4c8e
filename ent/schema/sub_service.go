package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// SubService is what is contracted: one kind of equipment or task of a service.
type SubService struct{ ent.Schema }

// Fields of a sub-service.
func (SubService) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("service_id").Immutable(),
		field.String("name").MaxRuneLen(200),
		field.String("description").Default(""),
		field.String("status").GoType(lifecycle.CatalogueStatus("")).Default(string(lifecycle.CatalogueActive)),
		kinds(),
		version(), stamps(),
	)
}

// Edges of a sub-service.
func (SubService) Edges() []ent.Edge {
	return []ent.Edge{refers("service", Service.Type), paired("certifications", Certification.Type, "sub_services")}
}

// Indexes of a sub-service.
func (SubService) Indexes() []ent.Index {
	return []ent.Index{index.Fields("service_id", "id")} // the sub-services of a service
}

// Annotations of a sub-service.
func (SubService) Annotations() []schema.Annotation {
	return table("sub_services", map[string]string{"status": oneOf("status", lifecycle.CatalogueStatuses)})
}
