package store

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/idempotency"
	"kontrak/internal/fault"
	"kontrak/internal/once"
)

// Done is what an action under a key came to: the object, by its id, and the words
// that its answer needs. It never holds what was sent or answered.
type Done struct {
	Type    string
	ID      int64
	Outcome string
}

// ErrDone says that an action was done before, and that there is nothing to show of it.
var ErrDone = once.ErrDone

// pending is an action under a key while it is done.
type pending struct {
	once.Write
	wall time.Time
}

type pendingKey struct{}

// Keyed tells whether an action is done under a key.
func Keyed(ctx context.Context) bool { return ctx.Value(pendingKey{}) != nil }

// Once does an action, unless its caller has done it before under the same key of the
// context: then again answers, before anything else is looked at. Of two at once one
// does it, and the other gets the same answer once that is stored.
//
// do calls Keep in its transaction. What fails is not kept, and its key may be used
// again. Without a key do is all that happens.
//
// Faults: those of do and of again; IDEMPOTENCY_CONFLICT where the key stands for
// another request; INVALID for a key that is none.
func Once[V any](ctx context.Context, s *Store, wall time.Time, do func(context.Context) (V, error), again func(context.Context, Done) (V, error)) (v V, err error) {
	if Keyed(ctx) { // a part of an action
		return do(ctx)
	}
	w, keyed, err := once.From(ctx)
	if err != nil {
		return v, err
	}
	if !keyed {
		return do(ctx)
	}
	p := &pending{Write: w, wall: Instant(wall)}
	found, err := s.find(ctx, p)
	if err != nil {
		return v, err
	}
	if found != nil {
		return again(ctx, *found)
	}
	v, failed := do(context.WithValue(ctx, pendingKey{}, p))
	if failed == nil {
		return v, nil
	}
	// It may have failed because the same request was faster, or its COMMIT may have
	// come through although its answer was lost.
	found, err = s.find(ctx, p)
	switch {
	case found != nil:
		return again(ctx, *found)
	case fault.Is(err, fault.KeyConflict):
		return v, err
	}
	return v, failed
}

// find gives what was done under a key; nil for nothing.
//
// Faults: IDEMPOTENCY_CONFLICT.
func (s *Store) find(ctx context.Context, p *pending) (*Done, error) {
	ctx, cancel := s.ReadContext(ctx)
	defer cancel()
	r, err := s.client.Idempotency.Query().Where(
		idempotency.UserID(p.User), idempotency.Operation(p.Operation), idempotency.Key(p.Key),
		idempotency.CreatedAtGT(p.wall.Add(-once.Life)),
	).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nil is said to be nothing
	}
	if err != nil {
		return nil, Fault(err)
	}
	if r.RequestHash != p.Hash {
		return nil, fault.New(fault.KeyConflict, "")
	}
	return &Done{Type: r.ResultType, ID: r.ResultID, Outcome: r.Outcome}, nil
}

// keepText writes a record. One that is too old to count gives its place up; any other
// one stays, and then no row is written.
const keepText = `INSERT INTO idempotency_records (user_id, operation, "key", request_hash, result_type, result_id, outcome, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (user_id, operation, "key") DO UPDATE SET request_hash = excluded.request_hash, result_type = excluded.result_type,
		result_id = excluded.result_id, outcome = excluded.outcome, created_at = excluded.created_at
	WHERE idempotency_records.created_at <= $9`

// Keep writes down what an action came to, in the transaction that did it, so that one
// is never stored without the other. It does nothing for an action without a key.
//
// Faults: BUSY when the same action was stored by another request meanwhile, which
// Once turns into that one's answer.
func Keep(ctx context.Context, tx *ent.Tx, d Done) error {
	p, keyed := ctx.Value(pendingKey{}).(*pending)
	if !keyed {
		return nil
	}
	result, err := tx.ExecContext(ctx, keepText, p.User, p.Operation, p.Key, p.Hash, d.Type, d.ID, d.Outcome, p.wall, p.wall.Add(-once.Life))
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = fault.New(fault.Busy, "The same request is being answered: try again.")
	}
	return err
}

// ForgetKeys deletes up to n keys whose time is over at that instant of real time, the
// oldest first, and gives how many those were.
func (s *Store) ForgetKeys(ctx context.Context, wall time.Time, n int) (int, error) {
	gone := 0
	err := s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		ids, err := tx.Idempotency.Query().Where(idempotency.CreatedAtLTE(Instant(wall).Add(-once.Life))).
			Order(idempotency.ByCreatedAt()).Limit(n).IDs(ctx)
		if gone = 0; err != nil || len(ids) == 0 {
			return err
		}
		gone, err = tx.Idempotency.Delete().Where(In(idempotency.FieldID, ids)).Exec(ctx)
		return err
	})
	return gone, err
}
