package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Signature is one attempt to have an agreement signed.
type Signature struct{ ent.Schema }

// Fields of a signature.
func (Signature) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("agreement_id").Immutable(),
		field.String("uuid").Immutable(),
		field.String("title").MaxRuneLen(255),
		field.String("status").GoType(lifecycle.SignatureStatus("")),
		field.String("status_reason").Default("").Comment("why it was cancelled"),
		field.String("signing_order").GoType(lifecycle.SigningOrder("")).Default(string(lifecycle.SignTogether)),
		field.String("document_sha256").Default("").Comment("of the file that is signed, as it was when signatures were asked for"),
		field.Strings("cc_emails").Default([]string{}),
		field.Int64("template_id").Optional().Nillable().Immutable(),
		field.Int64("created_by_id").Optional().Nillable().Immutable(),
		field.Time("expired_date").Optional().Nillable().Comment("until when it can be signed"),
		field.Time("due_at").Optional().Nillable().Comment("when time does something to it next: a reminder, or its expiry"),
		version(), stamps(),
	)
}

// Edges of a signature.
func (Signature) Edges() []ent.Edge {
	return ofAgreement(mayReferOnce("template", SignatureTemplate.Type), mayReferOnce("created_by", User.Type))
}

// Indexes of a signature.
func (Signature) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("uuid").Unique(),
		index.Fields("agreement_id", "id"), // the latest signature of an agreement
		index.Fields("agreement_id").Unique().StorageKey("signature_live").
			Annotations(entsql.IndexWhere("status <> 'CANCELED'")), // one that may come about at a time
		index.Fields("institution_id", "created_at", "id"),                                // Kit's list
		index.Fields("due_at", "id").Annotations(entsql.IndexWhere("due_at IS NOT NULL")), // what falls due
	}
}

// Annotations of a signature.
func (Signature) Annotations() []schema.Annotation {
	return table("signatures", map[string]string{
		"status":        oneOf("status", lifecycle.SignatureStatuses),
		"signing_order": oneOf("signing_order", lifecycle.SigningOrders),
	})
}

// Participant is one who is to sign, with the evidence of having done so.
type Participant struct{ ent.Schema }

// Fields of a participant.
func (Participant) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("signature_id").Immutable(),
		field.String("uuid").Immutable(),
		field.Int32("position").Immutable(),
		field.String("name").MaxRuneLen(100),
		field.String("search_name").Comment("the name folded for search"),
		field.String("status").GoType(lifecycle.ParticipantStatus("")),
		field.String("auth").MaxRuneLen(40).Default("").Comment("how the participant is to prove who it is"),
		field.String("send").GoType(lifecycle.SendWay("")),
		field.String("email").MaxRuneLen(254).Default(""),
		field.String("search_email").Default("").Comment("the address folded for search"),
		field.String("phone").MaxRuneLen(40).Default(""),
		field.String("phone_digits").Default("").Comment("the phone's digits, for search"),
		field.String("role").MaxRuneLen(100).Default(""),
		field.String("language").MaxRuneLen(10).Default(""),
		field.String("code_hash").Default("").Comment("of the code that the participant must give, where one is asked for"),
		field.String("code_hint").MaxRuneLen(200).Default(""),
		field.Int32("code_failures").Default(0),
		field.String("token_hash").Default("").Comment("of the token in the participant's link"),
		field.Time("token_expires_at").Optional().Nillable(),
		field.Time("requested_at").Optional().Nillable(),
		field.Time("viewed_at").Optional().Nillable(),
		field.Time("answered_at").Optional().Nillable().Comment("when it signed or refused"),
		field.Time("answered_wall_at").Optional().Nillable().Comment("evidence: the same instant in real time, where the clock of business is held"),
		field.String("answer_reason").Default("").Comment("why it refused"),
		field.String("answer_address").Default("").Comment("evidence: from which network address"),
		field.String("answer_agent").Default("").Comment("evidence: with which program"),
		field.String("answer_sha256").Default("").Comment("evidence: of the document that was signed"),
		version(), stamps(),
	)
}

// Edges of a participant.
func (Participant) Edges() []ent.Edge {
	return []ent.Edge{refers("institution", Institution.Type), refers("signature", Signature.Type)}
}

// Indexes of a participant.
func (Participant) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("uuid").Unique(),
		index.Fields("signature_id", "position").Unique(),
		index.Fields("search_name").Annotations(trigrams()), // texts within names, addresses and phones
		index.Fields("search_email").Annotations(trigrams()),
		index.Fields("phone_digits").Annotations(trigrams()),
		index.Fields("token_hash").Unique().Annotations(entsql.IndexWhere("token_hash <> ''")), // whose link it is
	}
}

// Annotations of a participant.
func (Participant) Annotations() []schema.Annotation {
	return table("participants", map[string]string{
		"status": oneOf("status", lifecycle.ParticipantStatuses),
		"send":   oneOf("send", lifecycle.SendWays),
	})
}

// SignatureObject is an input field of a signature.
type SignatureObject struct{ ent.Schema }

// Fields of an input field.
func (SignatureObject) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("signature_id").Immutable(),
		field.Int64("participant_id").Optional().Nillable().Immutable().Comment("who fills it in"),
		field.Int32("position").Immutable(),
		field.String("contents").MaxRuneLen(4000).Default(""),
		field.String("type").GoType(lifecycle.ObjectType("")).Immutable(),
		field.String("category").GoType(lifecycle.ObjectCategory("")).Immutable(),
		field.String("name").MaxRuneLen(100).Immutable(),
		field.String("description").MaxRuneLen(500).Default("").Immutable(),
	)
}

// Edges of an input field.
func (SignatureObject) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type), refers("signature", Signature.Type), mayReferOnce("participant", Participant.Type),
	}
}

// Indexes of an input field.
func (SignatureObject) Indexes() []ent.Index {
	return []ent.Index{index.Fields("signature_id", "position").Unique()} // the fields of a signature
}

// Annotations of an input field.
func (SignatureObject) Annotations() []schema.Annotation {
	return table("signature_objects", map[string]string{
		"type":     oneOf("type", lifecycle.ObjectTypes),
		"category": oneOf("category", lifecycle.ObjectCategories),
	})
}

// SignatureTemplate is what agreements are made of again and again: a document,
// who signs it and what is filled in.
type SignatureTemplate struct{ ent.Schema }

// Fields of a template.
func (SignatureTemplate) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.String("slug").MaxRuneLen(60),
		field.String("name").MaxRuneLen(255),
		field.String("search_name").Comment("the name folded for search"),
		field.String("participant_type").GoType(lifecycle.SigningOrder("")),
		field.Strings("cc_emails").Default([]string{}),
		field.Strings("manager_names").Default([]string{}),
		field.Int64("file_id").Optional().Nillable(),
		field.JSON("participants", []lifecycle.TemplateParticipant{}),
		field.JSON("objects", []lifecycle.TemplateObject{}),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Edges of a template.
func (SignatureTemplate) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type), mayRefer("file", File.Type),
		pairs("tags", Tag.Type, "signature_template_tags", "signature_template_id", "tag_id"),
	}
}

// Indexes of a template.
func (SignatureTemplate) Indexes() []ent.Index {
	return []ent.Index{index.Fields("institution_id", "slug").Unique()} // a template by its name in addresses
}

// Annotations of a template.
func (SignatureTemplate) Annotations() []schema.Annotation {
	return table("signature_templates", map[string]string{"participant_type": oneOf("participant_type", lifecycle.SigningOrders)})
}
