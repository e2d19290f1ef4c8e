package market

import (
	"context"
	"fmt"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/internal/actor"

	"entgo.io/ent/dialect/sql"
)

// RuleAnswer is what one rule of eligibility says of one partner, in Go and in SQL.
type RuleAnswer struct {
	Choice, Rule string
	PartnerID    int64
	Go, SQL      bool
}

// bothWays is a partner with what the statement itself says of it.
type bothWays struct {
	candidate
	says []bool
	all  []bool
}

// EligibilityBothWays asks every rule of every occasion of every partner, for the
// job of a contract: in Go, and in SQL. With columns the statement compares with the
// contract's columns, else with values. A rule that needs a competency is asked of
// those who have one.
func (a *App) EligibilityBothWays(ctx context.Context, who actor.Actor, contractID int64, km float64, columns bool) ([]RuleAnswer, error) {
	var list []RuleAnswer
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := a.orderedRows(ctx, on, who, pricedWants, []int64{contractID})
		if err != nil || rows[0] == nil {
			return err
		}
		j := rows[0].job(who.UserID)
		j.place.km = km
		found, err := a.readBothWays(ctx, on, j, columns)
		for _, r := range found {
			n := 0
			for i, ch := range Choices {
				whole := true
				for _, rule := range asked[ch] {
					is := rule.holds(j, &r.candidate)
					whole = whole && is
					list = append(list, RuleAnswer{string(ch), rule.name, r.id, is, r.says[n] || needsOne[rule] && !r.competency.Valid})
					n++
				}
				list = append(list, RuleAnswer{string(ch), "all", r.id, whole, r.all[i]})
			}
		}
		return err
	})
	return list, err
}

// Choices are all occasions.
var Choices = []choice{toHire, toFind, toPay, toAccept, toAssign, toReplace, toQueue, toBook}

// needsOne are the rules that hold, in Go, of whoever has no competency at all.
var needsOne = map[*eligibility]bool{isCompetencyActive: true, hasKind: true}

func (a *App) readBothWays(ctx context.Context, on *ent.Client, j *job, columns bool) ([]*bothWays, error) {
	t := newTerms(a.store.Dialect(), j.terms())
	s := selectFrom[bothWays](a.store.Dialect(), t.p)
	if columns {
		c := sql.Table(contract.Table).As("c")
		s.Join(c).OnP(sql.EQ(c.C(contract.FieldID), j.contractID))
		at := t.job.place
		t.job = contractTerms(argTerm(j.owner), c)
		t.job.place = at
	}
	s.take(t.p, partner.FieldID, func(r *bothWays) any { return &r.id })
	s.LeftJoin(t.cp).OnP(t.itsCompetency())
	s.LeftJoin(t.bp).OnP(t.itsPrice())
	s.LeftJoin(t.l).OnP(primaryLocation(t.tables()))
	busy := joinBusy(s, columnTerm(t.p.C(partner.FieldID)), t.job)
	takeCandidate(s, t, busy, func(r *bothWays) *candidate { return &r.candidate })
	s.compute(distance(t.l, j.place), "km", func(r *bothWays) any { return &r.km })
	truth := func(p *sql.Predicate, name string, into func(*bothWays) *[]bool) {
		s.compute(sql.ExprFunc(func(b *sql.Builder) {
			if p == nil {
				b.WriteString("TRUE")
				return
			}
			b.Wrap(func(b *sql.Builder) { b.Join(p) }).WriteString(" IS TRUE")
		}), name, func(r *bothWays) any {
			*into(r) = append(*into(r), false)
			return nth(into(r), len(*into(r))-1)
		})
	}
	for i, ch := range Choices {
		for n, rule := range asked[ch] {
			truth(rule.where(t), fmt.Sprintf("rule_%d_%d", i, n), func(r *bothWays) *[]bool { return &r.says })
		}
		truth(ch.where(t), fmt.Sprintf("all_%d", i), func(r *bothWays) *[]bool { return &r.all })
	}
	return s.rows(ctx, on)
}

// nth scans into an element of a list that may still grow.
func nth(list *[]bool, i int) *element { return &element{list, i} }

type element struct {
	list *[]bool
	i    int
}

// Scan takes what either database calls true.
func (e *element) Scan(v any) error {
	switch v := v.(type) {
	case bool:
		(*e.list)[e.i] = v
	case int64:
		(*e.list)[e.i] = v != 0
	default:
		return fmt.Errorf("market: %T is no truth", v)
	}
	return nil
}
