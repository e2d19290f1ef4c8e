package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"kontrak/internal/store"
)

// Database is a migrated, empty database for one test.
type Database struct {
	Name string // "sqlite" or "postgres"
	URL  string // for store.Config
}

// Open opens the database until the test ends.
func (d Database) Open(t testing.TB) *store.Store {
	t.Helper()
	return d.OpenWith(t, store.Config{})
}

// OpenWith is Open with settings; their URL is the database's.
func (d Database) OpenWith(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	cfg.URL = d.URL
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("open %s: %v", d.Name, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close %s: %v", d.Name, err)
		}
	})
	return s
}

// patience is how long the database may take in tests, which run beside many others:
// what is true of an answer does not hang on how busy the machine is.
const patience = time.Minute

// patient gives the database with a server that waits so long for statements and locks.
func (d Database) patient(t testing.TB) Database {
	t.Helper()
	if d.Name != "postgres" {
		return d
	}
	u, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for _, bound := range []string{"statement_timeout", "lock_timeout"} {
		q.Set(bound, strconv.FormatInt(patience.Milliseconds(), 10))
	}
	u.RawQuery = q.Encode()
	d.URL = u.String()
	return d
}

// OnEach runs a test on SQLite and, where it is to be had, on PostgreSQL, side
// by side, each with a database of its own. With -short, which the race detector
// runs with, it is PostgreSQL alone: there writers really meet, and the detector
// makes SQLite, which runs inside the process, ten times slower.
func OnEach(t *testing.T, test func(t *testing.T, db Database)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		if testing.Short() && postgres(t) != nil {
			t.Skip("with -short on PostgreSQL alone")
		}
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// Databases gives one database of each kind that is to be had.
func Databases(t testing.TB) []Database {
	t.Helper()
	all := []Database{SQLite(t)}
	if s := postgres(t); s != nil {
		all = append(all, s.database(t, true))
	}
	return all
}

// SQLite gives a migrated database in a file that goes with the test.
func SQLite(t testing.TB) Database {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kontrak.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return Database{Name: "sqlite", URL: "sqlite:" + path}
}

// sqliteTemplate gives the bytes of a migrated, empty file.
var sqliteTemplate = sync.OnceValues(func() (bytes []byte, err error) {
	dir, err := os.MkdirTemp("", "kontrak-template-")
	if err != nil {
		return nil, fmt.Errorf("testkit: template: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the system's temporary directory
	path := filepath.Join(dir, "kontrak.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres gives a migrated database that is dropped after the test. The test
// is skipped where PostgreSQL is neither installed nor named, and fails there
// when KONTRAK_REQUIRE_POSTGRES is 1.
func Postgres(t testing.TB) Database {
	t.Helper()
	return mustPostgres(t).database(t, true)
}

// EmptyPostgres is Postgres without tables.
func EmptyPostgres(t testing.TB) Database {
	t.Helper()
	return mustPostgres(t).database(t, false)
}

// ThrowawayPostgres is Postgres on a cluster whose settings the test may change;
// it is skipped on a server that is somebody else's.
func ThrowawayPostgres(t testing.TB) Database {
	t.Helper()
	s := mustPostgres(t)
	if !s.own {
		t.Skip("needs a cluster of its own")
	}
	return s.database(t, true)
}

func mustPostgres(t testing.TB) *postgresServer {
	t.Helper()
	s := postgres(t)
	if s == nil {
		t.Skip(errNoPostgres)
	}
	return s
}

var lastDatabase atomic.Int64

// database creates a database, a copy of the template when it is to be migrated.
func (s *postgresServer) database(t testing.TB, migrated bool) Database {
	t.Helper()
	name := fmt.Sprintf("kontrak_test_%d_%d", os.Getpid(), lastDatabase.Add(1))
	copied := ""
	if migrated && s.own {
		template, err := postgresTemplate()
		if err != nil {
			t.Fatal(err)
		}
		copied = " TEMPLATE " + pq.QuoteIdentifier(template)
	}
	if err := s.run("CREATE DATABASE " + pq.QuoteIdentifier(name) + copied); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.run("DROP DATABASE " + pq.QuoteIdentifier(name) + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	at, err := s.urlOf(name)
	if err == nil && migrated && !s.own {
		err = migrate(at)
	}
	if err != nil {
		t.Fatal(err)
	}
	return Database{Name: "postgres", URL: at}
}

// postgresTemplate gives the name of a migrated, empty database of our own
// cluster. On a server that is somebody else's there is none, since nobody would
// drop it in the end.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	s, err := server()
	if err != nil {
		return "", err
	}
	const name = "kontrak_template"
	if err := s.run("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	at, err := s.urlOf(name)
	if err != nil {
		return "", err
	}
	return name, migrate(at)
})

func migrate(at string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{URL: at})
	if err != nil {
		return err
	}
	if _, err := s.Migrate(ctx); err != nil {
		_ = s.Close() // the failure to migrate says more
		return err
	}
	return s.Close()
}

// run runs one statement on the server's own database.
func (s *postgresServer) run(statement string) error {
	db, err := sql.Open("postgres", s.url)
	if err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	defer func() { _ = db.Close() }() // what failed was said by the statement
	if _, err := db.Exec(statement); err != nil {
		return fmt.Errorf("testkit: %s: %w", statement, err)
	}
	return nil
}

// urlOf gives the URL of another database of the server.
func (s *postgresServer) urlOf(name string) (string, error) {
	u, err := url.Parse(s.url)
	if err != nil {
		return "", fmt.Errorf("testkit: %s: %w", envDatabaseURL, err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
