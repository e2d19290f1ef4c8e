package market

import (
	"context"

	"kontrak/ent/paymentmethod"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// maxMethods bounds the list of payment methods.
const maxMethods = 100

// PaymentMethods lists the ways to pay that are offered, 100 at most.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for other roles than institution and admin.
func (a *App) PaymentMethods(ctx context.Context) ([]*view.PaymentMethod, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().PaymentMethod.Query().Where(paymentmethod.Active(true)).
		Order(paymentmethod.ByID()).Limit(maxMethods).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	ties := view.Anyone | view.Customer
	if who.Is(actor.Admin) {
		ties = view.Anyone | view.Admin
	}
	list := make([]*view.PaymentMethod, len(rows))
	for i, r := range rows {
		list[i] = a.seeMethod(r, ties)
	}
	return list, nil
}
