package testkit

import (
	"crypto/sha256"
	"fmt"
	"hash"
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

// Holding gives the columns that hold a text anywhere, whatever its case, as
// table.column, in the order of the tables.
func (a *App) Holding(t testing.TB, text string) []string {
	t.Helper()
	var found []string
	for _, table := range ent.Tables {
		noted := map[string]bool{}
		a.eachRow(t, table, func(columns []string, row []any) {
			for i, value := range row {
				if raw, is := value.([]byte); is {
					value = string(raw)
				}
				at := table.Name + "." + columns[i]
				if !noted[at] && strings.Contains(strings.ToLower(fmt.Sprint(value)), strings.ToLower(text)) {
					noted[at] = true
					found = append(found, at)
				}
			}
		})
	}
	return found
}

func (a *App) checksum(t testing.TB, table *schema.Table) string {
	t.Helper()
	sum := sha256.New()
	a.eachRow(t, table, func(_ []string, row []any) {
		_, _ = fmt.Fprintf(sum, "%v\n", row) // a hash takes everything
	})
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// eachRow reads a table in the order of its key.
func (a *App) eachRow(t testing.TB, table *schema.Table, do func(columns []string, row []any)) {
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
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		do(columns, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// Kept gives a checksum of each column, by table.column, without those that a test
// leaves out: how two programs differ that were asked for the same.
func (a *App) Kept(t testing.TB, leaveOut func(column string) bool) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, table := range ent.Tables {
		of := map[string]hash.Hash{}
		a.eachRow(t, table, func(columns []string, row []any) {
			for i, column := range columns {
				if leaveOut(column) {
					continue
				}
				if of[column] == nil {
					of[column] = sha256.New()
				}
				_, _ = fmt.Fprintf(of[column], "%v\n", row[i]) // a hash takes everything
			}
		})
		for column, sum := range of {
			sums[table.Name+"."+column] = fmt.Sprintf("%x", sum.Sum(nil)[:8])
		}
	}
	return sums
}
