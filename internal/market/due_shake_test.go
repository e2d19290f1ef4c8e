package market_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contract"
	"kontrak/ent/payment"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
)

// shakenUp are the invariants that rows break which a test writes at random past the
// use-cases.
var shakenUp = []string{
	testkit.PlaysBackBeside,
	"a contract is offered once it is paid", "a day of work ends with its contract",
	"a history row begins where the one before ended", "a payment waits only while the contract does",
	"a payment's instants fit its status",
	"an assignment that is over, or accepted by its partner, has an answer's instant",
	"an open assignment is the partner's", "days are worked on contracts whose work began",
	"history does not run backwards, nor past the contract", "instants of a contract's life are there when they passed",
	"instants of a contract's life follow each other", "no partner has two works at once",
	"nothing that is over has an assignment pending", "only completed contracts are reviewed, and their partner is",
	"only running contracts have a request pending", "running work has a day that runs, and only running work",
	"the history counts the versions", "the last history row tells the present state",
	"the step says how far the wizard has come", "whoever has a contract has not lost it",
	"whoever has an accepted contract has an accepted assignment", "work is done on paid contracts only",
	testkit.PlaysBack,
}

// shaking puts contracts into states that wait for time, or for people, with
// instants drawn around now.
type shaking struct {
	*rand.Rand
	app *testkit.App
	now time.Time
	// within is how far ahead the deadlines lie, and a third of it behind.
	within time.Duration
}

// at draws an instant; some of them are the same for several contracts.
func (s *shaking) at() time.Time {
	whole := s.within / 16
	back, n := s.now.Add(-s.within/3), s.within+s.within/3
	if s.IntN(4) == 0 {
		return back.Add(time.Duration(s.Int64N(int64(n/whole))) * whole).Truncate(time.Millisecond)
	}
	return back.Add(time.Duration(s.Int64N(int64(n)))).Truncate(time.Millisecond)
}

// shake changes every contract that has a payment.
func (s *shaking) shake(t testing.TB) {
	t.Helper()
	c := s.app.Store.Client()
	for _, p := range c.Payment.Query().Order(payment.ByContractID()).AllX(t.Context()) {
		s.change(t, p)
	}
}

func (s *shaking) change(t testing.TB, p *ent.Payment) {
	t.Helper()
	ctx, c := t.Context(), s.app.Store.Client()
	start := s.at().Add(time.Duration(s.Int64N(int64(s.within))))
	c.Contract.Update().Where(contract.ID(p.ContractID)).SetOfferedAt(s.now.Add(-s.within)).
		ClearEscalationDeadlineAt().ClearReleasedAt().ClearAcceptedAt().ClearDepartureRemindedAt().ClearOnRouteAt().ExecX(ctx)
	row := c.Contract.Update().Where(contract.ID(p.ContractID)).AddVersion(1).SetStage("").
		SetScheduledStartAt(start).SetScheduledEndAt(start.Add(3 * time.Hour))
	pay := c.Payment.Update().Where(payment.ID(p.ID)).SetStatus(lifecycle.PaymentPaid).SetDeadlineAt(s.at())
	open := c.Assignment.Update().Where(assignment.ContractID(p.ContractID), assignment.Sequence(1))
	switch s.IntN(8) {
	case 0, 1:
		row.SetStatus(lifecycle.ContractPaymentPending).ClearOfferedAt()
		pay.SetStatus(lifecycle.PaymentUnpaid)
		open.SetStatus(lifecycle.AssignmentPending)
	case 2:
		row.SetStatus(lifecycle.ContractPaymentPending).ClearOfferedAt()
		pay.SetStatus(lifecycle.PaymentPending)
		open.SetStatus(lifecycle.AssignmentPending)
	case 3, 4:
		row.SetStatus(lifecycle.ContractPartnerPending).SetStage(lifecycle.StagePartner).SetEscalationDeadlineAt(s.at())
		open.SetStatus(lifecycle.AssignmentPending)
	case 5:
		row.SetStatus(lifecycle.ContractPartnerPending).SetStage(lifecycle.StageSupervisor).
			SetReleasedAt(s.now.Add(-s.within)).SetEscalationDeadlineAt(s.at())
		open.SetStatus(lifecycle.AssignmentExpired)
	case 6:
		row.SetStatus(lifecycle.ContractAccepted).SetAcceptedAt(s.now.Add(-time.Duration(s.Int64N(int64(s.within)))).Truncate(time.Millisecond))
		open.SetStatus(lifecycle.AssignmentAccepted)
	case 7:
		row.SetStatus(lifecycle.ContractOnRoute).SetAcceptedAt(s.now.Add(-s.within)).SetOnRouteAt(s.now)
		open.SetStatus(lifecycle.AssignmentAccepted)
	}
	// A contract that was given to a second partner has its first try closed.
	c.Assignment.Update().Where(assignment.ContractID(p.ContractID), assignment.SequenceGT(1)).SetStatus(lifecycle.AssignmentCancelled).ExecX(ctx)
	row.ExecX(ctx)
	pay.ExecX(ctx)
	open.ExecX(ctx)
}
