package market_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contract"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// forced are the back office's ways out, of contracts in every kind of state.
func forced(t *testing.T, app *testkit.App) []doing {
	c, m := app.Store.Client(), app.Market
	now := theNow
	owed := [2]any{"paid", "refund_due"}
	const why = "Both sides agreed."
	cancelled := func(row *ent.Contract, now time.Time) {
		row.StatusReason, row.CancelledAt, row.EscalationDeadlineAt = why, &now, nil
	}
	cancel := func(story string, changes map[string][2]any, tables ...string) doing {
		row := c.Contract.GetX(t.Context(), app.World.Contract(story))
		changes["status_reason"], changes["cancelled_at"] = [2]any{"", why}, [2]any{nil, now}
		if row.EscalationDeadlineAt != nil {
			changes["escalation_deadline_at"] = [2]any{row.EscalationDeadlineAt, nil}
		}
		return doing{
			name: "cancel " + story, as: admin, story: story, to: "cancelled", event: "force_cancel", reason: why, topic: "contract_cancelled",
			do: func(ctx context.Context, id int64) (*view.Contract, error) {
				return m.ForceCancel(ctx, id, why, everything)
			},
			edit: cancelled, tables: tables, changes: changes,
		}
	}
	complete := func(story string, tables ...string) doing {
		return doing{
			name: "complete " + story, as: admin, story: story, to: "completed", event: "force_complete", reason: why, topic: "contract_completed",
			do: func(ctx context.Context, id int64) (*view.Contract, error) {
				return m.ForceComplete(ctx, id, why, everything)
			},
			edit:   func(row *ent.Contract, now time.Time) { row.StatusReason, row.CompletedAt = why, &now },
			tables: tables, changes: map[string][2]any{"status_reason": {"", why}, "completed_at": {nil, now}},
		}
	}
	return []doing{
		cancel("draft_schedule", map[string][2]any{}, "partner_assignments"),
		cancel("to_pay", map[string][2]any{"payment.status": {"unpaid", "expired"}}, "partner_assignments", "payments", "schedules"),
		cancel("to_verify", map[string][2]any{"payment.status": {"pending", "refund_due"}}, "partner_assignments", "payments", "schedules"),
		cancel("offer_overdue", map[string][2]any{"payment.status": owed}, "partner_assignments", "payments", "schedules"),
		cancel("queue_overdue", map[string][2]any{"payment.status": owed}, "payments", "schedules"),
		cancel("approaching", map[string][2]any{"payment.status": owed}, "partner_assignments", "payments", "schedules"),
		cancel("running", map[string][2]any{"payment.status": owed}, "partner_assignments", "payments", "schedules", "time_adjustments"),
		complete("reassigned", "schedules"),
		complete("running_branch", "schedules"),
		exchange(t, app, "accepted", "eligible", lifecycle.AssignmentCancelled),
		exchange(t, app, "on_route", "eligible", lifecycle.AssignmentCancelled),
		exchange(t, app, "offer", "eligible", lifecycle.AssignmentCancelled),
		exchange(t, app, "queue", "eligible", lifecycle.AssignmentRejected),
	}
}

// exchange is a replacement by the back office, whose partner was taught what the
// contract asks for; before is what the last try is then.
func exchange(t *testing.T, app *testkit.App, story, partner string, before lifecycle.AssignmentStatus) doing {
	c, now := app.Store.Client(), theNow
	row := c.Contract.GetX(t.Context(), app.World.Contract(story))
	next := app.World.Partners[partner]
	teach(t, app, next, row)
	changes := map[string][2]any{"partner_id": {row.PartnerID, next}, "accepted_at": {row.AcceptedAt, now}}
	if row.AcceptedAt == nil {
		changes["accepted_at"] = [2]any{nil, now}
	}
	for name, at := range map[string]*time.Time{
		"released_at": row.ReleasedAt, "escalation_deadline_at": row.EscalationDeadlineAt, "on_route_at": row.OnRouteAt, "departure_reminded_at": row.DepartureRemindedAt,
	} {
		if at != nil {
			changes[name] = [2]any{at, nil}
		}
	}
	const why = "A no-show."
	return doing{
		name: "replace " + story, as: admin, story: story, to: "accepted", event: "replace_partner", reason: why, topic: "contract_reassigned",
		tables: []string{"partner_assignments"}, changes: changes,
		do: func(ctx context.Context, id int64) (*view.Contract, error) {
			return app.Market.ReplacePartner(ctx, market.PartnerReplacement{ContractID: id, PartnerID: next, Reason: why}, everything)
		},
		edit: func(r *ent.Contract, now time.Time) {
			r.PartnerID, r.AcceptedAt, r.ReleasedAt, r.EscalationDeadlineAt = next, &now, nil, nil
			r.OnRouteAt, r.DepartureRemindedAt = nil, nil
		},
		then: func(t *testing.T, now time.Time) {
			t.Helper()
			tries := c.Assignment.Query().Where(assignment.ContractID(row.ID)).Order(assignment.BySequence()).AllX(t.Context())
			last, lost := tries[len(tries)-1], tries[len(tries)-2]
			account, _ := app.World.Account(admin)
			if last.PartnerID != next || last.Status != lifecycle.AssignmentAccepted || last.Kind != lifecycle.AssignmentReassignment ||
				last.AssignedByID != account.UserID || last.AssignedByRole != "admin" || !last.AssignedAt.Equal(now) || last.Sequence != len(tries) {
				t.Errorf("the new try is %s", last)
			}
			if lost.Status != before || (before == lifecycle.AssignmentCancelled) != (lost.StatusReason == why) {
				t.Errorf("the last try is %s", lost)
			}
		},
	}
}

