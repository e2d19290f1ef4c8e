package oracle_test

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"kontrak/internal/gql/oracle"
)

var (
	documents = flag.Int("documents", 3000, "how many random `documents` are tried")
	seed      = flag.Uint64("seed", 1, "the `seed` of the random documents")
	first     = flag.Int("first", 0, "the `number` of the first document")
	most      = flag.Int("most", 10, "how many `differences` end the run")
)

func TestTheEngineAnswersAsGraphQLJS(t *testing.T) {
	r := runner(t)
	report, err := r.Run(t.Context(), *first, *documents)
	t.Logf("seed %d, from %d: %s", r.Seed, *first, report)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Differences {
		small := r.Shrink(t.Context(), d)
		t.Errorf("case %d of seed %d, %s, %s\n%s\noperation %q, variables %v, world %d\n%s\nours: %s\ntheirs: %s", d.Number, r.Seed, small.Target, small.Engine,
			small.Case.Query, small.Case.OperationName, small.Case.Variables, small.Case.Seed, small.What+"\n"+string(small.Ours.Data)+"\n"+string(small.Theirs.Data),
			strings.Join(small.Ours.Messages, "; "), strings.Join(small.Theirs.Messages, "; "))
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
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := peer.Close(); err != nil {
			t.Error(err)
		}
		cancel()
	})
	r := &oracle.Runner{Peer: peer, Targets: targets(t), Seed: *seed, Most: *most}
	if err := r.Introduce(); err != nil {
		t.Fatal(err)
	}
	return r
}
