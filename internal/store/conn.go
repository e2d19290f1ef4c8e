package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// backend is what both drivers' connections can do.
type backend interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is one connection to the database. It prepares every statement once and
// keeps it, so that neither a pool nor a transaction ever waits for another
// connection to prepare; it brings instants into their one form; and it refuses
// on both databases what only one of them would refuse.
//
// database/sql never lets two calls run on one connection at once.
type conn struct {
	backend
	server   bool // PostgreSQL, else SQLite
	prepared *prepared
	tx       *transaction // the open transaction, or nil
	reading  bool         // rows are open
	warned   bool         // a warning arrived since the last COMMIT was sent
	broken   bool         // not to be used again
}

// notice hears what PostgreSQL says beside its answers.
func (c *conn) notice(n *pq.Error) {
	if n.Code == pqerror.Warning {
		c.warned = true
	}
}

// CheckNamedValue lets lib/pq convert what it knows, arrays among it.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.backend.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// IsValid tells whether the pool may keep the connection.
func (c *conn) IsValid() bool { return !c.broken && c.backend.IsValid() }

// ResetSession runs before the connection is used again.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.broken {
		return driver.ErrBadConn
	}
	return c.backend.ResetSession(ctx)
}

// Close closes the connection, its prepared statements with it. SQLite wants
// them closed first.
func (c *conn) Close() error {
	if c.prepared != nil && !c.server {
		c.prepared.closeAll()
	}
	return c.backend.Close()
}

// refuses makes SQLite as strict as PostgreSQL, which can serve one statement of
// a transaction at a time, and none after one has failed.
func (c *conn) refuses() error {
	switch {
	case c.reading:
		return errRowsOpen
	case !c.server && c.tx != nil && c.tx.failed:
		return errFailedTx
	}
	return nil
}

// QueryContext runs a statement that gives rows.
func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.refuses(); err != nil {
		return nil, err
	}
	normalise(args)
	observed(ctx).statement(text, args)
	var found driver.Rows
	run := c.run
	if c.server && plannedAnew(ctx) {
		run = c.runUnprepared
	}
	err := run(ctx, text, func(s *preparedStatement) (err error) {
		if s == nil {
			found, err = c.backend.QueryContext(ctx, text, args)
		} else {
			found, err = s.query.QueryContext(ctx, args)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	c.reading = true
	return &rows{Rows: found, conn: c}, nil
}

// ExecContext runs a statement that gives no rows. Without arguments it may be
// a script, which cannot be prepared.
func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.refuses(); err != nil {
		return nil, err
	}
	normalise(args)
	observed(ctx).statement(text, args)
	var result driver.Result
	run := c.run
	if len(args) == 0 {
		run = c.runUnprepared
	}
	err := run(ctx, text, func(s *preparedStatement) (err error) {
		if s == nil {
			result, err = c.backend.ExecContext(ctx, text, args)
		} else {
			result, err = s.exec.ExecContext(ctx, args)
		}
		return err
	})
	return result, err
}

func (c *conn) runUnprepared(ctx context.Context, text string, call func(*preparedStatement) error) error {
	usable := c.backend.IsValid()
	return c.failed(ctx, text, usable, call(nil))
}

// run calls with the prepared statement. A statement that the server forgot, or
// whose plan no longer fits the tables, is prepared anew and called once more;
// inside a transaction that attempt is lost, and the whole transaction is.
func (c *conn) run(ctx context.Context, text string, call func(*preparedStatement) error) error {
	if c.prepared == nil {
		return c.runUnprepared(ctx, text, call)
	}
	usable := c.backend.IsValid()
	for again := false; ; again = true {
		s, err := c.prepared.get(ctx, c.backend, text)
		if err == nil {
			err = call(s)
		}
		if s == nil || again || !outdated(err) {
			return c.failed(ctx, text, usable, err)
		}
		c.prepared.drop(text)
		if c.tx != nil {
			return &outdatedError{err}
		}
	}
}

// failed looks at what an error says of the connection.
func (c *conn) failed(ctx context.Context, text string, usable bool, err error) error {
	if err == nil {
		return nil
	}
	if c.tx != nil {
		c.tx.failed = true
	}
	if !c.server {
		return err
	}
	// A cancel request may reach the server late and hit the next statement.
	if ctx.Err() != nil {
		c.broken = true
	}
	// The server became a standby: only a new connection finds the primary.
	if pq.As(err, pqerror.ReadOnlySQLTransaction) != nil && c.tx.writes() {
		c.broken = true
	}
	// database/sql runs a statement again when it hears ErrBadConn, also one
	// that the server may have carried out: reads may be repeated, writes not.
	if errors.Is(err, driver.ErrBadConn) && usable && c.tx == nil && !reads(text) {
		c.broken = true
		return &unknownOutcome{errors.New("store: the connection was lost while a statement ran outside a transaction")}
	}
	return err
}

// reads tells whether a statement can be repeated without harm.
func reads(text string) bool {
	const word = "SELECT"
	text = strings.TrimLeft(text, " \t\r\n(")
	return len(text) >= len(word) && strings.EqualFold(text[:len(word)], word)
}

// rows marks its connection free again when it is closed.
type rows struct {
	driver.Rows
	conn *conn
}

// Close ends the reading.
func (r *rows) Close() error {
	if r.conn != nil {
		r.conn.reading = false
		r.conn = nil
	}
	return r.Rows.Close()
}

// HasNextResultSet tells whether an unprepared script gave more rows.
func (r *rows) HasNextResultSet() bool {
	more, ok := r.Rows.(driver.RowsNextResultSet)
	return ok && more.HasNextResultSet()
}

// NextResultSet goes on to the next rows of an unprepared script.
func (r *rows) NextResultSet() error {
	return r.Rows.(driver.RowsNextResultSet).NextResultSet()
}

// ColumnTypeDatabaseTypeName gives the column's type as the database names it.
func (r *rows) ColumnTypeDatabaseTypeName(index int) string {
	if named, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return named.ColumnTypeDatabaseTypeName(index)
	}
	return ""
}
