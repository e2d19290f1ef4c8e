package store

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

var errRowsOpen = errors.New("store: a statement began while the rows of another were open on the same connection")

// unknownOutcome is a write of which nobody knows whether it was stored.
type unknownOutcome struct{ cause error }

func (e *unknownOutcome) Error() string { return "store: outcome unknown: " + e.cause.Error() }
func (e *unknownOutcome) Unwrap() error { return e.cause }

// transaction is an open transaction of a connection.
type transaction struct {
	conn     *conn
	inner    driver.Tx
	readOnly bool
}

func (t *transaction) writes() bool { return t != nil && !t.readOnly }

// BeginTx opens a transaction. The context must not end before the
// transaction does: a cancelled COMMIT may be reported as stored and be lost.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	inner, err := c.backend.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	observed(ctx).transaction()
	c.tx = &transaction{conn: c, inner: inner, readOnly: opts.ReadOnly}
	return c.tx, nil
}

// Rollback gives the transaction up.
func (t *transaction) Rollback() error {
	t.conn.tx = nil
	return t.inner.Rollback()
}

// Commit stores the transaction. It fails with an *unknownOutcome when the
// connection was lost after COMMIT was sent, or when the server stopped waiting
// for its standbys.
func (t *transaction) Commit() error {
	c := t.conn
	c.tx = nil
	if !c.server || t.readOnly {
		return t.inner.Commit()
	}
	if c.reading {
		_ = t.inner.Rollback()
		return errRowsOpen
	}
	if !c.backend.IsValid() {
		return driver.ErrBadConn // COMMIT was never sent
	}
	return t.commitOnServer()
}

// lifted lets the COMMIT wait for its standbys as long as it takes: a
// statement_timeout would end that wait, not the transaction.
const lifted = "SET LOCAL statement_timeout = 0; COMMIT"

func (t *transaction) commitOnServer() error {
	c := t.conn
	c.warned = false
	_, err := c.backend.ExecContext(context.Background(), lifted, nil)
	if err == nil {
		if c.warned {
			return &unknownOutcome{errors.New("the server stopped waiting for its standbys")}
		}
		return nil
	}
	answer := pq.As(err)
	if answer == nil || answer.Fatal() {
		// ErrBadConn must not be heard by database/sql's own repetition.
		c.broken = true
		return &unknownOutcome{errors.New(err.Error())}
	}
	switch {
	case answer.Code == pqerror.InFailedSQLTransaction:
		// COMMIT was not reached: the transaction is still open, and failed.
		_ = t.inner.Rollback()
		return err
	case answer.Code == pqerror.TRStatementCompletionUnknown:
		return &unknownOutcome{err}
	}
	return err
}
