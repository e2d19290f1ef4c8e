package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Conclusion is what an inspection came to.
type Conclusion struct{ ent.Schema }

// Fields of a conclusion.
func (Conclusion) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("result").GoType(lifecycle.ConclusionResult("")),
		field.String("summary"),
		field.String("recommendation").Default(""),
		field.Strings("photos").Default([]string{}).Comment("names of files"),
		version(), stamps(),
	)
}

// Edges of a conclusion.
func (Conclusion) Edges() []ent.Edge { return ofContract() }

// Indexes of a conclusion.
func (Conclusion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("contract_id", "institution_id").Unique()} // one each
}

// Annotations of a conclusion.
func (Conclusion) Annotations() []schema.Annotation {
	return table("conclusions", map[string]string{"result": oneOf("result", lifecycle.ConclusionResults)})
}
