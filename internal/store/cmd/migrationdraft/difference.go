package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	atlas "ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlite"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	entmigrate "kontrak/ent/migrate"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// bookkeeping is the table in which the migrations themselves are noted.
const bookkeeping = "goose_db_version"

// elsewhere are the tables that ent does not know: the migrations' own, SQLite's, and the
// full-text tables of names (store.Names) with what they keep their contents in.
var elsewhere = []string{bookkeeping, "sqlite_sequence", "institution_names", "institution_names_*", "partner_names", "partner_names_*"}

// workplace is a pair of empty databases of one kind: one is made by the
// migrations, the other by ent. Both are then read back, so that each is told
// in the database's own words and spelling makes no difference.
type workplace struct {
	dialect          string
	migrated, wanted string // URLs for store.Config
}

// sqliteWorkplace gives two files in a directory.
func sqliteWorkplace(dir string) workplace {
	return workplace{
		dialect:  dialect.SQLite,
		migrated: "sqlite:" + filepath.Join(dir, "migrated.db"),
		wanted:   "sqlite:" + filepath.Join(dir, "wanted.db"),
	}
}

// difference gives what must change for the migrations to end where ent's schema
// stands, and the driver that can write it as SQL. The caller closes the driver's
// handle.
func (w workplace) difference(ctx context.Context) (changes []atlas.Change, drv migrate.Driver, done func() error, err error) {
	s, err := store.Open(ctx, store.Config{URL: w.migrated})
	if err != nil {
		return nil, nil, nil, err
	}
	if _, err := s.Migrate(ctx); err != nil {
		_ = s.Close() // the failure to migrate says more
		return nil, nil, nil, err
	}
	if err := s.Close(); err != nil {
		return nil, nil, nil, err
	}
	have, _, closeMigrated, err := w.read(ctx, w.migrated, false)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := closeMigrated(); err != nil {
		return nil, nil, nil, err
	}
	want, drv, done, err := w.read(ctx, w.wanted, true)
	if err != nil {
		return nil, nil, nil, err
	}
	changes, err = drv.SchemaDiff(have, want, atlas.DiffNormalized())
	return changes, drv, done, err
}

// read reads the tables of a database, which ent makes first when asked to.
func (w workplace) read(ctx context.Context, at string, create bool) (*atlas.Schema, migrate.Driver, func() error, error) {
	db, err := w.open(at)
	if err != nil {
		return nil, nil, nil, err
	}
	if create {
		all, err := tables(w.dialect)
		if err != nil {
			return nil, nil, nil, err
		}
		if w.dialect == dialect.Postgres {
			if _, err := db.ExecContext(ctx, "CREATE EXTENSION IF NOT EXISTS pg_trgm"); err != nil {
				return nil, nil, nil, err
			}
		}
		if err := entmigrate.Create(ctx, entmigrate.NewSchema(entsql.OpenDB(w.dialect, db)), all); err != nil {
			return nil, nil, nil, fmt.Errorf("ent's tables: %w", err)
		}
	}
	drv, name, err := w.inspector(db)
	if err != nil {
		return nil, nil, nil, err
	}
	found, err := drv.InspectSchema(ctx, name, &atlas.InspectOptions{Exclude: elsewhere})
	return found, drv, db.Close, err
}

func (w workplace) open(at string) (*sql.DB, error) {
	if w.dialect == dialect.Postgres {
		return sql.Open("postgres", at)
	}
	return sql.Open("sqlite", at[len("sqlite:"):]+"?_pragma=foreign_keys(1)")
}

func (w workplace) inspector(db *sql.DB) (migrate.Driver, string, error) {
	if w.dialect == dialect.Postgres {
		drv, err := postgres.Open(db)
		return drv, "public", err
	}
	drv, err := sqlite.Open(db)
	return drv, "main", err
}

// postgresWorkplace gives two new databases on a throwaway server.
func postgresWorkplace(ctx context.Context) (workplace, error) {
	server, err := testkit.StartPostgres()
	if err != nil {
		return workplace{}, err
	}
	w := workplace{dialect: dialect.Postgres}
	for name, at := range map[string]*string{"migrated": &w.migrated, "wanted": &w.wanted} {
		if *at, err = createDatabase(ctx, server, "kontrak_draft_"+name); err != nil {
			return workplace{}, err
		}
	}
	return w, nil
}
