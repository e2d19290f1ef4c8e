package market_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"kontrak/ent/apikey"
	"kontrak/ent/webhook"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// TestOfManyAtOnceNoneIsBeyondALimit: an institution has at most 100 API keys and 20
// webhooks, and the back office 20, however many are made at once.
func TestOfManyAtOnceNoneIsBeyondALimit(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m, c := signedIn(t, app), app.Market, app.Store.Client()
		home := app.World.Institutions["home"]
		me, office := as["institution@demo.test"], as["admin@demo.test"]
		hook := func(by context.Context, of *int64) error {
			_, _, err := m.CreateWebhook(by, market.CreateWebhook{InstitutionID: of, WebhookFields: market.WebhookFields{URL: market.Some("https://example.com/")}})
			return err
		}
		key := func(by context.Context) error {
			_, _, err := m.CreateAPIKey(by, market.CreateAPIKey{InstitutionID: &home, Label: "x"})
			return err
		}
		for n := c.ApiKey.Query().Where(apikey.InstitutionID(home), apikey.RevokedAtIsNil()).CountX(t.Context()); n < 94; n++ {
			c.ApiKey.Create().SetInstitutionID(home).SetUserID(app.World.Accounts[0].UserID).SetCreatedByID(app.World.Accounts[0].UserID).
				SetLabel("x").SetKeyHash(fmt.Sprint("h", n)).SetCreatedAt(m.Now()).ExecX(t.Context())
		}
		const rivals = 24
		var all sync.WaitGroup
		refused := make(chan error, 3*rivals)
		for range rivals {
			for _, do := range []func() error{
				func() error { return key(me) }, func() error { return hook(me, &home) }, func() error { return hook(office, nil) },
			} {
				all.Go(func() {
					if err := do(); err != nil {
						refused <- err
					}
				})
			}
		}
		all.Wait()
		close(refused)
		for err := range refused {
			if codeOf(err) != fault.InputInvalid {
				t.Error(err)
			}
		}
		keys := c.ApiKey.Query().Where(apikey.InstitutionID(home), apikey.RevokedAtIsNil()).CountX(t.Context())
		own, offices := c.Webhook.Query().Where(webhook.InstitutionID(home)).CountX(t.Context()), c.Webhook.Query().Where(webhook.InstitutionIDIsNil()).CountX(t.Context())
		if keys != 100 || own != 20 || offices != 20 {
			t.Errorf("there are %d keys, %d webhooks, and %d of the back office", keys, own, offices)
		}
	})
}
