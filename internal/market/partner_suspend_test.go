package market_test

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/ent/outbox"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// held are the contracts of a partner: those it was asked for, and those it has
// accepted, soonest start first.
func (w *truth) held(partnerID int64) (offers, works []*ent.Contract) {
	for _, c := range w.contracts {
		switch {
		case c.PartnerID != partnerID:
		case c.Status == lifecycle.ContractPartnerPending && c.Stage == lifecycle.StagePartner:
			offers = append(offers, c)
		case slices.Contains([]lifecycle.ContractStatus{"accepted", "on_route", "in_progress"}, c.Status):
			works = append(works, c)
		}
	}
	slices.SortFunc(offers, func(a, b *ent.Contract) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(works, func(a, b *ent.Contract) int { return a.ScheduledStartAt.Compare(*b.ScheduledStartAt) })
	return offers, works
}

func TestSuspendingAPartnerTakesItsOffersAndListsItsWork(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(testkit.PlaysBack)
		as, c, m := signedIn(t, app), app.Store.Client(), app.Market
		id := app.World.Partners["partner"]
		// The first that was made begins last.
		c.Contract.Update().Where(contract.ID(app.World.Contract("approaching"))).
			SetScheduledStartAt(app.World.Now.AddDate(0, 0, 30)).SetScheduledEndAt(app.World.Now.AddDate(0, 0, 31)).ExecX(t.Context())
		w := readTruth(t, app)
		offers, works := w.held(id)
		if len(offers) < 2 || len(works) < 3 {
			t.Fatalf("%d offers and %d works say nothing", len(offers), len(works))
		}
		app.Clock.Advance(time.Minute + 300*time.Microsecond)
		now := app.Clock.Now().Truncate(time.Millisecond)
		before := app.Snapshot(t)
		s, err := m.SuspendPartner(as[admin], id, "Complaints.", everything.Partner, everything)
		if err != nil {
			t.Fatal(err)
		}
		changed := []string{"catalogue_changes", "contract_history", "contracts", "outbox", "partner_assignments", "partners"}
		if got := differing(before, app.Snapshot(t)); !slices.Equal(got, changed) {
			t.Errorf("changed tables %q, want %q", got, changed)
		}
		want := *w.partners[id]
		want.Status, want.StatusReason, want.Version, want.UpdatedAt = lifecycle.PartnerSuspended, "Complaints.", want.Version+1, now
		if got := c.Partner.GetX(t.Context(), id); got.String() != want.String() {
			t.Errorf("the partner is\n%s, want\n%s", got, want.String())
		}
		if s.Partner.Status != lifecycle.PartnerSuspended || *s.Partner.StatusReason != "Complaints." {
			t.Errorf("the partner is answered as %+v", s.Partner)
		}
		if !slices.Equal(idsOf(s.Escalated, viewID), idsOf(offers, contractID)) || !slices.Equal(idsOf(s.ForAction, viewID), idsOf(works, contractID)) {
			t.Errorf("%v were escalated and %v are for action, want %v and %v",
				idsOf(s.Escalated, viewID), idsOf(s.ForAction, viewID), idsOf(offers, contractID), idsOf(works, contractID))
		}
		for i, o := range offers {
			checkTaken(t, app, o, s.Escalated[i], now)
			if _, err := m.AcceptContract(as[technician], o.ID, everything); codeOf(err) != fault.RecordNotFound {
				t.Errorf("the suspended partner accepts contract %d: %v", o.ID, err)
			}
		}
		if n := c.ContractHistory.Query().Where(contracthistory.At(now)).CountX(t.Context()); n != len(offers) {
			t.Errorf("%d history rows, want %d", n, len(offers))
		}
	})
}

// TestWhatASuspendedPartnerHasLostAlreadyStaysWhereItIs: in the queue.
func TestWhatASuspendedPartnerHasLostAlreadyStaysWhereItIs(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		before := queueContract(t, app)
		s, err := app.Market.SuspendPartner(app.As(admin), before.PartnerID, "Complaints.", 0, market.ContractWants{})
		if err != nil || len(s.Escalated) != 0 || queueContract(t, app).String() != before.String() {
			t.Errorf("%+v, %v; the contract is %s", s, err, queueContract(t, app))
		}
	})
}

