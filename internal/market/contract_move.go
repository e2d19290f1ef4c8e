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

// move is one change of a contract, as a use-case has decided it: a move of its
// machine, or a change that leaves it in its state.
type move struct {
	event lifecycle.ContractEvent
	by    actor.Actor // nobody: time
	now   time.Time
	// reason is what the actor gave as the reason, for the history.
	reason string
	// set changes further columns of the contract. What it changes is written
	// into the history by itself.
	set func(*ent.ContractUpdate)
	// idle says that no step beside changes anything: where set changes nothing either,
	// nothing is written.
	idle bool
	// beside change what hangs on the contract, in this order.
	beside []step
}

// step changes something that hangs on a contract, and tells the history of it.
type step func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error)

// moveContract is the only place that writes a contract's status. It compares
// and sets the version that the row was read with, so that of two rivals one
// wins; then it takes the steps beside and writes the history row.
//
// Faults: WRONG_STATE, STALE.
func moveContract(ctx context.Context, tx *ent.Tx, r *contractRow, m move) error {
	update, to, err := m.update(tx.Contract, r)
	if err != nil {
		return err
	}
	told := changesOf(update.Mutation(), r, contractColumns, "")
	if m.idle && len(told) == 0 {
		return nil
	}
	partnerID := r.partnerID
	if id, set := update.Mutation().PartnerID(); set {
		partnerID = id
	}
	changed, err := update.Save(ctx)
	if err != nil {
		return err
	}
	if changed != 1 {
		return fault.New(fault.Stale, "")
	}
	for _, beside := range m.beside {
		more, err := beside(ctx, tx, r, &m)
		if err != nil {
			return err
		}
		told.Add(more)
	}
	history := tx.ContractHistory.Create().
		SetInstitutionID(r.institutionID).SetContractID(r.id).SetActorRole(string(m.by.Role)).SetReason(m.reason).
		SetEvent(m.event).SetFromStatus(r.status).SetFromStage(r.stage).SetToStatus(to.Status()).SetToStage(to.Stage()).
		SetPartnerID(partnerID).SetChanges(told.JSON()).SetContractVersion(r.version + 1).SetAt(m.now)
	if !m.by.Anonymous() {
		history.SetActorID(m.by.UserID)
	}
	return history.Exec(ctx)
}

// update is what the move changes in the row of the contract, and the state that
// it leads to.
//
// Faults: WRONG_STATE.
func (m *move) update(on *ent.ContractClient, r *contractRow) (*ent.ContractUpdate, lifecycle.ContractState, error) {
	to, err := destination(r, m.event)
	if err != nil {
		return nil, "", err
	}
	update := on.Update().
		Where(contract.ID(r.id), contract.Version(r.version)).
		SetStatus(to.Status()).SetStage(to.Stage()).
		AddVersion(1).SetUpdatedAt(m.now)
	if m.set != nil {
		m.set(update)
	}
	return update, to, nil
}

// destination gives the state that an event leads to.
//
// Faults: WRONG_STATE.
func destination(r *contractRow, event lifecycle.ContractEvent) (lifecycle.ContractState, error) {
	for _, change := range lifecycle.ContractChanges {
		if change == event {
			return r.state(), nil
		}
	}
	to, ok := lifecycle.Contract.Next(r.state(), event)
	if !ok {
		return "", fault.New(fault.WrongState, "").
			Refuse("state", join(lifecycle.Contract.From(event), " or "), string(r.state()))
	}
	return to, nil
}
