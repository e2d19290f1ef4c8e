// Command migrationdraft drafts the next migration for both databases: the SQL
// that leads from where the migrations end to where ent's schema stands. What it
// writes is a draft: read it, say in a comment which query each new index
// serves, think of the rows that are there already, and then keep it for good.
//
//	go run ./internal/store/cmd/migrationdraft add_tags
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "migrationdraft:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 || !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(args[0]) {
		return errors.New("usage: migrationdraft NAME, in small letters, digits and underscores; run it in the project's root")
	}
	dir, err := os.MkdirTemp("", "kontrak-draft-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the system's temporary directory
	server, err := postgresWorkplace(ctx)
	if err != nil {
		return err
	}
	for into, at := range map[string]workplace{"sqlite": sqliteWorkplace(dir), "postgres": server} {
		if err := draft(ctx, filepath.Join("migrations", into), args[0], at); err != nil {
			return fmt.Errorf("%s: %w", into, err)
		}
	}
	return nil
}

// draft writes the next file of a directory, or says that there is nothing to write.
func draft(ctx context.Context, dir, name string, at workplace) error {
	changes, drv, done, err := at.difference(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = done() }() // a database that is thrown away
	if len(changes) == 0 {
		fmt.Println(dir + ": nothing to change")
		return nil
	}
	plan, err := drv.PlanChanges(ctx, name, changes, func(o *migrate.PlanOptions) {
		o.SchemaQualifier = new(string) // table names without a schema
		o.Indent = "  "
	})
	if err != nil {
		return err
	}
	// One number for both databases, though a file may stand for one of them alone.
	version, err := next(os.DirFS(filepath.Dir(dir)))
	if err != nil {
		return err
	}
	file := filepath.Join(dir, fmt.Sprintf("%04d_%s.sql", version, name))
	fmt.Println(file)
	return os.WriteFile(file, []byte(script(plan)), 0o644)
}

// script writes a plan in goose's form. There is no way back: restore a backup,
// or write the next migration.
func script(plan *migrate.Plan) string {
	var b strings.Builder
	b.WriteString("-- +goose Up\n")
	for _, c := range plan.Changes {
		if strings.HasPrefix(c.Cmd, "PRAGMA") {
			continue // means nothing inside a transaction; migrations run without foreign keys
		}
		if c.Comment != "" {
			fmt.Fprintf(&b, "-- %s\n", c.Comment)
		}
		fmt.Fprintf(&b, "%s;\n", c.Cmd)
	}
	return b.String()
}

// next gives the number after that of the last file in any of the directories.
func next(dir fs.FS) (int64, error) {
	names, err := fs.Glob(dir, "*/*.sql")
	if err != nil {
		return 0, err
	}
	var last int64
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		last = max(last, version)
	}
	return last + 1, nil
}

// createDatabase makes an empty database and gives its URL.
func createDatabase(ctx context.Context, server, name string) (string, error) {
	db, err := sql.Open("postgres", server)
	if err != nil {
		return "", err
	}
	defer func() { _ = db.Close() }() // the statements have said what failed
	for _, statement := range []string{"DROP DATABASE IF EXISTS ", "CREATE DATABASE "} {
		if _, err := db.ExecContext(ctx, statement+pq.QuoteIdentifier(name)); err != nil {
			return "", err
		}
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}
