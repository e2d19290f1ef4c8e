// Package doors gives the programs of testkit the handler that is served, with every door:
// the graph and the dialects. Tests that ask over HTTP import it for that alone.
package doors

import (
	"log/slog"
	"net/http"

	"kontrak/internal/api"
	"kontrak/internal/testkit"
)

var _ = testkit.ServeWith(handler)

func handler(a *testkit.App, logger *slog.Logger) (http.Handler, error) {
	return api.New(api.Config{
		Doors: api.Doors(a.Market, a.Auth, logger, api.GraphOptions{}), Files: a.Files, Links: testkit.Links, Ready: a.Store.Ping, Wall: a.Wall.Now, Logger: logger,
	})
}
