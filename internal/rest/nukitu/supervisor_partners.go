package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// supervisorServices answers GET /supervisor/services.
func (d *dialect) supervisorServices(r *request) (any, error) {
	list, err := d.app.SupervisorServices(r.Context())
	if err != nil {
		return nil, err
	}
	return data(each(list, toSupervisorService)), nil
}

// ownPartners answers GET /supervisor/partners: the newest first.
func (d *dialect) ownPartners(r *request) (any, error) {
	f := fromSkills(r.query)
	page := r.query.page()
	f.Own, f.Unread = true, r.query.bad
	list, err := d.app.Partners(r.Context(), f, market.PartnerOrder{Descending: true}, page.market(), partnerWants)
	if err != nil {
		return nil, err
	}
	return listOf(page, list, toPartnerItem), nil
}

const ownWants = partnerDetailWants | market.WantPrivate | market.WantPhone

// ownPartner answers GET /supervisor/partners/{id}.
func (d *dialect) ownPartner(r *request) (any, error) {
	id, err := r.partnerID()
	if err != nil {
		return nil, err
	}
	return d.ownDetail(r)(d.app.OwnPartner(r.Context(), id, ownWants))
}

// createPartner answers POST /supervisor/partners.
func (d *dialect) createPartner(r *request) (any, error) {
	in := r.attributes("partner")
	c := market.NewPartner{Email: in.text("email"), Language: lifecycle.Language(in.text("language")), PartnerFields: fromOwnPartner(in)}
	c.Unread = *in.bad
	v, err := d.app.CreatePartner(r.Context(), c, ownWants)
	return newly(d.ownDetail(r)(v, in.explain(err)))
}

// updatePartner answers PATCH /supervisor/partners/{id}.
func (d *dialect) updatePartner(r *request) (any, error) {
	id, err := r.partnerID()
	if err != nil {
		return nil, err
	}
	in := r.attributes("partner")
	c := fromOwnPartner(in)
	c.Unread = *in.bad
	return d.ownDetail(r)(d.app.UpdatePartner(r.Context(), id, c, ownWants))
}

// deletePartner answers DELETE /supervisor/partners/{id}.
func (d *dialect) deletePartner(r *request) (any, error) {
	id, err := r.partnerID()
	if err != nil {
		return nil, err
	}
	_, err = d.app.DeletePartner(r.Context(), id)
	return said("The partner is out of the marketplace."), err
}

// fromOwnPartner reads what a supervisor says of a partner. The place stands under
// location or, when that is not there, beside the rest.
func fromOwnPartner(in *attributes) market.PartnerFields {
	place, at := fromPlace(in), "" // read in any case: what is no place there is refused
	if in.sent("location") {
		place, at = fromPlace(in.object("location")), "location"
	}
	return market.PartnerFields{
		FullName: in.optional("full_name"), PhoneNumber: in.optional("phone_number"), BirthDate: in.optional("birth_date"),
		Gender: optionalAs[lifecycle.Gender](in.optional("gender")), Place: place, PlaceAt: at,
		Skills: mapped(in.list("competencies"), fromSkill),
	}
}

func fromSkill(in *attributes) market.Skill {
	s := market.Skill{SubServiceID: in.id("sub_service_id"), BasePrice: in.number("base_price")}
	in.bad.Check(in.sent("sub_service_id"), in.prefix+"sub_service_id", "is required")
	raw, sent := in.values["kinds"]
	switch kinds := []lifecycle.Kind{}; {
	case !sent:
	case isNull(raw):
		s.Kinds = market.Null[[]lifecycle.Kind]()
	case in.value("kinds", "must be a list of texts", &kinds):
		s.Kinds = market.Some(kinds)
	}
	return s
}

// ownData is the data of a supervisor's own partner.
type ownData struct {
	Partner ownPartner `json:"partner"`
}

// ownPartner is a partner as its maker sees it.
type ownPartner struct {
	detailedPartner
	Email       *string    `json:"email"`
	PhoneNumber *string    `json:"phone_number"`
	BirthDate   *view.Date `json:"birth_date"`
}

// ownDetail makes the detail of a partner of the caller.
func (d *dialect) ownDetail(r *request) func(*view.Partner, error) (any, error) {
	return func(v *view.Partner, err error) (any, error) {
		detail, err := d.partnerDetail(r.Context(), v, err)
		if err != nil {
			return nil, err
		}
		return data(ownData{Partner: ownPartner{
			detailedPartner: detail, Email: v.Email, PhoneNumber: v.PhoneNumber, BirthDate: v.BirthDate,
		}}), nil
	}
}

// supervisorService is a service with how many of the caller's partners can do something
// of it.
type supervisorService struct {
	ID            int64                     `json:"id"`
	Name          string                    `json:"name"`
	Description   *string                   `json:"description"`
	Icon          *string                   `json:"icon"`
	Status        lifecycle.CatalogueStatus `json:"status"`
	PartnersCount int64                     `json:"partners_count"`
}

func toSupervisorService(v *view.SupervisorService) supervisorService {
	return supervisorService{
		ID: v.Service.ID, Name: v.Service.Name, Description: v.Service.Description, Icon: link(v.Icon), Status: v.Status, PartnersCount: v.PartnersCount,
	}
}
