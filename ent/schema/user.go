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
		field.String("email").MaxRuneLen(254).Comment("folded to lower case"),
		field.String("password_hash").Sensitive().Comment("argon2id, with its parameters; empty: cannot sign in by password"),
		field.String("full_name").MaxRuneLen(200),
		field.String("role").GoType(actor.Role("")),
		field.String("phone").Default(""),
		field.String("picture").Default("").Comment("name of a public file"),
		field.String("status").GoType(lifecycle.UserStatus("")).Default(string(lifecycle.UserActive)),
		field.String("status_reason").Default("").Comment("why the back office closed it; empty: it did not"),
		field.Time("closed_at").Optional().Nillable().Comment("business time"),
		field.Int64("closed_by_id").Optional().Nillable().Comment("who closed it. No edge: ent takes one from a table to itself for one that goes both ways"),
		field.String("language").GoType(lifecycle.Language("")).Default(string(lifecycle.Indonesian)).Comment("of its mails and notifications"),
		field.Time("email_verified_at").Optional().Nillable(),
		field.Int64("current_institution_id").Optional().Nillable().Comment("a default for the REST dialects only"),
		version(), stamps(),
	)
}

// Edges of a user.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		mayRefer("current_institution", Institution.Type),
		paired("notified_agreements", Agreement.Type, "notify_users"), paired("agreements", Agreement.Type, "users"),
	}
}

// Indexes of a user.
func (User) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("email").Unique(),             // sign-in
		index.Fields("role", "created_at", "id"),   // the back office's lists of accounts, newest first
		index.Fields("created_at", "id"),           // the same over all roles
		index.Fields("status", "created_at", "id"), // the same of a status
	}
}

// Annotations of a user.
func (User) Annotations() []schema.Annotation {
	return table("users", map[string]string{
		"role":     oneOf("role", actor.Roles),
		"status":   oneOf("status", lifecycle.UserStatuses),
		"language": oneOf("language", lifecycle.Languages),
	})
}