// teach gives a partner the competency that a contract asks for, and time for it.
func teach(t testing.TB, app *testkit.App, partnerID int64, row *ent.Contract) {
	t.Helper()
	c := app.Store.Client()
	_, err := c.ExecContext(t.Context(), "DELETE FROM competencies WHERE partner_id = $1 AND sub_service_id = $2", partnerID, row.SubServiceID)
	if err != nil {
		t.Fatal(err)
	}
	c.Competency.Create().SetPartnerID(partnerID).SetSubServiceID(row.SubServiceID).SetStatus(lifecycle.CatalogueActive).
		SetCreatedAt(row.CreatedAt).SetUpdatedAt(row.CreatedAt).ExecX(t.Context())
}

func TestTheBackOfficesWaysOutWriteExactlyTheirRows(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := signedIn(t, app)
		for _, d := range forced(t, app) {
			d.check(t, app, as)
		}
	})
}

// TestAReplacementByTheBackOfficeIsRefused names the rule that is broken.
func TestAReplacementByTheBackOfficeIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(testkit.PlaysBack)
		as, c, m := signedIn(t, app), app.Store.Client(), app.Market
		q := c.Contract.GetX(t.Context(), app.World.Queue.ContractID)
		accepted := c.Contract.GetX(t.Context(), app.World.Contract("accepted"))
		busy := app.World.Partners["eligible_too"]
		teach(t, app, busy, accepted)
		// Of two periods that touch, neither is in the other's way.
		other := c.Contract.Query().Where(contract.PartnerID(busy), contract.StatusEQ(lifecycle.ContractAccepted)).FirstX(t.Context())
		c.Contract.UpdateOne(other).SetScheduledStartAt(accepted.ScheduledEndAt.Add(-time.Millisecond)).SetScheduledEndAt(accepted.ScheduledEndAt.Add(time.Hour)).ExecX(t.Context())
		type refused struct {
			contract, partner int64
			rules             []string
		}
		list := []refused{
			{accepted.ID, 1 << 40, []string{"partner"}},
			{accepted.ID, app.World.Partners["deleted"], []string{"partner"}},
			{accepted.ID, accepted.PartnerID, []string{"another_partner"}}, // its own work is not in its way
			{q.ID, q.PartnerID, []string{"another_partner"}},
			{accepted.ID, busy, []string{"overlap"}},
		}
		for _, p := range app.World.Queue.Ineligible {
			if rule := rules[p.Rule]; rule != "own_partner" {
				list = append(list, refused{q.ID, p.PartnerID, []string{rule}})
			}
		}
		for _, r := range list {
			if r.partner == 0 {
				continue // the demo has none of that name
			}
			before := app.Snapshot(t)
			_, err := m.ReplacePartner(as[admin], market.PartnerReplacement{ContractID: r.contract, PartnerID: r.partner, Reason: "Ill."}, everything)
			f, _ := fault.As(err)
			if f == nil || f.Code != fault.PartnerIneligible || !slices.Equal(rulesOf(f), r.rules) {
				t.Errorf("contract %d to partner %d: %v %v, want %v", r.contract, r.partner, err, f, r.rules)
			}
			if changed := differing(before, app.Snapshot(t)); len(changed) > 0 {
				t.Errorf("a refused replacement wrote %q", changed)
			}
		}
		c.Contract.UpdateOne(other).SetScheduledStartAt(*accepted.ScheduledEndAt).ExecX(t.Context())
		if _, err := m.ReplacePartner(as[admin], market.PartnerReplacement{ContractID: accepted.ID, PartnerID: busy, Reason: "Ill."}, everything); err != nil {
			t.Errorf("a partner whose next work begins at the end: %v", err)
		}
	})
}

func rulesOf(f *fault.Error) []string {
	var list []string
	for _, r := range f.Refusals {
		list = append(list, r.Rule)
	}
	return list
}

// TestThePartnerThatIsReplacedLosesSightOfTheContract, and the other one sees it.
func TestThePartnerThatIsReplacedLosesSightOfTheContract(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m := signedIn(t, app), app.Market
		row := app.Store.Client().Contract.GetX(t.Context(), app.World.Contract("accepted"))
		next := app.World.Partners["eligible"]
		teach(t, app, next, row)
		if _, err := m.ReplacePartner(as[admin], market.PartnerReplacement{ContractID: row.ID, PartnerID: next, Reason: "Ill."}, everything); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Contract(as[technician], row.ID, everything); codeOf(err) != fault.RecordNotFound {
			t.Errorf("the replaced partner still reads it: %v", err)
		}
		v, err := m.Contract(as[app.PartnerEmail("eligible")], row.ID, everything)
		if err != nil || len(v.Assignments) != 1 || v.Partner.ID != next {
			t.Errorf("the other partner reads %+v, %v", v, err)
		}
		v, err = m.Contract(as[institution], row.ID, everything)
		if err != nil || v.Partner == nil || v.Partner.ID != next || len(v.Assignments) != 2 || *v.Assignments[0].StatusReason != "Ill." {
			t.Errorf("the institution reads %+v, %v", v, err)
		}
	})
}
