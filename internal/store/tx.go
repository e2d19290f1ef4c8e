package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"net"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// attempts bounds how often a transaction is tried.
const attempts = 6

type insideKey struct{}

// inside is what a transaction notes for when it is stored.
type inside struct {
	dialect string
	left    []lifecycle.Channel // those that messages were left for
}

var errNested = errors.New("store: a transaction was begun inside another")

// WithTx runs fn in one transaction and stores what it wrote, unless fn fails.
// It is one per action. fn runs again, from the start, when the database asks
// for it (two transactions in each other's way, a connection lost before COMMIT
// was sent); so fn does nothing outside the database, and keeps nothing from an
// attempt that failed. Inside, one statement runs at a time.
//
// The context that fn gets does not end with the caller's: what was acknowledged
// must be stored. A panic of fn rolls back and goes on.
//
// Faults: those of fn; BUSY; TIMEOUT; OUTCOME_UNKNOWN when nobody knows whether
// it was stored.
func (s *Store) WithTx(ctx context.Context, fn func(ctx context.Context, tx *ent.Tx) error) error {
	return s.repeat(ctx, func(within context.Context) error {
		return s.once(ctx, within, s.client, nil, fn)
	})
}

// ReadTx runs fn on one snapshot of the database, in which nothing can be
// written. Like WithTx it may run fn again.
//
// Faults: those of fn; BUSY; TIMEOUT.
func (s *Store) ReadTx(ctx context.Context, fn func(ctx context.Context, c *ent.Client) error) error {
	opts := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if s.reader != s.client {
		opts.Isolation = sql.LevelDefault // SQLite's read transactions are snapshots
	}
	return s.repeat(ctx, func(within context.Context) error {
		within, cancel := s.ReadContext(within)
		defer cancel()
		return s.once(ctx, within, s.reader, opts, func(ctx context.Context, tx *ent.Tx) error {
			return fn(ctx, tx.Client())
		})
	})
}

// once runs fn in a transaction: ctx bounds the wait for it, within is for fn.
func (s *Store) once(ctx, within context.Context, on *ent.Client, opts *sql.TxOptions, fn func(context.Context, *ent.Tx) error) error {
	tx, err := on.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	open := true
	defer func() {
		if open {
			// The reason to give up is worth more than a failure to say so; a
			// connection that cannot roll back is dropped.
			_ = tx.Rollback()
		}
	}()
	if err := fn(within, tx); err != nil {
		return err
	}
	open = false
	return tx.Commit()
}

// repeat runs an attempt until it passes, fails for good, or has failed too often.
func (s *Store) repeat(ctx context.Context, attempt func(context.Context) error) error {
	if ctx.Value(insideKey{}) != nil {
		return fault.New(fault.InternalError, "").Because(errNested)
	}
	notes := &inside{dialect: s.Dialect()}
	within := context.WithValue(context.WithoutCancel(ctx), insideKey{}, notes)
	for n := 1; ; n++ {
		if err := ctx.Err(); err != nil {
			return Fault(err)
		}
		err := attempt(within)
		if err == nil {
			s.wakeUp(notes)
			return nil
		}
		if n == attempts || !transient(err) {
			return Fault(err)
		}
		s.cfg.Logger.DebugContext(ctx, "transaction is run again", "attempt", n, "error", err)
		if s.cfg.Wait(ctx, backoff(n)) != nil {
			return Fault(err)
		}
	}
}

// backoff is how long to wait after the n-th attempt: doubling from 5 ms, and
// anything between half of it and the whole, so that rivals do not meet again.
func backoff(n int) time.Duration {
	whole := 5 * time.Millisecond << min(n-1, 6)
	return whole/2 + rand.N(whole/2)
}

// transient tells whether the same transaction may pass when it is run again.
func transient(err error) bool {
	if _, unknown := errors.AsType[*unknownOutcome](err); unknown {
		return false
	}
	if pq.As(err, pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected, pqerror.ReadOnlySQLTransaction) != nil {
		return true
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		primary := e.Code() & 0xff
		return primary == sqlite3.SQLITE_BUSY || primary == sqlite3.SQLITE_LOCKED
	}
	if _, ok := errors.AsType[*outdatedError](err); ok {
		return true
	}
	return lost(err)
}

// lost tells whether the connection went away.
func lost(err error) bool {
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}
