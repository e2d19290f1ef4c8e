package store

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/notification"
	"kontrak/ent/onetimecode"
	"kontrak/ent/outbox"
	"kontrak/ent/qrtoken"
	"kontrak/ent/refreshtoken"
	"kontrak/ent/session"
	"kontrak/ent/webhookdelivery"
)

// How long what has ended is kept, in real time.
const (
	// KeepCodes is for whoever asks why a code was refused; its address waits a minute
	// for the next one at most.
	KeepCodes = 24 * time.Hour
	// KeepSessions is as long as a refresh token lives: one that is shown again until
	// then is known for a replay, and not merely unknown.
	KeepSessions = 30 * 24 * time.Hour
	// KeepDelivered is for whoever asks where a mail or a push message went.
	KeepDelivered = 7 * 24 * time.Hour
	// KeepDeliveries is for whoever runs the receiver of a webhook.
	KeepDeliveries = 30 * 24 * time.Hour
	// KeepQRTokens is for the day of work that the code belongs to. What was scanned
	// stands in the contract's history.
	KeepQRTokens = 24 * time.Hour
	// KeepRead and KeepUnread are how long notifications are kept unless a setting says
	// otherwise: those that were read since then, and those that never were since they came.
	KeepRead   = 90 * 24 * time.Hour
	KeepUnread = 365 * 24 * time.Hour
)

// prune deletes a batch of rows in one transaction, and gives how many those were. find
// gives the ids of n at most, without those that another node is about to delete.
func (s *Store) prune(ctx context.Context, find func(context.Context, *ent.Tx) ([]int64, error), remove func(context.Context, *ent.Tx, []int64) (int, error)) (int, error) {
	gone := 0
	err := s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		gone = 0 // a second try begins anew
		ids, err := find(ctx, tx)
		if err != nil || len(ids) == 0 {
			return err
		}
		gone, err = remove(ctx, tx, ids)
		return err
	})
	return gone, err
}

// ForgetCodes deletes up to n one-time codes that ended KeepCodes before that instant of
// real time, and gives how many those were.
func (s *Store) ForgetCodes(ctx context.Context, wall time.Time, n int) (int, error) {
	return s.prune(ctx, func(ctx context.Context, tx *ent.Tx) ([]int64, error) {
		return tx.OneTimeCode.Query().Where(onetimecode.ExpiresAtLTE(Instant(wall.Add(-KeepCodes))), SkipLocked).
			Order(onetimecode.ByExpiresAt()).Limit(n).IDs(ctx)
	}, func(ctx context.Context, tx *ent.Tx, ids []int64) (int, error) {
		return tx.OneTimeCode.Delete().Where(In(onetimecode.FieldID, ids)).Exec(ctx)
	})
}

// ForgetQRTokens deletes up to n codes that were to be scanned, in the same way.
func (s *Store) ForgetQRTokens(ctx context.Context, wall time.Time, n int) (int, error) {
	return s.prune(ctx, func(ctx context.Context, tx *ent.Tx) ([]int64, error) {
		return tx.QRToken.Query().Where(qrtoken.ExpiresAtLTE(Instant(wall.Add(-KeepQRTokens))), SkipLocked).
			Order(qrtoken.ByExpiresAt()).Limit(n).IDs(ctx)
	}, func(ctx context.Context, tx *ent.Tx, ids []int64) (int, error) {
		return tx.QRToken.Delete().Where(In(qrtoken.FieldID, ids)).Exec(ctx)
	})
}

// ForgetDelivered deletes up to n messages that were delivered or given up.
func (s *Store) ForgetDelivered(ctx context.Context, wall time.Time, n int) (int, error) {
	return s.prune(ctx, func(ctx context.Context, tx *ent.Tx) ([]int64, error) {
		return tx.Outbox.Query().Where(outbox.DeliveredAtLTE(Instant(wall.Add(-KeepDelivered))), SkipLocked).
			Order(outbox.ByDeliveredAt()).Limit(n).IDs(ctx)
	}, func(ctx context.Context, tx *ent.Tx, ids []int64) (int, error) {
		return tx.Outbox.Delete().Where(In(outbox.FieldID, ids)).Exec(ctx)
	})
}

