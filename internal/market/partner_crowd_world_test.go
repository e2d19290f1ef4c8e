package market_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// someone is a partner as the oracle knows it: made by chance, written by the test, and
// never read from the database.
type someone struct {
	id              int64
	name, folded    string
	created         time.Time
	open, listed    bool
	deleted, placed bool
	owner           int64 // the supervisor that made it; 0 for none
	latitude        float64
	longitude       float64
	city            string
	skills          []ability
	prices          map[int64]int64 // active ones, by sub-service
	wished          int             // the place on the wishlist, from 1; 0: not there
}

type ability struct {
	sub, service int64
	kinds        [3]bool
	active       bool
}

// crowd is a world of such partners.
type crowd struct {
	all     []*someone
	me      actor.Actor // whose wishlist it is
	boss    int64       // the supervisor that made some
	subs    []*ent.SubService
	centres [][2]float64
}

var crowdNames = [][2]string{
	{"Budi Santoso", "budi santoso"}, {"Renée Müller", "renee muller"}, {"100% Kaya_Ltd", "100% kaya_ltd"}, {"Ni Luh Ayu", "ni luh ayu"},
	{"STRASSE Straße", "strasse strasse"}, {"Юрий Ёлкин", "юрии елкин"}, {"😀 Emoji", "😀 emoji"}, {"Siti Aminah", "siti aminah"},
}

var crowdCities = []string{"Jakarta Selatan", "Surabaya", "Makassar", "Kota Cimahi", "surabaya"}

// newCrowd makes n partners by chance and writes them.
func newCrowd(t testing.TB, app *testkit.App, n int, seed uint64) *crowd {
	t.Helper()
	c, rng := app.Store.Client(), rand.New(rand.NewPCG(seed, 7))
	boss, _ := app.World.Account("supervisor@demo.test")
	w := &crowd{me: actor.From(app.As(institution)), boss: boss.UserID, centres: [][2]float64{{-6.2, 106.8}, {-7.25, 112.75}, {0, 110}, {-5.1, 119.4}}}
	w.subs = c.SubService.Query().Order(ent.Asc("id")).Limit(6).AllX(t.Context())
	for i := range n {
		name := crowdNames[rng.IntN(len(crowdNames))]
		s := &someone{
			id: int64(2_000_000 + i), name: fmt.Sprint(name[0], " ", i), folded: fmt.Sprint(name[1], " ", i), open: rng.IntN(3) > 0, listed: rng.IntN(8) > 0,
			deleted: rng.IntN(30) == 0, placed: rng.IntN(20) > 0, created: world.Now.Add(-time.Duration(rng.IntN(1000)) * time.Hour),
			city: crowdCities[rng.IntN(len(crowdCities))], prices: map[int64]int64{},
		}
		if rng.IntN(4) == 0 {
			s.owner = w.boss
		}
		at := w.centres[rng.IntN(len(w.centres))]
		s.latitude, s.longitude = at[0]+rng.NormFloat64()*0.4, at[1]+rng.NormFloat64()*0.4
		for _, sub := range w.subs {
			if rng.IntN(3) > 0 {
				continue
			}
			s.skills = append(s.skills, ability{sub.ID, sub.ServiceID, [3]bool{rng.IntN(2) > 0, rng.IntN(2) > 0, rng.IntN(2) > 0}, rng.IntN(6) > 0})
			if rng.IntN(4) > 0 {
				s.prices[sub.ID] = int64(50_000 + 5_000*rng.IntN(20))
			}
		}
		w.all = append(w.all, s)
	}
	w.write(t, app)
	for i, k := range rng.Perm(n)[:min(n/3, 300)] {
		w.all[k].wished = i + 1
		c.Wishlist.Create().SetUserID(w.me.UserID).SetPartnerID(w.all[k].id).SetCreatedAt(world.Now.Add(-time.Duration(i/2) * time.Hour)).ExecX(t.Context())
	}
	lookAgain(t, app)
	return w
}

// lookAgain lets PostgreSQL count what was written, as its autovacuum does before long.
func lookAgain(t testing.TB, app *testkit.App) {
	t.Helper()
	if app.Store.Dialect() != dialect.Postgres {
		return
	}
	if _, err := app.Store.Client().ExecContext(context.WithoutCancel(t.Context()), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
}

// write stores the partners, a hundred at a time.
func (w *crowd) write(t testing.TB, app *testkit.App) {
	t.Helper()
	for list := range slices.Chunk(w.all, 100) {
		err := app.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			for _, s := range list {
				if err := s.write(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
