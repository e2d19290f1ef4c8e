package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
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
		field.String("public_id").Immutable().Default("").Comment("18 random characters, Yedpay's company_id"),
		field.String("uuid").Immutable().Default(""),
		field.String("name").MaxRuneLen(200),
		field.String("search_name").Comment("the name folded for search"),
		field.String("kind").GoType(lifecycle.InstitutionKind("")).Default(string(lifecycle.InstitutionOther)),
		place(),
		field.String("zone").Default("Asia/Jakarta").Comment("IANA zone of its dates and clock times"),
		field.String("phone").Default(""),
		field.String("email").Default(""),
		field.String("picture").Default(""),
		field.String("status").GoType(lifecycle.InstitutionStatus("")).Default(string(lifecycle.InstitutionActive)),
		field.String("status_reason").Default("").Comment("why it is suspended"),
		version(), stamps(),
	)
}

// Edges of an institution.
func (Institution) Edges() []ent.Edge {
	return []ent.Edge{paired("organized_agreements", Agreement.Type, "organizations")}
}

// Indexes of an institution.
func (Institution) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("public_id").Unique().Annotations(entsql.IndexWhere("public_id <> ''")),
		index.Fields("uuid").Unique().Annotations(entsql.IndexWhere("uuid <> ''")),
		index.Fields("search_name", "id"),                                                                       // list by name
		index.Fields("latitude", "longitude"),                                                                   // bounding box of nearby
		index.Fields("created_at", "id"),                                                                        // list, newest first
		index.Fields("status", "search_name", "id"),                                                             // what everybody finds, by name
		index.Fields("status", "created_at", "id"),                                                              // the same, newest first
		index.Fields("id").StorageKey("institution_active").Annotations(entsql.IndexWhere("status = 'active'")), // how many of a name everybody finds
		index.Fields("search_name").Annotations(trigrams()).StorageKey("institution_name_trigrams"),             // texts within names
	}
}

// Annotations of an institution.
func (Institution) Annotations() []schema.Annotation {
	return table("institutions", map[string]string{
		"kind":      oneOf("kind", lifecycle.InstitutionKinds),
		"status":    oneOf("status", lifecycle.InstitutionStatuses),
		"latitude":  "latitude BETWEEN -90 AND 90",
		"longitude": "longitude BETWEEN -180 AND 180",
	})
}
