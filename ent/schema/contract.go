package schema

import (
	"kontrak/internal/lifecycle"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Contract is the work that an institution hires a partner for.
type Contract struct{ ent.Schema }

// Fields of a contract.
func (Contract) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("created_by_id").Immutable(),
		field.Int64("partner_id").Comment("the partner, or the one who lost it while released_at is set"),
		field.Int64("sub_service_id").Immutable(),
		field.Int64("supervisor_id").Optional().Nillable().Comment("who reassigned or rejected it"),
		field.String("kind").GoType(lifecycle.Kind("")).Immutable(),
		field.String("status").GoType(lifecycle.ContractStatus("")),
		field.String("stage").GoType(lifecycle.Stage("")).Default("").Comment("empty outside partner_pending"),
		field.String("step").GoType(lifecycle.Step("")),
		field.String("status_reason").Default("").Comment("why it was cancelled or rejected"),
		work(), period(),
		field.String("currency").Default("IDR"),
		field.Int64("pricing_total").Default(0).Comment("before discount, whole currency units"),
		field.Int64("discount").Default(0).Comment("taken off the total, whole currency units"),
		moments(),
		version(), stamps(),
	)
}

// work is what is to be done, in the words of the institution.
func work() []ent.Field {
	return []ent.Field{
		field.String("description").Default(""),
		field.String("tool_brand").Default(""),
		field.String("tool_type").Default(""),
		field.Strings("tool_images").Default([]string{}).Comment("names of files"),
	}
}

// period is when it is to be done. Dates and clock times are local to the
// institution; the two instants say the same in UTC.
func period() []ent.Field {
	return []ent.Field{
		field.String("start_date").Default(""), field.String("start_time").Default(""),
		field.String("end_date").Default(""), field.String("end_time").Default(""),
		field.String("schedule_start_date").Default(""), field.String("schedule_start_time").Default(""),
		field.String("schedule_end_date").Default(""), field.String("schedule_end_time").Default(""),
		field.Time("scheduled_start_at").Optional().Nillable(),
		field.Time("scheduled_end_at").Optional().Nillable(),
		field.Int64("extension_minutes").Default(0).Comment("approved so far"),
	}
}

// moments are the instants of a contract's life.
func moments() []ent.Field {
	return []ent.Field{
		field.Time("escalation_deadline_at").Optional().Nillable().Comment("of the present stage"),
		field.Time("offered_at").Optional().Nillable().Comment("when a partner was first asked: before, no partner knows of it"),
		field.Time("released_at").Optional().Nillable().Comment("when the partner lost it; null again once there is a new one"),
		field.Time("accepted_at").Optional().Nillable(),
		field.Time("on_route_at").Optional().Nillable(),
		field.Time("work_started_at").Optional().Nillable(),
		field.Time("completed_at").Optional().Nillable(),
		field.Time("cancelled_at").Optional().Nillable(),
	}
}

// Edges of a contract.
func (Contract) Edges() []ent.Edge {
	return []ent.Edge{
		refers("institution", Institution.Type), refers("created_by", User.Type), must("partner", Partner.Type),
		refers("sub_service", SubService.Type), mayRefer("supervisor", User.Type),
	}
}

// Indexes of a contract.
func (Contract) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("institution_id", "created_at", "id"),           // an institution's list, newest first
		index.Fields("institution_id", "status", "created_at", "id"), // the same by status
		index.Fields("partner_id", "created_at", "id"),               // a partner's list, newest first
		index.Fields("supervisor_id", "created_at", "id"),            // those a supervisor has handled
		index.Fields("escalation_deadline_at", "id").
			Annotations(entsql.IndexWhere("status = 'partner_pending'")), // the queue, and what falls due
		index.Fields("created_at", "id"), // the back office's list
	}
}

// Annotations of a contract.
func (Contract) Annotations() []schema.Annotation {
	return table("contracts", map[string]string{
		"kind":   oneOf("kind", lifecycle.Kinds),
		"status": oneOf("status", lifecycle.ContractStatuses),
		"step":   oneOf("step", lifecycle.Steps),
		"stage":  "CASE WHEN status = 'partner_pending' THEN " + oneOf("stage", lifecycle.Stages) + " ELSE stage = '' END",
		"amount": "pricing_total >= 0 AND discount BETWEEN 0 AND pricing_total",
		"period": "scheduled_start_at < scheduled_end_at",
	})
}

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

// ofContract are the references of a row that belongs to a contract.
func ofContract(more ...ent.Edge) []ent.Edge {
	return append([]ent.Edge{refers("institution", Institution.Type), refers("contract", Contract.Type)}, more...)
}

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

// ContactPerson is whom the partner asks for on site.
type ContactPerson struct{ ent.Schema }

// Fields of a contact person.
func (ContactPerson) Fields() []ent.Field {
	return fields(
		field.Int64("id"),
		tenant(),
		field.Int64("contract_id").Immutable(),
		field.String("name").MaxLen(200),
		field.String("phone").MaxLen(40),
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
