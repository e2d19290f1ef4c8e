package market_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// centreOf is where a search is centred, by the oracle.
type centreOf struct{ latitude, longitude, km float64 }

// searched is the world as partners are searched in it.
type searched struct {
	*truth
	names  map[int64]string
	radius float64
}

// wrong gives the code with which a filter is refused.
func (w *searched) wrong(u *ent.User, f market.PartnerFilter) fault.Code {
	outside := func(x *float64, most float64) bool { return x != nil && math.Abs(*x) > most }
	switch {
	case f.Own && u.Role != actor.Supervisor:
		return fault.RoleForbidden
	case (f.Latitude == nil) != (f.Longitude == nil), outside(f.Latitude, 90), outside(f.Longitude, 180),
		f.RadiusKm != nil && (*f.RadiusKm <= 0 || *f.RadiusKm > 20000),
		f.InstitutionID != nil && !w.memberOf(u, *f.InstitutionID),
		f.Latitude == nil && f.InstitutionID == nil && f.NearCurrent && u.Role == actor.Institution && w.current(u) == nil:
		return fault.ParameterInvalid
	}
	return ""
}

// current is the institution that the user has selected and acts for.
func (w *searched) current(u *ent.User) *ent.Institution {
	for _, i := range w.institutions {
		if u.CurrentInstitutionID != nil && *u.CurrentInstitutionID == i.ID && w.memberOf(u, i.ID) {
			return i
		}
	}
	return nil
}

// centre gives where the search is centred, or nil.
func (w *searched) centre(u *ent.User, f market.PartnerFilter) *centreOf {
	at := centreOf{km: w.radius}
	if f.RadiusKm != nil {
		at.km = *f.RadiusKm
	}
	var around *ent.Institution
	switch {
	case f.Latitude != nil:
		at.latitude, at.longitude = *f.Latitude, *f.Longitude
		return &at
	case f.InstitutionID != nil:
		around = w.institutions[slices.IndexFunc(w.institutions, func(i *ent.Institution) bool { return i.ID == *f.InstitutionID })]
	case f.NearCurrent && u.Role == actor.Institution:
		around = w.current(u)
	default:
		return nil
	}
	at.latitude, at.longitude = around.Latitude, around.Longitude
	return &at
}

// haversine is the distance of two places in kilometres, by the text book.
func haversine(lat1, lng1, lat2, lng2 float64) float64 {
	rad := func(x float64) float64 { return x * math.Pi / 180 }
	sq := func(x float64) float64 { return x * x }
	h := sq(math.Sin(rad(lat2-lat1)/2)) + math.Cos(rad(lat1))*math.Cos(rad(lat2))*sq(math.Sin(rad(lng2-lng1)/2))
	return 2 * 6371 * math.Asin(math.Min(1, math.Sqrt(h)))
}

// away is how far the partner's primary place is from the centre.
func (w *searched) away(p *ent.Partner, at *centreOf) (km float64, placed bool) {
	l := w.places[p.ID]
	if l == nil {
		return 0, false
	}
	return haversine(at.latitude, at.longitude, l.Latitude, l.Longitude), true
}

// finds tells whether a filter keeps the partner; sure is false where the
// distance is too near to the radius to tell.
func (w *searched) finds(u *ent.User, p *ent.Partner, f market.PartnerFilter, at *centreOf) (kept, sure bool) {
	listed := p.Status == lifecycle.PartnerActive && p.VerificationStatus == lifecycle.VerificationCompleted
	own := p.CreatedByID != nil && *p.CreatedByID == u.ID
	switch {
	case p.DeletedAt != nil, f.Own && !own, !f.Own && !listed,
		f.OpenToWork != nil && p.OpenToWork != *f.OpenToWork,
		!strings.Contains(w.names[p.ID], typed(f.Text)), !w.skilled(p, f):
		return false, true
	}
	if at == nil {
		return true, true
	}
	km, placed := w.away(p, at)
	return placed && km <= at.km, !placed || math.Abs(km-at.km) > 0.005*at.km
}

