package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/pricingschema"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PricingSchema is what the back office says of a line of every price. A new one
// needs code, name, kind and amount; what is absent stays as it is.
type PricingSchema struct {
	Code     string // of a new one
	Name     Optional[string]
	Kind     Optional[string]
	Unit     Optional[string]
	Effect   Optional[lifecycle.Effect]
	Amount   Optional[int64] // whole currency units
	Currency Optional[string]
	Active   Optional[bool]
}

var pricingSchemas = noun[ent.PricingSchema]{
	name: lifecycle.NounPricingSchema,
	of: func(r *ent.PricingSchema) record {
		return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt}
	},
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.PricingSchema, error) {
		return tx.PricingSchema.Query().Where(pricingschema.ID(id), store.ForUpdate).Only(ctx)
	},
	room: func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.PricingSchema.Query().Where(pricingschema.Active(true), store.ForUpdate).Order(pricingschema.ByID()).IDs(ctx)
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.PricingSchema) error {
		if before == nil {
			if err := freeCode(tx.PricingSchema.Query().Where(pricingschema.Code(next.Code)).Exist(ctx)); err != nil {
				return err
			}
		}
		if !next.Active || before != nil && before.Active {
			return nil
		}
		inUse, err := tx.PricingSchema.Query().Where(pricingschema.Active(true)).Count(ctx)
		return roomFor(maxPricingItems, "lines", inUse, err)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.PricingSchema) (int64, error) {
		made, err := tx.PricingSchema.Create().SetCode(r.Code).SetName(r.Name).SetKind(r.Kind).SetUnit(r.Unit).SetEffect(r.Effect).
			SetAmount(r.Amount).SetCurrency(r.Currency).SetActive(r.Active).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.PricingSchema, version int64) (int, error) {
		return tx.PricingSchema.Update().Where(pricingschema.ID(r.ID), pricingschema.Version(version)).
			SetName(r.Name).SetKind(r.Kind).SetUnit(r.Unit).SetEffect(r.Effect).SetAmount(r.Amount).SetCurrency(r.Currency).
			SetActive(r.Active).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// CreatePricingSchema adds a line to every price that is made from now on. Contracts
// whose price is frozen keep theirs.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also where
// maxPricingItems are in use; DUPLICATE.
func (a *App) CreatePricingSchema(ctx context.Context, in PricingSchema) (*view.PricingSchema, error) {
	return seen(a, seePricingSchema)(pricingSchemas.create(ctx, a, func(bad *fault.Fields, r *ent.PricingSchema) {
		*r = ent.PricingSchema{Code: in.Code, Unit: "contract", Effect: lifecycle.EffectAdd, Currency: defaultCurrency, Active: true}
		checkCode(bad, in.Code)
		bad.Check(in.Amount.Sent(), "amount", "is required")
		in.change(bad, r)
	}))
}

// UpdatePricingSchema changes a line of the prices that are made from now on. Of
// the line that stands for the partner's own price only the words change: the
// partner says how much.
//
// Faults: as CreatePricingSchema; NOT_FOUND; STALE when somebody changed it after
// that version.
func (a *App) UpdatePricingSchema(ctx context.Context, id, version int64, in PricingSchema) (*view.PricingSchema, error) {
	return seen(a, seePricingSchema)(pricingSchemas.amend(ctx, a, id, version, in.change))
}

func (in PricingSchema) change(bad *fault.Fields, r *ent.PricingSchema) {
	if r.IsPartnerPricing {
		const own = "cannot be set: this line is the partner's own price"
		bad.Check(!in.Unit.Sent(), "unit", own)
		bad.Check(!in.Effect.Sent(), "effect", own)
		bad.Check(!in.Amount.Sent(), "amount", own)
		bad.Check(!in.Currency.Sent(), "currency", own)
		bad.Check(!in.Active.Sent(), "active", own)
	}
	setText(in.Name, &r.Name)
	setText(in.Kind, &r.Kind)
	setText(in.Unit, &r.Unit)
	set(bad, "effect", in.Effect, &r.Effect)
	set(bad, "amount", in.Amount, &r.Amount)
	set(bad, "currency", in.Currency, &r.Currency)
	set(bad, "active", in.Active, &r.Active)
	checkText(bad, "name", r.Name, 1, nameLength)
	checkText(bad, "kind", r.Kind, 1, wordLength)
	checkText(bad, "unit", r.Unit, 1, wordLength)
	checkChoice(bad, "effect", r.Effect, lifecycle.Effects)
	checkMoney(bad, "amount", r.Amount, 0)
	checkCurrency(bad, r.Currency)
}

// PricingSchemas lists the lines of prices, by their number, as they come in a price.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) PricingSchemas(ctx context.Context, active *bool, p Page, unread fault.Fields) (*view.Page[view.PricingSchema], error) {
	return listRecords(ctx, a, p, unread, records[ent.PricingSchema, view.PricingSchema]{
		id: func(r *ent.PricingSchema) int64 { return r.ID }, see: oneByOne(seePricingSchema),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.PricingSchema, error) {
			return on.PricingSchema.Query().Where(whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.PricingSchema.Query().Where(whereActive(active)).Count(ctx)
		},
	})
}

func seePricingSchema(_ *App, r *ent.PricingSchema) *view.PricingSchema {
	return view.See(&view.PricingSchema{
		ID: r.ID, Code: r.Code, Name: r.Name, Kind: r.Kind, Unit: r.Unit, Effect: r.Effect, IsPartnerPricing: r.IsPartnerPricing,
		Amount: view.Money{Value: r.Amount, Currency: r.Currency}, Active: r.Active, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}, view.Admin)
}
