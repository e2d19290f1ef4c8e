// Package market holds the use-cases: every rule that a caller can meet. One
// exported method is one business action or one question; it reads who calls
// from the context, climbs the same ladder of checks (who calls, may the role do
// this, may the caller know of the record, may they do this to it, is the input
// right, does the state allow it, did nobody else win) and answers with views
// that hold nothing the caller may not see.
package market

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/clock"
	"kontrak/internal/fault"
	"kontrak/internal/files"
	"kontrak/internal/store"
)

// Config names what an App is made of. Every part but Held, Subscriptions
// and Stands is required.
type Config struct {
	Store *store.Store
	// Now is business time: stamps, deadlines, all that is printed.
	Now func() time.Time
	// Held is the clock behind Now where that is held: in the demo and in tests. It
	// can be moved then.
	Held *clock.Held
	// Wall is real time: how long links live.
	Wall func() time.Time
	// Files keeps what is uploaded.
	Files files.Store
	Links Links
	// Hooks is what webhooks are made with.
	Hooks  Hooks
	Logger *slog.Logger
	// Subscriptions is how many of an account this node keeps at once; MaxSubscriptions
	// when zero.
	Subscriptions int
	// Stands tells of callers, by their sessions, why they are not what they were any
	// more: TOKEN_INVALID. Of those who are it says nothing. Without it every
	// subscription lasts as long as its connection.
	Stands func(ctx context.Context, callers []actor.Actor) (map[int64]error, error)
	// Invite lets the owner of an account without a password choose one, by a mail, in
	// the transaction that makes the account.
	Invite func(ctx context.Context, tx *ent.Tx, userID int64, email string) error
}

// App answers every use-case. It is safe for concurrent use.
type App struct {
	store *store.Store
	now   func() time.Time
	held  *clock.Held // nil where time is real
	wall  func() time.Time
	files files.Store
	links Links
	hooks Hooks
	log   *slog.Logger
	// stands is that of Config, and feed who is subscribed.
	stands func(ctx context.Context, callers []actor.Actor) (map[int64]error, error)
	feed   *feed
	invite func(ctx context.Context, tx *ent.Tx, userID int64, email string) error
}

// New makes an App.
func New(c Config) *App {
	a := &App{store: c.Store, now: c.Now, held: c.Held, wall: c.Wall, files: c.Files, links: c.Links, hooks: c.Hooks, log: c.Logger, stands: c.Stands, invite: c.Invite}
	a.feed = &feed{
		app: a, circles: map[string]*circle{}, of: map[int64]int{}, most: cmp.Or(c.Subscriptions, MaxSubscriptions), joining: map[*joining]bool{},
	}
	return a
}

// Now is business time, in milliseconds. A use-case reads it once.
func (a *App) Now() time.Time { return store.Instant(a.now()) }

// caller gives who calls, and fails unless the caller has one of the roles. With
// no roles, everybody who has signed in may pass.
//
// Faults: UNAUTHENTICATED, FORBIDDEN.
func caller(ctx context.Context, roles ...actor.Role) (actor.Actor, error) {
	who := actor.From(ctx)
	if who.Anonymous() {
		return who, fault.New(fault.TokenMissing, "")
	}
	if len(roles) > 0 && !who.Is(roles...) {
		return who, RoleRefusal(who, roles)
	}
	return who, nil
}
