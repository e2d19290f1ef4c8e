package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

func TestOpenUnderstandsItsURLs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, url := range []string{
		"sqlite:" + filepath.Join(dir, "a.db"),
		"sqlite://" + filepath.Join(dir, "b.db"),
		filepath.Join(dir, "c.db"),
		"sqlite:" + filepath.Join(dir, "with space ?&#%20.db"),
	} {
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if s.Dialect() != dialect.SQLite {
			t.Errorf("%s: %s", url, s.Dialect())
		}
		exec(t, s.Client(), "CREATE TABLE a (b integer)")
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		path := strings.TrimPrefix(strings.TrimPrefix(url, "sqlite:"), "//")
		if info, err := os.Stat(path); err != nil {
			t.Errorf("%s is not where it was asked for: %v", url, err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %s", url, info.Mode())
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"no URL":                        "",
		"another database":              "mysql://localhost/kontrak",
		"binary parameters":             "postgres://localhost/kontrak?binary_parameters=yes",
		"a server that is not there":    "postgres:///kontrak?host=/nonexistent&sslmode=disable",
		"a directory that is not there": "sqlite:/nonexistent/kontrak.db",
		"a port that is no number":      "postgres://localhost:many/kontrak",
		"a setting PostgreSQL lacks":    "postgres:///kontrak?host=/nonexistent&sslmode=never",
	} {
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil {
			t.Errorf("%s: opened", name)
			_ = s.Close()
		}
	}
}

func TestTemporaryDatabaseGoesWithTheStore(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	newSetting(s.Client(), "key").ExecX(t.Context())
	if got := count(t, s); got != 1 {
		t.Errorf("%d rows, want 1 on every connection", got)
	}
	rows, err := s.Client().QueryContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'")
	if err != nil {
		t.Fatal(err)
	}
	var path string
	if !rows.Next() {
		t.Fatal("no database")
	}
	if err := rows.Scan(&path); err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("%s is left behind", path)
	}
}

func TestPostgresSessionsAreBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, lock, statement string }{
		{"", "3s", "5s"},
		{"?lock_timeout=1s", "1s", "5s"},
		{"?statement_timeout=60s", "3s", "60s"},
	} {
		got, err := store.PostgresRuntime("postgres://first,second/kontrak" + c.query)
		if err != nil {
			t.Fatal(err)
		}
		if got["lock_timeout"] != c.lock || got["statement_timeout"] != c.statement || got["timezone"] != "UTC" {
			t.Errorf("%q gives %v", c.query, got)
		}
	}
	s := testkit.Postgres(t).Open(t)
	if got := number(t.Context(), t, s.Client(), "SELECT count(*) FROM pg_settings WHERE (name, setting) IN (('lock_timeout','3000'),('statement_timeout','5000'),('TimeZone','UTC'),('application_name','kontrak'))"); got != 4 {
		t.Errorf("%d of 4 settings hold in the session", got)
	}
}
