package market

import "time"

// Deadlines are functions of now and a row (rulings, "Deadlines"). They are
// stored when they begin to run; every action looks at them itself.

// paymentDeadline is when the money must have been shown to be paid.
func (s settings) paymentDeadline(asked time.Time) time.Time { return asked.Add(s.paymentTime) }

// partnerDeadline is when a partner that is asked now must have answered: half
// the time to the start at most, so that a supervisor has the other half.
func (s settings) partnerDeadline(now, start time.Time) time.Time {
	return earlier(now.Add(s.partnerTime), now.Add(start.Sub(now)/2))
}

// supervisorDeadline is when a supervisor must have found another partner.
func (s settings) supervisorDeadline(now, start time.Time) time.Time {
	return earlier(now.Add(s.supervisorTime), start)
}

// reminderAt is when a partner that has not set out is reminded of the start: at
// once where it took the contract later than that.
func (s settings) reminderAt(start, accepted time.Time) time.Time {
	return later(start.Add(-s.departureReminder), accepted)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
