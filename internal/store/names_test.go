package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// named are the numbers of the institutions whose names hold the text, by the look-up.
func named(text string) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(store.NamedP(store.InstitutionNames, s.C(institution.FieldID), s.C(institution.FieldSearchName), text))
	}
}

// stock makes institutions of these names.
func stock(t *testing.T, s *store.Store, names []string) {
	t.Helper()
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		for i, name := range names {
			id := int64(i + 1)
			err := tx.Institution.Create().SetID(id).SetName(name).SetSearchName(store.Fold(name)).
				SetAddress("x").SetProvince("x").SetCity("x").SetLatitude(0).SetLongitude(0).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).Exec(ctx)
			if err == nil && i%2 == 0 { // the others are kept together, below
				err = store.KeepName(ctx, tx, store.InstitutionNames, id, store.Fold(name))
			}
			if err != nil {
				return err
			}
		}
		return store.KeepNames(ctx, tx, store.InstitutionNames, 2, int64(len(names)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// alphabet is what hides in names: what queries of full texts give a meaning, what LIKE
// does, what folds into several letters, and what takes up four bytes.
var alphabet = strings.Split(`a b A Å ß ﬁ " ' * ^ ( ) : - + % _ \ 😀 你 AND OR NEAR . ,`, " ")

func drawName(rng *rand.Rand, most int) string {
	var b strings.Builder
	for range 1 + rng.IntN(most) {
		b.WriteString(alphabet[rng.IntN(len(alphabet))])
		if rng.IntN(5) == 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// TestNamesAreFoundByTheirParts holds the look-up against a search in memory, before and
// after some names have changed.
func TestNamesAreFoundByTheirParts(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s, rng := db.Open(t), rand.New(rand.NewPCG(1, 2))
		names := make([]string, 200)
		for i := range names {
			names[i] = drawName(rng, 12)
		}
		stock(t, s, names)
		hits, long := 0, 0
		for n := range 400 {
			if n == 200 {
				renameSome(t, s, names, rng)
			}
			sought := drawName(rng, 3)
			if n%2 == 0 { // a part of one that is there
				letters := []rune(names[rng.IntN(len(names))])
				from := rng.IntN(len(letters))
				sought = string(letters[from:min(len(letters), from+1+rng.IntN(6))])
			}
			var want []int64
			for i, name := range names {
				if strings.Contains(store.Fold(name), store.Fold(sought)) {
					want = append(want, int64(i+1))
				}
			}
			got := s.Client().Institution.Query().Where(named(sought)).Order(institution.ByID()).IDsX(t.Context())
			if !slices.Equal(got, want) {
				t.Errorf("%q is found in %v, want %v", sought, got, want)
			}
			hits += len(want)
			if len(want) > 0 && len([]rune(store.Fold(sought))) >= 3 {
				long++
			}
		}
		if hits < 500 || long < 50 {
			t.Errorf("%d names were found, %d texts of three letters and more: the draw says little", hits, long)
		}
	})
}

func renameSome(t *testing.T, s *store.Store, names []string, rng *rand.Rand) {
	t.Helper()
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		for i := 0; i < len(names); i += 3 {
			names[i] = drawName(rng, 12)
			folded := store.Fold(names[i])
			if err := tx.Institution.UpdateOneID(int64(i + 1)).SetName(names[i]).SetSearchName(folded).Exec(ctx); err != nil {
				return err
			}
			if err := store.KeepName(ctx, tx, store.InstitutionNames, int64(i+1), folded); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNamesAreKeptWithTheirRows: what is not stored leaves no name behind, and outside of
// a transaction none is kept.
func TestNamesAreKeptWithTheirRows(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		s := db.Open(t)
		stock(t, s, []string{"before"})
		broken := fmt.Errorf("broken off")
		err := s.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
			tx.Institution.UpdateOneID(1).SetSearchName("after").ExecX(ctx)
			if err := store.KeepName(ctx, tx, store.InstitutionNames, 1, "after"); err != nil {
				return err
			}
			return broken
		})
		if err == nil {
			t.Fatal("it was stored")
		}
		for text, want := range map[string]int{"before": 1, "after": 0} {
			if got := s.Client().Institution.Query().Where(named(text)).CountX(t.Context()); got != want {
				t.Errorf("%q is found %d times, want %d", text, got, want)
			}
		}
		tx, err := s.Client().Tx(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }() // nothing was written
		if err := store.KeepName(t.Context(), tx, store.InstitutionNames, 1, "x"); err == nil {
			t.Error("a name was kept in a transaction that WithTx did not begin")
		}
	})
}
