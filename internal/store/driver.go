package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// entDriver is what ent speaks to. It is ent's own driver but for the way in
// which a transaction begins.
type entDriver struct {
	*entsql.Driver
	db      *sql.DB
	conns   int
	maxWait time.Duration
	turn    chan struct{} // SQLite: held by the one transaction that writes
}

func newDriver(name string, db *sql.DB, cfg Config) *entDriver {
	return &entDriver{Driver: entsql.OpenDB(name, db), db: db, conns: cfg.MaxOpenConns, maxWait: cfg.MaxWait}
}

// Tx begins a transaction with the defaults.
func (d *entDriver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx begins a transaction. The caller's context bounds the wait for a
// turn and a connection; the transaction itself does not end with it. It fails
// with errNoTurn when the wait took too long.
func (d *entDriver) BeginTx(ctx context.Context, opts *sql.TxOptions) (dialect.Tx, error) {
	waiting, cancel := context.WithTimeoutCause(ctx, d.maxWait, errNoTurn)
	defer cancel()
	release, err := d.takeTurn(waiting, opts)
	if err != nil {
		return nil, err
	}
	// After a restart of the server every idle connection is dead; each is
	// found out, and dropped, when a transaction begins on it.
	for tries := 0; ; tries++ {
		tx, err := d.begin(waiting, ctx, opts)
		if err == nil {
			tx.release = release
			return tx, nil
		}
		if !errors.Is(err, driver.ErrBadConn) || tries > d.conns {
			release()
			return nil, err
		}
	}
}

func (d *entDriver) begin(waiting, ctx context.Context, opts *sql.TxOptions) (*entTx, error) {
	conn, err := d.db.Conn(waiting)
	if err != nil {
		return nil, waited(waiting, err)
	}
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), opts)
	if err != nil {
		_ = conn.Close() // drops it when it is dead, else gives it back
		return nil, err
	}
	return &entTx{Conn: entsql.Conn{ExecQuerier: tx}, tx: tx, conn: conn}, nil
}

// takeTurn lets SQLite's writers queue in the order of their coming, instead of
// polling for the lock of the file.
func (d *entDriver) takeTurn(ctx context.Context, opts *sql.TxOptions) (release func(), err error) {
	if d.turn == nil || (opts != nil && opts.ReadOnly) {
		return func() {}, nil
	}
	select {
	case d.turn <- struct{}{}:
		return sync.OnceFunc(func() { <-d.turn }), nil
	case <-ctx.Done():
		return nil, waited(ctx, ctx.Err())
	}
}

var errNoTurn = errors.New("store: no connection became free in time")

// waited tells our own bound apart from the caller's.
func waited(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// entTx is a transaction that gives its connection and its turn back.
type entTx struct {
	entsql.Conn
	tx      *sql.Tx
	conn    *sql.Conn
	release func()
}

// Commit stores the transaction.
func (t *entTx) Commit() error { return t.end(t.tx.Commit()) }

// Rollback gives the transaction up.
func (t *entTx) Rollback() error { return t.end(t.tx.Rollback()) }

func (t *entTx) end(err error) error {
	_ = t.conn.Close() // gives it back to the pool; a second time it does nothing
	t.release()
	return err
}
