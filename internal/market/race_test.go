package market_test

import (
	"slices"
	"sync"
	"testing"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contracthistory"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// race runs both at once and gives their codes, the winner's first; the winner is
// the one that met no fault.
func race(one, other func() error) (codes [2]fault.Code, winner int) {
	var both sync.WaitGroup
	for i, act := range []func() error{one, other} {
		both.Go(func() { codes[i] = codeOf(act()) })
	}
	both.Wait()
	if codes[0] != "" {
		winner = 1
	}
	slices.Sort(codes[:])
	return codes, winner
}

// tooLate are the answers to whoever was not first.
var tooLate = []fault.Code{fault.Stale, fault.WrongState, fault.RecordNotFound}

// TestOfAnAcceptanceAndARejectionOneWins: forty times, and the rows are its alone.
func TestOfAnAcceptanceAndARejectionOneWins(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("the last history row tells the present state", "a history row begins where the one before ended", testkit.PlaysBack)
		as, c, m, id, none := signedIn(t, app), app.Store.Client(), app.Market, app.World.Contract("offer"), market.ContractWants{}
		row := c.Contract.GetX(t.Context(), id)
		wins := [2]int{}
		for range 40 {
			before := c.Contract.GetX(t.Context(), id).Version
			codes, winner := race(
				func() error { return contractErr(m.AcceptContract(as[technician], id, none)) },
				func() error { return contractErr(m.RejectContract(as[technician], id, "Ill.", none)) },
			)
			wins[winner]++
			after := c.Contract.GetX(t.Context(), id)
			try := c.Assignment.Query().Where(assignment.ContractID(id)).OnlyX(t.Context())
			if codes[0] != "" || !slices.Contains(tooLate, codes[1]) || after.Version != before+1 {
				t.Errorf("the two were told %q; version %d became %d", codes, before, after.Version)
			}
			wantTry := []lifecycle.AssignmentStatus{lifecycle.AssignmentAccepted, lifecycle.AssignmentRejected}[winner]
			if (winner == 0) != (after.Status == lifecycle.ContractAccepted) || (winner == 1) != waiting(after) || try.Status != wantTry {
				t.Errorf("%d won, and the contract is %s with %s", winner, after, try)
			}
			if n := c.ContractHistory.Query().Where(contracthistory.ContractID(id), contracthistory.ContractVersionGT(before)).CountX(t.Context()); n != 1 {
				t.Errorf("%d history rows", n)
			}
			offerAgain(t, c, row)
		}
		t.Logf("%s: %d accepted, %d rejected", db.Name, wins[0], wins[1])
	})
}

// offerAgain puts an offer back to where it was.
func offerAgain(t *testing.T, c *ent.Client, row *ent.Contract) {
	t.Helper()
	c.Assignment.Update().Where(assignment.ContractID(row.ID)).SetStatus(lifecycle.AssignmentPending).ClearRespondedAt().ExecX(t.Context())
	c.Contract.UpdateOneID(row.ID).SetStatus(row.Status).SetStage(row.Stage).SetEscalationDeadlineAt(*row.EscalationDeadlineAt).
		ClearReleasedAt().ClearAcceptedAt().ExecX(t.Context())
}

// TestOfTwoAnswersToARequestOneWins: granted or refused, by two members at once.
func TestOfTwoAnswersToARequestOneWins(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("granted time adds up")
		as, c, m, id, none := signedIn(t, app), app.Store.Client(), app.Market, app.World.Contract("running"), market.ContractWants{}
		wins := [2]int{}
		for range 40 {
			before := c.Contract.GetX(t.Context(), id)
			codes, winner := race(
				func() error { return contractErr(m.ApproveExtension(as[institution], id, none)) },
				func() error { return contractErr(m.RejectExtension(as[member], id, "No.", none)) },
			)
			wins[winner]++
			after := c.Contract.GetX(t.Context(), id)
			request := c.TimeAdjustment.Query().Where(timeadjustment.ContractID(id)).OnlyX(t.Context())
			granted := []int64{90, 0}[winner]
			want := []lifecycle.AdjustmentStatus{lifecycle.AdjustmentApproved, lifecycle.AdjustmentRejected}[winner]
			if codes[0] != "" || !slices.Contains(tooLate, codes[1]) || after.ExtensionMinutes != before.ExtensionMinutes+granted || request.Status != want {
				t.Errorf("%d won, the two were told %q, the contract is %s with %s", winner, codes, after, request)
			}
			c.TimeAdjustment.UpdateOne(request).SetStatus(lifecycle.AdjustmentPending).ClearRespondedAt().ClearApprovedAt().ExecX(t.Context())
		}
		t.Logf("%s: %d granted, %d refused", db.Name, wins[0], wins[1])
	})
}
