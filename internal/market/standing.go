package market

import (
	stdsql "database/sql"
	"time"

	"kontrak/ent/conclusion"
	"kontrak/ent/contract"
	"kontrak/ent/inspection"
	"kontrak/ent/partner"
	"kontrak/ent/review"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// standing is what decides on actions beside a contract's own columns. It is
// read with the contract, in one statement for any number of them.
type standing struct {
	inspection stdsql.Null[lifecycle.InspectionStatus]
	conclusion stdsql.Null[int64] // its id
	reviewed   stdsql.Null[time.Time]

	partnerStatus   stdsql.Null[lifecycle.PartnerStatus]
	partnerVerified stdsql.Null[lifecycle.VerificationStatus]
	// busyUntil is when the partner's other accepted work at the same time ends.
	busyUntil stdsql.Null[time.Time]
	// requestedMinutes is what the request for more time that waits asks for.
	requestedMinutes stdsql.Null[int64]
}

// takeStanding joins what decides on actions.
func takeStanding(s *selection[contractRow], c *sql.SelectTable) {
	type row = contractRow
	of := func(table, alias, column string) *sql.SelectTable {
		t := sql.Table(table).As(alias)
		s.LeftJoin(t).On(t.C(column), c.C(contract.FieldID))
		return t
	}
	ins := of(inspection.Table, "ins", inspection.FieldContractID)
	s.take(ins, inspection.FieldStatus, func(r *row) any { return &r.standing.inspection })
	con := of(conclusion.Table, "con", conclusion.FieldContractID)
	s.take(con, conclusion.FieldID, func(r *row) any { return &r.standing.conclusion })
	rev := of(review.Table, "rev", review.FieldContractID)
	s.take(rev, review.FieldCreatedAt, func(r *row) any { return &r.standing.reviewed })

	ask := sql.Table(timeadjustment.Table).As("ask")
	s.LeftJoin(ask).OnP(sql.And(
		sql.ColumnsEQ(ask.C(timeadjustment.FieldContractID), c.C(contract.FieldID)),
		is(ask.C(timeadjustment.FieldStatus), lifecycle.AdjustmentPending),
	))
	s.take(ask, timeadjustment.FieldMinutes, func(r *row) any { return &r.standing.requestedMinutes })

	p := sql.Table(partner.Table).As("whose")
	s.LeftJoin(p).On(p.C(partner.FieldID), c.C(contract.FieldPartnerID))
	s.take(p, partner.FieldStatus, func(r *row) any { return &r.standing.partnerStatus })
	s.take(p, partner.FieldVerificationStatus, func(r *row) any { return &r.standing.partnerVerified })

	busy := sql.Table(contract.Table).As("busy")
	s.LeftJoin(busy).OnP(sql.P(func(b *sql.Builder) {
		b.Ident(busy.C(contract.FieldID)).WriteString(" = ").Join(overlapping(s.Dialect(), c.C(contract.FieldPartnerID), c))
	}))
	s.take(busy, contract.FieldScheduledEndAt, func(r *row) any { return &r.standing.busyUntil })
}

// works are the statuses in which a partner is taken for a contract's time.
var works = []lifecycle.ContractStatus{lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress}

// overlapping selects the id of the accepted work of a partner that shares time
// with the contract and ends last. A period holds its start and not its end;
// both are instants, so the institutions' zones are in them already.
func overlapping(dialect, partnerColumn string, c *sql.SelectTable) sql.Querier {
	o := sql.Table(contract.Table).As("o")
	taken := make([]*sql.Predicate, len(works))
	for i, status := range works {
		taken[i] = is(o.C(contract.FieldStatus), status)
	}
	return sql.P(func(b *sql.Builder) {
		b.Wrap(func(b *sql.Builder) {
			b.Join(sql.Dialect(dialect).Select(o.C(contract.FieldID)).From(o).Where(sql.And(
				sql.ColumnsEQ(o.C(contract.FieldPartnerID), partnerColumn),
				sql.ColumnsNEQ(o.C(contract.FieldID), c.C(contract.FieldID)),
				sql.Or(taken...),
				sql.ColumnsLT(o.C(contract.FieldScheduledStartAt), c.C(contract.FieldScheduledEndAt)),
				sql.ColumnsGT(o.C(contract.FieldScheduledEndAt), c.C(contract.FieldScheduledStartAt)),
			)).OrderBy(sql.Desc(o.C(contract.FieldScheduledEndAt)), sql.Desc(o.C(contract.FieldID))).Limit(1))
		})
	})
}
