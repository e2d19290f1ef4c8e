package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

var (
	institutionFields     = fieldNames{"phone_number": "phoneNumber", "institution_id": "institution"}
	institutionListFields = fieldNames{
		"latitude": "filter.near.latitude", "longitude": "filter.near.longitude", "radius": "filter.near.radiusKm", "q": "filter.text", "order": "orderBy",
	}
	markerFields = fieldNames{"south": "box.south", "west": "box.west", "north": "box.north", "east": "box.east"}
)

// maxMarkers is how many markers the graph gives at once.
const maxMarkers = 1000

func fromInstitutionCreate(in model.InstitutionCreateInput) market.InstitutionFields {
	f := market.InstitutionFields{
		Name: market.Some(in.Name), Address: market.Some(in.Address), Province: market.Some(in.Province), City: market.Some(in.City),
		District: given(in.District), Subdistrict: given(in.Subdistrict), Postcode: given(in.Postcode),
		Latitude: market.Some(in.Latitude), Longitude: market.Some(in.Longitude), Zone: given(in.Zone),
		PhoneNumber: given(in.PhoneNumber), Email: given(in.Email), Kind: given(in.Kind),
	}
	if in.Picture != nil {
		f.Picture = market.Some(fromUpload(in.Picture))
	}
	return f
}

// given is a field of a new record: null stands for none.
func given[T any](value *T) market.Optional[T] {
	if value == nil {
		return market.Optional[T]{}
	}
	return market.Some(*value)
}

func fromInstitutionUpdate(in model.InstitutionUpdateInput) market.InstitutionFields {
	return market.InstitutionFields{
		Name: optional(in.Name), Kind: optional(in.Kind), Address: optional(in.Address), Province: optional(in.Province), City: optional(in.City),
		District: optional(in.District), Subdistrict: optional(in.Subdistrict), Postcode: optional(in.Postcode),
		Latitude: optional(in.Latitude), Longitude: optional(in.Longitude), PhoneNumber: optional(in.PhoneNumber), Email: optional(in.Email),
		Picture: fromLogo(in.Picture), Version: in.Version,
	}
}

func institutionPayload(v *view.Institution, err error) (*model.InstitutionPayload, error) {
	bad, err := userErrors(institutionFields.of(err))
	return &model.InstitutionPayload{Institution: v, UserErrors: bad}, err
}

func createdInstitution(v *view.Institution, _ bool, err error) (*model.InstitutionPayload, error) {
	return institutionPayload(v, err)
}

func membershipPayload(v *view.Membership, err error) (*model.MembershipPayload, error) {
	bad, err := userErrors(err)
	return &model.MembershipPayload{Membership: v, UserErrors: bad}, err
}

// selectInstitution says which institution the REST dialects take for granted.
func selectInstitution(ctx context.Context, app *market.App, in model.CurrentInstitutionSelectInput) (*model.InstitutionPayload, error) {
	var of *int64
	if in.Institution != nil {
		of = whose(*in.Institution)
	}
	return institutionPayload(app.SelectInstitution(ctx, of, fault.Fields{}))
}

// leave ends a membership.
func leave(ctx context.Context, app *market.App, in model.MembershipLeaveInput) (*model.InstitutionPayload, error) {
	var of *int64
	if in.User != nil {
		of = new(recordID("User", *in.User))
	}
	return institutionPayload(app.LeaveInstitution(ctx, recordID("Institution", in.Institution), of))
}

func decision(membership string, role *lifecycle.MembershipRole, version *int64) market.MembershipDecision {
	return market.MembershipDecision{ID: recordID("Membership", membership), Role: role, Version: version}
}

