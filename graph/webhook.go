package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

var webhookFields = fieldNames{"institution_id": "institution"}

func fromWebhookCreate(in model.WebhookCreateInput) market.CreateWebhook {
	made := market.CreateWebhook{WebhookFields: market.WebhookFields{URL: market.Some(in.URL)}}
	if in.Institution != nil {
		made.InstitutionID = whose(*in.Institution)
	}
	if in.Events != nil {
		made.Events = market.Some(in.Events)
	}
	return made
}

func fromWebhookUpdate(in model.WebhookUpdateInput) market.WebhookFields {
	f := market.WebhookFields{URL: optional(in.URL), Active: optional(in.Active), Version: in.Version}
	switch list, sent := in.Events.ValueOK(); {
	case sent && list == nil:
		f.Events = market.Null[[]string]()
	case sent:
		f.Events = market.Some(list)
	}
	return f
}

func webhookMade(v *view.Webhook, secret string, err error) (*model.WebhookSecretPayload, error) {
	bad, err := userErrors(webhookFields.of(err))
	made := &model.WebhookSecretPayload{Webhook: v, UserErrors: bad}
	if v != nil {
		made.Secret = &secret
	}
	return made, err
}

func webhookPayload(v *view.Webhook, err error) (*model.WebhookPayload, error) {
	bad, err := userErrors(webhookFields.of(err))
	return &model.WebhookPayload{Webhook: v, UserErrors: bad}, err
}

func webhookReplayPayload(v *view.WebhookDelivery, err error) (*model.WebhookReplayPayload, error) {
	bad, err := userErrors(err)
	return &model.WebhookReplayPayload{Delivery: v, UserErrors: bad}, err
}

// webhooksOf reads a page of the webhooks of an institution, or of the back office.
func webhooksOf(ctx context.Context, app *market.App, institution *string, page market.Page, r ids) (*model.WebhookConnection, error) {
	of := r.maybe("institution", "Institution", institution)
	if err := asParameters(ctx, r); err != nil {
		return nil, err
	}
	p, err := app.Webhooks(ctx, of, page)
	if err != nil {
		return nil, err
	}
	return &model.WebhookConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.Webhook) *model.WebhookEdge {
			return &model.WebhookEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

// deliveriesOf reads a page of what is sent to a webhook.
func deliveriesOf(ctx context.Context, app *market.App, webhook string, page market.Page, r ids) (*model.WebhookDeliveryConnection, error) {
	of := r.one("webhook", "Webhook", webhook)
	if err := asParameters(ctx, r); err != nil {
		return nil, err
	}
	p, err := app.WebhookDeliveries(ctx, of, page)
	if err != nil {
		return nil, err
	}
	return &model.WebhookDeliveryConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.WebhookDelivery) *model.WebhookDeliveryEdge {
			return &model.WebhookDeliveryEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

// asParameters fails with what could not be read, once it is known who asks.
func asParameters(ctx context.Context, r ids) error {
	if err := signedIn(ctx); err != nil {
		return err
	}
	return r.err()
}
