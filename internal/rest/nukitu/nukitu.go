// Package nukitu speaks the dialect of the Nukitu API, version 1: the routes
// under /api/v1, their bodies in the documented order of keys, their envelope of
// success and failure. It holds no rules: a handler decodes, calls a use-case of
// internal/market, and encodes what comes back.
//
// What the documentation leaves open is settled in
// docs/decisions/nukitu-readings.md.
package nukitu

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// OpenAPI is the document that describes what the dialect answers. A test writes it of
// the routes, the bodies and the faults (docs/decisions/openapi-of-nukitu.md).
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

// New gives the handler of everything under /api/v1. It looks at the whole path,
// wherever it is mounted, and answers every failure, unknown paths and panics
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

// routes lists what the dialect answers, and for whom.
func (d *dialect) routes() *chi.Mux {
	mux := chi.NewRouter()
	mux.Use(middleware.GetHead)
	mux.NotFound(func(w http.ResponseWriter, r *http.Request) {
		d.fail(w, r, fault.New(fault.RecordNotFound, "There is no such path."))
	})
	mux.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		allow(w.Header(), mux, r.URL.Path)
		d.fail(w, r, fault.New(fault.MethodNotAllowed, ""))
	})
	mux.Route("/api/v1", func(r chi.Router) {
		d.accountRoutes(r)
		d.notificationRoutes(r)
		d.openPartnerRoutes(r)
		d.profilePartnerRoutes(r)
		d.catalogueRoutes(r)
		d.partnerRoutes(r)
		d.ownInstitutionRoutes(r)
		d.institutionRoutes(r)
		d.supervisorRoutes(r)
	})
	return mux
}

// partnerRoutes are for role partner.
func (d *dialect) partnerRoutes(r chi.Router) {
	r.Post("/partner/registration", d.serve(only(actor.Partner).withFiles(), d.registerPartner))
	r.Get("/partner/basic-test", d.serve(only(actor.Partner), d.basicTest))
	r.Post("/partner/basic-test", d.serve(only(actor.Partner), d.submitBasicTest))
	r.Get("/partner/competency-test", d.serve(only(actor.Partner), d.firstCompetencyTest))
	r.Post("/partner/competency-test", d.serve(only(actor.Partner).withFiles(), d.submitCompetencyTest))
	r.Get("/partner/competency-tests", d.serve(only(actor.Partner), d.ownTests))
	r.Get("/partner/competency-tests/{id}", d.serve(only(actor.Partner), d.competencyTest))
	r.Patch("/partner/work-availability", d.serve(only(actor.Partner), d.setAvailability))
	r.Get("/partner/contracts", d.serve(only(actor.Partner), d.partnerContracts))
	r.Get("/partner/contracts/grouped", d.serve(only(actor.Partner), d.partnerGroups))
	r.Get("/partner/contracts/{id}", d.serve(only(actor.Partner), d.contract))
	r.Patch("/partner/contracts/{id}/accept", d.serve(only(actor.Partner), d.acceptContract))
	r.Patch("/partner/contracts/{id}/reject", d.serve(only(actor.Partner), d.rejectContract))
	r.Patch("/partner/contracts/{id}/on-route", d.serve(only(actor.Partner), d.goOnRoute))
	r.Patch("/partner/contracts/{id}/start-work", d.serve(only(actor.Partner), d.startWork))
	r.Get("/partner/contracts/{id}/extension-cost-estimate", d.serve(only(actor.Partner), d.extensionEstimate))
	r.Post("/partner/contracts/{id}/request-extension", d.serve(only(actor.Partner), d.requestExtension))
	r.Get("/partner/contracts/{id}/qr-token-end", d.serve(only(actor.Partner), d.endToken))
	r.Get("/partner/contracts/{id}/qr-code-end.{form:(?:png|svg)}", d.serve(only(actor.Partner), d.endPicture))
	r.Get("/partner/contracts/{id}/modular", d.serve(only(actor.Partner), d.modular))
	r.Get("/partner/contracts/{id}/modular/template", d.serve(only(actor.Partner), d.modularTemplate))
	r.Get("/partner/contracts/{id}/inspection", d.serve(only(actor.Partner), d.inspection))
	r.Post("/partner/contracts/{id}/inspection", d.serve(only(actor.Partner).withFiles(), d.createInspection))
	r.Patch("/partner/contracts/{id}/inspection", d.serve(only(actor.Partner).withFiles(), d.updateInspection))
	r.Get("/partner/contracts/{id}/inspection/conclusion", d.serve(only(actor.Partner), d.conclusion))
	r.Post("/partner/contracts/{id}/inspection/conclusion", d.serve(only(actor.Partner).withFiles(), d.createConclusion))
	r.Patch("/partner/contracts/{id}/inspection/conclusion", d.serve(only(actor.Partner).withFiles(), d.updateConclusion))
}

