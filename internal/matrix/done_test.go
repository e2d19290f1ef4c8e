package matrix

import (
	"slices"
	"testing"

	"kontrak/internal/testkit"
)

// TestWhoMayDoSomethingDoesIt does everything that writes once, with a right input, by
// the first who may, or whom the operation names: so no row of the table is there because
// nobody could do it at all.
func TestWhoMayDoSomethingDoesIt(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		schema := loadSchema(t)
		for _, list := range [][]operation{slices.Concat(graphContracts, graphOffice), graphOnboarding, slices.Concat(graphPapers, graphMembers, graphAccounts), nukituRoutes, faveoRoutes, kitRoutes, yedpayRoutes} {
			var a *asker
			for _, o := range list {
				if o.write == nil || o.write.own == "" && o.write.missing != "" {
					continue // signing guests have no name here: graph/signing_guests_test.go
				}
				if a == nil || o.write.fresh {
					if a != nil {
						db = another(t, db)
					}
					a = &asker{stage: play(t, db), t: t, schema: schema}
				}
				a.do(o)
			}
			db = another(t, db)
		}
	})
}

// another gives a database of the same kind.
func another(t *testing.T, like testkit.Database) testkit.Database {
	t.Helper()
	if like.Name == "sqlite" {
		return testkit.SQLite(t)
	}
	return testkit.Postgres(t)
}

// do has an operation done.
func (a *asker) do(o operation) {
	a.t.Helper()
	w := o.write
	if w.prepare != nil {
		w.prepare(a.t, a.stage)
	}
	columns := []string{w.by}
	if w.by == "" {
		columns = nil
		for _, p := range principals {
			columns = append(columns, p.name)
		}
	}
	for _, column := range columns {
		got := a.ask(o, column, w.own, w.good, w.parts, a.fileIn(w.good, w.file))
		if slices.Contains(refusals, got.code) && w.by == "" {
			continue
		}
		if got.code != "ok" {
			a.t.Errorf("%s by %s: %s %s", o.name, column, got.code, got.body)
		}
		return
	}
	a.t.Errorf("nobody may %s", o.name)
}
