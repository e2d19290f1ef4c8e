package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"kontrak/internal/actor"
)

// Session is one signed-in device: an access token names it, and a revoked one
// refuses its tokens.
type Session struct{ ent.Schema }

// Fields of a session.
func (Session) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.String("role").GoType(actor.Role("")).Immutable().Comment("of the account when it signed in: another role needs a new session"),
		field.String("device_id").Default(""),
		field.String("device_name").Default(""),
		field.String("platform").Default(""),
		field.Time("expires_at"),
		field.Time("revoked_at").Optional().Nillable(),
		stamps(),
	)
}

// Edges of a session.
func (Session) Edges() []ent.Edge { return []ent.Edge{refers("user", User.Type)} }

// Indexes of a session.
func (Session) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id", "id"), // logout everywhere
		index.Fields("expires_at"),    // housekeeping of those that ended by themselves
		index.Fields("revoked_at").Annotations(entsql.IndexWhere("revoked_at IS NOT NULL")), // housekeeping of those that were ended
	}
}

// Annotations of a session.
func (Session) Annotations() []schema.Annotation {
	return table("sessions", map[string]string{"role": oneOf("role", actor.Roles)})
}
