package worker_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/notification"
	"kontrak/ent/onetimecode"
	"kontrak/ent/outbox"
	"kontrak/ent/qrtoken"
	"kontrak/ent/refreshtoken"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/ent/webhookdelivery"
	"kontrak/internal/actor"
	"kontrak/internal/files"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/worker"
	"kontrak/internal/world"
)

// ending makes rows of one kind that have ended at some instants.
type ending struct {
	name string
	keep time.Duration
	// make makes one row that ended then; the zero instant for one that has not.
	make func(ctx context.Context, c *ent.Client, n int, ended time.Time) int64
	// left gives those that are there.
	left func(ctx context.Context, c *ent.Client) []int64
}

// maybeAt is the instant, or nil.
func maybeAt(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// alive is the instant, or one long after.
func alive(at time.Time) time.Time {
	if at.IsZero() {
		return world.Now.AddDate(1, 0, 0)
	}
	return at
}

func endings(ctx context.Context, c *ent.Client, contractID int64) []ending {
	owner := c.User.Query().Where(user.Email("institution@demo.test")).OnlyX(ctx).ID
	of := c.Contract.GetX(ctx, contractID)
	hook := c.Webhook.Create().SetURL("https://example.com").SetEvents([]string{"x"}).SetNonce("n").SetCreatedByID(owner).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx)
	begin := func(expires time.Time) *ent.SessionCreate {
		return c.Session.Create().SetUserID(owner).SetRole(actor.Institution).SetExpiresAt(expires).SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
	}
	ownSessions := func(ctx context.Context, c *ent.Client) []int64 {
		return c.Session.Query().Where(session.UserID(owner)).Order(session.ByID()).IDsX(ctx)
	}
	token := func(ctx context.Context, c *ent.Client, s *ent.Session) int64 {
		c.RefreshToken.Create().SetSessionID(s.ID).SetHash(fmt.Sprint("h", s.ID)).SetCreatedAt(world.Now).ExecX(ctx)
		return s.ID
	}
	tell := func(c *ent.Client, n int, came time.Time) *ent.NotificationCreate {
		return c.Notification.Create().SetUserID(owner).SetKey(fmt.Sprint("k", n, came, rand.Text())).SetType("general").SetCreatedAt(came)
	}
	return []ending{
		{"codes", store.KeepCodes, func(ctx context.Context, c *ent.Client, n int, ended time.Time) int64 {
			return c.OneTimeCode.Create().SetSubject(fmt.Sprint("s", n, ended)).SetPurpose(lifecycle.CodePasswordReset).SetNonce(fmt.Sprint(n)).
				SetExpiresAt(alive(ended)).SetResendAt(world.Now).SetCreatedAt(world.Now).SaveX(ctx).ID
		}, func(ctx context.Context, c *ent.Client) []int64 {
			return c.OneTimeCode.Query().Order(onetimecode.ByID()).IDsX(ctx)
		}},
		{"sessions that expired", store.KeepSessions, func(ctx context.Context, c *ent.Client, _ int, ended time.Time) int64 {
			return token(ctx, c, begin(alive(ended)).SaveX(ctx))
		}, ownSessions},
		{"sessions that were ended", store.KeepSessions, func(ctx context.Context, c *ent.Client, _ int, ended time.Time) int64 {
			return token(ctx, c, begin(alive(time.Time{})).SetNillableRevokedAt(maybeAt(ended)).SaveX(ctx))
		}, ownSessions},
		{"messages", store.KeepDelivered, func(ctx context.Context, c *ent.Client, n int, ended time.Time) int64 {
			return c.Outbox.Create().SetKey(fmt.Sprint("k", n, ended)).SetTopic("x").SetPayload(json.RawMessage(`{}`)).SetAvailableAt(world.Now).
				SetNillableDeliveredAt(maybeAt(ended)).SetCreatedAt(world.Now).SaveX(ctx).ID
		}, func(ctx context.Context, c *ent.Client) []int64 {
			return c.Outbox.Query().Where(outbox.Topic("x")).Order(outbox.ByID()).IDsX(ctx)
		}},
		{"deliveries", store.KeepDeliveries, func(ctx context.Context, c *ent.Client, n int, ended time.Time) int64 {
			return c.WebhookDelivery.Create().SetWebhookID(hook.ID).SetKey(fmt.Sprint("k", n, ended)).SetEvent("x").SetPayload(json.RawMessage(`{}`)).SetOccurredAt(world.Now).
				SetAvailableAt(world.Now).SetNillableEndedAt(maybeAt(ended)).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(ctx).ID
		}, func(ctx context.Context, c *ent.Client) []int64 {
			return c.WebhookDelivery.Query().Order(webhookdelivery.ByID()).IDsX(ctx)
		}},
		{"notifications that were read", store.KeepRead, func(ctx context.Context, c *ent.Client, n int, ended time.Time) int64 {
			return tell(c, n, world.Now.AddDate(-5, 0, 0)).SetReadAt(alive(ended)).SaveX(ctx).ID
		}, func(ctx context.Context, c *ent.Client) []int64 {
			return c.Notification.Query().Where(notification.ReadAtNotNil()).Order(notification.ByID()).IDsX(ctx)
		}},
		{"notifications that were not", store.KeepUnread, func(ctx context.Context, c *ent.Client, n int, ended time.Time) int64 {
			return tell(c, n, alive(ended)).SaveX(ctx).ID
		}, func(ctx context.Context, c *ent.Client) []int64 {
			return c.Notification.Query().Where(notification.ReadAtIsNil()).Order(notification.ByID()).IDsX(ctx)
		}},
		{"codes of work", store.KeepQRTokens, func(ctx context.Context, c *ent.Client, n int, ended time.Time) int64 {
			return c.QRToken.Create().SetInstitutionID(of.InstitutionID).SetContractID(of.ID).SetPhase(lifecycle.QRStart).SetNonce("n").SetHash(fmt.Sprint("h", n, ended)).
				SetMadeByID(owner).SetExpiresAt(alive(ended)).SetCreatedAt(world.Now).SaveX(ctx).ID
		}, func(ctx context.Context, c *ent.Client) []int64 {
			return c.QRToken.Query().Where(qrtoken.ContractID(of.ID)).Order(qrtoken.ByID()).IDsX(ctx)
		}},
	}
}

