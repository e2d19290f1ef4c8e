package export_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// cut is a client that does something when it has received the first page.
type cut struct {
	*httptest.ResponseRecorder
	then func()
}

func (c *cut) Flush() {
	c.ResponseRecorder.Flush()
	if c.then != nil {
		c.then()
		c.then = nil
	}
}

// TestAnExportEndsWithItsSession: whoever signs out gets no more rows.
func TestAnExportEndsWithItsSession(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := doors.Start(t, db)
		a.Papers(t, 2*market.MaxPage, 1)
		rows := func(then func(token string)) (n int, last string) {
			token := a.Token(t, "admin@demo.test")
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/export/agreements.ndjson", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			w := &cut{httptest.NewRecorder(), func() { then(token) }}
			func() {
				defer func() {
					if broken := recover(); broken != nil && broken != http.ErrAbortHandler {
						panic(broken)
					}
				}()
				a.Handler.ServeHTTP(w, r)
			}()
			for line := range strings.Lines(w.Body.String()) {
				n, last = n+1, line
			}
			return n, last
		}
		all, _ := rows(func(string) {})
		cutOff, last := rows(func(token string) { a.Do(t, http.MethodDelete, "/api/v1/auth/logout", token, nil) })
		if all <= market.MaxPage+1 || cutOff != market.MaxPage+1 || !strings.Contains(last, `"code":"TOKEN_INVALID"`) {
			t.Errorf("%d rows, and after signing out %d, the last %s", all, cutOff, last)
		}
		if strings.Contains(a.Log.String(), "level=ERROR") {
			t.Errorf("it is logged as a mistake of ours: %s", a.Log.String())
		}
	})
}
