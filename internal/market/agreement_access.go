package market

import (
	"context"
	"slices"

	"kontrak/ent/agreement"
	"kontrak/internal/actor"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// The tables of pairs that name somebody.
const (
	notifyUsersTable   = agreement.NotifyUsersTable
	namedUsersTable    = agreement.UsersTable
	pairAgreement      = "agreement_id"
	pairUser           = "user_id"
	maxNamedAgreements = 1000
)

// insider is who calls, as far as agreements go: the institutions whose agreements
// the caller may know of, and the agreements of others that name the caller.
type insider struct {
	who actor.Actor
	// institutions are those of active memberships, of which a supervisor's are
	// those as an agent.
	institutions []int64
	// named are the agreements of other institutions that name the caller as owner,
	// approver, one to be told, or user.
	named []int64
	// naming finds them where they are too many to be listed.
	naming func(*sql.SelectTable) *sql.Predicate
}

// all tells whether the caller may know of every agreement.
func (in insider) all() bool { return in.who.Is(actor.Admin) }

// keeps tells whether the caller may change agreements of the institution.
func (in insider) keeps(institutionID int64) bool {
	return in.all() || slices.Contains(in.institutions, institutionID)
}

// insiderOf reads how the caller stands to agreements: one statement, none for the
// back office.
func (a *App) insiderOf(ctx context.Context, on reader, who actor.Actor) (insider, error) {
	in := insider{who: who}
	if in.all() {
		return in, nil
	}
	if who.Is(actor.Institution, actor.Supervisor) {
		in.institutions = who.Institutions
	}
	t := sql.Table(agreement.Table).As("a")
	s := selectFrom[agreementRow](a.store.Dialect(), t)
	s.take(t, agreement.FieldID, func(r *agreementRow) any { return &r.id })
	s.Where(sql.And(a.naming(who, t), sql.IsNull(t.C(agreement.FieldDeletedAt))))
	if len(in.institutions) > 0 {
		s.Where(sql.Not(store.InP(t.C(agreement.FieldInstitutionID), in.institutions)))
	}
	s.Limit(maxNamedAgreements)
	rows, err := s.rows(ctx, on)
	if len(rows) == maxNamedAgreements {
		in.naming = func(t *sql.SelectTable) *sql.Predicate { return a.naming(who, t) }
		return in, err
	}
	for _, r := range rows {
		in.named = append(in.named, r.id)
	}
	return in, err
}

// naming is the predicate that an agreement names somebody. Each way of naming has
// its own index; an OR of them would read every agreement.
func (a *App) naming(who actor.Actor, t *sql.SelectTable) *sql.Predicate {
	dialect := a.store.Dialect()
	from := func(table, id, person string) *sql.Selector {
		p := sql.Table(table)
		return sql.Dialect(dialect).Select(p.C(id)).From(p).Where(sql.EQ(p.C(person), who.UserID))
	}
	return sql.In(t.C(agreement.FieldID), from(agreement.Table, agreement.FieldID, agreement.FieldOwnerID).
		UnionAll(from(agreement.Table, agreement.FieldID, agreement.FieldApproverID)).
		UnionAll(from(notifyUsersTable, pairAgreement, pairUser)).
		UnionAll(from(namedUsersTable, pairAgreement, pairUser)))
}

// names is the predicate of the agreements of others that name the caller.
func (in insider) names(t *sql.SelectTable) *sql.Predicate {
	if in.naming != nil {
		return in.naming(t)
	}
	return store.InP(t.C(agreement.FieldID), in.named)
}

// agreementsOf is the predicate of the agreements that the caller may know of: the
// only one; every list, the graph and each dialect read through it.
func agreementsOf(in insider, t *sql.SelectTable) *sql.Predicate {
	there := sql.IsNull(t.C(agreement.FieldDeletedAt))
	if in.all() {
		return there
	}
	return sql.And(there, in.knows(t))
}

// knows is agreementsOf for whoever is not the back office, with deleted agreements: of
// its institutions those too.
func (in insider) knows(t *sql.SelectTable) *sql.Predicate {
	// access: active memberships, and whoever is named.
	var mine *sql.Predicate
	switch len(in.institutions) {
	case 0:
		return in.names(t)
	case 1: // an index gives these in their order
		mine = sql.EQ(t.C(agreement.FieldInstitutionID), in.institutions[0])
	default:
		mine = store.InP(t.C(agreement.FieldInstitutionID), in.institutions)
	}
	if len(in.named) > 0 || in.naming != nil {
		mine = sql.Or(mine, in.names(t))
	}
	return mine
}
