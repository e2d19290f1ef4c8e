package schema

import (
	"encoding/json"

	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// CompetencyTest is what shows that somebody can do a sub-service; a partner shows it
// by a certificate.
type CompetencyTest struct{ ent.Schema }

// Fields of a competency test.
func (CompetencyTest) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("sub_service_id").Immutable(),
		field.String("name").MaxRuneLen(200),
		field.String("description").Default(""),
		field.String("url").Default("").Comment("where it can be taken"),
		field.Int64("passing_score").Optional().Nillable().Comment("of 100"),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Edges of a competency test.
func (CompetencyTest) Edges() []ent.Edge { return []ent.Edge{refers("sub_service", SubService.Type)} }

// Indexes of a competency test.
func (CompetencyTest) Indexes() []ent.Index {
	return []ent.Index{index.Fields("sub_service_id", "id")} // the tests of a sub-service
}

// Annotations of a competency test.
func (CompetencyTest) Annotations() []schema.Annotation {
	return table("competency_tests", map[string]string{"passing_score": "passing_score BETWEEN 0 AND 100"})
}

// PartnerTest is a certificate of a competency test that a partner sent.
type PartnerTest struct{ ent.Schema }

// Fields of a partner's test.
func (PartnerTest) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.Int64("competency_test_id").Immutable(),
		field.String("status").GoType(lifecycle.TestStatus("")),
		field.String("certificate").Comment("name of a private file"),
		field.String("rejection_reason").Default(""),
		field.Time("submitted_at"),
		field.Time("reviewed_at").Optional().Nillable(),
		field.Int64("reviewed_by_id").Optional().Nillable(),
		version(), stamps(),
	)
}

// Edges of a partner's test.
func (PartnerTest) Edges() []ent.Edge {
	return []ent.Edge{
		refers("partner", Partner.Type), refers("competency_test", CompetencyTest.Type), mayRefer("reviewed_by", User.Type),
	}
}

// Indexes of a partner's test.
func (PartnerTest) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "competency_test_id").Unique(),                               // one each
		index.Fields("partner_id", "created_at", "id"),                                          // a partner's list, the first one first
		index.Fields("submitted_at", "id").Annotations(entsql.IndexWhere("status = 'pending'")), // what waits for a decision
	}
}

// Annotations of a partner's test.
func (PartnerTest) Annotations() []schema.Annotation {
	return table("partner_tests", map[string]string{"status": oneOf("status", lifecycle.TestStatuses)})
}

// TestQuestion is one question of the basic test.
type TestQuestion struct{ ent.Schema }

// Fields of a question.
func (TestQuestion) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.String("text").MaxRuneLen(1000),
		field.JSON("options", json.RawMessage{}).Comment("[{id, text}]"),
		field.Int64("answer").Comment("the id of the right option"),
		field.Int64("position").Default(0),
		field.Bool("active").Default(true),
		version(), stamps(),
	)
}

// Indexes of a question.
func (TestQuestion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("position", "id")} // the test, in order
}

// Annotations of a question.
func (TestQuestion) Annotations() []schema.Annotation { return table("test_questions", nil) }

// TestAttempt is one try of a partner at the basic test.
type TestAttempt struct{ ent.Schema }

// Fields of a try.
func (TestAttempt) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		field.Int64("partner_id").Immutable(),
		field.JSON("answers", json.RawMessage{}).Immutable().Comment("[{question_id, option_id}]"),
		field.Int64("score").Immutable().Comment("of 100"),
		field.Bool("passed").Immutable(),
		field.Time("created_at").Immutable().Comment("when it was sent"),
	)
}

// Edges of a try.
func (TestAttempt) Edges() []ent.Edge { return []ent.Edge{refers("partner", Partner.Type)} }

// Indexes of a try.
func (TestAttempt) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("partner_id", "id"), // a partner's tries, the last one first
		index.Fields("partner_id").Unique().Annotations(entsql.IndexWhere("passed")).StorageKey("testattempt_passed"), // passed once
	}
}

// Annotations of a try.
func (TestAttempt) Annotations() []schema.Annotation {
	return table("test_attempts", map[string]string{"score": "score BETWEEN 0 AND 100"})
}
