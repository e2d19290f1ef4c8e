package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Schedule is one stretch of work of a contract.
type Schedule struct{ ent.Schema }

// Fields of a schedule.
func (Schedule) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("date").Comment("YYYY-MM-DD, local to the institution"),
		field.String("start_time").Comment("HH:MM"),
		field.String("end_time").Comment("HH:MM"),
		field.String("status").GoType(lifecycle.ScheduleStatus("")).Default(string(lifecycle.SchedulePending)),
		version(), stamps(),
	)
}

// Edges of a schedule.
func (Schedule) Edges() []ent.Edge { return ofContract() }

// Indexes of a schedule.
func (Schedule) Indexes() []ent.Index {
	return []ent.Index{index.Fields("contract_id", "date", "start_time", "id")} // the days of a contract, in order
}

// Annotations of a schedule.
func (Schedule) Annotations() []schema.Annotation {
	return table("schedules", map[string]string{
		"status": oneOf("status", lifecycle.ScheduleStatuses),
		"times":  "start_time < end_time",
	})
}
