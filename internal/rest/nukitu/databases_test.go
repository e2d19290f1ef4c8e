package nukitu_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/testkit"
)

func TestBothDatabasesAnswerAlike(t *testing.T) {
	t.Parallel()
	one, two := start(t, testkit.SQLite(t)), start(t, testkit.Postgres(t))
	for _, c := range []struct {
		email string
		paths []string
	}{
		{"institution@demo.test", []string{
			"/api/v1/auth/me", "/api/v1/contracts?per_page=100", "/api/v1/contracts?status=completed&page=2&per_page=3",
			"/api/v1/partners?per_page=100&radius=5000", "/api/v1/partners?sub_service_id=8&sort=price_desc&radius=5000",
			"/api/v1/contracts/1", "/api/v1/contracts/30", "/api/v1/contracts/60",
		}},
		{"partner@demo.test", []string{"/api/v1/auth/me", "/api/v1/partner/contracts?per_page=100", "/api/v1/partners?per_page=100&q=a"}},
		{"supervisor@demo.test", []string{"/api/v1/auth/me", "/api/v1/partners?per_page=100", "/api/v1/partners?sort_by=created_at&sort_order=asc"}},
	} {
		sqlite, postgres := one.Token(t, c.email), two.Token(t, c.email)
		for _, path := range c.paths {
			a, b := one.Do(t, http.MethodGet, path, sqlite, nil), two.Do(t, http.MethodGet, path, postgres, nil)
			if d := cmp.Diff(string(a.Body), string(b.Body)); d != "" || a.Status != b.Status {
				t.Errorf("%s: SQLite %d, PostgreSQL %d: %s", path, a.Status, b.Status, d)
			}
		}
	}
}
