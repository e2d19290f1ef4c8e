package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// empty gives a database without tables.
func empty(t *testing.T, name string) testkit.Database {
	t.Helper()
	if name == "postgres" {
		return testkit.EmptyPostgres(t)
	}
	return testkit.Database{Name: name, URL: "sqlite:" + filepath.Join(t.TempDir(), "empty.db")}
}

func TestMigrateAppliesWhatIsMissingOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := empty(t, name).Open(t)
			if _, behind := errors.AsType[*store.SchemaBehind](s.Ping(t.Context())); !behind {
				t.Errorf("an empty database is ready: %v", s.Ping(t.Context()))
			}
			applied, err := s.Migrate(t.Context())
			if err != nil || len(applied) == 0 {
				t.Fatalf("applied %v, %v", applied, err)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("a migrated database is not ready: %v", err)
			}
			if again, err := s.Migrate(t.Context()); err != nil || len(again) != 0 {
				t.Errorf("a second time: %v, %v", again, err)
			}
			all, err := s.MigrationStatus(t.Context())
			if err != nil || len(all) != len(applied) {
				t.Fatalf("status %v, %v", all, err)
			}
			for _, m := range all {
				if !m.Applied || m.At.IsZero() || m.Version == 0 || !strings.HasSuffix(m.Name, ".sql") {
					t.Errorf("status of %+v", m)
				}
			}
		})
	}
}

func TestNodesThatStartAtOnceMigrateOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := empty(t, name)
			var nodes sync.WaitGroup
			for range 4 {
				s := db.Open(t)
				nodes.Go(func() {
					if _, err := s.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
					if err := s.Ping(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			nodes.Wait()
		})
	}
}

func TestNewestMigrationIsTheHighestNumber(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"0002_b.sql": {}, "0010_c.sql": {}, "0001_a.sql": {}, "notes.txt": {}}
	if got, err := store.NewestIn(files); err != nil || got != 10 {
		t.Errorf("got %d, %v; want 10", got, err)
	}
}