func keeper(app *testkit.App, batch int) *worker.Housekeeping {
	return &worker.Housekeeping{Store: app.Store, Files: app.Market, Wall: app.Wall.Now, Log: slog.New(slog.DiscardHandler), Batch: batch}
}

// TestWhatHasEndedIsDeletedWhenItIsTimeAndNotBefore: each kind to the millisecond, and
// what is alive never.
func TestWhatHasEndedIsDeletedWhenItIsTimeAndNotBefore(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		ctx, c := t.Context(), app.Store.Client()
		task := keeper(app, 0)
		app.Wall.Set(world.Now.AddDate(0, 6, 0)) // the demo's own are gone
		for more := true; more; {
			var err error
			if more, err = task.Task(ctx); err != nil {
				t.Fatal(err)
			}
		}
		wall := app.Wall.Now()
		for _, e := range endings(ctx, c, app.World.Contract("accepted")) {
			there := e.left(ctx, c)
			due := e.make(ctx, c, 1, wall.Add(-e.keep))
			soon := e.make(ctx, c, 2, wall.Add(-e.keep+time.Millisecond))
			live := e.make(ctx, c, 3, time.Time{})
			if _, err := task.Task(ctx); err != nil {
				t.Fatal(err)
			}
			if left := e.left(ctx, c); !slices.Equal(left, append(there, soon, live)) {
				t.Errorf("%s: %v are left, want %v without %d", e.name, left, append(there, soon, live), due)
			}
			app.Wall.Set(wall.Add(time.Millisecond))
			if _, err := task.Task(ctx); err != nil {
				t.Fatal(err)
			}
			if left := e.left(ctx, c); !slices.Equal(left, append(there, live)) {
				t.Errorf("%s, a millisecond later: %v are left, want %v", e.name, left, append(there, live))
			}
			app.Wall.Set(wall)
		}
		if n := c.RefreshToken.Query().Where(refreshtoken.HasSessionWith(session.RevokedAtLTE(wall.Add(-store.KeepSessions)))).CountX(ctx); n != 0 {
			t.Errorf("%d refresh tokens are left", n)
		}
	})
}

