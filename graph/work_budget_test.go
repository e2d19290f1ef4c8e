package graph_test

import (
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// TestTheWorkCostsExactlyItsStatements: who calls, the contract with what decides,
// the settings; what the deed writes, the message and the history; and the answer.
// REST asks for the whole detail, which is six statements more.
func TestTheWorkCostsExactlyItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		one, other := doors.Start(t, db), doors.Start(t, another(t, db))
		byGraph, byREST := tokensOf(t, one), tokensOf(t, other)
		const ladder, answer, detail = 3, 1, 6
		writes := map[string]int{
			"contractAccept":           2 + 2 + 3, // the partner held and its other work; the try; contract, history, message
			"contractReject":           2 + 3,
			"contractRejectEscalation": 1 + 2 + 1 + 1 + 3, // no open try, days read and moved, payment, no request
			"contractGoOnRoute":        3,
			"contractStartWork":        1 + 2 + 3, // code, days read and moved
			"contractRequestExtension": 2 + 3,     // the requests so far
			"contractApproveExtension": 2 + 3,
			"contractRejectExtension":  2 + 3,
			"contractFinishWork":       1 + 2 + 1 + 3, // code, days, no request
		}
		for _, w := range workByBoth {
			id := one.World.Contract(w.story)
			input, body := w.input, w.body
			if w.shows.mutation != "" {
				input = map[string]any{"qrToken": scanByGraph(t, one, byGraph[w.showsAs], w.shows, id)}
				body = map[string]any{"qr_token": scanByREST(t, other, byREST[w.showsAs], w.shows, id)}
			}
			vars := map[string]any{"contract": globalID("Contract", id)}
			for name, v := range input {
				vars[name] = v
			}
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, one, byGraph[w.as], w.deed.text(), map[string]any{"input": vars})
			if want := ladder + writes[w.deed.mutation] + answer; ran.Count() != want || got.object("done", "contract") == nil {
				t.Errorf("%s: %d statements, want %d: %s\n%.3000q", w.deed.mutation, ran.Count(), want, got.body, ran.Texts())
			}
			r := other.Request(t, w.deed.method, restOf(w.deed, id), byREST[w.as], map[string]any{"contract": body})
			ctx, ran = store.Observe(r.Context())
			if sent := other.Send(r.WithContext(ctx)); sent.Status >= 300 || ran.Count() != ladder+writes[w.deed.mutation]+answer+detail {
				t.Errorf("%s by REST: %d, %d statements, want %d", w.deed.mutation, sent.Status, ran.Count(), ladder+writes[w.deed.mutation]+answer+detail)
			}
		}
	})
}

// TestACodeCostsLessWhenItIsShownAgain: by the row that is not written.
func TestACodeCostsLessWhenItIsShownAgain(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, id := app.Token(t, customer), app.World.Contract("running")
		for _, want := range []int{6, 5, 5} { // who calls, the contract, settings, the contract held, the code that is good, a new one
			ctx, ran := store.Observe(t.Context())
			askIn(ctx, t, app, token, showEnd.text(), map[string]any{"input": map[string]any{"contract": globalID("Contract", id)}})
			if ran.Count() != want {
				t.Errorf("%d statements, want %d: %q", ran.Count(), want, ran.Texts())
			}
		}
	})
}
