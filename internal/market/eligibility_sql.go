package market

import (
	"context"
	"fmt"
	"time"

	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// term writes a column or an argument.
type term func(*sql.Builder)

func columnTerm(name string) term { return func(b *sql.Builder) { b.Ident(name) } }

func argTerm(value any) term { return func(b *sql.Builder) { b.Arg(value) } }

// jobTerms are what a statement compares with partners: the values of a job, or
// the columns of a contract. Instants are in milliseconds. A nil start stands for
// a job without a time.
type jobTerms struct {
	contractID, owner, had, loser, subService, currency, start, end term

	kind  func(cp *sql.SelectTable) *sql.Predicate // that a competency is for it
	place centre
}

// terms writes the rules of eligibility into a statement over these tables.
type terms struct {
	dialect string
	p       *sql.SelectTable // partners
	cp      *sql.SelectTable // competencies: those in the sub-service
	bp      *sql.SelectTable // base prices: the active one for the sub-service
	l       *sql.SelectTable // partner locations: the primary one
	job     jobTerms
}

func newTerms(dialect string, j jobTerms) *terms {
	t := newPartnerTables()
	return &terms{dialect: dialect, p: t.p, l: t.l, cp: sql.Table(competency.Table).As("cp"), bp: sql.Table(baseprice.Table).As("bp"), job: j}
}

// terms are the words for a job whose values are known.
func (j *job) terms() jobTerms {
	t := jobTerms{
		contractID: argTerm(j.contractID), owner: argTerm(j.owner), had: argTerm(j.had),
		subService: argTerm(j.subServiceID), currency: argTerm(j.currency), place: j.place,
		kind: func(cp *sql.SelectTable) *sql.Predicate { return sql.EQ(cp.C(string(j.kind)), true) },
	}
	if t.loser = argTerm(int64(0)); j.lost {
		t.loser = t.had
	}
	if j.start.Valid && j.end.Valid {
		t.start, t.end = argTerm(j.start.V.UnixMilli()), argTerm(j.end.V.UnixMilli())
	}
	return t
}

// contractTerms are the words for the jobs of contracts that a statement reads.
func contractTerms(owner term, c *sql.SelectTable) jobTerms {
	of := func(column string) term { return columnTerm(c.C(column)) }
	return jobTerms{
		contractID: of(contract.FieldID), owner: owner, had: of(contract.FieldPartnerID),
		loser: func(b *sql.Builder) {
			b.WriteString("CASE WHEN ").Ident(c.C(contract.FieldReleasedAt)).WriteString(" IS NOT NULL THEN ").
				Ident(c.C(contract.FieldPartnerID)).WriteString(" ELSE 0 END")
		},
		subService: of(contract.FieldSubServiceID), currency: of(contract.FieldCurrency),
		start: milliseconds(c.C(contract.FieldScheduledStartAt)), end: milliseconds(c.C(contract.FieldScheduledEndAt)),
		kind: func(cp *sql.SelectTable) *sql.Predicate {
			kinds := make([]*sql.Predicate, len(lifecycle.Kinds))
			for i, k := range lifecycle.Kinds { // each has a column of its name
				kinds[i] = sql.And(is(c.C(contract.FieldKind), k), sql.EQ(cp.C(string(k)), true))
			}
			return sql.Or(kinds...)
		},
	}
}

// milliseconds writes an instant as a number, so that minutes can be added to it
// in both databases.
func milliseconds(column string) term {
	return func(b *sql.Builder) {
		if b.Dialect() == dialect.Postgres {
			b.WriteString("CAST(EXTRACT(EPOCH FROM ").Ident(column).WriteString(") * 1000 AS BIGINT)")
			return
		}
		b.WriteString("CAST(ROUND((julianday(").Ident(column).WriteString(") - 2440587.5) * 86400000) AS INTEGER)")
	}
}

func compare(left term, sign string, right term) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		left(b)
		b.WriteString(" " + sign + " ")
		right(b)
	})
}

func (t *terms) listed() *sql.Predicate { return sql.And(listed(t.p), t.there()) }

func (t *terms) there() *sql.Predicate { return sql.IsNull(t.p.C(partner.FieldDeletedAt)) }

func (t *terms) own() *sql.Predicate {
	return sql.And(compare(columnTerm(t.p.C(partner.FieldCreatedByID)), "=", t.job.owner), t.there())
}

func (t *terms) active() *sql.Predicate {
	return is(t.p.C(partner.FieldStatus), lifecycle.PartnerActive)
}

