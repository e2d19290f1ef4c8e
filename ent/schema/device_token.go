package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// DeviceToken is where push messages for a person's device are sent: its token of
// Firebase Cloud Messaging. A token belongs to one person, whoever was last signed
// in on the device.
type DeviceToken struct{ ent.Schema }

// Fields of a device token.
func (DeviceToken) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id"),
		field.String("device_id").MaxRuneLen(200),
		field.String("token").Sensitive().MaxRuneLen(4096),
		field.String("platform").Default(""),
		field.Time("retired_at").Optional().Nillable().Comment("when FCM no longer knew it"),
		stamps(),
	)
}

// Edges of a device token.
func (DeviceToken) Edges() []ent.Edge { return []ent.Edge{must("user", User.Type)} }

// Indexes of a device token.
func (DeviceToken) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("token").Unique(),                // it moves with its device
		index.Fields("user_id", "device_id").Unique(), // one for each device of a person
	}
}

// Annotations of a device token.
func (DeviceToken) Annotations() []schema.Annotation { return table("device_tokens", nil) }
