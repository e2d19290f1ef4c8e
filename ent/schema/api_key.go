package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ApiKey lets a program act for one member of one institution: Kit's x-api-key.
type ApiKey struct{ ent.Schema } //nolint:revive // ent names the table's client after it

// Fields of a key.
func (ApiKey) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("user_id").Immutable().Comment("whose rights it has"),
		field.Int64("created_by_id").Immutable(),
		field.String("label").MaxRuneLen(100).Immutable(),
		field.String("key_hash").Immutable().Comment("SHA-256 of the key, which is shown once"),
		field.Time("last_used_at").Optional().Nillable().Comment("to the minute"),
		field.Time("revoked_at").Optional().Nillable(),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a key.
func (ApiKey) Edges() []ent.Edge {
	return []ent.Edge{refers("institution", Institution.Type), refers("user", User.Type), refers("created_by", User.Type)}
}

// Indexes of a key.
func (ApiKey) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("key_hash").Unique(),    // who calls
		index.Fields("institution_id", "id"), // the keys of an institution
		index.Fields("user_id"),              // closing an account
	}
}

// Annotations of a key.
func (ApiKey) Annotations() []schema.Annotation { return table("api_keys", nil) }

// PersonalToken is a token that a user makes for a program of its own, good for a
// year (Yedpay reference, section 2).
type PersonalToken struct{ ent.Schema }

// Fields of a token.
func (PersonalToken) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("public_id").Immutable().Comment("18 random characters"),
		field.Int64("user_id").Immutable(),
		field.String("name").MaxRuneLen(100).Immutable(),
		field.String("token_hash").Immutable().Comment("SHA-256 of the token, which is shown once"),
		field.Time("expires_at").Immutable(),
		field.Time("last_used_at").Optional().Nillable().Comment("to the minute"),
		field.Time("revoked_at").Optional().Nillable(),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a token.
func (PersonalToken) Edges() []ent.Edge { return []ent.Edge{refers("user", User.Type)} }

// Indexes of a token.
func (PersonalToken) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("public_id").Unique(),
		index.Fields("token_hash").Unique(), // who calls
		index.Fields("user_id", "id"),       // the tokens of a user
	}
}

// Annotations of a token.
func (PersonalToken) Annotations() []schema.Annotation { return table("personal_tokens", nil) }
