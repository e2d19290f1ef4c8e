package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/internal/authn"
	"kontrak/internal/page"
	"kontrak/internal/testkit"
)

func TestGuessesFromOneAddressAreFew(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		d := newDesk(t, db)
		auth, err := authn.New(authn.Config{
			Store: d.Store, Wall: d.Wall.Now, Issuer: testkit.Issuer, Audience: testkit.Audience,
			Keys: authn.Keys{Current: testkit.KeyID, Secrets: testkit.Secrets}, Limits: authn.Limits{PerAddress: 3}, Codes: testkit.Codes,
		})
		if err != nil {
			t.Fatal(err)
		}
		pages := page.New(page.Config{App: d.Market, Logger: nil, Pass: auth.PassLink})
		ask := func(address string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, "/sign/"+strings.Repeat("A", 32), nil)
			r.RemoteAddr = address
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, r)
			return w
		}
		for range 3 {
			if w := ask("192.0.2.1:1000"); w.Code != http.StatusNotFound {
				t.Errorf("a guess: %d", w.Code)
			}
		}
		if w := ask("192.0.2.1:2000"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "60" {
			t.Errorf("one more: %d, %q", w.Code, w.Header().Get("Retry-After"))
		}
		if w := ask("192.0.2.2:1000"); w.Code != http.StatusNotFound {
			t.Errorf("from another address: %d", w.Code)
		}
		d.Wall.Advance(time.Minute)
		if w := ask("192.0.2.1:1000"); w.Code != http.StatusNotFound {
			t.Errorf("a minute later: %d", w.Code)
		}
	})
}
