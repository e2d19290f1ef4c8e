package graph

import (
	"strings"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// fromContractArgs makes filter and page of a list of contracts. What could not
// be read goes with the filter, for the use-case to answer.
func fromContractArgs(f *model.ContractFilter, c market.Connection) (market.ContractFilter, market.Page) {
	filter := fromContractFilter(f)
	page, err := c.Page()
	filter.Unread.Take(err)
	return filter, page
}

// fromContractFilter makes a filter of contracts. What could not be read goes with it.
func fromContractFilter(f *model.ContractFilter) market.ContractFilter {
	var r ids
	var filter market.ContractFilter
	if f != nil {
		filter = market.ContractFilter{
			Statuses: f.Status, Steps: f.Step, Kinds: f.Kind, Stages: f.Stage, PaymentStatuses: f.PaymentStatus,
			InstitutionIDs: r.many("filter.institution", "Institution", f.Institution),
			SubServiceIDs:  r.many("filter.subService", "SubService", f.SubService),
			ServiceIDs:     r.many("filter.service", "Service", f.Service),
			PartnerIDs:     r.many("filter.partner", "Partner", f.Partner),
			CreatedFrom:    f.CreatedFrom, CreatedBefore: f.CreatedBefore, StartFrom: f.StartFrom, StartUntil: f.StartUntil,
			Queue: f.InQueue != nil && *f.InQueue, Text: deref(f.Text),
		}
	}
	filter.Unread = r.bad
	return filter
}

// fromStatKeys are the keys that contracts are counted by.
func fromStatKeys(keys []model.ContractStatKey) []market.ContractKey {
	list := make([]market.ContractKey, len(keys))
	for i, key := range keys {
		list[i] = market.ContractKey(strings.ToLower(string(key)))
	}
	return list
}

func fromContractOrder(o model.ContractOrder) market.ContractOrder {
	return market.ContractOrder{
		ByDeadline: o == model.ContractOrderEscalationDeadlineAsc || o == model.ContractOrderEscalationDeadlineDesc,
		Ascending:  o == model.ContractOrderCreatedAtAsc || o == model.ContractOrderEscalationDeadlineAsc,
	}
}

// fromPartnerArgs makes filter and page of a list of partners. What could not be
// read goes with the filter, for the use-case to answer.
func fromPartnerArgs(f *model.PartnerFilter, c market.Connection) (market.PartnerFilter, market.Page) {
	var r ids
	var filter market.PartnerFilter
	if f != nil {
		filter = market.PartnerFilter{
			InstitutionID: r.maybe("filter.nearInstitution", "Institution", f.NearInstitution),
			ServiceID:     r.maybe("filter.service", "Service", f.Service),
			SubServiceID:  r.maybe("filter.subService", "SubService", f.SubService),
			Kind:          f.Kind, OpenToWork: f.OpenToWork, Own: f.Own != nil && *f.Own,
		}
		if f.Near != nil {
			filter.Latitude, filter.Longitude, filter.RadiusKm = &f.Near.Latitude, &f.Near.Longitude, f.Near.RadiusKm
		}
		if f.Text != nil {
			filter.Text = *f.Text
		}
	}
	page, err := c.Page()
	r.bad.Take(err)
	filter.Unread = r.bad
	return filter, page
}

func fromPartnerOrder(o model.PartnerOrder) market.PartnerOrder {
	return market.PartnerOrder{
		ByPrice:    o == model.PartnerOrderPriceAsc || o == model.PartnerOrderPriceDesc,
		Descending: o == model.PartnerOrderPriceDesc || o == model.PartnerOrderCreatedAtDesc,
	}
}

// fromContractAssignReplacement makes the use-case's command from the wire's
// input. What is no id of the right type names nothing, and the use-case says so
// once it knows who calls.
func fromContractAssignReplacement(in model.ContractAssignReplacementInput) market.AssignReplacement {
	return market.AssignReplacement{ContractID: contractID(in.Contract), PartnerID: recordOf("Partner", in.Partner)}
}

func toPageInfo[T any](p *view.Page[T]) *model.PageInfo {
	info := &model.PageInfo{HasNextPage: p.HasNext, HasPreviousPage: p.HasPrevious}
	if n := len(p.Cursors); n > 0 {
		info.StartCursor, info.EndCursor = &p.Cursors[0], &p.Cursors[n-1]
	}
	return info
}

// total gives the count of a list; 0 where it was not asked for and is not shown.
func total(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func toContractConnection(p *view.Page[view.Contract], err error) (*model.ContractConnection, error) {
	if err != nil {
		return nil, contractFields.of(err)
	}
	c := &model.ContractConnection{Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total)}
	c.Edges = make([]*model.ContractEdge, len(p.Items))
	for i, item := range p.Items {
		c.Edges[i] = &model.ContractEdge{Cursor: p.Cursors[i], Node: item}
	}
	return c, nil
}

func toPartnerConnection(p *view.Page[view.Partner], err error) (*model.PartnerConnection, error) {
	if err != nil {
		return nil, partnerFields.of(err)
	}
	c := &model.PartnerConnection{Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total)}
	c.Edges = make([]*model.PartnerEdge, len(p.Items))
	for i, item := range p.Items {
		c.Edges[i] = &model.PartnerEdge{Cursor: p.Cursors[i], Node: item}
	}
	return c, nil
}

