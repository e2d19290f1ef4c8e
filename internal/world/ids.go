package world

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"

	"entgo.io/ent/dialect"

	"kontrak/ent"
)

// counter numbers the rows of every table from 1.
type counter map[string]int64

func (c counter) next(table string) int64 {
	c[table]++
	return c[table]
}

// advanceIDs lets the database go on after the ids that were given explicitly.
// SQLite does so by itself.
func advanceIDs(ctx context.Context, tx *ent.Tx, d string, r *rows) error {
	if d != dialect.Postgres {
		return nil
	}
	for _, t := range r.tables() {
		if t.size() == 0 || !t.numbered() {
			continue
		}
		text := "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)"
		if _, err := tx.ExecContext(ctx, text, t.label(), t.size()); err != nil {
			return fmt.Errorf("world: ids of %s: %w", t.label(), err)
		}
	}
	return nil
}

// reserve takes ids that nobody else gets, while other writers go on.
type reserve struct {
	dialect string
	free    map[string][]int64 // PostgreSQL: taken from the sequence, unused
	last    map[string]int64   // SQLite: the highest id, in this transaction
	err     error
}

// taken is how many ids are taken from a sequence at once.
const taken = 500

// within gives the function that numbers rows in the next transaction; after a
// failure, which err keeps, it gives 0. What was taken from a sequence stays
// taken; SQLite's ids are looked up anew, and hold while its one writer writes.
func (r *reserve) within(ctx context.Context, tx *ent.Tx) func(table string) int64 {
	r.err, r.last = nil, map[string]int64{}
	if r.free == nil {
		r.free = map[string][]int64{}
	}
	ask := func(text, table string) []int64 {
		if r.err != nil {
			return nil
		}
		ids, err := numbers(ctx, tx, text, table)
		if err != nil {
			r.err = fmt.Errorf("world: ids of %s: %w", table, err)
		}
		return ids
	}
	if r.dialect == dialect.Postgres {
		return func(table string) int64 { return r.fromSequence(table, ask) }
	}
	return func(table string) int64 { return r.fromHighest(table, ask) }
}

func (r *reserve) fromSequence(table string, ask func(text, table string) []int64) int64 {
	if len(r.free[table]) == 0 {
		r.free[table] = ask("SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, "+strconv.Itoa(taken)+")", table)
	}
	if len(r.free[table]) == 0 {
		return 0
	}
	id := r.free[table][0]
	r.free[table] = r.free[table][1:]
	return id
}

func (r *reserve) fromHighest(table string, ask func(text, table string) []int64) int64 {
	if _, known := r.last[table]; !known {
		r.last[table] = 0
		if ids := ask("SELECT seq FROM sqlite_sequence WHERE name = ?", table); len(ids) > 0 {
			r.last[table] = ids[0]
		}
	}
	r.last[table]++
	return r.last[table]
}

// numbers reads a column of numbers.
func numbers(ctx context.Context, tx *ent.Tx, text string, arg any) ([]int64, error) {
	found, err := tx.QueryContext(ctx, text, arg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	var list []int64
	for found.Next() {
		var n int64
		if err := found.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, found.Err()
}

// idsOf is a source of bytes for the public ids of a row of the demo, which are the
// same on each start.
func idsOf(noun string, n int64) *rand.ChaCha8 {
	return rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%s %d", noun, n)))
}
