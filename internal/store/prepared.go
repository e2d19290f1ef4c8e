package store

import (
	"container/list"
	"context"
	"database/sql/driver"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// prepared keeps the statements of one connection, the least recently used
// first to go. With lib/pq a first use costs no more than an unprepared
// statement does: both are parsed in one trip and run in a second.
type prepared struct {
	limit int
	byKey map[string]*list.Element
	order *list.List // of *preparedStatement, most recently used in front
}

type preparedStatement struct {
	text  string
	stmt  driver.Stmt
	query driver.StmtQueryContext
	exec  driver.StmtExecContext
}

func newPrepared(limit int) *prepared {
	return &prepared{limit: limit, byKey: map[string]*list.Element{}, order: list.New()}
}

// get gives the statement of a text, preparing it on this connection when it is
// new. It gives nil and an error when the text cannot be prepared.
func (p *prepared) get(ctx context.Context, on driver.ConnPrepareContext, text string) (*preparedStatement, error) {
	if e, ok := p.byKey[text]; ok {
		p.order.MoveToFront(e)
		return e.Value.(*preparedStatement), nil
	}
	if p.order.Len() >= p.limit {
		p.drop(p.order.Back().Value.(*preparedStatement).text)
	}
	stmt, err := on.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s := &preparedStatement{text: text, stmt: stmt}
	s.query = stmt.(driver.StmtQueryContext)
	s.exec = stmt.(driver.StmtExecContext)
	p.byKey[text] = p.order.PushFront(s)
	return s, nil
}

// drop forgets a statement and closes it. That it cannot be closed is no
// failure of the caller's: the connection itself then says so.
func (p *prepared) drop(text string) {
	e, ok := p.byKey[text]
	if !ok {
		return
	}
	delete(p.byKey, text)
	_ = p.order.Remove(e).(*preparedStatement).stmt.Close()
}

func (p *prepared) closeAll() {
	for text := range p.byKey {
		p.drop(text)
	}
}

// outdatedError is a prepared statement that failed inside a transaction only
// because its plan was outdated: the transaction may be run again.
type outdatedError struct{ cause error }

func (e *outdatedError) Error() string { return "store: outdated statement: " + e.cause.Error() }
func (e *outdatedError) Unwrap() error { return e.cause }

// outdated tells whether a prepared statement must be prepared anew: the
// columns of its result changed (a cached plan then says "feature not
// supported"), or the server forgot it.
func outdated(err error) bool {
	return pq.As(err, pqerror.FeatureNotSupported, pqerror.InvalidSQLStatementName) != nil
}
