package market

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/ent/payment"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// ContractAsOf gives a contract as it was at an instant, as the history tells it:
// its own fields, its payment and its lists. What has a life of its own (people,
// institutions, the catalogue) is as it is today. What the caller may see of it
// follows from the caller's ties of today; a partner sees it since it was asked.
//
// Faults: UNAUTHENTICATED; INVALID for an instant that has not come; NOT_FOUND
// when there was none that the caller may know of.
func (a *App) ContractAsOf(ctx context.Context, id int64, asOf time.Time, w ContractWants) (*view.Contract, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	now, at := a.Now(), store.Instant(asOf)
	var bad fault.Fields
	bad.Check(storable(at) && !at.After(now), "as_of", "must not lie after now, which is %s", stamp(now))
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	var v *view.Contract
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := a.orderedRows(ctx, on, who, w, []int64{id})
		if err != nil || rows[0] == nil {
			return err
		}
		p, err := a.readPast(ctx, on, who, rows[0], at)
		if err != nil || p == nil {
			return err
		}
		v, err = a.seePast(ctx, on, who, at, p, w)
		return err
	})
	if err == nil && v == nil {
		err = fault.New(fault.RecordNotFound, "There was no such contract.")
	}
	return v, err
}

// pastContract is a contract as it was, beside what it is.
type pastContract struct {
	today, row *contractRow
	state      changelog.State
}

// playedRow is what is played back of a history row.
type playedRow struct {
	version int64
	at      time.Time
	changes []byte
	// known tells whether the caller may know of the row: read for partners alone.
	known bool
}

// readPast plays the history of a contract back until an instant, that included;
// nil where there was no contract that the caller may know of.
func (a *App) readPast(ctx context.Context, on reader, who actor.Actor, today *contractRow, until time.Time) (*pastContract, error) {
	type row = playedRow
	h := sql.Table(contracthistory.Table).As("h")
	last := sql.Table(contracthistory.Table).As("last")
	s := selectFrom[row](a.store.Dialect(), h)
	s.take(h, contracthistory.FieldContractVersion, func(r *row) any { return &r.version })
	s.take(h, contracthistory.FieldAt, func(r *row) any { return &r.at })
	s.take(h, contracthistory.FieldChanges, func(r *row) any { return &r.changes })
	partner := who.Is(actor.Partner)
	if partner {
		s.compute(sinceAsked(who, a.store.Dialect(), h), "known", func(r *row) any { return &r.known })
	}
	s.Where(sql.EQ(h.C(contracthistory.FieldContractID), today.id))
	s.Where(sql.LTE(h.C(contracthistory.FieldContractVersion), sql.Dialect(a.store.Dialect()).
		Select(sql.Max(last.C(contracthistory.FieldContractVersion))).From(last).Where(sql.And(
		sql.EQ(last.C(contracthistory.FieldContractID), today.id),
		sql.LTE(last.C(contracthistory.FieldAt), until),
	))))
	s.OrderBy(h.C(contracthistory.FieldContractVersion))
	rows, err := s.rows(ctx, on)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	end := rows[len(rows)-1]
	if partner && !end.known {
		return nil, nil //nolint:nilnil // nil is said to be no contract
	}
	p := &pastContract{today: today, state: changelog.State{}}
	for _, r := range rows {
		if err := p.state.Play(r.changes); err != nil {
			return nil, err
		}
	}
	return p, p.fill(end)
}

// fill makes the row of the contract as the state tells it.
func (p *pastContract) fill(end *playedRow) error {
	now := p.today
	p.row = &contractRow{
		id: now.id, institution: now.institution, partner: now.partner, subService: now.subService,
		version: end.version, created: now.created, updated: end.at, images: []byte("[]"),
	}
	if _, paid := p.state[changelog.PaymentPrefix+payment.FieldID]; paid {
		p.row.payment = now.payment // its method and its promotion stay the same
	}
	if err := p.set(contractColumns, ""); err != nil {
		return err
	}
	return p.set(paymentColumns, changelog.PaymentPrefix)
}

// set puts what the state tells of the columns into the row; what it does not tell
// of is empty.
func (p *pastContract) set(columns []column, prefix string) error {
	for _, c := range columns {
		text, told := p.state[prefix+c.name]
		if !told && prefix == changelog.PaymentPrefix {
			text = json.RawMessage("null")
		} else if !told {
			continue
		}
		if err := changelog.Set(c.at(p.row), text); err != nil {
			return fmt.Errorf("market: the history of contract %d, %s%s: %w", p.row.id, prefix, c.name, err)
		}
	}
	return nil
}
