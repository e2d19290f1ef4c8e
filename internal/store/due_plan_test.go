package store_test

import (
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// dueIndexes give what falls due in its order, each for one of the statements
// that look for it.
var dueIndexes = []string{"payment_deadline_at_id", "contract_escalation_deadline_at_id", "contract_scheduled_start_at_id"}

// TestWhatFallsDueHasItsIndex looks at the plans of all that is run to do what
// has fallen due: it is found in an index that holds only what waits, in its
// order, and written by keys.
func TestWhatFallsDueHasItsIndex(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(
			"whoever has an accepted contract has an accepted assignment", "a contract before acceptance has a pending assignment",
			"what waits in the queue was released by its partner", "whoever has a contract has not lost it",
			"a contract is offered once it is paid", "work is done on paid contracts only",
			"a payment waits only while the contract does", "a payment's instants fit its status",
			"instants of a contract's life are there when they passed", "only running contracts have a request pending",
			"only completed contracts are reviewed, and their partner is", "the last history row tells the present state",
			"running work has a day that runs, and only running work", "days are worked on contracts whose work began",
			testkit.PlaysBack,
		)
		if err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: 2000, Now: world.Now}); err != nil {
			t.Fatal(err)
		}
		app.Clock.Set(world.Now.Add(20 * time.Hour))
		ctx, ran := store.ObserveArguments(t.Context())
		fired, err := app.Market.FireDue(ctx, app.Clock.Now())
		if err != nil || len(fired.Done) < 20 {
			t.Fatalf("%d done, %v", len(fired.Done), err)
		}
		planner := one(t, db)
		pileUp(t, planner)
		if db.Name == dialect.Postgres {
			exec(t, planner.Client(), "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_mergejoin = off; SET enable_hashjoin = off; SET enable_material = off")
		}
		seen, found := map[string]bool{}, map[string]bool{}
		for i, text := range ran.Texts() {
			if seen[text] || strings.HasPrefix(text, "INSERT") {
				continue
			}
			seen[text] = true
			lines := testkit.Explain(t, planner, text, ran.Arguments()[i])
			plan := strings.Join(lines, "\n")
			index := ""
			for _, name := range dueIndexes {
				if strings.Contains(plan, name) {
					index, found[name] = name, true
				}
			}
			for name := range readWhole(db.Name, text, lines) {
				if name != index {
					t.Errorf("reads %s from end to end:\n%s\n%s", name, text, plan)
				}
			}
			if index != "" && (strings.Contains(plan, "USE TEMP B-TREE FOR ORDER BY") || strings.Contains(plan, "Sort") && !strings.Contains(plan, "Incremental Sort")) {
				t.Errorf("%s does not give its order:\n%s\n%s", index, text, plan)
			}
		}
		t.Logf("%s: %d statements", db.Name, len(seen))
		if len(found) != len(dueIndexes) || len(seen) < 12 {
			t.Errorf("of %d statements these indexes serve: %v", len(seen), found)
		}
	})
}

// pileUp makes most of what there is overdue, as after a long stop: the few that
// are due otherwise could be read in any way.
func pileUp(t *testing.T, s *store.Store) {
	t.Helper()
	for _, text := range []string{
		"UPDATE payments SET status = 'unpaid', deadline_at = created_at WHERE id % 4 > 0",
		"UPDATE contracts SET status = 'partner_pending', stage = 'partner', escalation_deadline_at = created_at WHERE id % 2 = 0",
		"UPDATE contracts SET status = 'accepted', stage = '', escalation_deadline_at = NULL WHERE id % 2 = 1",
		"ANALYZE",
	} {
		exec(t, s.Client(), text)
	}
}
