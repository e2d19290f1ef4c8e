package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

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
