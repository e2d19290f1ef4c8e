package testkit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql/schema"

	"kontrak/ent"
	migrated "kontrak/ent/migrate"
)

// Pattern holds the rows of a contract as they were when it was taken. Copies of
// it are whole contracts with their history, of which everything holds that always
// holds; so a test may have as many contracts of one state as it likes.
type Pattern struct {
	app *App
	id  int64
}

// leftBehind are the tables of what a copy does not have: a message is delivered
// once, a code is scanned once, and a review counts for its partner.
var leftBehind = []string{migrated.OutboxTable.Name, migrated.QrTokensTable.Name, migrated.ReviewsTable.Name}

// Hanging lists the tables of what hangs on a contract: those that name one.
func Hanging() []*schema.Table {
	var list []*schema.Table
	for _, table := range migrated.Tables {
		if _, ok := table.Column("contract_id"); ok {
			list = append(list, table)
		}
	}
	return list
}

// Pattern takes a contract that has no review as a pattern: once each. Whatever
// becomes of the contract, the copies are as it was.
func (a *App) Pattern(t testing.TB, contractID int64) *Pattern {
	t.Helper()
	p := &Pattern{app: a, id: contractID}
	for _, table := range p.tables() {
		column := "contract_id"
		if table == migrated.ContractsTable {
			column = "id"
		}
		text := fmt.Sprintf("CREATE TABLE %s AS SELECT * FROM %s WHERE %s = %d", p.of(table), table.Name, column, contractID)
		if _, err := a.Store.Client().ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// tables are the tables that a copy has rows in, the contract's first.
func (p *Pattern) tables() []*schema.Table {
	return append([]*schema.Table{migrated.ContractsTable}, slices.DeleteFunc(Hanging(), func(table *schema.Table) bool {
		return slices.Contains(leftBehind, table.Name)
	})...)
}

// of names the table that keeps the pattern's rows of a table.
func (p *Pattern) of(table *schema.Table) string {
	return fmt.Sprintf("pattern_%d_%s", p.id, table.Name)
}

// Copy adds a contract like the pattern, and gives its id.
func (p *Pattern) Copy(t testing.TB) int64 {
	t.Helper()
	var id int64
	err := p.app.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		var err error
		if id, err = add(ctx, tx, p.insertion(migrated.ContractsTable, 0)+" RETURNING id"); err != nil {
			return err
		}
		for _, table := range p.tables()[1:] {
			if _, err := tx.ExecContext(ctx, p.insertion(table, id)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// add runs an insertion that returns an id.
func add(ctx context.Context, tx *ent.Tx, insertion string) (id int64, err error) {
	rows, err := tx.QueryContext(ctx, insertion)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	rows.Next()
	err = errors.Join(rows.Scan(&id), rows.Err())
	return id, err
}

// insertion is the statement that adds a pattern's rows to a table, under ids of
// their own and to the contract.
func (p *Pattern) insertion(table *schema.Table, contractID int64) string {
	var into, from []string
	for _, column := range table.Columns {
		switch column.Name {
		case "id":
			continue
		case "contract_id":
			from = append(from, fmt.Sprint(contractID))
		default:
			from = append(from, column.Name)
		}
		into = append(into, column.Name)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s",
		table.Name, strings.Join(into, ", "), strings.Join(from, ", "), p.of(table))
}
