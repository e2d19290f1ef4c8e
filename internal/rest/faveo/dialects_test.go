package faveo_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"kontrak/ent/institution"
	"kontrak/internal/testkit"
)

// TestTheSameAgreementIsToldInEachDialect: the same title, end and moment of change, each
// in its own form.
func TestTheSameAgreementIsToldInEachDialect(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		changed := time.Date(2026, 6, 2, 3, 4, 5, 678e6, time.UTC)
		a := paper(t, app, "Ventilators 😀").SetEndsAt(time.Date(2026, 7, 9, 2, 0, 0, 0, time.UTC)).SetUpdatedAt(changed).SaveX(t.Context())
		home := app.Store.Client().Institution.Query().Where(institution.ID(a.InstitutionID)).OnlyX(t.Context())
		r := app.Do(t, http.MethodGet, "/v1/companies/"+home.PublicID+"/contracts", app.Token(t, admin), nil)
		var yedpay struct {
			Data []struct {
				ID        string
				ExpiresAt string `json:"expires_at"`
				UpdatedAt string `json:"updated_at"`
			}
		}
		r.JSON(t, &yedpay)
		if len(yedpay.Data) != 1 || yedpay.Data[0].ID != a.PublicID {
			t.Fatalf("Yedpay's list: %d %s", r.Status, r.Body)
		}
		theirs := yedpay.Data[0]
		if theirs.ExpiresAt != "2026-07-09" || theirs.UpdatedAt != "2026-06-02 03:04:05" {
			t.Errorf("Yedpay's: %+v", theirs)
		}
		// The moment that Yedpay prints, sent back, finds the row here.
		second := url.QueryEscape(theirs.UpdatedAt)
		p := list(t, app, app.Token(t, admin), fmt.Sprintf("updated_at=%s~%s", second, second))
		if p.Total != 1 || p.Contracts[0].ID != a.ID || p.Contracts[0].Name != a.Title || *p.Contracts[0].Expiry != theirs.ExpiresAt+" 02:00:00" {
			t.Errorf("%+v", p)
		}
	})
}
