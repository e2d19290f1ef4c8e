package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Agreement is a legal paper with a period, a cost, files and signatures. The
// three dialects beside Nukitu call it a contract (agreement model, section 2).
type Agreement struct{ ent.Schema }

// Fields of an agreement. Its instants are UTC in milliseconds, its days are of
// UTC too.
func (Agreement) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.String("public_id").Immutable().Comment("18 random characters, Yedpay's id"),
		field.String("uuid").Immutable(),
		field.String("custom_key").MaxRuneLen(40).Default("").Comment("the client's own id, empty when it has none"),
		field.String("identifier").MaxRuneLen(191).Default(""),
		field.String("search_identifier").Default("").Comment("the identifier folded for search"),
		field.String("title").MaxRuneLen(255),
		field.String("search_title").Comment("the title folded for search"),
		field.String("description").Default(""),
		field.Int64("agreement_type_id"),
		field.String("gateway_kind").GoType(lifecycle.GatewayKind("")).Default(string(lifecycle.GatewayOther)),
		field.String("origin").GoType(lifecycle.Origin("")).Default(string(lifecycle.OriginNew)),
		field.String("status").GoType(lifecycle.AgreementStatus("")),
		field.String("renewal_status").GoType(lifecycle.RenewalStatus("")).Default(""),
		field.String("status_reason").Default("").Comment("why it was rejected or terminated"),
		field.Int64("cost").Default(0).Comment("whole currency units"),
		field.String("currency").Default("IDR"),
		field.Int64("vendor_id").Optional().Nillable(),
		field.Int64("license_type_id").Optional().Nillable(),
		field.Int32("license_count").Optional().Nillable(),
		field.Int64("owner_id").Optional().Nillable(),
		field.Int64("approver_id").Optional().Nillable(),
		field.Int32("notify_before_days").Optional().Nillable(),
		field.Int64("file_id").Optional().Nillable(),
		field.Int64("word_file_id").Optional().Nillable(),
		field.Int64("concluded_file_id").Optional().Nillable(),
		field.Time("starts_at").Optional().Nillable(),
		field.Time("ends_at").Optional().Nillable(),
		field.String("generated_on").Comment("YYYY-MM-DD"),
		field.String("client_approved_on").Default("").Comment("YYYY-MM-DD, or empty"),
		field.Time("concluded_at").Optional().Nillable(),
		field.Time("reminded_at").Optional().Nillable().Comment("when it was told that the present period ends soon"),
		field.Time("due_at").Optional().Nillable().Comment("when time does something to it next"),
		field.String("source").GoType(lifecycle.AgreementSource("")).Immutable().Default(string(lifecycle.SourceKontrak)),
		field.String("external_id").Immutable().Default("").Comment("its id in the system that it came from"),
		field.Time("deleted_at").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of an agreement. The many-to-many ones are tables of pairs.
func (Agreement) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type), must("agreement_type", AgreementType.Type),
		mayRefer("vendor", Counterparty.Type), mayRefer("license_type", LicenseType.Type),
		mayRefer("owner", User.Type), mayRefer("approver", User.Type),
		mayRefer("file", File.Type), mayRefer("word_file", File.Type), mayRefer("concluded_file", File.Type),
		pairs("customers", Counterparty.Type, "agreement_customers", "agreement_id", "counterparty_id"),
		pairs("tags", Tag.Type, "agreement_tags", "agreement_id", "tag_id"),
		pairs("assets", Asset.Type, "agreement_assets", "agreement_id", "asset_id"),
		pairs("notify_users", User.Type, "agreement_notify_users", "agreement_id", "user_id"),
		pairs("users", User.Type, "agreement_users", "agreement_id", "user_id"),
		pairs("organizations", Institution.Type, "agreement_organizations", "agreement_id", "institution_id"),
	}
}

// pairs is a table of pairs of the row and others; the others say paired. The
// store adds an index on the pairs seen from the other side.
func pairs(name string, target any, table, from, to string) ent.Edge {
	return edge.To(name, target).StorageKey(edge.Table(table), edge.Columns(from, to)).
		Annotations(entsql.OnDelete(entsql.NoAction))
}

// paired is the other side of pairs.
func paired(name string, target any, ref string) ent.Edge {
	return edge.From(name, target).Ref(ref)
}

// Indexes of an agreement.
func (Agreement) Indexes() []ent.Index {
	live := entsql.IndexWhere("deleted_at IS NULL")
	return []ent.Index{
		index.Fields("public_id").Unique(),
		index.Fields("uuid").Unique(),
		index.Fields("institution_id", "custom_key").Unique().Annotations(entsql.IndexWhere("custom_key <> ''")),
		index.Fields("institution_id", "identifier").Unique().Annotations(entsql.IndexWhere("identifier <> ''")),
		index.Fields("institution_id", "source", "external_id").Unique().Annotations(entsql.IndexWhere("external_id <> ''")), // a repeated import
		index.Fields("institution_id", "id").Annotations(live),                                                               // Yedpay's list, Faveo's default
		index.Fields("institution_id", "created_at", "id").Annotations(live),                                                 // Kit's default, and its dates
		index.Fields("institution_id", "starts_at", "id").Annotations(live),
		index.Fields("institution_id", "ends_at", "id").Annotations(live),
		index.Fields("institution_id", "concluded_at", "id").Annotations(live),
		index.Fields("institution_id", "updated_at", "id").Annotations(live),
		index.Fields("institution_id", "search_title", "id").Annotations(live), // by name
		index.Fields("institution_id", "status", "id").Annotations(live),
		index.Fields("institution_id", "renewal_status", "id").Annotations(live),
		index.Fields("institution_id", "cost", "id").Annotations(live),
		index.Fields("search_title").Annotations(trigrams()).StorageKey("agreement_title_trigrams"), // texts within titles
		index.Fields("agreement_type_id", "id"),
		index.Fields("license_type_id", "id"),
		index.Fields("vendor_id", "id"),
		index.Fields("owner_id", "id"),
		index.Fields("approver_id", "id"),
		index.Fields("notify_before_days", "institution_id", "id"),
		index.Fields("due_at", "id").Annotations(entsql.IndexWhere("due_at IS NOT NULL")), // what falls due
	}
}

