package market_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/ent/outbox"
	"kontrak/ent/qrtoken"
	"kontrak/ent/schedule"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// doing is one action, and what it must have written.
type doing struct {
	name, as string
	story    string
	do       func(ctx context.Context, id int64) (*view.Contract, error)
	// tables beside the contract, its history and the outbox.
	tables []string
	// edit makes the row of the contract what it must be; status, version and
	// updated_at come by themselves.
	edit    func(c *ent.Contract, now time.Time)
	event   lifecycle.ContractEvent
	to      lifecycle.ContractState
	reason  string
	changes map[string][2]any // status and stage come by themselves
	topic   string
	then    func(t *testing.T, now time.Time) // what else must be so
}

// check does the action a minute and a bit after the last one and holds every row
// that changed against what it must be.
func (w doing) check(t *testing.T, app *testkit.App, as map[string]context.Context) {
	t.Helper()
	c, id := app.Store.Client(), app.World.Contract(w.story)
	before := c.Contract.GetX(t.Context(), id)
	app.Clock.Advance(time.Minute + 400*time.Microsecond)
	now := app.Clock.Now().Truncate(time.Millisecond)
	tables := app.Snapshot(t)
	v, err := w.do(as[w.as], id)
	if err != nil {
		t.Fatalf("%s: %v", w.name, err)
	}
	want := slices.Sorted(slices.Values(append(w.tables, "contract_history", "contracts", "outbox")))
	if got := differing(tables, app.Snapshot(t)); !slices.Equal(got, want) {
		t.Errorf("%s: changed tables %q, want %q", w.name, got, want)
	}
	row := *before
	row.Status, row.Stage, row.Version, row.UpdatedAt = w.to.Status(), w.to.Stage(), before.Version+1, now
	if w.edit != nil {
		w.edit(&row, now)
	}
	after := c.Contract.GetX(t.Context(), id)
	if after.String() != row.String() {
		t.Errorf("%s: the contract is\n%s, want\n%s", w.name, after, row.String())
	}
	if v.ID != id || v.Status != after.Status || v.Version != after.Version {
		t.Errorf("%s: the answer is of contract %d, %s, version %d", w.name, v.ID, v.Status, v.Version)
	}
	w.checkHistory(t, app, before, after, now)
	m := c.Outbox.Query().Where(outbox.ContractID(id), outbox.CreatedAt(now)).OnlyX(t.Context())
	var payload map[string]int64
	if err := json.Unmarshal(m.Payload, &payload); err != nil || m.Topic != w.topic || payload["version"] != after.Version || len(payload) != 2 {
		t.Errorf("%s: the message is %s %s (%v), want %s", w.name, m.Topic, m.Payload, err, w.topic)
	}
	if w.then != nil {
		w.then(t, now)
	}
}

func (w doing) checkHistory(t *testing.T, app *testkit.App, before, after *ent.Contract, now time.Time) {
	t.Helper()
	h := app.Store.Client().ContractHistory.Query().Where(
		contracthistory.ContractID(before.ID), contracthistory.ContractVersion(after.Version)).OnlyX(t.Context())
	account, _ := app.World.Account(w.as)
	want := ent.ContractHistory{
		ID: h.ID, InstitutionID: before.InstitutionID, ContractID: before.ID, ActorID: &account.UserID, ActorRole: string(account.Role),
		PartnerID: &after.PartnerID, Event: w.event, FromStatus: before.Status, FromStage: before.Stage, ToStatus: after.Status,
		ToStage: after.Stage, Reason: w.reason, Changes: h.Changes, ContractVersion: after.Version, At: now,
	}
	if h.String() != want.String() {
		t.Errorf("%s: the history is\n%s, want\n%s", w.name, h, want.String())
	}
	changes := map[string][2]any{}
	for name, c := range w.changes {
		if at, ok := c[1].(time.Time); ok && at.IsZero() {
			c[1] = now
		}
		changes[name] = c
	}
	if before.Status != after.Status {
		changes["status"] = [2]any{before.Status, after.Status}
	}
	if before.Stage != after.Stage {
		changes["stage"] = [2]any{before.Stage, after.Stage}
	}
	checkChanges(t, h.Changes, changes)
}

// theNow stands for the instant of the action in a list of changes.
var theNow time.Time

