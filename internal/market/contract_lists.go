package market

import (
	"context"
	stdsql "database/sql"
	"time"

	"kontrak/ent/assignment"
	"kontrak/ent/contactperson"
	"kontrak/ent/partner"
	"kontrak/ent/pricingitem"
	"kontrak/ent/schedule"
	"kontrak/ent/timeadjustment"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// child is a row of a list with the contract that it belongs to.
type child[V any] struct {
	contractID int64
	view       V
}

func (c *child[V]) contract() int64 { return c.contractID }

// childrenOf begins the statement of a list: the rows of a table that belong to
// the contracts of the load, sorted by the columns.
func childrenOf[V any](l *contractLoad, table, contractColumn string, sorted ...string) (*selection[child[V]], *sql.SelectTable) {
	t := sql.Table(table).As("t")
	s := selectFrom[child[V]](l.app.store.Dialect(), t)
	s.take(t, contractColumn, func(r *child[V]) any { return &r.contractID })
	s.Where(store.InP(t.C(contractColumn), l.ids))
	for _, column := range sorted {
		s.OrderBy(t.C(column))
	}
	return s, t
}

func (l *contractLoad) readSchedules(ctx context.Context) error {
	type row = child[view.Schedule]
	s, t := childrenOf[view.Schedule](l, schedule.Table, schedule.FieldContractID,
		schedule.FieldDate, schedule.FieldStartTime, schedule.FieldID)
	s.take(t, schedule.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, schedule.FieldDate, func(r *row) any { return &r.view.Date })
	s.take(t, schedule.FieldStartTime, func(r *row) any { return &r.view.StartTime })
	s.take(t, schedule.FieldEndTime, func(r *row) any { return &r.view.EndTime })
	s.take(t, schedule.FieldStatus, func(r *row) any { return &r.view.Status })
	l.schedules = make([][]*view.Schedule, len(l.rows))
	return each(ctx, l, s, (*row).contract, func(i int, r *row) {
		l.schedules[i] = append(l.schedules[i], view.See(&r.view, l.ties(i)))
	})
}

func (l *contractLoad) readContactPersons(ctx context.Context) error {
	type row = child[view.ContactPerson]
	s, t := childrenOf[view.ContactPerson](l, contactperson.Table, contactperson.FieldContractID, contactperson.FieldID)
	s.take(t, contactperson.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, contactperson.FieldName, func(r *row) any { return &r.view.Name })
	s.take(t, contactperson.FieldPhone, func(r *row) any { return &r.view.Phone })
	l.contacts = make([][]*view.ContactPerson, len(l.rows))
	return each(ctx, l, s, (*row).contract, func(i int, r *row) {
		l.contacts[i] = append(l.contacts[i], view.See(&r.view, l.ties(i)))
	})
}

func (l *contractLoad) readPricingItems(ctx context.Context) error {
	type row = child[view.PricingItem]
	s, t := childrenOf[view.PricingItem](l, pricingitem.Table, pricingitem.FieldContractID,
		pricingitem.FieldPosition, pricingitem.FieldID)
	s.take(t, pricingitem.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, pricingitem.FieldPricingSchemaID, func(r *row) any { return &r.view.PricingSchemaID })
	s.take(t, pricingitem.FieldName, func(r *row) any { return &r.view.Name })
	s.take(t, pricingitem.FieldCode, func(r *row) any { return &r.view.Code })
	s.take(t, pricingitem.FieldKind, func(r *row) any { return &r.view.Kind })
	s.take(t, pricingitem.FieldAmount, func(r *row) any { return &r.view.Amount.Value })
	s.take(t, pricingitem.FieldUnit, func(r *row) any { return &r.view.Unit })
	s.take(t, pricingitem.FieldIsPartnerPricing, func(r *row) any { return &r.view.IsPartnerPricing })
	s.take(t, pricingitem.FieldEffect, func(r *row) any { return &r.view.Effect })
	l.items = make([][]*view.PricingItem, len(l.rows))
	return each(ctx, l, s, (*row).contract, func(i int, r *row) {
		r.view.Amount.Currency = l.rows[i].currency
		l.items[i] = append(l.items[i], view.See(&r.view, l.ties(i)))
	})
}

// adjustmentRow is a request for more time as the database has it.
type adjustmentRow struct {
	contractID, minutes int64
	reason              string
	approved            stdsql.Null[time.Time]
	view                view.TimeAdjustment
}

func (l *contractLoad) readTimeAdjustments(ctx context.Context) error {
	type row = adjustmentRow
	t := sql.Table(timeadjustment.Table).As("t")
	s := selectFrom[row](l.app.store.Dialect(), t)
	s.take(t, timeadjustment.FieldContractID, func(r *row) any { return &r.contractID })
	s.take(t, timeadjustment.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, timeadjustment.FieldMinutes, func(r *row) any { return &r.minutes })
	s.take(t, timeadjustment.FieldReason, func(r *row) any { return &r.view.Reason })
	s.take(t, timeadjustment.FieldStatus, func(r *row) any { return &r.view.Status })
	s.take(t, timeadjustment.FieldStatusReason, func(r *row) any { return &r.reason })
	s.take(t, timeadjustment.FieldRequestedAt, func(r *row) any { return &r.view.RequestedAt })
	s.take(t, timeadjustment.FieldApprovedAt, func(r *row) any { return &r.approved })
	s.Where(store.InP(t.C(timeadjustment.FieldContractID), l.ids))
	s.OrderBy(t.C(timeadjustment.FieldRequestedAt), t.C(timeadjustment.FieldID))
	l.adjustments = make([][]*view.TimeAdjustment, len(l.rows))
	return each(ctx, l, s, func(r *row) int64 { return r.contractID }, func(i int, r *row) {
		l.adjustments[i] = append(l.adjustments[i], r.see(l.ties(i)))
	})
}

func (r *adjustmentRow) see(ties view.Tie) *view.TimeAdjustment {
	r.view.AdditionalHours = view.HoursOf(r.minutes)
	r.view.StatusReason = filled(r.reason)
	r.view.ApprovedAt = instant(r.approved)
	return view.See(&r.view, ties)
}

// assignmentRow is one try of a contract as the database has it.
type assignmentRow struct {
	contractID, id, assignedBy int64
	sequence                   int32
	kind                       lifecycle.AssignmentKind
	status                     lifecycle.AssignmentStatus
	reason, assignedByName     string
	assignedByRole             actor.Role
	assigned                   time.Time
	responded                  stdsql.Null[time.Time]
	partner                    partnerRow
}

// open tells whether the try has not failed.
func (r *assignmentRow) open() bool {
	return r.status == lifecycle.AssignmentPending || r.status == lifecycle.AssignmentAccepted
}

func (l *contractLoad) readAssignments(ctx context.Context) error {
	type row = assignmentRow
	t, u := sql.Table(assignment.Table).As("t"), sql.Table(user.Table).As("by")
	p := partnerTables{p: sql.Table(partner.Table).As("p"), l: sql.Table("partner_locations").As("l"), u: sql.Table(user.Table).As("u")}
	s := selectFrom[row](l.app.store.Dialect(), t)
	s.Join(u).On(u.C(user.FieldID), t.C(assignment.FieldAssignedByID))
	s.Join(p.p).On(p.p.C(partner.FieldID), t.C(assignment.FieldPartnerID))
	s.take(t, assignment.FieldContractID, func(r *row) any { return &r.contractID })
	s.take(t, assignment.FieldID, func(r *row) any { return &r.id })
	s.take(t, assignment.FieldSequence, func(r *row) any { return &r.sequence })
	s.take(t, assignment.FieldKind, func(r *row) any { return &r.kind })
	s.take(t, assignment.FieldStatus, func(r *row) any { return &r.status })
	s.take(t, assignment.FieldStatusReason, func(r *row) any { return &r.reason })
	s.take(t, assignment.FieldAssignedAt, func(r *row) any { return &r.assigned })
	s.take(t, assignment.FieldRespondedAt, func(r *row) any { return &r.responded })
	s.take(t, assignment.FieldAssignedByID, func(r *row) any { return &r.assignedBy })
	s.take(t, assignment.FieldAssignedByRole, func(r *row) any { return &r.assignedByRole })
	s.take(u, user.FieldFullName, func(r *row) any { return &r.assignedByName })
	takePartner(s, p, l.wants.Partner, func(r *row) *partnerRow { return &r.partner })
	s.Where(store.InP(t.C(assignment.FieldContractID), l.ids))
	s.OrderBy(t.C(assignment.FieldSequence))
	l.assignments = make([][]*assignmentRow, len(l.rows))
	return each(ctx, l, s, func(r *row) int64 { return r.contractID }, func(i int, r *row) {
		if assignmentVisible(l.who, l.ties(i), l.present(i), r) {
			l.assignments[i] = append(l.assignments[i], r)
		}
	})
}
