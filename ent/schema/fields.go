// Package schema describes the tables. One file holds one entity, or one noun
// with its rows. Every instant is UTC in milliseconds and is given by the
// use-case; nothing here reads a clock. Reads are flat statements over the
// generated column names, so an edge stands here only where a foreign key does.
package schema

import (
	"fmt"
	"strings"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// stamps are the instants that every changing row carries.
func stamps() []ent.Field {
	return []ent.Field{
		field.Time("created_at").Immutable(),
		field.Time("updated_at"),
	}
}

// version is the counter that a change compares and raises.
func version() ent.Field {
	return field.Int64("version").Default(1)
}

// tenant is the institution that a row of business belongs to, for good.
func tenant() ent.Field {
	return field.Int64("institution_id").Immutable().Comment("the institution whose business this is")
}

// fields joins single fields and groups of them.
func fields(groups ...any) []ent.Field {
	var all []ent.Field
	for _, g := range groups {
		switch g := g.(type) {
		case ent.Field:
			all = append(all, g)
		case []ent.Field:
			all = append(all, g...)
		}
	}
	return all
}

// refers is a foreign key that its row cannot do without.
func refers(name string, target any) ent.Edge {
	return edge.To(name, target).Field(name + "_id").Unique().Required().Immutable().
		Annotations(entsql.OnDelete(entsql.NoAction))
}

// mayRefer is a foreign key that may be null or change.
func mayRefer(name string, target any) ent.Edge {
	return edge.To(name, target).Field(name + "_id").Unique().
		Annotations(entsql.OnDelete(entsql.NoAction))
}

// mayReferOnce is a foreign key that may be null and never changes.
func mayReferOnce(name string, target any) ent.Edge {
	return edge.To(name, target).Field(name + "_id").Unique().Immutable().
		Annotations(entsql.OnDelete(entsql.NoAction))
}

// must is a foreign key that is never null but may change.
func must(name string, target any) ent.Edge {
	return edge.To(name, target).Field(name + "_id").Unique().Required().
		Annotations(entsql.OnDelete(entsql.NoAction))
}

// oneOf is the check that a text column holds one of the values.
func oneOf[T ~string](column string, values []T) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + string(v) + "'"
	}
	return fmt.Sprintf("%s IN (%s)", column, strings.Join(quoted, ", "))
}

// table names the table and its checks; a check is named after the table and its
// key, which internal/store reads when it turns a violation into a fault.
func table(name string, checks map[string]string) []schema.Annotation {
	if len(checks) == 0 {
		return []schema.Annotation{entsql.Annotation{Table: name}}
	}
	named := make(map[string]string, len(checks))
	for key, expr := range checks {
		named[name+"_"+key] = expr
	}
	return []schema.Annotation{entsql.Annotation{Table: name, Checks: named}}
}

// trigrams is an index that finds texts within a folded column, on PostgreSQL.
func trigrams() *entsql.IndexAnnotation {
	return &entsql.IndexAnnotation{Types: map[string]string{dialect.Postgres: "GIN"}, OpClass: "gin_trgm_ops"}
}

// place is where something is, in the words of the dialects.
func place() []ent.Field {
	return []ent.Field{
		field.String("address").Default(""),
		field.String("province").Default(""),
		field.String("city").Default(""),
		field.String("district").Default(""),
		field.String("subdistrict").Default(""),
		field.String("postcode").Default(""),
		field.Float("latitude"),
		field.Float("longitude"),
	}
}

// kinds tells for each kind of work whether it is offered. Three booleans, since
// both databases search and index them alike.
func kinds() []ent.Field {
	return []ent.Field{
		field.Bool("installation").Default(true),
		field.Bool("maintenance").Default(true),
		field.Bool("repair").Default(true),
	}
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
		field.Time("departure_reminded_at").Optional().Nillable().Comment("when the partner was reminded of the start"),
		field.Time("on_route_at").Optional().Nillable(),
		field.Time("work_started_at").Optional().Nillable(),
		field.Time("completed_at").Optional().Nillable(),
		field.Time("cancelled_at").Optional().Nillable(),
	}
}

// ofContract are the references of a row that belongs to a contract.
func ofContract(more ...ent.Edge) []ent.Edge {
	return append([]ent.Edge{refers("institution", Institution.Type), refers("contract", Contract.Type)}, more...)
}
