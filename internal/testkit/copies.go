package testkit

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/internal/store"
)

// KeepPrices keeps the lowest price of every partner anew, once a test has written prices.
func (a *App) KeepPrices(t testing.TB) {
	t.Helper()
	err := a.Store.WithTx(context.WithoutCancel(t.Context()), func(ctx context.Context, tx *ent.Tx) error {
		return store.KeepLowestPrices(ctx, tx, 0, math.MaxInt64)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Copies are copies of the row of a table that has that id, so that instants and flags are
// as the database keeps them: one for each number i that the condition keeps.
type Copies struct {
	Table   string
	Columns []string
	ID      int64
	Where   string            // SQL about i
	Differ  map[string]string // columns that differ, as SQL of i and of the row r
}

// Copy inserts the copies of the numbers from 1 to n. No statement makes more than 10,000
// of them: each has its time.
func Copy(t testing.TB, s *store.Store, n int, of Copies, args ...any) {
	t.Helper()
	values := make([]string, len(of.Columns))
	for i, column := range of.Columns {
		values[i] = "r." + column
		if expression, ok := of.Differ[column]; ok {
			values[i] = expression
		}
	}
	const most = 10_000
	for first := 1; first <= n; first += most {
		text := fmt.Sprintf(`INSERT INTO %s (%s) WITH RECURSIVE n(i) AS (SELECT CAST(%d AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT %s FROM n, %s r WHERE r.id = %d AND %s`,
			of.Table, strings.Join(of.Columns, ", "), first, min(first+most-1, n), strings.Join(values, ", "), of.Table, of.ID, of.Where)
		if _, err := s.Client().ExecContext(context.WithoutCancel(t.Context()), text, args...); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
	}
}
