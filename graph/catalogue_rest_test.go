package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// TestTheMobileAppsReadWhatTheBackOfficeChanged changes the catalogue in the graph and
// reads it in the dialect, which has no way to change it.
func TestTheMobileAppsReadWhatTheBackOfficeChanged(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin, owner := app.Token(t, byAdmin), app.Token(t, byInstitution)
		ratings := fmt.Sprintf("/api/v1/contracts/%d/ratings", app.World.Contract("to_review"))
		read := func(path string) string {
			got := app.Do(t, http.MethodGet, path, owner, nil)
			if got.Status != http.StatusOK {
				t.Errorf("GET %s: %d %s", path, got.Status, got.Body)
			}
			return string(got.Body)
		}
		good := inputs(app)
		for _, c := range []struct {
			do    keeping
			in    map[string]any
			path  string
			holds string
			gone  string
		}{
			{changesMethod, good["paymentMethodUpdate"], "/api/v1/payment-methods", `"account_number":"88001"`, `"880004400100"`},
			{changesMethod, map[string]any{"paymentMethod": globalID("PaymentMethod", 3), "version": 1, "active": false}, "/api/v1/payment-methods", `"code":"mandiri-va"`, `"code":"gopay"`},
			{makesMethod, good["paymentMethodCreate"], "/api/v1/payment-methods", `"code":"ovo"`, `"code":"gopay"`},
			{changesPromo, map[string]any{"promotion": globalID("Promotion", 1), "version": 1, "active": false}, "/api/v1/promotions", `"code":"WELCOME"`, `"code":"PROMO10"`},
			{makesPromo, good["promotionCreate"], "/api/v1/promotions", `"code":"JUNE_7"`, `"code":"PROMO10"`},
			{makesItem, good["ratingItemCreate"], ratings, `"name":"Advice"`, `"name":"Other"`},
			{changesItem, map[string]any{"ratingItem": globalID("RatingItem", 2), "version": 1, "active": false}, ratings, `"name":"Advice"`, `"name":"Quality of work"`},
		} {
			before := read(c.path)
			c.do.done(t, app, admin, c.in)
			after := read(c.path)
			if before == after || !strings.Contains(after, c.holds) || strings.Contains(after, c.gone) {
				t.Errorf("%s: %s gives %s", c.do.mutation, c.path, after)
			}
		}
		nothingIsWritten(t, app, func() {
			for _, path := range []string{"/api/v1/payment-methods", "/api/v1/promotions", ratings, "/api/v1/settings", "/api/v1/payment-methods/1", "/api/v1/promotions/1"} {
				for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
					for _, token := range []string{admin, owner, ""} {
						got := app.Do(t, method, path, token, map[string]any{"name": "x", "code": "X", "version": 1})
						if got.Status != 404 && got.Status != 405 && got.Status != 401 || !strings.Contains(string(got.Body), `"success":false`) {
							t.Errorf("%s %s: %d %s", method, path, got.Status, got.Body)
						}
					}
				}
			}
		})
	})
}
