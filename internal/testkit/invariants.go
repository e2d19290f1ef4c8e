package testkit

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"kontrak/internal/store"
)

// invariantsSQL is invariants.sql; migrations aside, the only SQL that is not
// built by the store, since its reader is to see it as it is.
//
//go:embed invariants.sql
var invariantsSQL string

// Invariant is a condition that holds for every contract, and the statement that
// finds what breaks it: an id for each.
type Invariant struct{ Name, Broken string }

// Invariants reads invariants.sql: a comment names each statement.
var Invariants = func() []Invariant {
	_, text, _ := strings.Cut(invariantsSQL, "\n\n")
	var all []Invariant
	for part := range strings.SplitSeq(text, ";\n") {
		name, statement, ok := strings.Cut(strings.TrimSpace(part), "\n")
		if ok {
			all = append(all, Invariant{Name: strings.TrimPrefix(name, "-- "), Broken: statement})
		}
	}
	return all
}()

// CheckInvariants runs every statement of invariants.sql and plays every
// contract's history back. Start has it run when a test ends.
func CheckInvariants(t testing.TB, st *store.Store, except ...string) {
	t.Helper()
	for _, rule := range Invariants {
		if slices.Contains(except, rule.Name) {
			continue
		}
		if ids := Broken(t, st, rule.Broken); len(ids) > 0 {
			t.Errorf("%s: not so for %v", rule.Name, ids)
		}
	}
	checkNames(t, st)
	checkHistories(t, st.Client(), except)
}

// checkNames tells of names that SQLite looks up in another form than their rows have
// (store.Names); PostgreSQL's index follows the rows by itself.
func checkNames(t testing.TB, st *store.Store) {
	t.Helper()
	if st.Dialect() != dialect.SQLite {
		return
	}
	for of, kept := range map[string]string{"institutions": "institution_names", "partners": "partner_names"} {
		ids := Broken(t, st, "SELECT r.id FROM "+of+" r LEFT JOIN "+kept+" n ON n.rowid = r.id WHERE n.name IS NOT r.search_name"+
			" UNION ALL SELECT n.rowid FROM "+kept+" n WHERE n.rowid NOT IN (SELECT id FROM "+of+")")
		if len(ids) > 0 {
			t.Errorf("the names of %s are kept as they are: not so for %v", of, ids)
		}
	}
}

// Bend names invariants that the test breaks itself, by rows that it writes past
// the use-cases; the others are held when the test ends.
func (a *App) Bend(names ...string) {
	for _, name := range names {
		known := slices.ContainsFunc(Invariants, func(rule Invariant) bool { return rule.Name == name })
		if !known && !slices.Contains(playedBack, name) {
			panic("there is no invariant " + name)
		}
	}
	a.bent = append(a.bent, names...)
}

// BendAll says that the test makes worlds that no use-case would: nothing is
// checked when it ends.
func (a *App) BendAll() { a.lawless = true }

// Broken gives the ids that a statement finds, the first five.
func Broken(t testing.TB, st *store.Store, statement string) []int64 {
	t.Helper()
	found, err := st.Client().QueryContext(context.WithoutCancel(t.Context()), statement)
	if err != nil {
		t.Fatalf("%v in\n%s", err, statement)
	}
	defer func() { _ = found.Close() }()
	var ids []int64
	for found.Next() && len(ids) < 5 {
		var id int64
		if err := found.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}
