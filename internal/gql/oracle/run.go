package oracle

import (
	"context"
	"fmt"
	"math/rand/v2"

	"kontrak/internal/gql/oracle/document"
)

// Difference is a request that the two sides answer differently.
type Difference struct {
	Target, Engine string
	Number         int // of the case in its run
	Case           *document.Case
	What           string
	Ours, Theirs   *Answer
}

// String shows the request and both answers.
func (d *Difference) String() string {
	return fmt.Sprintf("%s, %s\n%s\noperation %q, variables %v, world %d\n%s\nours:   %s %s\ntheirs: %s %s", d.Target, d.Engine,
		d.Case.Query, d.Case.OperationName, d.Case.Variables, d.Case.Seed, d.What, d.Ours.Data, d.Ours.Messages, d.Theirs.Data, d.Theirs.Messages)
}

// Report counts what a run saw, by our answers.
type Report struct {
	Documents, Answers, Refused, Ran, Failing, Errors int
	// Allowed are answers that differ as Allowances says.
	Allowed     int
	Differences []*Difference
}

func (r *Report) String() string {
	return fmt.Sprintf("%d documents, %d answers: %d refused, %d executed, of which %d with errors (%d in all); %d allowances, %d differences",
		r.Documents, r.Answers, r.Refused, r.Ran, r.Failing, r.Errors, r.Allowed, len(r.Differences))
}

// Runner runs random requests.
type Runner struct {
	Peer    *Peer
	Targets []*Target
	Seed    uint64
	// Most is how many differences end a run.
	Most int
}

// Introduce tells the peer the schemas.
func (r *Runner) Introduce() error {
	for _, t := range r.Targets {
		if a, err := r.Peer.Ask(t.introduction()); err != nil || a.Verdict != "ready" {
			return fmt.Errorf("schema %s: %w, %v", t.Name, err, a)
		}
	}
	return nil
}

// Case makes one case of a run: the same for the same seed and number.
func (r *Runner) Case(number int) (*Target, *document.Case) {
	t := r.Targets[number%len(r.Targets)]
	random := rand.New(rand.NewPCG(r.Seed, uint64(number)))
	c := document.Make(t.Schema, random)
	kind := random.IntN(100)
	if kind >= 55 && kind < 86 {
		document.Break(t.Schema, random, c)
	}
	c.Query = c.Document.Scatter(random)
	switch {
	case kind >= 94:
		document.Misuse(random, c)
	case kind >= 86:
		c.Document, c.Query = nil, document.Garble(random, c.Query)
	}
	return t, c
}

// ahead is how many requests the peer may be ahead of us, for both sides work at the same time.
const ahead = 64

type work struct {
	number int
	target *Target
	c      *document.Case
}

// Run runs cases from first on.
func (r *Runner) Run(ctx context.Context, first, n int) (*Report, error) {
	report := &Report{}
	var waiting []work
	for number := first; number < first+n || len(waiting) > 0; number++ {
		for ; number < first+n && len(waiting) < ahead; number++ {
			t, c := r.Case(number)
			if err := r.Peer.Send(t.Request(c)); err != nil {
				return report, err
			}
			waiting = append(waiting, work{number, t, c})
		}
		number--
		if err := r.Peer.Flush(); err != nil {
			return report, err
		}
		for _, w := range waiting {
			if err := r.one(ctx, report, w); err != nil {
				return report, fmt.Errorf("case %d of seed %d: %w\n%s", w.number, r.Seed, err, w.c.Query)
			}
		}
		waiting = waiting[:0]
		if len(report.Differences) >= r.Most {
			return report, nil
		}
	}
	return report, nil
}

func (r *Runner) one(ctx context.Context, report *Report, w work) error {
	theirs, err := r.Peer.Receive()
	if err != nil {
		return err
	}
	report.Documents++
	for _, e := range w.target.Engines {
		ours, err := e.Answer(ctx, w.c)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		report.count(ours)
		what := Compare(ours, theirs)
		if name := Allowed(w.c, ours, theirs); what != "" && name != "" {
			report.Allowed++
			continue
		}
		if what != "" {
			report.Differences = append(report.Differences, &Difference{w.target.Name, e.Name, w.number, w.c, what, ours, theirs})
			return nil
		}
	}
	return nil
}

func (r *Report) count(a *Answer) {
	r.Answers++
	if !a.ran() {
		r.Refused++
		return
	}
	r.Ran++
	if len(a.Errors) > 0 {
		r.Failing++
		r.Errors += len(a.Errors)
	}
}
