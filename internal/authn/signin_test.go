package authn_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"kontrak/ent/session"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		for _, c := range []struct {
			name, email, password string
			want                  fault.Code
		}{
			{"everybody signs in with address and password", "partner@demo.test", world.Password, ""},
			{"an address may be written in any case", "  Partner@DEMO.test ", world.Password, ""},
			{"a wrong password is refused", "partner@demo.test", "demo-passwort", fault.WrongCredentials},
			{"no password is named", "partner@demo.test", "", fault.InputInvalid},
			{"no address is named", "", world.Password, fault.InputInvalid},
			{"an unknown address is refused alike", "nobody@demo.test", world.Password, fault.WrongCredentials},
			{"an address that no database stores is refused alike", "partner\x00@demo.test", world.Password, fault.WrongCredentials},
			{"an address that is no text is refused alike", "partner\xff@demo.test", world.Password, fault.WrongCredentials},
			{"a closed account is unknown", "closed@demo.test", world.Password, fault.WrongCredentials},
			{"a suspended account is told so", "suspended@demo.test", world.Password, fault.AccountSuspended},
			{"a suspended account is told so only with its password", "suspended@demo.test", "guess", fault.WrongCredentials},
			{"an unverified address is told so", "unverified@demo.test", world.Password, fault.EmailNotVerified},
			{"an unverified address is told so only with its password", "unverified@demo.test", "guess", fault.WrongCredentials},
		} {
			t.Run(c.name, func(t *testing.T) {
				before := a.Snapshot(t)["sessions"]
				tokens, userID, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: c.email, Password: c.password})
				if code(err) != c.want {
					t.Fatalf("SignIn fails with %v, want %q", err, c.want)
				}
				if c.want != "" {
					if tokens != nil || userID != 0 || a.Snapshot(t)["sessions"] != before {
						t.Errorf("a refused caller got %+v, %d, or a session was stored", tokens, userID)
					}
					return
				}
				who, err := a.Auth.Verify(t.Context(), tokens.Access)
				if err != nil || who.UserID != userID || tokens.AccessLife != time.Hour {
					t.Errorf("the token belongs to %+v (%v) and lives for %s; want user %d and an hour", who, err, tokens.AccessLife, userID)
				}
			})
		}
	})
}

func TestASessionKeepsNoSecret(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	in := authn.SignIn{
		Email: "partner@demo.test", Password: world.Password, Device: authn.Device{ID: "d-1", Name: "Phone", Platform: "android"},
	}
	tokens, userID, err := a.Auth.SignIn(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	s := a.Store.Client().Session.Query().Where(session.UserID(userID)).OnlyX(t.Context())
	kept := a.Store.Client().RefreshToken.Query().OnlyX(t.Context())
	if len(tokens.Refresh) < 26 || len(kept.Hash) != 64 || strings.Contains(kept.Hash, tokens.Refresh) || kept.SessionID != s.ID {
		t.Errorf("refresh token %q, stored as %+v", tokens.Refresh, kept)
	}
	if !s.ExpiresAt.Equal(world.Now.Add(authn.DefaultRefreshLife)) || s.DeviceID != "d-1" || s.DeviceName != "Phone" || s.Platform != "android" {
		t.Errorf("the session is %+v", s)
	}
}

func TestADeviceHasOneSession(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		signIn := func(email, device string) string {
			tokens, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{
				Email: email, Password: world.Password, Device: authn.Device{ID: device},
			})
			if err != nil {
				t.Fatal(err)
			}
			return tokens.Access
		}
		first, tablet, web := signIn("partner@demo.test", "phone"), signIn("partner@demo.test", "tablet"), signIn("partner@demo.test", "")
		colleague := signIn("supervisor@demo.test", "phone")
		again, alsoWeb := signIn("partner@demo.test", "phone"), signIn("partner@demo.test", "")
		for _, c := range []struct {
			name, token string
			want        fault.Code
		}{
			{"the one before on the device", first, fault.TokenInvalid},
			{"the one on the device", again, ""},
			{"another device", tablet, ""},
			{"somebody else on the same device", colleague, ""},
			{"a device without a name", web, ""},
			{"another device without a name", alsoWeb, ""},
		} {
			if _, err := a.Auth.Verify(t.Context(), c.token); code(err) != c.want {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		}
	})
}

// TestAnUnknownAddressCostsAsMuch is not parallel: it counts what the process
// allocates.
func TestAnUnknownAddressCostsAsMuch(t *testing.T) {
	a := testkit.Start(t, testkit.SQLite(t))
	cost := func(email string) int64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, _ = a.Auth.SignIn(t.Context(), authn.SignIn{Email: email, Password: "guess"})
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc-before.TotalAlloc) / 1024 // KiB
	}
	known, unknown, closed := cost("partner@demo.test"), cost("nobody@demo.test"), cost("closed@demo.test")
	const hash, rest = 19 * 1024, 500
	for name, cost := range map[string]int64{"a wrong password": known, "an unknown address": unknown, "a closed account": closed} {
		if cost < hash || cost > hash+rest {
			t.Errorf("%s costs %d KiB, one hash takes %d", name, cost, hash)
		}
	}
}

func TestMintingForNobody(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	if _, err := a.Auth.Mint(t.Context(), 999_999, time.Hour); code(err) != fault.RecordNotFound {
		t.Errorf("a token for nobody: %v", err)
	}
}
