package market

import (
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// contractTies says how the caller stands to a contract in its present state.
func contractTies(who actor.Actor, r *contractRow) view.Tie {
	ties := view.Anyone
	released := r.released.Valid
	switch who.Role {
	case actor.Admin:
		ties |= view.Admin
	case actor.Institution:
		ties |= view.Customer
		if who.MemberOf(r.institutionID) {
			ties |= view.Member
			// access: from the escalation on, an institution does not learn who
			// lost its contract.
			switch {
			case !released:
				ties |= view.Owner
			case r.state() == lifecycle.StateSupervisorPending:
				ties |= view.Waiting
			}
		}
	case actor.Partner:
		// access: a partner knows of a contract once it is asked, and until it
		// loses it.
		if r.partnerID == who.PartnerID && r.offered.Valid && !released {
			ties |= view.Assignee
			if r.accepted.Valid {
				ties |= view.Engaged
			}
		}
	case actor.Supervisor:
		// access: the queue's further condition, whose partner it was, is in
		// contractsOf, through which every contract is read.
		handled := r.supervisorID.Valid && r.supervisorID.V == who.UserID
		if handled || r.state() == lifecycle.StateSupervisorPending {
			ties |= view.Supervisor
		}
	}
	return ties
}

// contractsOf is the predicate of the contracts that the caller may know of. It
// says in SQL what contractTies says of one row.
func contractsOf(who actor.Actor, dialect string, c *sql.SelectTable) *sql.Predicate {
	switch who.Role {
	case actor.Admin:
		return nil
	case actor.Institution:
		// access: active memberships alone.
		if len(who.Institutions) == 1 { // an index gives these in their order
			return sql.EQ(c.C(contract.FieldInstitutionID), who.Institutions[0])
		}
		return store.InP(c.C(contract.FieldInstitutionID), who.Institutions)
	case actor.Partner:
		return sql.And(
			sql.EQ(c.C(contract.FieldPartnerID), who.PartnerID),
			sql.NotNull(c.C(contract.FieldOfferedAt)),
			sql.IsNull(c.C(contract.FieldReleasedAt)),
		)
	case actor.Supervisor:
		return sql.Or(sql.EQ(c.C(contract.FieldSupervisorID), who.UserID), queueOf(argTerm(who.UserID), dialect, c))
	}
	return sql.False()
}

// queueOf is the predicate of the contracts that wait in the queue of a supervisor, me:
// those whose escaped partner it made, and those whose escaped partner nobody
// made while it has an eligible partner of its own (Nukitu reference, 8.4).
func queueOf(me term, dialect string, c *sql.SelectTable) *sql.Predicate {
	escaped := sql.Table(partner.Table).As("escaped")
	lostBy := func(creator *sql.Predicate) *sql.Predicate {
		return sql.Exists(sql.Dialect(dialect).Select(escaped.C(partner.FieldID)).From(escaped).Where(sql.And(
			sql.ColumnsEQ(escaped.C(partner.FieldID), c.C(contract.FieldPartnerID)), creator,
		)))
	}
	return sql.And(
		is(c.C(contract.FieldStatus), lifecycle.ContractPartnerPending),
		is(c.C(contract.FieldStage), lifecycle.StageSupervisor),
		sql.Or(
			lostBy(compare(columnTerm(escaped.C(partner.FieldCreatedByID)), "=", me)),
			sql.And(lostBy(sql.IsNull(escaped.C(partner.FieldCreatedByID))), hasEligible(me, dialect, c)),
		),
	)
}

// hasEligible is the predicate that one of the supervisor's own partners could take
// the contract, were it free.
func hasEligible(me term, dialect string, c *sql.SelectTable) *sql.Predicate {
	t := newTerms(dialect, contractTerms(me, c))
	t.p, t.cp = sql.Table(partner.Table).As("own"), sql.Table(competency.Table).As("can")
	return sql.Exists(sql.Dialect(dialect).Select(t.p.C(partner.FieldID)).From(t.p).
		Join(t.cp).OnP(t.itsCompetency()).Where(toQueue.where(t)))
}

// assignmentVisible tells whether the caller may know of one try of a contract.
func assignmentVisible(who actor.Actor, ties view.Tie, c *contractRow, r *assignmentRow) bool {
	switch {
	case ties.Any(view.Admin | view.Supervisor):
		return true
	case ties.Any(view.Member):
		// access: while the contract waits in the queue, the institution does
		// not see the try that failed; afterwards it sees all of them.
		return c.state() != lifecycle.StateSupervisorPending || r.open()
	case ties.Any(view.Assignee):
		// access: a partner sees its own tries only.
		return r.partner.id == who.PartnerID
	}
	return false
}

// pastTryVisible is assignmentVisible for a try as it was once, of a contract that is
// as c today. In the queue no try is open today, whatever it was then.
func pastTryVisible(who actor.Actor, ties view.Tie, c *contractRow, r *assignmentRow) bool {
	inQueue := c.state() == lifecycle.StateSupervisorPending
	if inQueue && !ties.Any(view.Admin|view.Supervisor) {
		return false
	}
	return assignmentVisible(who, ties, c, r)
}

// partnerTies says how the caller stands to a partner. client says that the
// caller's institutions have a contract with it that is accepted to completed.
func partnerTies(who actor.Actor, r *partnerRow, client bool) view.Tie {
	ties := view.Anyone
	switch who.Role {
	case actor.Admin:
		ties |= view.Admin
	case actor.Institution:
		ties |= view.Customer
		if client {
			ties |= view.Client
		}
	case actor.Partner:
		if r.id == who.PartnerID {
			ties |= view.Self
		}
	case actor.Supervisor:
		if r.createdBy.Valid && r.createdBy.V == who.UserID {
			ties |= view.Creator
		}
	}
	return ties
}
