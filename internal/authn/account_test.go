package authn_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/onetimecode"
	"kontrak/ent/outbox"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// sent gives the digits of the newest mail with a code, as the mail would say them.
func sent(t *testing.T, a *testkit.App) string {
	t.Helper()
	c := a.Store.Client().OneTimeCode.Query().Where(onetimecode.UserIDNotNil(), onetimecode.EndedAtIsNil()).Order(onetimecode.ByID()).AllX(t.Context())
	if len(c) == 0 {
		t.Fatal("no code is open")
	}
	l, err := a.Auth.CodeLetter(t.Context(), c[len(c)-1].ID)
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	return l.Code
}

// other gives digits that are not those.
func other(digits string) string {
	if digits == "000000" {
		return "000001"
	}
	return "000000"
}

var somebody = authn.Registration{
	Email: "Siti@Example.com ", Password: "a good password", Confirmation: "a good password", Name: "Siti", Role: actor.Partner, Phone: "+62 21 5551234",
}

func TestSomebodyOpensAnAccountAndVerifiesItsAddress(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		id, v, err := a.Auth.Register(t.Context(), somebody)
		if err != nil {
			t.Fatal(err)
		}
		if v.Email != "siti@example.com" || v.AttemptsRemaining != 5 || !v.ExpiresAt.Equal(world.Now.Add(10*time.Minute)) || !v.ResendAvailableAt.Equal(world.Now.Add(time.Minute)) {
			t.Errorf("%+v", v)
		}
		if n := a.Store.Client().Outbox.Query().Where(outbox.ChannelEQ(lifecycle.ChannelMail)).CountX(t.Context()); n != 1 {
			t.Errorf("%d mails are in the outbox", n)
		}
		in := authn.SignIn{Email: somebody.Email, Password: somebody.Password}
		if _, _, err := a.Auth.SignIn(t.Context(), in); code(err) != fault.EmailNotVerified {
			t.Errorf("before the address is verified: %v", err)
		}
		digits := sent(t, a)
		if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, other(digits), authn.Device{}, ""); code(err) != fault.InputInvalid {
			t.Errorf("wrong digits: %v", err)
		}
		tokens, user, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, digits, authn.Device{}, "")
		if err != nil || user != id {
			t.Fatal(user, err)
		}
		if who, err := a.Auth.Verify(t.Context(), tokens.Access); err != nil || who.UserID != id || who.Role != actor.Partner {
			t.Error(who, err)
		}
		if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, digits, authn.Device{}, ""); code(err) != fault.InputInvalid {
			t.Errorf("used digits: %v", err)
		}
		if _, _, err := a.Auth.SignIn(t.Context(), in); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		if _, _, err := a.Auth.Register(t.Context(), somebody); code(err) != fault.Duplicate {
			t.Errorf("the address once more: %v", err)
		}
	})
}

func TestARegistrationIsToldEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	before := a.Snapshot(t)["users"]
	_, _, err := a.Auth.Register(t.Context(), authn.Registration{Email: "nobody", Password: "short", Confirmation: "other", Role: actor.Admin, Phone: "x", Language: "de"})
	f, _ := fault.As(err)
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Name)
	}
	if got := strings.Join(names, " "); got != "email full_name language password password_confirmation phone_number role" {
		t.Errorf("the bad fields are %s", got)
	}
	if a.Snapshot(t)["users"] != before {
		t.Error("somebody was registered")
	}
}

func TestACodeEndsAfterFiveWrongTriesHoweverManyGuessAtOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		if _, _, err := a.Auth.Register(t.Context(), somebody); err != nil {
			t.Fatal(err)
		}
		digits := sent(t, a)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, other(digits), authn.Device{}, ""); code(err) != fault.InputInvalid {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c := a.Store.Client().OneTimeCode.Query().OnlyX(t.Context())
		if c.Tries != 5 || c.EndedAt == nil {
			t.Errorf("%d tries were counted, and it ended at %v", c.Tries, c.EndedAt)
		}
		if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, digits, authn.Device{}, ""); code(err) != fault.InputInvalid {
			t.Errorf("the right digits after that: %v", err)
		}
	})
}

func TestACodeIsGoodForItsLifeAndTheNewestAlone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		if _, _, err := a.Auth.Register(t.Context(), somebody); err != nil {
			t.Fatal(err)
		}
		first := sent(t, a)
		_, err := a.Auth.SendCode(t.Context(), lifecycle.CodeEmailVerification, somebody.Email, "")
		if f, _ := fault.As(err); f == nil || f.Code != fault.RateLimited || f.Meta["retry_after"] != 60 {
			t.Errorf("at once: %v", err)
		}
		a.Wall.Advance(time.Minute)
		if _, err := a.Auth.SendCode(t.Context(), lifecycle.CodeEmailVerification, somebody.Email, ""); err != nil {
			t.Fatal(err)
		}
		second := sent(t, a)
		if first != second { // one time in a million they are the same
			if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, first, authn.Device{}, ""); code(err) != fault.InputInvalid {
				t.Errorf("the digits before: %v", err)
			}
		}
		a.Wall.Advance(10 * time.Minute)
		if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, second, authn.Device{}, ""); code(err) != fault.InputInvalid {
			t.Errorf("after ten minutes: %v", err)
		}
	})
}

