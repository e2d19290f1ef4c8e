package market

import (
	"context"
	"crypto/rand"
	"slices"

	"kontrak/ent"
	"kontrak/ent/webhook"
	"kontrak/ent/webhookdelivery"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
	hooks "kontrak/internal/webhook"
)

// maxWebhooks is how many webhooks an institution may have, and how many the back office.
const maxWebhooks = 20

// Hooks is what webhooks are made with.
type Hooks struct {
	// Key is what their secrets follow from.
	Key []byte
	// Private allows plain HTTP and addresses that are not public: for tests and closed
	// networks.
	Private bool
}

// CreateWebhook is the input of CreateWebhook.
type CreateWebhook struct {
	// InstitutionID is whose events are told; nil for all, which only the back office may
	// ask for.
	InstitutionID *int64
	WebhookFields
}

// WebhookFields are what can be changed of a webhook.
type WebhookFields struct {
	URL    Optional[string]
	Events Optional[[]string] // none: all
	Active Optional[bool]
	// Version is the one that is to be changed; nil for whichever there is.
	Version *int64
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
}

// CreateWebhook makes a webhook, and gives the secret that signs what is sent to it,
// which nobody can read again.
//
// Faults: UNAUTHENTICATED; FORBIDDEN but for managers of the institution and the back
// office; INVALID, with every field that is wrong.
func (a *App) CreateWebhook(ctx context.Context, in CreateWebhook) (*view.Webhook, string, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, "", err
	}
	now, nonce := a.Now(), rand.Text()
	var id int64
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		r := &ent.Webhook{Events: []string{}}
		if err := a.checkNewWebhook(ctx, tx.Client(), who, in, r); err != nil {
			return err
		}
		made, err := tx.Webhook.Create().SetNillableInstitutionID(in.InstitutionID).SetCreatedByID(who.UserID).SetURL(r.URL).
			SetEvents(tidyEvents(r.Events)).SetNonce(nonce).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err == nil {
			id = made.ID
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	made, err := a.webhook(ctx, id)
	return made, hooks.Secret(a.hooks.Key, nonce), err
}

// checkNewWebhook puts the fields of a webhook to be made into the row, and tells
// everything that is wrong with them.
func (a *App) checkNewWebhook(ctx context.Context, on *ent.Client, who actor.Actor, in CreateWebhook, r *ent.Webhook) error {
	bad, known := in.Unread, fault.Fields{}
	of, tenant := webhook.InstitutionIDIsNil(), int64(0)
	switch {
	case in.InstitutionID != nil:
		var err error
		if tenant, err = tenantOf(ctx, on, who, in.InstitutionID, &known); err != nil {
			return err
		}
		if wrong := known.Err(fault.InputInvalid); wrong != nil {
			bad.Take(wrong)
		} else if err := manages(ctx, on, who, tenant); err != nil {
			return err
		}
		of = webhook.InstitutionID(tenant)
	case !who.Is(actor.Admin):
		bad.Add("institution_id", "is required: only the back office is told of the events of all")
	}
	a.applyWebhook(&bad, in.WebhookFields, r)
	if err := oneAtATime(ctx, on, tenant); err != nil {
		return err
	}
	n, err := on.Webhook.Query().Where(of).Count(ctx)
	if err != nil {
		return err
	}
	bad.Check(n < maxWebhooks, "url", "cannot be added: there are %d already, delete one first", maxWebhooks)
	return bad.Err(fault.InputInvalid)
}

// applyWebhook puts the fields that were sent into the row, and notes what is wrong with
// them.
func (a *App) applyWebhook(bad *fault.Fields, f WebhookFields, r *ent.Webhook) {
	set(bad, "url", f.URL, &r.URL)
	if f.URL.Sent() && !f.URL.Null() {
		if !store.Storable(r.URL) {
			bad.Add("url", "must be text without the zero character")
		} else if err := hooks.CheckURL(r.URL, a.hooks.Private); err != nil {
			bad.Add("url", "%s", err)
		}
	}
	set(bad, "events", f.Events, &r.Events)
	known := func(name string) bool { return slices.Contains(EventTopics, name) }
	bad.Check(!slices.ContainsFunc(r.Events, func(name string) bool { return !known(name) }),
		"events", "holds what no webhook is told of: name events such as %s, or none for all", topicCreated)
	var active bool // written by switchWebhook
	set(bad, "active", f.Active, &active)
}

// tidyEvents gives the events sorted, each once.
func tidyEvents(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// UpdateWebhook changes where a webhook is, what it is told of, or whether it is told at
// all. What waits for it is sent to the new address.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners and supervisors; NOT_FOUND but for
// managers of its institution and the back office; INVALID, with every field that is
// wrong; STALE.
func (a *App) UpdateWebhook(ctx context.Context, id int64, in WebhookFields) (*view.Webhook, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Webhook, error) { return a.updateWebhook(ctx, id, in) },
		func(ctx context.Context, m memory) (*view.Webhook, error) { return a.webhookAgain(ctx, m.id) })
}

