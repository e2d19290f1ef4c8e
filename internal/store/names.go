package store

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"kontrak/ent"
)

// Names are the names in a large table, which are searched for parts of them. On
// PostgreSQL an index of trigrams finds them. SQLite has none: there a full-text table of
// trigrams stands beside, whose rows have the numbers of those that they are of. It is
// written by KeepName and KeepNames, in the transaction that writes the names.
type Names struct {
	of   string // the table; its column search_name holds the folded names
	kept string // the full-text table, on SQLite alone
}

// The names that are kept so.
var (
	InstitutionNames = Names{of: "institutions", kept: "institution_names"}
	PartnerNames     = Names{of: "partners", kept: "partner_names"}
)

// trigram is how many letters of a text it takes to look it up.
const trigram = 3

var errOutside = errors.New("store: what is kept beside rows is kept within WithTx")

// KeepName keeps the folded name of a row that was made, or whose name has changed, in the
// transaction of WithTx that writes it. On PostgreSQL there is nothing to do.
func KeepName(ctx context.Context, tx *ent.Tx, n Names, id int64, folded string) error {
	if within, err := keepsNames(ctx); err != nil || !within {
		return err
	}
	_, err := tx.ExecContext(ctx, "REPLACE INTO "+n.kept+" (rowid, name) VALUES (?, ?)", id, folded)
	return err
}

// KeepNames is KeepName of all rows that have a number from first to last, once they are
// written.
func KeepNames(ctx context.Context, tx *ent.Tx, n Names, first, last int64) error {
	if within, err := keepsNames(ctx); err != nil || !within {
		return err
	}
	_, err := tx.ExecContext(ctx, "REPLACE INTO "+n.kept+" (rowid, name) SELECT id, search_name FROM "+n.of+" WHERE id BETWEEN ? AND ?", first, last)
	return err
}

func keepsNames(ctx context.Context) (bool, error) {
	notes, ok := ctx.Value(insideKey{}).(*inside)
	if !ok {
		return false, errOutside
	}
	return notes.dialect == dialect.SQLite, nil
}

// NamedP is the predicate that the name of a row holds the text, which is folded here: id
// and name are the columns as they are to be written. A text of three letters and more is
// looked up; for a shorter one the names are read.
func NamedP(n Names, id, name, text string) *sql.Predicate {
	holds := ContainsP(name, text)
	folded := Fold(text)
	if utf8.RuneCountInString(folded) < trigram {
		return holds
	}
	return sql.P(func(b *sql.Builder) {
		if b.Dialect() != dialect.SQLite {
			b.Join(holds)
			return
		}
		b.WriteByte('(').Ident(id).WriteString(" IN (SELECT rowid FROM " + n.kept + " WHERE " + n.kept + " MATCH ")
		b.Arg(phrase(folded)).WriteString(") AND ").Join(holds).WriteByte(')')
	})
}

// LooksUp tells whether a text is long enough to be looked up.
func LooksUp(text string) bool { return utf8.RuneCountInString(Fold(text)) >= trigram }

// common is how many names with a text are so many that a page of them is found sooner by
// reading rows in the order of the list than by sorting all that are called so.
const common = 2000

// Common tells whether many names hold a text of three letters and more, so that whoever
// lists them in the order of an index does better to read them. On PostgreSQL, which
// estimates that for every statement, it is false.
func (s *Store) Common(ctx context.Context, on *ent.Client, n Names, text string) (many bool, err error) {
	if s.Dialect() != dialect.SQLite || !LooksUp(text) {
		return false, nil
	}
	rows, err := on.QueryContext(ctx, "SELECT count(*) > ? FROM (SELECT rowid FROM "+n.kept+" WHERE "+n.kept+" MATCH ? LIMIT ?)", common, phrase(Fold(text)), common+1)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&many); err != nil {
			return false, err
		}
	}
	return many, rows.Err()
}

// CountNamed makes a statement count, on SQLite, the rows whose names hold a text of three
// letters and more: for each name that was found it looks into an index of the rows that
// count at all, which is a tenth of the table. Their table is called alias in it. It tells
// whether it did; where it did not, the statement needs NamedP.
func CountNamed(s *sql.Selector, n Names, alias, index, text string) bool {
	if s.Dialect() != dialect.SQLite || !LooksUp(text) {
		return false
	}
	s.FromExpr(sql.ExprFunc(func(b *sql.Builder) {
		b.Ident(n.kept).WriteString(" CROSS JOIN ").Ident(n.of).WriteString(" AS ").Ident(alias).WriteString(" INDEXED BY ").Ident(index).
			WriteString(" ON ").Ident(alias).WriteString(".id = ").Ident(n.kept).WriteString(".rowid")
	}))
	s.Where(sql.P(func(b *sql.Builder) { b.Ident(n.kept).WriteString(" MATCH ").Arg(phrase(Fold(text))) }))
	return true
}

// phrase writes a text so that a full-text table takes it literally.
func phrase(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
