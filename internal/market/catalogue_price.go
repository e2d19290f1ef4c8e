package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/partner"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// SetBasePrice is what a partner asks for an hour of a sub-service from now on.
type SetBasePrice struct {
	PartnerID, SubServiceID int64
	Amount                  *int64 // whole currency units; nil: it asks for none any more
	Currency                string
	// Replaces is the active price that the caller has read; nil for none.
	Replaces *int64
	// Unread is what a transport could not read.
	Unread fault.Fields
}

var basePrices = noun[ent.BasePrice]{
	name: lifecycle.NounBasePrice,
	of:   func(r *ent.BasePrice) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.BasePrice) (int64, error) {
		made, err := tx.BasePrice.Create().SetPartnerID(r.PartnerID).SetSubServiceID(r.SubServiceID).SetAmount(r.Amount).
			SetCurrency(r.Currency).SetUnit(r.Unit).SetActive(r.Active).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, store.KeepLowestPrices(ctx, tx, r.PartnerID, r.PartnerID)
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.BasePrice, version int64) (int, error) {
		n, err := tx.BasePrice.Update().Where(baseprice.ID(r.ID), baseprice.Version(version)).
			SetActive(r.Active).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return n, store.KeepLowestPrices(ctx, tx, r.PartnerID, r.PartnerID)
	},
}

// SetBasePrice gives a partner another price for a sub-service: the active one is
// kept, as a price of the past, and the new one takes its place in the same
// transaction. It gives the active price then, nil when there is none. Contracts
// whose price is frozen keep theirs.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND for an unknown
// partner; INVALID; STALE when another price is active than the one to be replaced.
func (a *App) SetBasePrice(ctx context.Context, in SetBasePrice) (*view.BasePrice, error) {
	next, err := repeatable(ctx, a, func(ctx context.Context) (*ent.BasePrice, error) { return a.setBasePrice(ctx, in) }, a.basePriceAgain)
	if err != nil || next == nil {
		return nil, err
	}
	return seeBasePrice(a, next), nil
}

// basePriceAgain reads the price that was set; nil where the action took one back.
func (a *App) basePriceAgain(ctx context.Context, m memory) (*ent.BasePrice, error) {
	if m.id == 0 {
		return nil, nil //nolint:nilnil // nil is said to be none
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	return there(a.store.Client().BasePrice.Get(ctx, m.id))
}

func (a *App) setBasePrice(ctx context.Context, in SetBasePrice) (*ent.BasePrice, error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	var next *ent.BasePrice
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if next, err = in.write(ctx, tx, who, now); err != nil {
			return err
		}
		var id int64
		if next != nil {
			id = next.ID
		}
		return memory{}.keep(ctx, tx, string(basePrices.name), id)
	})
	return next, err
}

// write puts the new price in the place of the active one, and gives the active price
// then; nil for none.
func (in SetBasePrice) write(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time) (*ent.BasePrice, error) {
	if err := in.check(ctx, tx); err != nil {
		return nil, err
	}
	before, err := in.active(ctx, tx)
	if err != nil {
		return nil, err
	}
	if before != nil {
		if in.Amount != nil && before.Amount == *in.Amount && before.Currency == in.Currency {
			return before, nil
		}
		past := *before
		past.Active = false
		if err := basePrices.save(ctx, tx, who, now, before, &past); err != nil {
			return nil, err
		}
	}
	if in.Amount == nil {
		return nil, nil //nolint:nilnil // nil is said to be none
	}
	next := &ent.BasePrice{PartnerID: in.PartnerID, SubServiceID: in.SubServiceID, Amount: *in.Amount, Currency: in.Currency, Unit: "hour", Active: true}
	return next, basePrices.add(ctx, tx, who, now, next)
}

// check holds the partner, so that its prices change one after the other, and tells
// what is wrong with the input.
//
// Faults: NOT_FOUND, INVALID.
func (in SetBasePrice) check(ctx context.Context, tx *ent.Tx) error {
	held, err := tx.Partner.Query().Where(partner.ID(in.PartnerID), partner.DeletedAtIsNil(), store.ForUpdate).IDs(ctx)
	if err == nil && len(held) == 0 {
		err = fault.New(fault.RecordNotFound, "There is no such partner.")
	}
	if err != nil {
		return err
	}
	bad := in.Unread
	offered, err := tx.SubService.Query().Where(subservice.ID(in.SubServiceID), subservice.StatusEQ(lifecycle.CatalogueActive)).Exist(ctx)
	if err != nil {
		return err
	}
	bad.Check(offered || in.SubServiceID == 0, "sub_service_id", "is no sub-service that is offered")
	if in.Amount != nil {
		checkMoney(&bad, "amount", *in.Amount, 0)
	}
	bad.Check(in.Amount != nil || in.Replaces != nil, "amount", "is required, where there is no price to be withdrawn")
	checkCurrency(&bad, in.Currency)
	return bad.Err(fault.InputInvalid)
}

// active gives the active price, which must be the one to be replaced; nil for none.
//
// Faults: STALE.
func (in SetBasePrice) active(ctx context.Context, tx *ent.Tx) (*ent.BasePrice, error) {
	found, err := tx.BasePrice.Query().Where(
		baseprice.PartnerID(in.PartnerID), baseprice.SubServiceID(in.SubServiceID), baseprice.Active(true), store.ForUpdate,
	).All(ctx)
	if err != nil {
		return nil, err
	}
	var now *ent.BasePrice
	if len(found) > 0 { // one at most
		now = found[0]
	}
	if (now == nil) != (in.Replaces == nil) || now != nil && now.ID != *in.Replaces {
		return nil, fault.New(fault.Stale, "")
	}
	return now, nil
}

// BasePriceFilter keeps the prices that fit every field given.
type BasePriceFilter struct {
	PartnerID, SubServiceID *int64
	Active                  *bool
	// Unread is what a transport could not read.
	Unread fault.Fields
}

func (f BasePriceFilter) where(s *sql.Selector) {
	whereActive(f.Active)(s)
	if f.PartnerID != nil {
		s.Where(sql.EQ(s.C(baseprice.FieldPartnerID), *f.PartnerID))
	}
	if f.SubServiceID != nil {
		s.Where(sql.EQ(s.C(baseprice.FieldSubServiceID), *f.SubServiceID))
	}
}

// BasePrices lists the prices of partners, those of the past too, the newest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) BasePrices(ctx context.Context, f BasePriceFilter, p Page) (*view.Page[view.BasePrice], error) {
	return listRecords(ctx, a, p, f.Unread, records[ent.BasePrice, view.BasePrice]{
		newest: true, id: func(r *ent.BasePrice) int64 { return r.ID }, see: oneByOne(seeBasePrice),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.BasePrice, error) {
			return on.BasePrice.Query().Where(f.where, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.BasePrice.Query().Where(f.where).Count(ctx)
		},
	})
}

func seeBasePrice(_ *App, r *ent.BasePrice) *view.BasePrice {
	return view.See(&view.BasePrice{
		ID: r.ID, PartnerID: r.PartnerID, SubServiceID: r.SubServiceID, Amount: view.Money{Value: r.Amount, Currency: r.Currency},
		Unit: r.Unit, Active: r.Active, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}, view.Admin)
}
