package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AgreementType is what an agreement is about: Lease, Software License,
// Maintenance, and what the back office adds. All institutions share them.
type AgreementType struct{ ent.Schema }

// Fields of an agreement type.
func (AgreementType) Fields() []ent.Field {
	return fields(field.Int64("id"), field.String("name").MaxRuneLen(100), stamps())
}

// Indexes of an agreement type.
func (AgreementType) Indexes() []ent.Index {
	return []ent.Index{index.Fields("name").Unique()} // one of each name
}

// Annotations of an agreement type.
func (AgreementType) Annotations() []schema.Annotation { return table("agreement_types", nil) }

// LicenseType is how something is licensed: open source, commercial, and what the
// back office adds.
type LicenseType struct{ ent.Schema }

// Fields of a license type.
func (LicenseType) Fields() []ent.Field {
	return fields(field.Int64("id"), field.String("name").MaxRuneLen(100), stamps())
}

// Indexes of a license type.
func (LicenseType) Indexes() []ent.Index {
	return []ent.Index{index.Fields("name").Unique()} // one of each name
}

// Annotations of a license type.
func (LicenseType) Annotations() []schema.Annotation { return table("license_types", nil) }

// Counterparty is the other side of agreements: Faveo's vendor, Kit's customer.
type Counterparty struct{ ent.Schema }

// Fields of a counterparty.
func (Counterparty) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.String("name").MaxRuneLen(191),
		field.String("search_name").Comment("the name folded for search"),
		field.String("custom_key").MaxRuneLen(40).Default("").Comment("the client's own id, empty when it has none"),
		field.String("registration_number").MaxRuneLen(15).Default(""),
		field.String("ceo").MaxRuneLen(100).Default(""),
		field.String("address").MaxRuneLen(500).Default(""),
		field.String("industry").MaxRuneLen(100).Default(""),
		field.String("category").MaxRuneLen(100).Default(""),
		field.String("email").MaxRuneLen(254).Default(""),
		field.JSON("managers", []lifecycle.Manager{}).Default([]lifecycle.Manager{}),
		field.Int64("partner_id").Optional().Nillable().Comment("the partner that this is, where it is one"),
		version(), stamps(),
	)
}

// Edges of a counterparty.
func (Counterparty) Edges() []ent.Edge {
	return []ent.Edge{refers("institution", Institution.Type), mayRefer("partner", Partner.Type), paired("agreements", Agreement.Type, "customers")}
}

// Indexes of a counterparty.
func (Counterparty) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("institution_id", "name").Unique(),
		index.Fields("institution_id", "custom_key").Unique().Annotations(entsql.IndexWhere("custom_key <> ''")),
		index.Fields("search_name").Annotations(trigrams()), // texts within names
		index.Fields("institution_id", "id"),                // the counterparties of an institution
	}
}

// Annotations of a counterparty.
func (Counterparty) Annotations() []schema.Annotation { return table("counterparties", nil) }

// Tag is a word by which an institution sorts its agreements.
type Tag struct{ ent.Schema }

// Fields of a tag.
func (Tag) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.String("name").MaxRuneLen(40),
		field.String("color_code").GoType(lifecycle.TagColor("")).Default("GRAY"),
		field.Int32("position").Default(0),
		stamps(),
	)
}

// Edges of a tag.
func (Tag) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type),
		paired("agreements", Agreement.Type, "tags"), paired("templates", SignatureTemplate.Type, "tags"),
	}
}

// Indexes of a tag.
func (Tag) Indexes() []ent.Index {
	return []ent.Index{index.Fields("institution_id", "name").Unique()} // the tags of an institution
}

// Annotations of a tag.
func (Tag) Annotations() []schema.Annotation {
	return table("tags", map[string]string{"color_code": oneOf("color_code", lifecycle.TagColors)})
}

// Asset is a thing that agreements are about.
type Asset struct{ ent.Schema }

// Fields of an asset.
func (Asset) Fields() []ent.Field {
	return fields(field.Int64("id"), tenant(), field.String("name").MaxRuneLen(191), stamps())
}

// Edges of an asset.
func (Asset) Edges() []ent.Edge {
	return []ent.Edge{refers("institution", Institution.Type), paired("agreements", Agreement.Type, "assets")}
}

// Indexes of an asset.
func (Asset) Indexes() []ent.Index {
	return []ent.Index{index.Fields("institution_id", "name").Unique()} // the assets of an institution
}

// Annotations of an asset.
func (Asset) Annotations() []schema.Annotation { return table("assets", nil) }
