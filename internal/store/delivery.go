package store

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/predicate"
	"kontrak/ent/webhook"
	"kontrak/ent/webhookdelivery"

	"entgo.io/ent/dialect/sql"
)

// DueHooks gives up to n of the webhooks for which something may be sent at that instant
// of real time, those that have waited longest first; but for those that somebody is
// sending to already: what it claimed is due too.
func (s *Store) DueHooks(ctx context.Context, n int, wall time.Time) (hooks []int64, err error) {
	wall = Instant(wall)
	ctx, cancel := s.ReadContext(ctx)
	defer cancel()
	err = s.reader.WebhookDelivery.Query().Where(webhookdelivery.EndedAtIsNil(), webhookdelivery.AvailableAtLTE(wall)).Modify(func(s *sql.Selector) {
		claimed := sql.Max(s.C(webhookdelivery.FieldClaimedUntil))
		s.Select(s.C(webhookdelivery.FieldWebhookID)).GroupBy(s.C(webhookdelivery.FieldWebhookID)).
			Having(sql.P(func(b *sql.Builder) { b.WriteString(claimed + " IS NULL OR " + claimed + " <= ").Arg(wall) })).
			OrderBy(sql.Min(s.C(webhookdelivery.FieldAvailableAt)), s.C(webhookdelivery.FieldWebhookID)).Limit(n)
	}).Scan(ctx, &hooks)
	return hooks, err
}

// ClaimDeliveries is Claim for what is to be sent to a webhook: up to n messages, in the
// order in which they have waited; none while somebody else has a claim on any of those,
// so that a receiver is sent one message at a time, whichever nodes there are.
func (s *Store) ClaimDeliveries(ctx context.Context, hook int64, n int, wall time.Time, lease time.Duration) ([]*ent.WebhookDelivery, error) {
	wall = Instant(wall)
	var claimed []*ent.WebhookDelivery
	err := s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		claimed = nil // a second try begins anew
		// Who holds the webhook itself claims for it just now, or changes it.
		free, err := tx.Webhook.Query().Where(webhook.ID(hook), SkipLocked).IDs(ctx)
		if err != nil || len(free) == 0 {
			return err
		}
		rows, err := tx.WebhookDelivery.Query().
			Where(webhookdelivery.WebhookID(hook), webhookdelivery.EndedAtIsNil(), webhookdelivery.AvailableAtLTE(wall)).
			Order(webhookdelivery.ByAvailableAt(), webhookdelivery.ByID()).Limit(n).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		until, ids := wall.Add(lease), make([]int64, len(rows))
		for i, r := range rows {
			if r.ClaimedUntil != nil && r.ClaimedUntil.After(wall) {
				return nil
			}
			ids[i], r.ClaimedUntil = r.ID, &until
		}
		claimed = rows
		return tx.WebhookDelivery.Update().Where(In(webhookdelivery.FieldID, ids)).SetClaimedUntil(until).SetUpdatedAt(wall).Exec(ctx)
	})
	return claimed, err
}

// ReleaseDeliveries gives messages back that were claimed and not tried. What another
// worker has claimed meanwhile is left to it.
func (s *Store) ReleaseDeliveries(ctx context.Context, claimed []*ent.WebhookDelivery) error {
	if len(claimed) == 0 {
		return nil
	}
	ids := make([]int64, len(claimed))
	for i, d := range claimed {
		ids[i] = d.ID
	}
	return s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		return tx.WebhookDelivery.Update().
			Where(In(webhookdelivery.FieldID, ids), webhookdelivery.EndedAtIsNil(), webhookdelivery.ClaimedUntil(*claimed[0].ClaimedUntil)).
			ClearClaimedUntil().Exec(ctx)
	})
}

// Try is how a try to deliver a message to a webhook went.
type Try struct {
	Wall   time.Time
	Status int    // of the answer; 0 for none
	Reason string // what failed; "" for nothing
	// Again is when what failed is tried again; zero for never.
	Again time.Time
}

// Tried notes how a try went. What somebody else has ended meanwhile stays as it is.
func Tried(ctx context.Context, tx *ent.Tx, d *ent.WebhookDelivery, t Try) error {
	return t.note(ctx, tx, webhookdelivery.ID(d.ID))
}

// TriedFor notes a try for the other messages too that wait for the same webhook and
// would be tried before it is again: they would fare alike.
func TriedFor(ctx context.Context, tx *ent.Tx, d *ent.WebhookDelivery, t Try) error {
	of := webhookdelivery.And(webhookdelivery.WebhookID(d.WebhookID), webhookdelivery.IDNEQ(d.ID))
	if t.Again.IsZero() {
		return t.note(ctx, tx, webhookdelivery.And(of, webhookdelivery.AttemptsGTE(d.Attempts)))
	}
	return t.note(ctx, tx, webhookdelivery.And(of, webhookdelivery.AvailableAtLT(Instant(t.Again))))
}

func (t Try) note(ctx context.Context, tx *ent.Tx, of predicate.WebhookDelivery) error {
	u := tx.WebhookDelivery.Update().Where(of, webhookdelivery.EndedAtIsNil()).AddAttempts(1).
		SetResponseStatus(t.Status).SetLastError(cut(t.Reason)).ClearClaimedUntil().SetUpdatedAt(Instant(t.Wall))
	if t.Again.IsZero() {
		u.SetEndedAt(Instant(t.Wall)).SetDelivered(t.Reason == "")
	} else {
		u.SetAvailableAt(Instant(t.Again))
	}
	return u.Exec(ctx)
}
