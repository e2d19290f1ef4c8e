package nukitu_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/internal/authn"
	"kontrak/internal/rest/nukitu"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestSignInIsLimited(t *testing.T) {
	t.Parallel()
	a := start(t, testkit.SQLite(t))
	auth, err := authn.New(authn.Config{
		Store: a.Store, Wall: a.Wall.Now, Issuer: testkit.Issuer, Audience: testkit.Audience,
		Keys:   authn.Keys{Current: testkit.KeyID, Secrets: testkit.Secrets},
		Limits: authn.Limits{PerAccount: 3, PerAddress: 8}, Codes: testkit.Codes,
	})
	if err != nil {
		t.Fatal(err)
	}
	h := nukitu.New(nukitu.Config{App: a.Market, Auth: auth, Logger: slog.New(slog.DiscardHandler)})
	login := func(email, password, from string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/auth/login",
			strings.NewReader(`{"email":"`+email+`","password":"`+password+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	const here, there = "192.0.2.1:1", "192.0.2.2:1"
	for _, c := range []struct {
		name, email, password, from string
		after                       time.Duration
		want                        int
	}{
		{"a guess", "partner@demo.test", "guess", here, 0, 401},
		{"another", "partner@demo.test", "guess", here, 10 * time.Second, 401},
		{"a third", "partner@demo.test", "guess", here, 0, 401},
		{"one too many, though it is right", "partner@demo.test", world.Password, here, 0, 429},
		{"another account from there", "supervisor@demo.test", world.Password, here, 0, 200},
		{"the account from elsewhere", "partner@demo.test", world.Password, there, 0, 200},
		{"an unknown address", "nobody@demo.test", "guess", here, 0, 401},
		{"again", "nobody@demo.test", "guess", here, 0, 401},
		{"and again", "nobody@demo.test", "guess", here, 0, 401},
		{"one too many, alike", "nobody@demo.test", "guess", here, 0, 429},
		{"one too many of the address", "admin@demo.test", world.Password, here, 0, 429},
		{"when it may come back", "partner@demo.test", world.Password, here, 50 * time.Second, 200},
	} {
		a.Wall.Advance(c.after)
		w := login(c.email, c.password, c.from)
		if w.Code != c.want {
			t.Fatalf("%s: %d %s, want %d", c.name, w.Code, w.Body, c.want)
		}
		limited := w.Code == http.StatusTooManyRequests
		if says := strings.Contains(w.Body.String(), `"code":"rate_limited"`); says != limited {
			t.Errorf("%s: %s", c.name, w.Body)
		}
		if says := strings.Contains(w.Body.String(), `"details":{"retry_after":["`+w.Header().Get("Retry-After")+`"]}`); says != limited {
			t.Errorf("%s: when it may come back is not in %s", c.name, w.Body)
		}
		if after := w.Header().Get("Retry-After"); limited && c.email == "partner@demo.test" && after != "50" || !limited && after != "" {
			t.Errorf("%s: come back after %q s", c.name, after)
		}
	}
}
