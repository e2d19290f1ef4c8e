package authn_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/refreshtoken"
	"kontrak/ent/session"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestARefreshTokenIsUsedOnceAndItsReplayEndsTheSession(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		start := func() *authn.Tokens {
			tokens, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: "partner@demo.test", Password: world.Password})
			if err != nil {
				t.Fatal(err)
			}
			return tokens
		}
		refresh := func(token string, want fault.Code) *authn.Tokens {
			t.Helper()
			next, err := a.Auth.Refresh(t.Context(), token, "")
			if code(err) != want {
				t.Errorf("refresh: %v, want %q", err, want)
			}
			if f, refused := fault.As(err); refused && f.Message != "The refresh token is not valid: sign in again." {
				t.Errorf("refresh: it is told %q", f.Message) // and not of the access token
			}
			return next
		}
		open := func(token string, want bool) {
			t.Helper()
			if _, err := a.Auth.Verify(t.Context(), token); (err == nil) != want {
				t.Errorf("the access token: %v", err)
			}
		}
		// Within the grace the answer may have been lost.
		first := start()
		refresh(first.Refresh, "")
		a.Wall.Advance(30 * time.Second)
		second := refresh(first.Refresh, "")
		third := refresh(second.Refresh, "")
		open(third.Access, true)
		// The successor was used: now two hold the token.
		refresh(first.Refresh, fault.TokenInvalid)
		open(third.Access, false)
		refresh(third.Refresh, fault.TokenInvalid)
		// Whoever holds the successor that was taken back is no longer believed.
		first = start()
		lost := refresh(first.Refresh, "")
		second = refresh(first.Refresh, "")
		refresh(lost.Refresh, fault.TokenInvalid)
		open(second.Access, false)
		// Later than the grace a repeat ends the session, used or not.
		first = start()
		second = refresh(first.Refresh, "")
		a.Wall.Advance(30*time.Second + time.Millisecond)
		refresh(first.Refresh, fault.TokenInvalid)
		open(second.Access, false)
		// What nobody gave ends nothing.
		first = start()
		refresh("unknown", fault.TokenInvalid)
		refresh(first.Access, fault.TokenInvalid)
		if _, err := a.Auth.Refresh(t.Context(), "", ""); code(err) != fault.InputInvalid {
			t.Errorf("without a token: %v", err)
		}
		refresh(strings.Repeat("x", 10_000), fault.TokenInvalid)
		refresh("\x00\xff", fault.TokenInvalid)
		open(first.Access, true)
		// A session ends when nobody refreshes it for its life.
		a.Wall.Advance(authn.DefaultRefreshLife)
		refresh(first.Refresh, fault.TokenInvalid)
	})
}

func TestOfTwentyRefreshesAtOnceOneTokenRemains(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		tokens, userID, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: "partner@demo.test", Password: world.Password})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := a.Auth.Refresh(t.Context(), tokens.Refresh, ""); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		live := a.Store.Client().RefreshToken.Query().Where(refreshtoken.UsedAtIsNil(), refreshtoken.RevokedAtIsNil(),
			refreshtoken.HasSessionWith(session.UserID(userID))).CountX(t.Context())
		if live != 1 {
			t.Errorf("%d tokens are alive", live)
		}
	})
}

func TestSigningOutEndsOneSessionOrAllAndForgetsTheDevice(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	open := func(device string) (*authn.Tokens, actor.Actor) {
		tokens, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{
			Email: "partner@demo.test", Password: world.Password, Device: authn.Device{ID: device, Platform: "ios", PushToken: "push-" + device},
		})
		if err != nil {
			t.Fatal(err)
		}
		who, err := a.Auth.Verify(t.Context(), tokens.Access)
		if err != nil {
			t.Fatal(err)
		}
		return tokens, who
	}
	devices := func() int { return a.Store.Client().DeviceToken.Query().CountX(t.Context()) }
	one, who := open("one")
	two, _ := open("two")
	three, _ := open("three")
	if devices() != 3 {
		t.Fatalf("%d devices are known", devices())
	}
	if err := a.Auth.SignOut(t.Context(), who, false); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Auth.Verify(t.Context(), one.Access); err == nil || devices() != 2 {
		t.Errorf("after signing out on one device its token answers %v, and %d devices are known", err, devices())
	}
	who, err := a.Auth.Verify(t.Context(), two.Access)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Auth.SignOut(t.Context(), who, true); err != nil {
		t.Fatal(err)
	}
	for _, tokens := range []*authn.Tokens{two, three} {
		if _, err := a.Auth.Refresh(t.Context(), tokens.Refresh, ""); code(err) != fault.TokenInvalid {
			t.Errorf("after signing out everywhere: %v", err)
		}
	}
	if devices() != 0 {
		t.Errorf("%d devices are known", devices())
	}
}

func TestAPushTokenMovesWithItsDevice(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		keep := func(email, device, token string) {
			t.Helper()
			if err := a.Auth.KeepDevice(t.Context(), actor.From(a.As(email)), authn.Device{ID: device, PushToken: token}); err != nil {
				t.Fatal(err)
			}
		}
		list := func() (said []string) {
			for _, d := range a.Store.Client().DeviceToken.Query().WithUser().AllX(t.Context()) {
				said = append(said, d.Edges.User.Email+" "+d.DeviceID+" "+d.Token)
			}
			return said
		}
		keep("partner@demo.test", "phone", "t1")
		keep("partner@demo.test", "phone", "t2")
		keep("partner@demo.test", "tablet", "t3")
		keep("institution@demo.test", "phone", "t2") // signed in on the same phone
		if got := strings.Join(list(), ", "); got != "partner@demo.test tablet t3, institution@demo.test phone t2" {
			t.Error(got)
		}
		if err := a.Auth.ForgetDevice(t.Context(), actor.From(a.As("institution@demo.test")), "tablet"); err != nil || len(list()) != 2 {
			t.Errorf("somebody else's device was forgotten: %v %v", err, list())
		}
	})
}
