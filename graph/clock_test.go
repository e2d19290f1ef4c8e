package graph_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"kontrak/ent/contracthistory"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

const (
	byAdmin      = "admin@demo.test"
	moveMutation = `mutation($in: ClockAdvanceInput!) { clockAdvance(input: $in) { now firedCount
		fired { kind at contract { id displayStatus } } userErrors { field code } } }`
)

// TestTheClockIsMovedThroughTheGraph: what fell due is told with the contracts as
// they are then, by as many statements for many as for few.
func TestTheClockIsMovedThroughTheGraph(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, byAdmin)
		offer := globalID("Contract", app.World.Contract("offer"))
		foreseen := ask(t, app, token, `query($id: ID!, $until: Time!) { clock { now held } contract(id: $id) {
			simulate(until: $until) { kind at status stage escalationDeadlineAt } } }`,
			map[string]any{"id": offer, "until": world.Now.Add(72 * time.Hour)})
		if c := foreseen.object("clock"); c["now"] != "2026-06-08T02:00:00Z" || c["held"] != true {
			t.Errorf("the clock is %v", c)
		}
		var told []string
		for _, f := range foreseen.list("contract", "simulate") {
			f := f.(map[string]any)
			told = append(told, fmt.Sprintf("%v %v %v %v %v", f["kind"], f["at"], f["status"], f["stage"], f["escalationDeadlineAt"]))
		}
		if want := []string{
			"PARTNER_DEADLINE 2026-06-09T00:00:00Z PARTNER_PENDING SUPERVISOR 2026-06-10T00:00:00Z",
			"SUPERVISOR_DEADLINE 2026-06-10T00:00:00Z REJECTED <nil> <nil>",
		}; !slices.Equal(told, want) {
			t.Errorf("simulate says %q, want %q", told, want)
		}
		moved := ask(t, app, token, moveMutation, map[string]any{"in": map[string]any{"by": "72h"}})
		p := moved.object("clockAdvance")
		fired := moved.list("clockAdvance", "fired")
		if p["now"] != "2026-06-11T02:00:00Z" || p["firedCount"] != float64(len(fired)) || len(fired) < 20 {
			t.Errorf("moved: %s", moved.body)
		}
		var happened []string
		for _, f := range fired {
			f := f.(map[string]any)
			if c := f["contract"].(map[string]any); c["id"] == offer {
				happened = append(happened, fmt.Sprint(f["kind"], " ", f["at"], " ", c["displayStatus"]))
			}
		}
		if want := []string{"PARTNER_DEADLINE 2026-06-09T00:00:00Z REJECTED", "SUPERVISOR_DEADLINE 2026-06-10T00:00:00Z REJECTED"}; !slices.Equal(happened, want) {
			t.Errorf("it happened that %q, want %q", happened, want)
		}
	})
}

func TestMovingTheClockIsRefusedInTheGraph(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	for _, c := range []struct {
		name, as, code, field string
		in                    map[string]any
	}{
		{"an institution", byInstitution, "FORBIDDEN", "<nil>", map[string]any{"by": "1h"}},
		{"nothing said", byAdmin, "INVALID", "to", map[string]any{}},
		{"both said", byAdmin, "INVALID", "to", map[string]any{"to": world.Now, "by": "1h"}},
		{"back", byAdmin, "INVALID", "by", map[string]any{"by": "-1h"}},
		{"back to an instant", byAdmin, "INVALID", "to", map[string]any{"to": world.Now.Add(-time.Hour)}},
	} {
		got := ask(t, app, app.Token(t, c.as), moveMutation, map[string]any{"in": c.in})
		p := got.object("clockAdvance")
		errs := got.list("clockAdvance", "userErrors")
		if p["now"] != nil || len(errs) != 1 {
			t.Errorf("%s: %s", c.name, got.body)
			continue
		}
		if e := errs[0].(map[string]any); e["code"] != c.code || fmt.Sprint(e["field"]) != c.field {
			t.Errorf("%s: %v", c.name, e)
		}
	}
	nobody := try(t.Context(), t, app, "", `{ clock { now } }`, nil)
	past := try(t.Context(), t, app, app.Token(t, byAdmin), `query($id: ID!) { contract(id: $id) { simulate(until: "2026-06-08T01:59:59.999Z") { at } } }`,
		map[string]any{"id": globalID("Contract", app.World.Contract("offer"))})
	if !slices.Equal(nobody.codes(), []string{"UNAUTHENTICATED"}) || !slices.Equal(past.codes(), []string{"INVALID"}) {
		t.Errorf("nobody: %q; a time gone by: %q", nobody.codes(), past.codes())
	}
	if !app.Clock.Now().Equal(world.Now) {
		t.Errorf("it is %s", app.Clock.Now())
	}
}

