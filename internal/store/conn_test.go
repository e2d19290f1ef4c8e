package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// number runs a statement that gives one number.
func number(ctx context.Context, t testing.TB, c *ent.Client, text string, args ...any) int64 {
	t.Helper()
	n, err := ask(ctx, c, text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

// ask is number for goroutines, which may not end the test.
func ask(ctx context.Context, c *ent.Client, text string, args ...any) (n int64, err error) {
	rows, err := c.QueryContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if !rows.Next() {
		return 0, errors.Join(errors.New("no row"), rows.Err())
	}
	return n, rows.Scan(&n)
}

// exec runs a statement that gives no rows.
func exec(t testing.TB, c *ent.Client, text string, args ...any) {
	t.Helper()
	if _, err := c.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// one gives a store with a single connection.
func one(t testing.TB, db testkit.Database) *store.Store {
	t.Helper()
	return db.OpenWith(t, store.Config{MaxOpenConns: 1})
}

func TestStatementIsPreparedOncePerConnection(t *testing.T) {
	t.Parallel()
	s := one(t, testkit.Postgres(t))
	for i := range 5 {
		if got := number(t.Context(), t, s.Client(), "SELECT $1::bigint", i); got != int64(i) {
			t.Errorf("got %d, want %d", got, i)
		}
	}
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		number(ctx, t, tx.Client(), "SELECT $1::bigint", 7)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1::bigint'"
	if got := number(t.Context(), t, s.Client(), prepared); got != 1 {
		t.Errorf("the statement is prepared %d times, want once", got)
	}
}

func TestPreparedStatementsAreBounded(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := one(t, db)
		for i := range store.PreparedTexts + 40 {
			number(t.Context(), t, s.Client(), fmt.Sprintf("SELECT %d", i))
		}
		if got := number(t.Context(), t, s.Client(), "SELECT 0"); got != 0 {
			t.Errorf("a forgotten statement gives %d", got)
		}
		if db.Name == "sqlite" {
			return
		}
		got := number(t.Context(), t, s.Client(), "SELECT count(*) FROM pg_prepared_statements")
		if got != store.PreparedTexts {
			t.Errorf("%d statements are prepared, want %d", got, store.PreparedTexts)
		}
	})
}

// Sixteen clients that have prepared nothing yet hold all sixteen connections in
// transactions: whoever prepared on another connection would wait for ever.
func TestColdClientsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		const clients = 16
		s := db.OpenWith(t, store.Config{MaxOpenConns: clients})
		var inside, done sync.WaitGroup
		failures := make(chan error, clients)
		if db.Name == "postgres" { // on SQLite one transaction writes at a time
			inside.Add(clients)
		}
		for i := range clients {
			done.Go(func() {
				failures <- s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
					if db.Name == "postgres" {
						inside.Done()
						inside.Wait()
					}
					rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT %d + id FROM settings WHERE key = $1", i), "none")
					if err != nil {
						return err
					}
					return rows.Close()
				})
			})
		}
		done.Wait()
		close(failures)
		for err := range failures {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestOutdatedPlanIsPreparedAnew(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s, other := one(t, db), one(t, db)
		exec(t, s.Client(), "CREATE TABLE boxes (a integer)")
		exec(t, s.Client(), "INSERT INTO boxes (a) VALUES (1)")
		columns := func(ctx context.Context, q *ent.Client) (int, error) {
			rows, err := q.QueryContext(ctx, "SELECT * FROM boxes WHERE a = $1", 1)
			if err != nil {
				return 0, err
			}
			names, err := rows.Columns()
			return len(names), errors.Join(err, rows.Close())
		}
		if _, err := columns(t.Context(), s.Client()); err != nil {
			t.Fatal(err)
		}
		exec(t, other.Client(), "ALTER TABLE boxes ADD COLUMN b integer")
		if got, err := columns(t.Context(), s.Client()); err != nil || got != 2 {
			t.Errorf("outside a transaction: %d columns, %v; want 2", got, err)
		}
		exec(t, other.Client(), "ALTER TABLE boxes ADD COLUMN c integer")
		err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			got, err := columns(ctx, tx.Client())
			if err == nil && got != 3 {
				t.Errorf("inside a transaction: %d columns, want 3", got)
			}
			return err
		})
		if err != nil {
			t.Errorf("inside a transaction: %v", err)
		}
	})
}

