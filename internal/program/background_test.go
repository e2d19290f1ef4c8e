package program

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kontrak/ent/contracthistory"
	"kontrak/ent/outbox"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// neglected is a database in which much fell due while nothing served it.
func neglected(t *testing.T, db testkit.Database) (command, *store.Store) {
	t.Helper()
	st := db.Open(t)
	if err := world.Seed(t.Context(), st, world.SeedOptions{Contracts: 60, Now: wall.AddDate(-1, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	c := command{env: map[string]string{
		"KONTRAK_DATABASE_URL": db.URL,
		"KONTRAK_FILES_DIR":    filepath.Join(t.TempDir(), "files"),
		"KONTRAK_DRAIN":        "0s",
	}}
	if db.Name == "postgres" {
		c.env["KONTRAK_JWT_KEYS"], c.env["KONTRAK_LINK_KEY"] = "one="+randomKey(), randomKey()
	}
	return c, st
}

// overdue counts the contracts that still wait for time.
func overdue(t *testing.T, st *store.Store) int {
	t.Helper()
	rows, err := st.Client().QueryContext(t.Context(), `SELECT (SELECT count(*) FROM payments WHERE status = 'unpaid') +
		(SELECT count(*) FROM contracts WHERE status = 'partner_pending' OR status = 'accepted' AND departure_reminded_at IS NULL)`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // one row
	n := -1
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestServeDoesWhatFellDueWhileNothingServed, by two nodes on PostgreSQL.
func TestServeDoesWhatFellDueWhileNothingServed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		c, st := neglected(t, db)
		before := overdue(t, st)
		nodes := []*running{c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0", "--worker-interval", "100ms")}
		if db.Name == "postgres" {
			nodes = append(nodes, c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0", "--worker-interval", "100ms"))
		}
		for end := time.Now().Add(time.Minute); overdue(t, st) > 0; {
			if time.Now().After(end) {
				t.Fatalf("%d of %d still wait", overdue(t, st), before)
			}
			ask(t, "GET", nodes[0].url+"/readyz", "", "")
		}
		for _, n := range nodes {
			n.stop(t)
		}
		ctx := t.Context()
		done := st.Client().ContractHistory.Query().Where(contracthistory.ActorIDIsNil(), contracthistory.At(wall)).CountX(ctx)
		told := st.Client().Outbox.Query().Where(outbox.CreatedAt(wall), outbox.ContractIDNotNil()).CountX(ctx)
		if done < before || told != done || before < 5 {
			t.Errorf("of %d, %d things were done and %d messages of contracts left", before, done, told)
		}
	})
}

func TestServeWithoutAWorkerDoesNothingByItself(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--no-worker", "--worker-interval=0s"} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			c, st := neglected(t, testkit.SQLite(t))
			before := overdue(t, st)
			r := c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0", flag)
			for range 20 {
				ask(t, "GET", r.url+"/readyz", "", "")
			}
			r.stop(t)
			if after := overdue(t, st); after != before || before == 0 {
				t.Errorf("%d waited, and %d wait", before, after)
			}
		})
	}
}

// TestServeDoesNotMoveItsClock: time is real there.
func TestServeDoesNotMoveItsClock(t *testing.T) {
	t.Parallel()
	c := command{env: map[string]string{
		"KONTRAK_DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "k.db"),
		"KONTRAK_FILES_DIR":    filepath.Join(t.TempDir(), "files"),
		"KONTRAK_DRAIN":        "0s",
		passwordVariable:       "correct horse",
	}}
	c.must(t, "user", "create", "--role", "admin", "--email", "ayu@k.test")
	token := strings.TrimSpace(c.must(t, "token", "--email", "ayu@k.test"))
	r := c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0")
	defer r.stop(t)
	text := graphQL(t, r.url, token, `mutation { clockAdvance(input: {by: "1h"}) { now firedCount userErrors { code } } }`)
	if !strings.Contains(text, `"now":null,"firedCount":0,"userErrors":[{"code":"CLOCK_NOT_HELD"}]`) {
		t.Errorf("it answers %s", text)
	}
	if text := graphQL(t, r.url, token, `{ clock { now held } }`); !strings.Contains(text, `"now":"2026-11-22T09:00:00Z","held":false`) {
		t.Errorf("the clock is %s", text)
	}
}

// checkPrintedMove uses the request that the demo prints to move its clock.
func checkPrintedMove(t *testing.T, out, token string) {
	t.Helper()
	move := regexp.MustCompile(`curl -s (\S+)/query .*'(\{"query":"mutation .*\})'`).FindStringSubmatch(out)
	if move == nil {
		t.Fatalf("it does not print how to move the clock:\n%s", out)
	}
	status, text := ask(t, "POST", move[1]+"/query", token, move[2])
	if status != 200 || !strings.Contains(text, `"now":"2026-06-09T02:00:00Z"`) || !strings.Contains(text, `"kind":"PARTNER_DEADLINE"`) || !strings.Contains(text, `"userErrors":[]`) {
		t.Errorf("moving the clock by a day: %d %s", status, text)
	}
	if text := graphQL(t, move[1], token, `{ clock { now held } }`); !strings.Contains(text, `"now":"2026-06-09T02:00:00Z","held":true`) {
		t.Errorf("then it is %s", text)
	}
}
