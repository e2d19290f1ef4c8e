package graphql

import (
	"context"
	"time"

	"kontrak/internal/gql/graphql/internal/scope"
)

// Now is the clock of Stats; tests may set it before any server runs.
var Now = time.Now

// TraceTiming is a span of time.
type TraceTiming struct {
	Start time.Time
	End   time.Time
}

// Stats says how long the steps before execution took, and carries what extensions keep per operation.
type Stats struct {
	OperationStart time.Time
	Read           TraceTiming
	Parsing        TraceTiming
	Validation     TraceTiming

	extension map[string]any
}

// SetExtension keeps data for an extension under its name.
func (c *Stats) SetExtension(name string, data any) {
	if c.extension == nil {
		c.extension = map[string]any{}
	}
	c.extension[name] = data
}

// GetExtension returns what was kept under name, or nil.
func (c *Stats) GetExtension(name string) any { return c.extension[name] }

// StartOperationTrace notes in ctx when the operation began.
func StartOperationTrace(ctx context.Context) context.Context {
	return context.WithValue(ctx, scope.Start, Now())
}

// GetStartTime returns when the operation began; it panics when nobody noted it.
func GetStartTime(ctx context.Context) time.Time {
	t, ok := ctx.Value(scope.Start).(time.Time)
	if !ok {
		panic("graphql: missing start time")
	}
	return t
}