func TestWhatTimeWillDoCostsTheSameForAPage(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, byAdmin)
		for _, first := range []int{2, 100} {
			ctx, ran := store.Observe(t.Context())
			askIn(ctx, t, app, token, `query($n: Int, $until: Time!) { contracts(first: $n) { nodes { id simulate(until: $until) { kind } } } }`,
				map[string]any{"n": first, "until": world.Now.Add(240 * time.Hour)})
			if n := ran.Count(); n != 4 { // who calls, the page, the settings, the contracts
				t.Errorf("for %d contracts: %d statements\n%q", first, n, ran.Texts())
			}
		}
	})
}

// TestARequestMeetsTheClockBeforeOrAfterAMove: while the clock goes three days on,
// others read by the graph and by REST and act. Nobody meets it on the way.
func TestARequestMeetsTheClockBeforeOrAfterAMove(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		offers := map[string]string{"offer": "partner@demo.test", "offer_branch": "partner@demo.test", "offer_foreign": "jayapura@demo.test"}
		for story, email := range offers {
			if _, known := app.World.Account(email); !known {
				offers[story] = app.PartnerEmail("jayapura")
			}
		}
		token, reader := app.Token(t, byAdmin), app.Token(t, byInstitution)
		path := fmt.Sprintf("/api/v1/contracts/%d", app.World.Contract("queue"))
		met := map[string]int{}
		var mu sync.Mutex
		note := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			met[what]++
		}
		moved := make(chan struct{})
		var all sync.WaitGroup
		reading := func(read func()) {
			all.Go(func() {
				for done := false; !done; {
					select {
					case <-moved:
						done = true // and once more
					default:
					}
					read()
				}
			})
		}
		reading(func() {
			got := ask(t, app, token, `query($id: ID!) { clock { now } contract(id: $id) { displayStatus contractEscalationCountdownActive } }`,
				map[string]any{"id": globalID("Contract", app.World.Contract("queue"))})
			note(fmt.Sprint("graph ", got.object("clock")["now"], " ", got.object("contract")["displayStatus"], " ", got.object("contract")["contractEscalationCountdownActive"]))
		})
		reading(func() {
			got := app.Do(t, http.MethodGet, path, reader, nil).Object(t)
			data, _ := got["data"].(map[string]any)
			data, _ = data["contract"].(map[string]any)
			note(fmt.Sprint("REST ", data["status"], " ", data["contract_escalation_countdown_active"]))
		})
		acts := map[string]string{}
		for story, email := range offers {
			who, id := app.Token(t, email), globalID("Contract", app.World.Contract(story))
			all.Go(func() {
				got := ask(t, app, who, `mutation($c: ID!) { contractAccept(input: {contract: $c}) { userErrors { code } } }`, map[string]any{"c": id})
				mu.Lock()
				defer mu.Unlock()
				acts[story] = fmt.Sprint(got.list("contractAccept", "userErrors"))
			})
		}
		ask(t, app, token, moveMutation, map[string]any{"in": map[string]any{"by": "72h"}})
		close(moved)
		all.Wait()
		checkMet(t, met)
		checkInOrder(t, app)
		t.Logf("%s: met %v, accepting told %v", db.Name, met, acts)
	})
}

// checkMet expects what was before the move and what was after it, and no more.
func checkMet(t *testing.T, met map[string]int) {
	t.Helper()
	may := []string{
		"graph 2026-06-08T02:00:00Z SUPERVISOR_PENDING true", "graph 2026-06-11T02:00:00Z REJECTED false",
		"REST partner_pending true", "REST rejected false",
	}
	for what := range met {
		if !slices.Contains(may, what) {
			t.Errorf("somebody met the clock on its way: %s", what)
		}
	}
	if met[may[1]] == 0 || met[may[3]] == 0 {
		t.Errorf("nobody read after the move: %v", met)
	}
}

// checkInOrder expects each contract's history to go forward in time.
func checkInOrder(t *testing.T, app *testkit.App) {
	t.Helper()
	last := map[int64]time.Time{}
	rows := app.Store.Client().ContractHistory.Query().Order(contracthistory.ByContractID(), contracthistory.ByContractVersion()).AllX(t.Context())
	for _, h := range rows {
		if h.At.Before(last[h.ContractID]) {
			t.Errorf("contract %d: %s at %s, after something at %s", h.ContractID, h.Event, h.At, last[h.ContractID])
		}
		last[h.ContractID] = h.At
	}
	n := app.Store.Client().ContractHistory.Query().Where(contracthistory.EventEQ(lifecycle.ContractEscalate), contracthistory.ActorIDIsNil()).CountX(t.Context())
	if n == 0 {
		t.Error("nothing was fired")
	}
}
