package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"kontrak/internal/lifecycle"
)

// OneTimeCode is what proves once that somebody reads the mail of an account: six
// digits, or a token that was given for them. The digits are derived from the nonce
// and a key of the program, so they are nowhere at rest, not even hashed.
type OneTimeCode struct{ ent.Schema }

// Fields of a one-time code.
func (OneTimeCode) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Optional().Nillable().Immutable().Comment("null: nobody has the address, which nobody is to learn"),
		field.String("subject").Immutable().Comment("a keyed hash of the folded address"),
		field.String("purpose").Immutable().GoType(lifecycle.CodePurpose("")),
		field.String("nonce").Immutable().Sensitive().Comment("random; the digits follow from it and the key. A token's SHA-256, hex"),
		field.Int("tries").Default(0).Comment("wrong tries so far"),
		field.Time("expires_at").Immutable().Comment("wall time"),
		field.Time("resend_at").Immutable().Comment("wall time; before it no other one is sent"),
		field.Time("ended_at").Optional().Nillable().Comment("used, replaced by another, or tried too often"),
		field.Time("created_at").Immutable().Comment("wall time"),
	)
}

// Edges of a one-time code.
func (OneTimeCode) Edges() []ent.Edge { return []ent.Edge{mayReferOnce("user", User.Type)} }

// Indexes of a one-time code.
func (OneTimeCode) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject", "purpose").Unique().Annotations(entsql.IndexWhere("ended_at IS NULL")), // at most one is open
		index.Fields("subject", "purpose", "resend_at"),                                                // how lately one was sent
		index.Fields("user_id"),    // closing an account
		index.Fields("nonce"),      // a token that is shown
		index.Fields("expires_at"), // housekeeping
	}
}

// Annotations of a one-time code.
func (OneTimeCode) Annotations() []schema.Annotation {
	return table("one_time_codes", map[string]string{"purpose": oneOf("purpose", lifecycle.CodePurposes)})
}
