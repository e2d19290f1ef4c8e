// Package bounded is a cache with bounds: on its entries and on their weight. What was used least recently goes first.
package bounded

import (
	"container/list"
	"sync"
)

// Cache is safe for concurrent use.
type Cache[K comparable, V any] struct {
	entries, weight int // the bounds

	mu    sync.Mutex
	total int
	order *list.List // of entry[K, V], the last used in front
	at    map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key    K
	value  V
	weight int
}

// New makes a cache of at most so many entries that weigh at most so much together.
func New[K comparable, V any](entries, weight int) *Cache[K, V] {
	return &Cache[K, V]{entries: entries, weight: weight, order: list.New(), at: map[K]*list.Element{}}
}

// Get returns the value under key, if it is still there.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.at[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(el)
	return el.Value.(entry[K, V]).value, true
}

// Add keeps value under key, unless it alone is too heavy.
func (c *Cache[K, V]) Add(key K, value V, weight int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.at[key]; ok {
		c.remove(el)
	}
	if weight > c.weight {
		return
	}
	c.at[key] = c.order.PushFront(entry[K, V]{key, value, weight})
	c.total += weight
	for c.order.Len() > c.entries || c.total > c.weight {
		c.remove(c.order.Back())
	}
}

func (c *Cache[K, V]) remove(el *list.Element) {
	e := el.Value.(entry[K, V])
	c.order.Remove(el)
	delete(c.at, e.key)
	c.total -= e.weight
}
