package testkit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/internal/lifecycle"
)

// PlaysBack is the name, beside those of invariants.sql, of the condition that
// every contract's history, played back event by event and column by column,
// gives the contract.
const PlaysBack = "the history plays back to the contract"

// PlaysBackBeside is that it gives the payment and every list of the contract too.
// A test that breaks PlaysBack breaks this as well.
const PlaysBackBeside = "the history plays back to what hangs on the contract"

// playedBack are the two.
var playedBack = []string{PlaysBack, PlaysBackBeside}

// checkHistories plays every contract's history back: its events, and what they
// changed.
func checkHistories(t testing.TB, c *ent.Client, except []string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	history := c.ContractHistory.Query().Order(ent.Asc(contracthistory.FieldContractID, contracthistory.FieldContractVersion)).AllX(ctx)
	states := map[int64]lifecycle.ContractState{}
	for _, h := range history {
		want, ok := lifecycle.Contract.Next(states[h.ContractID], h.Event)
		switch {
		case h.Event == "create":
			want, ok = lifecycle.Contract.Start, h.ContractVersion == 1
		case slices.Contains(lifecycle.ContractChanges, h.Event):
			want, ok = states[h.ContractID], true
		}
		if got := lifecycle.StateOf(h.ToStatus, h.ToStage); (!ok || got != want) && !slices.Contains(except, PlaysBack) {
			t.Errorf("contract %d: %s leads from %s to %s", h.ContractID, h.Event, states[h.ContractID], got)
		}
		states[h.ContractID] = want
	}
	checkPlayback(t, c, history, except)
}

// Canonical gives JSON so that equal values are equal texts; instants in
// milliseconds.
func Canonical(text json.RawMessage) string {
	var value any
	if len(text) == 0 || json.Unmarshal(text, &value) != nil {
		return ""
	}
	if s, ok := value.(string); ok {
		return fmt.Sprintf("%q", instantText(s))
	}
	sorted, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(sorted)
}

// instantText writes an instant in milliseconds, and other texts as they are.
func instantText(s string) string {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !strings.HasSuffix(s, "Z") {
		return s
	}
	return at.Format("2006-01-02T15:04:05.000Z")
}
