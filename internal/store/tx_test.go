package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/setting"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

var noon = time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC)

func newSetting(c *ent.Client, key string) *ent.SettingCreate {
	return c.Setting.Create().SetKey(key).SetValue("0").SetCreatedAt(noon).SetUpdatedAt(noon)
}

func count(t *testing.T, s *store.Store) int {
	t.Helper()
	n, err := s.Client().Setting.Query().Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// impatient never waits between two attempts.
func impatient(context.Context, time.Duration) error { return nil }

func TestWithTxStoresAllOrNothing(t *testing.T) {
	t.Parallel()
	errRefused := errors.New("refused")
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		for _, fails := range []error{nil, errRefused} {
			err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
				if err := newSetting(tx.Client(), "key").Exec(ctx); err != nil {
					return err
				}
				if fails == nil {
					return newSetting(tx.Client(), "other").Exec(ctx)
				}
				return fails
			})
			if fails == nil && err != nil {
				t.Fatal(err)
			}
			if fails != nil && err == nil {
				t.Error("the failure was swallowed")
			}
		}
		if got := count(t, s); got != 2 {
			t.Errorf("%d rows, want the 2 of the first transaction", got)
		}
	})
}

func TestWithTxKeepsTheFaultOfTheUseCase(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		err := db.Open(t).WithTx(t.Context(), func(context.Context, *ent.Tx) error {
			return fault.New(fault.Stale, "")
		})
		if !fault.Is(err, fault.Stale) {
			t.Errorf("got %v, want STALE", err)
		}
	})
}

func TestWithTxRollsBackOnPanic(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := one(t, db)
		func() {
			defer func() {
				if got := recover(); got != "boom" {
					t.Errorf("recovered %v, want the panic itself", got)
				}
			}()
			_ = s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
				if err := newSetting(tx.Client(), "key").Exec(ctx); err != nil {
					t.Error(err)
				}
				panic("boom")
			})
		}()
		if got := count(t, s); got != 0 {
			t.Errorf("%d rows, want none", got)
		}
	})
}

func TestWithTxIsNotEndedByItsCaller(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		caller, leave := context.WithCancel(t.Context())
		err := s.WithTx(caller, func(ctx context.Context, tx *ent.Tx) error {
			leave()
			return newSetting(tx.Client(), "key").Exec(ctx)
		})
		if err != nil {
			t.Error(err)
		}
		if got := count(t, s); got != 1 {
			t.Errorf("%d rows, want 1", got)
		}
		if err := s.WithTx(caller, func(context.Context, *ent.Tx) error { return nil }); !fault.Is(err, fault.TimedOut) {
			t.Errorf("a caller that is gone begins a transaction: %v", err)
		}
	})
}

func TestTransactionsDoNotNest(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		err := s.WithTx(t.Context(), func(ctx context.Context, _ *ent.Tx) error {
			return s.WithTx(ctx, func(context.Context, *ent.Tx) error { return nil })
		})
		if !errors.Is(err, store.ErrNested) {
			t.Errorf("got %v, want %v", err, store.ErrNested)
		}
	})
}

func TestTransactionThatFindsNoTurnIsBusy(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.OpenWith(t, store.Config{MaxOpenConns: 1, MaxWait: time.Millisecond, Wait: impatient})
		err := s.WithTx(t.Context(), func(context.Context, *ent.Tx) error {
			err := s.WithTx(t.Context(), func(context.Context, *ent.Tx) error { return nil })
			if !fault.Is(err, fault.Busy) {
				t.Errorf("got %v, want BUSY", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Two transactions take two rows in opposite order; the database ends one of
// them, and it passes when it is run again.
func TestWithTxRunsAgainAfterADeadlock(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	// The one that is ended waits for the other, so that they meet only once.
	won := make(chan struct{})
	var once sync.Once
	s := db.OpenWith(t, store.Config{Wait: func(context.Context, time.Duration) error { <-won; return nil }})
	for _, key := range []string{"a", "b"} {
		newSetting(s.Client(), key).ExecX(t.Context())
	}
	var met, done sync.WaitGroup
	met.Add(2)
	results := make(chan error, 2)
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		first := true
		done.Go(func() {
			defer once.Do(func() { close(won) })
			results <- s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
				for i, key := range order {
					if err := tx.Setting.Update().Where(setting.Key(key)).AddVersion(1).Exec(ctx); err != nil {
						return err
					}
					if i == 0 && first {
						first = false
						met.Done()
						met.Wait()
					}
				}
				return nil
			})
		})
	}
	done.Wait()
	close(results)
	for err := range results {
		if err != nil {
			t.Error(err)
		}
	}
	for _, row := range s.Client().Setting.Query().AllX(t.Context()) {
		if row.Version != 3 {
			t.Errorf("%s has version %d, want 3: both transactions count", row.Key, row.Version)
		}
	}
}

func TestWithTxRunsAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	s, other := db.OpenWith(t, store.Config{Wait: impatient}), one(t, db)
	tries := 0
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		tries++
		if err := newSetting(tx.Client(), "key").Exec(ctx); err != nil {
			return err
		}
		if tries == 1 {
			pid := number(ctx, t, tx.Client(), "SELECT pg_backend_pid()")
			number(ctx, t, other.Client(), "SELECT pg_terminate_backend($1, 5000)::int", pid)
		}
		return newSetting(tx.Client(), "second").Exec(ctx)
	})
	if err != nil || tries != 2 {
		t.Errorf("%d tries, %v; want 2 tries that pass", tries, err)
	}
	if got := count(t, s); got != 2 {
		t.Errorf("%d rows, want 2", got)
	}
}

func TestConnectionLostAtCommitIsAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	s, other := db.OpenWith(t, store.Config{Wait: impatient}), one(t, db)
	tries := 0
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		tries++
		pid := number(ctx, t, tx.Client(), "SELECT pg_backend_pid()")
		number(ctx, t, other.Client(), "SELECT pg_terminate_backend($1, 5000)::int", pid)
		return nil
	})
	if !fault.Is(err, fault.OutcomeUnknown) || tries != 1 {
		t.Errorf("%d tries, %v; want one, and OUTCOME_UNKNOWN", tries, err)
	}
}

func TestEveryIdleConnectionMayBeDead(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	const conns = 12
	s, other := db.OpenWith(t, store.Config{MaxOpenConns: conns, Wait: impatient}), one(t, db)
	var all, done sync.WaitGroup
	all.Add(conns)
	for range conns {
		done.Go(func() {
			err := s.WithTx(t.Context(), func(context.Context, *ent.Tx) error {
				all.Done()
				all.Wait()
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	number(t.Context(), t, other.Client(),
		"SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		return newSetting(tx.Client(), "key").Exec(ctx)
	})
	if err != nil {
		t.Error(err)
	}
	if err := s.ReadTx(t.Context(), func(context.Context, *ent.Client) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestReadTxSeesOneSnapshotAndWritesNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		err := s.ReadTx(t.Context(), func(ctx context.Context, c *ent.Client) error {
			before := c.Setting.Query().CountX(ctx)
			if err := newSetting(s.Client(), "key").Exec(t.Context()); err != nil {
				return err
			}
			if after := c.Setting.Query().CountX(ctx); after != before {
				t.Errorf("%d rows, then %d in the same snapshot", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.ReadTx(t.Context(), func(ctx context.Context, c *ent.Client) error {
			return newSetting(c, "forbidden").Exec(ctx)
		})
		if err == nil {
			t.Error("a read transaction wrote")
		}
		if got := count(t, s); got != 1 {
			t.Errorf("%d rows, want 1", got)
		}
	})
}

func TestWritersQueue(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		newSetting(s.Client(), "counter").ExecX(t.Context())
		const writers = 40
		var done sync.WaitGroup
		for range writers {
			done.Go(func() {
				err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
					return tx.Setting.Update().Where(setting.Key("counter")).AddVersion(1).Exec(ctx)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if got := s.Client().Setting.Query().OnlyX(t.Context()).Version; got != writers+1 {
			t.Errorf("version %d, want %d", got, writers+1)
		}
	})
}

func TestReadContextOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	s := testkit.SQLite(t).Open(t)
	caller, leave := context.WithCancel(t.Context())
	ctx, done := s.ReadContext(caller)
	defer done()
	leave()
	if ctx.Err() != nil {
		t.Errorf("the read ended with its caller: %v", ctx.Err())
	}
	if _, bounded := ctx.Deadline(); !bounded {
		t.Error("the read has no bound of its own")
	}
}

// PostgreSQL takes nothing more after a failed statement; SQLite would go on,
// and store the rest.
func TestTransactionWithAFailedStatementIsNotStored(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			newSetting(tx.Client(), "key").ExecX(ctx)
			_ = newSetting(tx.Client(), "key").Exec(ctx) // a duplicate, swallowed
			return nil
		})
		if !fault.Is(err, fault.InternalError) {
			t.Errorf("swallowed: got %v, want INTERNAL", err)
		}
		err = s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			newSetting(tx.Client(), "key").ExecX(ctx)
			_ = newSetting(tx.Client(), "key").Exec(ctx) // a duplicate, swallowed
			return newSetting(tx.Client(), "other").Exec(ctx)
		})
		if !fault.Is(err, fault.InternalError) {
			t.Errorf("gone on: got %v, want INTERNAL", err)
		}
		if got := count(t, s); got != 0 {
			t.Errorf("%d rows, want none", got)
		}
	})
}
