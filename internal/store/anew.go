package store

import "context"

type anewKey struct{}

// PlanAnew gives a context under which queries are planned each time, for their
// arguments, and not once per connection. It is for those whose best plan depends on
// them: of a prepared statement PostgreSQL makes, after five runs, one plan for any
// arguments, and takes it for granted that a range given by arguments holds next to
// nothing. SQLite plans alike either way.
func PlanAnew(ctx context.Context) context.Context { return context.WithValue(ctx, anewKey{}, true) }

func plannedAnew(ctx context.Context) bool { return ctx.Value(anewKey{}) != nil }
