package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Setting is one value that the back office may change while the program runs.
type Setting struct{ ent.Schema }

// Fields of a setting.
func (Setting) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("key").Immutable().MaxLen(100),
		field.String("value"),
		field.Bool("public").Default(false).Comment("may be read without signing in"),
		version(), stamps(),
	)
}

// Indexes of a setting.
func (Setting) Indexes() []ent.Index { return []ent.Index{index.Fields("key").Unique()} }

// Annotations of a setting.
func (Setting) Annotations() []schema.Annotation { return table("settings", nil) }

// File is a stored upload. Its name is random and unguessable.
type File struct{ ent.Schema }

// Fields of a file.
func (File) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("institution_id").Optional().Nillable().Immutable().Comment("null: a person's own file"),
		field.Int64("uploaded_by_id").Optional().Nillable().Immutable(),
		field.String("name").Immutable().Comment("random, with the extension of its type"),
		field.String("purpose").Immutable(),
		field.String("content_type").Immutable(),
		field.Int64("size").Immutable().Comment("bytes"),
		field.String("sha256").Immutable(),
		field.Bool("public").Immutable().Default(false),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a file.
func (File) Edges() []ent.Edge {
	return []ent.Edge{
		mayReferOnce("institution", Institution.Type), mayReferOnce("uploaded_by", User.Type),
	}
}

// Indexes of a file.
func (File) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("name").Unique(), // serving
		index.Fields("created_at"),    // housekeeping of orphans
	}
}

// Annotations of a file.
func (File) Annotations() []schema.Annotation { return table("files", nil) }
