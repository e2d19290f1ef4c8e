package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// people finds which of the accounts an agreement may name. An account that is closed,
// and one of somebody who has nothing to do with the institution, is not told apart
// from none: else whoever changes agreements could read the name of every account.
func people(ctx context.Context, on *ent.Client, p *paper) func([]int64) ([]int64, error) {
	return func(ids []int64) ([]int64, error) {
		if p.row.institutionID == 0 {
			return ids, nil // that is refused as a whole: nothing is told of whom it names
		}
		return on.User.Query().Where(store.In(user.FieldID, ids), user.StatusEQ(lifecycle.UserActive), p.mayName).IDs(ctx)
	}
}

// mayName keeps the active members and agents of the agreement's institution, the back
// office, and whoever the agreement names already. The back office, which knows every
// account, names any.
func (p *paper) mayName(s *sql.Selector) {
	if p.in.all() {
		return
	}
	id, r := s.C(user.FieldID), p.row
	from := func(table, person string) (*sql.SelectTable, *sql.Selector) {
		t := sql.Table(table)
		return t, sql.Dialect(s.Dialect()).Select(t.C(person)).From(t)
	}
	m, members := from(membership.Table, membership.FieldUserID)
	members.Where(sql.And(sql.EQ(m.C(membership.FieldInstitutionID), r.institutionID), sql.EQ(m.C(membership.FieldState), lifecycle.MembershipActive)))
	known := []*sql.Predicate{
		sql.EQ(s.C(user.FieldRole), actor.Admin),
		sql.And(sql.In(s.C(user.FieldRole), actor.Institution, actor.Supervisor), sql.In(id, members)),
	}
	for _, named := range []int64{r.ownerID.V, r.approverID.V} {
		known = append(known, sql.EQ(id, named)) // nobody has the number 0
	}
	for _, table := range []string{notifyUsersTable, namedUsersTable} {
		t, named := from(table, pairUser)
		known = append(known, sql.In(id, named.Where(sql.EQ(t.C(pairAgreement), r.id))))
	}
	s.Where(sql.Or(known...))
}
