// Package testkit gives tests the real thing: databases of both kinds, the whole
// program on one of them with clocks that are held, the people of the demo world
// with their tokens, and requests through the handler that is served.
package testkit

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/files"
	"kontrak/internal/live"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/world"
)

// What the test program's tokens and links are made with.
const (
	Issuer    = "https://kontrak.test"
	Audience  = "kontrak"
	KeyID     = "test-2"
	OldKeyID  = "test-1"
	PublicURL = "https://kontrak.test"
)

// Secrets are the keys of the test program: the current one and the one before.
var Secrets = map[string][]byte{
	KeyID:    []byte("a secret of the tests, 32 bytes or more"),
	OldKeyID: []byte("the secret that they used before this one"),
}

// Codes are the one-time codes of the test program.
var Codes = authn.Codes{Key: []byte("the key of the tests' one-time codes")}

// App is the whole program on a database that holds the demo world.
type App struct {
	Store  *store.Store
	Market *market.App
	Auth   *authn.Service
	// Hub is where events are published that subscribers are told of. Nobody publishes
	// them by himself here: see Publish.
	Hub *live.Hub
	// Handler is every door, as it is served, of a program that testkit/doors has started.
	Handler http.Handler
	// World tells what is where. It is shared: read it only.
	World *world.World
	// Clock is business time and Wall real time; both stand still.
	Clock, Wall *Clock
	// Files holds the demo's files and what the test uploads.
	Files *files.Memory
	Log   *Log
	// bent are the invariants that the test breaks itself.
	bent []string
	// lawless says that it may break them all.
	lawless bool
	// secrets are those that the test has sent or was given; indiscreet says that it
	// has them logged itself.
	secrets    noted
	indiscreet bool
}

// Links are those of every program that is tested, and open the pages of the demo world.
var Links = market.Links{Base: PublicURL, Key: []byte("the key of the tests' links"), Life: time.Hour}

// Start starts the program without a door on the database, which must be new: it is filled with
// the demo world. Both clocks are held at 2026-06-08T02:00:00Z. When the test ends,
// what always holds is checked (CheckInvariants), and that its log holds no secret and
// no personal data (CheckLog).
func Start(t testing.TB, db Database) *App {
	t.Helper()
	return StartSeeded(t, db, 0)
}

// StartSeeded is Start with a world of another seed: the same people and stories, and
// other contracts beside them.
func StartSeeded(t testing.TB, db Database, seed uint64) *App {
	t.Helper()
	w, err := populate(t.Context(), db, seed)
	if err != nil {
		t.Fatal(err)
	}
	a := &App{World: w, Clock: NewClock(world.Now), Wall: NewClock(world.Now), Log: &Log{}, Files: files.NewMemory(w.Files, w.Public)}
	logger := a.Log.Logger()
	a.Store = db.patient(t).OpenWith(t, store.Config{Logger: logger, MaxWait: patience, ReadTimeout: patience})
	t.Cleanup(func() {
		if !a.lawless {
			CheckInvariants(t, a.Store, a.bent...)
		}
		if !a.indiscreet {
			a.CheckLog(t)
		}
	})
	a.Auth, err = authn.New(authn.Config{
		Store: a.Store, Now: a.Clock.Now, Wall: a.Wall.Now, Issuer: Issuer, Audience: Audience,
		Keys: authn.Keys{Current: KeyID, Secrets: Secrets}, Codes: Codes,
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Market = market.New(market.Config{
		Store: a.Store, Now: a.Clock.Now, Held: a.Clock, Wall: a.Wall.Now, Files: a.Files, Links: Links, Hooks: market.Hooks{Key: []byte("the key of the tests' webhooks"), Private: true}, Logger: logger, Stands: a.Auth.Stands, Invite: a.Auth.Invite,
	})
	a.Hub = live.NewHub(a.Market, logger)
	t.Cleanup(func() {
		if t.Failed() && testing.Verbose() {
			t.Logf("the program's log:\n%s", a.Log)
		}
	})
	return a
}

// OneCaller says that the test has one caller. The race detector, which runs with -short,
// could find nothing in it, and leaves it out.
func OneCaller(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("one caller: nothing that the race detector, which runs with -short, could find")
	}
}

// Token gives an access token of a demo account, good for a day.
func (a *App) Token(t testing.TB, email string) string {
	t.Helper()
	token, err := a.token(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (a *App) token(ctx context.Context, email string) (string, error) {
	id, err := a.Store.Client().User.Query().Where(user.Email(email)).OnlyID(ctx)
	if err != nil {
		return "", fmt.Errorf("testkit: account %s: %w", email, err)
	}
	token, err := a.Auth.Mint(ctx, id, 24*time.Hour)
	a.secrets.secret(token)
	return token, err
}

// As gives the context of a call by a demo account, whose actor is made as it is
// made of a request. It panics when the account cannot sign in.
func (a *App) As(email string) context.Context {
	ctx := context.Background()
	token, err := a.token(ctx, email)
	if err != nil {
		panic(err)
	}
	who, err := a.Auth.Verify(ctx, token)
	if err != nil {
		panic(fmt.Errorf("testkit: %s: %w", email, err))
	}
	return actor.With(ctx, who)
}

// Indiscreet says that the test has secrets logged itself: its log is not looked at when
// it ends.
func (a *App) Indiscreet() { a.indiscreet = true }

// PartnerEmail gives the address of a partner by its name in World.Partners. It
// panics when there is no such partner.
func (a *App) PartnerEmail(name string) string {
	id := a.World.Partners[name]
	for _, account := range a.World.Accounts {
		if id != 0 && account.PartnerID == id {
			return account.Email
		}
	}
	panic("testkit: no account of a partner " + name)
}

// Log keeps what the program logs. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Logger logs everything into it.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write adds lines.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String gives everything that was logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
