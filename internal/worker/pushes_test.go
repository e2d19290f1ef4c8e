package worker_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"kontrak/ent/devicetoken"
	"kontrak/ent/outbox"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/lifecycle"
	"kontrak/internal/push"
	"kontrak/internal/testkit"
	"kontrak/internal/worker"
)

func (r *rig) keep(email, id, token string) error {
	ctx := r.As(email)
	return r.Auth.KeepDevice(ctx, actor.From(ctx), authn.Device{ID: id, PushToken: token, Platform: "android"})
}

// pushes is the channel for push messages, as the program has it.
func (r *rig) pushes(by push.Sender) worker.Channel {
	c := worker.Channel{
		Name: lifecycle.ChannelPush, Store: r.Store, Wall: r.Wall.Now, Log: slog.New(slog.NewTextHandler(r.Log, nil)),
		Deliver: worker.Pushes(r.Market, r.Auth, by),
	}
	if f, is := by.(*push.FCM); is {
		c.Ready = f.Ready
	}
	return c
}

// fcm is a sender to a server, which it leaves alone for no time at all.
func (r *rig) fcm(t *testing.T, server *testkit.FCM) *push.FCM {
	t.Helper()
	f, err := push.NewFCM(push.Config{
		Credentials: server.Credentials, URL: server.URL, Wall: r.Wall.Now, Timeout: 100 * time.Millisecond, Rest: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// dying sends, and is killed before anybody can note it.
type dying struct {
	push.Sender
	kills *int
}

func (d dying) Send(ctx context.Context, m push.Message) error {
	err := d.Sender.Send(ctx, m)
	if err == nil && *d.kills > 0 {
		*d.kills--
		panic(errKilled)
	}
	return err
}

// left leaves events that become push messages to the two devices of the managers of
// home, and gives the ids of those messages.
func (r *rig) left(t *testing.T, n int) map[string]bool {
	t.Helper()
	r.drain(t, r.channel(), 0)
	r.device(t, "institution@demo.test", "phone", "token-1")
	r.device(t, "member@demo.test", "phone", "token-2")
	r.leave(t, n, "contract_payment_verified", r.World.Contract("offer"))
	r.drain(t, r.channel(), 0)
	ids := map[string]bool{}
	for _, key := range r.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelPush)).Select(outbox.FieldKey).StringsX(t.Context()) {
		ids[key] = true
	}
	if len(ids) != 2*n {
		t.Fatalf("%d push messages, want %d", len(ids), 2*n)
	}
	return ids
}

// checkTaken says which messages the server did not take, and how many it took again.
func checkTaken(t *testing.T, server *testkit.FCM, ids map[string]bool) (repeats int) {
	t.Helper()
	seen := map[string]int{}
	for _, m := range server.Taken() {
		id := m.Data["id"]
		if !ids[id] || m.Tag != id || m.CollapseID != id || m.Title == "" || m.Body == "" || m.Data["type"] == "" || !strings.HasPrefix(m.Data["subject"], "Contract:") {
			t.Errorf("taken: %+v", m)
		}
		seen[id]++
	}
	for id := range ids {
		if seen[id] == 0 {
			t.Errorf("%s never arrived", id)
		}
		repeats += max(0, seen[id]-1)
	}
	return repeats
}

func TestAPushMessageIsSentOnceAndTheSameAgainWhenTheSenderIsKilled(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		ids := r.left(t, 4)
		server := testkit.NewFCM(t)
		kills := 10
		c := r.pushes(dying{r.fcm(t, server), &kills})
		r.drain(t, c, 11*time.Minute)
		if repeats := checkTaken(t, server, ids); repeats != 10 || kills != 0 {
			t.Errorf("%d repeats after %d kills", repeats, 10-kills)
		}
	})
}

