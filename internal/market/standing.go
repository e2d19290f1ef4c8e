package market

import (
	stdsql "database/sql"
	"time"

	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
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

	// partner is the contract's own, or the one who lost it, as a candidate for it.
	partner candidate
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

	t := &terms{
		dialect: s.Dialect(), job: contractTerms(argTerm(int64(0)), c),
		p: sql.Table(partner.Table).As("whose"), cp: sql.Table(competency.Table).As("can"), bp: sql.Table(baseprice.Table).As("asks"),
	}
	s.LeftJoin(t.p).On(t.p.C(partner.FieldID), c.C(contract.FieldPartnerID))
	s.LeftJoin(t.cp).OnP(t.itsCompetency())
	s.LeftJoin(t.bp).OnP(t.itsPrice())
	busy := joinBusy(s, columnTerm(c.C(contract.FieldPartnerID)), t.job)
	takeCandidate(s, t, busy, func(r *row) *candidate { return &r.standing.partner })
}
