package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Certification is an examination that partners may register for.
type Certification struct{ ent.Schema }

// Fields of a certification.
func (Certification) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("name").MaxRuneLen(200),
		field.String("search_name").Comment("the name folded for search"),
		field.String("issuer").MaxRuneLen(200),
		field.String("description").Default(""),
		field.String("image").Default("").Comment("name of a public file"),
		field.Int64("price").Optional().Nillable().Comment("whole currency units"),
		field.String("currency").Default("IDR"),
		field.String("location").Default(""),
		field.String("start_date").Default("").Comment("YYYY-MM-DD"),
		field.String("end_date").Default("").Comment("YYYY-MM-DD"),
		field.Int64("quota").Optional().Nillable().Comment("how many may be registered at once; null: any number"),
		field.Int64("registered_count").Default(0).Comment("how many take a place of the quota"),
		field.String("registration_deadline").Default("").Comment("YYYY-MM-DD, last day; empty: none"),
		field.Strings("requirements").Default([]string{}),
		field.Strings("benefits").Default([]string{}),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Edges of a certification.
func (Certification) Edges() []ent.Edge {
	return []ent.Edge{
		pairs("sub_services", SubService.Type, "certification_sub_services", "certification_id", "sub_service_id"),
	}
}

// Indexes of a certification.
func (Certification) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("created_at", "id"), // list, newest first
	}
}

// Annotations of a certification.
func (Certification) Annotations() []schema.Annotation {
	return table("certifications", map[string]string{
		"price":  "price >= 0",
		"places": "registered_count >= 0 AND (quota IS NULL OR quota >= 0)",
	})
}

// PartnerCertification is a partner's registration for a certification.
type PartnerCertification struct{ ent.Schema }

// Fields of a registration.
func (PartnerCertification) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Int64("certification_id").Immutable(),
		field.String("status").GoType(lifecycle.CertificationStatus("")).Default(string(lifecycle.CertificationRegistered)),
		field.String("status_reason").Default("").Comment("why it failed or was cancelled"),
		field.String("certificate").Default("").Comment("name of a file"),
		field.Time("registered_at").Immutable(),
		version(), stamps(),
	)
}

// Edges of a registration.
func (PartnerCertification) Edges() []ent.Edge {
	return []ent.Edge{refers("partner", Partner.Type), refers("certification", Certification.Type)}
}

// Indexes of a registration.
func (PartnerCertification) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "certification_id").Unique().
			Annotations(entsql.IndexWhere("status IN ('registered', 'in_review', 'passed')")), // one that counts each
		index.Fields("partner_id", "registered_at", "id"),                                       // a partner's list, newest first
		index.Fields("registered_at", "id").StorageKey("partnercertification_registered_at_id"), // the back office's list
		index.Fields("certification_id", "id"),                                                  // who registered
		index.Fields("registered_at", "id").
			Annotations(entsql.IndexWhere("status IN ('registered', 'in_review')")).StorageKey("partnercertification_pending"), // what waits for a decision
	}
}

// Annotations of a registration.
func (PartnerCertification) Annotations() []schema.Annotation {
	return table("partner_certifications", map[string]string{"status": oneOf("status", lifecycle.CertificationStatuses)})
}

// CertificationWishlist is a certification that a partner keeps in mind.
type CertificationWishlist struct{ ent.Schema }

// Fields of a wishlist entry.
func (CertificationWishlist) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Int64("certification_id").Immutable(),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a wishlist entry.
func (CertificationWishlist) Edges() []ent.Edge {
	return []ent.Edge{refers("partner", Partner.Type), refers("certification", Certification.Type)}
}

// Indexes of a wishlist entry.
func (CertificationWishlist) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "certification_id").Unique(), // is it on the partner's list
		index.Fields("partner_id", "created_at", "id"),          // the list, newest first
	}
}

// Annotations of a wishlist entry.
func (CertificationWishlist) Annotations() []schema.Annotation {
	return table("certification_wishlists", nil)
}
