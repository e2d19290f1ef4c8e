package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ContactPerson is whom the partner asks for on site.
type ContactPerson struct{ ent.Schema }

// Fields of a contact person.
func (ContactPerson) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("name").MaxRuneLen(200),
		field.String("phone").MaxRuneLen(40),
		version(), stamps(),
	)
}

// Edges of a contact person.
func (ContactPerson) Edges() []ent.Edge { return ofContract() }

// Indexes of a contact person.
func (ContactPerson) Indexes() []ent.Index {
	return []ent.Index{index.Fields("contract_id", "id")} // the contacts of a contract
}

// Annotations of a contact person.
func (ContactPerson) Annotations() []schema.Annotation { return table("contact_persons", nil) }
