package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/ent/outbox"
	"kontrak/ent/payment"
	"kontrak/ent/pricingitem"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// queueOf adds contracts that wait for any supervisor: copies of the demo's, with
// all that a reassignment must leave alone, each on a day of its own so that one
// partner could take them all.
func queueOf(t *testing.T, app *testkit.App, n int) []int64 {
	t.Helper()
	from := app.World.Contract("queue_shared")
	ids := make([]int64, n)
	start, end := *original(t, app).ScheduledStartAt, *original(t, app).ScheduledEndAt
	taken := app.Store.Client().Contract.Query().CountX(t.Context())
	for i := range ids {
		ids[i] = copyRows(t, app, contract.Table, contract.Columns, "id", from, 0)
		app.Store.Client().Contract.UpdateOneID(ids[i]).SetScheduledStartAt(start.AddDate(0, 0, 100+taken+i)).
			SetScheduledEndAt(end.AddDate(0, 0, 100+taken+i)).ExecX(t.Context())
		copyRows(t, app, payment.Table, payment.Columns, payment.FieldContractID, from, ids[i])
		copyRows(t, app, pricingitem.Table, pricingitem.Columns, pricingitem.FieldContractID, from, ids[i])
		copyRows(t, app, assignment.Table, assignment.Columns, assignment.FieldContractID, from, ids[i])
	}
	return ids
}

// copyRows copies the rows whose column holds the value, under new ids and with
// another value in that column, and gives the id of the last copy.
func copyRows(t *testing.T, app *testkit.App, table string, columns []string, key string, from, to int64) int64 {
	t.Helper()
	var into, taken []string
	for _, column := range columns {
		if column == "id" {
			continue
		}
		into = append(into, column)
		if column == key {
			column = fmt.Sprint(to)
		}
		taken = append(taken, column)
	}
	rows, err := app.Store.Client().QueryContext(t.Context(), fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s = $1 RETURNING id",
		table, strings.Join(into, ", "), strings.Join(taken, ", "), table, key), from)
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	for rows.Next() {
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || id == 0 {
		t.Fatalf("%s: nothing was copied: %v", table, err)
	}
	return id
}

// racer is one side of a race: a supervisor with a partner and a surface.
type racer struct {
	token     string
	userID    int64
	partnerID int64
	byREST    bool
}

// prepare makes the request, so that only its handling is left to the race.
func (r racer) prepare(t *testing.T, app *testkit.App, contractID int64) func() (code string) {
	t.Helper()
	act, _ := r.observed(t, app, contractID)
	return act
}

// observed is prepare that also tells how far the request has come.
func (r racer) observed(t *testing.T, app *testkit.App, contractID int64) (act func() string, ran *store.Statements) {
	t.Helper()
	method, path, body := http.MethodPost, "/query", any(map[string]any{"query": assignMutation, "variables": map[string]any{
		"c": globalID("Contract", contractID), "p": globalID("Partner", r.partnerID),
	}})
	if r.byREST {
		method, path, body = http.MethodPatch, restPath(contractID), restBody(r.partnerID)
	}
	request := app.Request(t, method, path, r.token, body)
	ctx, ran := store.Observe(request.Context())
	return func() string {
		w := httptest.NewRecorder()
		app.Handler.ServeHTTP(w, request.WithContext(ctx))
		return outcome(w)
	}, ran
}

// outcome is what a racer is told, in one word: "won", or the code of its refusal
// as the graph calls it.
func outcome(w *httptest.ResponseRecorder) string {
	var body struct {
		Success bool
		Error   struct{ Code string }
		Data    struct {
			ContractAssignReplacement struct {
				Contract   map[string]any
				UserErrors []struct{ Code string }
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		return "no JSON: " + w.Body.String()
	}
	graph := body.Data.ContractAssignReplacement
	switch words := map[string]string{"invalid_state": "STALE or WRONG_STATE", "not_found": "NOT_FOUND", "deadline_passed": "DEADLINE_PASSED"}; {
	case w.Code == 200 && (body.Success || graph.Contract != nil):
		return "won"
	case len(graph.UserErrors) == 1:
		return graph.UserErrors[0].Code
	case words[body.Error.Code] != "":
		return words[body.Error.Code]
	}
	return fmt.Sprintf("%d %s", w.Code, w.Body)
}

// lost are the refusals of the one who was too late.
var lost = []string{"STALE", "WRONG_STATE", "STALE or WRONG_STATE", "NOT_FOUND"}

// meet runs both at once, and tells whether each began before the other had ended.
func meet(one, other func() string) (codes [2]string, overlapped bool) {
	var start, ready sync.WaitGroup
	var steps atomic.Int64
	var began, ended [2]int64
	start.Add(1)
	var done sync.WaitGroup
	for i, act := range []func() string{one, other} {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			start.Wait()
			began[i] = steps.Add(1)
			codes[i] = act()
			ended[i] = steps.Add(1)
		})
	}
	ready.Wait()
	start.Done()
	done.Wait()
	return codes, began[0] < ended[1] && began[1] < ended[0]
}

