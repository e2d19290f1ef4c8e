package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/store"
)

// book holds a partner until the transaction ends and looks once more whether it
// is free for the contract: two contracts that share time cannot both be
// accepted, even at the same instant. Nor can one be accepted by a partner that is
// just being suspended. It comes before the contract is written.
//
// Faults: PARTNER_NOT_ELIGIBLE.
func (a *App) book(ctx context.Context, tx *ent.Tx, r *contractRow, partnerID int64) error {
	if _, err := tx.Partner.Query().Where(partner.ID(partnerID), store.ForUpdate).OnlyID(ctx); err != nil {
		return err
	}
	j := r.job(0)
	p, err := readCandidate(ctx, tx.Client(), a.store.Dialect(), j, partnerID)
	if err != nil {
		return err
	}
	if f := toBook.refuse(j, p); f != nil {
		return f
	}
	return nil
}
