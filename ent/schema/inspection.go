package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Inspection is what a partner found on site, by the template of its kind.
type Inspection struct{ ent.Schema }

// Fields of an inspection.
func (Inspection) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("status").GoType(lifecycle.InspectionStatus("")).Default(string(lifecycle.InspectionDraft)),
		field.String("template_code"),
		field.String("template_name"),
		field.JSON("sections", json.RawMessage{}).Comment("[{key, title, items: [{key, label, kind, value, note}]}]"),
		field.Strings("photos").Default([]string{}).Comment("names of files"),
		field.Time("started_at").Optional().Nillable(),
		field.Time("submitted_at").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of an inspection.
func (Inspection) Edges() []ent.Edge { return ofContract() }

// Indexes of an inspection.
func (Inspection) Indexes() []ent.Index {
	return []ent.Index{index.Fields("contract_id", "institution_id").Unique()} // one each
}

// Annotations of an inspection.
func (Inspection) Annotations() []schema.Annotation {
	return table("inspections", map[string]string{"status": oneOf("status", lifecycle.InspectionStatuses)})
}