// TestAnAddressThatNobodyHasIsToldTheSame: the answers to whoever asks for codes and
// tries them are the same for an account and for none, statement for statement.
func TestAnAddressThatNobodyHasIsToldTheSame(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		tell := func(email string) (said []string) {
			note := func(v any, err error) {
				f, _ := fault.As(err)
				said = append(said, strings.ReplaceAll(text(v, f), email, "ADDRESS"))
			}
			for _, purpose := range []lifecycle.CodePurpose{lifecycle.CodePasswordReset, lifecycle.CodeEmailVerification} {
				for range 2 { // the second is too soon
					ctx, ran := observe(t)
					v, err := a.Auth.SendCode(ctx, purpose, email, "")
					note(v, err)
					note(ran(), nil)
				}
			}
			for range 6 {
				ctx, ran := observe(t)
				_, err := a.Auth.VerifyReset(ctx, email, "12345x", "")
				note(nil, err)
				note(ran(), nil)
			}
			return said
		}
		known, unknown := tell("partner@demo.test"), tell("nobody@demo.test")
		for i := range known {
			if known[i] != unknown[i] {
				t.Errorf("answer %d:\n%s\n%s", i, known[i], unknown[i])
			}
		}
	})
}

func TestAForgottenPasswordIsSetAnewOnceAndEndsEverySession(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		const email = "partner@demo.test"
		old, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: email, Password: world.Password})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Auth.SendCode(t.Context(), lifecycle.CodePasswordReset, email, ""); err != nil {
			t.Fatal(err)
		}
		grant, err := a.Auth.VerifyReset(t.Context(), email, sent(t, a), "")
		if err != nil || !grant.ExpiresAt.Equal(world.Now.Add(15*time.Minute)) {
			t.Fatal(grant, err)
		}
		if err := a.Auth.ResetPassword(t.Context(), grant.Token, "short", "other", ""); code(err) != fault.InputInvalid {
			t.Error(err)
		}
		if err := a.Auth.ResetPassword(t.Context(), "wrong", "another password", "another password", ""); code(err) != fault.InputInvalid {
			t.Error(err)
		}
		if err := a.Auth.ResetPassword(t.Context(), grant.Token, "another password", "another password", ""); err != nil {
			t.Fatal(err)
		}
		if err := a.Auth.ResetPassword(t.Context(), grant.Token, "a third password", "a third password", ""); code(err) != fault.InputInvalid {
			t.Errorf("the token once more: %v", err)
		}
		if _, err := a.Auth.Verify(t.Context(), old.Access); code(err) != fault.TokenInvalid {
			t.Errorf("the access token from before: %v", err)
		}
		if _, err := a.Auth.Refresh(t.Context(), old.Refresh, ""); code(err) != fault.TokenInvalid {
			t.Errorf("the refresh token from before: %v", err)
		}
		if _, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: email, Password: world.Password}); code(err) != fault.WrongCredentials {
			t.Errorf("the password from before: %v", err)
		}
		if _, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: email, Password: "another password"}); err != nil {
			t.Errorf("the new password: %v", err)
		}
	})
}

func TestAChangedPasswordEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	const email = "partner@demo.test"
	open := func() (*authn.Tokens, actor.Actor) {
		tokens, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: email, Password: world.Password})
		if err != nil {
			t.Fatal(err)
		}
		who, err := a.Auth.Verify(t.Context(), tokens.Access)
		if err != nil {
			t.Fatal(err)
		}
		return tokens, who
	}
	own, who := open()
	elsewhere, _ := open()
	if err := a.Auth.ChangePassword(t.Context(), who, "wrong", "another password", "another password", ""); code(err) != fault.InputInvalid {
		t.Error(err)
	}
	if err := a.Auth.ChangePassword(t.Context(), who, world.Password, "another password", "another password", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Auth.Verify(t.Context(), own.Access); err != nil {
		t.Errorf("the session that changed it: %v", err)
	}
	if _, err := a.Auth.Verify(t.Context(), elsewhere.Access); code(err) != fault.TokenInvalid {
		t.Errorf("another one: %v", err)
	}
}

// observe counts the statements that are run.
func observe(t *testing.T) (context.Context, func() int) {
	t.Helper()
	ctx, ran := store.Observe(t.Context())
	return ctx, ran.Count
}