func (t *terms) verified() *sql.Predicate {
	return is(t.p.C(partner.FieldVerificationStatus), lifecycle.VerificationCompleted)
}

func (t *terms) another() *sql.Predicate {
	return compare(columnTerm(t.p.C(partner.FieldID)), "<>", t.job.had)
}

func (t *terms) noLoser() *sql.Predicate {
	return compare(columnTerm(t.p.C(partner.FieldID)), "<>", t.job.loser)
}

func (t *terms) openToWork() *sql.Predicate { return sql.EQ(t.p.C(partner.FieldOpenToWork), true) }

func (t *terms) competent() *sql.Predicate { return sql.NotNull(t.cp.C(competency.FieldID)) }

func (t *terms) competencyActive() *sql.Predicate {
	return is(t.cp.C(competency.FieldStatus), lifecycle.CatalogueActive)
}

func (t *terms) hasKind() *sql.Predicate { return t.job.kind(t.cp) }

func (t *terms) near() *sql.Predicate { return inside(t.l, t.job.place) }

func (t *terms) priced() *sql.Predicate {
	return compare(columnTerm(t.bp.C(baseprice.FieldCurrency)), "=", t.job.currency)
}

func (t *terms) free() *sql.Predicate {
	if t.job.start == nil {
		return nil
	}
	o := sql.Table(contract.Table).As("o")
	return sql.NotExists(sql.Dialect(t.dialect).Select(o.C(contract.FieldID)).From(o).
		Where(taken(o, columnTerm(t.p.C(partner.FieldID)), t.job)))
}

// where is the predicate of the partners that every rule of the occasion lets
// pass.
func (ch choice) where(t *terms) *sql.Predicate {
	var all []*sql.Predicate
	for _, rule := range asked[ch] {
		if p := rule.where(t); p != nil {
			all = append(all, p)
		}
	}
	return sql.And(all...)
}

// Which competency, price and place of a partner a job looks at.

func (t *terms) itsCompetency() *sql.Predicate {
	return sql.And(
		sql.ColumnsEQ(t.cp.C(competency.FieldPartnerID), t.p.C(partner.FieldID)),
		compare(columnTerm(t.cp.C(competency.FieldSubServiceID)), "=", t.job.subService),
	)
}

func (t *terms) itsPrice() *sql.Predicate {
	return sql.And(
		sql.ColumnsEQ(t.bp.C(baseprice.FieldPartnerID), t.p.C(partner.FieldID)),
		sql.EQ(t.bp.C(baseprice.FieldActive), true),
		compare(columnTerm(t.bp.C(baseprice.FieldSubServiceID)), "=", t.job.subService),
	)
}

// works are the statuses in which a partner is taken for a contract's time.
var works = []lifecycle.ContractStatus{lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress}

// taken is the predicate of the accepted work of a partner that shares time with
// a job which has a time.
func taken(o *sql.SelectTable, partnerID term, j jobTerms) *sql.Predicate {
	statuses := make([]*sql.Predicate, len(works))
	for i, status := range works {
		statuses[i] = is(o.C(contract.FieldStatus), status)
	}
	return sql.And(
		compare(columnTerm(o.C(contract.FieldPartnerID)), "=", partnerID),
		compare(columnTerm(o.C(contract.FieldID)), "<>", j.contractID),
		sql.Or(statuses...),
		compare(milliseconds(o.C(contract.FieldScheduledStartAt)), "<", j.end),
		compare(effectiveEnd(o), ">", j.start),
	)
}

// effectiveEnd is when the work of a contract ends with the time that was granted,
// in milliseconds.
func effectiveEnd(o *sql.SelectTable) term {
	return func(b *sql.Builder) {
		milliseconds(o.C(contract.FieldScheduledEndAt))(b)
		b.WriteString(" + ").Ident(o.C(contract.FieldExtensionMinutes)).WriteString(fmt.Sprintf(" * %d", time.Minute.Milliseconds()))
	}
}

// lastOf selects the id of the accepted work of a partner that shares time with a
// job and ends last.
func lastOf(dialect string, partnerID term, j jobTerms) sql.Querier {
	o := sql.Table(contract.Table).As("o")
	last := sql.ExprFunc(func(b *sql.Builder) {
		effectiveEnd(o)(b)
		b.WriteString(" DESC")
	})
	return sql.ExprFunc(func(b *sql.Builder) {
		b.Wrap(func(b *sql.Builder) {
			b.Join(sql.Dialect(dialect).Select(o.C(contract.FieldID)).From(o).Where(taken(o, partnerID, j)).
				OrderExpr(last, sql.Expr(sql.Desc(o.C(contract.FieldID)))).Limit(1))
		})
	})
}

