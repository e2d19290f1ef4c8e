package oracle

import (
	"context"
	"strings"

	"kontrak/internal/gql/oracle/document"
)

// shrinkTries bounds how many requests are tried to make a difference small.
const shrinkTries = 600

// Shrink finds a smaller request that shows the same kind of difference. Nothing may be waiting at the peer.
func (r *Runner) Shrink(ctx context.Context, d *Difference) *Difference {
	target, engine := r.find(d)
	best := d
	kind, _, _ := strings.Cut(d.What, ":")
	document.Shrink(d.Case, shrinkTries, func(c *document.Case) bool {
		theirs, err := r.Peer.Ask(target.Request(c))
		if err != nil {
			return false
		}
		ours, err := engine.Answer(ctx, c)
		if err != nil {
			return false
		}
		what := Compare(ours, theirs)
		now, _, _ := strings.Cut(what, ":")
		if Allowed(c, ours, theirs) != "" {
			return false
		}
		if what == "" || now != kind || ours.Verdict != d.Ours.Verdict || theirs.Verdict != d.Theirs.Verdict {
			return false
		}
		best = &Difference{d.Target, d.Engine, d.Number, c, what, ours, theirs}
		return true
	})
	return best
}

func (r *Runner) find(d *Difference) (*Target, Engine) {
	for _, t := range r.Targets {
		for _, e := range t.Engines {
			if t.Name == d.Target && e.Name == d.Engine {
				return t, e
			}
		}
	}
	panic("oracle: no such engine: " + d.Engine)
}
