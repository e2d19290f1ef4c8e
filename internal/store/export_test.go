package store

import "io/fs"

// Names that only tests see.
const PreparedTexts = preparedTexts

var (
	Newest     = newest
	EscapeLike = escapeLike
	ErrNested  = errNested
	ErrRows    = errRowsOpen
)

// Unprepared gives the settings without prepared statements.
func Unprepared(c Config) Config {
	c.unprepared = true
	return c
}

// NewestIn gives the highest version among the files.
func NewestIn(files fs.FS) (int64, error) { return newest(files) }

// SQLiteDSN gives the connection string of a path.
func SQLiteDSN(url string) (string, error) {
	t, err := parseURL(url)
	return t.sqliteDSN(forAll), err
}

// PostgresRuntime gives the session's settings for a URL.
func PostgresRuntime(url string) (map[string]string, error) {
	cfg, err := target{url: url}.postgresConfig()
	return cfg.Runtime, err
}
