package world_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func seed(t testing.TB, st *store.Store, n int) {
	t.Helper()
	if err := world.Seed(t.Context(), st, world.SeedOptions{Contracts: n, Now: world.Now}); err != nil {
		t.Fatal(err)
	}
}

func TestSeedAddsThatManyToAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		for _, n := range []int{1, 7, 1207} {
			st := another(t, db.Name).Open(t)
			var heard [][2]int
			err := world.Seed(t.Context(), st, world.SeedOptions{Contracts: n, Now: world.Now, Progress: func(done, total int) {
				heard = append(heard, [2]int{done, total})
			}})
			if err != nil {
				t.Fatalf("%d: %v", n, err)
			}
			if got := st.Client().Contract.Query().CountX(t.Context()); got != n {
				t.Errorf("%d contracts, want %d", got, n)
			}
			want := map[int][][2]int{1: {{1, 1}}, 7: {{7, 7}}, 1207: {{500, 1207}, {1000, 1207}, {1207, 1207}}}[n]
			if !reflect.DeepEqual(heard, want) {
				t.Errorf("progress %v, want %v", heard, want)
			}
			checkInvariants(t, st)
		}
	})
}

// another gives another database of that name.
func another(t *testing.T, name string) testkit.Database {
	t.Helper()
	if name == "sqlite" {
		return testkit.SQLite(t)
	}
	return testkit.Postgres(t)
}

func TestSeedAddsToTheDemoAndToItself(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, _ := demo(t, db)
		before := st.Client().Contract.Query().CountX(t.Context())
		seed(t, st, 600)
		seed(t, st, 20)
		if got := st.Client().Contract.Query().CountX(t.Context()); got != before+620 {
			t.Errorf("%d contracts, want %d", got, before+620)
		}
		checkInvariants(t, st)
	})
}

func TestSeedReachesEveryDisplayStatus(t *testing.T) {
	t.Parallel()
	st := testkit.SQLite(t).Open(t)
	seed(t, st, 1000)
	got := values(t, st.Client(), `SELECT CASE WHEN c.stage = 'supervisor' THEN 'supervisor_pending'
		WHEN c.status = 'payment_pending' AND p.status = 'pending' THEN 'payment_verification' ELSE c.status END
		FROM contracts c LEFT JOIN payments p ON p.contract_id = c.id`)
	if want := "accepted cancelled completed draft expired in_progress on_route partner_pending payment_pending payment_verification rejected supervisor_pending"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestSeedLetsOthersWriteBetweenItsTransactions(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st := db.Open(t)
		err := world.Seed(t.Context(), st, world.SeedOptions{Contracts: 501, Now: world.Now, Progress: func(done, _ int) {
			if done == 500 {
				seed(t, st, 3)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Client().Contract.Query().CountX(t.Context()); got != 504 {
			t.Errorf("%d contracts, want 504", got)
		}
	})
}

func TestSeedersAtOnceDoNotCollide(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		// The race detector makes a block take long; a seeder waits for its turn.
		st := db.OpenWith(t, store.Config{MaxWait: time.Minute})
		seed(t, st, 1) // the catalogue
		failed := make(chan error, 2)
		for range cap(failed) {
			go func() { // two transactions each, one between those of the other
				failed <- world.Seed(t.Context(), st, world.SeedOptions{Contracts: 501, Now: world.Now})
			}()
		}
		for range cap(failed) {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
		if got := st.Client().Contract.Query().CountX(t.Context()); got != 1003 {
			t.Errorf("%d contracts, want 1003", got)
		}
		checkInvariants(t, st)
	})
}

func TestSeedRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	st := testkit.SQLite(t).Open(t)
	for _, o := range []world.SeedOptions{{}, {Contracts: 5}, {Contracts: -1, Now: world.Now}, {Now: world.Now}} {
		if err := world.Seed(t.Context(), st, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

func TestSeedStopsWithoutTables(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), store.Config{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	err = world.Seed(t.Context(), st, world.SeedOptions{Contracts: 1, Now: world.Now})
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Errorf("got %v, want a fault", err)
	}
}

// BenchmarkSeed prints how many contracts are stored in a second.
func BenchmarkSeed(b *testing.B) {
	for _, db := range testkit.Databases(b) {
		b.Run(db.Name, func(b *testing.B) {
			st := db.Open(b)
			const contracts = 5000
			for b.Loop() {
				seed(b, st, contracts)
			}
			b.ReportMetric(contracts*float64(b.N)/b.Elapsed().Seconds(), "contracts/s")
		})
	}
}

// BenchmarkDemo prints how long the demo world takes to be made and stored.
func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		st := testkit.SQLite(b).Open(b)
		b.StartTimer()
		if _, err := world.Demo(b.Context(), st, world.Config{Now: world.Now, PasswordHash: "x"}); err != nil {
			b.Fatal(err)
		}
	}
}
