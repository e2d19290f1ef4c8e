package market

import (
	"context"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// selection is a flat SELECT under construction: its columns, and where each of
// them is scanned to in a row of type R.
type selection[R any] struct {
	*sql.Selector
	into []func(*R) any
}

// selectFrom begins a selection.
func selectFrom[R any](dialect string, t *sql.SelectTable) *selection[R] {
	return &selection[R]{Selector: sql.Dialect(dialect).Select().From(t)}
}

// take adds a column of a table.
func (s *selection[R]) take(t *sql.SelectTable, column string, into func(*R) any) {
	s.AppendSelect(t.C(column))
	s.into = append(s.into, into)
}

// compute adds an expression.
func (s *selection[R]) compute(expr sql.Querier, as string, into func(*R) any) {
	s.AppendSelectExprAs(expr, as)
	s.into = append(s.into, into)
}

// rows runs the selection.
func (s *selection[R]) rows(ctx context.Context, on reader) ([]*R, error) {
	text, args := s.Query()
	return scanRows(ctx, on, text, args, s.into)
}

// scanRows runs a statement whose columns are scanned to these places.
func scanRows[R any](ctx context.Context, on reader, text string, args []any, into []func(*R) any) ([]*R, error) {
	found, err := on.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var list []*R
	dest := make([]any, len(into))
	for found.Next() {
		r := new(R)
		for i, into := range into {
			dest[i] = into(r)
		}
		if err := found.Scan(dest...); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, found.Err()
}

// count runs SELECT count(*) with the tables and conditions that build gives.
func count(ctx context.Context, on reader, dialect string, t *sql.SelectTable, build func(*sql.Selector)) (int64, error) {
	s := sql.Dialect(dialect).Select(sql.Count("*")).From(t)
	build(s)
	text, args := s.Query()
	found, err := on.QueryContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	defer found.Close()
	var n int64
	if found.Next() {
		if err := found.Scan(&n); err != nil {
			return 0, err
		}
	}
	return n, found.Err()
}

// is is the predicate that a column has one of the program's own values, written
// into the statement: only so can a partial index serve it.
func is[T ~string](column string, value T) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		b.Ident(column).WriteString(" = '" + string(value) + "'")
	})
}

// among is the predicate that a column has one of the values, for which no index is looked
// into: SQLite, which knows nothing of how many rows have a value, would take an index of
// the column before that of a range of places, or the names that were looked up.
func among[T ~string](column string, values ...T) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		if b.Dialect() == dialect.SQLite {
			b.WriteByte('+')
		}
		b.Ident(column).WriteString(" IN (")
		for i, v := range values {
			if i > 0 {
				b.WriteString(", ")
			}
			b.Arg(v)
		}
		b.WriteByte(')')
	})
}
