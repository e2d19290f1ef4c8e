package authn_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"kontrak/ent/onetimecode"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// wait gives how long whoever asks for a code is told to wait; 0 when it is sent.
func wait(t *testing.T, err error) time.Duration {
	t.Helper()
	if err == nil {
		return 0
	}
	f, _ := fault.As(err)
	if f == nil || f.Code != fault.RateLimited {
		t.Fatal(err)
	}
	seconds, _ := f.Meta["retry_after"].(int)
	return time.Duration(seconds) * time.Second
}

// TestTheCoolDownOutlivesItsCode: neither wrong tries nor the right digits, which end a
// code, bring the next one sooner; for an address that nobody has it is the same.
func TestTheCoolDownOutlivesItsCode(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		ask := func(email string) time.Duration {
			_, err := a.Auth.SendCode(t.Context(), lifecycle.CodePasswordReset, email, "")
			return wait(t, err)
		}
		for _, email := range []string{"partner@demo.test", "nobody@demo.test"} {
			if ask(email) != 0 {
				t.Fatal("the first is refused")
			}
			for range authn.DefaultCodeTries {
				if _, err := a.Auth.VerifyReset(t.Context(), email, "12345x", ""); code(err) != fault.InputInvalid {
					t.Fatal(err)
				}
			}
			if got := ask(email); got != time.Minute {
				t.Errorf("%s, after five wrong tries: wait %v", email, got)
			}
		}
		if open := a.Store.Client().OneTimeCode.Query().Where(onetimecode.EndedAtIsNil(), onetimecode.UserIDNotNil()).CountX(t.Context()); open != 0 {
			t.Fatalf("%d codes are open: the tries ended none", open)
		}
		a.Wall.Advance(time.Minute)
		if ask("partner@demo.test") != 0 {
			t.Error("after a minute: it is refused")
		}
		if _, err := a.Auth.VerifyReset(t.Context(), "partner@demo.test", sent(t, a), ""); err != nil {
			t.Fatal(err)
		}
		if got := ask("partner@demo.test"); got != time.Minute {
			t.Errorf("after the right digits: wait %v", got)
		}
	})
}

// TestAnAddressIsSentFiveCodesAnHour, from wherever they are asked for, and whether
// anybody has it or not. What is asked for another purpose is counted by itself.
func TestAnAddressIsSentFiveCodesAnHour(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		both := func(name string, at, want time.Duration) {
			t.Helper()
			a.Wall.Set(world.Now.Add(at))
			var said [2]string
			for i, email := range []string{"partner@demo.test", "nobody@demo.test"} {
				ctx, ran := observe(t)
				v, err := a.Auth.SendCode(ctx, lifecycle.CodePasswordReset, email, fmt.Sprintf("192.0.2.%d:1", int(at/time.Minute)))
				if got := wait(t, err); got != want {
					t.Errorf("%s, %s: wait %v, want %v", name, email, got, want)
				}
				said[i] = fmt.Sprint(ran())
				if v != nil {
					said[i] += fmt.Sprint(v.ResendAvailableAt, v.AttemptsRemaining)
				}
			}
			if said[0] != said[1] {
				t.Errorf("%s: whoever has an address is told %s, whoever has none %s", name, said[0], said[1])
			}
		}
		for i := range authn.DefaultCodesPerHour {
			both("one of five", time.Duration(i)*10*time.Minute, 0)
		}
		both("a sixth", 50*time.Minute, 10*time.Minute)
		if err := a.Auth.ForgotPassword(t.Context(), "partner@demo.test", ""); err != nil {
			t.Errorf("whoever forgot a password is told %v", err)
		}
		if _, err := a.Auth.SendCode(t.Context(), lifecycle.CodeEmailVerification, "partner@demo.test", ""); err != nil {
			t.Errorf("for another purpose: %v", err)
		}
		both("a moment before the first is an hour old", time.Hour-time.Second, time.Second)
		both("when it is", time.Hour, 0)
		both("until the second is", time.Hour+time.Minute, 9*time.Minute)
		if n := a.Store.Client().OneTimeCode.Query().Where(onetimecode.UserIDNotNil(), onetimecode.PurposeEQ(lifecycle.CodePasswordReset)).CountX(t.Context()); n != 6 {
			t.Errorf("%d codes were made", n)
		}
	})
}

// TestTheLastCodeOfAnHourSaysWhenTheNextMayFollow, for whoever shows a countdown.
func TestTheLastCodeOfAnHourSaysWhenTheNextMayFollow(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	for i := range authn.DefaultCodesPerHour {
		v, err := a.Auth.SendCode(t.Context(), lifecycle.CodePasswordReset, "partner@demo.test", "")
		if err != nil {
			t.Fatal(err)
		}
		want := a.Wall.Now().Add(time.Minute)
		if i == authn.DefaultCodesPerHour-1 {
			want = world.Now.Add(time.Hour)
		}
		if !v.ResendAvailableAt.Equal(want) {
			t.Errorf("code %d: the next may follow at %v, want %v", i+1, v.ResendAvailableAt, want)
		}
		a.Wall.Advance(time.Minute)
	}
}

// TestCodesThatNobodyWasSentKeepNobodyOut: whoever asks for codes of an address that
// nobody has does not keep its owner from opening an account.
func TestCodesThatNobodyWasSentKeepNobodyOut(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		for range authn.DefaultCodesPerHour {
			a.Wall.Advance(time.Minute)
			if _, err := a.Auth.SendCode(t.Context(), lifecycle.CodeEmailVerification, somebody.Email, ""); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := a.Auth.Register(t.Context(), somebody); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, sent(t, a), authn.Device{}, ""); err != nil {
			t.Error(err)
		}
	})
}

// TestOfManyWhoAskAtOnceOneIsSentACode.
func TestOfManyWhoAskAtOnceOneIsSentACode(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		for round, end := range []func(){
			func() {},
			func() { // none is open, none is young
				a.Store.Client().OneTimeCode.Update().SetEndedAt(a.Wall.Now()).ExecX(context.WithoutCancel(t.Context()))
			},
		} {
			end()
			a.Wall.Advance(time.Minute)
			var asking sync.WaitGroup
			for range 10 {
				asking.Go(func() {
					_, err := a.Auth.SendCode(t.Context(), lifecycle.CodePasswordReset, "partner@demo.test", "")
					if f, _ := fault.As(err); err != nil && (f == nil || f.Code != fault.RateLimited) {
						t.Error(err)
					}
				})
			}
			asking.Wait()
			if n := a.Store.Client().OneTimeCode.Query().CountX(t.Context()); n != round+1 {
				t.Errorf("%d codes after round %d", n, round+1)
			}
		}
	})
}