// checkTaken wants a contract as the suspension of its partner leaves it.
func checkTaken(t *testing.T, app *testkit.App, before *ent.Contract, v *view.Contract, now time.Time) {
	t.Helper()
	c := app.Store.Client()
	deadline := now.Add(24 * time.Hour)
	if before.ScheduledStartAt.Before(deadline) {
		deadline = *before.ScheduledStartAt
	}
	want := *before
	want.Stage, want.ReleasedAt, want.EscalationDeadlineAt = lifecycle.StageSupervisor, &now, &deadline
	want.Version, want.UpdatedAt = before.Version+1, now
	if got := c.Contract.GetX(t.Context(), before.ID); got.String() != want.String() {
		t.Errorf("the contract is\n%s, want\n%s", got, want.String())
	}
	account, _ := app.World.Account(admin)
	h := c.ContractHistory.Query().Where(contracthistory.ContractID(before.ID), contracthistory.ContractVersion(want.Version)).OnlyX(t.Context())
	if h.Event != lifecycle.ContractEscalate || h.ActorRole != "admin" || *h.ActorID != account.UserID || h.Reason != "The partner was suspended." ||
		*h.PartnerID != before.PartnerID || !h.At.Equal(now) {
		t.Errorf("the history says %s", h)
	}
	checkChanges(t, h.Changes, map[string][2]any{
		"stage": {"partner", "supervisor"}, "released_at": {nil, now}, "escalation_deadline_at": {before.EscalationDeadlineAt, deadline},
	})
	a := c.Assignment.Query().Where(assignment.ContractID(before.ID)).OnlyX(t.Context())
	if a.Status != lifecycle.AssignmentCancelled || a.StatusReason != "The partner was suspended." || a.RespondedAt != nil || !a.UpdatedAt.Equal(now) {
		t.Errorf("the try is %s", a)
	}
	if n := c.Outbox.Query().Where(outbox.ContractID(before.ID), outbox.Topic("contract_escalated"), outbox.CreatedAt(now)).CountX(t.Context()); n != 1 {
		t.Errorf("%d messages of contract %d", n, before.ID)
	}
	if v.DisplayStatus != lifecycle.DisplaySupervisorPending || v.Version != want.Version {
		t.Errorf("the answer says of contract %d: %s, version %d", v.ID, v.DisplayStatus, v.Version)
	}
}

func TestAPartnerIsSuspendedOnceAndReinstated(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as, m := readTruth(t, app), signedIn(t, app), app.Market
		id, none := app.World.Partners["partner"], market.ContractWants{}
		suspend := func(ctx context.Context, id int64, why string) error {
			_, err := m.SuspendPartner(ctx, id, why, 0, none)
			return err
		}
		reinstate := func(ctx context.Context, id int64) error {
			_, err := m.ReinstatePartner(ctx, id, 0)
			return err
		}
		before := app.Snapshot(t)
		for _, u := range w.callers() {
			if u.Role == "admin" {
				continue
			}
			if err := suspend(as[u.Email], id, "Complaints."); codeOf(err) != fault.RoleForbidden {
				t.Errorf("%s suspends: %v", u.Email, err)
			}
			if err := reinstate(as[u.Email], 1<<40); codeOf(err) != fault.RoleForbidden {
				t.Errorf("%s reinstates: %v", u.Email, err)
			}
		}
		for _, unknown := range []int64{0, -1, 1 << 40, app.World.Partners["deleted"]} {
			if err := errorsOf(suspend(as[admin], unknown, ""), reinstate(as[admin], unknown)); err != "NOT_FOUND NOT_FOUND" {
				t.Errorf("partner %d: %s", unknown, err)
			}
		}
		for _, why := range []string{"", " ", strings.Repeat("a", 1001), "\x00"} {
			if err := suspend(as[admin], id, why); codeOf(err) != fault.InputInvalid {
				t.Errorf("for %.10q: %v", why, err)
			}
		}
		if got := errorsOf(reinstate(as[admin], id), suspend(as[admin], app.World.Partners["suspended"], "Again.")); got != "WRONG_STATE WRONG_STATE" {
			t.Errorf("not suspended, and suspended already: %s", got)
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("what was refused wrote %q", differing(before, after))
		}
		inactive := app.World.Partners["inactive"]
		for _, id := range []int64{id, inactive} {
			if got := errorsOf(suspend(as[admin], id, "Complaints."), suspend(as[admin], id, "Complaints."), reinstate(as[admin], id), reinstate(as[admin], id)); got != " WRONG_STATE  WRONG_STATE" {
				t.Errorf("partner %d, suspended twice and reinstated twice: %q", id, got)
			}
			if p := app.Store.Client().Partner.GetX(t.Context(), id); p.Status != lifecycle.PartnerActive || p.StatusReason != "" || p.Version != w.partners[id].Version+2 {
				t.Errorf("afterwards it is %s", p)
			}
		}
	})
}

