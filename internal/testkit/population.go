package testkit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/lib/pq"

	"kontrak/internal/authn"
	"kontrak/internal/store"
	"kontrak/internal/world"
)

// populate fills a new database with the demo world. The world is made once for
// each kind of database and copied from then on; one of another seed is made each time.
func populate(ctx context.Context, db Database, seed uint64) (*world.World, error) {
	if seed != 0 {
		return settle(ctx, db.URL, seed)
	}
	if path, ok := strings.CutPrefix(db.URL, "sqlite:"); ok {
		template, err := sqliteWorld()
		if err != nil {
			return nil, err
		}
		return template.world, os.WriteFile(path, template.file, 0o600)
	}
	s, err := server()
	if err != nil {
		return nil, err
	}
	if !s.own {
		return settle(ctx, db.URL, 0) // nobody would drop a template on a server of somebody else
	}
	template, err := postgresWorld()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(db.URL)
	if err != nil {
		return nil, fmt.Errorf("testkit: %w", err)
	}
	name := pq.QuoteIdentifier(strings.TrimPrefix(u.Path, "/"))
	return template, errors.Join(
		s.run("DROP DATABASE "+name),
		s.run("CREATE DATABASE "+name+" TEMPLATE "+worldTemplate),
	)
}

// settle stores the demo world in a migrated database.
func settle(ctx context.Context, at string, seed uint64) (*world.World, error) {
	hash, err := demoHash()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, store.Config{URL: at})
	if err != nil {
		return nil, err
	}
	w, err := world.Demo(ctx, st, world.Config{Now: world.Now, PasswordHash: hash, Secrets: Links, Seed: seed})
	return w, errors.Join(err, st.Close())
}

// demoHash is the hash of the password of every demo account.
var demoHash = sync.OnceValues(func() (string, error) {
	return authn.HashPassword(context.Background(), world.Password)
})

// populated is a file that holds the demo world.
type populated struct {
	file  []byte
	world *world.World
}

var sqliteWorld = sync.OnceValues(func() (*populated, error) {
	empty, err := sqliteTemplate()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "kontrak-world-")
	if err != nil {
		return nil, fmt.Errorf("testkit: world: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the system's temporary directory
	path := filepath.Join(dir, "kontrak.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		return nil, err
	}
	w, err := settle(context.Background(), "sqlite:"+path, 0)
	if err != nil {
		return nil, err
	}
	file, err := os.ReadFile(path)
	return &populated{file: file, world: w}, err
})

const worldTemplate = "kontrak_world"

var postgresWorld = sync.OnceValues(func() (*world.World, error) {
	s, err := server()
	if err != nil {
		return nil, err
	}
	empty, err := postgresTemplate()
	if err != nil {
		return nil, err
	}
	if err := s.run("CREATE DATABASE " + worldTemplate + " TEMPLATE " + pq.QuoteIdentifier(empty)); err != nil {
		return nil, err
	}
	at, err := s.urlOf(worldTemplate)
	if err != nil {
		return nil, err
	}
	return settle(context.Background(), at, 0)
})
