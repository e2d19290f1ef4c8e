package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// agreementParts says which field of an agreement needs which part of it.
var agreementParts = []struct {
	field string
	part  market.AgreementWants
}{
	{"institution", market.AgreementInstitution},
	{"owner", market.AgreementPeople},
	{"approver", market.AgreementPeople},
	{"licenseType", market.AgreementLicense},
	{"file", market.AgreementFiles},
	{"wordFile", market.AgreementFiles},
	{"concludedFile", market.AgreementFiles},
	{"vendor", market.AgreementVendor},
	{"customers", market.AgreementCustomers},
	{"tags", market.AgreementTags},
	{"assets", market.AgreementAssets},
	{"notifyUsers", market.AgreementNotified},
	{"users", market.AgreementUsers},
	{"organizations", market.AgreementOrganizations},
	{"columnItems", market.AgreementColumns},
	{"terms", market.AgreementTerms},
	{"signature", market.AgreementSignature},
	{"signature.participants", market.AgreementParticipants},
	{"signature.objects", market.AgreementObjects},
}

// agreementWants is what the selection asks of agreements that stand under the paths,
// each "" or ending in a dot.
func agreementWants(ctx context.Context, under ...string) market.AgreementWants {
	var w market.AgreementWants
	for _, prefix := range under {
		for _, p := range agreementParts {
			if w&p.part == 0 && graphql.FieldRequested(ctx, prefix+p.field) {
				w |= p.part
			}
		}
	}
	return w
}

// signerWants is what the selection asks of a signature that is read by its id.
func signerWants(ctx context.Context) market.AgreementWants {
	var w market.AgreementWants
	if graphql.FieldRequested(ctx, "participants") {
		w |= market.AgreementParticipants
	}
	if graphql.FieldRequested(ctx, "objects") {
		w |= market.AgreementObjects
	}
	return w
}

func agreementIDs(list []*view.Agreement) []int64 {
	ids := make([]int64, len(list))
	for i, v := range list {
		ids[i] = v.ID
	}
	return ids
}

func firedAgreements(list []*view.Firing) []int64 {
	ids := make([]int64, len(list))
	for i, f := range list {
		ids[i] = f.AgreementID
	}
	return ids
}

func signedAgreements(list []*view.Signature) []int64 {
	ids := make([]int64, len(list))
	for i, s := range list {
		ids[i] = s.AgreementID
	}
	return ids
}

// partnersMet are the partners that counterparties are; 0 stands for none, which no
// partner is.
func partnersMet(list []*view.Counterparty) []int64 {
	ids := make([]int64, len(list))
	for i, c := range list {
		if c.PartnerID != nil {
			ids[i] = *c.PartnerID
		}
	}
	return ids
}

// governedContracts reads the first contracts of each agreement.
func governedContracts(ctx context.Context, app *market.App, agreements []*view.Agreement, first *int32) ([]*model.ContractConnection, error) {
	page, err := market.Connection{First: first, Total: wantsTotal(ctx)}.Page()
	if err != nil {
		return nil, historyFields.of(err)
	}
	return toContractConnections(app.ContractsOfAgreements(ctx, agreementIDs(agreements), page, contractWants(ctx, inConnection...)))
}

// agreementHistories reads one page of the history of each agreement.
func agreementHistories(ctx context.Context, app *market.App, agreements []*view.Agreement, c market.Connection) ([]*model.AgreementHistoryConnection, error) {
	page, err := c.Page()
	if err != nil {
		return nil, historyFields.of(err)
	}
	pages, err := app.AgreementHistories(ctx, agreementIDs(agreements), page)
	if err != nil {
		return nil, historyFields.of(err)
	}
	list := make([]*model.AgreementHistoryConnection, len(pages))
	for i, p := range pages {
		list[i] = &model.AgreementHistoryConnection{
			Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
			Edges: connected(p, func(cursor string, v *view.AgreementHistoryEntry) *model.AgreementHistoryEdge {
				return &model.AgreementHistoryEdge{Cursor: cursor, Node: v}
			}),
		}
	}
	return list, nil
}

func toAgreementConnection(p *view.Page[view.Agreement], err error) (*model.AgreementConnection, error) {
	if err != nil {
		return nil, agreementFilterFields.of(err)
	}
	return &model.AgreementConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Agreement) *model.AgreementEdge {
			return &model.AgreementEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toCounterpartyConnection(p *view.Page[view.Counterparty], err error) (*model.CounterpartyConnection, error) {
	if err != nil {
		return nil, counterpartyFields.of(err)
	}
	return &model.CounterpartyConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Counterparty) *model.CounterpartyEdge {
			return &model.CounterpartyEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toAssetConnection(p *view.Page[view.Asset], err error) (*model.AssetConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.AssetConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Asset) *model.AssetEdge { return &model.AssetEdge{Cursor: cursor, Node: v} }),
	}, nil
}

// agreementPayload makes the payload of an action on an agreement, with the fields as
// the graph calls them.
func agreementPayload(v *view.Agreement, err error) (*model.AgreementPayload, error) {
	bad, err := userErrors(agreementFields.of(err))
	return &model.AgreementPayload{Agreement: v, UserErrors: bad}, err
}

// listAssets reads a page of the assets of an institution.
func listAssets(ctx context.Context, app *market.App, institution string, c market.Connection) (*model.AssetConnection, error) {
	if err := signedIn(ctx); err != nil {
		return nil, err
	}
	var r ids
	id := r.one("institution", "Institution", institution)
	page, err := c.Page()
	r.bad.Take(err)
	if err := r.err(); err != nil {
		return nil, err
	}
	return toAssetConnection(app.Assets(ctx, &id, page))
}
