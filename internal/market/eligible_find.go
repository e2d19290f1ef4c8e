package market

import (
	"cmp"
	"context"
	stdsql "database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// eligibleRow is a partner that a search found.
type eligibleRow struct {
	search    int64 // its place among the searches
	candidate candidate
	key       int64 // by which the list is sorted
}

func (r *eligibleRow) position() (any, int64) { return r.key, r.candidate.id }

// order is how a list of eligible partners is sorted: for whoever will pay by the
// price, else, since the price stays as it was paid, by the distance. Those without
// a place come last.
func (s *search) order() order {
	o := order{name: "distance", arg: numberKey}
	o.key = func(*sql.Selector) string { return "found.sort_key" }
	o.id = func(*sql.Selector) string { return "found.id" }
	if s.ch == toFind {
		o.name = "price"
	}
	return o
}

// find selects the partners of a search, with the key that they are sorted by.
func (s *search) find(dialect string, place int) *selection[eligibleRow] {
	t := newTerms(dialect, s.job.terms())
	f := selectFrom[eligibleRow](dialect, t.p)
	f.Join(t.cp).OnP(t.itsCompetency())
	key, id := t.metres(), t.p.C(partner.FieldID)
	if s.ch == toFind {
		f.Join(t.bp).OnP(t.itsPrice())
		// Both from the price's table: its index gives them in their order.
		key, id = sql.Expr(t.bp.C(baseprice.FieldAmount)), t.bp.C(baseprice.FieldPartnerID)
		f.Join(t.l).OnP(primaryLocation(t.tables()))
	} else {
		f.LeftJoin(t.bp).OnP(t.itsPrice())
		f.LeftJoin(t.l).OnP(primaryLocation(t.tables()))
	}
	f.compute(sql.Expr(id), partner.FieldID, func(r *eligibleRow) any { return &r.candidate.id })
	takeCandidate(f, t, nil, func(r *eligibleRow) *candidate { return &r.candidate })
	f.compute(distance(t.l, s.job.place), "km", func(r *eligibleRow) any { return &r.candidate.km })
	f.compute(key, "sort_key", func(r *eligibleRow) any { return &r.key })
	f.compute(sql.Expr(fmt.Sprint(place)), "search", func(r *eligibleRow) any { return &r.search })
	f.Where(s.ch.where(t))
	return f
}

func (t *terms) tables() partnerTables { return partnerTables{p: t.p, l: t.l} }

// nowhere sorts a partner without a place behind every other.
const nowhere = math.MaxInt64

// metres is the distance as a key to sort by.
func (t *terms) metres() sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CASE WHEN ").Ident(t.l.C(partnerlocation.FieldID)).WriteString(fmt.Sprintf(" IS NULL THEN %d ELSE CAST(ROUND(1000 * ", nowhere))
		writeDistance(b, t.l, t.job.place)
		b.WriteString(") AS BIGINT) END")
	})
}

// readEligible reads a page of the partners of each search, in one statement.
func (a *App) readEligible(ctx context.Context, on reader, all []*search, p Page) ([][]*eligibleRow, error) {
	dialect := a.store.Dialect()
	parts := make([]sql.Querier, len(all))
	var shape *selection[eligibleRow]
	for i, s := range all {
		shape = s.find(dialect, i)
		found := shape.As("found")
		page := sql.Dialect(dialect).Select("*").From(found)
		if err := p.apply(page, s.order()); err != nil {
			return nil, err
		}
		parts[i] = page
	}
	rows, err := readUnion(ctx, on, dialect, parts, shape.into)
	if err != nil {
		return nil, err
	}
	found := make([][]*eligibleRow, len(all))
	for _, r := range rows {
		found[r.search] = append(found[r.search], r)
	}
	for _, rows := range found {
		slices.SortFunc(rows, func(a, b *eligibleRow) int {
			way := cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.candidate.id, b.candidate.id))
			if p.backward {
				return -way
			}
			return way
		})
	}
	return found, nil
}

// readUnion runs several statements of the same columns as one.
func readUnion[R any](ctx context.Context, on reader, dialect string, parts []sql.Querier, into []func(*R) any) ([]*R, error) {
	all := &sql.Builder{}
	all.SetDialect(dialect)
	for i, part := range parts {
		if i > 0 {
			all.WriteString(" UNION ALL ")
		}
		all.WriteString("SELECT * FROM ")
		all.Wrap(func(b *sql.Builder) { b.Join(part) })
		all.WriteString(fmt.Sprintf(" AS part_%d", i))
	}
	text, args := all.Query()
	// How many partners are near decides on the plan.
	return scanRows(store.PlanAnew(ctx), on, text, args, into)
}

// fits is what brokenCounts calls those whom no rule refuses.
const fits int64 = -1

// brokenCount is how many partners a rule refuses first.
type brokenCount struct {
	search, rule, n int64
	free            stdsql.Null[int64] // when the first of them is free, in milliseconds
}

