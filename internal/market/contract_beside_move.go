package market

import (
	"context"
	"encoding/json"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/payment"
	"kontrak/ent/schedule"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// The steps here are the only places that write the status of what hangs on a
// contract. They run after the contract's own version was compared and set, so
// nobody else is at it.

// noRows is the document of a list that is empty.
var noRows = json.RawMessage("[]")

// movePayment moves the contract's payment; set changes further columns.
func movePayment(event lifecycle.PaymentEvent, set func(*ent.PaymentUpdate)) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		to, ok := lifecycle.Payment.Next(r.payment.status.V, event)
		if !ok {
			return nil, fault.New(fault.WrongState, "").
				Refuse("payment", join(lifecycle.Payment.From(event), " or "), string(r.payment.status.V))
		}
		update := tx.Payment.Update().Where(payment.ID(r.payment.id.V)).
			SetStatus(to).AddVersion(1).SetUpdatedAt(m.now)
		if set != nil {
			set(update)
		}
		told := changesOf(update.Mutation(), r, paymentColumns, changelog.PaymentPrefix)
		return told, update.Exec(ctx)
	}
}

// settlePayment ends the payment of a contract that ends without its work: what
// was or may have been paid is owed back, and nothing else is asked for.
func settlePayment() step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		switch r.payment.status.V {
		case lifecycle.PaymentPaid, lifecycle.PaymentPending:
			return movePayment(lifecycle.PaymentOwe, nil)(ctx, tx, r, m)
		case lifecycle.PaymentUnpaid:
			return movePayment(lifecycle.PaymentLapse, nil)(ctx, tx, r, m)
		}
		return nil, nil // a draft has none
	}
}

// freezePrice writes the lines of a contract's price.
func freezePrice(p *price) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		position := 0
		var made []*ent.PricingItem
		err := inBulk(p.lines, func(lines []priceLine) error {
			rows := make([]*ent.PricingItemCreate, len(lines))
			for i, l := range lines {
				position++
				rows[i] = tx.PricingItem.Create().SetInstitutionID(r.institutionID).SetContractID(r.id).SetPosition(position).
					SetPricingSchemaID(l.ID).SetName(l.Name).SetCode(l.Code).SetKind(l.Kind).SetAmount(l.amount).SetUnit(l.unit).
					SetIsPartnerPricing(l.IsPartnerPricing).SetEffect(l.Effect).SetCreatedAt(m.now)
			}
			saved, err := tx.PricingItem.CreateBulk(rows...).Save(ctx)
			made = append(made, saved...)
			return err
		})
		return changelog.Of(changelog.PricingItems, noRows, changelog.List(made)), err
	}
}

// openPayment asks for the money of a contract.
func openPayment(p *price, methodID int64, deadline time.Time) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		create := tx.Payment.Create().SetInstitutionID(r.institutionID).SetContractID(r.id).SetPaymentMethodID(methodID).
			SetAmount(p.total - p.discount).SetDiscount(p.discount).SetStatus(lifecycle.Payment.Start).SetDeadlineAt(deadline).
			SetCreatedAt(m.now).SetUpdatedAt(m.now)
		if p.promotion != nil {
			create.SetPromotionID(p.promotion.ID)
		}
		made, err := create.Save(ctx)
		if err != nil {
			return nil, err
		}
		return changelog.OfPayment(nil, made), nil
	}
}

// closeAssignment ends the open assignment, if there is one that the event can
// end. The partner answered it when it was accepted or rejected.
func closeAssignment(event lifecycle.AssignmentEvent, reason string) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		list, err := assignmentsOf(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		before := changelog.List(list)
		for _, was := range list { // at most one is open
			to, open := lifecycle.Assignment.Next(was.Status, event)
			if !open {
				continue
			}
			update := tx.Assignment.Update().Where(assignment.ID(was.ID)).
				SetStatus(to).SetStatusReason(reason).AddVersion(1).SetUpdatedAt(m.now)
			was.Status, was.StatusReason, was.UpdatedAt = to, reason, m.now
			was.Version++
			if event == lifecycle.AssignmentAccept || event == lifecycle.AssignmentReject {
				update.SetRespondedAt(m.now)
				was.RespondedAt = &m.now
			}
			if err := update.Exec(ctx); err != nil {
				return nil, err
			}
		}
		return changelog.Of(changelog.Assignments, before, changelog.List(list)), nil
	}
}

// assignmentsOf reads the tries of a contract, in their order.
func assignmentsOf(ctx context.Context, tx *ent.Tx, r *contractRow) ([]*ent.Assignment, error) {
	return tx.Assignment.Query().Where(assignment.ContractID(r.id)).Order(assignment.BySequence()).All(ctx)
}