const rounds = 100

// TestOfTwoSupervisorsWhoAssignAtOnceExactlyOneWins: a hundred rounds on each
// pair of surfaces and on each database.
func TestOfTwoSupervisorsWhoAssignAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("the step says how far the wizard has come", "the history counts the versions", testkit.PlaysBack)
		one, other := racers(t, app)
		for _, c := range []struct {
			name      string
			one, both bool
		}{{"graph against graph", false, false}, {"REST against REST", true, true}, {"graph against REST", false, true}} {
			one.byREST, other.byREST = c.one, c.both
			told, overlapped, wins := map[string]int{}, 0, map[int64]int{}
			for _, id := range queueOf(t, app, rounds) {
				before := money(t, app, id)
				codes, met := meet(one.prepare(t, app, id), other.prepare(t, app, id))
				if met {
					overlapped++
				}
				winner, loser := one, codes[1]
				if codes[0] != "won" {
					winner, loser = other, codes[0]
				}
				told[loser]++
				wins[winner.userID]++
				checkRound(t, app, id, winner, codes)
				if after := money(t, app, id); after != before {
					t.Errorf("price and payment were\n%s and are\n%s", before, after)
				}
			}
			t.Logf("%s, %s: %d rounds, %d overlapped; wins by supervisor %v; the losers were told %v", db.Name, c.name, rounds, overlapped, wins, told)
		}
	})
}

func racers(t *testing.T, app *testkit.App) (one, other racer) {
	t.Helper()
	racerOf := func(email, partner string) racer {
		account, _ := app.World.Account(email)
		return racer{token: app.Token(t, email), userID: account.UserID, partnerID: app.World.Partners[partner]}
	}
	return racerOf("supervisor@demo.test", "eligible"), racerOf("supervisor2@demo.test", "foreign")
}

// checkRound insists that one won, that the other was refused, and that the rows
// are the winner's alone.
func checkRound(t *testing.T, app *testkit.App, id int64, winner racer, codes [2]string) {
	t.Helper()
	ctx, c := t.Context(), app.Store.Client()
	refusals, wins := 0, 0
	for _, code := range codes {
		if code == "won" {
			wins++
		}
		for _, l := range lost {
			if code == l {
				refusals++
			}
		}
	}
	if wins != 1 || refusals != 1 {
		t.Errorf("contract %d: the two were told %q", id, codes)
	}
	row := c.Contract.GetX(ctx, id)
	if row.Status != lifecycle.ContractAccepted || row.PartnerID != winner.partnerID || *row.SupervisorID != winner.userID || row.Version != original(t, app).Version+1 {
		t.Errorf("contract %d: won by supervisor %d with partner %d, and is %s", id, winner.userID, winner.partnerID, row)
	}
	tries := c.Assignment.Query().Where(assignment.ContractID(id), assignment.KindEQ(lifecycle.AssignmentReassignment)).AllX(ctx)
	if len(tries) != 1 || tries[0].PartnerID != winner.partnerID || tries[0].Sequence != 2 || tries[0].AssignedByID != winner.userID {
		t.Errorf("contract %d: the reassignments are %v", id, tries)
	}
	if n := c.ContractHistory.Query().Where(contracthistory.ContractID(id)).CountX(ctx); n != 1 {
		t.Errorf("contract %d: %d history rows", id, n)
	}
	if n := c.Outbox.Query().Where(outbox.ContractID(id)).CountX(ctx); n != 1 {
		t.Errorf("contract %d: %d messages", id, n)
	}
}

// original is the contract that the contracts of a race are copies of.
func original(t *testing.T, app *testkit.App) *ent.Contract {
	t.Helper()
	return app.Store.Client().Contract.GetX(t.Context(), app.World.Contract("queue_shared"))
}