// webhookAgain reads a webhook for the answer of a repeat.
func (a *App) webhookAgain(ctx context.Context, id int64) (v *view.Webhook, err error) {
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		shown, err := handlesWebhook(ctx, on, actor.From(ctx), id)
		if err == nil && !shown {
			err = store.ErrDone
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return there(a.webhook(ctx, id))
}

func (a *App) updateWebhook(ctx context.Context, id int64, in WebhookFields) (*view.Webhook, error) {
	now := a.Now()
	return a.changeWebhook(ctx, id, in.Version, func(ctx context.Context, tx *ent.Tx, r *ent.Webhook) error {
		bad := in.Unread
		a.applyWebhook(&bad, in, r)
		if err := bad.Err(fault.InputInvalid); err != nil {
			return err
		}
		u := tx.Webhook.UpdateOneID(r.ID).SetURL(r.URL).SetEvents(tidyEvents(r.Events)).AddVersion(1).SetUpdatedAt(now)
		if in.Active.Sent() {
			switchWebhook(u, in.Active.Or(false))
		}
		if err := u.Exec(ctx); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Webhook", r.ID)
	})
}

// RotateWebhookSecret gives a webhook another secret, which signs from now on, and shows
// it, once.
//
// Faults: as of UpdateWebhook, without INVALID.
func (a *App) RotateWebhookSecret(ctx context.Context, id int64, version *int64) (*view.Webhook, string, error) {
	now, nonce := a.Now(), rand.Text()
	v, err := a.changeWebhook(ctx, id, version, func(ctx context.Context, tx *ent.Tx, r *ent.Webhook) error {
		return tx.Webhook.UpdateOneID(r.ID).SetNonce(nonce).AddVersion(1).SetUpdatedAt(now).Exec(ctx)
	})
	return v, hooks.Secret(a.hooks.Key, nonce), err
}

// DeleteWebhook removes a webhook and its log: what waits for it is not sent.
//
// Faults: as of UpdateWebhook, without INVALID.
func (a *App) DeleteWebhook(ctx context.Context, id int64, version *int64) error {
	_, err := repeatable(ctx, a, func(ctx context.Context) (struct{}, error) { return struct{}{}, a.deleteWebhook(ctx, id, version) },
		func(context.Context, memory) (struct{}, error) { return struct{}{}, nil })
	return err
}

func (a *App) deleteWebhook(ctx context.Context, id int64, version *int64) error {
	return a.withWebhook(ctx, id, version, func(ctx context.Context, tx *ent.Tx, r *ent.Webhook) error {
		if _, err := tx.WebhookDelivery.Delete().Where(webhookdelivery.WebhookID(r.ID)).Exec(ctx); err != nil {
			return err
		}
		if err := tx.Webhook.DeleteOneID(r.ID).Exec(ctx); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Webhook", r.ID)
	})
}

// ReplayDelivery sends a message again that has ended, well or not, with the same id: a
// receiver that has it drops it. It has another day of tries.
//
// Faults: as of UpdateWebhook; CONFLICT for a message that is still being tried, and
// while the webhook is disabled.
func (a *App) ReplayDelivery(ctx context.Context, deliveryID int64) (*view.WebhookDelivery, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.WebhookDelivery, error) { return a.replayDelivery(ctx, deliveryID) },
		func(ctx context.Context, m memory) (*view.WebhookDelivery, error) {
			within, cancel := a.store.ReadContext(ctx)
			defer cancel()
			d, err := there(a.store.Client().WebhookDelivery.Get(within, m.id))
			if err != nil {
				return nil, err
			}
			if _, err := a.webhookAgain(ctx, d.WebhookID); err != nil {
				return nil, err
			}
			return seeDelivery(d), nil
		})
}

func (a *App) replayDelivery(ctx context.Context, deliveryID int64) (*view.WebhookDelivery, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	wall := store.Instant(a.wall())
	var again *ent.WebhookDelivery
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		d, err := tx.WebhookDelivery.Query().Where(webhookdelivery.ID(deliveryID), store.ForUpdate).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.RecordNotFound, "There is no such delivery.")
		}
		if err != nil {
			return err
		}
		h, err := ownWebhook(ctx, tx, who, d.WebhookID, "There is no such delivery.")
		switch {
		case err != nil:
			return err
		case d.EndedAt == nil:
			return fault.New(fault.WrongState, "This message is still being tried.")
		case h.Status != lifecycle.WebhookActive:
			return fault.New(fault.WrongState, "The webhook is disabled: activate it first.")
		}
		again, err = tx.WebhookDelivery.UpdateOne(d).ClearEndedAt().SetDelivered(false).SetAttempts(0).SetLastError("").SetResponseStatus(0).
			SetAvailableAt(wall).SetUpdatedAt(wall).Save(ctx)
		if err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "WebhookDelivery", d.ID)
	})
	if err != nil {
		return nil, err
	}
	return seeDelivery(again), nil
}

// changeWebhook changes a webhook of the caller and gives it as it is then.
func (a *App) changeWebhook(ctx context.Context, id int64, version *int64, change func(context.Context, *ent.Tx, *ent.Webhook) error) (*view.Webhook, error) {
	if err := a.withWebhook(ctx, id, version, change); err != nil {
		return nil, err
	}
	return a.webhook(ctx, id)
}

// withWebhook does something to a webhook of the caller, in a transaction.
func (a *App) withWebhook(ctx context.Context, id int64, version *int64, do func(context.Context, *ent.Tx, *ent.Webhook) error) error {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return err
	}
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		r, err := ownWebhook(ctx, tx, who, id, "There is no such webhook.")
		if err != nil {
			return err
		}
		if err := do(ctx, tx, r); err != nil || version == nil || *version == r.Version {
			return err
		}
		return fault.New(fault.Stale, "") // after what is wrong with the input
	})
}

// ownWebhook gives a webhook that the caller may handle, locked.
//
// Faults: NOT_FOUND for who may not: what others have is not told apart from nothing.
func ownWebhook(ctx context.Context, tx *ent.Tx, who actor.Actor, id int64, unknown string) (*ent.Webhook, error) {
	r, err := tx.Webhook.Query().Where(webhook.ID(id), store.ForUpdate).Only(ctx)
	mine, err := handles(ctx, tx.Client(), who, r, err)
	if err == nil && !mine {
		err = fault.New(fault.RecordNotFound, unknown)
	}
	return r, err
}