func TestPushMessagesOutliveAServerThatMisbehaves(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		ids := r.left(t, 5)
		server := testkit.NewFCM(t)
		end := make(chan struct{})
		t.Cleanup(func() { close(end) })
		asked := r.Wall.Now().Add(24 * time.Hour)
		server.Misbehave(func(call int, _ testkit.PushTaken, w http.ResponseWriter) bool {
			switch call {
			case 1, 7:
				<-end // slow
			case 2, 3:
				w.WriteHeader(http.StatusInternalServerError)
			case 4:
				w.Header().Set("Retry-After", "1800")
				testkit.FCMError(w, http.StatusTooManyRequests, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "")
				asked = r.Wall.Now().Add(30 * time.Minute)
			case 5:
				_, _ = w.Write([]byte("<html>"))
			case 6:
				testkit.HangUp(w)
			default:
				return false
			}
			return true
		})
		server.Spoil(func(call int, w http.ResponseWriter) bool {
			if call == 9 {
				testkit.HangUp(w) // it took the message, and nobody knows
			}
			return call == 9
		})
		c := r.pushes(r.fcm(t, server))
		for range 60 { // a minute each
			_ = round(t.Context(), c)
			r.Wall.Set(r.Wall.Now().Add(time.Minute))
			if n := r.waiting(t, lifecycle.ChannelPush); n == 0 && r.Wall.Now().Before(asked) {
				t.Error("it was sent before the server wanted it")
			}
		}
		r.drain(t, c, time.Minute)
		if repeats := checkTaken(t, server, ids); repeats != 1 {
			t.Errorf("%d repeats, want the one that nobody knew of", repeats)
		}
		again := server.Calls()
		if err := round(t.Context(), c); err != nil || server.Calls() != again {
			t.Errorf("afterwards: %v, %d calls more", err, server.Calls()-again)
		}
	})
}

func TestAServerThatIsDeadForTenMinutesCostsLittleAndLosesNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		ids := r.left(t, 30)
		server := testkit.NewFCM(t)
		server.Misbehave(func(_ int, _ testkit.PushTaken, w http.ResponseWriter) bool { testkit.HangUp(w); return true })
		c := r.pushes(r.fcm(t, server))
		for range 120 { // five seconds each
			_ = round(t.Context(), c)
			r.Wall.Set(r.Wall.Now().Add(5 * time.Second))
		}
		// It rests for no time here, so the pauses of each message are all that holds them
		// back: 5 s, 10 s and so on, seven in ten minutes with their jitter.
		if n := server.Calls(); n > 8*len(ids) {
			t.Errorf("%d calls to a dead server for %d messages", n, len(ids))
		}
		if n := r.waiting(t, lifecycle.ChannelPush); n != len(ids) {
			t.Errorf("%d messages wait, want all %d", n, len(ids))
		}
		server.Misbehave(nil)
		r.drain(t, c, time.Minute)
		if repeats := checkTaken(t, server, ids); repeats != 0 {
			t.Errorf("%d repeats", repeats)
		}
	})
}

func TestWhileAServerRestsNothingIsClaimed(t *testing.T) {
	t.Parallel()
	r := rigOn(t, testkit.SQLite(t))
	ids := r.left(t, 10)
	server := testkit.NewFCM(t)
	server.Misbehave(func(_ int, _ testkit.PushTaken, w http.ResponseWriter) bool { w.WriteHeader(503); return true })
	f, err := push.NewFCM(push.Config{Credentials: server.Credentials, URL: server.URL, Wall: r.Wall.Now, Rest: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		_ = round(t.Context(), r.pushes(f))
		r.Wall.Set(r.Wall.Now().Add(time.Minute))
	}
	if server.Calls() != 5 {
		t.Errorf("%d calls", server.Calls())
	}
	claims := 0
	for _, m := range r.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelPush)).AllX(t.Context()) {
		claims += m.Attempts
		if m.ClaimedUntil != nil || !ids[m.Key] {
			t.Errorf("%s is held until %s", m.Key, m.ClaimedUntil)
		}
	}
	if claims != 5 {
		t.Errorf("%d tries, want 5", claims)
	}
}

func TestADeviceThatIsGoneIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		r.left(t, 3)
		server := testkit.NewFCM(t)
		server.Misbehave(func(_ int, to testkit.PushTaken, w http.ResponseWriter) bool {
			if to.Token == "token-1" {
				testkit.FCMError(w, http.StatusNotFound, "NOT_FOUND", "UNREGISTERED", "")
			}
			return to.Token == "token-1"
		})
		r.drain(t, r.pushes(r.fcm(t, server)), time.Minute)
		if n := server.Calls(); n != 4 {
			t.Errorf("%d calls, want one to the device that is gone and three to the other", n)
		}
		gone := r.Store.Client().DeviceToken.Query().Where(devicetoken.Token("token-1")).OnlyX(t.Context())
		if gone.RetiredAt == nil {
			t.Error("its token is kept")
		}
		dropped := r.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelPush), outbox.LastErrorNEQ("")).AllX(t.Context())
		if len(dropped) != 3 {
			t.Errorf("%d were dropped", len(dropped))
		}
		r.device(t, "institution@demo.test", "phone", "token-1") // it registers again
		r.leave(t, 1, "contract_payment_verified", r.World.Contract("offer"))
		r.drain(t, r.channel(), 0)
		server.Misbehave(nil)
		r.drain(t, r.pushes(r.fcm(t, server)), time.Minute)
		if n := server.Calls(); n != 2 {
			t.Errorf("%d calls once it is back, want 2", n)
		}
	})
}

