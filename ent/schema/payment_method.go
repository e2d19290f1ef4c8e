package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// PaymentMethod is a way to pay.
type PaymentMethod struct{ ent.Schema }

// Fields of a payment method.
func (PaymentMethod) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("code").Immutable().MaxRuneLen(50),
		field.String("name").MaxRuneLen(200),
		field.String("kind").GoType(lifecycle.PaymentMethodKind("")),
		field.String("account_name").Default(""),
		field.String("account_number").Default(""),
		field.String("instructions").Default(""),
		field.String("logo").Default(""),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Indexes of a payment method.
func (PaymentMethod) Indexes() []ent.Index { return []ent.Index{index.Fields("code").Unique()} }

// Annotations of a payment method.
func (PaymentMethod) Annotations() []schema.Annotation {
	return table("payment_methods", map[string]string{"kind": oneOf("kind", lifecycle.PaymentMethodKinds)})
}
