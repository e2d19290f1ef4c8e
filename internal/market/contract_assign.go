package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/ent/predicate"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// AssignReplacement is what a supervisor says who gives a contract of its queue
// to another partner. A zero PartnerID means that none was named.
type AssignReplacement struct {
	ContractID int64
	PartnerID  int64
}

// AssignReplacement gives a contract that waits in the caller's queue to one of
// the caller's own partners. The contract is accepted at once: the replacement
// is not asked, and price and payment stay as they are (Nukitu reference, 681).
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor; NOT_FOUND when
// the contract is not in the caller's queue and never was; INVALID without a
// partner; PARTNER_NOT_ELIGIBLE with the rules that refuse it; WRONG_STATE;
// DEADLINE_PASSED; STALE when somebody was faster.
func (a *App) AssignReplacement(ctx context.Context, in AssignReplacement, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, in.ContractID, &replacing{App: a, partnerID: in.PartnerID}, w)
}

// replacing is the deed of AssignReplacement.
type replacing struct {
	*App
	partnerID int64
}

func (d *replacing) action() lifecycle.ContractAction { return lifecycle.ActAssignReplacement }

func (d *replacing) check(ctx context.Context, on *ent.Client, c *facts) error {
	var bad fault.Fields
	bad.Check(d.partnerID > 0, "partner_id", "is required: the id of one of your partners")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	p, err := ownPartner(ctx, on, c.who, d.partnerID)
	if err != nil {
		return err
	}
	why, err := obstacles(ctx, on, p, c.row)
	if err != nil {
		return err
	}
	return refuseIneligible(why)
}

func (d *replacing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	if err := book(ctx, tx, c.row, d.partnerID); err != nil {
		return err
	}
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractAssignReplacement, by: c.who, now: c.now,
		set: func(u *ent.ContractUpdate) {
			handOver(u, d.partnerID, c.now)
			u.SetSupervisorID(c.who.UserID)
		},
		beside: []step{openAssignment(d.partnerID), d.announce("contract_reassigned")},
	})
}

// handOver gives a contract to a partner that has it at once.
func handOver(u *ent.ContractUpdate, partnerID int64, now time.Time) {
	u.SetPartnerID(partnerID).SetAcceptedAt(now).ClearReleasedAt().ClearEscalationDeadlineAt().
		ClearOnRouteAt().ClearDepartureRemindedAt()
}

// findContract reads a contract that the caller may know of.
//
// Faults: NOT_FOUND.
func (a *App) findContract(ctx context.Context, who actor.Actor, id int64) (*contractRow, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.contractRows(ctx, a.store.Client(), who, decisive, func(s *sql.Selector, c *sql.SelectTable) {
		s.Where(sql.EQ(c.C(contract.FieldID), id))
	})
	if err != nil {
		return nil, store.Fault(err)
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.RecordNotFound, "There is no such contract.")
	}
	return rows[0], nil
}

// answer renders a contract after the caller's action, with the ties that the
// caller has now or had before it (rulings, "The answer of an action").
func (a *App) answer(ctx context.Context, who actor.Actor, id int64, now time.Time, w ContractWants, before view.Tie) (*view.Contract, error) {
	var v *view.Contract
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s, t := selectContracts(a.store.Dialect(), w)
		s.Where(sql.EQ(t.c.C(contract.FieldID), id))
		rows, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		views, err := a.seeContracts(ctx, on, who, now, rows, w, before)
		if err == nil {
			v = views[0]
		}
		return err
	})
	return v, err
}

// candidate is a partner with the competency that a contract asks for, if any.
type candidate struct {
	*ent.Partner
	competencies []*ent.Competency
}

// ownPartner reads a partner that the supervisor made. One of somebody else is
// not told apart from an unknown one.
//
// Faults: PARTNER_NOT_ELIGIBLE.
func ownPartner(ctx context.Context, on *ent.Client, who actor.Actor, id int64) (*candidate, error) {
	p, err := candidateOf(ctx, on, id, partner.CreatedByID(who.UserID), partner.DeletedAtIsNil())
	if err == nil && p == nil {
		err = refuseIneligible([]fault.Refusal{{Rule: "own_partner", Needed: "one of your partners", Actual: "no such partner"}})
	}
	return p, err
}

// candidateOf reads a partner of whom the conditions hold, with its competencies;
// nil for none.
func candidateOf(ctx context.Context, on *ent.Client, id int64, where ...predicate.Partner) (*candidate, error) {
	p, err := on.Partner.Query().Where(append(where, partner.ID(id))...).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nil is said to be nobody
	}
	if err != nil {
		return nil, err
	}
	list, err := on.Competency.Query().Where(competency.PartnerID(id)).All(ctx)
	return &candidate{Partner: p, competencies: list}, err
}

// obstacles are the rules that keep a partner from taking a contract over, its
// other work at the same time among them.
func obstacles(ctx context.Context, on *ent.Client, p *candidate, r *contractRow) ([]fault.Refusal, error) {
	why := ineligibilities(p, r)
	busy, err := busyWith(ctx, on, r, p.ID)
	if err == nil && busy != nil {
		why = append(why, overlap(*busy.ScheduledEndAt))
	}
	return why, err
}

// ineligibilities are the rules that keep a partner from taking a contract
// (Nukitu reference, 681). hasEligible says the same in SQL.
func ineligibilities(p *candidate, r *contractRow) []fault.Refusal {
	var why []fault.Refusal
	needs := func(ok bool, rule, needed, actual string) {
		if !ok {
			why = append(why, fault.Refusal{Rule: rule, Needed: needed, Actual: actual})
		}
	}
	needs(p.Status == lifecycle.PartnerActive, "partner_active", "an active partner", string(p.Status))
	needs(p.VerificationStatus == lifecycle.VerificationCompleted, "partner_verified", "a verified partner", string(p.VerificationStatus))
	needs(p.ID != r.partnerID || !r.released.Valid, "another_partner", "another partner than the one who lost the contract", "the same partner")
	var found *ent.Competency
	for _, c := range p.competencies {
		if c.SubServiceID == r.subService.id {
			found = c
		}
	}
	if found == nil {
		needs(false, "competency", "a competency in "+r.subService.name, "none")
		return why
	}
	needs(found.Status == lifecycle.CatalogueActive, "competency_active", "an active competency in "+r.subService.name, string(found.Status))
	kinds := kindsOf(found.Installation, found.Maintenance, found.Repair)
	needs(slices.Contains(kinds, r.kind), "competency_kind", "a competency for "+string(r.kind), fmt.Sprint(kinds))
	return why
}

// refuseIneligible is the fault of a partner that cannot take a contract; nil
// without a reason.
//
// Faults: PARTNER_NOT_ELIGIBLE.
func refuseIneligible(why []fault.Refusal) error {
	if len(why) == 0 {
		return nil
	}
	var bad fault.Fields
	bad.Add("partner_id", "is not eligible")
	e, _ := fault.As(bad.Err(fault.PartnerIneligible))
	e.Refusals = why
	return e
}
