package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contracthistory"
	"kontrak/ent/outbox"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// queueOf adds contracts that wait for any supervisor: copies of the demo's. They
// share their time, so a partner that has one is freed before it gets the next.
func queueOf(t *testing.T, app *testkit.App, n int) []int64 {
	t.Helper()
	pattern := app.Pattern(t, app.World.Contract("queue_shared"))
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = pattern.Copy(t)
	}
	return ids
}

// free takes a contract from its partner again, by the back office.
func free(ctx context.Context, t *testing.T, app *testkit.App, id int64) {
	t.Helper()
	if _, err := app.Market.ForceCancel(ctx, id, "The round is over.", market.ContractWants{}); err != nil {
		t.Fatal(err)
	}
}

// racer is one side of a race: a supervisor with a partner and a surface.
type racer struct {
	token     string
	userID    int64
	partnerID int64
	byREST    bool
}

// prepare makes the request, so that only its handling is left to the race, and
// tells how far it has come.
func (r racer) prepare(t *testing.T, app *testkit.App, contractID int64) (act func() string, ran *store.Statements) {
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

// meet runs both at once.
func meet(one, other func() string) (codes [2]string) {
	var both sync.WaitGroup
	for i, act := range []func() string{one, other} {
		both.Go(func() { codes[i] = act() })
	}
	both.Wait()
	return codes
}

func racers(t *testing.T, app *testkit.App) (one, other racer) {
	t.Helper()
	racerOf := func(email, partner string) racer {
		account, _ := app.World.Account(email)
		return racer{token: app.Token(t, email), userID: account.UserID, partnerID: app.World.Partners[partner]}
	}
	return racerOf("supervisor@demo.test", "eligible"), racerOf("supervisor2@demo.test", "foreign")
}

const rounds = 100

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
	if n := c.ContractHistory.Query().Where(contracthistory.ContractID(id), contracthistory.ContractVersionGT(original(t, app).Version)).CountX(ctx); n != 1 {
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
		app := doors.Start(t, db)
		one, other := racers(t, app)
		office, told := app.As("admin@demo.test"), map[string]int{}
		for i, id := range queueOf(t, app, rounds) {
			one.byREST, other.byREST = i%4 < 2, i%2 == 0
			before := money(t, app, id)
			actOne, ranOne := one.prepare(t, app, id)
			actOther, ranOther := other.prepare(t, app, id)
			release := hold(t, app, id)
			go func() {
				for !found(db, ranOne) || !found(db, ranOther) {
					runtime.Gosched()
				}
				release()
			}()
			codes := meet(actOne, actOther)
			winner, loser := one, codes[1]
			if codes[0] != "won" {
				winner, loser = other, codes[0]
			}
			told[loser]++
			checkRound(t, app, id, winner, codes)
			if after := money(t, app, id); after != before {
				t.Errorf("price and payment were\n%s and are\n%s", before, after)
			}
			free(office, t, app, id)
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
		app := doors.Start(t, db)
		one, other := racers(t, app)
		other.byREST = true
		ids := queueOf(t, app, 10)
		app.Clock.Set(*original(t, app).EscalationDeadlineAt)
		before := app.Snapshot(t)
		for _, id := range ids {
			actOne, _ := one.prepare(t, app, id)
			actOther, _ := other.prepare(t, app, id)
			if codes := meet(actOne, actOther); codes != [2]string{"DEADLINE_PASSED", "DEADLINE_PASSED"} {
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
		app := doors.Start(t, db)
		one, _ := racers(t, app)
		office := app.As("admin@demo.test")
		deadline := *original(t, app).EscalationDeadlineAt
		told := map[string]int{}
		for i, id := range queueOf(t, app, 60) {
			one.byREST = i%2 == 1
			app.Clock.Set(world.Now)
			act, ran := one.prepare(t, app, id)
			if i%5 == 0 {
				app.Clock.Set(deadline)
			}
			var ended atomic.Bool
			codes := meet(func() string {
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
				free(office, t, app, id)
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
