package world_test

import (
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// demo stores the demo world.
func demo(t *testing.T, db testkit.Database) (*store.Store, *world.World) {
	t.Helper()
	st := db.Open(t)
	w, err := world.Demo(t.Context(), st, world.Config{Now: world.Now, PasswordHash: "$argon2id$demo"})
	if err != nil {
		t.Fatal(err)
	}
	return st, w
}

func TestDemoKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, _ := demo(t, db)
		checkInvariants(t, st)
	})
}
