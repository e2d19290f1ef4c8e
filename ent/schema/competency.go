package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Competency says that a partner can do a sub-service, and which kinds of it.
type Competency struct{ ent.Schema }

// Fields of a competency.
func (Competency) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Int64("sub_service_id").Immutable(),
		field.String("status").GoType(lifecycle.CatalogueStatus("")).Default(string(lifecycle.CataloguePending)),
		kinds(),
		version(), stamps(),
	)
}

// Edges of a competency.
func (Competency) Edges() []ent.Edge {
	return []ent.Edge{refers("partner", Partner.Type), refers("sub_service", SubService.Type)}
}

// Indexes of a competency.
func (Competency) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "sub_service_id").Unique(),                                            // a partner's competencies
		index.Fields("sub_service_id", "partner_id").Annotations(entsql.IndexWhere("status = 'active'")), // who can do a sub-service
	}
}

// Annotations of a competency.
func (Competency) Annotations() []schema.Annotation {
	return table("competencies", map[string]string{"status": oneOf("status", lifecycle.CatalogueStatuses)})
}
