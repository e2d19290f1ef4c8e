package store

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
