package testkit

import (
	"time"

	"kontrak/internal/clock"
)

// Clock is a clock that stands still until it is moved. It is safe for
// concurrent use.
type Clock = clock.Held

// NewClock gives a clock that is held at the instant.
func NewClock(at time.Time) *Clock { return clock.Hold(at) }
