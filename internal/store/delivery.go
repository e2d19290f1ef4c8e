package store

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/predicate"
	"kontrak/ent/webhookdelivery"

	"entgo.io/ent/dialect/sql"
)

// ClaimDeliveries is Claim for what is to be sent to webhooks, by webhook: up to n of
// those that have waited longest, and of each up to perHook messages, in the order in
// which they have waited.
func (s *Store) ClaimDeliveries(ctx context.Context, n, perHook int, wall time.Time, lease time.Duration) ([][]*ent.WebhookDelivery, error) {
	wall = Instant(wall)
	var claimed [][]*ent.WebhookDelivery
	err := s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		claimed = nil // a second try begins anew
		var hooks []int64
		err := tx.WebhookDelivery.Query().Where(dueDelivery(wall)).Modify(func(s *sql.Selector) {
			s.Select(s.C(webhookdelivery.FieldWebhookID)).GroupBy(s.C(webhookdelivery.FieldWebhookID)).
				OrderBy(sql.Min(s.C(webhookdelivery.FieldAvailableAt)), s.C(webhookdelivery.FieldWebhookID)).Limit(n)
		}).Scan(ctx, &hooks)
		if err != nil {
			return err
		}
		var ids []int64
		for _, id := range hooks {
			rows, err := tx.WebhookDelivery.Query().Where(webhookdelivery.WebhookID(id), dueDelivery(wall), SkipLocked).
				Order(webhookdelivery.ByAvailableAt(), webhookdelivery.ByID()).Limit(perHook).All(ctx)
			if err != nil {
				return err
			}
			if len(rows) > 0 {
				claimed = append(claimed, rows)
			}
			for _, r := range rows {
				ids = append(ids, r.ID)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		return tx.WebhookDelivery.Update().Where(In(webhookdelivery.FieldID, ids)).SetClaimedUntil(wall.Add(lease)).SetUpdatedAt(wall).Exec(ctx)
	})
	return claimed, err
}

// dueDelivery is what may be sent at an instant and is on nobody's way.
func dueDelivery(wall time.Time) predicate.WebhookDelivery {
	return webhookdelivery.And(webhookdelivery.EndedAtIsNil(), webhookdelivery.AvailableAtLTE(wall),
		webhookdelivery.Or(webhookdelivery.ClaimedUntilIsNil(), webhookdelivery.ClaimedUntilLTE(wall)))
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