// takeCandidate takes what decides on a partner into a row of type R; its tables
// are joined already. busy is where its other work at the same time is joined, or
// nil.
func takeCandidate[R any](s *selection[R], t *terms, busy *sql.SelectTable, at func(*R) *candidate) {
	s.take(t.p, partner.FieldCreatedByID, func(r *R) any { return &at(r).createdBy })
	s.take(t.p, partner.FieldStatus, func(r *R) any { return &at(r).status })
	s.take(t.p, partner.FieldVerificationStatus, func(r *R) any { return &at(r).verification })
	s.take(t.p, partner.FieldDeletedAt, func(r *R) any { return &at(r).deleted })
	s.take(t.p, partner.FieldOpenToWork, func(r *R) any { return &at(r).openToWork })
	s.take(t.cp, competency.FieldStatus, func(r *R) any { return &at(r).competency })
	s.take(t.cp, competency.FieldInstallation, func(r *R) any { return &at(r).installation })
	s.take(t.cp, competency.FieldMaintenance, func(r *R) any { return &at(r).maintenance })
	s.take(t.cp, competency.FieldRepair, func(r *R) any { return &at(r).fixes })
	s.take(t.bp, baseprice.FieldAmount, func(r *R) any { return &at(r).price })
	s.take(t.bp, baseprice.FieldCurrency, func(r *R) any { return &at(r).currency })
	s.take(t.bp, baseprice.FieldUnit, func(r *R) any { return &at(r).unit })
	if busy != nil {
		s.take(busy, contract.FieldScheduledEndAt, func(r *R) any { return &at(r).busyEnd })
		s.take(busy, contract.FieldExtensionMinutes, func(r *R) any { return &at(r).busyMore })
	}
}

// joinBusy joins the other work of a partner at the time of a job.
func joinBusy[R any](s *selection[R], partnerID term, j jobTerms) *sql.SelectTable {
	if j.start == nil {
		return nil
	}
	busy := sql.Table(contract.Table).As("busy")
	s.LeftJoin(busy).OnP(sql.P(func(b *sql.Builder) {
		b.Ident(busy.C(contract.FieldID)).WriteString(" = ").Join(lastOf(s.Dialect(), partnerID, j))
	}))
	return busy
}

// readCandidate reads a partner with what decides on whether it may take a job,
// in one statement; nil for an unknown one.
func readCandidate(ctx context.Context, on reader, dialect string, j *job, id int64) (*candidate, error) {
	t := newTerms(dialect, j.terms())
	s := selectFrom[candidate](dialect, t.p)
	s.take(t.p, partner.FieldID, func(r *candidate) any { return &r.id })
	s.LeftJoin(t.cp).OnP(t.itsCompetency())
	s.LeftJoin(t.bp).OnP(t.itsPrice())
	busy := joinBusy(s, columnTerm(t.p.C(partner.FieldID)), t.job)
	takeCandidate(s, t, busy, func(r *candidate) *candidate { return r })
	s.Where(sql.EQ(t.p.C(partner.FieldID), id))
	rows, err := s.rows(ctx, on)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// candidacy is a partner as a candidate for one of some contracts.
type candidacy struct {
	contractID int64
	candidate  candidate
}

// readCandidacies is readCandidate for the jobs of some contracts, in one
// statement; empty for an unknown partner.
func readCandidacies(ctx context.Context, on reader, dialect string, contractIDs []int64, ownerID, id int64) ([]*candidacy, error) {
	c := sql.Table(contract.Table).As("c")
	t := newTerms(dialect, contractTerms(argTerm(ownerID), c))
	s := selectFrom[candidacy](dialect, c)
	s.take(c, contract.FieldID, func(r *candidacy) any { return &r.contractID })
	s.Join(t.p).OnP(sql.EQ(t.p.C(partner.FieldID), id))
	s.take(t.p, partner.FieldID, func(r *candidacy) any { return &r.candidate.id })
	s.LeftJoin(t.cp).OnP(t.itsCompetency())
	s.LeftJoin(t.bp).OnP(t.itsPrice())
	busy := joinBusy(s, columnTerm(t.p.C(partner.FieldID)), t.job)
	takeCandidate(s, t, busy, func(r *candidacy) *candidate { return &r.candidate })
	s.Where(store.InP(c.C(contract.FieldID), contractIDs))
	return s.rows(ctx, on)
}
