package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/paymentmethod"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PaymentMethodDetails are what may change of a way to pay. A new one needs a name.
// Contracts that wait for their money show where it goes as it is now.
type PaymentMethodDetails struct {
	Name, AccountName, AccountNumber, Instructions Optional[string]
	Active                                         Optional[bool]
	// Logo is its picture: null takes it away.
	Logo Optional[*Upload]
}

var paymentMethods = noun[ent.PaymentMethod]{
	name: lifecycle.NounPaymentMethod,
	of: func(r *ent.PaymentMethod) record {
		return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt}
	},
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.PaymentMethod, error) {
		return tx.PaymentMethod.Query().Where(paymentmethod.ID(id), store.ForUpdate).Only(ctx)
	},
	room: func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.PaymentMethod.Query().Where(paymentmethod.Active(true), store.ForUpdate).Order(paymentmethod.ByID()).IDs(ctx)
		return err
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.PaymentMethod) error {
		if before == nil {
			if err := freeCode(tx.PaymentMethod.Query().Where(paymentmethod.Code(next.Code)).Exist(ctx)); err != nil {
				return err
			}
		}
		if !next.Active || before != nil && before.Active {
			return nil
		}
		inUse, err := tx.PaymentMethod.Query().Where(paymentmethod.Active(true)).Count(ctx)
		return roomFor(maxMethods, "ways to pay", inUse, err)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.PaymentMethod) (int64, error) {
		made, err := tx.PaymentMethod.Create().SetCode(r.Code).SetName(r.Name).SetKind(r.Kind).SetAccountName(r.AccountName).
			SetAccountNumber(r.AccountNumber).SetInstructions(r.Instructions).SetLogo(r.Logo).SetActive(r.Active).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.PaymentMethod, version int64) (int, error) {
		return tx.PaymentMethod.Update().Where(paymentmethod.ID(r.ID), paymentmethod.Version(version)).
			SetName(r.Name).SetAccountName(r.AccountName).SetAccountNumber(r.AccountNumber).SetInstructions(r.Instructions).
			SetLogo(r.Logo).SetActive(r.Active).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

var methodLogos = pictures[ent.PaymentMethod]{
	of: &paymentMethods, field: "logo", place: func(r *ent.PaymentMethod) *string { return &r.Logo },
	read: func(ctx context.Context, on *ent.Client, id int64) (*ent.PaymentMethod, error) {
		return on.PaymentMethod.Get(ctx, id)
	},
}

// CreatePaymentMethod makes a way to pay.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID, also where
// maxMethods are in use; DUPLICATE for a code that another one has; BUSY when its logo
// cannot be stored.
func (a *App) CreatePaymentMethod(ctx context.Context, code string, kind lifecycle.PaymentMethodKind, in PaymentMethodDetails) (*view.PaymentMethod, error) {
	return seen(a, seeWholeMethod)(methodLogos.create(ctx, a, in.Logo, func(bad *fault.Fields, r *ent.PaymentMethod) {
		*r = ent.PaymentMethod{Code: code, Kind: kind, Active: true}
		checkCode(bad, code)
		checkChoice(bad, "kind", kind, lifecycle.PaymentMethodKinds)
		in.change(bad, r)
	}))
}

// UpdatePaymentMethod changes a way to pay. Contracts that chose it keep it, also
// when it is offered no more.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID, also
// where maxMethods are in use; STALE when somebody changed it after that version; BUSY
// when its logo cannot be stored.
func (a *App) UpdatePaymentMethod(ctx context.Context, id, version int64, in PaymentMethodDetails) (*view.PaymentMethod, error) {
	return seen(a, seeWholeMethod)(methodLogos.amend(ctx, a, id, version, in.Logo, in.change))
}

func (in PaymentMethodDetails) change(bad *fault.Fields, r *ent.PaymentMethod) {
	setText(in.Name, &r.Name)
	setText(in.AccountName, &r.AccountName)
	setText(in.AccountNumber, &r.AccountNumber)
	setText(in.Instructions, &r.Instructions)
	set(bad, "active", in.Active, &r.Active)
	checkText(bad, "name", r.Name, 1, nameLength)
	checkText(bad, "account_name", r.AccountName, 0, nameLength)
	checkText(bad, "account_number", r.AccountNumber, 0, wordLength)
	checkText(bad, "instructions", r.Instructions, 0, catalogueTextSize)
}

// AllPaymentMethods lists all ways to pay, by their number.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllPaymentMethods(ctx context.Context, active *bool, p Page, unread fault.Fields) (*view.Page[view.PaymentMethod], error) {
	return listRecords(ctx, a, p, unread, records[ent.PaymentMethod, view.PaymentMethod]{
		id: func(r *ent.PaymentMethod) int64 { return r.ID }, see: oneByOne(seeWholeMethod),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.PaymentMethod, error) {
			return on.PaymentMethod.Query().Where(whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.PaymentMethod.Query().Where(whereActive(active)).Count(ctx)
		},
	})
}

// seeWholeMethod is the view of a way to pay for the back office.
func seeWholeMethod(a *App, r *ent.PaymentMethod) *view.PaymentMethod {
	return a.seeMethod(r, view.Anyone|view.Admin)
}

func (a *App) seeMethod(r *ent.PaymentMethod, ties view.Tie) *view.PaymentMethod {
	return view.See(&view.PaymentMethod{
		ID: r.ID, Name: r.Name, Code: r.Code, Kind: r.Kind, AccountName: filled(r.AccountName), AccountNumber: filled(r.AccountNumber),
		Instructions: filled(r.Instructions), Logo: a.links.Public(r.Logo), Active: r.Active, Version: &r.Version,
		CreatedAt: &r.CreatedAt, UpdatedAt: &r.UpdatedAt,
	}, ties)
}
