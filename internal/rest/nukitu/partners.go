package nukitu

import (
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
)

const partnerWants = market.WantLocation | market.WantCompetencies | market.WantPrice | market.WantWishlisted

// partners answers GET /partners.
func (d *dialect) partners(r *request) (any, error) {
	search := fromPartners(r.query, actor.From(r.Context()).Role)
	page, err := d.app.Partners(r.Context(), search.filter, search.order, search.page.market(), partnerWants)
	if err != nil {
		return nil, err
	}
	return listOf(search.page, page, toPartnerItem), nil
}

// partnerSearch is what a list of partners is asked for.
type partnerSearch struct {
	filter market.PartnerFilter
	order  market.PartnerOrder
	page   paging
}

// fromPartners reads the parameters of the list of partners. The caller's role
// decides what stands where nothing is said.
func fromPartners(q *query, role actor.Role) partnerSearch {
	s := partnerSearch{
		filter: market.PartnerFilter{
			Latitude: q.number("latitude"), Longitude: q.number("longitude"), RadiusKm: q.number("radius"),
			InstitutionID: q.id("institution_id"), NearCurrent: role == actor.Institution,
			ServiceID: q.id("service_id"), SubServiceID: q.id("sub_service_id"),
			Kind: oneOf(q, "kind", lifecycle.Kinds...), Text: q.text("q"), OpenToWork: q.flag("open_to_work"),
		},
		order: fromPartnerSort(q, role),
		page:  q.page(),
	}
	s.filter.Unread = q.bad
	return s
}

// The words of the two ways to sort.
const (
	priceAscending  = "price_asc"
	priceDescending = "price_desc"
	byPrice         = "price"
	byRegistration  = "created_at"
	ascending       = "asc"
	descending      = "desc"
)

// fromPartnerSort reads sort, which wins, and sort_by with sort_order. Prices
// rise unless told otherwise, registrations begin with the newest.
func fromPartnerSort(q *query, role actor.Role) market.PartnerOrder {
	sort := oneOf(q, "sort", priceAscending, priceDescending)
	by := oneOf(q, "sort_by", byPrice, byRegistration)
	way := oneOf(q, "sort_order", ascending, descending)
	switch {
	case sort != nil:
		return market.PartnerOrder{ByPrice: true, Descending: *sort == priceDescending}
	case by != nil && *by == byPrice, by == nil && role == actor.Institution:
		return market.PartnerOrder{ByPrice: true, Descending: way != nil && *way == descending}
	}
	return market.PartnerOrder{Descending: way == nil || *way == descending}
}
