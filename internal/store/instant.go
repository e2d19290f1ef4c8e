package store

import (
	"database/sql/driver"
	"time"
)

// Instant gives the time as the databases keep it: in UTC, cut to milliseconds.
// Every time that is stored or compared passes through it on its way to the
// database, so callers need it only to compare with what they read back.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// normalise brings every instant among a statement's arguments into that form.
// The arguments belong to this call alone.
func normalise(args []driver.NamedValue) {
	for i := range args {
		if t, ok := args[i].Value.(time.Time); ok {
			args[i].Value = Instant(t)
		}
	}
}
