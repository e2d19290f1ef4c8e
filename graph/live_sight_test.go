package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"kontrak/ent/outbox"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// TestWhatIsToldIsWhatTheCallerWouldRead: the whole contract, for every account of the
// demo, with its redactions. Subscribers who see alike share one reading: this is where a
// mistake in that would show.
func TestWhatIsToldIsWhatTheCallerWouldRead(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := put(t, app)
		every := everyField(t, loadSchema(t), "Contract")
		lines := map[string]*line{}
		for _, account := range app.World.Accounts {
			if _, err := app.Auth.Verify(t.Context(), app.Token(t, account.Email)); err == nil {
				lines[account.Email] = w.follow(t, app.Token(t, account.Email), strings.ReplaceAll(
					"subscription { contractsChanged(greeting: true) { sequence topic contract "+every+" } }", `"`, `\"`))
			}
		}
		seen := 0
		for _, d := range []struct {
			by, story string
			deed      deed
			input     map[string]any
		}{
			{partner, "accepted", goOnRoute, nil},
			{partner, "offer", reject, map[string]any{"reason": "Ill."}},
			{bySupervisor, "queue_shared", giveUp, map[string]any{"reason": "Nobody."}},
		} {
			id := app.World.Contract(d.story)
			knew := map[string]bool{}
			for email := range lines {
				knew[email] = readWhole(t, app, email, id, "{ id }") != "null"
			}
			doLive(t, app, d.by, d.deed, d.story, d.input)
			for _, email := range slices.Sorted(maps.Keys(lines)) {
				want := readWhole(t, app, email, id, every)
				if want == "null" && !knew[email] {
					continue // the next that comes to it is of another contract
				}
				text, err := lines[email].next()
				if err != nil {
					t.Fatal(err)
				}
				if got := wholeOf(t, text, "contractsChanged", "contract"); got != want {
					t.Errorf("%s is told of %s:\n%s\nand reads\n%s", email, d.story, got, want)
				}
				seen++
			}
		}
		if seen < 15 {
			t.Errorf("only %d updates were compared", seen)
		}
	})
}

// readWhole reads a contract, with what the answer says of redactions.
func readWhole(t *testing.T, app *testkit.App, email string, id int64, fields string) string {
	t.Helper()
	got := ask(t, app, app.Token(t, email), fmt.Sprintf("{ contract(id: %q) %s }", globalID("Contract", id), fields), nil)
	return wholeOf(t, `{"payload":`+got.body+`}`, "contract")
}

// wholeOf gives what stands in a message at the path.
func wholeOf(t *testing.T, message string, path ...string) string {
	t.Helper()
	var m struct {
		Payload struct{ Data json.RawMessage }
	}
	if err := json.Unmarshal([]byte(message), &m); err != nil {
		t.Fatalf("%v: %s", err, message)
	}
	at := m.Payload.Data
	for _, key := range path {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(at, &object); err != nil || object[key] == nil {
			t.Fatalf("no %s (%v): %s", key, err, message)
		}
		at = object[key]
	}
	return string(at)
}

// TestEveryVersionOfAContractIsTold: whatever a mutation does to a contract, it leaves a
// message of the version that came of it.
func TestEveryVersionOfAContractIsTold(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	checked := 0
	for _, u := range useCases(app.World) {
		if u.story == "" || u.needs != "" {
			continue
		}
		id := app.World.Contract(u.story)
		before := app.Store.Client().Contract.GetX(t.Context(), id).Version
		if got, _ := u.ask(t, app, u.token(t, app), nil); len(got.Errors) > 0 {
			t.Fatalf("%s: %s", u.deed.mutation, got.body)
		}
		after := app.Store.Client().Contract.GetX(t.Context(), id).Version
		told := map[int64]bool{}
		for _, m := range app.Store.Client().Outbox.Query().Where(outbox.ContractID(id)).AllX(t.Context()) {
			var about struct{ Version int64 }
			if err := json.Unmarshal(m.Payload, &about); err != nil {
				t.Fatal(err)
			}
			told[about.Version] = true
		}
		for v := before + 1; v <= after; v++ {
			checked++
			if !told[v] {
				t.Errorf("%s: nobody is told of version %d", u.deed.mutation, v)
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d versions were checked", checked)
	}
}
