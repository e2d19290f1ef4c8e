package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

var apiKeyFields = fieldNames{"institution_id": "institution", "user_id": "user"}

func fromAPIKeyCreate(in model.APIKeyCreateInput) market.CreateAPIKey {
	var r ids
	made := market.CreateAPIKey{InstitutionID: whose(in.Institution), UserID: r.maybe("user", "User", in.User), Label: in.Label}
	if r.err() != nil { // what names nobody is answered by the use-case, with what else is wrong
		made.UserID = new(int64)
	}
	return made
}

// apiKeysOf reads one page of the keys of each institution.
func apiKeysOf(ctx context.Context, app *market.App, institutions []*view.Institution, c market.Connection) ([]*model.APIKeyConnection, error) {
	page, err := c.Page()
	if err != nil {
		return nil, apiKeyFields.of(err)
	}
	pages, err := app.APIKeysOf(ctx, institutionIDs(institutions), page)
	if err != nil {
		return nil, apiKeyFields.of(err)
	}
	list := make([]*model.APIKeyConnection, len(pages))
	for i, p := range pages {
		if p == nil {
			continue
		}
		list[i] = &model.APIKeyConnection{
			Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
			Edges: connected(p, func(cursor string, v *view.APIKey) *model.APIKeyEdge {
				return &model.APIKeyEdge{Cursor: cursor, Node: v}
			}),
		}
	}
	return list, nil
}

func apiKeyMade(v *view.APIKey, secret string, err error) (*model.APIKeyCreatePayload, error) {
	bad, err := userErrors(apiKeyFields.of(err))
	made := &model.APIKeyCreatePayload{APIKey: v, UserErrors: bad}
	if v != nil {
		made.Secret = &secret
	}
	return made, err
}

func apiKeyPayload(v *view.APIKey, err error) (*model.APIKeyPayload, error) {
	bad, err := userErrors(err)
	return &model.APIKeyPayload{APIKey: v, UserErrors: bad}, err
}
