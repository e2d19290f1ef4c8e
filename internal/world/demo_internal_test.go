package world

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTheDemoCanBeMadeAroundAnyInstant(t *testing.T) {
	t.Parallel()
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		now := from.Add(time.Duration(rapid.Int64Range(0, int64(6*365*24*time.Hour/time.Millisecond)).Draw(t, "ms")) * time.Millisecond)
		if _, err := newDemo(Config{Now: now, PasswordHash: "x"}); err != nil {
			t.Fatalf("%s: %v", now.Format(time.RFC3339Nano), err)
		}
	})
}

func TestSeedingCanBeDoneAroundAnyInstant(t *testing.T) {
	t.Parallel()
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		now := from.Add(time.Duration(rapid.Int64Range(0, 6*365*24*60).Draw(t, "minutes")) * time.Minute)
		ids := counter{}
		r := newRows(ids.next)
		cat := stocktake(r, now.AddDate(0, 0, -400), func(string, string) string { return "" })
		stockPromotions(r, cat, now.AddDate(0, 0, -400), now)
		s := &seeder{now: now, cat: cat, admin: addSeeded(r, "Admin", "admin", now)}
		b := &block{seeder: s, rows: r, place: regions[rapid.IntRange(0, len(regions)-1).Draw(t, "place")]}
		if err := b.settle(200); err != nil {
			t.Fatal(err)
		}
		b.draws = &drawing{rng: b.rng, cat: cat, now: now, admin: s.admin, proof: func(*customer) string { return "p.png" }}
		for i := range 200 {
			if l := b.draw(i); l.err != nil || l.contract.UpdatedAt.After(now) {
				t.Fatalf("%s: %v, changed at %s", now, l.err, l.contract.UpdatedAt)
			}
		}
	})
}
