package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Inspection is what a partner found on site, by the template of its kind.
type Inspection struct{ ent.Schema }

// Fields of an inspection.
func (Inspection) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("status").GoType(lifecycle.InspectionStatus("")).Default(string(lifecycle.InspectionDraft)),
		field.String("template_code"),
		field.String("template_name"),
		field.JSON("sections", json.RawMessage{}).Comment("[{key, title, items: [{key, label, kind, value, note}]}]"),
		field.Strings("photos").Default([]string{}).Comment("names of files"),
		field.Time("started_at").Optional().Nillable(),
		field.Time("submitted_at").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of an inspection.
func (Inspection) Edges() []ent.Edge { return ofContract() }

// Indexes of an inspection.
func (Inspection) Indexes() []ent.Index {
	return []ent.Index{index.Fields("contract_id", "institution_id").Unique()} // one each
}

// Annotations of an inspection.
func (Inspection) Annotations() []schema.Annotation {
	return table("inspections", map[string]string{"status": oneOf("status", lifecycle.InspectionStatuses)})
}

// Conclusion is what an inspection came to.
type Conclusion struct{ ent.Schema }

// Fields of a conclusion.
func (Conclusion) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("result").GoType(lifecycle.ConclusionResult("")),
		field.String("summary"),
		field.String("recommendation").Default(""),
		field.Strings("photos").Default([]string{}).Comment("names of files"),
		version(), stamps(),
	)
}

// Edges of a conclusion.
func (Conclusion) Edges() []ent.Edge { return ofContract() }

// Indexes of a conclusion.
func (Conclusion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("contract_id", "institution_id").Unique()} // one each
}

// Annotations of a conclusion.
func (Conclusion) Annotations() []schema.Annotation {
	return table("conclusions", map[string]string{"result": oneOf("result", lifecycle.ConclusionResults)})
}

// Review is what an institution says of a completed contract.
type Review struct{ ent.Schema }

// Fields of a review.
func (Review) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.Int64("partner_id").Immutable(),
		field.Int64("created_by_id").Immutable(),
		field.Int64("overall_tenths").Comment("the average of the rates, in tenths: 45 is 4.5"),
		field.String("comment").Default(""),
		version(), stamps(),
	)
}

// Edges of a review.
func (Review) Edges() []ent.Edge {
	return ofContract(refers("partner", Partner.Type), refers("created_by", User.Type))
}

// Indexes of a review.
func (Review) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("contract_id", "institution_id").Unique(), // one each
		index.Fields("partner_id", "created_at", "id"),         // a partner's reviews, newest first
	}
}

// Annotations of a review.
func (Review) Annotations() []schema.Annotation {
	return table("reviews", map[string]string{"overall": "overall_tenths BETWEEN 10 AND 50"})
}

// ReviewRating is the rate that a review gives one criterion.
type ReviewRating struct{ ent.Schema }

// Fields of a review rating.
func (ReviewRating) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("review_id").Immutable(),
		field.Int64("rating_item_id").Immutable(),
		field.Int("rate"),
		stamps(),
	)
}

// Edges of a review rating.
func (ReviewRating) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type), refers("review", Review.Type), refers("rating_item", RatingItem.Type),
	}
}

// Indexes of a review rating.
func (ReviewRating) Indexes() []ent.Index {
	return []ent.Index{index.Fields("review_id", "rating_item_id", "institution_id").Unique()} // the rates of a review
}

// Annotations of a review rating.
func (ReviewRating) Annotations() []schema.Annotation {
	return table("review_ratings", map[string]string{"rate": "rate BETWEEN 1 AND 5"})
}
