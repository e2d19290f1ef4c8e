package market

import (
	"context"
	"encoding/json"

	"kontrak/ent"
	"kontrak/ent/predicate"
	"kontrak/ent/user"
	"kontrak/ent/webhook"
	"kontrak/ent/webhookdelivery"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
	hooks "kontrak/internal/webhook"

	"entgo.io/ent/dialect/sql"
)

// webhook reads a webhook for who has just made or changed it.
func (a *App) webhook(ctx context.Context, id int64) (*view.Webhook, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	r, err := a.store.Client().Webhook.Query().Where(webhook.ID(id)).WithCreatedBy().Only(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	return seeWebhook(r), nil
}

// Webhooks lists the webhooks of an institution, or with nil those of the back office,
// the oldest first. They are for those who manage the institution, and the back office;
// for others there are none.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and supervisors; INVALID_PARAMETER.
func (a *App) Webhooks(ctx context.Context, institutionID *int64, p Page) (*view.Page[view.Webhook], error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	var page *view.Page[view.Webhook]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		shown, of := who.Is(actor.Admin), webhook.InstitutionIDIsNil()
		if institutionID != nil {
			mine, err := managed(ctx, on, who, []int64{*institutionID})
			if err != nil {
				return err
			}
			shown, of = len(mine) > 0, webhook.InstitutionID(*institutionID)
		}
		if !shown {
			of = nobodys
		}
		page, err = webhooksWhere(of).page(ctx, a, on, p)
		return err
	})
	return page, err
}

// nobodys holds of no row.
func nobodys(s *sql.Selector) { s.Where(sql.False()) }

func webhooksWhere(of predicate.Webhook) records[ent.Webhook, view.Webhook] {
	return records[ent.Webhook, view.Webhook]{
		id: func(r *ent.Webhook) int64 { return r.ID },
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.Webhook, error) {
			return on.Webhook.Query().Where(of, cut).WithCreatedBy().All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) { return on.Webhook.Query().Where(of).Count(ctx) },
		see:   oneByOne(func(_ *App, r *ent.Webhook) *view.Webhook { return seeWebhook(r) }),
	}
}

// WebhookDeliveries lists what was sent to a webhook, or is to be, the newest first. It is
// for those who may handle the webhook; for others there is none.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and supervisors; INVALID_PARAMETER.
func (a *App) WebhookDeliveries(ctx context.Context, webhookID int64, p Page) (*view.Page[view.WebhookDelivery], error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	var page *view.Page[view.WebhookDelivery]
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		shown, err := handlesWebhook(ctx, on, who, webhookID)
		if err != nil {
			return err
		}
		of := webhookdelivery.WebhookID(webhookID)
		if !shown {
			of = nobodys
		}
		page, err = deliveriesWhere(of).page(ctx, a, on, p)
		return err
	})
	return page, err
}

func deliveriesWhere(of predicate.WebhookDelivery) records[ent.WebhookDelivery, view.WebhookDelivery] {
	return records[ent.WebhookDelivery, view.WebhookDelivery]{
		newest: true,
		id:     func(r *ent.WebhookDelivery) int64 { return r.ID },
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.WebhookDelivery, error) {
			return on.WebhookDelivery.Query().Where(of, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.WebhookDelivery.Query().Where(of).Count(ctx)
		},
		see: oneByOne(func(_ *App, r *ent.WebhookDelivery) *view.WebhookDelivery { return seeDelivery(r) }),
	}
}

// handlesWebhook tells whether the caller may handle a webhook.
func handlesWebhook(ctx context.Context, on *ent.Client, who actor.Actor, id int64) (bool, error) {
	r, err := on.Webhook.Query().Where(webhook.ID(id)).Only(ctx)
	return handles(ctx, on, who, r, err)
}

// handles is handlesWebhook of a row that was looked for.
func handles(ctx context.Context, on *ent.Client, who actor.Actor, r *ent.Webhook, err error) (bool, error) {
	switch {
	case err != nil:
		return false, ent.MaskNotFound(err)
	case r.InstitutionID == nil:
		return who.Is(actor.Admin), nil
	}
	mine, err := managed(ctx, on, who, []int64{*r.InstitutionID})
	return len(mine) > 0, err
}

func seeWebhook(r *ent.Webhook) *view.Webhook {
	v := &view.Webhook{
		ID: r.ID, InstitutionID: r.InstitutionID, URL: r.URL, Events: r.Events, Status: r.Status, FailingSince: r.FailingSince,
		CreatedAt: r.CreatedAt, Version: r.Version,
	}
	if by := r.Edges.CreatedBy; by != nil {
		v.CreatedBy = view.See(&view.Person{ID: by.ID, FullName: by.FullName, Role: by.Role}, view.Anyone)
	}
	return view.See(v, view.Manager)
}

func seeDelivery(r *ent.WebhookDelivery) *view.WebhookDelivery {
	v := &view.WebhookDelivery{
		ID: r.ID, MessageID: r.Key, Event: r.Event, OccurredAt: r.OccurredAt, Attempts: int32(r.Attempts), Delivered: r.Delivered, EndedAt: r.EndedAt,
	}
	if r.EndedAt == nil {
		v.NextAttemptAt = &r.AvailableAt
	}
	if r.ResponseStatus != 0 {
		v.ResponseStatus = new(int32(r.ResponseStatus))
	}
	if r.LastError != "" {
		v.Error = &r.LastError
	}
	return view.See(v, view.Manager)
}

// Addressee is who is told by a webhook: where, signed with what, and as whose view.
type Addressee struct {
	URL, Secret string
	Who         actor.Actor
}

// WebhookAddressee gives who is told by a webhook; nil when nobody is any more: it is
// disabled, or the back office's and whoever made it works there no longer. An
// institution's is told what its members see, whoever made it.
func (a *App) WebhookAddressee(ctx context.Context, webhookID int64) (*Addressee, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	h, err := a.store.Client().Webhook.Query().Where(webhook.ID(webhookID), webhook.StatusEQ(lifecycle.WebhookActive)).WithCreatedBy().Only(ctx)
	if err != nil {
		return nil, store.Fault(ent.MaskNotFound(err))
	}
	to := &Addressee{URL: h.URL, Secret: hooks.Secret(a.hooks.Key, h.Nonce), Who: actor.Actor{UserID: h.CreatedByID, Role: actor.Admin}}
	if h.InstitutionID != nil {
		to.Who.Role, to.Who.Institutions = actor.Institution, []int64{*h.InstitutionID}
		return to, nil
	}
	working, err := a.store.Client().User.Query().Where(user.ID(h.CreatedByID), user.RoleEQ(actor.Admin), user.StatusEQ(lifecycle.UserActive)).Exist(ctx)
	if err != nil || !working {
		return nil, store.Fault(err)
	}
	return to, nil
}

// EventSubject gives the type and number of the record that an event is about; "" when it
// is about none that a receiver can be shown.
func EventSubject(payload json.RawMessage) (typeName string, id int64, err error) {
	var names about
	if err := json.Unmarshal(payload, &names); err != nil {
		return "", 0, err
	}
	for _, typeName := range []string{aboutContract, aboutAgreement} {
		if id := names.subject(typeName); id != 0 {
			return typeName, id, nil
		}
	}
	return "", 0, nil
}
