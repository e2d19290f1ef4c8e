package market_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/ent/migrate"
	"kontrak/ent/outbox"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"

	"entgo.io/ent/dialect/sql/schema"
)

// spin keeps the processor for that long, giving way to others that want it.
func spin(d time.Duration) {
	for begin := time.Now(); time.Since(begin) < d; {
		runtime.Gosched()
	}
}

// wavering is a context that lets others run, now and then, before it gives a
// value. It is asked for some before every statement, so that rivals come between
// each other's statements also where one processor would do a call in one go.
type wavering struct{ context.Context } //nolint:containedctx // it is a context

func (w wavering) Value(key any) any {
	if rand.N(2) == 0 {
		runtime.Gosched()
	}
	return w.Context.Value(key)
}

// free ends, by the back office, what occupies a partner, so that it has time for
// the next round.
func (g *ground) free(t *testing.T, ids ...int64) {
	t.Helper()
	if g.scene != nil {
		return
	}
	occupied := []lifecycle.ContractStatus{lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress}
	for _, id := range g.app.Store.Client().Contract.Query().
		Where(store.In(contract.FieldID, ids), store.In(contract.FieldStatus, occupied)).IDsX(t.Context()) {
		if err := contractErr(g.app.Market.ForceCancel(g.as[admin], id, "The round is over.", none)); err != nil {
			t.Fatal(err)
		}
	}
}

// checkMarks holds the contracts of a round to what the winner leaves: as many
// versions more as it has events, a history row for each, and its messages.
func (g *ground) checkMarks(t *testing.T, r *round, winner int) {
	t.Helper()
	if g.scene != nil { // what was left says it
		return
	}
	var events []lifecycle.ContractEvent
	var topics []string
	added := int64(0)
	for _, id := range r.ids {
		added += g.app.Store.Client().Contract.GetX(t.Context(), id).Version - g.version
		happened, told := tracesOf(t, g.app, id, g.version)
		events, topics = append(events, happened...), append(topics, told...)
	}
	w := g.rivals[winner]
	if added != int64(len(w.events)) || !slices.Equal(events, w.events) || !slices.Equal(topics, w.topics) {
		g.fail(t, "%s has won, and there are %d versions more, the events %q and the messages %q", w.name, added, events, topics)
	}
}

// tracesOf gives what has happened to a contract since a version, and every message
// about it, in their order.
func tracesOf(t *testing.T, app *testkit.App, id, since int64) (events []lifecycle.ContractEvent, topics []string) {
	t.Helper()
	c := app.Store.Client()
	for _, h := range c.ContractHistory.Query().
		Where(contracthistory.ContractID(id), contracthistory.ContractVersionGT(since)).
		Order(contracthistory.ByContractVersion()).AllX(t.Context()) {
		events = append(events, h.Event)
	}
	for _, m := range c.Outbox.Query().Where(outbox.ContractID(id)).Order(outbox.ByID()).AllX(t.Context()) {
		topics = append(topics, m.Topic)
	}
	return events, topics
}

// unequal are the columns in which two contracts differ whatever was done to them.
var unequal = []string{"id", "contract_id", "review_id", "key", "payload", "nonce", "hash"}

// random are texts that are drawn: names of files.
var random = regexp.MustCompile(`[a-z2-7]{26}\.`)

// leftOn writes the contracts with every row that hangs on them, so that equal
// texts are equal contracts.
func leftOn(t *testing.T, app *testkit.App, ids []int64) string {
	t.Helper()
	var text strings.Builder
	for _, id := range ids {
		writeRows(t, app, &text, migrate.ContractsTable, fmt.Sprintf("id = %d", id))
		for _, table := range testkit.Hanging() {
			writeRows(t, app, &text, table, fmt.Sprintf("contract_id = %d", id))
		}
		writeRows(t, app, &text, migrate.ReviewRatingsTable, fmt.Sprintf("review_id IN (SELECT id FROM reviews WHERE contract_id = %d)", id))
	}
	return numbers.ReplaceAllString(random.ReplaceAllString(text.String(), "drawn."), `"id":0`)
}

// numbers are the ids that a history tells of; every contract has its own.
var numbers = regexp.MustCompile(`"id": ?\d+|"payment\.id": ?\{[^}]*\}`)

func writeRows(t *testing.T, app *testkit.App, text *strings.Builder, table *schema.Table, where string) {
	t.Helper()
	var columns []string
	for _, column := range table.Columns {
		if !slices.Contains(unequal, column.Name) {
			columns = append(columns, column.Name)
		}
	}
	rows, err := app.Store.Client().QueryContext(t.Context(),
		fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY id", strings.Join(columns, ", "), table.Name, where))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(text, "%s\n%s", table.Name, rowsText(t, rows))
}

// apart gives the lines that are in one of two texts alone.
func apart(got, want string) string {
	var text strings.Builder
	lines, wanted := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, line := range lines {
		if !slices.Contains(wanted, line) {
			fmt.Fprintf(&text, "+ %s\n", line)
		}
	}
	for _, line := range wanted {
		if !slices.Contains(lines, line) {
			fmt.Fprintf(&text, "- %s\n", line)
		}
	}
	return text.String()
}

// report prints a race's line of the table in docs/performance.md, and insists that it
// was a race.
func (g *ground) report(t *testing.T, database string) {
	t.Helper()
	var wins, told []string
	for i, r := range g.rivals {
		wins = append(wins, fmt.Sprintf("%s %d", r.name, g.wins[i]))
		var codes []string
		for _, code := range slices.Sorted(maps.Keys(g.told[i])) {
			codes = append(codes, fmt.Sprintf("%s %d", code, g.told[i][code]))
		}
		told = append(told, r.name+": "+strings.Join(codes, ", "))
		if g.rounds >= many && g.wins[i] == 0 {
			t.Errorf("%s never wins", r.name)
		}
	}
	t.Logf("| %s | %s | %d | %d | %s | %s |", g.name, database, g.rounds, g.overlapped, strings.Join(wins, ", "), strings.Join(told, "; "))
	if files, rows := g.app.Files.Count(), g.app.Store.Client().File.Query().CountX(t.Context()); files != rows {
		t.Errorf("%d files are stored, and %d rows tell of one: a loser's file is left", files, rows)
	}
	if g.overlapped == 0 || g.rounds >= many && g.overlapped <= g.rounds/2 {
		t.Errorf("only %d of %d rounds overlapped", g.overlapped, g.rounds)
	}
}
