package market

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// The bounds of FireDue: how much is read at once, and how much is done in one
// call.
const (
	dueBatch = 100
	duePass  = 1000
)

// Firing is something that time has done to a contract.
type Firing struct {
	Kind       lifecycle.Due
	ContractID int64
	// AgreementID is set in place of ContractID where it was done to an agreement.
	AgreementID int64
	At          time.Time // business time
}

// DueFailure is something that has fallen due and could not be done.
type DueFailure struct {
	Kind                    lifecycle.Due
	ContractID, AgreementID int64
	Err                     error
}

// Fired is what a call of FireDue came to.
type Fired struct {
	Done []Firing // in their order
	// Passed counts what somebody else had done, or changed, meanwhile.
	Passed int
	// Failed does not keep the others from being done. It is tried again by the
	// next call.
	Failed []DueFailure
	// More tells that there may be more, and that the call has ended to be bounded.
	More bool
}

// FireDue does what time does to contracts and agreements: what has fallen due until an instant,
// that included, and not later than now, soonest first, each in a transaction of
// its own. Any number of nodes may do it at the same time: each comparison of a
// contract's version has one winner. It ends early when the context ends, between
// two of them.
//
// Faults: those of reading what is due; the context's.
func (a *App) FireDue(ctx context.Context, upTo time.Time) (Fired, error) {
	p := &duePassing{App: a, until: earlier(upTo, a.Now()), tried: map[dueKey]bool{}}
	for len(p.fired.Done)+len(p.fired.Failed) < duePass {
		found, err := a.findDue(ctx, p.until, p.out, p.papers, dueBatch)
		if err != nil || len(found.list) == 0 {
			return p.fired, err
		}
		if err := p.fireAll(ctx, found); err != nil {
			return p.fired, err
		}
	}
	p.fired.More = true
	return p.fired, nil
}

// duePassing is one call of FireDue under way.
type duePassing struct {
	*App
	until time.Time
	fired Fired
	tried map[dueKey]bool
	// out and papers are contracts and agreements that failed: left out for the rest of
	// the call.
	out, papers []int64
}

// dueKey tells what falls due apart.
type dueKey struct {
	kind                    lifecycle.Due
	contractID, agreementID int64
	at                      int64 // in milliseconds
}

// fireAll does what was found. It ends before what the contracts fall due for
// again is to come first.
func (p *duePassing) fireAll(ctx context.Context, found dueSoon) error {
	for i, d := range found.list {
		if err := ctx.Err(); err != nil {
			return err
		}
		key := dueKey{d.kind, d.contractID, d.agreementID, d.at.UnixMilli()}
		if p.tried[key] { // nobody has done it, and it cannot be done
			p.fail(d, errNotDue)
			continue
		}
		p.tried[key] = true
		firing, next, err := p.fire(ctx, d, found.set)
		switch {
		case errors.Is(err, errNotDue), fault.Is(err, fault.Stale):
			p.fired.Passed++
			continue
		case err != nil:
			p.fail(d, err)
			continue
		}
		p.fired.Done = append(p.fired.Done, firing)
		last := i == len(found.list)-1
		if again := !next.at.IsZero() && !next.at.After(p.until); again && !last && next.compare(found.list[i+1]) < 0 {
			return nil
		}
	}
	return nil
}

func (p *duePassing) fail(d due, err error) {
	if d.agreementID != 0 {
		p.papers = append(p.papers, d.agreementID)
	} else {
		p.out = append(p.out, d.contractID)
	}
	p.fired.Failed = append(p.fired.Failed, DueFailure{Kind: d.kind, ContractID: d.contractID, AgreementID: d.agreementID, Err: err})
}

// errNotDue says that a contract does not, or no longer, wait for what was found.
var errNotDue = errors.New("market: it is not what the contract waits for")

// fire does to a contract what has fallen due, and gives what falls due next for
// it, if anything. A deadline that follows counts from now.
//
// Faults: STALE.
func (a *App) fire(ctx context.Context, d due, set settings) (f Firing, next due, err error) {
	switch {
	case ofSignature(d.kind):
		return a.fireSignature(ctx, d, set)
	case d.agreementID != 0:
		return a.firePaper(ctx, d)
	}
	now := a.Now()
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		r, err := a.rowOf(ctx, tx.Client(), d.contractID)
		if err != nil {
			return err
		}
		present, waits := set.due(r)
		if !waits || present.kind != d.kind || !present.at.Equal(d.at) || now.Before(present.at) {
			return errNotDue
		}
		m := a.lapse(&facts{now: now, row: r, set: set}, d.kind)
		if err := moveContract(ctx, tx, r, m); err != nil {
			return err
		}
		then, err := m.after(tx.Contract, r)
		if err != nil {
			return err
		}
		next, _ = set.due(then)
		return nil
	})
	return Firing{Kind: d.kind, ContractID: d.contractID, At: now}, next, err
}

// rowOf reads a contract by its id, whoever may know of it, with its payment.
func (a *App) rowOf(ctx context.Context, on *ent.Client, id int64) (*contractRow, error) {
	s, t := selectContracts(a.store.Dialect(), ContractWants{})
	s.Where(sql.EQ(t.c.C(contract.FieldID), id))
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("market: contract %d: %w", id, errNotDue)
	}
	return rows[0], nil
}
