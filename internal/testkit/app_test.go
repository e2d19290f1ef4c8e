package testkit_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/actor"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

func TestStartGivesTheWholeProgram(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := doors.Start(t, db)
		if !a.Market.Now().Equal(world.Now) {
			t.Errorf("the clock shows %s", a.Market.Now())
		}
		a.Clock.Advance(time.Minute)
		if got := a.Market.Now(); !got.Equal(world.Now.Add(time.Minute)) || !a.Wall.Now().Equal(world.Now) {
			t.Errorf("business time is %s, real time %s", got, a.Wall.Now())
		}
		ctx := a.As("partner@demo.test")
		if who := actor.From(ctx); who.PartnerID != a.World.Partners["partner"] {
			t.Errorf("the actor is %+v", who)
		}
		if _, err := a.Market.Contract(ctx, a.World.Contract("offer"), market.ContractWants{}); err != nil {
			t.Error(err)
		}
		if r := a.Do(t, http.MethodGet, "/readyz", "", nil); r.Status != http.StatusOK {
			t.Errorf("not ready: %d %s", r.Status, r.Body)
		}
		if r := a.Do(t, http.MethodPost, "/query", a.Token(t, "partner@demo.test"), map[string]string{"query": "{__typename}"}); r.Status != http.StatusOK {
			t.Errorf("the graph: %d %s", r.Status, r.Body)
		}
	})
}

func TestTestsDoNotShareADatabase(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		one := doors.Start(t, db)
		before := one.Snapshot(t)
		two := doors.Start(t, another(t, db))
		if d := cmp.Diff(before, two.Snapshot(t)); d != "" {
			t.Errorf("two worlds differ: %s", d)
		}
		two.Token(t, "partner@demo.test") // stores a session
		after := two.Snapshot(t)
		for table, sum := range before {
			if (sum != after[table]) != (table == "sessions") {
				t.Errorf("%s changed: %v", table, sum != after[table])
			}
		}
		if d := cmp.Diff(before, one.Snapshot(t)); d != "" {
			t.Errorf("the other test's database changed: %s", d)
		}
	})
}

func another(t *testing.T, like testkit.Database) testkit.Database {
	t.Helper()
	if like.Name == "sqlite" {
		return testkit.SQLite(t)
	}
	return testkit.Postgres(t)
}
