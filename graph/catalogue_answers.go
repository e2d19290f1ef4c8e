package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// The payloads of changes of the catalogue, with the fields as the graph calls them.

func basePricePayload(v *view.BasePrice, err error) (*model.BasePricePayload, error) {
	bad, err := userErrors(catalogueFields.of(err))
	return &model.BasePricePayload{BasePrice: v, UserErrors: bad}, err
}

func pricingSchemaPayload(v *view.PricingSchema, err error) (*model.PricingSchemaPayload, error) {
	bad, err := userErrors(catalogueFields.of(err))
	return &model.PricingSchemaPayload{PricingSchema: v, UserErrors: bad}, err
}

func promotionPayload(v *view.Promotion, err error) (*model.PromotionPayload, error) {
	bad, err := userErrors(catalogueFields.of(err))
	return &model.PromotionPayload{Promotion: v, UserErrors: bad}, err
}

func inspectionTemplatePayload(v *view.InspectionTemplate, err error) (*model.InspectionTemplatePayload, error) {
	bad, err := userErrors(catalogueFields.of(err))
	return &model.InspectionTemplatePayload{InspectionTemplate: v, UserErrors: bad}, err
}

func ratingItemPayload(v *view.RatingItem, err error) (*model.RatingItemPayload, error) {
	bad, err := userErrors(catalogueFields.of(err))
	return &model.RatingItemPayload{RatingItem: v, UserErrors: bad}, err
}

func paymentMethodPayload(v *view.PaymentMethod, err error) (*model.PaymentMethodPayload, error) {
	bad, err := userErrors(catalogueFields.of(err))
	return &model.PaymentMethodPayload{PaymentMethod: v, UserErrors: bad}, err
}

func settingPayload(v *view.Setting, err error) (*model.SettingPayload, error) {
	bad, err := userErrors(catalogueFields.of(err))
	return &model.SettingPayload{Setting: v, UserErrors: bad}, err
}

// The pages of the catalogue.

// connected puts every item of a page beside its position.
func connected[V, E any](p *view.Page[V], edge func(cursor string, v *V) *E) []*E {
	edges := make([]*E, len(p.Items))
	for i, item := range p.Items {
		edges[i] = edge(p.Cursors[i], item)
	}
	return edges
}

// pageOf reads which page of the catalogue is asked for; what could not be read is
// noted.
func pageOf(ctx context.Context, first *int32, after *string, last *int32, before *string) (p market.Page, r ids) {
	p, err := market.Connection{First: first, After: after, Last: last, Before: before, Total: wantsTotal(ctx)}.Page()
	r.bad.Take(err)
	return p, r
}

func toBasePriceConnection(p *view.Page[view.BasePrice], err error) (*model.BasePriceConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.BasePriceConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.BasePrice) *model.BasePriceEdge {
			return &model.BasePriceEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toPricingSchemaConnection(p *view.Page[view.PricingSchema], err error) (*model.PricingSchemaConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.PricingSchemaConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.PricingSchema) *model.PricingSchemaEdge {
			return &model.PricingSchemaEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toPromotionConnection(p *view.Page[view.Promotion], err error) (*model.PromotionConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.PromotionConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Promotion) *model.PromotionEdge {
			return &model.PromotionEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toInspectionTemplateConnection(p *view.Page[view.InspectionTemplate], err error) (*model.InspectionTemplateConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.InspectionTemplateConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.InspectionTemplate) *model.InspectionTemplateEdge {
			return &model.InspectionTemplateEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toRatingItemConnection(p *view.Page[view.RatingItem], err error) (*model.RatingItemConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.RatingItemConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.RatingItem) *model.RatingItemEdge {
			return &model.RatingItemEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toPaymentMethodConnection(p *view.Page[view.PaymentMethod], err error) (*model.PaymentMethodConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.PaymentMethodConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.PaymentMethod) *model.PaymentMethodEdge {
			return &model.PaymentMethodEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

func toCatalogueChangeConnection(p *view.Page[view.CatalogueChange], err error) (*model.CatalogueChangeConnection, error) {
	if err != nil {
		return nil, err
	}
	return &model.CatalogueChangeConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.CatalogueChange) *model.CatalogueChangeEdge {
			return &model.CatalogueChangeEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}
