package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// InspectionTemplate is what an inspection asks for: one for a sub-service and a
// kind of work, or, without a sub-service, for a kind wherever there is no other.
type InspectionTemplate struct{ ent.Schema }

// Fields of an inspection template.
func (InspectionTemplate) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("code").Immutable().MaxRuneLen(50),
		field.String("name").MaxRuneLen(200),
		field.Int64("sub_service_id").Optional().Nillable().Immutable().Comment("null: for every sub-service that has none of its own"),
		field.String("kind").GoType(lifecycle.Kind("")).Immutable(),
		field.JSON("sections", json.RawMessage{}).Comment("[{key, title, items: [{key, label, kind, required, options}]}]"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Edges of an inspection template.
func (InspectionTemplate) Edges() []ent.Edge {
	return []ent.Edge{mayReferOnce("sub_service", SubService.Type)}
}

// Indexes of an inspection template.
func (InspectionTemplate) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("code").Unique(),
		index.Fields("sub_service_id", "kind").Unique().
			Annotations(entsql.IndexWhere("active AND sub_service_id IS NOT NULL")).StorageKey("inspectiontemplate_own"), // one in use each
		index.Fields("kind").Unique().
			Annotations(entsql.IndexWhere("active AND sub_service_id IS NULL")).StorageKey("inspectiontemplate_general"), // one in use each
	}
}

// Annotations of an inspection template.
func (InspectionTemplate) Annotations() []schema.Annotation {
	return table("inspection_templates", map[string]string{"kind": oneOf("kind", lifecycle.Kinds)})
}
