// Package faveo speaks the dialect of the Faveo service desk: the routes under
// /service-desk/api, also spelled /v3/service-desk/api, its bodies in the documented
// order of keys, and its envelope of success and failure. It holds no rules: a
// handler decodes, calls a use-case of internal/market, and encodes what comes back.
// What it calls a contract is an agreement here.
package faveo

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// The paths at which the dialect begins. Both spellings have every route.
const (
	Path   = "/service-desk/api"
	PathV3 = "/v3/service-desk/api"
)

// OpenAPI is the document of the dialect, of OpenAPI 3.1.
//
//go:embed openapi.json
var OpenAPI []byte

// Config names what the dialect is made of. Every part is required.
type Config struct {
	App    *market.App
	Auth   *authn.Service
	Logger *slog.Logger
}

// dialect answers the routes.
type dialect struct {
	app  *market.App
	auth *authn.Service
	log  *slog.Logger
}

// New gives the handler of everything under Path and PathV3. It looks at the whole
// path, wherever it is mounted, and answers every failure, unknown paths and panics
// included, in the dialect's envelope.
func New(c Config) http.Handler {
	d := &dialect{app: c.App, auth: c.Auth, log: c.Logger}
	routes := d.routes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer d.recovered(w, r)
		// A router above has consumed a part of the path for itself, not for us.
		whole := context.WithValue(r.Context(), chi.RouteCtxKey, (*chi.Context)(nil))
		routes.ServeHTTP(w, r.WithContext(whole))
	})
}

// routes lists what the dialect answers.
func (d *dialect) routes() *chi.Mux {
	mux := chi.NewRouter()
	mux.Use(middleware.GetHead)
	mux.NotFound(func(w http.ResponseWriter, r *http.Request) {
		d.fail(w, r, fault.New(fault.RecordNotFound, unknownPath))
	})
	mux.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		allow(w.Header(), mux, r.URL.Path)
		d.fail(w, r, fault.New(fault.MethodNotAllowed, ""))
	})
	for _, path := range []string{Path, PathV3} {
		mux.Route(path, func(r chi.Router) {
			r.Get("/contract-list", d.serve(d.contracts))
			r.Post("/contract", d.serve(d.saveContract))
			r.Post("/contract-approve/{contractId}", d.serve(d.approveContract()))
			r.Post("/contract-reject/{contractId}", d.serve(d.rejectContract()))
			r.Post("/contract-renew/{contractId}", d.serve(d.renewContract))
			r.Post("/contract-extend/{contractId}", d.serve(d.extendContract))
			r.Post("/contract-terminate/{contractId}", d.serve(d.terminateContract()))
		})
	}
	return mux
}

// allow names the methods that a path has.
func allow(h http.Header, mux *chi.Mux, path string) {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if mux.Match(chi.NewRouteContext(), method, path) {
			h.Add("Allow", method)
		}
	}
}
