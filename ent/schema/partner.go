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
		field.String("full_name").MaxLen(200),
		field.String("search_name").Comment("the name folded for search"),
		field.String("picture").Default("").Comment("name of a public file"),
		field.String("gender").GoType(lifecycle.Gender("")),
		field.String("status").GoType(lifecycle.PartnerStatus("")).Default(string(lifecycle.PartnerActive)),
		field.String("verification_status").GoType(lifecycle.VerificationStatus("")).Default(string(lifecycle.VerificationNotStarted)),
		field.String("verification_step").GoType(lifecycle.VerificationStep("")).Default(string(lifecycle.VerifyRegistration)),
		field.Bool("open_to_work").Default(false),
		field.String("about").Default(""),
		field.Int("experience_years").Optional().Nillable(),
		field.String("phone").Default(""),
		field.String("birth_place").Default(""),
		field.String("birth_date").Default("").Comment("YYYY-MM-DD"),
		field.String("identity_number").Default("").Sensitive(),
		field.Int64("reviews_count").Default(0),
		field.Int64("reviews_tenths").Default(0).Comment("the sum of the overall rates, in tenths"),
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
		index.Fields("search_name", "id"), // search by name
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

// PartnerLocation is a place from which a partner works; one is primary.
type PartnerLocation struct{ ent.Schema }

// Fields of a partner location.
func (PartnerLocation) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Bool("is_primary").Default(false),
		place(),
		version(), stamps(),
	)
}

// Edges of a partner location.
func (PartnerLocation) Edges() []ent.Edge { return []ent.Edge{refers("partner", Partner.Type)} }

// Indexes of a partner location.
func (PartnerLocation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id").Unique().Annotations(entsql.IndexWhere("is_primary")).StorageKey("partnerlocation_primary"), // one primary each; joins of a partner
		index.Fields("partner_id", "id"), // all places of a partner
		index.Fields("latitude", "longitude").Annotations(entsql.IndexWhere("is_primary")), // bounding box of a search
	}
}

// Annotations of a partner location.
func (PartnerLocation) Annotations() []schema.Annotation {
	return table("partner_locations", map[string]string{
		"latitude":  "latitude BETWEEN -90 AND 90",
		"longitude": "longitude BETWEEN -180 AND 180",
	})
}

// Competency says that a partner can do a sub-service, and which kinds of it.
type Competency struct{ ent.Schema }

// Fields of a competency.
func (Competency) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Int64("sub_service_id").Immutable(),
		field.String("status").GoType(lifecycle.CatalogueStatus("")).Default(string(lifecycle.CataloguePending)),
		kinds(),
		version(), stamps(),
	)
}

// Edges of a competency.
func (Competency) Edges() []ent.Edge {
	return []ent.Edge{refers("partner", Partner.Type), refers("sub_service", SubService.Type)}
}

// Indexes of a competency.
func (Competency) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "sub_service_id").Unique(),                                            // a partner's competencies
		index.Fields("sub_service_id", "partner_id").Annotations(entsql.IndexWhere("status = 'active'")), // who can do a sub-service
	}
}

// Annotations of a competency.
func (Competency) Annotations() []schema.Annotation {
	return table("competencies", map[string]string{"status": oneOf("status", lifecycle.CatalogueStatuses)})
}

// BasePrice is what a partner asks for a sub-service; one of them is active.
type BasePrice struct{ ent.Schema }

// Fields of a base price.
func (BasePrice) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Int64("sub_service_id").Immutable(),
		field.Int64("amount").Comment("whole currency units"),
		field.String("currency").Default("IDR"),
		field.String("unit").Default("hour"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Edges of a base price.
func (BasePrice) Edges() []ent.Edge {
	return []ent.Edge{refers("partner", Partner.Type), refers("sub_service", SubService.Type)}
}

// Indexes of a base price.
func (BasePrice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "sub_service_id").Unique().Annotations(entsql.IndexWhere("active")).StorageKey("baseprice_active"), // one active price each
		index.Fields("partner_id", "amount").Annotations(entsql.IndexWhere("active")),                                                 // a partner's lowest price
		index.Fields("sub_service_id", "amount", "partner_id").Annotations(entsql.IndexWhere("active")),                               // partners of a sub-service by price
	}
}

// Annotations of a base price.
func (BasePrice) Annotations() []schema.Annotation {
	return table("base_prices", map[string]string{"amount": "amount >= 0"})
}

// Wishlist is a partner that a user of an institution keeps in mind.
type Wishlist struct{ ent.Schema }

// Fields of a wishlist entry.
func (Wishlist) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.Int64("partner_id").Immutable(),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a wishlist entry.
func (Wishlist) Edges() []ent.Edge {
	return []ent.Edge{refers("user", User.Type), refers("partner", Partner.Type)}
}

// Indexes of a wishlist entry.
func (Wishlist) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id", "partner_id").Unique()} // is it on the caller's list
}

// Annotations of a wishlist entry.
func (Wishlist) Annotations() []schema.Annotation { return table("wishlists", nil) }
