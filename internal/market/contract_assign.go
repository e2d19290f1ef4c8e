package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
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
	checkID(&bad, "partner_id", d.partnerID, "Partner", "the id of one of your partners")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	job := c.row.job(c.who.UserID)
	p, err := candidateFound(ctx, on, d.store.Dialect(), c, job.owner, d.partnerID)
	if err != nil {
		return err
	}
	return toAssign.refuseNamed(job, p)
}

func (d *replacing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	if err := d.book(ctx, tx, c.row, d.partnerID); err != nil {
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