// institutionsOf reads a page of institutions.
func institutionsOf(ctx context.Context, app *market.App, f *model.InstitutionFilter, o model.InstitutionOrder, page market.Page, r ids) (*model.InstitutionConnection, error) {
	var filter market.InstitutionFilter
	if f != nil {
		filter = market.InstitutionFilter{Text: deref(f.Text), Mine: deref(f.Mine), Kinds: f.Kind, Statuses: f.Status}
		if f.Near != nil {
			filter.Latitude, filter.Longitude, filter.RadiusKm = &f.Near.Latitude, &f.Near.Longitude, f.Near.RadiusKm
		}
	}
	filter.Unread = r.bad
	p, err := app.Institutions(ctx, filter, fromInstitutionOrder(o), page)
	if err != nil {
		return nil, institutionListFields.of(err)
	}
	return &model.InstitutionConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Institution) *model.InstitutionEdge {
			return &model.InstitutionEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func fromInstitutionOrder(o model.InstitutionOrder) market.InstitutionOrder {
	return map[model.InstitutionOrder]market.InstitutionOrder{
		model.InstitutionOrderNameAsc:       {},
		model.InstitutionOrderNameDesc:      {Descending: true},
		model.InstitutionOrderCreatedAtAsc:  {By: market.InstitutionByCreated},
		model.InstitutionOrderCreatedAtDesc: {By: market.InstitutionByCreated, Descending: true},
		model.InstitutionOrderDistanceAsc:   {By: market.InstitutionByDistance},
	}[o]
}

// markersOf reads where institutions are.
func markersOf(ctx context.Context, app *market.App, in *model.MapBoxInput, first *int32) ([]*view.InstitutionMarker, error) {
	var bad fault.Fields
	most := int(deref(first))
	if first == nil {
		most = maxMarkers
	}
	bad.Check(most <= maxMarkers, "first", "must be between 1 and %d", maxMarkers)
	var box *market.Box
	if in != nil {
		box = &market.Box{South: in.South, West: in.West, North: in.North, East: in.East}
	}
	list, err := app.InstitutionMarkers(ctx, box, most, bad)
	return list, markerFields.of(err)
}

// requestsOf reads a page of those who ask to be members.
func requestsOf(ctx context.Context, app *market.App, page market.Page, r ids) (*model.MembershipConnection, error) {
	p, err := app.MembershipRequests(ctx, page, r.bad)
	if err != nil {
		return nil, err
	}
	return toMembershipConnection(p), nil
}

func toMembershipConnection(p *view.Page[view.Membership]) *model.MembershipConnection {
	if p == nil {
		return nil
	}
	return &model.MembershipConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Membership) *model.MembershipEdge {
			return &model.MembershipEdge{Cursor: cursor, Node: v}
		}),
	}
}

// membersOf reads one page of the members of each institution.
func membersOf(ctx context.Context, app *market.App, institutions []*view.Institution, c market.Connection) ([]*model.MembershipConnection, error) {
	page, err := c.Page()
	if err != nil {
		return nil, err
	}
	pages, err := app.MembersOf(ctx, institutionIDs(institutions), page)
	if err != nil {
		return nil, err
	}
	list := make([]*model.MembershipConnection, len(pages))
	for i, p := range pages {
		list[i] = toMembershipConnection(p)
	}
	return list, nil
}

// historiesOf reads the first contracts of each institution that are over.
func historiesOf(ctx context.Context, app *market.App, institutions []*view.Institution, first *int32) ([]*model.ContractConnection, error) {
	page, err := market.Connection{First: first, Total: wantsTotal(ctx)}.Page()
	if err != nil {
		return nil, err
	}
	pages, err := app.WorkHistoriesOf(ctx, institutionIDs(institutions), page, fault.Fields{}, contractWants(ctx, inConnection...))
	if err != nil {
		return nil, err
	}
	list := make([]*model.ContractConnection, len(pages))
	for i, p := range pages {
		if p != nil {
			list[i], _ = toContractConnection(p, nil)
		}
	}
	return list, nil
}

// institutionsJoined gives the institution of each membership.
func institutionsJoined(ctx context.Context, app *market.App, list []*view.Membership) ([]*view.Institution, error) {
	numbers := make([]int64, len(list))
	for i, m := range list {
		numbers[i] = m.InstitutionID
	}
	return app.InstitutionsByID(ctx, numbers)
}
