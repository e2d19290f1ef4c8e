package store

import (
	"context"
	"errors"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kontrak/ent"
	"kontrak/internal/fault"
)

// Fault gives the fault that a database error is, by its type and code. A fault
// passes through, nil stays nil, and what is no known failure is internal. The
// error itself is kept as the cause, for the log: names of tables and
// constraints are not shown.
func Fault(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	return fault.New(codeOf(err), "").Because(err)
}

func codeOf(err error) fault.Code {
	if _, ok := errors.AsType[*unknownOutcome](err); ok {
		return fault.OutcomeUnknown
	}
	if e := pq.As(err); e != nil {
		return codeOfState(e.Code)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return codeOfResult(e.Code())
	}
	switch {
	case errors.Is(err, errNoTurn), lost(err):
		return fault.Busy
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.TimedOut
	case ent.IsNotFound(err):
		return fault.RecordNotFound
	}
	if _, ok := errors.AsType[*outdatedError](err); ok {
		return fault.Busy
	}
	return fault.InternalError
}

// codeOfState reads PostgreSQL's SQLSTATE.
func codeOfState(state pqerror.Code) fault.Code {
	switch state {
	case pqerror.UniqueViolation:
		return fault.Duplicate
	case pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected, pqerror.LockNotAvailable,
		pqerror.ReadOnlySQLTransaction, pqerror.TooManyConnections, pqerror.CannotConnectNow,
		pqerror.AdminShutdown, pqerror.CrashShutdown:
		return fault.Busy
	case pqerror.QueryCanceled:
		return fault.TimedOut
	}
	return fault.InternalError
}

// codeOfResult reads SQLite's extended result code.
func codeOfResult(result int) fault.Code {
	switch result {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return fault.Duplicate
	}
	switch result & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Busy
	case sqlite3.SQLITE_INTERRUPT:
		return fault.TimedOut
	}
	return fault.InternalError
}
