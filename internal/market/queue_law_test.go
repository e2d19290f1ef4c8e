package market_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contract"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// shuffle makes the queue a hard question: partners change their makers and
// standing, competencies change, and every third contract waits in the queue.
func shuffle(t testing.TB, app *testkit.App, w *truth, seed uint64) {
	t.Helper()
	ctx, c := t.Context(), app.Store.Client()
	rng := rand.New(rand.NewPCG(seed, 1))
	pick := func(n int) bool { return rng.IntN(n) == 0 }
	makers := []any{nil, nil, w.user("supervisor@demo.test").ID, w.user("supervisor2@demo.test").ID}
	for id := range sortedPartners(w) {
		// The maker never changes in the program, so ent cannot write it.
		_, err := c.ExecContext(ctx, "UPDATE partners SET created_by_id = $1 WHERE id = $2", makers[rng.IntN(len(makers))], id)
		if err != nil {
			t.Fatal(err)
		}
		p := c.Partner.UpdateOneID(id)
		p.SetStatus(lifecycle.PartnerStatuses[max(0, rng.IntN(8)-5)])
		p.SetVerificationStatus(lifecycle.VerificationCompleted)
		if pick(6) {
			p.SetVerificationStatus(lifecycle.VerificationStatuses[rng.IntN(4)])
		}
		if pick(9) {
			p.SetDeletedAt(world.Now.Add(-time.Hour))
		} else {
			p.ClearDeletedAt()
		}
		p.ExecX(ctx)
		for _, r := range w.competencies[id] {
			c.Competency.UpdateOneID(r.ID).SetStatus(lifecycle.CatalogueStatuses[max(0, rng.IntN(6)-3)]).
				SetInstallation(pick(2)).SetMaintenance(pick(2)).SetRepair(pick(2)).ExecX(ctx)
		}
	}
	for i, row := range c.Contract.Query().Order(contract.ByID()).AllX(ctx) {
		if i%3 != 0 {
			continue
		}
		id := row.ID
		if row.ScheduledStartAt == nil { // a draft, but whoever waits in the queue has a time
			c.Contract.UpdateOneID(id).SetScheduledStartAt(world.Now.AddDate(0, 0, i)).SetScheduledEndAt(world.Now.AddDate(0, 0, i+1)).ExecX(ctx)
		}
		c.Assignment.Update().Where(assignment.ContractID(id)).SetStatus(lifecycle.AssignmentExpired).ExecX(ctx)
		c.Contract.UpdateOneID(id).SetStatus(lifecycle.ContractPartnerPending).SetStage(lifecycle.StageSupervisor).
			SetOfferedAt(world.Now.Add(-2 * time.Hour)).SetReleasedAt(world.Now.Add(-time.Hour)).
			SetEscalationDeadlineAt(world.Now.Add(time.Hour)).ExecX(ctx)
	}
}

