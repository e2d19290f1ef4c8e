package world

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"kontrak/ent"
	"kontrak/internal/store"
)

// SeedOptions says how much is to be added. Contracts and Now are required.
type SeedOptions struct {
	// Contracts is how many contracts are added.
	Contracts int
	// Now is the instant around which the contracts lie.
	Now time.Time
	// Progress, if given, hears after each transaction how many contracts are
	// stored.
	Progress func(done, total int)
}

// blockSize is how many contracts are stored in one transaction: enough to make
// few of them, and few enough to let other writers in.
const blockSize = 500

// Seed adds contracts with all that belongs to them, spread over new
// institutions, partners and supervisors, to a migrated database with any
// content. It stores them in transactions of a few hundred; each leaves the
// database consistent, and a repeated run adds as many again. Nobody can sign
// in with the new accounts by password. The receipts are rows without bytes.
//
// Faults: those of store.WithTx. What was stored before a failure stays.
func Seed(ctx context.Context, st *store.Store, opts SeedOptions) error {
	if opts.Contracts < 1 || opts.Now.IsZero() {
		return errors.New("world: SeedOptions needs Contracts and Now")
	}
	s := &seeder{now: store.Instant(opts.Now), dialect: st.Dialect(), ids: &reserve{dialect: st.Dialect()}}
	if err := st.WithTx(ctx, s.prepare); err != nil {
		return fmt.Errorf("world: prepare the seed: %w", err)
	}
	for done := 0; done < opts.Contracts; {
		n := min(blockSize, opts.Contracts-done)
		place := regions[done/blockSize%len(regions)]
		err := st.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error { return s.block(ctx, tx, place, n) })
		if err != nil {
			return fmt.Errorf("world: seed after %d contracts: %w", done, err)
		}
		done += n
		if opts.Progress != nil {
			opts.Progress(done, opts.Contracts)
		}
	}
	return nil
}

// seeder adds blocks of contracts.
type seeder struct {
	now     time.Time
	dialect string
	ids     *reserve
	cat     *catalogue
	admin   *ent.User
}

// block makes and stores n contracts in one place, with their people.
func (s *seeder) block(ctx context.Context, tx *ent.Tx, place region, n int) error {
	b := &block{seeder: s, rows: newRows(s.ids.within(ctx, tx)), place: place}
	if err := b.settle(n); err != nil {
		return err
	}
	b.draws = &drawing{rng: b.rng, cat: s.cat, now: s.now, admin: s.admin, proof: func(at *customer) string {
		return b.receipts[at.row.ID]
	}}
	var failed []error
	for i := range n {
		l := b.draw(i)
		if l.contract.UpdatedAt.After(s.now) {
			l.fail("changed at %s, after now", l.contract.UpdatedAt)
		}
		failed = append(failed, l.err)
		l.store(b.rows)
	}
	if err := errors.Join(append(failed, s.ids.err)...); err != nil {
		return err
	}
	return b.rows.insert(ctx, tx, s.dialect)
}

// weights say how often each ending is drawn, in a thousand.
var weights = []struct {
	end    ending
	weight int
}{
	{endReviewed, 400}, {endCompleted, 120}, {endReassignedCompleted, 40}, {endCancelled, 45}, {endCancelledUnpaid, 30},
	{endRejected, 20}, {endRejectedByTime, 15}, {endExpired, 50},
	{endOnRoute, 10}, {endInProgress, 30}, {endExtending, 10},
	{endDraftSchedule, 15}, {endDraftDetails, 15}, {endDraftPayment, 15}, {endToPay, 25}, {endAwaiting, 20},
	{endOffered, 40}, {endQueued, 25}, {endAccepted, 60}, {endReassigned, 15},
}

func drawEnding(rng *rand.Rand) ending {
	n := rng.IntN(1000)
	for _, w := range weights {
		if n < w.weight {
			return w.end
		}
		n -= w.weight
	}
	return endCompleted
}

// needsSupervisor tells whether a supervisor acts, or may act, in it.
func (e ending) needsSupervisor() bool {
	return e == endRejected || e == endReassignedCompleted || e == endQueued || e == endReassigned
}

// draw makes one contract of a pair of partners. A pair shares its days, so that
// one may take over from the other.
func (b *block) draw(i int) *life {
	end := drawEnding(b.rng)
	p := b.pairs[i%len(b.pairs)]
	if end.needsSupervisor() {
		p = b.pairs[i%((len(b.pairs)+1)/2)*2]
	}
	if end.today() && p.busyToday {
		end = endCompleted
	}
	first := b.rng.IntN(2)
	c := b.customers[b.rng.IntN(len(b.customers))]
	sub := p.subServices[b.rng.IntN(len(p.subServices))]
	return b.draws.draw(end, cast{
		offer: offer{
			at: c, by: c.staff[b.rng.IntN(len(c.staff))], technician: p.both[first], subService: sub, kind: kindOf(sub, b.rng.IntN(3)),
		},
		spare: p.both[1-first], supervisor: b.supervisor,
	}, b.days(end, p))
}

// days gives the pair's next free days: before, on or after today.
func (b *block) days(end ending, p *pair) days {
	stride := 2 + b.rng.IntN(5)
	d := days{count: 1 + b.rng.IntN(2), hours: 2 + b.rng.IntN(5)}
	switch {
	case end.today():
		p.busyToday = true
		d.count, d.start = 1, b.now.Add(-time.Hour).Truncate(30*time.Minute)
		return d
	case end.past():
		p.past += stride
		stride = -p.past
	default:
		p.future += stride
		stride = p.future
	}
	n := b.now.In(b.zone)
	d.start = time.Date(n.Year(), n.Month(), n.Day()+stride, 8+b.rng.IntN(4), 0, 0, 0, b.zone)
	return d
}