// ForgetDeliveries deletes up to n deliveries of webhooks that have ended.
func (s *Store) ForgetDeliveries(ctx context.Context, wall time.Time, n int) (int, error) {
	return s.prune(ctx, func(ctx context.Context, tx *ent.Tx) ([]int64, error) {
		return tx.WebhookDelivery.Query().Where(webhookdelivery.EndedAtLTE(Instant(wall.Add(-KeepDeliveries))), SkipLocked).
			Order(webhookdelivery.ByEndedAt()).Limit(n).IDs(ctx)
	}, func(ctx context.Context, tx *ent.Tx, ids []int64) (int, error) {
		return tx.WebhookDelivery.Delete().Where(In(webhookdelivery.FieldID, ids)).Exec(ctx)
	})
}

// ForgetRead deletes up to n notifications that were read that long before.
func (s *Store) ForgetRead(ctx context.Context, keep time.Duration, wall time.Time, n int) (int, error) {
	return s.forgetNotifications(ctx, n, func(q *ent.NotificationQuery) *ent.NotificationQuery {
		return q.Where(notification.ReadAtLTE(Instant(wall.Add(-keep)))).Order(notification.ByReadAt())
	})
}

// ForgetUnread deletes up to n notifications that came that long before, and were never
// read.
func (s *Store) ForgetUnread(ctx context.Context, keep time.Duration, wall time.Time, n int) (int, error) {
	return s.forgetNotifications(ctx, n, func(q *ent.NotificationQuery) *ent.NotificationQuery {
		return q.Where(notification.ReadAtIsNil(), notification.CreatedAtLTE(Instant(wall.Add(-keep)))).Order(notification.ByCreatedAt())
	})
}

func (s *Store) forgetNotifications(ctx context.Context, n int, of func(*ent.NotificationQuery) *ent.NotificationQuery) (int, error) {
	return s.prune(ctx, func(ctx context.Context, tx *ent.Tx) ([]int64, error) {
		return of(tx.Notification.Query()).Where(SkipLocked).Limit(n).IDs(ctx)
	}, func(ctx context.Context, tx *ent.Tx, ids []int64) (int, error) {
		return tx.Notification.Delete().Where(In(notification.FieldID, ids)).Exec(ctx)
	})
}

// ForgetSessions deletes up to n refresh tokens of sessions that expired or were ended
// KeepSessions before, and those of up to n sessions that have none left. It gives how
// many rows those were.
func (s *Store) ForgetSessions(ctx context.Context, wall time.Time, n int) (int, error) {
	cut := Instant(wall.Add(-KeepSessions))
	return s.prune(ctx, func(ctx context.Context, tx *ent.Tx) ([]int64, error) {
		ids, err := tx.Session.Query().Where(session.ExpiresAtLTE(cut), SkipLocked).Order(session.ByExpiresAt()).Limit(n).IDs(ctx)
		if err != nil || len(ids) > 0 {
			return ids, err
		}
		return tx.Session.Query().Where(session.RevokedAtLTE(cut), SkipLocked).Order(session.ByRevokedAt()).Limit(n).IDs(ctx)
	}, func(ctx context.Context, tx *ent.Tx, ids []int64) (int, error) {
		// A session that was used for years has thousands of tokens.
		tokens, err := tx.RefreshToken.Query().Where(In(refreshtoken.FieldSessionID, ids)).Limit(n).IDs(ctx)
		if err != nil {
			return 0, err
		}
		gone, err := tx.RefreshToken.Delete().Where(In(refreshtoken.FieldID, tokens)).Exec(ctx)
		if err != nil || len(tokens) == n {
			return gone, err
		}
		sessions, err := tx.Session.Delete().Where(In(session.FieldID, ids)).Exec(ctx)
		return gone + sessions, err
	})
}
