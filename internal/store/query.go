package store

import (
	"encoding/json"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/lib/pq"
)

// In is the predicate that a column holds one of the values. One statement
// serves every number of values, so that it is prepared once.
func In[V ~int64 | ~string](column string, values []V) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(InP(s.C(column), values)) }
}

// InP is In as a predicate of the query builder, on a column as it is to be
// written.
func InP[V ~int64 | ~string](column string, values []V) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		b.Ident(column)
		if b.Dialect() == dialect.Postgres {
			if values == nil {
				values = []V{} // nil would be NULL, which is neither in a list nor not in it
			}
			b.WriteString(" = ANY(").Arg(pq.Array(values)).WriteByte(')')
			return
		}
		b.WriteString(" IN (SELECT value FROM json_each(").Arg(jsonList(values)).WriteString("))")
	})
}

// Values gives the argument of a hand-written statement for `= ANY($1)` on
// PostgreSQL and for `IN (SELECT value FROM json_each(?))` on SQLite.
func (s *Store) Values(values []int64) any {
	if s.target.dialect == dialect.Postgres {
		return pq.Array(values)
	}
	return jsonList(values)
}

// jsonList writes the values for json_each. Numbers and strings always encode.
func jsonList[V ~int64 | ~string](values []V) string {
	if len(values) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(values)
	return string(text)
}

// ForUpdate locks the rows that a query finds until the transaction ends, where
// the database locks rows; SQLite has one writer at a time anyway. It is given
// to Where or Modify.
func ForUpdate(s *sql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForUpdate()
	}
}

// SkipLocked is ForUpdate that leaves out rows which another transaction holds.
// It is for claiming work, nothing else: what it leaves out is not missing.
func SkipLocked(s *sql.Selector) {
	if s.Dialect() == dialect.Postgres {
		s.ForUpdate(sql.WithLockAction(sql.SkipLocked))
	}
}

// Contains is the predicate that a folded column holds the text, which is
// folded here; an empty text is in every value.
func Contains(column, text string) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(ContainsP(s.C(column), text)) }
}

// ContainsP is Contains as a predicate of the query builder, on a column as it is
// to be written.
func ContainsP(column, text string) *sql.Predicate {
	return like(column, "%"+EscapeLike(Fold(text))+"%")
}

// HasPrefix is the predicate that a folded column begins with the text.
func HasPrefix(column, text string) func(*sql.Selector) {
	return func(s *sql.Selector) { s.Where(like(s.C(column), EscapeLike(Fold(text))+"%")) }
}

func like(column, pattern string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		b.Ident(column).WriteString(" LIKE ").Arg(pattern).WriteString(` ESCAPE '\'`)
	})
}
