package nukitu

import (
	"context"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

const partnerDetailWants = partnerWants | market.WantLocations | market.WantEducation | market.WantPrices | market.WantCompleted

// How many reviews, and how many certifications that it has passed, the detail of a partner
// shows: the newest.
const (
	newestReviews     = 20
	newestCredentials = 20
)

// openPartnerRoutes are for every role, and the wishlist for role institution. What is
// matched by words comes before what is matched by a number.
func (d *dialect) openPartnerRoutes(r chi.Router) {
	r.Get("/partners", d.serve(signedIn, d.partners))
	r.Get("/partners/wishlist", d.serve(only(actor.Institution), d.wishlist))
	r.Get("/partners/wishlist/filters", d.serve(only(actor.Institution), d.wishlistFilters))
	r.Get("/partners/{id}", d.serve(signedIn, d.partner))
	r.Patch("/partners/{id}/wishlist", d.serve(only(actor.Institution), d.wishPartner))
}

// profilePartnerRoutes are those of the profile that are for role partner.
func (d *dialect) profilePartnerRoutes(r chi.Router) {
	r.Patch("/profile/domicile", d.serve(only(actor.Partner), d.updateDomicile))
	r.Get("/profile/education", d.serve(only(actor.Partner), d.education))
	r.Get("/profile/competencies", d.serve(only(actor.Partner), d.ownCompetencies))
}

// partnerID gives the id of the partner that stands in the path. One that is no number
// belongs to no record, and is answered as such.
//
// Faults: NOT_FOUND.
func (r *request) partnerID() (int64, error) {
	id := recordID(chi.URLParam(r.Request, "id"))
	if id == 0 {
		return 0, fault.New(fault.RecordNotFound, "There is no such partner.")
	}
	return id, nil
}

// partner answers GET /partners/{id}.
func (d *dialect) partner(r *request) (any, error) {
	id, err := r.partnerID()
	if err != nil {
		return nil, err
	}
	v, err := d.app.Partner(r.Context(), id, partnerDetailWants)
	detail, err := d.partnerDetail(r.Context(), v, err)
	return data(partnerData{Partner: detail}), err
}

// partnerDetail adds the newest reviews to a partner, and the newest certifications that it
// has passed.
func (d *dialect) partnerDetail(ctx context.Context, v *view.Partner, err error) (detailedPartner, error) {
	if err != nil {
		return detailedPartner{}, err
	}
	reviews, err := d.app.PartnerReviews(ctx, []int64{v.ID}, market.FirstPage(newestReviews))
	if err != nil {
		return detailedPartner{}, err
	}
	passed, err := d.app.PartnerCredentials(ctx, []int64{v.ID}, market.FirstPage(newestCredentials))
	if err != nil {
		return detailedPartner{}, err
	}
	return toDetailedPartner(v, reviews[0].Items, passed[0].Items), nil
}

// wishPartner answers PATCH /partners/{id}/wishlist; without wishlisted it turns it over.
func (d *dialect) wishPartner(r *request) (any, error) {
	id, err := r.partnerID()
	if err != nil {
		return nil, err
	}
	in := r.attributes("partner")
	v, err := d.app.WishPartner(r.Context(), id, in.sentFlag("wishlisted"), in.err(), market.WantWishlisted)
	if err != nil {
		return nil, err
	}
	return data(wishedPartner{PartnerID: v.ID, IsWishlisted: *v.IsWishlisted}), nil
}

// wishlist answers GET /partners/wishlist.
func (d *dialect) wishlist(r *request) (any, error) {
	f := fromSkills(r.query)
	f.City = r.query.text("city")
	page := r.query.page()
	f.Unread = r.query.bad
	list, err := d.app.Wishlist(r.Context(), f, page.market(), partnerWants)
	if err != nil {
		return nil, err
	}
	return listOf(page, list, toPartnerItem), nil
}

// fromSkills reads what lists of partners that are not around a place are narrowed by.
func fromSkills(q *query) market.PartnerFilter {
	return market.PartnerFilter{
		ServiceID: q.id("service_id"), SubServiceID: q.id("sub_service_id"), Kind: oneOf(q, "kind", lifecycle.Kinds...), Text: q.text("q"),
	}
}

// wishlistFilters answers GET /partners/wishlist/filters.
func (d *dialect) wishlistFilters(r *request) (any, error) {
	v, err := d.app.WishlistFilters(r.Context())
	if err != nil {
		return nil, err
	}
	return data(toWishlistFilters(v)), nil
}

// updateDomicile answers PATCH /profile/domicile.
func (d *dialect) updateDomicile(r *request) (any, error) {
	in := r.attributes("profile", "domicile")
	c := market.DomicileChange{Place: fromPlace(in)}
	c.Unread = *in.bad
	return toProfile(d.app.UpdateDomicile(r.Context(), c, profileWants))
}

// fromPlace reads where somebody works from.
func fromPlace(in *attributes) market.Place {
	return market.Place{
		Province: in.optional("province"), City: in.optional("city"), District: in.optional("district"), Subdistrict: in.optional("subdistrict"),
		Postcode: in.optional("postcode"), Address: in.optional("address"), Latitude: in.degrees("latitude"), Longitude: in.degrees("longitude"),
	}
}

// education answers GET /profile/education.
func (d *dialect) education(r *request) (any, error) {
	v, err := d.app.Viewer(r.Context(), market.WantEducation)
	if err != nil {
		return nil, err
	}
	var body educationData
	if v.Partner != nil {
		body.Education = maybe(v.Partner.Education, toEducation)
	}
	return data(body), nil
}

// ownCompetencies answers GET /profile/competencies.
func (d *dialect) ownCompetencies(r *request) (any, error) {
	v, err := d.app.Viewer(r.Context(), market.WantCompetencies)
	if err != nil {
		return nil, err
	}
	list := []competency{}
	if v.Partner != nil {
		list = each(v.Partner.Competencies, toCompetency)
	}
	return data(list), nil
}
