package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Institution is a customer: a hospital, a clinic, a laboratory.
type Institution struct{ ent.Schema }

// Fields of an institution.
func (Institution) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("name").MaxLen(200),
		field.String("search_name").Comment("the name folded for search"),
		field.String("kind").GoType(lifecycle.InstitutionKind("")).Default(string(lifecycle.InstitutionOther)),
		place(),
		field.String("zone").Default("Asia/Jakarta").Comment("IANA zone of its dates and clock times"),
		field.String("phone").Default(""),
		field.String("email").Default(""),
		field.String("picture").Default(""),
		version(), stamps(),
	)
}

// place is where something is, in the words of the dialects.
func place() []ent.Field {
	return []ent.Field{
		field.String("address").Default(""),
		field.String("province").Default(""),
		field.String("city").Default(""),
		field.String("district").Default(""),
		field.String("subdistrict").Default(""),
		field.String("postcode").Default(""),
		field.Float("latitude"),
		field.Float("longitude"),
	}
}

// Indexes of an institution.
func (Institution) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("search_name", "id"),     // list and search by name
		index.Fields("latitude", "longitude"), // bounding box of nearby
		index.Fields("created_at", "id"),      // list, newest first
	}
}

// Annotations of an institution.
func (Institution) Annotations() []schema.Annotation {
	return table("institutions", map[string]string{
		"kind":      oneOf("kind", lifecycle.InstitutionKinds),
		"latitude":  "latitude BETWEEN -90 AND 90",
		"longitude": "longitude BETWEEN -180 AND 180",
	})
}

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
	}
}

// Annotations of a membership.
func (Membership) Annotations() []schema.Annotation {
	return table("memberships", map[string]string{
		"role":  oneOf("role", lifecycle.MembershipRoles),
		"state": oneOf("state", lifecycle.MembershipStates),
	})
}
