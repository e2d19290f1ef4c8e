package world

import (
	"context"
	"fmt"

	"kontrak/ent"
)

// pairs holds rows of a table that joins two others and has no ids of its own.
type pairs struct {
	name    string
	columns []string
	rows    [][2]int64
}

func (p *pairs) add(one int64, others ...int64) {
	for _, other := range others {
		p.rows = append(p.rows, [2]int64{one, other})
	}
}

func (p *pairs) label() string  { return p.name }
func (p *pairs) size() int      { return len(p.rows) }
func (p *pairs) numbered() bool { return false }

// insert stores the pairs, many per statement.
func (p *pairs) insert(ctx context.Context, tx *ent.Tx, dialect string) error {
	for rest := p.rows; len(rest) > 0; {
		n := min(len(rest), maxArguments/2)
		args := make([]any, 0, 2*n)
		for _, row := range rest[:n] {
			args = append(args, row[0], row[1])
		}
		if _, err := tx.ExecContext(ctx, insertText(p.name, p.columns, n, dialect), args...); err != nil {
			return fmt.Errorf("world: insert into %s: %w", p.name, err)
		}
		rest = rest[n:]
	}
	return nil
}
