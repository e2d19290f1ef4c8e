package store_test

import (
	"context"
	"fmt"
	"net/url"
	"sync/atomic"
	"testing"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// The server waits for a standby that never answers. Neither statement_timeout
// may end that wait with a success, nor a cancelled wait count as one.
func TestCommitThatStoppedWaitingForStandbysIsAnUnknownOutcome(t *testing.T) {
	db := testkit.ThrowawayPostgres(t)
	admin := db.Open(t)
	waiting := store.Config{Wait: impatient}
	u, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("synchronous_commit", "on")
	q.Set("statement_timeout", "50ms")
	u.RawQuery = q.Encode()
	s := testkit.Database{Name: db.Name, URL: u.String()}.OpenWith(t, waiting)

	exec(t, admin.Client(), "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
	t.Cleanup(func() {
		for _, text := range []string{"ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"} {
			if _, err := admin.Client().ExecContext(context.Background(), text); err != nil {
				t.Error(err)
			}
		}
	})
	exec(t, admin.Client(), "SELECT pg_reload_conf()")

	// Until the server has heard of its new setting, commits do not wait.
	var pid atomic.Int64
	result := make(chan error, 1)
	go func() {
		var err error
		for i := 0; err == nil; i++ {
			err = s.WithTx(context.Background(), func(ctx context.Context, tx *ent.Tx) error {
				self, err := ask(ctx, tx.Client(), "SELECT pg_backend_pid()")
				if err != nil {
					return err
				}
				pid.Store(self)
				return newSetting(tx.Client(), fmt.Sprint("key", i)).Exec(ctx)
			})
		}
		result <- err
	}()
	const stillWaiting = `SELECT count(*) FROM pg_stat_activity
		WHERE pid = $1 AND wait_event = 'SyncRep' AND clock_timestamp() - query_start > interval '200 ms'`
	for number(t.Context(), t, admin.Client(), stillWaiting, pid.Load()) == 0 {
		select {
		case err := <-result:
			t.Fatalf("the commit did not wait: %v", err)
		default:
		}
	}
	number(t.Context(), t, admin.Client(), "SELECT pg_cancel_backend($1)::int", pid.Load())
	if err := <-result; !fault.Is(err, fault.OutcomeUnknown) {
		t.Errorf("got %v, want OUTCOME_UNKNOWN", err)
	}
}
