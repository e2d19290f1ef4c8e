package store

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

var (
	errRowsOpen = errors.New("store: a statement began while the rows of another were open on the same connection")
	errFailedTx = errors.New("store: a statement of this transaction has failed: it can only be given up")
)

// unknownOutcome is a write of which nobody knows whether it was stored.
type unknownOutcome struct{ cause error }

func (e *unknownOutcome) Error() string { return "store: outcome unknown: " + e.cause.Error() }
func (e *unknownOutcome) Unwrap() error { return e.cause }

// transaction is an open transaction of a connection.
type transaction struct {
	conn     *conn
	inner    driver.Tx
	readOnly bool
	failed   bool // a statement failed
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
// for its standbys. That wait has no bound: a statement_timeout ends with the
// statement, before the server commits.
func (t *transaction) Commit() error {
	c := t.conn
	c.tx = nil
	switch {
	case c.reading:
		return errors.Join(errRowsOpen, t.inner.Rollback())
	case t.failed && !c.server:
		return errors.Join(errFailedTx, t.inner.Rollback())
	case !c.server || t.readOnly:
		return t.inner.Commit()
	}
	if !c.backend.IsValid() {
		return driver.ErrBadConn // COMMIT is not sent
	}
	c.warned = false
	err := t.inner.Commit()
	switch answer := pq.As(err); {
	case err == nil && c.warned:
		return &unknownOutcome{errors.New("the server stopped waiting for its standbys")}
	case err == nil, errors.Is(err, pq.ErrInFailedTransaction):
		return err
	case answer == nil || answer.Fatal(), answer.Code == pqerror.TRStatementCompletionUnknown:
		// Not as ErrBadConn, which says that the same may be done again.
		c.broken = true
		return &unknownOutcome{errors.New(err.Error())}
	}
	return err
}
