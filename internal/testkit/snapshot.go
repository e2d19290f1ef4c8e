package testkit

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	ent "kontrak/ent/migrate"

	"entgo.io/ent/dialect/sql/schema"
)

// Snapshot gives a checksum of every table, by its name. Two of them are equal
// exactly when nothing was written in between.
func (a *App) Snapshot(t testing.TB) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, table := range ent.Tables {
		sums[table.Name] = a.checksum(t, table)
	}
	return sums
}

func (a *App) checksum(t testing.TB, table *schema.Table) string {
	t.Helper()
	var key []string
	for _, column := range table.PrimaryKey {
		key = append(key, `"`+column.Name+`"`)
	}
	rows, err := a.Store.Client().QueryContext(t.Context(), `SELECT * FROM "`+table.Name+`" ORDER BY `+strings.Join(key, ", "))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // read to its end
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	row, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		dest[i] = &row[i]
	}
	sum := sha256.New()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(sum, "%v\n", row) // a hash takes everything
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}
