package market

import (
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementterm"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// paperMove is one change of an agreement, as a use-case has decided it: a move of
// its machine, or a change that leaves it in its status.
type paperMove struct {
	event lifecycle.AgreementEvent
	by    actor.Actor // nobody: time, or somebody without an account
	now   time.Time
	// reason is what the actor gave as the reason, for the history.
	reason string
	// renewal moves the renewal too, one event after the other.
	renewal []lifecycle.RenewalEvent
	// set changes further columns. What it changes is written into the history by
	// itself.
	set func(*ent.AgreementUpdate)
	// told are changes of what hangs on the agreement.
	told changes
	// beside change what hangs on the agreement, in this order.
	beside []paperStep
}

// paperStep changes something that hangs on an agreement.
type paperStep func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error

// movePaper is the only place that writes an agreement's status. It compares and
// sets the version that the row was read with, so that of two rivals one wins; it
// says when time does something to the agreement next, takes the steps beside and
// writes the history row.
//
// Faults: WRONG_STATE, STALE.
func movePaper(ctx context.Context, tx *ent.Tx, r *agreementRow, m paperMove) error {
	p, err := m.plan(tx.Agreement, r)
	if err != nil {
		return err
	}
	changed, err := p.update.Save(ctx)
	if err != nil {
		return err
	}
	if changed != 1 {
		return fault.New(fault.Stale, "")
	}
	for _, beside := range m.beside {
		if err := beside(ctx, tx, r, &m); err != nil {
			return err
		}
	}
	p.told.Add(m.told)
	history := tx.AgreementHistory.Create().
		SetInstitutionID(r.institutionID).SetAgreementID(r.id).SetActorRole(string(m.by.Role)).SetReason(m.reason).
		SetEvent(m.event).SetFromStatus(r.status).SetToStatus(p.to).SetChanges(p.told.JSON()).SetAgreementVersion(r.version + 1).SetAt(m.now)
	if !m.by.Anonymous() {
		history.SetActorID(m.by.UserID)
	}
	return history.Exec(ctx)
}

// paperPlan is a move as it is to be written, and the agreement as it is then.
type paperPlan struct {
	update *ent.AgreementUpdate
	to     lifecycle.AgreementStatus
	told   changes
	then   *agreementRow
}

// plan says what a move changes, without making it.
//
// Faults: WRONG_STATE.
func (m *paperMove) plan(on *ent.AgreementClient, r *agreementRow) (p paperPlan, err error) {
	if p.to, err = paperDestination(r, m.event); err != nil {
		return p, err
	}
	p.update = on.Update().Where(agreement.ID(r.id), agreement.Version(r.version), agreement.DeletedAtIsNil()).
		SetStatus(p.to).AddVersion(1).SetUpdatedAt(m.now)
	renewal := r.renewal
	for _, event := range m.renewal {
		next, ok := lifecycle.Renewal.Next(renewal, event)
		if !ok {
			return p, unfit("renewal", "renewal", join(lifecycle.Renewal.From(event), " or "), string(renewal))
		}
		renewal = next
		p.update.SetRenewalStatus(next)
	}
	if m.set != nil {
		m.set(p.update)
	}
	p.told = changesOf(p.update.Mutation(), r, agreementColumns, "")
	if p.then, err = applied(p.update.Mutation(), r, agreementColumns); err != nil {
		return p, err
	}
	if _, at, waits := p.then.due(); waits {
		p.update.SetDueAt(at)
	} else {
		p.update.ClearDueAt()
	}
	return p, nil
}

// paperDestination gives the status that an event leads to.
//
// Faults: WRONG_STATE.
func paperDestination(r *agreementRow, event lifecycle.AgreementEvent) (lifecycle.AgreementStatus, error) {
	if slices.Contains(lifecycle.AgreementChanges, event) {
		return r.status, nil
	}
	to, ok := lifecycle.Agreement.Next(r.status, event)
	if !ok {
		return "", unfit("agreement", "state", join(lifecycle.Agreement.From(event), " or "), string(r.status))
	}
	return to, nil
}

// openTerm adds a period to an agreement.
func openTerm(kind lifecycle.TermKind, state lifecycle.TermState, t termPeriod) paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		create := tx.AgreementTerm.Create().SetInstitutionID(r.institutionID).SetAgreementID(r.id).SetKind(kind).SetState(state).
			SetStartsAt(t.starts).SetEndsAt(t.ends).SetCost(t.cost).SetCreatedAt(m.now).SetUpdatedAt(m.now)
		if t.approverID != 0 {
			create.SetApproverID(t.approverID)
		}
		return create.Exec(ctx)
	}
}

// termPeriod is a period of an agreement, and what it costs.
type termPeriod struct {
	starts, ends time.Time
	cost         int64
	approverID   int64
}

// moveTerms moves the terms of an agreement that are in the state that the event
// leaves; but for one, where it is given.
func moveTerms(event lifecycle.TermEvent, but int64) paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		from := lifecycle.Term.From(event)
		to, _ := lifecycle.Term.Next(from[0], event)
		return tx.AgreementTerm.Update().
			Where(agreementterm.AgreementID(r.id), agreementterm.StateIn(from...), agreementterm.IDNEQ(but)).
			SetState(to).AddVersion(1).SetUpdatedAt(m.now).Exec(ctx)
	}
}

// newestTerm gives the id of the newest term that was granted, 0 when there is none.
func newestTerm(ctx context.Context, on *ent.Client, agreementID int64) (int64, error) {
	return firstOr(on.AgreementTerm.Query().
		Where(agreementterm.AgreementID(agreementID), agreementterm.StateEQ(lifecycle.TermApproved)).
		Order(agreementterm.ByID(sql.OrderDesc())).FirstID(ctx))
}

// firstOr is the id that was found, or 0.
func firstOr(id int64, err error) (int64, error) {
	if ent.IsNotFound(err) {
		return 0, nil
	}
	return id, err
}

// tell leaves a message about the agreement in the outbox. It names ids only: what a
// reader may see is decided when it is read.
func (a *App) tell(topic string) paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		return store.Leave(ctx, tx, store.Message{
			Topic: topic, InstitutionID: &r.institutionID,
			Payload: map[string]int64{"agreement_id": r.id, "version": r.version + 1}, At: m.now, Wall: a.wall(),
		})
	}
}
