package testkit

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contactperson"
	"kontrak/ent/contract"
	"kontrak/ent/pricingitem"
	"kontrak/ent/schedule"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/changelog"
)

// checkPlayback plays the changes of every contract back, from its first row on,
// and compares what comes out, the payment and every list included, with what is
// stored. Each change must begin where the one before has ended. The ids of what
// hangs on a contract are left out: a copy of a pattern has others than its history.
func checkPlayback(t testing.TB, c *ent.Client, history []*ent.ContractHistory, except []string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	states := map[int64]changelog.State{}
	for _, h := range history {
		state := states[h.ContractID]
		if state == nil {
			state = changelog.State{}
			states[h.ContractID] = state
		}
		var told changelog.Changes
		if err := json.Unmarshal(h.Changes, &told); err != nil {
			t.Fatalf("history row %d: %v", h.ID, err)
		}
		for name, change := range told {
			if was, is := without(state[name]), without(change.From); differ(was, is) && !excepted(except, name) {
				t.Errorf("contract %d, version %d, %s: %s was %s, and the row says from %s", h.ContractID, h.ContractVersion, h.Event, name, was, is)
			}
		}
		if err := state.Play(h.Changes); err != nil {
			t.Fatal(err)
		}
	}
	for id, stored := range present(ctx, c) {
		compareStates(t, id, states[id], stored, except)
	}
}

// present gives the states of all contracts as they are stored.
func present(ctx context.Context, c *ent.Client) map[int64]changelog.State {
	all := map[int64]changelog.State{}
	for _, row := range c.Contract.Query().AllX(ctx) {
		all[row.ID] = changelog.State{}
		tellState(all[row.ID], changelog.OfContract(nil, row))
	}
	for _, p := range c.Payment.Query().AllX(ctx) {
		tellState(all[p.ContractID], changelog.OfPayment(nil, p))
	}
	listed(all, changelog.Schedules, func(r *ent.Schedule) int64 { return r.ContractID },
		c.Schedule.Query().Order(schedule.ByDate(), schedule.ByStartTime(), schedule.ByID()).AllX(ctx))
	listed(all, changelog.ContactPersons, func(r *ent.ContactPerson) int64 { return r.ContractID },
		c.ContactPerson.Query().Order(contactperson.ByID()).AllX(ctx))
	listed(all, changelog.PricingItems, func(r *ent.PricingItem) int64 { return r.ContractID },
		c.PricingItem.Query().Order(pricingitem.ByPosition(), pricingitem.ByID()).AllX(ctx))
	listed(all, changelog.Assignments, func(r *ent.Assignment) int64 { return r.ContractID },
		c.Assignment.Query().Order(assignment.BySequence()).AllX(ctx))
	listed(all, changelog.TimeAdjustments, func(r *ent.TimeAdjustment) int64 { return r.ContractID },
		c.TimeAdjustment.Query().Order(timeadjustment.ByRequestedAt(), timeadjustment.ByID()).AllX(ctx))
	for _, i := range c.Inspection.Query().AllX(ctx) {
		all[i.ContractID][changelog.Inspection] = changelog.One(i)
	}
	for _, o := range c.Conclusion.Query().AllX(ctx) {
		all[o.ContractID][changelog.Conclusion] = changelog.One(o)
	}
	rates := map[int64][]*ent.ReviewRating{}
	for _, r := range c.ReviewRating.Query().AllX(ctx) {
		rates[r.ReviewID] = append(rates[r.ReviewID], r)
	}
	for _, r := range c.Review.Query().AllX(ctx) {
		all[r.ContractID][changelog.Review] = changelog.ReviewText(r, rates[r.ID])
	}
	return all
}

func tellState(state changelog.State, told changelog.Changes) {
	for name, change := range told {
		state[name] = change.To
	}
}

// listed adds the documents of a list to the states of the contracts.
func listed[T any](all map[int64]changelog.State, name string, of func(*T) int64, rows []*T) {
	lists := map[int64][]*T{}
	for _, r := range rows {
		lists[of(r)] = append(lists[of(r)], r)
	}
	for id, list := range lists {
		all[id][name] = changelog.List(list)
	}
}

func compareStates(t testing.TB, id int64, told, stored changelog.State, except []string) {
	t.Helper()
	names := changelog.State{}
	maps.Copy(names, told)
	maps.Copy(names, stored)
	delete(names, changelog.PaymentPrefix+"id")
	for _, name := range slices.Sorted(maps.Keys(names)) {
		is, says := without(stored[name]), without(told[name])
		if differ(is, says) && !excepted(except, name) {
			t.Errorf("contract %d: %s is %.300s, and its history says %.300s", id, name, is, says)
		}
	}
}

// excepted tells whether nothing is asked of a name of the histories: without
// PlaysBack of none of them.
func excepted(except []string, name string) bool {
	return slices.Contains(except, PlaysBack) || slices.Contains(except, PlaysBackBeside) && !slices.Contains(contract.Columns, name)
}

// without gives a value without the ids of rows, as Canonical does.
func without(text json.RawMessage) string {
	var value any
	if len(text) == 0 || json.Unmarshal(text, &value) != nil {
		return ""
	}
	rows, _ := value.([]any)
	if one, ok := value.(map[string]any); ok {
		rows = []any{one}
		ratings, _ := one["ratings"].([]any)
		rows = append(rows, ratings...)
	}
	if len(rows) == 0 {
		return Canonical(text)
	}
	for _, row := range rows {
		if fields, ok := row.(map[string]any); ok {
			delete(fields, "id")
		}
	}
	bare, _ := json.Marshal(value) // it was JSON
	return Canonical(bare)
}

// differ tells whether two values are not the same; a name that is not told of is
// empty.
func differ(a, b string) bool {
	empty := []string{"", "null", `""`, "0", "[]"}
	return a != b && (!slices.Contains(empty, a) || !slices.Contains(empty, b))
}