// TestOfTwoSupervisorsWhoHaveBothFoundTheContractOneIsStale holds both back until
// each has found the contract in its queue and is about to write: no round is left
// in which one had finished before the other began.
func TestOfTwoSupervisorsWhoHaveBothFoundTheContractOneIsStale(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("the step says how far the wizard has come", "the history counts the versions", testkit.PlaysBack)
		one, other := racers(t, app)
		told := map[string]int{}
		for i, id := range queueOf(t, app, rounds) {
			one.byREST, other.byREST = i%4 < 2, i%2 == 0
			before := money(t, app, id)
			actOne, ranOne := one.observed(t, app, id)
			actOther, ranOther := other.observed(t, app, id)
			release := hold(t, app, id)
			var codes [2]string
			var done sync.WaitGroup
			done.Go(func() { codes[0] = actOne() })
			done.Go(func() { codes[1] = actOther() })
			for !found(db, ranOne) || !found(db, ranOther) {
				runtime.Gosched()
			}
			release()
			done.Wait()
			winner, loser := one, codes[1]
			if codes[0] != "won" {
				winner, loser = other, codes[0]
			}
			told[loser]++
			checkRound(t, app, id, winner, codes)
			if after := money(t, app, id); after != before {
				t.Errorf("price and payment were\n%s and are\n%s", before, after)
			}
		}
		t.Logf("%s: %d rounds; the losers were told %v", db.Name, rounds, told)
		if told["NOT_FOUND"] > rounds/2 {
			t.Errorf("%d of %d losers had not found the contract: the rounds did not overlap", told["NOT_FOUND"], rounds)
		}
	})
}

// found tells whether a request has found its contract and is about to write:
// PostgreSQL lets its transaction begin, SQLite makes it wait before.
func found(db testkit.Database, ran *store.Statements) bool {
	const callerAndContract = 2
	return ran.Transactions() > 0 || db.Name == "sqlite" && ran.Count() >= callerAndContract
}

// hold keeps everybody from writing the contract until it is released.
func hold(t *testing.T, app *testkit.App, id int64) (release func()) {
	t.Helper()
	held, let, gone := make(chan struct{}), make(chan struct{}), make(chan error)
	giveUp := errors.New("nothing is to be written")
	go func() {
		gone <- app.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			tx.Contract.UpdateOneID(id).AddVersion(1).ExecX(ctx)
			close(held)
			<-let
			return giveUp
		})
	}()
	<-held
	return func() {
		close(let)
		if err := <-gone; !errors.Is(err, giveUp) {
			t.Error(err)
		}
	}
}

// TestNobodyWinsAfterTheDeadline: at the deadline both are refused, and nothing
// is written.
func TestNobodyWinsAfterTheDeadline(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("the step says how far the wizard has come", "the history counts the versions", testkit.PlaysBack)
		one, other := racers(t, app)
		other.byREST = true
		ids := queueOf(t, app, 10)
		app.Clock.Set(*original(t, app).EscalationDeadlineAt)
		before := app.Snapshot(t)
		for _, id := range ids {
			if codes, _ := meet(one.prepare(t, app, id), other.prepare(t, app, id)); codes != [2]string{"DEADLINE_PASSED", "DEADLINE_PASSED"} {
				t.Errorf("contract %d: after the deadline the two were told %q", id, codes)
			}
		}
		for table, sum := range app.Snapshot(t) {
			if sum != before[table] {
				t.Errorf("%s was written after the deadline", table)
			}
		}
	})
}

// TestAnAssignmentAgainstTheClockIsInTimeOrRefused moves the clock to the
// deadline while a supervisor assigns.
func TestAnAssignmentAgainstTheClockIsInTimeOrRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend("the step says how far the wizard has come", "the history counts the versions", testkit.PlaysBack)
		one, _ := racers(t, app)
		deadline := *original(t, app).EscalationDeadlineAt
		told := map[string]int{}
		for i, id := range queueOf(t, app, 60) {
			one.byREST = i%2 == 1
			app.Clock.Set(world.Now)
			act, ran := one.observed(t, app, id)
			if i%5 == 0 {
				app.Clock.Set(deadline)
			}
			var ended atomic.Bool
			codes, _ := meet(func() string {
				defer ended.Store(true)
				return act()
			}, func() string {
				for ran.Count() < i%5 && !ended.Load() { // while and after it finds out who calls
					runtime.Gosched()
				}
				app.Clock.Set(deadline)
				return ""
			})
			told[codes[0]]++
			row := app.Store.Client().Contract.GetX(t.Context(), id)
			switch codes[0] {
			case "won":
				if row.Status != lifecycle.ContractAccepted || !row.AcceptedAt.Before(deadline) {
					t.Errorf("contract %d was won, and is %s", id, row)
				}
			case "DEADLINE_PASSED":
				if row.Status != lifecycle.ContractPartnerPending || row.Version != original(t, app).Version {
					t.Errorf("contract %d was refused, and is %s", id, row)
				}
			default:
				t.Errorf("contract %d: told %q", id, codes[0])
			}
		}
		t.Logf("%s: against the clock: %v", db.Name, told)
		if told["won"] == 0 || told["DEADLINE_PASSED"] == 0 {
			t.Errorf("it always ends the same way: %v", told)
		}
	})
}
