package market_test

import (
	"testing"
	"time"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// backlog is how many contracts are overdue, as after a long stop.
const backlog = 10_000

// backlogs make every contract overdue in one way.
var backlogs = []struct {
	name  string
	texts []string // $1 is a minute ago, $2 and $3 are the work's start and end
}{
	{"partner deadlines", []string{
		`UPDATE contracts SET status = 'partner_pending', stage = 'partner', version = version + 1, departure_reminded_at = NULL,
			escalation_deadline_at = $1, scheduled_start_at = $2, scheduled_end_at = $3`,
		`UPDATE payments SET status = 'paid'`,
		`UPDATE partner_assignments SET status = 'expired'`,
		`UPDATE partner_assignments SET status = 'pending' WHERE sequence = 1`,
	}},
	{"payment deadlines", []string{
		`UPDATE contracts SET status = 'payment_pending', stage = '', version = version + 1, escalation_deadline_at = NULL`,
		`UPDATE payments SET status = 'unpaid', deadline_at = $1`,
		`UPDATE partner_assignments SET status = 'expired'`,
		`UPDATE partner_assignments SET status = 'pending' WHERE sequence = 1`,
		`UPDATE schedules SET status = 'pending'`,
	}},
}

// BenchmarkFireDue fires a backlog; an iteration is all of it.
func BenchmarkFireDue(b *testing.B) {
	for _, db := range testkit.Databases(b) {
		app := testkit.Start(b, db)
		if err := world.Seed(b.Context(), app.Store, world.SeedOptions{Contracts: backlog, Now: world.Now}); err != nil {
			b.Fatal(err)
		}
		for _, l := range backlogs {
			b.Run(db.Name+"/"+l.name, func(b *testing.B) {
				ctx, ran := store.Observe(b.Context())
				done, statements := 0, 0
				for b.Loop() {
					b.StopTimer()
					pileUp(b, app, l.texts)
					before := ran.Count()
					b.StartTimer()
					for more := true; more; {
						fired, err := app.Market.FireDue(ctx, app.Clock.Now())
						if err != nil || len(fired.Failed) > 0 {
							b.Fatalf("%v, %v", err, fired.Failed)
						}
						done, more = done+len(fired.Done), fired.More
					}
					statements += ran.Count() - before
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(done), "µs/contract")
				b.ReportMetric(float64(statements)/float64(done), "statements/contract")
				b.ReportMetric(float64(done)/float64(b.N), "contracts")
			})
		}
	}
}

// pileUp makes every contract overdue.
func pileUp(b *testing.B, app *testkit.App, texts []string) {
	b.Helper()
	app.Clock.Advance(time.Hour)
	now := app.Clock.Now()
	all := []any{now.Add(-time.Minute), now.Add(24 * time.Hour), now.Add(30 * time.Hour)}
	for _, text := range texts {
		n := 0
		for _, c := range text {
			if c == '$' {
				n++
			}
		}
		if _, err := app.Store.Client().ExecContext(b.Context(), text, all[:n]...); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := app.Store.Client().ExecContext(b.Context(), "ANALYZE"); err != nil {
		b.Fatal(err)
	}
}
