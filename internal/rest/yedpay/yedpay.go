// Package yedpay speaks the dialect of the Yedpay API, version 1: a company's
// contracts and documents under /v1, the account that calls and its personal tokens.
// It holds no rules: a handler decodes, calls a use-case, and encodes what comes back.
//
// What the documentation leaves open is settled in docs/decisions/yedpay-readings.md.
package yedpay

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// OpenAPI is the description of the dialect.
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

// New gives the handler of everything under /v1. It looks at the whole path, wherever
// it is mounted, and answers every failure, unknown paths and panics included, in the
// dialect's envelope.
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
	mux.NotFound(func(w http.ResponseWriter, r *http.Request) { d.fail(w, r, fault.New(fault.RecordNotFound, "")) })
	mux.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		allow(w.Header(), mux, r.URL.Path)
		d.fail(w, r, fault.New(fault.MethodNotAllowed, ""))
	})
	mux.Route("/v1", func(r chi.Router) {
		r.Get("/companies/{company_id}/contracts", d.serve(d.contracts))
		r.Post("/companies/{company_id}/documents", d.serve(d.upload))
		r.Get("/companies/{company_id}/documents/{file_id}", d.serve(d.document))
		r.Get("/me", d.serve(d.me))
		r.Post("/personal/token", d.serve(d.createToken))
		r.Get("/personal/token", d.serve(d.tokens))
		r.Get("/personal/token/{token_id}", d.serve(d.token))
		r.Delete("/personal/token/{token_id}", d.serve(d.revokeToken))
	})
	return mux
}

// allow names the methods that a path has.
func allow(h http.Header, mux *chi.Mux, path string) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		if mux.Match(chi.NewRouteContext(), method, path) {
			h.Add("Allow", method)
		}
	}
}

// recovered answers a panic as an internal failure. Nothing has been written by then:
// every answer is written whole, at the end.
func (d *dialect) recovered(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	d.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}
