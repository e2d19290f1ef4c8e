package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// QRToken is a code that one side of a contract shows and the other one scans,
// so that work begins and ends with both on site. What is scanned is stored
// hashed.
type QRToken struct{ ent.Schema }

// Fields of a QR token.
func (QRToken) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("phase").GoType(lifecycle.QRPhase("")).Immutable(),
		field.String("nonce").Immutable().Sensitive().Comment("what the token is made from, with the program's key"),
		field.String("hash").Immutable().Sensitive().Comment("SHA-256 of the token"),
		field.Int64("made_by_id").Immutable(),
		field.Time("expires_at").Immutable().Comment("wall time"),
		field.Time("used_at").Optional().Nillable().Comment("business time; a token is used once"),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a QR token.
func (QRToken) Edges() []ent.Edge { return ofContract(refers("made_by", User.Type)) }

// Indexes of a QR token.
func (QRToken) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("hash").Unique(),                      // scanning
		index.Fields("contract_id", "phase", "expires_at"), // the one that is shown
		index.Fields("expires_at"),                         // housekeeping
	}
}

// Annotations of a QR token.
func (QRToken) Annotations() []schema.Annotation {
	return table("qr_tokens", map[string]string{"phase": oneOf("phase", lifecycle.QRPhases)})
}
