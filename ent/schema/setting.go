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
		field.String("key").Immutable().MaxRuneLen(100),
		field.String("value"),
		field.Bool("public").Default(false).Comment("may be read without signing in"),
		version(), stamps(),
	)
}

// Indexes of a setting.
func (Setting) Indexes() []ent.Index { return []ent.Index{index.Fields("key").Unique()} }

// Annotations of a setting.
func (Setting) Annotations() []schema.Annotation { return table("settings", nil) }
