package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/outbox"
	"kontrak/internal/lifecycle"
)

// Message is what an action leaves to be delivered after it.
type Message struct {
	Channel       lifecycle.Channel // event when empty
	Topic         string            // what happened, or which mail
	InstitutionID *int64            // whose business it is
	ContractID    *int64
	// Payload names ids only: what a reader may see is decided when it is read.
	Payload any
	At      time.Time // business time
	Wall    time.Time // real time, from which on it may be delivered
}

// Leave writes a message into the outbox, in the transaction of what it tells of: it
// is delivered if and only if that is committed.
func Leave(ctx context.Context, tx *ent.Tx, m Message) error {
	payload, err := json.Marshal(m.Payload)
	if err != nil {
		return err
	}
	if m.Channel == "" {
		m.Channel = lifecycle.ChannelEvent
	}
	NoteLeft(ctx, m.Channel)
	return tx.Outbox.Create().
		SetKey(rand.Text()).SetChannel(m.Channel).SetTopic(m.Topic).
		SetNillableInstitutionID(m.InstitutionID).SetNillableContractID(m.ContractID).
		SetPayload(payload).SetAvailableAt(Instant(m.Wall)).SetCreatedAt(Instant(m.At)).
		Exec(ctx)
}

// Claim takes up to n messages of a channel that may be delivered at that instant of
// real time, the longest waiting first, so that no other worker takes them before the
// lease is over. Whoever dies with a claim leaves it to the next one after that: each
// message is delivered at least once, and its key is the same each time.
func (s *Store) Claim(ctx context.Context, channel lifecycle.Channel, n int, wall time.Time, lease time.Duration) ([]*ent.Outbox, error) {
	wall = Instant(wall)
	var claimed []*ent.Outbox
	err := s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		claimed = nil // a second try begins anew
		rows, err := tx.Outbox.Query().
			Where(outbox.DeliveredAtIsNil(), outbox.ChannelEQ(channel), outbox.AvailableAtLTE(wall),
				outbox.Or(outbox.ClaimedUntilIsNil(), outbox.ClaimedUntilLTE(wall)), SkipLocked).
			Order(outbox.ByAvailableAt(), outbox.ByID()).Limit(n).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]int64, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
			r.Attempts++
		}
		claimed = rows
		return tx.Outbox.Update().Where(In(outbox.FieldID, ids)).AddAttempts(1).SetClaimedUntil(wall.Add(lease)).Exec(ctx)
	})
	return claimed, err
}

// Delivered notes that a message was delivered, or that it is given up for that reason.
// A claim that another worker has taken meanwhile is left to it.
func (s *Store) Delivered(ctx context.Context, m *ent.Outbox, wall time.Time, reason string) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		_, err := Settle(ctx, tx, m, wall, reason)
		return err
	})
}

// Settle is Delivered within a transaction: with what the message became. It tells
// whether the message was still to be settled. Whoever settles it first, and writes what
// it becomes only then, does so once, however many workers hold it: others wait for the
// row, and are told that it is done.
func Settle(ctx context.Context, tx *ent.Tx, m *ent.Outbox, wall time.Time, reason string) (first bool, err error) {
	n, err := tx.Outbox.Update().Where(outbox.ID(m.ID), outbox.DeliveredAtIsNil()).
		SetDeliveredAt(Instant(wall)).ClearClaimedUntil().SetLastError(cut(reason)).Save(ctx)
	return n == 1, err
}

// Failed notes why a message could not be delivered, and when it is tried again.
func (s *Store) Failed(ctx context.Context, m *ent.Outbox, again time.Time, reason string) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		return tx.Outbox.Update().Where(outbox.ID(m.ID), outbox.DeliveredAtIsNil()).
			SetAvailableAt(Instant(again)).ClearClaimedUntil().SetLastError(cut(reason)).Exec(ctx)
	})
}

// Release gives messages back that were claimed and not tried.
func (s *Store) Release(ctx context.Context, messages []*ent.Outbox) error {
	ids := make([]int64, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
	}
	return s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		return tx.Outbox.Update().Where(In(outbox.FieldID, ids), outbox.DeliveredAtIsNil()).
			AddAttempts(-1).ClearClaimedUntil().Exec(ctx)
	})
}

// maxReason bounds what is kept of a failure.
const maxReason = 500

func cut(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxReason)], "")
}
