package store

import "context"

// Names that only tests see.
const PreparedTexts = preparedTexts

var (
	NewestIn  = newest
	ErrNested = errNested
	ErrRows   = errRowsOpen
)

// Unprepared gives the settings without prepared statements.
func Unprepared(c Config) Config {
	c.unprepared = true
	return c
}

// PostgresRuntime gives the session's settings for a URL.
func PostgresRuntime(url string) (map[string]string, error) {
	cfg, err := target{url: url}.postgresConfig()
	return cfg.Runtime, err
}

// ObserveArguments is Observe that keeps the arguments of the statements too.
func ObserveArguments(ctx context.Context) (context.Context, *Statements) {
	ctx, s := Observe(ctx)
	s.keeps = true
	return ctx, s
}

// Arguments gives the arguments of the statements so far, as the driver got them.
func (s *Statements) Arguments() [][]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all [][]any
	for _, args := range s.args {
		var values []any
		for _, arg := range args {
			values = append(values, arg.Value)
		}
		all = append(all, values)
	}
	return all
}