// Annotations of an agreement.
func (Agreement) Annotations() []schema.Annotation {
	return table("agreements", map[string]string{
		"gateway_kind":   oneOf("gateway_kind", lifecycle.GatewayKinds),
		"origin":         oneOf("origin", lifecycle.Origins),
		"status":         oneOf("status", lifecycle.AgreementStatuses),
		"renewal_status": oneOf("renewal_status", append([]lifecycle.RenewalStatus{""}, lifecycle.RenewalStatuses...)),
		"source":         oneOf("source", lifecycle.AgreementSources),
		"cost":           "cost >= 0",
		"period":         "ends_at >= starts_at",
		"counts":         "license_count >= 0 AND notify_before_days >= 0",
	})
}

// ofAgreement are the references of a row that belongs to an agreement.
func ofAgreement(more ...ent.Edge) []ent.Edge {
	return append([]ent.Edge{refers("institution", Institution.Type), refers("agreement", Agreement.Type)}, more...)
}

// AgreementTerm is one period of an agreement: the present one, one that was
// asked for, or one that is over.
type AgreementTerm struct{ ent.Schema }

// Fields of a term.
func (AgreementTerm) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("agreement_id").Immutable(),
		field.String("kind").GoType(lifecycle.TermKind("")).Immutable(),
		field.String("state").GoType(lifecycle.TermState("")),
		field.Time("starts_at").Immutable(),
		field.Time("ends_at").Immutable(),
		field.Int64("cost").Immutable().Comment("whole currency units"),
		field.Int64("approver_id").Optional().Nillable().Immutable(),
		version(), stamps(),
	)
}

// Edges of a term.
func (AgreementTerm) Edges() []ent.Edge {
	return ofAgreement(mayReferOnce("approver", User.Type))
}

// Indexes of a term.
func (AgreementTerm) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("agreement_id", "id"), // the terms of an agreement
		index.Fields("agreement_id").Unique().StorageKey("agreementterm_pending").
			Annotations(entsql.IndexWhere("state = 'pending'")), // one waits at a time
		index.Fields("approver_id", "id").Annotations(entsql.IndexWhere("state = 'pending'")).StorageKey("agreementterm_waiting"), // what an approver is to decide
	}
}

// Annotations of a term.
func (AgreementTerm) Annotations() []schema.Annotation {
	return table("agreement_terms", map[string]string{
		"kind":   oneOf("kind", lifecycle.TermKinds),
		"state":  oneOf("state", lifecycle.TermStates),
		"period": "ends_at >= starts_at",
		"cost":   "cost >= 0",
	})
}

// AgreementHistory is one thing that happened to an agreement.
type AgreementHistory struct{ ent.Schema }

// Fields of a history row.
func (AgreementHistory) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("agreement_id").Immutable(),
		field.Int64("actor_id").Optional().Nillable().Immutable().Comment("null: time, or somebody without an account"),
		field.String("actor_role").Default("").Immutable(),
		field.String("event").GoType(lifecycle.AgreementEvent("")).Immutable(),
		field.String("from_status").GoType(lifecycle.AgreementStatus("")).Default("").Immutable(),
		field.String("to_status").GoType(lifecycle.AgreementStatus("")).Immutable(),
		field.String("reason").Default("").Immutable(),
		field.JSON("changes", json.RawMessage{}).Immutable().Comment("{field: {from, to}}"),
		field.Int64("agreement_version").Immutable(),
		field.Time("at").Immutable(),
	)
}

// Edges of a history row.
func (AgreementHistory) Edges() []ent.Edge { return ofAgreement(mayReferOnce("actor", User.Type)) }

// Indexes of a history row.
func (AgreementHistory) Indexes() []ent.Index {
	return []ent.Index{index.Fields("agreement_id", "agreement_version").Unique()} // one row for each version
}

// Annotations of a history row.
func (AgreementHistory) Annotations() []schema.Annotation {
	return table("agreement_history", map[string]string{"to_status": oneOf("to_status", lifecycle.AgreementStatuses)})
}

// ColumnItem is a field that an institution adds to its agreements.
type ColumnItem struct{ ent.Schema }

// Fields of a column item.
func (ColumnItem) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("agreement_id").Immutable(),
		field.String("slug").MaxRuneLen(40).Immutable(),
		field.String("name").MaxRuneLen(100),
		field.String("value").MaxRuneLen(1000),
	)
}

// Edges of a column item.
func (ColumnItem) Edges() []ent.Edge { return ofAgreement() }

// Indexes of a column item.
func (ColumnItem) Indexes() []ent.Index {
	return []ent.Index{index.Fields("agreement_id", "slug").Unique()} // the items of an agreement
}

// Annotations of a column item.
func (ColumnItem) Annotations() []schema.Annotation { return table("column_items", nil) }
