package market

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// SetContractAgreement is the input of SetContractAgreement.
type SetContractAgreement struct {
	ContractID int64
	// AgreementID is the agreement that governs the contract from now on; nil for none.
	AgreementID *int64
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
}

// SetContractAgreement says which agreement of its institution governs a contract,
// whatever the contract's status. It stands in the history of the agreements: the
// contract's own partner and supervisor are no insiders of them, so the contract, its
// version and its history stay as they are.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution and admin; NOT_FOUND;
// INVALID for an agreement of somebody else's; STALE.
func (a *App) SetContractAgreement(ctx context.Context, in SetContractAgreement, w ContractWants) (*view.Contract, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Contract, error) { return a.setContractAgreement(ctx, in, w) }, a.contractAgain(w))
}

func (a *App) setContractAgreement(ctx context.Context, in SetContractAgreement, w ContractWants) (*view.Contract, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	g := &governing{App: a, who: who, in: in, now: a.Now()}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if err := g.find(ctx, tx.Client()); err != nil {
			return err
		}
		if err := g.write(ctx, tx); err != nil {
			return err
		}
		return memory{}.keepContract(ctx, tx, in.ContractID)
	})
	if err != nil {
		return nil, err
	}
	return a.Contract(ctx, in.ContractID, w)
}

// governing is a SetContractAgreement under way.
type governing struct {
	*App
	who      actor.Actor
	in       SetContractAgreement
	now      time.Time
	had, has *agreementRow // nil for none
	hadID    *int64
}

// find reads the contract, the agreement that governs it and the one that is to.
func (g *governing) find(ctx context.Context, on *ent.Client) error {
	rows, err := g.contractRows(ctx, on, g.who, ContractWants{}, func(s *sql.Selector, c *sql.SelectTable) { s.Where(sql.EQ(c.C(contract.FieldID), g.in.ContractID)) })
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fault.New(fault.RecordNotFound, "There is no such contract.")
	}
	made, err := on.Contract.Query().Where(contract.ID(g.in.ContractID)).Select(contract.FieldAgreementID).Only(ctx)
	if err != nil {
		return err
	}
	g.hadID, g.had, g.has = made.AgreementID, nil, nil
	bad := g.in.Unread
	if id := g.in.AgreementID; id != nil {
		if g.has, err = g.present(ctx, on, *id); err != nil {
			return err
		}
		// access: what is another institution's is not told apart from what there is not.
		bad.Check(g.has != nil && g.has.institutionID == rows[0].institutionID, "agreement_id", "names no agreement of the contract's institution")
	}
	if err := bad.Err(fault.InputInvalid); err != nil || g.hadID == nil {
		return err
	}
	g.had, err = g.present(ctx, on, *g.hadID)
	return err
}

// present reads an agreement; nil for one that is not there, or no longer.
func (g *governing) present(ctx context.Context, on *ent.Client, id int64) (*agreementRow, error) {
	rows, err := g.agreementRows(ctx, on, insider{who: actor.Actor{Role: actor.Admin}}, 0, func(s *sql.Selector, t *sql.SelectTable) { s.Where(sql.EQ(t.C("id"), id)) })
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// write moves both agreements, in the order of their ids, and the contract between
// them, unless it stays where it is.
func (g *governing) write(ctx context.Context, tx *ent.Tx) error {
	if g.hadID == nil && g.in.AgreementID == nil || g.hadID != nil && g.in.AgreementID != nil && *g.hadID == *g.in.AgreementID {
		return nil
	}
	was := contract.AgreementIDIsNil()
	if g.hadID != nil {
		was = contract.AgreementID(*g.hadID)
	}
	update := tx.Contract.Update().Where(contract.ID(g.in.ContractID), was).SetNillableAgreementID(g.in.AgreementID)
	if g.in.AgreementID == nil {
		update.ClearAgreementID()
	}
	changed, err := update.Save(ctx)
	if err != nil {
		return err
	}
	if changed != 1 {
		return fault.New(fault.Stale, "")
	}
	this, none := changelog.Text(g.in.ContractID), changelog.Text(nil)
	type end struct {
		row      *agreementRow
		from, to []byte
	}
	ends := []end{{g.had, this, none}, {g.has, none, this}}
	ends = slices.DeleteFunc(ends, func(e end) bool { return e.row == nil })
	slices.SortFunc(ends, func(a, b end) int { return cmp.Compare(a.row.id, b.row.id) })
	for _, e := range ends {
		told := changes{}
		told.Add(changelog.Of("contract", e.from, e.to))
		if err := movePaper(ctx, tx, e.row, paperMove{event: lifecycle.AgreementUpdate, by: g.who, now: g.now, told: told}); err != nil {
			return err
		}
	}
	return nil
}