// countLeftOut counts, for each search, those of its pool whom each rule refuses
// first, and those who fit, in one statement.
func (a *App) countLeftOut(ctx context.Context, on reader, all []*search) ([]map[int64]brokenCount, error) {
	parts := make([]sql.Querier, len(all))
	for i, s := range all {
		parts[i] = s.countBroken(a.store.Dialect(), i)
	}
	rows, err := readUnion(ctx, on, a.store.Dialect(), parts, []func(*brokenCount) any{
		func(c *brokenCount) any { return &c.search }, func(c *brokenCount) any { return &c.rule },
		func(c *brokenCount) any { return &c.n }, func(c *brokenCount) any { return &c.free },
	})
	counts := make([]map[int64]brokenCount, len(all))
	for i := range counts {
		counts[i] = map[int64]brokenCount{}
	}
	for _, r := range rows {
		counts[r.search][r.rule] = *r
	}
	return counts, err
}

// countBroken counts the pool of one search by the first rule that refuses. Only
// of those whom nothing else refuses it is asked whether they are free: this rule
// comes last.
func (s *search) countBroken(dialect string, place int) sql.Querier {
	t := newTerms(dialect, s.job.terms())
	first := sql.Dialect(dialect).Select(t.p.C(partner.FieldID)).From(t.p)
	first.LeftJoin(t.cp).OnP(t.itsCompetency())
	first.LeftJoin(t.bp).OnP(t.itsPrice())
	first.LeftJoin(t.l).OnP(primaryLocation(t.tables()))
	first.AppendSelectExprAs(s.firstBroken(t), "broken")
	first.Where(s.pool(t))
	last := len(asked[s.ch]) - 1
	return sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString(fmt.Sprintf("SELECT %d AS search, rule, count(*) AS n, min(busy) AS busy FROM (", place))
		b.WriteString(fmt.Sprintf("SELECT COALESCE(broken, CASE WHEN busy IS NULL THEN %d ELSE %d END) AS rule, busy FROM (", fits, last))
		b.WriteString("SELECT broken, ")
		if t.job.start == nil {
			b.WriteString("CAST(NULL AS BIGINT)")
		} else {
			o := sql.Table(contract.Table).As("o")
			b.WriteString("CASE WHEN broken IS NULL THEN (")
			b.Join(sql.Dialect(dialect).SelectExpr(sql.ExprFunc(func(b *sql.Builder) {
				b.WriteString("max(")
				effectiveEnd(o)(b)
				b.WriteString(")")
			})).From(o).Where(taken(o, func(b *sql.Builder) { b.WriteString("x.id") }, t.job)))
			b.WriteString(") END")
		}
		b.WriteString(" AS busy FROM (").Join(first).WriteString(") AS x) AS y) AS z GROUP BY rule")
	})
}

// firstBroken is the place of the first rule that refuses; null for none.
func (s *search) firstBroken(t *terms) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CASE")
		for i, rule := range asked[s.ch] {
			if rule == isFree {
				continue
			}
			b.WriteString(" WHEN ").Wrap(func(b *sql.Builder) { b.Join(rule.where(t)) })
			b.WriteString(fmt.Sprintf(" IS NOT TRUE THEN %d", i))
		}
		b.WriteString(" END")
	})
}

// pool is the predicate of those who are found or left out: whom the caller may
// know of, and who do anything of the service.
func (s *search) pool(t *terms) *sql.Predicate {
	some, of := sql.Table(competency.Table).As("any_of"), sql.Table(subservice.Table).As("ss")
	this := sql.Table(subservice.Table).As("this")
	service := sql.Dialect(t.dialect).Select(this.C(subservice.FieldServiceID)).From(this).Where(sql.EQ(this.C(subservice.FieldID), s.job.subServiceID))
	doing := sql.Dialect(t.dialect).Select(some.C(competency.FieldPartnerID)).From(some).
		Where(sql.And(
			is(some.C(competency.FieldStatus), lifecycle.CatalogueActive),
			sql.In(some.C(competency.FieldSubServiceID), sql.Dialect(t.dialect).Select(of.C(subservice.FieldID)).From(of).
				Where(sql.In(of.C(subservice.FieldServiceID), service))),
		))
	return sql.And(s.knows(t), sql.In(t.p.C(partner.FieldID), doing))
}

// knows is the predicate of the partners that the caller may know of, and choose
// from.
func (s *search) knows(t *terms) *sql.Predicate {
	switch s.who.Role {
	case actor.Admin:
		return t.there()
	case actor.Supervisor:
		return t.own()
	}
	// access: no count tells an institution of a partner that is not listed.
	return t.listed()
}

// seeLeftOut makes the views of whom the rules refuse, in the order of the rules.
func (s *search) seeLeftOut(counts map[int64]brokenCount) []*view.LeftOutPartners {
	list := []*view.LeftOutPartners{}
	for i, rule := range asked[s.ch] {
		c, some := counts[int64(i)]
		if !some {
			continue
		}
		v := &view.LeftOutPartners{Rule: rule.name, Needed: rule.needed(s.job), Count: c.n}
		if rule == isFree && s.ch.tellsTimes() {
			v.PossibleFrom = new(time.UnixMilli(c.free.V).UTC())
		}
		list = append(list, view.See(v, view.Anyone))
	}
	return list
}
