package graphql

import "context"

// Cache keeps values by name; the server keeps parsed documents in one, persisted queries another. It must be safe for
// concurrent use and may forget at will.
type Cache[T any] interface {
	Get(ctx context.Context, key string) (value T, ok bool)
	Add(ctx context.Context, key string, value T)
}

// MapCache never forgets and is not safe for concurrent use: for tests.
type MapCache[T any] map[string]T

// Get returns what was added.
func (m MapCache[T]) Get(_ context.Context, key string) (value T, ok bool) {
	v, ok := m[key]
	return v, ok
}

// Add keeps value.
func (m MapCache[T]) Add(_ context.Context, key string, value T) { m[key] = value }

// NoCache keeps nothing.
type NoCache[T any] struct{}

// Get never finds anything.
func (NoCache[T]) Get(context.Context, string) (value T, ok bool) { return value, false }

// Add does nothing.
func (NoCache[T]) Add(context.Context, string, T) {}
