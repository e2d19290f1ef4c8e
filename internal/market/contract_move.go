package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// move is one change of a contract's state, as a use-case has decided it.
type move struct {
	event lifecycle.ContractEvent
	by    actor.Actor
	now   time.Time
	// set changes further columns of the contract together with its status.
	set func(*ent.ContractUpdate)
	// changed are those columns for the history.
	changed changes
	// partnerID is the contract's partner after the move.
	partnerID int64
}

// moveContract is the only place that writes a contract's status. It compares
// and sets the version that the row was read with, and writes the history row.
//
// Faults: WRONG_STATE, STALE.
func moveContract(ctx context.Context, tx *ent.Tx, r *contractRow, m move) error {
	to, ok := lifecycle.Contract.Next(r.state(), m.event)
	if !ok {
		return wrongState(r, m.event)
	}
	update := tx.Contract.Update().
		Where(contract.ID(r.id), contract.Version(r.version)).
		SetStatus(to.Status()).SetStage(to.Stage()).
		AddVersion(1).SetUpdatedAt(m.now)
	if m.set != nil {
		m.set(update)
	}
	changed, err := update.Save(ctx)
	if err != nil {
		return err
	}
	if changed != 1 {
		return fault.New(fault.Stale, "")
	}
	history := tx.ContractHistory.Create().
		SetInstitutionID(r.institutionID).SetContractID(r.id).SetActorRole(string(m.by.Role)).
		SetEvent(m.event).SetFromStatus(r.status).SetFromStage(r.stage).SetToStatus(to.Status()).SetToStage(to.Stage()).
		SetPartnerID(m.partnerID).SetChanges(m.changed.json()).SetContractVersion(r.version + 1).SetAt(m.now)
	if !m.by.Anonymous() {
		history.SetActorID(m.by.UserID)
	}
	return history.Exec(ctx)
}

// wrongState is the fault of an event that the contract's state does not allow.
func wrongState(r *contractRow, event lifecycle.ContractEvent) *fault.Error {
	needed := ""
	for i, s := range lifecycle.Contract.From(event) {
		if i > 0 {
			needed += " or "
		}
		needed += string(s)
	}
	return fault.New(fault.WrongState, "").Refuse("state", needed, string(r.state()))
}
