package market

import (
	"cmp"
	"context"
	stdsql "database/sql"
	"fmt"
	"slices"

	"kontrak/ent/contract"
	"kontrak/ent/institution"
	"kontrak/ent/partner"
	"kontrak/ent/payment"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	entdialect "entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// ContractKey is what contracts are counted by.
type ContractKey string

// The keys. The month is that in which a contract was made, in Asia/Jakarta, wherever
// its institution is.
const (
	ByStatus      ContractKey = "status"
	ByStage       ContractKey = "stage"
	ByKind        ContractKey = "kind"
	ByMonth       ContractKey = "month"
	ByInstitution ContractKey = "institution"
	ByPartner     ContractKey = "partner"
)

// The bounds of what is counted.
const (
	MaxStatKeys = 6
	MaxStatRows = 1000
)

// statRow is a row of the counting as the database has it.
type statRow struct {
	status                      stdsql.Null[lifecycle.ContractStatus]
	stage                       stdsql.Null[lifecycle.Stage]
	kind                        stdsql.Null[lifecycle.Kind]
	month, institution, partner stdsql.Null[string] // the last two are names
	institutionID, partnerID    stdsql.Null[int64]
	currency                    string
	count, total, discount      int64
}

// statKey says of a key which field of a contract it is, so that nobody counts by what
// it may not read, and how it is counted by.
type statKey struct {
	field string
	take  func(*counting)
	// rank sorts rows; "" is last.
	rank func(*view.ContractStat) string
}

var statKeys = map[ContractKey]statKey{
	ByStatus: {"Status", func(c *counting) {
		c.by(c.c.C(contract.FieldStatus), "status", func(r *statRow) any { return &r.status })
	}, func(v *view.ContractStat) string {
		return place(lifecycle.ContractStatuses, v.Status)
	}},
	ByStage: {"ContractEscalationStage", func(c *counting) {
		stage := "CASE WHEN " + c.c.C(contract.FieldStatus) + " = '" + string(lifecycle.ContractPartnerPending) + "' THEN " + c.c.C(contract.FieldStage) + " END"
		c.by(stage, "stage", func(r *statRow) any { return &r.stage })
	}, func(v *view.ContractStat) string {
		return place(lifecycle.Stages, v.Stage)
	}},
	ByKind: {"Kind", func(c *counting) {
		c.by(c.c.C(contract.FieldKind), "kind", func(r *statRow) any { return &r.kind })
	}, func(v *view.ContractStat) string {
		return place(lifecycle.Kinds, v.Kind)
	}},
	ByMonth: {"CreatedAt", func(c *counting) {
		c.by(jakartaMonth(c.dialect, c.c.C(contract.FieldCreatedAt)), "month", func(r *statRow) any { return &r.month })
	}, func(v *view.ContractStat) string {
		if v.Month == nil {
			return ""
		}
		return *v.Month
	}},
	ByInstitution: {"Institution", func(c *counting) {
		i := sql.Table(institution.Table).As("i")
		c.Join(i).On(i.C(institution.FieldID), c.c.C(contract.FieldInstitutionID))
		c.by(i.C(institution.FieldID), "institution_id", func(r *statRow) any { return &r.institutionID })
		c.by(i.C(institution.FieldName), "institution", func(r *statRow) any { return &r.institution })
	}, func(v *view.ContractStat) string {
		return idRank(v.Institution)
	}},
	ByPartner: {"Partner", func(c *counting) {
		p := sql.Table(partner.Table).As("p")
		on := sql.ColumnsEQ(p.C(partner.FieldID), c.c.C(contract.FieldPartnerID))
		// access: an institution does not learn by counting who lost its contract: there
		// is no partner for it, as in the contract.
		if c.who.Is(actor.Institution) {
			on = sql.And(on, sql.IsNull(c.c.C(contract.FieldReleasedAt)))
		}
		c.LeftJoin(p).OnP(on)
		c.by(p.C(partner.FieldID), "partner_id", func(r *statRow) any { return &r.partnerID })
		c.by(p.C(partner.FieldFullName), "partner", func(r *statRow) any { return &r.partner })
	}, func(v *view.ContractStat) string {
		return idRank(v.Partner)
	}},
}

// jakartaMonth is the month of an instant in Asia/Jakarta, which is seven hours ahead all
// year, as YYYY-MM.
func jakartaMonth(dialect, column string) string {
	if dialect == entdialect.Postgres {
		return "to_char(" + column + " AT TIME ZONE INTERVAL '7 hours', 'YYYY-MM')"
	}
	return "strftime('%Y-%m', " + column + ", '+7 hours')"
}

// counting is the statement that counts, under construction.
type counting struct {
	*selection[statRow]
	c, pay  *sql.SelectTable
	dialect string
	who     actor.Actor
}

// by counts by an expression.
func (c *counting) by(expr, as string, into func(*statRow) any) {
	c.compute(sql.Raw(expr), as, into)
	c.GroupBy(expr)
}

// ContractStats counts the contracts that the caller may know of and that a filter keeps,
// by any of the six keys, with the sums of their amounts; each currency is counted for
// itself. Without a key it counts all of them. Rows are sorted by the keys in their order;
// what has none comes last. One statement reads it.
//
// Faults: UNAUTHENTICATED; INVALID_PARAMETER for keys that repeat or may not be read by the caller's
// role, and for more than a thousand rows.
func (a *App) ContractStats(ctx context.Context, by []ContractKey, f ContractFilter) ([]*view.ContractStat, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ties := RoleTies(who.Role)
	checkKeys(&f.Unread, by, ties)
	if err := f.check(who); err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.countContracts(who, by, f).rows(ctx, a.store.Client())
	if err != nil {
		return nil, store.Fault(err)
	}
	if len(rows) > MaxStatRows {
		var bad fault.Fields
		bad.Add("group_by", "gives more than %d rows: narrow the filter", MaxStatRows)
		return nil, bad.Err(fault.ParameterInvalid)
	}
	return seeStats(rows, by, ties), nil
}

// checkKeys notes what is wrong with the keys, for somebody with these ties at most.
func checkKeys(bad *fault.Fields, by []ContractKey, ties view.Tie) {
	bad.Check(len(by) <= MaxStatKeys, "group_by", "must have at most %d keys", MaxStatKeys)
	for i, key := range by {
		known, ok := statKeys[key]
		switch {
		case !ok:
			bad.Add("group_by", "has no key %s", key)
		case slices.Contains(by[:i], key):
			bad.Add("group_by", "has %s twice", key)
		case !view.Readable(view.Contract{}, known.field, ties):
			// access: what a role may not read of any contract, it may not group by.
			bad.Add("group_by", "has %s, which is not for your role", key)
		}
	}
}

func (a *App) countContracts(who actor.Actor, by []ContractKey, f ContractFilter) *counting {
	t := newContractTables()
	c := &counting{selection: selectFrom[statRow](a.store.Dialect(), t.c), c: t.c, pay: t.pay, dialect: a.store.Dialect(), who: who}
	if len(f.PaymentStatuses) > 0 {
		c.LeftJoin(t.pay).On(t.pay.C(payment.FieldContractID), t.c.C(contract.FieldID))
	}
	for _, key := range by {
		statKeys[key].take(c)
	}
	c.by(t.c.C(contract.FieldCurrency), "currency", func(r *statRow) any { return &r.currency })
	c.compute(sql.Raw("COUNT(*)"), "n", func(r *statRow) any { return &r.count })
	sum := func(column string) sql.Querier { return sql.Raw("SUM(" + t.c.C(column) + ")") }
	c.compute(sum(contract.FieldPricingTotal), "total", func(r *statRow) any { return &r.total })
	c.compute(sum(contract.FieldDiscount), "discounts", func(r *statRow) any { return &r.discount })
	// access: a caller counts what it may know of.
	if access := contractsOf(who, c.dialect, t.c); access != nil {
		c.Where(access)
	}
	f.apply(c.Selector, t.c, t.pay, who, c.dialect)
	c.Limit(MaxStatRows + 1)
	return c
}

// seeStats gives the views of rows, sorted by the keys.
func seeStats(rows []*statRow, by []ContractKey, ties view.Tie) []*view.ContractStat {
	list := make([]*view.ContractStat, len(rows))
	for i, r := range rows {
		list[i] = r.see(ties)
	}
	slices.SortFunc(list, func(a, b *view.ContractStat) int {
		for _, key := range by {
			one, two := statKeys[key].rank(a), statKeys[key].rank(b)
			if one == two {
				continue
			}
			if one == "" || two == "" { // what has none comes last
				return cmp.Compare(two, one)
			}
			return cmp.Compare(one, two)
		}
		return cmp.Compare(a.Currency, b.Currency)
	})
	return list
}

func (r *statRow) see(ties view.Tie) *view.ContractStat {
	v := &view.ContractStat{
		Status: maybe(r.status), Stage: maybe(r.stage), Kind: maybe(r.kind), Month: maybe(r.month),
		InstitutionName: maybe(r.institution), PartnerName: maybe(r.partner), Currency: r.currency, Count: r.count,
	}
	if r.institutionID.Valid {
		v.Institution = &view.GlobalID{Type: "Institution", Number: r.institutionID.V}
	}
	if r.partnerID.Valid {
		v.Partner = &view.GlobalID{Type: "Partner", Number: r.partnerID.V}
	}
	// access: what a role may not read of any contract is not summed for it.
	sum := func(field string, amount int64) *view.Money {
		if !view.Readable(view.Contract{}, field, ties) {
			return nil
		}
		return &view.Money{Value: amount, Currency: r.currency}
	}
	v.PricingTotal, v.DiscountAmount = sum("PricingTotal", r.total), sum("DiscountAmount", r.discount)
	v.TotalAmount = sum("TotalAmount", r.total-r.discount)
	return view.See(v, view.Anyone)
}

// maybe gives a value, or nil when there is none.
func maybe[T any](n stdsql.Null[T]) *T {
	if !n.Valid {
		return nil
	}
	return &n.V
}

// place gives the place of a word in the list of its kind, as text that sorts.
func place[T comparable](words []T, word *T) string {
	if word == nil {
		return ""
	}
	return fmt.Sprintf("%03d", slices.Index(words, *word)+1)
}

// idRank gives the number of an id, as text that sorts.
func idRank(id *view.GlobalID) string {
	if id == nil {
		return ""
	}
	return fmt.Sprintf("%019d", id.Number)
}
