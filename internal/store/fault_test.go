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

func TestDatabaseErrorsBecomeFaults(t *testing.T) {
	t.Parallel()
	const insertUser = `INSERT INTO users (email, password_hash, full_name, role, current_institution_id, created_at, updated_at)
		VALUES ($1, '', 'A', $2, $3, $4, $4)`
	cases := []struct {
		name string
		run  func(ctx context.Context, c *ent.Client) error
		want fault.Code
	}{
		{"a value that is there already", func(ctx context.Context, c *ent.Client) error {
			newSetting(c, "key").ExecX(ctx)
			return newSetting(c, "key").Exec(ctx)
		}, fault.Duplicate},
		{"a primary key that is there already", func(ctx context.Context, c *ent.Client) error {
			newSetting(c, "other").SetID(77).ExecX(ctx)
			return newSetting(c, "another").SetID(77).Exec(ctx)
		}, fault.Duplicate},
		{"a reference to nothing", func(ctx context.Context, c *ent.Client) error {
			_, err := c.ExecContext(ctx, insertUser, "a@example.test", "admin", 99, noon)
			return err
		}, fault.InternalError},
		{"a value that a check refuses", func(ctx context.Context, c *ent.Client) error {
			_, err := c.ExecContext(ctx, insertUser, "b@example.test", "emperor", nil, noon)
			return err
		}, fault.InternalError},
		{"null where none may be", func(ctx context.Context, c *ent.Client) error {
			_, err := c.ExecContext(ctx, insertUser, nil, "admin", nil, noon)
			return err
		}, fault.InternalError},
		{"a row that is not there", func(ctx context.Context, c *ent.Client) error {
			_, err := c.Setting.Get(ctx, 4711)
			return err
		}, fault.RecordNotFound},
		{"SQL that is wrong", func(ctx context.Context, c *ent.Client) error {
			_, err := c.ExecContext(ctx, "SELEKT")
			return err
		}, fault.InternalError},
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		for _, c := range cases {
			err := store.Fault(c.run(t.Context(), s.Client()))
			if !fault.Is(err, c.want) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.want)
			}
			if f, _ := fault.As(err); f != nil && (errors.Unwrap(f) == nil || len(f.Meta) > 0) {
				t.Errorf("%s: the cause is %v and shown are %v", c.name, errors.Unwrap(f), f.Meta)
			}
		}
	})
}

func TestFaultsPassThrough(t *testing.T) {
	t.Parallel()
	refused := fault.New(fault.WrongState, "")
	cases := []struct {
		name string
		err  error
		want fault.Code
	}{
		{"a fault", refused, fault.WrongState},
		{"a fault with words around it", fmt.Errorf("accept: %w", refused), fault.WrongState},
		{"a deadline", context.DeadlineExceeded, fault.TimedOut},
		{"a caller that left", fmt.Errorf("read: %w", context.Canceled), fault.TimedOut},
		{"anything else", errors.New("what"), fault.InternalError},
	}
	for _, c := range cases {
		if got := store.Fault(c.err); !fault.Is(got, c.want) {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
	}
	if err := store.Fault(nil); err != nil {
		t.Errorf("no error became %v", err)
	}
}

func TestWaitingTooLongForALockIsBusy(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	db.URL += "&lock_timeout=20ms"
	s := db.Open(t)
	newSetting(s.Client(), "key").ExecX(t.Context())
	var locked, tried sync.WaitGroup
	locked.Add(1)
	tried.Add(1)
	var holder sync.WaitGroup
	holder.Go(func() {
		err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			_, err := tx.Setting.Query().Where(store.ForUpdate).Only(ctx)
			locked.Done()
			tried.Wait()
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	locked.Wait()
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		claimed, err := tx.Setting.Query().Where(store.SkipLocked).All(ctx)
		if len(claimed) != 0 {
			t.Errorf("%d rows claimed, want none: the row is taken", len(claimed))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		return tx.Setting.Update().SetValue("1").Exec(ctx)
	})
	tried.Done()
	holder.Wait()
	if !fault.Is(err, fault.Busy) {
		t.Errorf("got %v, want BUSY", err)
	}
}

func TestStatementThatTakesTooLongIsTimedOut(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	db.URL += "&statement_timeout=20ms"
	err := db.Open(t).WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.ExecContext(ctx, "SELECT pg_sleep($1)", 3)
		return err
	})
	if !fault.Is(err, fault.TimedOut) {
		t.Errorf("got %v, want TIMEOUT", err)
	}
}