func TestForgottenStatementIsPreparedAnew(t *testing.T) {
	t.Parallel()
	s := one(t, testkit.Postgres(t))
	number(t.Context(), t, s.Client(), "SELECT $1::bigint", 1)
	exec(t, s.Client(), "DEALLOCATE ALL")
	if got := number(t.Context(), t, s.Client(), "SELECT $1::bigint", 2); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}

// PostgreSQL cannot serve two statements of one transaction at once, and SQLite
// would not show the mistake.
func TestSecondStatementWhileRowsAreOpenIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			rows, err := tx.QueryContext(ctx, "SELECT 1")
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, "UPDATE settings SET value = $1", "x")
			return errors.Join(err, rows.Close())
		})
		if !errors.Is(err, store.ErrRows) {
			t.Errorf("got %v, want %v", err, store.ErrRows)
		}
	})
}

func TestScriptsRunUnprepared(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := one(t, db)
		exec(t, s.Client(), "CREATE TABLE one (a integer); CREATE TABLE two (a integer)")
		exec(t, s.Client(), "DROP TABLE one; DROP TABLE two")
	})
}

// TestWhatIsPlannedAnewIsNotPrepared: the server keeps no plan of it.
func TestWhatIsPlannedAnewIsNotPrepared(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := one(t, db)
		for _, c := range []struct {
			anew bool
			text string
			want int64
		}{
			{false, "SELECT 40 + CAST($1 AS INTEGER)", 1},
			{true, "SELECT 50 + CAST($1 AS INTEGER)", 0},
		} {
			ctx := t.Context()
			if c.anew {
				ctx = store.PlanAnew(ctx)
			}
			for range 7 {
				if n := number(ctx, t, s.Client(), c.text, 2); n%10 != 2 {
					t.Errorf("%s gives %d", c.text, n)
				}
			}
			if db.Name != "postgres" {
				continue
			}
			if n := number(t.Context(), t, s.Client(), "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1", c.text); n != c.want {
				t.Errorf("%s is prepared %d times, want %d", c.text, n, c.want)
			}
		}
	})
}

func TestObserveCountsStatementsOfItsContextOnly(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		ctx, seen := store.Observe(t.Context())
		number(t.Context(), t, s.Client(), "SELECT 1")
		number(ctx, t, s.Client(), "SELECT 2")
		err := s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			number(ctx, t, tx.Client(), "SELECT 3")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := seen.Texts(); len(got) != 2 || got[0] != "SELECT 2" || got[1] != "SELECT 3" {
			t.Errorf("statements are %q, want SELECT 2 and SELECT 3", got)
		}
		if seen.Count() != 2 || seen.Transactions() != 1 {
			t.Errorf("%d statements in %d transactions, want 2 in 1", seen.Count(), seen.Transactions())
		}
	})
}

func TestLostConnectionDoesNotRepeatAWrite(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	s, other := one(t, db), one(t, db)
	exec(t, s.Client(), "CREATE TABLE tries (a integer)")
	pid := number(t.Context(), t, s.Client(), "SELECT pg_backend_pid()")
	var killer sync.WaitGroup
	killer.Go(func() {
		const asleep = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
		for n, err := int64(0), error(nil); n == 0 && err == nil; {
			n, err = ask(t.Context(), other.Client(), asleep, pid)
		}
		if _, err := ask(t.Context(), other.Client(), "SELECT pg_terminate_backend($1)::int", pid); err != nil {
			t.Error(err)
		}
	})
	_, err := s.Client().ExecContext(t.Context(), "INSERT INTO tries SELECT $1::int FROM pg_sleep(4)", 1)
	killer.Wait()
	if err := store.Fault(err); !fault.Is(err, fault.OutcomeUnknown) {
		t.Errorf("got %v, want OUTCOME_UNKNOWN", err)
	}
	if got := number(t.Context(), t, other.Client(), "SELECT count(*) FROM tries"); got != 0 {
		t.Errorf("%d rows were written", got)
	}
}
