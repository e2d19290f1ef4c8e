// Package kit speaks the dialect of the Kit API for e-signatures: the routes under
// /kit-api/v1, their bodies in the documented order of keys, their envelope of
// success and failure. It holds no rules: a handler decodes, calls a use-case of
// internal/market, and encodes what comes back.
//
// What the documentation leaves open is settled in docs/decisions/kit-readings.md.
package kit

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

// Path is where the dialect begins.
const Path = "/kit-api/v1"

// OpenAPI is the document that describes what the dialect answers.
//
//go:embed openapi.json
var OpenAPI []byte

// Config names what the dialect is made of. Every part is required.
type Config struct {
	App    *market.App
	Auth   *authn.Service
	Logger *slog.Logger
}

// Dialect answers the routes.
type Dialect struct {
	app    *market.App
	auth   *authn.Service
	log    *slog.Logger
	routes http.Handler
}

// New gives the handler of everything under Path. It looks at the whole path,
// wherever it is mounted, and answers every failure, unknown paths and panics
// included, in the dialect's envelope.
func New(c Config) *Dialect {
	d := &Dialect{app: c.App, auth: c.Auth, log: c.Logger}
	d.routes = d.mux()
	return d
}

// ServeHTTP answers a request.
func (d *Dialect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer d.recovered(w, r)
	// A router above has consumed a part of the path for itself, not for us.
	whole := context.WithValue(r.Context(), chi.RouteCtxKey, (*chi.Context)(nil))
	d.routes.ServeHTTP(w, r.WithContext(whole))
}

// mux lists what the dialect answers.
func (d *Dialect) mux() *chi.Mux {
	mux := chi.NewRouter()
	mux.Use(middleware.GetHead)
	mux.NotFound(func(w http.ResponseWriter, r *http.Request) {
		d.fail(w, r, resource{}, fault.New(fault.RecordNotFound, "There is no such path."))
	})
	mux.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		allow(w.Header(), mux, r.URL.Path)
		d.fail(w, r, resource{}, fault.New(fault.MethodNotAllowed, ""))
	})
	mux.Route(Path, func(r chi.Router) {
		r.Get("/contracts", d.serve(contract, d.contracts))
		r.Get("/contracts/find", d.serve(contract, d.findContract))
		r.Get("/contracts/tags", d.serve(tag, d.tags))
		r.Post("/contracts/tags", d.serve(tag, d.createTag))
		r.Patch("/contracts/tags/{id}", d.serve(tag, d.updateTag))
		r.Delete("/contracts/tags/{id}", d.serve(tag, d.deleteTag))
		r.Get("/contracts/{uuid}", d.serve(contract, d.contract))
		r.Patch("/contracts/{uuid}", d.serve(contract, d.sortContract))

		r.Get("/signatures", d.serve(signing, d.signatures))
		r.Get("/signatures/usage", d.serve(signing, d.signatureUsage))
		r.Post("/signatures/{sig}/send", d.serve(sending, d.sendSignature))
		r.Post("/signatures/{sig}/cancel", d.serve(cancelling, d.cancelSignature))
		r.Get("/signature-templates", d.serve(template, d.templates))
		r.Get("/signature-templates/{key}", d.serve(template, d.template))
		r.Post("/signature-templates/{key}/signatures", d.serve(template, d.signTemplate))

		r.Get("/customers", d.serve(customer, d.customers))
		r.Post("/customers", d.serve(customer, d.createCustomer))
		r.Get("/customers/{id}", d.serve(customer, d.customer))
		r.Patch("/customers/{id}", d.serve(customer, d.updateCustomer))
		r.Delete("/customers/{id}", d.serve(customer, d.deleteCustomer))
	})
	return mux
}

// allow names the methods that a path has.
func allow(h http.Header, mux *chi.Mux, path string) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if mux.Match(chi.NewRouteContext(), method, path) {
			h.Add("Allow", method)
		}
	}
}
