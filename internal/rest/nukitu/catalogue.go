package nukitu

import (
	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
)

// catalogueRoutes are what everybody may look through, and what partners do with it.
func (d *dialect) catalogueRoutes(r chi.Router) {
	r.Get("/settings", d.serve(anybody, d.settings))
	r.Get("/banners", d.serve(anybody, d.banners))
	r.Get("/banners/{id}", d.serve(anybody, d.banner))
	r.Get("/services", d.serve(signedIn, d.services))
	r.Get("/services/competency-tests", d.serve(signedIn, d.competencyTests))
	r.Get("/services/{id}", d.serve(signedIn, d.service))
	r.Get("/certifications", d.serve(signedIn, d.certifications))
	r.Get("/certifications/{id}", d.serve(signedIn, d.certification))
	r.Get("/profile/certifications", d.serve(only(actor.Partner), d.partnerCertifications))
	r.Get("/partner/certifications", d.serve(only(actor.Partner), d.partnerCertifications))
	r.Post("/partner/certifications", d.serve(only(actor.Partner), d.registerCertification))
	r.Get("/partner/certifications/{id}", d.serve(only(actor.Partner), d.partnerCertification))
	r.Get("/partner/certification-wishlists", d.serve(only(actor.Partner), d.certificationWishes))
	r.Post("/partner/certification-wishlists", d.serve(only(actor.Partner), d.wishCertification))
	r.Get("/partner/certification-wishlists/{id}", d.serve(only(actor.Partner), d.certificationWish))
	r.Delete("/partner/certification-wishlists/{id}", d.serve(only(actor.Partner), d.unwishCertification))
}

// numberOf gives the id of the record that stands in the path. One that is no number
// belongs to no record, and is answered as such.
//
// Faults: NOT_FOUND.
func (r *request) numberOf(what string) (int64, error) {
	id := recordID(chi.URLParam(r.Request, "id"))
	if id == 0 {
		return 0, fault.New(fault.RecordNotFound, "There is no such "+what+".")
	}
	return id, nil
}

// settings answers GET /settings.
func (d *dialect) settings(r *request) (any, error) {
	v, err := d.app.PublicSettings(r.Context())
	if err != nil {
		return nil, err
	}
	return data(settingsData{Settings: toSettings(v)}), nil
}

// banners answers GET /banners.
func (d *dialect) banners(r *request) (any, error) {
	list, err := d.app.Banners(r.Context())
	if err != nil {
		return nil, err
	}
	return data(each(list, toBanner)), nil
}