func TestATokenMovesWithItsDevice(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := rigOn(t, db)
		r.left(t, 1)
		r.device(t, "foreign@demo.test", "phone", "token-1") // somebody else signs in on it
		server := testkit.NewFCM(t)
		r.drain(t, r.pushes(r.fcm(t, server)), time.Minute)
		for _, m := range server.Taken() {
			if m.Token == "token-1" {
				t.Errorf("another person's message reached it: %+v", m)
			}
		}
		r.leave(t, 1, "contract_payment_verified", r.World.Contract("offer_foreign"))
		r.drain(t, r.channel(), 0)
		r.drain(t, r.pushes(r.fcm(t, server)), time.Minute)
		if all := server.Taken(); len(all) != 2 || all[1].Token != "token-1" {
			t.Errorf("taken: %+v", all)
		}
	})
}

func TestAPushMessageSaysWhatItsReaderMaySeeThen(t *testing.T) {
	t.Parallel()
	r := rigOn(t, testkit.SQLite(t))
	r.left(t, 3)
	server := testkit.NewFCM(t)
	f := r.fcm(t, server)
	ctx := r.As("member@demo.test")
	if _, err := r.Market.ReadNotifications(ctx); err != nil { // it has read them meanwhile
		t.Fatal(err)
	}
	r.drain(t, r.pushes(f), time.Minute)
	for _, m := range server.Taken() {
		if m.Token != "token-1" || !strings.Contains(m.Title, "NKT-") || !strings.HasPrefix(m.Title, "Pembayaran") {
			t.Errorf("taken: %+v", m)
		}
	}
	if n := len(server.Taken()); n != 3 {
		t.Errorf("%d were taken", n)
	}
}

func TestWithoutAPushServiceMessagesAreDroppedWithAReason(t *testing.T) {
	t.Parallel()
	r := rigOn(t, testkit.SQLite(t))
	ids := r.left(t, 2)
	r.drain(t, r.pushes(nil), 0)
	for _, m := range r.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelPush)).AllX(t.Context()) {
		if !ids[m.Key] || !strings.Contains(m.LastError, "no push service is set up") {
			t.Errorf("%s: %q", m.Key, m.LastError)
		}
	}
}

// TestAPushMessageIsForWhoIsStillSignedInOnTheDevice: what was left for it before is
// dropped, and nothing more is left.
func TestAPushMessageIsForWhoIsStillSignedInOnTheDevice(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		name string
		end  func(ctx context.Context, r *rig) error
	}{
		{"signed out everywhere", func(ctx context.Context, r *rig) error {
			return r.Auth.SignOut(ctx, actor.From(r.As("member@demo.test")), true)
		}},
		{"suspended", func(ctx context.Context, r *rig) error {
			return r.Store.Client().User.Update().Where(user.Email("member@demo.test")).SetStatus(lifecycle.UserSuspended).Exec(ctx)
		}},
		{"another role", func(ctx context.Context, r *rig) error {
			return r.Store.Client().User.Update().Where(user.Email("member@demo.test")).SetRole(actor.Supervisor).Exec(ctx)
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
				r := rigOn(t, db)
				r.left(t, 1)
				if err := way.end(t.Context(), r); err != nil {
					t.Fatal(err)
				}
				r.leave(t, 1, "contract_payment_verified", r.World.Contract("offer"))
				r.drain(t, r.channel(), 0)
				if n := r.waiting(t, lifecycle.ChannelPush); n != 3 {
					t.Errorf("%d push messages wait, want those two from before and one more", n)
				}
				server := testkit.NewFCM(t)
				r.drain(t, r.pushes(r.fcm(t, server)), time.Minute)
				for _, m := range server.Taken() {
					if m.Token != "token-1" {
						t.Errorf("%s was sent to the device of whoever is signed in on it no more", m.Data["id"])
					}
				}
				if len(server.Taken()) != 2 {
					t.Errorf("%d push messages were sent, want two to the other device", len(server.Taken()))
				}
			})
		})
	}
}
