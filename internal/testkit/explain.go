package testkit

import (
	"database/sql"
	"testing"

	"entgo.io/ent/dialect"

	"kontrak/internal/store"
)

// Explain gives the plan of a statement with its arguments, in the database's words.
func Explain(t testing.TB, s *store.Store, text string, args []any) []string {
	t.Helper()
	word := "EXPLAIN (COSTS off) "
	if s.Dialect() == dialect.SQLite {
		word = "EXPLAIN QUERY PLAN "
	}
	rows, err := s.Client().QueryContext(t.Context(), word+text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer func() { _ = rows.Close() }() // they are read to their end, or the test failed
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		var line sql.NullString // the last column
		fields := make([]any, len(columns))
		for i := range fields {
			fields[i] = new(any)
		}
		fields[len(fields)-1] = &line
		if err := rows.Scan(fields...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}