// sortedPartners gives the ids of all partners in an order that never changes.
func sortedPartners(w *truth) func(yield func(int64) bool) {
	var ids []int64
	for id := range w.partners {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Values(ids)
}

// TestTheQueueOfASupervisorIsWhatTheRulesSay holds the queue, eligibility
// included, against plain Go in worlds that were shaken.
func TestTheQueueOfASupervisorIsWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(shakenUp...)
		byMaker, byEligibility, refused := 0, 0, 0
		for seed := range uint64(12) {
			shuffle(t, app, readTruth(t, app), seed)
			w := readTruth(t, app)
			for _, email := range []string{"supervisor@demo.test", "supervisor2@demo.test"} {
				u := w.user(email)
				var want []int64
				for _, c := range w.contracts {
					if !waiting(c) {
						continue
					}
					mine, made := w.mayTakeOver(u, c), w.partners[c.PartnerID].CreatedByID != nil
					switch {
					case mine && made:
						byMaker++
					case mine:
						byEligibility++
					case !made:
						refused++
					}
					if mine || c.SupervisorID != nil && *c.SupervisorID == u.ID {
						want = append(want, c.ID)
					}
				}
				list, total := listAll(app.As(email), t, app, market.ContractFilter{Queue: true}, market.ContractOrder{}, 100)
				if got := idsOf(list, viewID); !slices.Equal(got, want) || total != int64(len(want)) {
					t.Errorf("seed %d: the queue of %s holds %v, want %v", seed, email, got, want)
				}
				found, err := app.Market.ContractsByID(app.As(email), idsOf(w.contracts, contractID), market.ContractWants{})
				if err != nil {
					t.Fatal(err)
				}
				known := idsOf(w.known(u), contractID)
				for i, c := range w.contracts {
					if (found[i] != nil) != slices.Contains(known, c.ID) {
						t.Errorf("seed %d: %s finds contract %d: %v", seed, email, c.ID, found[i] != nil)
					}
				}
			}
		}
		if byMaker < 20 || byEligibility < 20 || refused < 10 {
			t.Errorf("%d contracts came by their maker, %d by eligibility, %d were nobody's: too few to say anything", byMaker, byEligibility, refused)
		}
	})
}

// TestEligibilityIsTheSameForTheQueueAndForTheAction: a contract whose escaped
// partner nobody made waits in the queue exactly while one of the supervisor's
// partners could take it, and these partners can be assigned unless they are busy
// then.
func TestEligibilityIsTheSameForTheQueueAndForTheAction(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(shakenUp...)
		tried, assigned, busy := 0, 0, 0
		for seed := range uint64(8) {
			shuffle(t, app, readTruth(t, app), 100+seed)
			w := readTruth(t, app)
			u := w.user("supervisor@demo.test")
			ctx := app.As(u.Email)
			for _, c := range w.contracts {
				if !waiting(c) || !w.mayTakeOver(u, c) || !c.EscalationDeadlineAt.After(world.Now) {
					continue
				}
				for id := range sortedPartners(w) {
					p := w.partners[id]
					if p.CreatedByID == nil || *p.CreatedByID != u.ID || waitingNoMore(t, app, c) {
						continue
					}
					free := isFree(t, app, p, c)
					_, err := app.Market.AssignReplacement(ctx, market.AssignReplacement{ContractID: c.ID, PartnerID: id}, market.ContractWants{})
					if tried++; (err == nil) != (free && w.eligible(p, c)) {
						t.Errorf("contract %d to partner %d: %v, and it is eligible: %v, and free: %v", c.ID, id, err, w.eligible(p, c), free)
					}
					if !free && w.eligible(p, c) {
						busy++
					}
					if err == nil {
						assigned++
					}
				}
			}
		}
		if assigned < 3 || tried-assigned < 20 || busy < 1 {
			t.Errorf("%d of %d tries passed, and %d failed for the time alone: too few to say anything", assigned, tried, busy)
		}
	})
}

// isFree tells whether a partner has accepted no other work at the time of a
// contract, as the rows stand now.
func isFree(t testing.TB, app *testkit.App, p *ent.Partner, c *ent.Contract) bool {
	t.Helper()
	for _, o := range app.Store.Client().Contract.Query().Where(contract.PartnerID(p.ID)).AllX(t.Context()) {
		taken := o.Status == lifecycle.ContractAccepted || o.Status == lifecycle.ContractOnRoute || o.Status == lifecycle.ContractInProgress
		if !taken || o.ID == c.ID {
			continue
		}
		end := o.ScheduledEndAt.Add(time.Duration(o.ExtensionMinutes) * time.Minute)
		if o.ScheduledStartAt.Before(*c.ScheduledEndAt) && c.ScheduledStartAt.Before(end) {
			return false
		}
	}
	return true
}

func waitingNoMore(t testing.TB, app *testkit.App, c *ent.Contract) bool {
	t.Helper()
	return !waiting(app.Store.Client().Contract.GetX(t.Context(), c.ID))
}
