package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Wishlist is a partner that a user of an institution keeps in mind.
type Wishlist struct{ ent.Schema }

// Fields of a wishlist entry.
func (Wishlist) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("user_id").Immutable(),
		field.Int64("partner_id").Immutable(),
		field.Time("created_at").Immutable(),
	)
}

// Edges of a wishlist entry.
func (Wishlist) Edges() []ent.Edge {
	return []ent.Edge{refers("user", User.Type), refers("partner", Partner.Type)}
}

// Indexes of a wishlist entry.
func (Wishlist) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("user_id", "partner_id").Unique(), // is it on the caller's list
		index.Fields("user_id", "created_at", "id"),    // the list, newest first
	}
}

// Annotations of a wishlist entry.
func (Wishlist) Annotations() []schema.Annotation { return table("wishlists", nil) }
