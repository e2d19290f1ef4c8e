package oracle_test

import (
	"flag"
	"testing"

	"kontrak/internal/gql/oracle"
)

const casesFile = "testdata/cases.json"

var record = flag.Bool("record", false, "ask graphql-js for the answers of the named cases, and keep them")

// TestNamedCases runs every difference that was ever found, against what graphql-js answered. It needs no Node.
func TestNamedCases(t *testing.T) {
	t.Parallel()
	if *record {
		t.Skip("the answers are being recorded")
	}
	targets := targets(t)
	cases, err := oracle.ReadCases(casesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			for _, e := range target(t, targets, c.Target).Engines {
				ours, err := e.Answer(t.Context(), c.Case())
				if err != nil {
					t.Fatal(err)
				}
				difference, allowed := oracle.Compare(ours, c.Answer), oracle.Allowed(c.Case(), ours, c.Answer)
				if allowed != c.Allowed || difference != "" != (c.Allowed != "") {
					t.Errorf("%s: %s (allowed as %q)\nours %v\ntheirs %v", e.Name, difference, allowed, ours.Messages, c.Answer.Messages)
				}
			}
		})
	}
}

// TestNamedCasesAreWhatGraphQLJSAnswers asks graphql-js again, or with -record keeps what it answers now.
func TestNamedCasesAreWhatGraphQLJSAnswers(t *testing.T) {
	r := runner(t)
	cases, err := oracle.ReadCases(casesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		theirs, err := r.Peer.Ask(target(t, r.Targets, c.Target).Request(c.Case()))
		if err != nil {
			t.Fatal(err)
		}
		if *record {
			c.Answer = theirs
			continue
		}
		if difference := oracle.Compare(c.Answer, theirs); difference != "" {
			t.Errorf("%s: ours is what was recorded: %s", c.Name, difference)
		}
	}
	if *record {
		if err := oracle.WriteCases(casesFile, cases); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryAllowanceHasACase keeps the list of allowances as short as it can be.
func TestEveryAllowanceHasACase(t *testing.T) {
	t.Parallel()
	cases, err := oracle.ReadCases(casesFile)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, c := range cases {
		shown[c.Allowed] = true
	}
	for _, a := range oracle.Allowances {
		if !shown[a.Name] {
			t.Errorf("no case shows %s", a.Name)
		}
	}
}

func target(t *testing.T, all []*oracle.Target, name string) *oracle.Target {
	t.Helper()
	for _, target := range all {
		if target.Name == name {
			return target
		}
	}
	t.Fatalf("no target %s", name)
	return nil
}
