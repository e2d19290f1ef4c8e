package store

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
)

// target is where the data is.
type target struct {
	dialect   string
	url       string // PostgreSQL: the connection string
	path      string // SQLite: the file
	temporary string // SQLite: a directory that is removed on Close
}

// parseURL reads the forms that Config.URL may have.
func parseURL(given string) (target, error) {
	switch {
	case given == "":
		return target{}, errors.New("store: the database URL is empty")
	case strings.HasPrefix(given, "postgres://"), strings.HasPrefix(given, "postgresql://"):
		return target{dialect: dialect.Postgres, url: given}, nil
	}
	path, named := strings.CutPrefix(given, "sqlite:")
	if !named && strings.Contains(given, "://") {
		return target{}, errors.New("store: the database URL is neither postgres://… nor sqlite:PATH")
	}
	path = strings.TrimPrefix(path, "//")
	if path == "" || path == ":memory:" {
		dir, err := os.MkdirTemp("", "kontrak-")
		if err != nil {
			return target{}, fmt.Errorf("store: temporary database: %w", err)
		}
		return target{dialect: dialect.SQLite, path: filepath.Join(dir, "kontrak.db"), temporary: dir}, nil
	}
	return target{dialect: dialect.SQLite, path: path}, nil
}

// purpose is what a handle on an SQLite file is for.
type purpose int

const (
	forAll purpose = iota
	forReading
	forMigrating
)

// sqliteDSN gives the connection string of the file, with the pragmas that
// every connection needs. Writers take their lock when they begin, so that two
// of them never hold a read lock each while waiting for the other.
func (t target) sqliteDSN(use purpose) string {
	begin, pragmas := "immediate", []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)"}
	switch use {
	case forAll:
		pragmas = append(pragmas, "foreign_keys(1)")
	case forReading:
		begin, pragmas = "deferred", append(pragmas, "query_only(1)")
	case forMigrating:
		pragmas = append(pragmas, "foreign_keys(0)")
	}
	q := url.Values{
		"_pragma":      pragmas,
		"_txlock":      {begin},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(t.path)}).EscapedPath() + "?" + q.Encode()
}

// createPrivately makes the file where there is none, for its owner only: it will
// hold persons. SQLite gives the files beside it the same mode.
func (t target) createPrivately() error {
	f, err := os.OpenFile(t.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store: new database: %w", err)
	}
	return f.Close()
}

// The bounds that every PostgreSQL session gets unless the URL names others.
const (
	connectTimeout   = 5 * time.Second
	lockTimeout      = "3s"
	statementTimeout = "5s"
)

// postgresConfig reads the connection string and adds what is missing.
func (t target) postgresConfig() (pq.Config, error) {
	cfg, err := pq.NewConfig(t.url)
	if err != nil {
		return cfg, fmt.Errorf("store: database URL: %w", err)
	}
	if cfg.BinaryParameters {
		return cfg, errors.New("store: binary_parameters=yes breaks JSON columns: take it out of the database URL")
	}
	if cfg.ConnectTimeout <= 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	if cfg.Runtime == nil {
		cfg.Runtime = map[string]string{}
	}
	for name, value := range map[string]string{
		"lock_timeout":      lockTimeout,
		"statement_timeout": statementTimeout,
	} {
		if _, given := cfg.Runtime[name]; !given {
			cfg.Runtime[name] = value
		}
	}
	cfg.Runtime["timezone"] = "UTC"
	if cfg.ApplicationName == "" {
		cfg.ApplicationName = "kontrak"
	}
	return cfg, nil
}
