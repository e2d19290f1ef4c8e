package market

import (
	"context"
	"errors"
	"time"

	"kontrak/ent"
	"kontrak/ent/webhook"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	hooks "kontrak/internal/webhook"
)

// switchWebhook has a webhook told of events or not.
func switchWebhook(u *ent.WebhookUpdateOne, active bool) {
	if active {
		u.SetStatus(lifecycle.WebhookActive).ClearFailingSince()
		return
	}
	u.SetStatus(lifecycle.WebhookDisabled)
}

// DeliveryTried notes how a try to deliver a message to a webhook went: the status of the
// answer, 0 for none, and what failed. It is tried again at that instant, never when that
// is zero. With all it is the receiver and not the message that failed: what else waits for
// the webhook waits with it, so that one which is down costs a try now and then, however
// much waits. A receiver that wants no more (ErrGone) has its
// webhook disabled.
func (a *App) DeliveryTried(ctx context.Context, d *ent.WebhookDelivery, status int, failure error, again time.Time, all bool) error {
	t := store.Try{Wall: store.Instant(a.wall()), Status: status, Again: again}
	if failure != nil {
		t.Reason = failure.Error()
	}
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if err := store.Tried(ctx, tx, d, t); err != nil {
			return err
		}
		of := webhook.ID(d.WebhookID)
		switch {
		case failure == nil:
			return tx.Webhook.Update().Where(of, webhook.FailingSinceNotNil()).ClearFailingSince().Exec(ctx)
		case errors.Is(failure, hooks.ErrGone):
			err := tx.Webhook.Update().Where(of, webhook.StatusEQ(lifecycle.WebhookActive)).
				SetStatus(lifecycle.WebhookDisabled).AddVersion(1).SetUpdatedAt(a.Now()).Exec(ctx)
			if err != nil {
				return err
			}
		default:
			if err := tx.Webhook.Update().Where(of, webhook.FailingSinceIsNil()).SetFailingSince(t.Wall).Exec(ctx); err != nil {
				return err
			}
		}
		if !all {
			return nil
		}
		return store.TriedFor(ctx, tx, d, t)
	})
}
