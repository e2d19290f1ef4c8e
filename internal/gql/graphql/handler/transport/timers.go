package transport

import (
	"sync"
	"time"
)

// timers calls f once, after d, unless it is stopped before; stop reports whether it came in time. It is
// time.AfterFunc, except in tests, which hold time.
type timers func(d time.Duration, f func()) (stop func() bool)

func (t timers) after(d time.Duration, f func()) (stop func() bool) {
	if t != nil {
		return t(d, f)
	}
	return time.AfterFunc(d, f).Stop
}

// every calls f again and again, d apart, until it is stopped; without d never.
func (t timers) every(d time.Duration, f func()) (stop func()) {
	if d <= 0 {
		return func() {}
	}
	var mu sync.Mutex
	var next func() bool
	stopped := false
	var tick func()
	tick = func() {
		f()
		mu.Lock()
		defer mu.Unlock()
		if !stopped {
			next = t.after(d, tick)
		}
	}
	mu.Lock()
	next = t.after(d, tick)
	mu.Unlock()
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		next()
	}
}
