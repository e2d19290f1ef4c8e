package export

import (
	"sync"

	"kontrak/internal/fault"
)

// atOnce is how many exports of one account run at a time. An export has no time of its
// own within which it must end, so that this bounds what it takes from others.
const atOnce = 2

// turns counts the exports that run, by account.
type turns struct {
	mu      sync.Mutex
	running map[int64]int
}

// enter begins an export; leave ends it.
//
// Faults: RATE_LIMITED.
func (t *turns) enter(userID int64) (leave func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running[userID] >= atOnce {
		return nil, fault.New(fault.RateLimited, "Two exports of yours are running: wait until one has ended.")
	}
	if t.running == nil {
		t.running = map[int64]int{}
	}
	t.running[userID]++
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.running[userID]--; t.running[userID] == 0 {
			delete(t.running, userID)
		}
	}, nil
}
