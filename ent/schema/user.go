package schema

import (
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// User is an account: a person who signs in.
type User struct{ ent.Schema }

// Fields of a user.
func (User) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("email").MaxLen(254).Comment("folded to lower case"),
		field.String("password_hash").Sensitive().Comment("argon2id, with its parameters; empty: cannot sign in by password"),
		field.String("full_name").MaxLen(200),
		field.String("role").GoType(actor.Role("")),
		field.String("phone").Default(""),
		field.String("picture").Default("").Comment("name of a public file"),
		field.String("status").GoType(lifecycle.UserStatus("")).Default(string(lifecycle.UserActive)),
		field.Time("email_verified_at").Optional().Nillable(),
		field.Int64("current_institution_id").Optional().Nillable().Comment("a default for the REST dialects only"),
		version(), stamps(),
	)
}

// Edges of a user.
func (User) Edges() []ent.Edge {
	return []ent.Edge{mayRefer("current_institution", Institution.Type)}
}

// Indexes of a user.
func (User) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("email").Unique(), // sign-in
	}
}

// Annotations of a user.
func (User) Annotations() []schema.Annotation {
	return table("users", map[string]string{
		"role":   oneOf("role", actor.Roles),
		"status": oneOf("status", lifecycle.UserStatuses),
	})
}

// Session is one signed-in device: an access token names it, and a revoked one
// refuses its tokens.
type Session struct{ ent.Schema }

// Fields of a session.
func (Session) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.String("family").Immutable().Comment("random; all refresh tokens that follow one sign-in"),
		field.String("refresh_hash").Default("").Sensitive(),
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
		index.Fields("expires_at"),    // housekeeping
	}
}

// Annotations of a session.
func (Session) Annotations() []schema.Annotation { return table("sessions", nil) }
