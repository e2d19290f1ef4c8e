package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kontrak/internal/market"
	"kontrak/internal/store"
)

// houseBatch is how many rows one transaction of housekeeping deletes, so that it holds
// nobody up: some milliseconds.
const houseBatch = 500

// orphanFinder walks through the stored files: market.App.
type orphanFinder interface {
	ForgetOrphans(ctx context.Context, at market.FilePlace, n int) (next market.FilePlace, gone int, err error)
}

// Housekeeping deletes what has ended long enough ago. Any number of nodes may run it.
type Housekeeping struct {
	Store *store.Store
	Files orphanFinder
	Wall  func() time.Time
	Log   *slog.Logger
	// Batch is how many of each kind one round deletes at most; houseBatch for 0.
	Batch int
	// KeepRead is how long notifications are kept that were read, and KeepUnread how long
	// those that were not; store.KeepRead and store.KeepUnread when zero.
	KeepRead, KeepUnread time.Duration

	at market.FilePlace
}

// chore is one kind of what is deleted.
type chore struct {
	name   string
	forget func(ctx context.Context, wall time.Time, n int) (int, error)
}

func (h *Housekeeping) chores() []chore {
	return []chore{
		{"one_time_codes", h.Store.ForgetCodes},
		{"sessions", h.Store.ForgetSessions},
		{"outbox", h.Store.ForgetDelivered},
		{"webhook_deliveries", h.Store.ForgetDeliveries},
		{"qr_tokens", h.Store.ForgetQRTokens},
		{"idempotency_records", h.Store.ForgetKeys},
		{"notifications_read", func(ctx context.Context, wall time.Time, n int) (int, error) {
			return h.Store.ForgetRead(ctx, cmp.Or(h.KeepRead, store.KeepRead), wall, n)
		}},
		{"notifications_unread", func(ctx context.Context, wall time.Time, n int) (int, error) {
			return h.Store.ForgetUnread(ctx, cmp.Or(h.KeepUnread, store.KeepUnread), wall, n)
		}},
	}
}

// Task is one round, for a Loop: a batch of each kind, and a page of the stored files.
// There is more at once where a batch was full. One kind that fails keeps none of the
// others from being deleted. One round runs at a time.
func (h *Housekeeping) Task(ctx context.Context) (more bool, err error) {
	n, wall := h.Batch, h.Wall()
	if n <= 0 {
		n = houseBatch
	}
	for _, c := range h.chores() {
		gone, failure := c.forget(ctx, wall, n)
		more = more || gone >= n
		err = errors.Join(err, h.note(ctx, c.name, gone, failure))
	}
	next, gone, failure := h.Files.ForgetOrphans(ctx, h.at, n)
	h.at = next
	return more, errors.Join(err, h.note(ctx, "files", gone, failure))
}

// note logs what was deleted, and names what failed.
func (h *Housekeeping) note(ctx context.Context, kind string, gone int, failure error) error {
	if gone > 0 {
		h.Log.InfoContext(ctx, "deleted what has ended", "kind", kind, "count", gone)
	}
	if failure != nil {
		return fmt.Errorf("worker: housekeeping of %s: %w", kind, failure)
	}
	return nil
}
