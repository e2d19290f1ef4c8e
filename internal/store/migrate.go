package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"kontrak/migrations"
)

// Migration is one versioned change of the tables.
type Migration struct {
	Version int64
	Name    string // the file
	Applied bool
	At      time.Time     // when it was applied, if it was
	Took    time.Duration // set by Migrate
}

// SchemaBehind says that migrations are missing in the database.
type SchemaBehind struct{ Have, Want int64 }

// Error names both versions.
func (e *SchemaBehind) Error() string {
	return fmt.Sprintf("store: the database is at migration %d, this program needs %d: run the migrations", e.Have, e.Want)
}

// Migrate applies what is missing, in order, and gives what it applied. Nodes
// that start at once wait for each other. It uses a connection of its own:
// without bounds on its statements, and on SQLite without foreign keys, since
// rebuilding a table would otherwise fire the rules of those that refer to it;
// that all references hold is checked afterwards.
func (s *Store) Migrate(ctx context.Context) ([]Migration, error) {
	db, err := s.migrationHandle()
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }() // every result is in hand by then
	p, err := s.provider(db)
	if err != nil {
		return nil, err
	}
	results, err := up(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("store: migrate: %w", err)
	}
	var applied []Migration
	for _, r := range results {
		applied = append(applied, Migration{Version: r.Source.Version, Name: r.Source.Path, Applied: true, Took: r.Duration})
	}
	if s.target.dialect == dialect.SQLite && len(applied) > 0 {
		if err := checkForeignKeys(ctx, db); err != nil {
			return applied, err
		}
	}
	return applied, nil
}

// up applies what is missing. SQLite has no lock that spans several migrations:
// where another process applied the same one a moment before, its loser finds
// the tables there, and goes on with the next.
func up(ctx context.Context, p *goose.Provider) ([]*goose.MigrationResult, error) {
	var all []*goose.MigrationResult
	for {
		results, err := p.Up(ctx)
		partial, ok := errors.AsType[*goose.PartialError](err)
		if !ok || partial.Failed == nil {
			return append(all, results...), err
		}
		all = append(all, partial.Applied...)
		have, errVersion := p.GetDBVersion(ctx)
		if errVersion != nil || have < partial.Failed.Source.Version {
			return all, err
		}
	}
}

// MigrationStatus gives every migration that this program brings, in order.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	db, err := s.migrationHandle()
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }() // read only
	p, err := s.provider(db)
	if err != nil {
		return nil, err
	}
	states, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: migration status: %w", err)
	}
	var all []Migration
	for _, m := range states {
		all = append(all, Migration{
			Version: m.Source.Version, Name: m.Source.Path,
			Applied: m.State == goose.StateApplied, At: m.AppliedAt.UTC(),
		})
	}
	return all, nil
}

func (s *Store) migrationHandle() (*sql.DB, error) {
	if s.target.dialect == dialect.SQLite {
		c, err := newSQLiteConnector(s.target.sqliteDSN(forMigrating), 0)
		if err != nil {
			return nil, err
		}
		return sql.OpenDB(c), nil
	}
	cfg, err := s.target.postgresConfig()
	if err != nil {
		return nil, err
	}
	cfg.Runtime["statement_timeout"] = "0"
	inner, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("store: database URL: %w", err)
	}
	return sql.OpenDB(&connector{Connector: inner, server: true}), nil
}

func (s *Store) provider(db *sql.DB) (*goose.Provider, error) {
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	name := goose.DialectSQLite3
	if s.target.dialect == dialect.Postgres {
		name = goose.DialectPostgres
		// A session lock of the database, for migrations alone: it is given back
		// with the connection, so a node that dies here blocks nobody.
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return nil, fmt.Errorf("store: migration lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(name, db, migrations.For(s.target.dialect), opts...)
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	return p, nil
}

// checkForeignKeys fails when a row refers to one that is not there.
func checkForeignKeys(ctx context.Context, db *sql.DB) error {
	var table, parent string
	var row sql.NullInt64
	var key int
	err := db.QueryRowContext(ctx, "PRAGMA foreign_key_check").Scan(&table, &row, &parent, &key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("store: check of references: %w", err)
	}
	return fmt.Errorf("store: after the migration row %d of %s refers to a row of %s that is not there", row.Int64, table, parent)
}

// checkSchema compares the newest migration of the database with ours.
func (s *Store) checkSchema(ctx context.Context) error {
	want, err := newest(migrations.For(s.target.dialect))
	if err != nil {
		return err
	}
	var have sql.NullInt64
	err = s.main.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version").Scan(&have)
	if err != nil {
		if there, errThere := s.bookkeeping(ctx); there || errThere != nil {
			return fmt.Errorf("store: schema version: %w", errors.Join(err, errThere))
		}
	}
	if have.Int64 < want {
		return &SchemaBehind{Have: have.Int64, Want: want}
	}
	return nil
}

// bookkeeping tells whether any migration was ever noted.
func (s *Store) bookkeeping(ctx context.Context) (there bool, err error) {
	text := "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'goose_db_version')"
	if s.target.dialect == dialect.Postgres {
		text = "SELECT to_regclass('goose_db_version') IS NOT NULL"
	}
	err = s.main.QueryRowContext(ctx, text).Scan(&there)
	return there, err
}

// newest gives the highest version among the files.
func newest(files fs.FS) (int64, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, err
	}
	var top int64
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("store: migration %s: %w", name, err)
		}
		top = max(top, version)
	}
	return top, nil
}
