package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Partner is a technician.
type Partner struct{ ent.Schema }

// Fields of a partner.
func (Partner) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.Int64("created_by_id").Optional().Nillable().Immutable().Comment("the supervisor that made it; null: registered itself"),
		field.String("full_name").MaxRuneLen(200),
		field.String("search_name").Comment("the name folded for search"),
		field.String("picture").Default("").Comment("name of a public file"),
		field.String("gender").GoType(lifecycle.Gender("")),
		field.String("status").GoType(lifecycle.PartnerStatus("")).Default(string(lifecycle.PartnerActive)),
		field.String("status_reason").Default("").Comment("why it is suspended"),
		field.String("verification_status").GoType(lifecycle.VerificationStatus("")).Default(string(lifecycle.VerificationNotStarted)),
		field.String("verification_step").GoType(lifecycle.VerificationStep("")).Default(string(lifecycle.VerifyRegistration)),
		field.Bool("open_to_work").Default(false),
		field.String("about").Default(""),
		field.Int("experience_years").Optional().Nillable(),
		field.String("phone").Default(""),
		field.String("birth_place").Default(""),
		field.String("birth_date").Default("").Comment("YYYY-MM-DD"),
		field.String("identity_number").Default("").Sensitive(),
		field.String("identity_card").Default("").Sensitive().Comment("name of a private file"),
		field.String("verification_reason").Default("").Comment("why it was not verified"),
		field.Time("submitted_at").Optional().Nillable().Comment("when it last came to wait for its verification"),
		field.Int64("reviews_count").Default(0),
		field.Int64("reviews_tenths").Default(0).Comment("the sum of the overall rates, in tenths"),
		field.Int64("cheapest_first").Default(1<<62).Comment("its lowest active price; 2^62 when it has none"),
		field.Int64("dearest_first").Default(-1).Comment("its lowest active price; -1 when it has none"),
		field.Time("deleted_at").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of a partner.
func (Partner) Edges() []ent.Edge {
	return []ent.Edge{refers("user", User.Type), mayReferOnce("created_by", User.Type)}
}

// Indexes of a partner.
func (Partner) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id").Unique(),    // who calls
		index.Fields("created_by_id", "id"), // a supervisor's own partners; who may act on an escalation
		index.Fields("created_at", "id").
			Annotations(entsql.IndexWhere("status = 'active' AND verification_status = 'completed' AND deleted_at IS NULL")), // list of partners by registration
		index.Fields("cheapest_first", "id").
			Annotations(entsql.IndexWhere("status = 'active' AND verification_status = 'completed' AND deleted_at IS NULL")), // the same, the cheapest first
		index.Fields("dearest_first", "id").
			Annotations(entsql.IndexWhere("status = 'active' AND verification_status = 'completed' AND deleted_at IS NULL")), // the same, the dearest first
		index.Fields("submitted_at", "id").
			Annotations(entsql.IndexWhere("verification_step = 'review' AND deleted_at IS NULL")), // who waits to be verified
		index.Fields("search_name").Annotations(trigrams()).StorageKey("partner_name_trigrams"), // texts within names
		index.Fields("id").StorageKey("partner_listed").
			Annotations(entsql.IndexWhere("status = 'active' AND verification_status = 'completed' AND deleted_at IS NULL")), // how many of a name everybody finds
		index.Fields("verification_status", "id").StorageKey("partner_unverified").
			Annotations(entsql.IndexWhere("verification_status <> 'completed'")), // the back office's partners that are not verified, newest first
		index.Fields("status", "id").StorageKey("partner_unavailable").
			Annotations(entsql.IndexWhere("status <> 'active'")), // its partners that are suspended or rest
		index.Fields("id").StorageKey("partner_deleted").
			Annotations(entsql.IndexWhere("deleted_at IS NOT NULL")), // its partners that were deleted
	}
}

// Annotations of a partner.
func (Partner) Annotations() []schema.Annotation {
	return table("partners", map[string]string{
		"gender":              oneOf("gender", lifecycle.Genders),
		"status":              oneOf("status", lifecycle.PartnerStatuses),
		"verification_status": oneOf("verification_status", lifecycle.VerificationStatuses),
		"verification_step":   oneOf("verification_step", lifecycle.VerificationSteps),
		"reviews":             "reviews_count >= 0 AND reviews_tenths BETWEEN reviews_count * 10 AND reviews_count * 50",
	})
}