// institutionRoutes are for role institution.
func (d *dialect) institutionRoutes(r chi.Router) {
	r.Get("/payment-methods", d.serve(only(actor.Institution), d.paymentMethods))
	r.Get("/promotions", d.serve(only(actor.Institution), d.promotions))
	r.Post("/promotions/validate", d.serve(only(actor.Institution).asking(), d.validatePromotion))
	r.Get("/contracts", d.serve(only(actor.Institution), d.contracts))
	r.Get("/contracts/grouped", d.serve(only(actor.Institution), d.institutionGroups))
	r.Get("/contracts/{id}", d.serve(only(actor.Institution), d.contract))
	r.Post("/contracts", d.serve(only(actor.Institution), d.createContract))
	r.Patch("/contracts/{id}/schedule", d.serve(only(actor.Institution), d.setSchedule))
	r.Patch("/contracts/{id}/details", d.serve(only(actor.Institution).withFiles(), d.setDetails))
	r.Patch("/contracts/{id}/payment", d.serve(only(actor.Institution), d.processPayment))
	r.Get("/contracts/{id}/pricing-preview", d.serve(only(actor.Institution), d.pricingPreview))
	r.Patch("/contracts/{id}/payment-proof", d.serve(only(actor.Institution).withFiles(), d.sendPaymentProof))
	r.Patch("/contracts/{id}/cancel", d.serve(only(actor.Institution), d.cancelContract))
	r.Get("/contracts/{id}/qr-token-start", d.serve(only(actor.Institution), d.startToken))
	r.Get("/contracts/{id}/qr-token-end", d.serve(only(actor.Institution), d.endToken))
	r.Get("/contracts/{id}/qr-code-start.{form:(?:png|svg)}", d.serve(only(actor.Institution), d.startPicture))
	r.Get("/contracts/{id}/qr-code-end.{form:(?:png|svg)}", d.serve(only(actor.Institution), d.endPicture))
	r.Patch("/contracts/{id}/finish-work", d.serve(only(actor.Institution), d.finishWork))
	r.Patch("/contracts/{id}/approve-extension", d.serve(only(actor.Institution), d.approveExtension))
	r.Patch("/contracts/{id}/reject-extension", d.serve(only(actor.Institution), d.rejectExtension))
	r.Get("/contracts/{id}/ratings", d.serve(only(actor.Institution), d.ratings))
	r.Get("/contracts/{id}/inspection", d.serve(only(actor.Institution), d.inspection))
	r.Get("/contracts/{id}/inspection/conclusion", d.serve(only(actor.Institution), d.conclusion))
	r.Get("/contracts/{id}/review", d.serve(only(actor.Institution), d.review))
	r.Post("/contracts/{id}/review", d.serve(only(actor.Institution), d.createReview))
	r.Patch("/contracts/{id}/review", d.serve(only(actor.Institution), d.updateReview))
}

// supervisorRoutes are for role supervisor.
func (d *dialect) supervisorRoutes(r chi.Router) {
	r.Get("/supervisor/services", d.serve(only(actor.Supervisor), d.supervisorServices))
	r.Get("/supervisor/partners", d.serve(only(actor.Supervisor), d.ownPartners))
	r.Post("/supervisor/partners", d.serve(only(actor.Supervisor), d.createPartner))
	r.Get("/supervisor/partners/{id}", d.serve(only(actor.Supervisor), d.ownPartner))
	r.Patch("/supervisor/partners/{id}", d.serve(only(actor.Supervisor), d.updatePartner))
	r.Delete("/supervisor/partners/{id}", d.serve(only(actor.Supervisor), d.deletePartner))
	r.Get("/supervisor/contracts", d.serve(only(actor.Supervisor), d.supervisorContracts))
	r.Get("/supervisor/contracts/{id}", d.serve(only(actor.Supervisor), d.contract))
	r.Get("/supervisor/contracts/{id}/inspection", d.serve(only(actor.Supervisor), d.inspection))
	r.Get("/supervisor/contracts/{id}/inspection/conclusion", d.serve(only(actor.Supervisor), d.conclusion))
	r.Patch("/supervisor/contracts/{id}/assign-partner", d.serve(only(actor.Supervisor), d.assignPartner))
	r.Patch("/supervisor/contracts/{id}/reject", d.serve(only(actor.Supervisor), d.rejectEscalation))
}

// allow names the methods that a path has.
func allow(h http.Header, mux *chi.Mux, path string) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if mux.Match(chi.NewRouteContext(), method, path) {
			h.Add("Allow", method)
		}
	}
}
