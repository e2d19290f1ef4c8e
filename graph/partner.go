package graph

import (
	"context"
	"strings"

	"kontrak/graph/model"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// ownPartnerFields names the fields of a supervisor's own partners as the graph's inputs do.
var ownPartnerFields = fieldNames{".sub_service_id": "subService"}

// wishPayload puts a partner on the caller's wishlist, or takes it away.
func wishPayload(ctx context.Context, app *market.App, in model.PartnerInput, wished bool) (*model.PartnerPayload, error) {
	return partnerPayload(app.WishPartner(ctx, partnerID(in.Partner), &wished, nil, partnerWants(ctx, "partner.")))
}

func ownPartnerPayload(v *view.Partner, err error) (*model.PartnerPayload, error) {
	bad, err := userErrors(ownPartnerFields.of(err))
	return &model.PartnerPayload{Partner: v, UserErrors: bad}, err
}

func deletedPayload(id int64, err error) (*model.PartnerDeletePayload, error) {
	bad, err := userErrors(err)
	p := &model.PartnerDeletePayload{UserErrors: bad}
	if err == nil && len(bad) == 0 {
		p.PartnerID = new(view.GlobalID{Type: "Partner", Number: id}.String())
	}
	return p, err
}

func fromPlace(in *model.PlaceInput) market.Place {
	if in == nil {
		return market.Place{}
	}
	return market.Place{
		Province: optional(in.Province), City: optional(in.City), District: optional(in.District), Subdistrict: optional(in.Subdistrict),
		Postcode: optional(in.Postcode), Address: optional(in.Address), Latitude: optional(in.Latitude), Longitude: optional(in.Longitude),
	}
}

func fromEducationUpdate(in model.EducationUpdateInput) market.EducationChange {
	return market.EducationChange{
		Level: optional(in.Level), InstitutionName: optional(in.InstitutionName), Major: optional(in.Major),
		GraduationYear: wideOf(optional(in.GraduationYear)),
	}
}

func fromPartnerCreate(in model.PartnerCreateInput) market.NewPartner {
	c := market.NewPartner{Email: in.Email, Language: deref(in.Language), PartnerFields: market.PartnerFields{
		FullName: market.Some(in.FullName), PhoneNumber: market.Some(in.PhoneNumber), Gender: market.Some(in.Gender),
		Place: fromPlace(in.Location), PlaceAt: "location", Skills: market.Some(each(in.Competencies, fromSkill)),
	}}
	if in.BirthDate != nil {
		c.BirthDate = market.Some(string(*in.BirthDate))
	}
	return c
}

func fromPartnerUpdate(in model.PartnerUpdateInput) market.PartnerFields {
	return market.PartnerFields{
		FullName: optional(in.FullName), PhoneNumber: optional(in.PhoneNumber), Gender: optional(in.Gender),
		BirthDate: textOf(optional(in.BirthDate)), Place: fromPlace(in.Location), PlaceAt: "location", Skills: optionalList(in.Competencies, fromSkill),
	}
}

// fromSkill reads a skill; an id of another type names no sub-service, and the use-case
// says so.
func fromSkill(in *model.SkillInput) market.Skill {
	s := market.Skill{SubServiceID: recordOf("SubService", in.SubService), BasePrice: optional(in.BasePrice)}
	switch kinds, sent := in.Kinds.ValueOK(); {
	case !sent:
	case kinds == nil:
		s.Kinds = market.Null[[]lifecycle.Kind]()
	default:
		s.Kinds = market.Some(kinds)
	}
	return s
}

func fromSupervisorCreate(in model.SupervisorCreateInput) market.NewSupervisor {
	return market.NewSupervisor{Email: in.Email, FullName: in.FullName, PhoneNumber: strings.TrimSpace(deref(in.PhoneNumber)), Language: deref(in.Language)}
}

// fromWishlistArgs makes filter and page of the wishlist.
func fromWishlistArgs(f *model.WishlistFilter, c market.Connection) (market.PartnerFilter, market.Page) {
	var r ids
	var filter market.PartnerFilter
	if f != nil {
		filter = market.PartnerFilter{
			ServiceID: r.maybe("filter.service", "Service", f.Service), SubServiceID: r.maybe("filter.subService", "SubService", f.SubService),
			Kind: f.Kind, City: deref(f.City), Text: deref(f.Text),
		}
	}
	page, err := c.Page()
	r.bad.Take(err)
	filter.Unread = r.bad
	return filter, page
}

// fromUserArgs makes filter and page of the list of accounts.
func fromUserArgs(f *model.UserFilter, c market.Connection) (market.UserFilter, market.Page) {
	var r ids
	var filter market.UserFilter
	if f != nil {
		filter = market.UserFilter{Text: deref(f.Text), Role: f.Role, Status: f.Status}
	}
	page, err := c.Page()
	r.bad.Take(err)
	filter.Unread = r.bad
	return filter, page
}

// fromAllPartnersFilter makes the filter of the back office's list of partners. What could
// not be read goes with it, for the use-case to answer.
func fromAllPartnersFilter(f *model.AllPartnersFilter, unread ids) market.AllPartnersFilter {
	filter := market.AllPartnersFilter{Unread: unread.bad}
	if f != nil {
		filter.Text, filter.Verifications, filter.Statuses, filter.Deleted = deref(f.Text), f.VerificationStatus, f.Status, f.Deleted
	}
	return filter
}

// userFilterFields names the fields of the filter of accounts as the graph does.
var userFilterFields = fieldNames{"text": "filter.text"}

func toUserConnection(p *view.Page[view.User], err error) (*model.UserConnection, error) {
	if err != nil {
		return nil, userFilterFields.of(err)
	}
	return &model.UserConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.User) *model.UserEdge { return &model.UserEdge{Cursor: cursor, Node: v} }),
	}, nil
}

func ofPartner(v *view.Partner) int64 { return v.ID }

// partnerCredentials gives a page of the certifications that each partner has passed.
func partnerCredentials(ctx context.Context, app *market.App, objs []*view.Partner, c market.Connection) ([]*model.PartnerCertificationConnection, error) {
	return pagesOfPartners(ctx, objs, c, app.PartnerCredentials, toPartnerCertificationConnection)
}

// partnerReviews gives a page of the reviews of each partner.
func partnerReviews(ctx context.Context, app *market.App, objs []*view.Partner, c market.Connection) ([]*model.PartnerReviewConnection, error) {
	return pagesOfPartners(ctx, objs, c, app.PartnerReviews, toPartnerReviewConnection)
}

func toPartnerReviewConnection(p *view.Page[view.PartnerReview], err error) (*model.PartnerReviewConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.PartnerReviewConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.PartnerReview) *model.PartnerReviewEdge {
			return &model.PartnerReviewEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

// pagesOfPartners gives one page of a list of each partner.
func pagesOfPartners[V, C any](
	ctx context.Context, objs []*view.Partner, c market.Connection,
	read func(context.Context, []int64, market.Page) ([]*view.Page[V], error), to func(*view.Page[V], error) (*C, error),
) ([]*C, error) {
	p, err := c.Page()
	if err != nil {
		return nil, err
	}
	pages, err := read(ctx, numbersOf(objs, ofPartner), p)
	if err != nil {
		return nil, err
	}
	list := make([]*C, len(pages))
	for i, page := range pages {
		if list[i], err = to(page, nil); err != nil {
			return nil, err
		}
	}
	return list, nil
}
