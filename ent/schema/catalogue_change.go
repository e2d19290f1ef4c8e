package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// CatalogueChange is who changed a record of the catalogue, when and how. Rows
// are only added, by the transaction that made the change.
type CatalogueChange struct{ ent.Schema }

// Fields of a change.
func (CatalogueChange) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("noun").GoType(lifecycle.CatalogueNoun("")).Immutable().Comment("which table the record is in"),
		field.Int64("record_id").Immutable(),
		field.Int64("record_version").Immutable().Comment("the version that this change made"),
		field.Int64("actor_id").Immutable(),
		field.JSON("changes", json.RawMessage{}).Immutable().Comment("{field: {from, to}}; from is null where the record was made"),
		field.Time("at").Immutable(),
	)
}

// Edges of a change.
func (CatalogueChange) Edges() []ent.Edge {
	return []ent.Edge{refers("actor", User.Type)}
}

// Indexes of a change.
func (CatalogueChange) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("noun", "record_id", "record_version").Unique(), // the changes of a record, one for each version
	}
}

// Annotations of a change.
func (CatalogueChange) Annotations() []schema.Annotation {
	return table("catalogue_changes", map[string]string{"noun": oneOf("noun", lifecycle.CatalogueNouns)})
}