// workOf leads a contract of two days through its work.
func workOf(t *testing.T, app *testkit.App, as map[string]context.Context) []doing {
	c, m := app.Store.Client(), app.Market
	const story = "accepted"
	days := func(first, second lifecycle.ScheduleStatus) func(*testing.T, time.Time) {
		return func(t *testing.T, now time.Time) {
			t.Helper()
			rows := c.Schedule.Query().Where(schedule.ContractID(app.World.Contract(story))).Order(schedule.ByDate()).AllX(t.Context())
			if len(rows) != 2 || rows[0].Status != first || rows[1].Status != second || rows[0].Version < 2 || !rows[0].UpdatedAt.Equal(now) {
				t.Errorf("the days of work are %v", rows)
			}
		}
	}
	asked := func(status lifecycle.AdjustmentStatus, reason string, answered bool) func(*testing.T, time.Time) {
		return func(t *testing.T, now time.Time) {
			t.Helper()
			rows := c.TimeAdjustment.Query().Where(timeadjustment.ContractID(app.World.Contract(story))).Order(timeadjustment.ByID()).AllX(t.Context())
			last := rows[len(rows)-1]
			if last.Minutes != 90 || last.Reason != "The bracket." || last.Status != status || last.StatusReason != reason ||
				(last.RespondedAt != nil) != answered || (last.ApprovedAt != nil) != (status == lifecycle.AdjustmentApproved) || !last.UpdatedAt.Equal(now) {
				t.Errorf("the request is %s", last)
			}
		}
	}
	ask := func(ctx context.Context, id int64) (*view.Contract, error) {
		return m.RequestExtension(ctx, market.ExtensionRequest{ContractID: id, AdditionalHours: "1.5", Reason: "The bracket."}, everything)
	}
	request := doing{
		name: "request", as: technician, story: story, do: ask, tables: []string{"time_adjustments"}, to: "in_progress",
		event: "request_extension", reason: "The bracket.", topic: "extension_requested", then: asked("pending", "", false),
	}
	return []doing{
		{
			name: "on route", as: technician, story: story, to: "on_route", event: "go_on_route", topic: "contract_on_route",
			do:      func(ctx context.Context, id int64) (*view.Contract, error) { return m.GoOnRoute(ctx, id, everything) },
			edit:    func(c *ent.Contract, now time.Time) { c.OnRouteAt = &now },
			changes: map[string][2]any{"on_route_at": {nil, theNow}},
		},
		{
			name: "start", as: technician, story: story, to: "in_progress", event: "start_work", topic: "contract_started",
			tables: []string{"qr_tokens", "schedules"},
			do: func(ctx context.Context, id int64) (*view.Contract, error) {
				return m.StartWork(ctx, id, tokenOf(as[institution], t, m.ShowStartCode, id), everything)
			},
			edit:    func(c *ent.Contract, now time.Time) { c.WorkStartedAt = &now },
			changes: map[string][2]any{"work_started_at": {nil, theNow}}, then: days("in_progress", "pending"),
		},
		request,
		{
			name: "grant", as: institution, story: story, to: "in_progress", event: "approve_extension", topic: "extension_approved",
			tables: []string{"time_adjustments"},
			do: func(ctx context.Context, id int64) (*view.Contract, error) {
				return m.ApproveExtension(ctx, id, everything)
			},
			edit:    func(c *ent.Contract, _ time.Time) { c.ExtensionMinutes = 90 },
			changes: map[string][2]any{"extension_minutes": {0, 90}}, then: asked("approved", "", true),
		},
		request,
		{
			name: "deny", as: institution, story: story, to: "in_progress", event: "reject_extension", topic: "extension_rejected",
			tables: []string{"time_adjustments"}, reason: "No.", then: asked("rejected", "No.", true),
			do: func(ctx context.Context, id int64) (*view.Contract, error) {
				return m.RejectExtension(ctx, id, "No.", everything)
			},
		},
		request,
		{
			name: "finish", as: institution, story: story, to: "completed", event: "finish_work", topic: "contract_completed",
			tables: []string{"qr_tokens", "schedules", "time_adjustments"},
			do: func(ctx context.Context, id int64) (*view.Contract, error) {
				return m.FinishWork(ctx, id, tokenOf(as[technician], t, m.ShowEndCode, id), everything)
			},
			edit:    func(c *ent.Contract, now time.Time) { c.CompletedAt = &now },
			changes: map[string][2]any{"completed_at": {nil, theNow}},
			then: func(t *testing.T, now time.Time) {
				days("completed", "completed")(t, now)
				asked("rejected", "", true)(t, now)
				used := c.QRToken.Query().Where(qrtoken.ContractID(app.World.Contract(story))).Order(qrtoken.ByID()).AllX(t.Context())
				if len(used) != 2 || used[0].Phase != lifecycle.QRStart || used[1].Phase != lifecycle.QREnd || !used[1].UsedAt.Equal(now) {
					t.Errorf("the codes are %v", used)
				}
			},
		},
	}
}

// tokenOf shows a code and gives what it holds.
func tokenOf(ctx context.Context, t testing.TB, show func(context.Context, int64) (*view.QRCode, error), id int64) string {
	t.Helper()
	v, err := show(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Token
}

func TestTheWorkWritesExactlyItsRows(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("the summary of the schedules is theirs", testkit.PlaysBackBeside)
		as := signedIn(t, app)
		app.Wall.Set(world.Now.Add(17 * time.Second)) // the clocks are apart
		addDayBefore(t, app, "accepted")
		for _, w := range workOf(t, app, as) {
			w.check(t, app, as)
		}
	})
}

// addDayBefore gives a contract one more day of work, before its only one, in a
// row that comes after its row.
func addDayBefore(t *testing.T, app *testkit.App, story string) {
	t.Helper()
	c, id := app.Store.Client(), app.World.Contract(story)
	day := c.Schedule.Query().Where(schedule.ContractID(id)).OnlyX(t.Context())
	date, err := time.Parse(time.DateOnly, day.Date)
	if err != nil {
		t.Fatal(err)
	}
	c.Schedule.Create().SetInstitutionID(day.InstitutionID).SetContractID(id).SetDate(date.AddDate(0, 0, -1).Format(time.DateOnly)).
		SetStartTime(day.StartTime).SetEndTime(day.EndTime).SetStatus(day.Status).SetCreatedAt(day.CreatedAt).SetUpdatedAt(day.UpdatedAt).ExecX(t.Context())
}
