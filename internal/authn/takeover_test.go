package authn_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/testkit"
)

// TestAPasswordThatWasChangedMeanwhileOpensNoSession: it fitted when it was looked at.
func TestAPasswordThatWasChangedMeanwhileOpensNoSession(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		read := a.Store.Client().User.Query().Where(user.Email("partner@demo.test")).OnlyX(t.Context())
		if err := a.Auth.OpenFor(t.Context(), read); err != nil {
			t.Fatalf("while it is unchanged: %v", err)
		}
		who := actor.Actor{UserID: read.ID, Role: read.Role}
		if err := a.Auth.ChangePassword(t.Context(), who, "demo-password", "another password", "another password", ""); err != nil {
			t.Fatal(err)
		}
		if err := a.Auth.OpenFor(t.Context(), read); !fault.Is(err, fault.WrongCredentials) {
			t.Errorf("once it was changed: %v", err)
		}
	})
}

// TestPersonalTokensEndWithThePassword, and when their person signs out everywhere.
func TestPersonalTokensEndWithThePassword(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		u := a.Store.Client().User.Query().Where(user.Email("partner@demo.test")).OnlyX(t.Context())
		who := actor.Actor{UserID: u.ID, Role: u.Role}
		for name, end := range map[string]func() error{
			"signing out everywhere": func() error { return a.Auth.SignOut(t.Context(), who, true) },
			"a changed password": func() error {
				return a.Auth.ChangePassword(t.Context(), who, "demo-password", "demo-password", "demo-password", "")
			},
			"a forgotten password": func() error {
				if err := a.Auth.ForgotPassword(t.Context(), u.Email, ""); err != nil {
					return err
				}
				g, err := a.Auth.VerifyReset(t.Context(), u.Email, sent(t, a), "")
				if err != nil {
					return err
				}
				return a.Auth.ResetPassword(t.Context(), g.Token, "demo-password", "demo-password", "")
			},
		} {
			made, err := a.Auth.CreatePersonalToken(t.Context(), u.ID, "a script")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Auth.VerifyPersonal(t.Context(), made.Token); err != nil {
				t.Fatal(err)
			}
			if err := end(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if _, err := a.Auth.VerifyPersonal(t.Context(), made.Token); !fault.Is(err, fault.TokenInvalid) {
				t.Errorf("after %s: %v", name, err)
			}
		}
	})
}

// TestAnAddressIsNotKeptFromItsOwner by somebody who registered it and never proved it.
func TestAnAddressIsNotKeptFromItsOwner(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		first, _, err := a.Auth.Register(t.Context(), somebody)
		if err != nil {
			t.Fatal(err)
		}
		own := somebody
		own.Name, own.Role, own.Password, own.Confirmation = "Siti Rahma", actor.Institution, "her own password", "her own password"
		if _, _, err := a.Auth.Register(t.Context(), own); !fault.Is(err, fault.Duplicate) {
			t.Errorf("while the code is good: %v", err)
		}
		a.Wall.Advance(11 * time.Minute)
		again, v, err := a.Auth.Register(t.Context(), own)
		if err != nil || again != first || v.AttemptsRemaining != 5 {
			t.Fatalf("once it is over: %d, before %d, %+v %v", again, first, v, err)
		}
		tokens, id, err := a.Auth.VerifyEmail(t.Context(), own.Email, sent(t, a), authn.Device{}, "")
		if err != nil || tokens == nil || id != first {
			t.Fatal(tokens, id, err)
		}
		u := a.Store.Client().User.GetX(t.Context(), first)
		if u.Role != actor.Institution || u.FullName != "Siti Rahma" {
			t.Errorf("%s is %s", u.FullName, u.Role)
		}
		if _, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: own.Email, Password: somebody.Password}); !fault.Is(err, fault.WrongCredentials) {
			t.Errorf("with the password of who came first: %v", err)
		}
		a.Wall.Advance(11 * time.Minute)
		if _, _, err := a.Auth.Register(t.Context(), somebody); !fault.Is(err, fault.Duplicate) {
			t.Errorf("an address that was proved: %v", err)
		}
	})
}

// TestWhoMayNotSignInYetIsToldOfTheCode, which is sent anew when there is no good one.
func TestWhoMayNotSignInYetIsToldOfTheCode(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		_, made, err := a.Auth.Register(t.Context(), somebody)
		if err != nil {
			t.Fatal(err)
		}
		told := func() *authn.Verification {
			_, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: somebody.Email, Password: somebody.Password})
			f, _ := fault.As(err)
			if f == nil || f.Code != fault.EmailNotVerified {
				t.Fatal(err)
			}
			v, _ := f.Meta["verification"].(*authn.Verification)
			if v == nil {
				t.Fatalf("it is told nothing: %v", f.Meta)
			}
			return v
		}
		if v := told(); *v != *made {
			t.Errorf("the code is %+v, told is %+v", made, v)
		}
		a.Wall.Advance(11 * time.Minute)
		v := told()
		if !v.ExpiresAt.Equal(made.ExpiresAt.Add(11 * time.Minute)) {
			t.Errorf("another code is good until %v", v.ExpiresAt)
		}
		if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, sent(t, a), authn.Device{}, ""); err != nil {
			t.Error(err)
		}
	})
}

// TestAStrangersMailHasNoNameInIt: whoever registers may have written it to be read there.
func TestAStrangersMailHasNoNameInIt(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	if _, _, err := a.Auth.Register(t.Context(), somebody); err != nil {
		t.Fatal(err)
	}
	c := a.Store.Client().OneTimeCode.Query().OnlyX(t.Context())
	l, err := a.Auth.CodeLetter(t.Context(), c.ID)
	if err != nil || l == nil || l.Name != "" {
		t.Errorf("%+v %v", l, err)
	}
}

// TestNoAddressLooksLikeAnother: those that fold to another one, or show the same.
func TestNoAddressLooksLikeAnother(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	for _, email := range []string{
		"ａdmin@demo.test", "admin\u200b@demo.test", "İ@demo.test", "\u212aim@demo.test", "a@x", "a@[127.0.0.1]", "a@x.", "a b@x.y", "a@x.y, b@x.y", "Me <a@x.y>",
	} {
		in := somebody
		in.Email = email
		if _, _, err := a.Auth.Register(t.Context(), in); !fault.Is(err, fault.InputInvalid) {
			t.Errorf("%q: %v", email, err)
		}
	}
}

// TestATokenHasOneSpelling: the last letter of a signature holds bits that count for
// nothing, and padding says nothing.
func TestATokenHasOneSpelling(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	token := a.Token(t, "partner@demo.test")
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(letters, token[len(token)-1])
	others := []string{token + "=", strings.Replace(token, ".", "=.", 1), strings.Replace(token, ".", "==.", 1)}
	for i := range 4 {
		if other := token[:len(token)-1] + string(letters[last&^3|i]); other != token {
			others = append(others, other)
		}
	}
	whole, err := base64.RawURLEncoding.DecodeString(token[strings.LastIndexByte(token, '.')+1:])
	if err != nil || len(whole) != 32 {
		t.Fatal(len(whole), err)
	}
	if _, err := a.Auth.Verify(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for _, text := range others {
		if _, err := a.Auth.Verify(t.Context(), text); !fault.Is(err, fault.TokenInvalid) {
			t.Errorf("…%s: %v", text[len(text)-4:], err)
		}
	}
}
