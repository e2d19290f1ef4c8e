package worker

import (
	"cmp"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
)

// turns are those that webhooks have, side by side.
type turns struct {
	mu   sync.Mutex
	all  sync.WaitGroup
	now  map[int64]bool   // whose turn it is
	last map[int64]uint64 // when each had its last turn, of those that something waits for
	n    uint64
	end  chan struct{}
}

// running counts the turns that have not ended.
func (t *turns) running() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.now)
}

// next gives who is next of those that something waits for: whoever has had no turn for
// longest, and of those that had none, as they were given.
func (t *turns) next(waiting []int64, room int) []int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(waiting), func(id int64) bool { return t.now[id] })
	slices.SortStableFunc(list, func(a, b int64) int { return cmp.Compare(t.last[a], t.last[b]) })
	maps.DeleteFunc(t.last, func(id int64, _ uint64) bool { return !t.now[id] && !slices.Contains(waiting, id) })
	return list[:min(len(list), room)]
}

// begin begins a turn. What it fails with, panics included, is told.
func (t *turns) begin(id int64, do func() error, failed func(error)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now == nil {
		t.now, t.last = map[int64]bool{}, map[int64]uint64{}
	}
	t.n++
	t.now[id], t.last[id] = true, t.n
	t.all.Go(func() {
		defer t.finish(id)
		if err := guarded(do); err != nil {
			failed(err)
		}
	})
}

// guarded makes an error of a panic.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// finish notes that a turn has ended, and says so.
func (t *turns) finish(id int64) {
	end := t.ended()
	t.mu.Lock()
	delete(t.now, id)
	t.mu.Unlock()
	select {
	case end <- struct{}{}:
	default: // it has been said, and nobody has looked yet
	}
}

// ended is where it is said that turns have ended.
func (t *turns) ended() chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end == nil {
		t.end = make(chan struct{}, 1)
	}
	return t.end
}
