package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

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
		field.String("public_id").Immutable().Default("").Comment("18 random characters, Yedpay's file_id; empty for files that no dialect names"),
		field.String("title").Immutable().Default("").Comment("the name that it was sent with"),
		field.String("description").Immutable().Default(""),
		field.Bool("shared").Immutable().Default(false),
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
		index.Fields("public_id").Unique().Annotations(entsql.IndexWhere("public_id <> ''")),
		index.Fields("created_at"), // housekeeping of orphans
	}
}

// Annotations of a file.
func (File) Annotations() []schema.Annotation { return table("files", nil) }
