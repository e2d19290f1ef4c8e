package store

import (
	"context"
	"slices"
	"sync"
)

// Statements collects what ran on the database under one context. It is safe
// for concurrent use; a nil *Statements collects nothing.
type Statements struct {
	mu           sync.Mutex
	texts        []string
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

func (s *Statements) statement(text string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, text)
}

func (s *Statements) transaction() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transactions++
}
