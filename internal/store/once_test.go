package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/once"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// keyedContext is that of a write by a user under a key.
func keyedContext(ctx context.Context, user int64, key, hash string) context.Context {
	ctx = actor.With(ctx, actor.Actor{UserID: user, Role: actor.Admin})
	return once.With(ctx, func(context.Context) (once.Write, error) {
		return once.Write{Operation: "set", Key: key, Hash: hash}, nil
	})
}

func someUser(t *testing.T, s *store.Store) int64 {
	t.Helper()
	return s.Client().User.Create().SetEmail("a@k.test").SetPasswordHash("x").SetFullName("A").SetRole(actor.Admin).
		SetCreatedAt(noon).SetUpdatedAt(noon).SaveX(t.Context()).ID
}

// set is an action that makes a setting, and fails in the way that is given once it is
// done, or is stored.
type set struct {
	s              *store.Store
	inside, behind error
	tries          int
}

func (d *set) run(ctx context.Context, wall time.Time) (string, error) {
	return store.Once(ctx, d.s, wall, func(ctx context.Context) (string, error) {
		d.tries++
		err := d.s.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			made, err := newSetting(tx.Client(), fmt.Sprint("key", d.tries)).Save(ctx)
			if err != nil {
				return err
			}
			return errors.Join(store.Keep(ctx, tx, store.Done{Type: "Setting", ID: made.ID, Outcome: "made"}), d.inside)
		})
		return "done", errors.Join(err, d.behind)
	}, func(_ context.Context, done store.Done) (string, error) { return done.Type + " " + done.Outcome, nil })
}

// TestAWriteThatWasStoredIsDone although its answer was lost: the COMMIT came through,
// and then the connection or the client went. What was not stored is not done.
func TestAWriteThatWasStoredIsDone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		user := someUser(t, s)
		ctx := keyedContext(t.Context(), user, "K", "h")
		d := &set{s: s, inside: fault.New(fault.WrongState, "")}
		if got, err := d.run(ctx, noon); !fault.Is(err, fault.WrongState) || count(t, s) != 0 {
			t.Errorf("refused: %q %v", got, err)
		}
		d.inside, d.behind = nil, fault.New(fault.OutcomeUnknown, "")
		if got, err := d.run(ctx, noon); err != nil || got != "Setting made" {
			t.Errorf("stored, and nobody knew: %q %v", got, err)
		}
		if got, err := d.run(ctx, noon); err != nil || got != "Setting made" || d.tries != 2 || count(t, s) != 1 {
			t.Errorf("again: %q %v, %d tries, %d rows", got, err, d.tries, count(t, s))
		}
		if _, err := d.run(keyedContext(t.Context(), user, "K", "other"), noon); !fault.Is(err, fault.KeyConflict) || d.tries != 2 {
			t.Errorf("another request: %v", err)
		}
		d.behind = nil
		if got, err := d.run(actor.With(ctx, actor.Actor{}), noon); err != nil || got != "done" || count(t, s) != 2 {
			t.Errorf("nobody has keys: %q %v", got, err)
		}
	})
}

// TestOldKeysAreForgotten: those whose day is over, the oldest first, so many at a time.
func TestOldKeysAreForgotten(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		user, d := someUser(t, s), &set{s: s}
		for i := range 5 {
			if _, err := d.run(keyedContext(t.Context(), user, fmt.Sprint("K", i), "h"), noon.Add(time.Duration(i)*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			after      time.Duration
			most, gone int
		}{
			{0, 10, 0}, {once.Life - time.Millisecond, 10, 0}, {once.Life, 10, 1}, {once.Life + 3*time.Second, 2, 2}, {once.Life + 3*time.Second, 2, 1}, {once.Life + 3*time.Second, 2, 0},
		} {
			if n, err := s.ForgetKeys(t.Context(), noon.Add(c.after), c.most); err != nil || n != c.gone {
				t.Errorf("after %v: %d were forgotten, %v; want %d", c.after, n, err, c.gone)
			}
		}
		if n := s.Client().Idempotency.Query().CountX(t.Context()); n != 1 {
			t.Errorf("%d are left", n)
		}
	})
}
