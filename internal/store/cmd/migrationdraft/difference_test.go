package main

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"

	"kontrak/internal/testkit"
	"kontrak/migrations"
)

// TestMigrationsEndWhereTheSchemaStands replays the migrations from nothing and
// compares the tables with those that ent's schema describes, both ways.
func TestMigrationsEndWhereTheSchemaStands(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		noDifference(t, sqliteWorkplace(t.TempDir()))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		noDifference(t, workplace{
			dialect:  dialect.Postgres,
			migrated: testkit.EmptyPostgres(t).URL,
			wanted:   testkit.EmptyPostgres(t).URL,
		})
	})
}

func noDifference(t *testing.T, at workplace) {
	t.Helper()
	changes, drv, done, err := at.difference(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	}()
	if len(changes) == 0 {
		return
	}
	plan, err := drv.PlanChanges(t.Context(), "missing", changes)
	if err != nil {
		t.Fatalf("%d changes are missing that cannot be written: %v", len(changes), err)
	}
	t.Errorf("the migrations lack:\n%s", script(plan))
}

var (
	anIndex = regexp.MustCompile(`(?m)^(.*)\nCREATE (?:UNIQUE )?INDEX [\x60"](\w+)`)
	purpose = regexp.MustCompile(`^-- [a-z]`)
	draftly = regexp.MustCompile(`^-- create `)
)

func TestMigrationsKeepTheRules(t *testing.T) {
	t.Parallel()
	forbidden := []string{"SET NULL", "CREATE TRIGGER", "CREATE TYPE", "advisory", "+goose Down"}
	for _, database := range []string{dialect.SQLite, dialect.Postgres} {
		files := migrations.For(database)
		err := fs.WalkDir(files, ".", func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".sql") {
				return err
			}
			text, err := fs.ReadFile(files, path)
			if err != nil {
				return err
			}
			for _, word := range forbidden {
				if strings.Contains(string(text), word) {
					t.Errorf("%s/%s: %q is not allowed", database, path, word)
				}
			}
			for _, found := range anIndex.FindAllStringSubmatch(string(text), -1) {
				if !purpose.MatchString(found[1]) || draftly.MatchString(found[1]) {
					t.Errorf("%s/%s: no comment says which query %s serves", database, path, found[2])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestScriptLeavesOutPragmas(t *testing.T) {
	t.Parallel()
	got := script(&migrate.Plan{Changes: []*migrate.Change{
		{Cmd: "PRAGMA foreign_keys = off"},
		{Cmd: "CREATE TABLE a (id integer)", Comment: "create table a"},
	}})
	want := "-- +goose Up\n-- create table a\nCREATE TABLE a (id integer);\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