// TestHowLongNotificationsAreKeptIsASetting.
func TestHowLongNotificationsAreKeptIsASetting(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	ctx, c, wall := t.Context(), app.Store.Client(), app.Wall.Now()
	tell := func(came time.Time) *ent.NotificationCreate {
		return c.Notification.Create().SetUserID(app.World.Accounts[0].UserID).SetKey(rand.Text()).SetType("general").SetCreatedAt(came)
	}
	tell(wall.AddDate(0, 0, -20)).SetReadAt(wall.AddDate(0, 0, -8)).ExecX(ctx)
	tell(wall.AddDate(0, 0, -15)).ExecX(ctx)
	left := []int64{tell(wall.AddDate(0, 0, -20)).SetReadAt(wall.AddDate(0, 0, -6)).SaveX(ctx).ID, tell(wall.AddDate(0, 0, -13)).SaveX(ctx).ID}
	task := keeper(app, 0)
	task.KeepRead, task.KeepUnread = 7*24*time.Hour, 14*24*time.Hour
	if _, err := task.Task(ctx); err != nil {
		t.Fatal(err)
	}
	if got := c.Notification.Query().Order(notification.ByID()).IDsX(ctx); !slices.Equal(got, left) {
		t.Errorf("%v are left, want %v", got, left)
	}
}

// TestABatchIsBoundedAndTwoNodesDoNoHarm: no round deletes more than its batch of a kind,
// a session with many refresh tokens included; of two nodes at once each row goes once.
func TestABatchIsBoundedAndTwoNodesDoNoHarm(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		ctx, c := t.Context(), app.Store.Client()
		all := endings(ctx, c, app.World.Contract("accepted"))
		old := app.Wall.Now().AddDate(-2, 0, 0)
		codes := all[0]
		for n := range 5 {
			codes.make(ctx, c, n, old)
		}
		for _, want := range []int{2, 2, 1, 0} {
			if gone, err := app.Store.ForgetCodes(ctx, app.Wall.Now(), 2); gone != want || err != nil {
				t.Errorf("%d went of a batch, want %d: %v", gone, want, err)
			}
		}
		id := all[1].make(ctx, c, 0, old)
		for n := range 4 {
			c.RefreshToken.Create().SetSessionID(id).SetHash(fmt.Sprint("more", n)).SetCreatedAt(world.Now).ExecX(ctx)
		}
		for _, want := range []int{2, 2, 2, 0} { // five tokens, and then the session
			if gone, err := app.Store.ForgetSessions(ctx, app.Wall.Now(), 2); gone != want || err != nil {
				t.Errorf("%d rows of a session went, want %d: %v", gone, want, err)
			}
		}
		for _, e := range all {
			for n := range 20 {
				e.make(ctx, c, n, old.Add(-time.Hour))
			}
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				task := keeper(app, 3)
				for range 60 {
					if _, err := task.Task(ctx); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
		for _, e := range all {
			if gone, err := e.left(ctx, c), error(nil); len(gone) > 1 && !strings.HasPrefix(e.name, "sessions") {
				t.Errorf("%s: %d are left, %v", e.name, len(gone), err)
			}
		}
		if n := c.Session.Query().Where(session.Or(session.ExpiresAtLTE(old), session.RevokedAtLTE(old))).CountX(ctx); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

// TestFilesThatNoRowNamesAreRemovedAfterADay, page by page, by two nodes at once.
func TestFilesThatNoRowNamesAreRemovedAfterADay(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		ctx := t.Context()
		put := func(name string, public bool, at time.Time) {
			err := app.Files.Put(ctx, files.New{Name: name, At: at, Public: public, Type: "image/png", Size: 1, Content: strings.NewReader("x")})
			if err != nil {
				t.Fatal(err)
			}
		}
		named, wall := app.Files.Count(), app.Wall.Now()
		for i := range 7 {
			put(fmt.Sprintf("%d-old.png", i), i%2 == 0, wall.Add(-24*time.Hour))
		}
		put("a-young.png", true, wall.Add(-24*time.Hour+time.Millisecond))
		put("z-young.png", false, wall)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				task := keeper(app, 5)
				for range 2 + (named+9)/5 + 2 { // a walk through both folders
					if _, err := task.Task(ctx); err != nil {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
		if n := app.Files.Count(); n != named+2 {
			t.Errorf("%d files are left, want %d", n, named+2)
		}
		for name := range app.World.Files {
			f, err := app.Files.Open(ctx, name)
			if err != nil {
				t.Errorf("%s is gone: %v", name, err)
				continue
			}
			_ = f.Content.Close()
		}
		if _, err := app.Files.Open(ctx, "0-old.png"); err == nil || err != fs.ErrNotExist { //nolint:errorlint // as the store says
			t.Errorf("%v", err)
		}
	})
}
