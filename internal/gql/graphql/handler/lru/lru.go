// Package lru is a cache of bounded size that forgets what was used least recently.
package lru

import (
	"context"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/bounded"
)

// LRU is a graphql.Cache, safe for concurrent use.
type LRU[T any] struct{ cache *bounded.Cache[string, T] }

var _ graphql.Cache[string] = &LRU[string]{}

// New makes a cache of size entries; it panics when size is not positive.
func New[T any](size int) *LRU[T] {
	if size <= 0 {
		panic("lru: size must be positive")
	}
	return &LRU[T]{bounded.New[string, T](size, size)}
}

// Get returns the value under key, if it is still there.
func (l *LRU[T]) Get(_ context.Context, key string) (value T, ok bool) { return l.cache.Get(key) }

// Add keeps value under key.
func (l *LRU[T]) Add(_ context.Context, key string, value T) { l.cache.Add(key, value, 1) }
