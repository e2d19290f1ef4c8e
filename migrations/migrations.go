// Package migrations holds the versioned SQL that makes the tables, one
// directory per database. Files are only ever added: what has been released is
// never changed. A file is drafted from the difference to ent's schema and then
// checked by hand.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"

	"entgo.io/ent/dialect"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// For gives the migrations of a database, named as ent names its dialects. It
// panics on any other.
func For(name string) fs.FS {
	dir, ok := map[string]string{dialect.Postgres: "postgres", dialect.SQLite: "sqlite"}[name]
	if !ok {
		panic(fmt.Sprintf("migrations: no migrations for %q", name))
	}
	sub, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the directories are embedded
	}
	return sub
}
