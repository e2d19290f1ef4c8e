package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Membership ties a user to an institution; only an active one counts.
type Membership struct{ ent.Schema }

// Fields of a membership.
func (Membership) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("user_id").Immutable(),
		field.String("role").GoType(lifecycle.MembershipRole("")),
		field.String("state").GoType(lifecycle.MembershipState("")),
		version(), stamps(),
	)
}

// Edges of a membership.
func (Membership) Edges() []ent.Edge {
	return []ent.Edge{refers("institution", Institution.Type), refers("user", User.Type)}
}

// Indexes of a membership.
func (Membership) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("institution_id", "user_id").Unique(), // one membership each
		index.Fields("user_id", "state"),                   // who calls: the institutions of a user
		index.Fields("institution_id", "state", "id"),      // an institution's members, and who asked to be one
		index.Fields("created_at", "id").Annotations(entsql.IndexWhere("state = 'requested'")).StorageKey("membership_requested"), // what waits for a decision
	}
}

// Annotations of a membership.
func (Membership) Annotations() []schema.Annotation {
	return table("memberships", map[string]string{
		"role":  oneOf("role", lifecycle.MembershipRoles),
		"state": oneOf("state", lifecycle.MembershipStates),
	})
}
