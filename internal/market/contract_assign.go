package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/competency"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
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
	who, err := caller(ctx, actor.Supervisor)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	r, err := a.findContract(ctx, who, in.ContractID)
	if err != nil {
		return nil, err
	}
	before := contractTies(who, r)
	var bad fault.Fields
	bad.Check(in.PartnerID > 0, "partner_id", "is required: the id of one of your partners")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		return a.assignReplacement(ctx, tx, who, r, in.PartnerID, now)
	})
	if err != nil {
		return nil, err
	}
	return a.answer(ctx, who, r.id, now, w, before)
}

// findContract reads a contract that the caller may know of.
//
// Faults: NOT_FOUND.
func (a *App) findContract(ctx context.Context, who actor.Actor, id int64) (*contractRow, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.contractRows(ctx, a.store.Client(), who, ContractWants{Parts: WantSubService}, func(s *sql.Selector, c *sql.SelectTable) {
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

// assignReplacement decides and writes the reassignment of a contract.
func (a *App) assignReplacement(ctx context.Context, tx *ent.Tx, who actor.Actor, r *contractRow, partnerID int64, now time.Time) error {
	p, err := ownPartner(ctx, tx, who, partnerID)
	if err != nil {
		return err
	}
	if why := ineligibilities(p, r); len(why) > 0 {
		return notEligible(why)
	}
	if r.state() != lifecycle.StateSupervisorPending {
		return wrongState(r, lifecycle.ContractAssignReplacement)
	}
	if !now.Before(r.deadline.V) {
		return fault.New(fault.DeadlinePassed, "").
			Refuse("deadline", "before "+r.deadline.V.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	err = moveContract(ctx, tx, r, move{
		event: lifecycle.ContractAssignReplacement, by: who, now: now, partnerID: partnerID,
		changed: changes{"partner_id": {From: r.partnerID, To: partnerID}},
		set: func(u *ent.ContractUpdate) {
			u.SetPartnerID(partnerID).SetSupervisorID(who.UserID).SetAcceptedAt(now).
				ClearReleasedAt().ClearEscalationDeadlineAt()
		},
	})
	if err != nil {
		return err
	}
	if err := addAssignment(ctx, tx, r, who, partnerID, now); err != nil {
		return err
	}
	return a.announce(ctx, tx, "contract_reassigned", r, now)
}

// addAssignment adds the row of a partner that has the contract at once.
func addAssignment(ctx context.Context, tx *ent.Tx, r *contractRow, who actor.Actor, partnerID int64, now time.Time) error {
	last, err := tx.Assignment.Query().Where(assignment.ContractID(r.id)).
		Aggregate(ent.Max(assignment.FieldSequence)).Int(ctx)
	if err != nil {
		return err
	}
	return tx.Assignment.Create().
		SetInstitutionID(r.institutionID).SetContractID(r.id).SetPartnerID(partnerID).SetSequence(last + 1).
		SetKind(lifecycle.AssignmentReassignment).SetStatus(lifecycle.AssignmentAccepted).
		SetAssignedByID(who.UserID).SetAssignedByRole(string(who.Role)).
		SetAssignedAt(now).SetRespondedAt(now).SetCreatedAt(now).SetUpdatedAt(now).
		Exec(ctx)
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
func ownPartner(ctx context.Context, tx *ent.Tx, who actor.Actor, id int64) (*candidate, error) {
	p, err := tx.Partner.Query().
		Where(partner.ID(id), partner.CreatedByID(who.UserID), partner.DeletedAtIsNil()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, notEligible([]fault.Refusal{{Rule: "own_partner", Needed: "one of your partners", Actual: "no such partner"}})
	}
	if err != nil {
		return nil, err
	}
	list, err := tx.Competency.Query().Where(competency.PartnerID(id)).All(ctx)
	return &candidate{Partner: p, competencies: list}, err
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

func notEligible(why []fault.Refusal) error {
	var bad fault.Fields
	bad.Add("partner_id", "is not eligible")
	e, _ := fault.As(bad.Err(fault.PartnerIneligible))
	e.Refusals = why
	return e
}
