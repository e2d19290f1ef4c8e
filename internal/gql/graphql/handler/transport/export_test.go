package transport

import "time"

// What tests reach into: time, and the bounds that programs cannot set.
const (
	QueuedMessages   = queuedMessages
	OperationsAtOnce = operationsAtOnce
	WriteTimeout     = writeTimeout
	CloseTimeout     = closeTimeout
	SilentTimeout    = silentTimeout
	InitTimeout      = initTimeout
	UploadText       = uploadText
	UploadFiles      = uploadFiles
)

// HoldTime has t use timers of a test.
func (t Websocket) HoldTime(after func(d time.Duration, f func()) (stop func() bool)) Websocket {
	t.timers = after
	return t
}

// HoldTime has t use timers of a test.
func (t SSE) HoldTime(after func(d time.Duration, f func()) (stop func() bool)) SSE {
	t.timers = after
	return t
}
