package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// RefreshToken is one of the refresh tokens of a session, which follow each other.
// The used ones stay until the session goes, so that a replay is known.
type RefreshToken struct{ ent.Schema }

// Fields of a refresh token.
func (RefreshToken) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("session_id").Immutable(),
		field.String("hash").Immutable().Sensitive().Comment("SHA-256 of its random secret, hex"),
		field.Int64("follows_id").Optional().Nillable().Immutable().Comment("the token that was given for it"),
		field.Time("used_at").Optional().Nillable().Comment("when a successor was first given for it"),
		field.Time("revoked_at").Optional().Nillable().Comment("when another successor took its place, unused"),
		field.Time("created_at").Immutable().Comment("wall time"),
	)
}

// Edges of a refresh token.
func (RefreshToken) Edges() []ent.Edge {
	return []ent.Edge{refers("session", Session.Type)}
}

// Indexes of a refresh token.
func (RefreshToken) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("hash").Unique(),    // who presents it
		index.Fields("session_id", "id"), // housekeeping, and the successors of one
	}
}

// Annotations of a refresh token.
func (RefreshToken) Annotations() []schema.Annotation { return table("refresh_tokens", nil) }