// openAssignment adds the try of a partner that has the contract at once.
func openAssignment(partnerID int64) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		list, err := assignmentsOf(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		before := changelog.List(list)
		made, err := tx.Assignment.Create().
			SetInstitutionID(r.institutionID).SetContractID(r.id).SetPartnerID(partnerID).SetSequence(list[len(list)-1].Sequence + 1).
			SetKind(lifecycle.AssignmentReassignment).SetStatus(lifecycle.AssignmentAccepted).
			SetAssignedByID(m.by.UserID).SetAssignedByRole(string(m.by.Role)).
			SetAssignedAt(m.now).SetRespondedAt(m.now).SetCreatedAt(m.now).SetUpdatedAt(m.now).
			Save(ctx)
		if err != nil {
			return nil, err
		}
		return changelog.Of(changelog.Assignments, before, changelog.List(append(list, made))), nil
	}
}

// moveSchedules moves every day of work that the event can move; when work
// begins, that is the first of them alone.
func moveSchedules(event lifecycle.ScheduleEvent) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		list, err := schedulesOf(ctx, tx.Client(), r.id)
		if err != nil {
			return nil, err
		}
		before := changelog.List(list)
		var moved []int64
		to := lifecycle.ScheduleStatus("")
		for i, day := range list {
			next, can := lifecycle.Schedule.Next(day.Status, event)
			if !can || event == lifecycle.ScheduleBegin && i > 0 {
				continue
			}
			to = next // all lead to the same
			moved = append(moved, day.ID)
			day.Status, day.UpdatedAt = next, m.now
			day.Version++
		}
		if len(moved) == 0 {
			return nil, nil
		}
		err = tx.Schedule.Update().Where(store.In(schedule.FieldID, moved)).
			SetStatus(to).AddVersion(1).SetUpdatedAt(m.now).Exec(ctx)
		return changelog.Of(changelog.Schedules, before, changelog.List(list)), err
	}
}

// adjustmentsOf reads the requests for more time of a contract, in their order.
func adjustmentsOf(ctx context.Context, tx *ent.Tx, r *contractRow) ([]*ent.TimeAdjustment, error) {
	return tx.TimeAdjustment.Query().Where(timeadjustment.ContractID(r.id)).
		Order(timeadjustment.ByRequestedAt(), timeadjustment.ByID()).All(ctx)
}

// openExtension adds a request for more time that waits for its answer.
func openExtension(minutes int64, reason string) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		list, err := adjustmentsOf(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		made, err := tx.TimeAdjustment.Create().
			SetInstitutionID(r.institutionID).SetContractID(r.id).SetMinutes(minutes).SetReason(reason).
			SetRequestedAt(m.now).SetCreatedAt(m.now).SetUpdatedAt(m.now).
			Save(ctx)
		if err != nil {
			return nil, err
		}
		return changelog.Of(changelog.TimeAdjustments, changelog.List(list), changelog.List(append(list, made))), nil
	}
}

// answerExtension answers the request for more time that waits, if there is one.
func answerExtension(event lifecycle.AdjustmentEvent, reason string) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		list, err := adjustmentsOf(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		before := changelog.List(list)
		for _, asked := range list {
			to, waits := lifecycle.Adjustment.Next(asked.Status, event)
			if !waits {
				continue
			}
			update := tx.TimeAdjustment.Update().Where(timeadjustment.ID(asked.ID)).
				SetStatus(to).SetStatusReason(reason).SetRespondedAt(m.now).AddVersion(1).SetUpdatedAt(m.now)
			asked.Status, asked.StatusReason, asked.RespondedAt, asked.UpdatedAt = to, reason, &m.now, m.now
			asked.Version++
			if to == lifecycle.AdjustmentApproved {
				update.SetApprovedAt(m.now)
				asked.ApprovedAt = &m.now
			}
			if err := update.Exec(ctx); err != nil {
				return nil, err
			}
		}
		return changelog.Of(changelog.TimeAdjustments, before, changelog.List(list)), nil
	}
}

// announce leaves a message about the contract to be delivered after the action.
func (a *App) announce(topic string) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		return nil, a.leave(ctx, tx, topic, r, m.now)
	}
}

// ends are the steps of every way in which a contract ends without its work
// being done.
func ends() []step {
	return []step{
		closeAssignment(lifecycle.AssignmentCancel, ""), moveSchedules(lifecycle.ScheduleCancel), settlePayment(),
		answerExtension(lifecycle.AdjustmentReject, ""),
	}
}
