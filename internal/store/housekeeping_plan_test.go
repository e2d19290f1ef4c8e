package store_test

import (
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestHousekeepingHasItsIndexes: what has ended is found in an index that is in the order
// of its end, and deleted by keys.
func TestHousekeepingHasItsIndexes(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		late := world.Now.AddDate(1, 0, 0)
		planner := one(t, db)
		if db.Name == dialect.Postgres {
			exec(t, planner.Client(), "ANALYZE")
			exec(t, planner.Client(), "SET enable_seqscan = off; SET enable_bitmapscan = off")
		}
		ctx, ran := store.ObserveArguments(t.Context())
		app.Token(t, "institution@demo.test")
		for _, forget := range []func() (int, error){
			func() (int, error) { return app.Store.ForgetCodes(ctx, late, 10) },
			func() (int, error) { return app.Store.ForgetSessions(ctx, late, 10) },
			func() (int, error) { return app.Store.ForgetSessions(ctx, late, 10) },
			func() (int, error) { return app.Store.ForgetDelivered(ctx, late, 10) },
			func() (int, error) { return app.Store.ForgetDeliveries(ctx, late, 10) },
			func() (int, error) { return app.Store.ForgetQRTokens(ctx, late, 10) },
			func() (int, error) { return app.Store.ForgetRead(ctx, store.KeepRead, late, 10) },
			func() (int, error) { return app.Store.ForgetUnread(ctx, store.KeepUnread, late, 10) },
		} {
			if _, err := forget(); err != nil {
				t.Fatal(err)
			}
		}
		left := map[string]bool{
			"onetimecode_expires_at": true, "session_expires_at": true, "session_revoked_at": true, "refreshtoken_session_id_id": true,
			"outbox_delivered_at": true, "webhookdelivery_ended_at": true, "qrtoken_expires_at": true,
			"notification_read_at": true, "notification_unread_created_at": true,
		}
		for i, text := range ran.Texts() {
			if !strings.HasPrefix(text, "SELECT") && !strings.HasPrefix(text, "DELETE") {
				continue
			}
			lines := testkit.Explain(t, planner, text, ran.Arguments()[i])
			plan := strings.Join(lines, "\n")
			for name := range left {
				if strings.Contains(plan, name) {
					delete(left, name)
				}
			}
			if strings.Contains(plan, "Seq Scan on") || strings.Contains(plan, "USE TEMP B-TREE FOR ORDER BY") {
				t.Errorf("%s\n%s", text, plan)
			}
		}
		for name := range left {
			t.Errorf("nothing is found by %s", name)
		}
	})
}
