// Package doors starts the programs of testkit with every door: the graph, the dialects and
// what is beside them. It is a package of its own so that tests which do not ask over HTTP
// need not compile the graph, which takes longer than all the rest.
package doors

import (
	"testing"

	"kontrak/internal/api"
	"kontrak/internal/testkit"
)

// Start is testkit.Start, with the handler that is served.
func Start(t testing.TB, db testkit.Database) *testkit.App {
	t.Helper()
	return StartSeeded(t, db, 0)
}

// StartSeeded is testkit.StartSeeded, with the handler that is served.
func StartSeeded(t testing.TB, db testkit.Database, seed uint64) *testkit.App {
	t.Helper()
	a := testkit.StartSeeded(t, db, seed)
	logger := a.Log.Logger()
	var err error
	a.Handler, err = api.New(api.Config{
		Doors: api.Doors(a.Market, a.Auth, logger, api.GraphOptions{}), Files: a.Files, Links: testkit.Links, Ready: a.Store.Ping, Wall: a.Wall.Now, Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
