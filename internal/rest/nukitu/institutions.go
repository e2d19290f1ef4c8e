package nukitu

import (
	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// ownInstitutionRoutes are about institutions themselves: who looks for one may have any
// role, who belongs to one has role institution. The words stand before {id}.
func (d *dialect) ownInstitutionRoutes(r chi.Router) {
	r.Get("/institutions", d.serve(signedIn, d.institutions))
	r.Post("/institutions", d.serve(only(actor.Institution).withFiles(), d.createInstitution))
	r.Get("/institutions/nearby", d.serve(signedIn, d.nearbyInstitutions))
	r.Get("/institutions/map", d.serve(signedIn, d.institutionMap))
	r.Get("/institutions/mine", d.serve(only(actor.Institution), d.ownInstitutions))
	r.Get("/institutions/current", d.serve(only(actor.Institution), d.currentInstitution))
	r.Patch("/institutions/current", d.serve(only(actor.Institution), d.selectInstitution))
	r.Delete("/institutions/current", d.serve(only(actor.Institution), d.clearInstitution))
	r.Get("/institutions/{id}", d.serve(signedIn, d.institution))
	r.Patch("/institutions/{id}", d.serve(only(actor.Institution).withFiles(), d.updateInstitution))
	r.Post("/institutions/{id}/membership", d.serve(only(actor.Institution), d.askMembership))
	r.Delete("/institutions/{id}/membership", d.serve(only(actor.Institution), d.leaveInstitution))
	r.Get("/institutions/{id}/work-history", d.serve(only(actor.Institution), d.workHistory))
}

// institutionID gives the id of the institution that stands in the path.
//
// Faults: NOT_FOUND.
func (r *request) institutionID() (int64, error) {
	id := recordID(chi.URLParam(r.Request, "id"))
	if id == 0 {
		return 0, fault.New(fault.RecordNotFound, "There is no such institution.")
	}
	return id, nil
}

// toInstitution makes the body of an institution for the caller.
func (r *request) toInstitution(v *view.Institution) institution {
	return toInstitution(v, actor.From(r.Context()).CurrentInstitution == v.ID)
}

// institutions answers GET /institutions.
func (d *dialect) institutions(r *request) (any, error) {
	q := r.query
	f, p := market.InstitutionFilter{Text: q.text("q")}, q.page()
	f.Unread = q.bad
	return d.listInstitutions(r, f, p, market.InstitutionByName)
}

// ownInstitutions answers GET /institutions/mine.
func (d *dialect) ownInstitutions(r *request) (any, error) {
	q := r.query
	f, p := market.InstitutionFilter{Mine: true}, q.page()
	f.Unread = q.bad
	return d.listInstitutions(r, f, p, market.InstitutionByName)
}

func (d *dialect) listInstitutions(r *request, f market.InstitutionFilter, p paging, by market.InstitutionSort) (any, error) {
	page, err := d.app.Institutions(r.Context(), f, market.InstitutionOrder{By: by}, p.market())
	if err != nil {
		return nil, err
	}
	return listOf(p, page, r.toInstitution), nil
}

// nearbyInstitution is an institution of a search by place.
type nearbyInstitution struct {
	institution
	DistanceKm *float64 `json:"distance_km"`
}

// nearbyInstitutions answers GET /institutions/nearby.
func (d *dialect) nearbyInstitutions(r *request) (any, error) {
	q := r.query
	f := market.InstitutionFilter{Nearby: true, Latitude: q.number("latitude"), Longitude: q.number("longitude"), RadiusKm: q.number("radius")}
	p := q.page()
	f.Unread = q.bad
	page, err := d.app.Institutions(r.Context(), f, market.InstitutionOrder{By: market.InstitutionByDistance}, p.market())
	if err != nil {
		return nil, err
	}
	return listOf(p, page, func(v *view.Institution) nearbyInstitution {
		return nearbyInstitution{r.toInstitution(v), v.DistanceKm}
	}), nil
}

// institutionMarker is an institution on the map (schema InstitutionMapMarker).
type institutionMarker struct {
	ID        int64   `json:"id"`
	Name      string  `json:"name"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// institutionMap answers GET /institutions/map.
func (d *dialect) institutionMap(r *request) (any, error) {
	box, bad := fromBox(r.query)
	list, err := d.app.InstitutionMarkers(r.Context(), box, market.MaxMarkers, bad)
	if err != nil {
		return nil, err
	}
	return data(each(list, func(v *view.InstitutionMarker) institutionMarker {
		return institutionMarker{ID: v.ID, Name: v.Name, Latitude: v.Latitude, Longitude: v.Longitude}
	})), nil
}

// fromBox reads the part of the map that is asked for: all four sides, or none.
func fromBox(q *query) (*market.Box, fault.Fields) {
	south, west, north, east := q.number("south"), q.number("west"), q.number("north"), q.number("east")
	if south == nil && west == nil && north == nil && east == nil {
		return nil, q.bad
	}
	b := &market.Box{}
	sides := map[string]struct{ sent, to *float64 }{"south": {south, &b.South}, "west": {west, &b.West}, "north": {north, &b.North}, "east": {east, &b.East}}
	for name, side := range sides {
		if side.sent == nil {
			q.bad.Add(name, "is required with the other sides of the map")
			continue
		}
		*side.to = *side.sent
	}
	return b, q.bad
}

// institutionData is the data of one institution (schema InstitutionResponse).
type institutionData struct {
	Institution *institution `json:"institution"`
}

// shownInstitution makes the answer that shows an institution, or null for none.
func (r *request) shownInstitution(v *view.Institution, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return data(institutionData{maybe(v, r.toInstitution)}), nil
}

// currentInstitution answers GET /institutions/current.
func (d *dialect) currentInstitution(r *request) (any, error) {
	return r.shownInstitution(d.app.CurrentInstitution(r.Context()))
}

// selectInstitution answers PATCH /institutions/current.
func (d *dialect) selectInstitution(r *request) (any, error) {
	in := r.attributes("institution")
	id := in.id("institution_id")
	in.bad.Check(in.sent("institution_id"), "institution_id", "is required")
	v, err := d.app.SelectInstitution(r.Context(), &id, *in.bad)
	if err != nil {
		return nil, err
	}
	return data(institutionData{new(toInstitution(v, true))}), nil
}

// clearInstitution answers DELETE /institutions/current.
func (d *dialect) clearInstitution(r *request) (any, error) {
	_, err := d.app.SelectInstitution(r.Context(), nil, fault.Fields{})
	return said("No institution is selected."), err
}

// institution answers GET /institutions/{id}.
func (d *dialect) institution(r *request) (any, error) {
	id, err := r.institutionID()
	if err != nil {
		return nil, err
	}
	return r.shownInstitution(d.app.Institution(r.Context(), id))
}

// createInstitution answers POST /institutions.
func (d *dialect) createInstitution(r *request) (any, error) {
	v, current, err := d.app.CreateInstitution(r.Context(), fromInstitution(r.attributes("institution")))
	if err != nil {
		return created{data(nil)}, err
	}
	return created{data(institutionData{new(toInstitution(v, current))})}, nil
}

// updateInstitution answers PATCH /institutions/{id}.
func (d *dialect) updateInstitution(r *request) (any, error) {
	id, err := r.institutionID()
	if err != nil {
		return nil, err
	}
	return r.shownInstitution(d.app.UpdateInstitution(r.Context(), id, fromInstitution(r.attributes("institution"))))
}

// fromInstitution reads what is said of an institution. Its number, its status and who
// belongs to it are none of its attributes.
func fromInstitution(in *attributes) market.InstitutionFields {
	f := market.InstitutionFields{
		Name: in.optional("name"), Kind: optionalAs[lifecycle.InstitutionKind](in.optional("kind")),
		Address: in.optional("address"), Province: in.optional("province"), City: in.optional("city"),
		District: in.optional("district"), Subdistrict: in.optional("subdistrict"), Postcode: in.optional("postcode"),
		Latitude: in.degrees("latitude"), Longitude: in.degrees("longitude"),
		PhoneNumber: in.optional("phone_number"), Email: in.optional("email"), Picture: in.picture("picture"),
	}
	f.Unread = *in.bad
	return f
}

// degrees gives a decimal number of a change: absent, null and a number stay apart.
func (a *attributes) degrees(name string) market.Optional[float64] {
	raw, sent := a.values[name]
	var x float64
	switch {
	case !sent:
		return market.Optional[float64]{}
	case isNull(raw):
		return market.Null[float64]()
	case a.value(name, "must be a number", &x):
		return market.Some(x)
	}
	return market.Optional[float64]{} // it is noted what is wrong with it
}

// askMembership answers POST /institutions/{id}/membership. The institution is not in the
// caller's list before a manager, or the back office, has let the caller in.
func (d *dialect) askMembership(r *request) (any, error) {
	id, err := r.institutionID()
	if err != nil {
		return nil, err
	}
	if _, err := d.app.AskMembership(r.Context(), id); err != nil {
		return nil, err
	}
	return r.shownInstitution(d.app.Institution(r.Context(), id))
}

// leaveInstitution answers DELETE /institutions/{id}/membership.
func (d *dialect) leaveInstitution(r *request) (any, error) {
	id, err := r.institutionID()
	if err != nil {
		return nil, err
	}
	_, err = d.app.LeaveInstitution(r.Context(), id, nil)
	return said("The institution is not in your list."), err
}

// workHistory answers GET /institutions/{id}/work-history.
func (d *dialect) workHistory(r *request) (any, error) {
	id, err := r.institutionID()
	if err != nil {
		return nil, err
	}
	p := r.query.page()
	page, err := d.app.WorkHistory(r.Context(), id, p.market(), r.query.bad, workHistoryWants)
	if err != nil {
		return nil, err
	}
	return listOf(p, page, toWorkHistoryEntry), nil
}

var workHistoryWants = market.ContractWants{Parts: market.WantPartner | market.WantSubService | market.WantReview}

// workHistoryEntry is a contract that is over (schema InstitutionWorkHistoryEntry).
type workHistoryEntry struct {
	ID                int64                    `json:"id"`
	ReferenceCode     string                   `json:"reference_code"`
	Status            lifecycle.ContractStatus `json:"status"`
	Kind              lifecycle.Kind           `json:"kind"`
	Partner           *triedPartner            `json:"partner"`
	SubService        named                    `json:"sub_service"`
	ContractStartDate *view.Date               `json:"contract_start_date"`
	ContractEndDate   *view.Date               `json:"contract_end_date"`
	CompletedAt       *instant                 `json:"completed_at"`
	TotalAmount       money                    `json:"total_amount"`
	Review            *overallReview           `json:"review"`
}

func toWorkHistoryEntry(v *view.Contract) workHistoryEntry {
	return workHistoryEntry{
		ID: v.ID, ReferenceCode: v.ReferenceCode, Status: v.Status, Kind: v.Kind,
		Partner: maybe(v.Partner, func(p *view.Partner) triedPartner {
			return triedPartner{ID: p.ID, FullName: p.FullName, Picture: link(p.Picture)}
		}),
		SubService: named{ID: v.SubService.ID, Name: v.SubService.Name}, ContractStartDate: v.ContractStartDate, ContractEndDate: v.ContractEndDate,
		CompletedAt: maybe(v.CompletedAt, toInstant), TotalAmount: toMoney(v.TotalAmount), Review: maybe(v.Review, toOverallReview),
	}
}
