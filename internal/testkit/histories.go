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
	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/internal/lifecycle"
)

// PlaysBack is the name, beside those of invariants.sql, of the condition that
// every contract's history, played back event by event and column by column,
// gives the contract.
const PlaysBack = "the history plays back to the contract"

// checkHistories plays every contract's history back.
func checkHistories(t testing.TB, c *ent.Client) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	history := c.ContractHistory.Query().Order(ent.Asc(contracthistory.FieldContractID, contracthistory.FieldContractVersion)).AllX(ctx)
	states := map[int64]lifecycle.ContractState{}
	columns := map[int64]map[string]json.RawMessage{}
	for _, h := range history {
		want, ok := lifecycle.Contract.Next(states[h.ContractID], h.Event)
		switch {
		case h.Event == "create":
			want, ok = lifecycle.Contract.Start, h.ContractVersion == 1
		case slices.Contains(lifecycle.ContractChanges, h.Event):
			want, ok = states[h.ContractID], true
		}
		if got := lifecycle.StateOf(h.ToStatus, h.ToStage); !ok || got != want {
			t.Errorf("contract %d: %s leads from %s to %s", h.ContractID, h.Event, states[h.ContractID], got)
		}
		states[h.ContractID] = want
		var changes map[string]struct{ From, To json.RawMessage }
		if err := json.Unmarshal(h.Changes, &changes); err != nil {
			t.Fatalf("history row %d: %v", h.ID, err)
		}
		if columns[h.ContractID] == nil {
			columns[h.ContractID] = map[string]json.RawMessage{}
		}
		for name, change := range changes {
			if before, known := columns[h.ContractID][name]; known && Canonical(before) != Canonical(change.From) {
				t.Errorf("contract %d: %s says %s was %s, not %s", h.ContractID, h.Event, name, change.From, before)
			}
			columns[h.ContractID][name] = change.To
		}
	}
	for _, row := range c.Contract.Query().AllX(ctx) {
		compareColumns(t, row, columns[row.ID])
	}
}

// compareColumns compares a contract with what its history says of it.
func compareColumns(t testing.TB, row *ent.Contract, told map[string]json.RawMessage) {
	t.Helper()
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	var columns map[string]json.RawMessage
	if err := json.Unmarshal(text, &columns); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"id", "version", "created_at", "updated_at", "edges"} {
		delete(columns, name)
	}
	for name, value := range told {
		if !slices.Contains(contract.Columns, name) {
			delete(told, name) // of the payment, or of other rows beside the contract
			continue
		}
		if Canonical(value) == `""` || Canonical(value) == "null" || Canonical(value) == "0" || Canonical(value) == "[]" {
			delete(told, name) // as ent leaves out what is empty
			if _, there := columns[name]; there && Canonical(columns[name]) != Canonical(value) {
				t.Errorf("contract %d: %s is %s, its history says it is empty", row.ID, name, columns[name])
			}
		}
	}
	for name, value := range columns {
		if Canonical(value) != Canonical(told[name]) {
			t.Errorf("contract %d: %s is %s, its history says %s", row.ID, name, value, told[name])
		}
	}
	if len(told) > len(columns) {
		t.Errorf("contract %d: its history tells of columns that are empty: %v", row.ID, told)
	}
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
