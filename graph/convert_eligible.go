package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// eligibleFields are the fields of a search for partners.
var eligibleFields = fieldNames{
	"institution_id": "input.institution", "sub_service_id": "input.subService", "kind": "input.kind", "radius": "radiusKm",
	"contract_start_date": "input.startDate", "contract_start_time": "input.startTime",
	"contract_end_date": "input.endDate", "contract_end_time": "input.endTime",
}

// inEligible are the paths of the partners of such a search.
var inEligible = []string{"nodes.partner.", "edges.node.partner."}

// fromEligibleArgs makes the question of a search. What could not be read goes with
// it, for the use-case to answer.
func fromEligibleArgs(ctx context.Context, c market.Connection, radiusKm *float64) market.EligibleQuestion {
	c.Total = wantsTotal(ctx)
	q := market.EligibleQuestion{RadiusKm: radiusKm, LeftOut: graphql.FieldRequested(ctx, "leftOut"), Partner: partnerWants(ctx, inEligible...)}
	page, err := c.Page()
	q.Page = page
	q.Unread.Take(err)
	return q
}

func fromEligibleInput(in model.EligiblePartnersInput) market.SoughtWork {
	var r ids
	return market.SoughtWork{
		InstitutionID: r.one("institution", "Institution", in.Institution), SubServiceID: r.one("subService", "SubService", in.SubService), Kind: in.Kind,
		StartDate: value(in.StartDate), StartTime: value(in.StartTime), EndDate: value(in.EndDate), EndTime: value(in.EndTime),
	}
}

// value gives what is pointed to, or nothing.
func value[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}

func toEligibleConnection(p *view.EligiblePage, err error) (*model.EligiblePartnerConnection, error) {
	if err != nil || p == nil {
		return nil, eligibleFields.of(err)
	}
	c := &model.EligiblePartnerConnection{Nodes: p.Items, PageInfo: toPageInfo(&p.Page), TotalCount: total(p.Total), LeftOut: p.LeftOut}
	c.Edges = make([]*model.EligiblePartnerEdge, len(p.Items))
	for i, item := range p.Items {
		c.Edges[i] = &model.EligiblePartnerEdge{Cursor: p.Cursors[i], Node: item}
	}
	return c, nil
}

func toEligibleConnections(pages []*view.EligiblePage, err error) ([]*model.EligiblePartnerConnection, error) {
	list := make([]*model.EligiblePartnerConnection, len(pages))
	for i, p := range pages {
		list[i], _ = toEligibleConnection(p, nil)
	}
	return list, eligibleFields.of(err)
}
