package market_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"kontrak/ent/baseprice"
	"kontrak/ent/partnerlocation"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// bendAll gives up every invariant, for a test that writes rows at random and only
// reads by the use-cases.
func bendAll(app *testkit.App) {
	app.Bend(testkit.PlaysBack)
	for _, rule := range testkit.Invariants {
		app.Bend(rule.Name)
	}
}

// churn makes a world in which every rule of eligibility refuses somebody: beside
// what shuffle does, partners rest, move, lose their place, ask for other prices,
// and have accepted work around the time of others.
func churn(t testing.TB, app *testkit.App, seed uint64) *truth {
	t.Helper()
	bendAll(app)
	ctx, c := t.Context(), app.Store.Client()
	shuffle(t, app, readTruth(t, app), seed)
	w := readTruth(t, app)
	rng := rand.New(rand.NewPCG(seed, 2))
	for id := range sortedPartners(w) {
		c.Partner.UpdateOneID(id).SetOpenToWork(rng.IntN(4) > 0).ExecX(ctx)
		c.BasePrice.Update().Where(baseprice.PartnerID(id), baseprice.Active(true)).SetActive(rng.IntN(12) > 0).
			SetCurrency([]string{"IDR", "IDR", "IDR", "USD"}[rng.IntN(4)]).SetAmount(100_000 + 10_000*rng.Int64N(4)).ExecX(ctx)
		c.PartnerLocation.Update().Where(partnerlocation.PartnerID(id), partnerlocation.IsPrimary(true)).SetIsPrimary(rng.IntN(8) > 0).
			AddLatitude(rng.Float64()/2 - 0.25).ExecX(ctx)
	}
	everybody := make([]int64, 0, len(w.partners))
	for id := range sortedPartners(w) {
		everybody = append(everybody, id)
	}
	for _, row := range w.contracts {
		// Whole hours, so that periods touch as often as they overlap.
		start := world.Now.Truncate(time.Hour).Add(time.Duration(rng.IntN(60)) * time.Hour)
		update := c.Contract.UpdateOneID(row.ID).SetScheduledStartAt(start).SetScheduledEndAt(start.Add(time.Duration(1+rng.IntN(5)) * time.Hour))
		switch row.Status {
		case lifecycle.ContractAccepted, lifecycle.ContractOnRoute:
			update.SetPartnerID(everybody[rng.IntN(len(everybody))])
		case lifecycle.ContractInProgress:
			update.SetPartnerID(everybody[rng.IntN(len(everybody))]).SetExtensionMinutes(60 * rng.Int64N(3))
		}
		update.ExecX(ctx)
	}
	return readTruth(t, app)
}

// TestEveryRuleOfEligibilitySaysTheSameInGoAndInSQL asks every rule of every
// occasion of every partner, for many jobs, of values and of columns.
func TestEveryRuleOfEligibilitySaysTheSameInGoAndInSQL(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, _ := seeded(t, db, 60)
		held, refused := map[string]int{}, map[string]int{}
		for seed := range uint64(3) {
			w := churn(t, app, 200+seed)
			super := w.user(supervisor)
			for i, c := range w.contracts {
				if i%7 != int(seed) {
					continue
				}
				// The back office finds every contract; whose partners are asked for is
				// the supervisor's id.
				who := actor.Actor{UserID: super.ID, Role: actor.Admin}
				for _, columns := range []bool{false, true} {
					answers, err := app.Market.EligibilityBothWays(t.Context(), who, c.ID, 12.5, columns)
					if err != nil || len(answers) == 0 {
						t.Fatalf("contract %d: %d answers, %v", c.ID, len(answers), err)
					}
					for _, a := range answers {
						if a.Go != a.SQL {
							t.Errorf("seed %d, contract %d, columns %v: %+v", seed, c.ID, columns, a)
						}
						if a.Go {
							held[a.Rule]++
						} else {
							refused[a.Rule]++
						}
					}
				}
			}
		}
		for rule := range held {
			if held[rule] < 100 || refused[rule] < 20 {
				t.Errorf("%s held %d times and refused %d: too few to say anything", rule, held[rule], refused[rule])
			}
		}
		t.Logf("%s: held %v, refused %v", db.Name, held, refused)
	})
}
