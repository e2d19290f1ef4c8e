package oracle_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"testing"

	"kontrak/internal/gql/oracle"
)

var (
	documents = flag.Int("documents", 3000, "how many random `documents` are tried")
	seed      = flag.Uint64("seed", 1, "the `seed` of the random documents; 0 draws one")
	first     = flag.Int("first", 0, "the `number` of the first document")
	most      = flag.Int("most", 10, "how many `differences` end the run")
)

// TestTheEngineAnswersAsGraphQLJS needs Node and "npm ci" in node/, and is left out where they are missing, unless
// KONTRAK_REQUIRE_NODE=1. What it finds it makes small; it belongs into testdata/cases.json then, with a name.
func TestTheEngineAnswersAsGraphQLJS(t *testing.T) {
	r := runner(t)
	t.Logf("seed %d, from document %d on", r.Seed, *first)
	report, err := r.Run(t.Context(), *first, *documents)
	t.Log(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Differences {
		t.Errorf("case %d of seed %d\n%s", d.Number, r.Seed, r.Shrink(t.Context(), d))
	}
}

func targets(t *testing.T) []*oracle.Target {
	t.Helper()
	product, err := os.ReadFile("../../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	all, err := oracle.Targets(string(product))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func runner(t *testing.T) *oracle.Runner {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	peer, err := oracle.Start(ctx, "node")
	if err != nil {
		cancel()
		if os.Getenv("KONTRAK_REQUIRE_NODE") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := peer.Close(); err != nil {
			t.Error(err)
		}
		cancel()
	})
	r := &oracle.Runner{Peer: peer, Targets: targets(t), Seed: *seed, Most: *most}
	if r.Seed == 0 {
		r.Seed = rand.Uint64()
	}
	if err := r.Introduce(); err != nil {
		t.Fatal(err)
	}
	return r
}
