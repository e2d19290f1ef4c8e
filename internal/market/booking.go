package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/partner"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// book holds a partner until the transaction ends and looks once more whether it
// is free for the contract: two contracts that share time cannot both be
// accepted, even at the same instant. Nor can one be accepted by a partner that is
// just being suspended. It comes before the contract is written.
//
// Faults: PARTNER_NOT_ELIGIBLE.
func book(ctx context.Context, tx *ent.Tx, r *contractRow, partnerID int64) error {
	p, err := tx.Partner.Query().Where(partner.ID(partnerID), store.ForUpdate).Only(ctx)
	if err != nil {
		return err
	}
	if p.Status != lifecycle.PartnerActive {
		return fault.New(fault.PartnerIneligible, "").Refuse("partner_active", "an active partner", string(p.Status))
	}
	busy, err := busyWith(ctx, tx.Client(), r, partnerID)
	if err != nil || busy == nil {
		return err
	}
	f := fault.New(fault.PartnerIneligible, "")
	f.Refusals = []fault.Refusal{overlap(*busy.ScheduledEndAt)}
	return f
}

// busyWith gives the accepted work of a partner that shares time with the
// contract and ends last, or nil. overlapping says the same within a statement.
func busyWith(ctx context.Context, on *ent.Client, r *contractRow, partnerID int64) (*ent.Contract, error) {
	if !r.startAt.Valid || !r.endAt.Valid {
		return nil, nil //nolint:nilnil // nil is said to be no work
	}
	list, err := on.Contract.Query().Where(
		contract.PartnerID(partnerID), contract.IDNEQ(r.id), store.In(contract.FieldStatus, works),
		contract.ScheduledStartAtLT(r.endAt.V), contract.ScheduledEndAtGT(r.startAt.V),
	).Order(contract.ByScheduledEndAt(sql.OrderDesc()), contract.ByID(sql.OrderDesc())).Limit(1).All(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}
