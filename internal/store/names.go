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

var errOutside = errors.New("store: names are kept within WithTx")

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

// phrase writes a text so that a full-text table takes it literally.
func phrase(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
