package graph

import (
	"context"
	"time"

	"kontrak/graph/model"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// historyFields are the fields of a history's arguments, and of asOf.
var historyFields = fieldNames{}

// oneContract reads a contract as it is, or as it was at an instant.
func oneContract(ctx context.Context, app *market.App, id string, asOf *time.Time) (*view.Contract, error) {
	n, err := single(ctx, "Contract", id)
	if err != nil {
		return nil, err
	}
	if asOf == nil {
		return app.Contract(ctx, n, contractWants(ctx, ""))
	}
	v, err := app.ContractAsOf(ctx, n, *asOf, contractWants(ctx, ""))
	return v, historyFields.of(err)
}

// contractHistories reads one page of the history of each contract.
func contractHistories(ctx context.Context, app *market.App, contracts []*view.Contract, c market.Connection) ([]*model.ContractHistoryConnection, error) {
	page, err := c.Page()
	if err != nil {
		return nil, historyFields.of(err)
	}
	pages, err := app.ContractHistories(ctx, contractIDs(contracts), page)
	if err != nil {
		return nil, historyFields.of(err)
	}
	list := make([]*model.ContractHistoryConnection, len(pages))
	for i, p := range pages {
		list[i] = &model.ContractHistoryConnection{Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total)}
		list[i].Edges = make([]*model.ContractHistoryEdge, len(p.Items))
		for j, item := range p.Items {
			list[i].Edges[j] = &model.ContractHistoryEdge{Cursor: p.Cursors[j], Node: item}
		}
	}
	return list, nil
}