// typed is a text as it is compared.
func typed(text string) string {
	return texts[slices.IndexFunc(texts, func(t [2]string) bool { return t[0] == text })][1]
}

// skilled tells whether one active competency of the partner is what is asked for.
func (w *searched) skilled(p *ent.Partner, f market.PartnerFilter) bool {
	if f.ServiceID == nil && f.SubServiceID == nil && f.Kind == nil {
		return true
	}
	return slices.ContainsFunc(w.competencies[p.ID], func(r *ent.Competency) bool {
		return r.Status == lifecycle.CatalogueActive &&
			(f.SubServiceID == nil || r.SubServiceID == *f.SubServiceID) &&
			(f.ServiceID == nil || w.serviceOf[r.SubServiceID] == *f.ServiceID) &&
			(f.Kind == nil || does(r, *f.Kind))
	})
}

// price gives the active price that a list shows of the partner.
func (w *searched) price(p *ent.Partner, f market.PartnerFilter) (amount int64, has bool) {
	for _, r := range w.prices {
		if r.PartnerID == p.ID && r.Active && (f.SubServiceID == nil || r.SubServiceID == *f.SubServiceID) && (!has || r.Amount < amount) {
			amount, has = r.Amount, true
		}
	}
	return amount, has
}

// sorted puts partners into the order of a list.
func (w *searched) sorted(list []*ent.Partner, f market.PartnerFilter, o market.PartnerOrder) {
	way := 1
	if o.Descending {
		way = -1
	}
	slices.SortFunc(list, func(a, b *ent.Partner) int {
		order := way * a.CreatedAt.Compare(b.CreatedAt)
		if o.ByPrice {
			x, hasX := w.price(a, f)
			y, hasY := w.price(b, f)
			order = way * cmp.Compare(x, y)
			if hasX != hasY { // without a price comes last, whatever the way
				order = map[bool]int{true: -1, false: 1}[hasX]
			}
		}
		return cmp.Or(order, way*cmp.Compare(a.ID, b.ID))
	})
}

// expect gives the partners of a list, in order; sure is false where a distance
// is too near to the radius to tell.
func (w *searched) expect(u *ent.User, f market.PartnerFilter, o market.PartnerOrder) (list []*ent.Partner, at *centreOf, sure bool) {
	at = w.centre(u, f)
	for _, p := range w.partners {
		kept, certain := w.finds(u, p, f, at)
		if !certain {
			return nil, nil, false
		}
		if kept {
			list = append(list, p)
		}
	}
	w.sorted(list, f, o)
	return list, at, true
}

// agrees compares a page with what is expected, and tells what differs.
func (w *searched) agrees(got *view.Page[view.Partner], want []*ent.Partner, at *centreOf, f market.PartnerFilter) error {
	ids := idsOf(want, func(p *ent.Partner) int64 { return p.ID })
	if found := idsOf(got.Items, func(v *view.Partner) int64 { return v.ID }); !slices.Equal(found, ids) || *got.Total != int64(len(ids)) {
		return fmt.Errorf("got %v of %d, want %v of %d", found, *got.Total, ids, len(ids))
	}
	for i, v := range got.Items {
		amount, has := w.price(want[i], f)
		if (v.Price != nil) != has || has && v.Price.Value != amount {
			return fmt.Errorf("partner %d asks for %v, want %d (%v)", v.ID, v.Price, amount, has)
		}
		if (v.DistanceKm != nil) != (at != nil) {
			return fmt.Errorf("partner %d has a distance: %v, and the search a centre: %v", v.ID, v.DistanceKm != nil, at != nil)
		}
		if at == nil {
			continue
		}
		km, _ := w.away(want[i], at)
		if math.Abs(*v.DistanceKm-km) > 0.005*km+0.005 {
			return fmt.Errorf("partner %d is %v km away, want %v", v.ID, *v.DistanceKm, km)
		}
	}
	return nil
}
