package market

import (
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// namesNear is a radius, in kilometres, within which names are read for a text and not
// looked up: so near to a place there are few, though many may be called so elsewhere.
const namesNear = 200

// fewNear tells whether a search around a place leaves few.
func fewNear(at centre) bool { return at.km > 0 && at.km <= namesNear }

// Both tables of names call their columns so.
const (
	idColumn         = "id"
	searchNameColumn = "search_name"
)

// named is the predicate that the name of a row of the table holds the text: looked up, or
// read.
func named(n store.Names, t *sql.SelectTable, text string, read bool) *sql.Predicate {
	if read {
		return store.ContainsP(t.C(searchNameColumn), text)
	}
	return store.NamedP(n, t.C(idColumn), t.C(searchNameColumn), text)
}
