package store

import (
	"context"
	"database/sql/driver"
	"slices"
	"sync"
)

// Statements collects what ran on the database under one context. It is safe
// for concurrent use; a nil *Statements collects nothing.
type Statements struct {
	mu           sync.Mutex
	texts        []string
	keeps        bool // tests only: arguments hold persons and secrets
	args         [][]driver.NamedValue
	transactions int
}

type statementsKey struct{}

// Observe returns a context under which the statements that run are collected.
// Statements of an attempt that is run again count again. BEGIN, COMMIT and
// ROLLBACK are no statements: see Transactions.
func Observe(ctx context.Context) (context.Context, *Statements) {
	s := &Statements{}
	return context.WithValue(ctx, statementsKey{}, s), s
}

func observed(ctx context.Context) *Statements {
	s, _ := ctx.Value(statementsKey{}).(*Statements)
	return s
}

// Count gives the number of statements so far.
func (s *Statements) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.texts)
}

// Texts gives the statements so far, in the order in which they began.
func (s *Statements) Texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.texts)
}

// Transactions gives the number of transactions begun so far.
func (s *Statements) Transactions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.transactions
}

func (s *Statements) statement(text string, args []driver.NamedValue) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, text)
	if s.keeps {
		s.args = append(s.args, slices.Clone(args))
	}
}

func (s *Statements) transaction() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transactions++
}
