package market_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contracthistory"
	"kontrak/ent/outbox"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// TestAReplacementWritesExactlyItsRows assigns in the last millisecond, with the
// two clocks apart, and holds every row that changed against what it must be.
func TestAReplacementWritesExactlyItsRows(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := signedIn(t, app)
		ctx, c := t.Context(), app.Store.Client()
		before := queueContract(t, app)
		now := before.EscalationDeadlineAt.Add(-time.Millisecond)
		app.Clock.Set(now.Add(400 * time.Microsecond)) // cut to the millisecond
		app.Wall.Set(world.Now.Add(17 * time.Second))
		u, _ := app.World.Account(supervisor)
		chosen := app.World.Queue.EligibleID

		tables := app.Snapshot(t)
		v, err := app.Market.AssignReplacement(as[supervisor], market.AssignReplacement{ContractID: before.ID, PartnerID: chosen}, everything)
		if err != nil {
			t.Fatal(err)
		}
		changed := []string{"contract_history", "contracts", "outbox", "partner_assignments"}
		if got := differing(tables, app.Snapshot(t)); !slices.Equal(got, changed) {
			t.Errorf("changed tables %q, want %q", got, changed)
		}

		want := *before
		want.Status, want.Stage, want.PartnerID, want.SupervisorID = lifecycle.ContractAccepted, "", chosen, &u.UserID
		want.AcceptedAt, want.ReleasedAt, want.EscalationDeadlineAt = &now, nil, nil
		want.Version, want.UpdatedAt = before.Version+1, now
		if got := queueContract(t, app).String(); got != want.String() {
			t.Errorf("the contract is\n%s, want\n%s", got, want.String())
		}
		checkAssignments(t, c.Assignment.Query().Where(assignment.ContractID(before.ID)).Order(assignment.BySequence()).AllX(ctx), before, chosen, u.UserID, now)
		checkHistory(t, c.ContractHistory.Query().Where(contracthistory.ContractID(before.ID)).Order(contracthistory.ByContractVersion()).AllX(ctx), before, chosen, u.UserID, now)
		checkMessage(t, app, before, now)
		if v.Status != lifecycle.ContractAccepted || v.Partner.ID != chosen || len(v.Assignments) != 2 || !v.Ties().Any(view.Supervisor) ||
			v.TotalAmount.Value != before.PricingTotal-before.Discount || v.ContractEscalationStage != nil || v.EscalationDeadlineAt != nil ||
			v.ContractEscalationCountdownActive || *v.PartnerStatus != lifecycle.PartnerAssigned || v.Version != want.Version {
			t.Errorf("the answer is %+v", v)
		}
	})
}

func checkAssignments(t *testing.T, rows []*ent.Assignment, c *ent.Contract, partnerID, supervisorID int64, now time.Time) {
	t.Helper()
	if len(rows) != 2 {
		t.Fatalf("%d assignment rows, want 2", len(rows))
	}
	want := ent.Assignment{
		ID: rows[1].ID, InstitutionID: c.InstitutionID, ContractID: c.ID, PartnerID: partnerID, Sequence: 2,
		Kind: lifecycle.AssignmentReassignment, Status: lifecycle.AssignmentAccepted, AssignedByID: supervisorID,
		AssignedByRole: string(actor.Supervisor), AssignedAt: now, RespondedAt: &now, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if rows[1].String() != want.String() || rows[0].Status != lifecycle.AssignmentRejected {
		t.Errorf("the assignments are\n%s\n%s, want\n%s", rows[0], rows[1], want.String())
	}
}

func checkHistory(t *testing.T, rows []*ent.ContractHistory, c *ent.Contract, partnerID, supervisorID int64, now time.Time) {
	t.Helper()
	last := rows[len(rows)-1]
	want := ent.ContractHistory{
		ID: last.ID, InstitutionID: c.InstitutionID, ContractID: c.ID, ActorID: &supervisorID, ActorRole: string(actor.Supervisor),
		PartnerID: &partnerID, Event: lifecycle.ContractAssignReplacement, FromStatus: lifecycle.ContractPartnerPending,
		FromStage: lifecycle.StageSupervisor, ToStatus: lifecycle.ContractAccepted, ContractVersion: c.Version + 1, At: now,
	}
	checkChanges(t, last.Changes, map[string][2]any{
		"status": {"partner_pending", "accepted"}, "stage": {"supervisor", ""},
		"partner_id": {c.PartnerID, partnerID}, "supervisor_id": {nil, supervisorID},
		"accepted_at": {nil, now}, "released_at": {c.ReleasedAt, nil}, "escalation_deadline_at": {c.EscalationDeadlineAt, nil},
	})
	want.Changes = last.Changes
	if last.String() != want.String() || rows[len(rows)-2].ContractVersion != c.Version {
		t.Errorf("the history ends with\n%s, want\n%s", last, want.String())
	}
}

// checkChanges holds what a history row tells of the changes against the columns
// that changed, each from one value to another. What it tells of lists is held
// against the rows when the test ends.
func checkChanges(t *testing.T, told json.RawMessage, want map[string][2]any) {
	t.Helper()
	var changes map[string]struct{ From, To json.RawMessage }
	if err := json.Unmarshal(told, &changes); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(changes, func(name string, _ struct{ From, To json.RawMessage }) bool { return slices.Contains(lists, name) })
	for name, values := range want {
		for i, got := range []json.RawMessage{changes[name].From, changes[name].To} {
			text, err := json.Marshal(values[i])
			if err != nil {
				t.Fatal(err)
			}
			if at, ok := instantOf(values[i]); ok {
				text, _ = json.Marshal(at.UTC().Format("2006-01-02T15:04:05.000Z"))
			}
			if string(got) != string(text) {
				t.Errorf("the history says that %s went %s, want %s: %s", name, [2]string{"from", "to"}[i], text, told)
			}
		}
	}
	if len(changes) != len(want) {
		t.Errorf("the history tells of %d changes, want %d: %s", len(changes), len(want), told)
	}
}

// lists are the names of what hangs on a contract.
var lists = []string{
	changelog.Schedules, changelog.ContactPersons, changelog.PricingItems, changelog.Assignments, changelog.TimeAdjustments,
	changelog.Inspection, changelog.Conclusion, changelog.Review,
}

func instantOf(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case *time.Time:
		return *v, true
	}
	return time.Time{}, false
}

func checkMessage(t *testing.T, app *testkit.App, c *ent.Contract, now time.Time) {
	t.Helper()
	m := app.Store.Client().Outbox.Query().Where(outbox.Topic("contract_reassigned"), outbox.CreatedAt(now)).OnlyX(t.Context())
	want := ent.Outbox{
		ID: m.ID, Key: m.Key, Channel: lifecycle.ChannelEvent, Topic: "contract_reassigned", InstitutionID: &c.InstitutionID, ContractID: &c.ID, Payload: m.Payload,
		AvailableAt: app.Wall.Now(), CreatedAt: now,
	}
	var payload map[string]int64
	if err := json.Unmarshal(m.Payload, &payload); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(payload, map[string]int64{"contract_id": c.ID, "version": c.Version + 1}) || len(m.Key) < 20 || m.String() != want.String() {
		t.Errorf("the message is\n%s, want\n%s", m, want.String())
	}
}