func toContractConnections(pages []*view.Page[view.Contract], err error) ([]*model.ContractConnection, error) {
	list := make([]*model.ContractConnection, len(pages))
	for i, p := range pages {
		list[i], _ = toContractConnection(p, nil)
	}
	return list, contractFields.of(err)
}

func institutionIDs(views []*view.Institution) []int64 {
	list := make([]int64, len(views))
	for i, v := range views {
		list[i] = v.ID
	}
	return list
}

// missing makes a record that is not there into null: unknown and foreign alike.
func missing[T any](v *T, err error) (*T, error) {
	if fault.Is(err, fault.RecordNotFound) {
		return nil, nil
	}
	return v, err
}

// alone gives the only record of a list.
func alone[T any](list []*T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// contractID reads the id of a contract; what is none names no contract.
func contractID(id string) int64 {
	var r ids
	return r.one("contract", "Contract", id)
}

func contractIDs(contracts []*view.Contract) []int64 {
	list := make([]int64, len(contracts))
	for i, c := range contracts {
		list[i] = c.ID
	}
	return list
}

// fromContractActionInput makes the input that is asked about; nil for none.
func fromContractActionInput(in *model.ContractActionInput) *market.ActionInput {
	if in == nil {
		return nil
	}
	input := &market.ActionInput{Reason: deref(in.Reason)}
	if in.Partner != nil {
		input.PartnerID = recordOf("Partner", *in.Partner)
	}
	if in.AdditionalHours != nil {
		input.AdditionalHours = *in.AdditionalHours
	}
	fromWizardInput(in, input)
	fromFindingInput(in, input)
	return input
}

// fromUpload gives a file that came with the request, or nil.
func fromUpload(u *graphql.Upload) *market.Upload {
	if u == nil {
		return nil
	}
	return &market.Upload{Content: u.File, Size: u.Size}
}

// toDecisions gives decisions with the fields as the graph calls them.
func toDecisions(list []*view.Decision, err error) ([]*view.Decision, error) {
	for _, d := range list {
		for _, bad := range d.Fields {
			bad.Field = actionFields.rename(bad.Field)
			bad.Message = bad.Field + " " + bad.Message
		}
	}
	return list, err
}

// deref gives a text, or "" for none.
func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// contractPayload makes the payload of an action on a contract, with the fields
// as the graph calls them.
func contractPayload(fields fieldNames) func(*view.Contract, error) (*model.ContractPayload, error) {
	return func(c *view.Contract, err error) (*model.ContractPayload, error) {
		bad, err := userErrors(fields.of(err))
		return &model.ContractPayload{Contract: c, UserErrors: bad}, err
	}
}