// errorsOf gives the codes, with spaces between.
func errorsOf(list ...error) string {
	codes := make([]string, len(list))
	for i, err := range list {
		codes[i] = string(codeOf(err))
	}
	return strings.Join(codes, " ")
}

// TestAnOfferIsAcceptedOrTakenWhenItsPartnerIsSuspended: at the same instant, forty
// times; it is never left with a suspended partner.
func TestAnOfferIsAcceptedOrTakenWhenItsPartnerIsSuspended(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, c, m := signedIn(t, app), app.Store.Client(), app.Market
		id, pattern := app.World.Partners["partner"], app.Pattern(t, app.World.Contract("offer"))
		told := map[string]int{}
		for range 40 {
			offer := pattern.Copy(t)
			var accepted, suspended error
			var s *market.Suspension
			var both sync.WaitGroup
			both.Go(func() { _, accepted = m.AcceptContract(as[technician], offer, none) })
			both.Go(func() {
				s, suspended = m.SuspendPartner(as[admin], id, "Complaints.", 0, none)
			})
			both.Wait()
			if suspended != nil {
				t.Fatal(suspended)
			}
			after := c.Contract.GetX(t.Context(), offer)
			listed, taken := slices.Contains(idsOf(s.ForAction, viewID), offer), slices.Contains(idsOf(s.Escalated, viewID), offer)
			if accepted == nil && (after.Status != lifecycle.ContractAccepted || !listed || taken) || accepted != nil && (!waiting(after) || listed || !taken) {
				t.Errorf("accepting said %v; listed %v, taken %v; the contract is %s", accepted, listed, taken, after)
			}
			told[string(codeOf(accepted))]++
			_, reinstated := m.ReinstatePartner(as[admin], id, 0)
			_, cancelled := m.ForceCancel(as[admin], offer, "The round is over.", none)
			if err := errors.Join(reinstated, cancelled); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s: accepting was answered with %v", db.Name, told)
	})
}

// TestAPaymentThatIsVerifiedWhileThePartnerIsSuspendedLeavesItNoOffer: at the same
// instant or afterwards, the contract waits for a supervisor.
func TestAPaymentThatIsVerifiedWhileThePartnerIsSuspendedLeavesItNoOffer(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		office, c, m := app.As(admin), app.Store.Client(), app.Market
		other, id := app.As(otherAdmin), app.World.Partners["partner"]
		story := app.World.Contract("to_verify")
		pattern, version := app.Pattern(t, story), c.Contract.GetX(t.Context(), story).Version
		takenBy := map[bool]int{}
		for i := range 40 {
			order := pattern.Copy(t)
			var verified, suspended error
			var s *market.Suspension
			suspend := func() { s, suspended = m.SuspendPartner(wavering{other}, id, "Complaints.", 0, none) }
			if i == 0 {
				suspend()
			}
			var both sync.WaitGroup
			both.Go(func() { _, verified = m.VerifyPayment(wavering{office}, order, none) })
			if i > 0 {
				both.Go(suspend)
			}
			both.Wait()
			if err := errors.Join(verified, suspended); err != nil {
				t.Fatal(err)
			}
			if after := c.Contract.GetX(t.Context(), order); !waiting(after) || after.ReleasedAt == nil || !after.OfferedAt.Equal(*after.ReleasedAt) {
				t.Errorf("the contract is %s", after)
			}
			taken := slices.Contains(idsOf(s.Escalated, viewID), order)
			takenBy[taken]++
			want := []string{"contract_payment_verified", "contract_assigned", "contract_escalated"}
			if !taken {
				want = slices.Delete(want, 1, 2) // it was never asked
			}
			events, topics := tracesOf(t, app, order, version)
			if !slices.Equal(topics, want) || !slices.Equal(events, []lifecycle.ContractEvent{lifecycle.ContractVerifyPayment, lifecycle.ContractEscalate}) {
				t.Errorf("the messages are %q, the events %q", topics, events)
			}
			if _, err := m.ReinstatePartner(office, id, 0); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s: taken by the suspension: %v", db.Name, takenBy)
		if takenBy[false] == 0 {
			t.Error("no payment was verified after the suspension")
		}
	})
}