// banner answers GET /banners/{id}.
func (d *dialect) banner(r *request) (any, error) {
	id, err := r.numberOf("banner")
	if err != nil {
		return nil, err
	}
	v, err := d.app.Banner(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return data(bannerData{Banner: toDetailedBanner(v)}), nil
}

// services answers GET /services.
func (d *dialect) services(r *request) (any, error) {
	page, err := d.app.Services(r.Context(), fromServices(r.query), market.AllOfIt())
	if err != nil {
		return nil, err
	}
	return data(each(page.Items, toService)), nil
}

func fromServices(q *query) market.ServiceFilter {
	f := market.ServiceFilter{Text: q.text("q")}
	f.Unread = q.bad
	return f
}

// competencyTests answers GET /services/competency-tests.
func (d *dialect) competencyTests(r *request) (any, error) {
	list, err := d.app.CompetencyTests(r.Context(), fromTests(r.query))
	if err != nil {
		return nil, err
	}
	return data(each(list, toTestedService)), nil
}

func fromTests(q *query) market.TestFilter {
	f := market.TestFilter{ServiceID: q.id("service_id"), SubServiceID: q.id("sub_service_id")}
	f.Unread = q.bad
	return f
}

// service answers GET /services/{id}.
func (d *dialect) service(r *request) (any, error) {
	id, err := r.numberOf("service")
	if err != nil {
		return nil, err
	}
	v, err := d.app.Service(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return data(serviceData{Service: toWholeService(v)}), nil
}

// certifications answers GET /certifications.
func (d *dialect) certifications(r *request) (any, error) {
	f, p := fromCertifications(r.query)
	page, err := d.app.Certifications(r.Context(), f, p.market())
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toCertification), nil
}

func fromCertifications(q *query) (market.CertificationFilter, paging) {
	f, p := market.CertificationFilter{Text: q.text("q")}, q.page()
	f.Unread = q.bad
	return f, p
}

// certification answers GET /certifications/{id}.
func (d *dialect) certification(r *request) (any, error) {
	id, err := r.numberOf("certification")
	if err != nil {
		return nil, err
	}
	v, err := d.app.Certification(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return data(certificationData{Certification: toDetailedCertification(v)}), nil
}

// partnerCertifications answers GET /partner/certifications and GET
// /profile/certifications.
func (d *dialect) partnerCertifications(r *request) (any, error) {
	f, p := fromRegistrations(r.query)
	page, err := d.app.PartnerCertifications(r.Context(), f, p.market())
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toRegistration), nil
}

func fromRegistrations(q *query) (market.RegistrationFilter, paging) {
	f, p := market.RegistrationFilter{}, q.page()
	if status := oneOf(q, "status", lifecycle.CertificationStatuses...); status != nil {
		f.Statuses = []lifecycle.CertificationStatus{*status}
	}
	f.Unread = q.bad
	return f, p
}

// registerCertification answers POST /partner/certifications.
func (d *dialect) registerCertification(r *request) (any, error) {
	in := r.attributes("certification")
	v, err := d.app.RegisterCertification(r.Context(), fromCertificationID(in), *in.bad)
	if err != nil {
		return newly(nil, err)
	}
	return newly(data(registrationData{Certification: toRegistration(v)}), nil)
}

// fromCertificationID reads which certification is meant.
func fromCertificationID(in *attributes) int64 {
	id := in.id("certification_id")
	if !in.sent("certification_id") {
		in.bad.Add("certification_id", "is required")
	}
	return id
}

// partnerCertification answers GET /partner/certifications/{id}.
func (d *dialect) partnerCertification(r *request) (any, error) {
	id, err := r.numberOf("registration")
	if err != nil {
		return nil, err
	}
	v, err := d.app.PartnerCertification(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return data(registrationData{Certification: toRegistration(v)}), nil
}

// certificationWishes answers GET /partner/certification-wishlists.
func (d *dialect) certificationWishes(r *request) (any, error) {
	p := r.query.page()
	page, err := d.app.CertificationWishes(r.Context(), p.market(), r.query.bad)
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toWish), nil
}

// wishCertification answers POST /partner/certification-wishlists.
func (d *dialect) wishCertification(r *request) (any, error) {
	in := r.attributes("wishlist")
	v, err := d.app.WishCertification(r.Context(), fromCertificationID(in), *in.bad)
	if err != nil {
		return newly(nil, err)
	}
	return newly(data(wishData{Wishlist: toWish(v)}), nil)
}

// certificationWish answers GET /partner/certification-wishlists/{id}.
func (d *dialect) certificationWish(r *request) (any, error) {
	id, err := r.numberOf("wish")
	if err != nil {
		return nil, err
	}
	v, err := d.app.CertificationWish(r.Context(), id)
	if err != nil {
		return nil, err
	}
	return data(wishData{Wishlist: toWish(v)}), nil
}

// unwishCertification answers DELETE /partner/certification-wishlists/{id}.
func (d *dialect) unwishCertification(r *request) (any, error) {
	id, err := r.numberOf("wish")
	if err != nil {
		return nil, err
	}
	if err := d.app.UnwishCertification(r.Context(), market.Wish{ID: id}); err != nil {
		return nil, err
	}
	return said("The certification is not on your list any more."), nil
}
