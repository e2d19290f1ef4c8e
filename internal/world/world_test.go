package world_test

import (
	"strings"
	"testing"
	"time"

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

func instantText(s string) string {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !strings.HasSuffix(s, "Z") {
		return s
	}
	return at.Format("2006-01-02T15:04:05.000Z")
}

func TestDemoKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, _ := demo(t, db)
		checkInvariants(t, st)
	})
}
