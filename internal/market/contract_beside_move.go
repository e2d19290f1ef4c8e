package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/payment"
	"kontrak/ent/schedule"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// The steps here are the only places that write the status of what hangs on a
// contract. They run after the contract's own version was compared and set, so
// nobody else is at it.

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
		told := changesOf(update.Mutation(), r, paymentColumns, "payment.")
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
		return nil, inBulk(p.lines, func(lines []priceLine) error {
			rows := make([]*ent.PricingItemCreate, len(lines))
			for i, l := range lines {
				position++
				rows[i] = tx.PricingItem.Create().SetInstitutionID(r.institutionID).SetContractID(r.id).SetPosition(position).
					SetPricingSchemaID(l.ID).SetName(l.Name).SetCode(l.Code).SetKind(l.Kind).SetAmount(l.amount).SetUnit(l.unit).
					SetIsPartnerPricing(l.IsPartnerPricing).SetEffect(l.Effect).SetCreatedAt(m.now)
			}
			return tx.PricingItem.CreateBulk(rows...).Exec(ctx)
		})
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
		told := changesOf(create.Mutation(), r, paymentColumns, "payment.")
		return told, create.Exec(ctx)
	}
}

// closeAssignment ends the open assignment, if there is one that the event can
// end. The partner answered it when it was accepted or rejected.
func closeAssignment(event lifecycle.AssignmentEvent, reason string) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		open, err := tx.Assignment.Query().Where(
			assignment.ContractID(r.id), store.In(assignment.FieldStatus, lifecycle.Assignment.From(event)),
		).All(ctx)
		if err != nil || len(open) == 0 {
			return nil, err
		}
		was := open[0] // at most one is open
		to, _ := lifecycle.Assignment.Next(was.Status, event)
		update := tx.Assignment.Update().Where(assignment.ID(was.ID)).
			SetStatus(to).SetStatusReason(reason).AddVersion(1).SetUpdatedAt(m.now)
		if event == lifecycle.AssignmentAccept || event == lifecycle.AssignmentReject {
			update.SetRespondedAt(m.now)
		}
		return nil, update.Exec(ctx)
	}
}

// openAssignment adds the try of a partner that has the contract at once.
func openAssignment(partnerID int64) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		last, err := tx.Assignment.Query().Where(assignment.ContractID(r.id)).
			Aggregate(ent.Max(assignment.FieldSequence)).Int(ctx)
		if err != nil {
			return nil, err
		}
		return nil, tx.Assignment.Create().
			SetInstitutionID(r.institutionID).SetContractID(r.id).SetPartnerID(partnerID).SetSequence(last + 1).
			SetKind(lifecycle.AssignmentReassignment).SetStatus(lifecycle.AssignmentAccepted).
			SetAssignedByID(m.by.UserID).SetAssignedByRole(string(m.by.Role)).
			SetAssignedAt(m.now).SetRespondedAt(m.now).SetCreatedAt(m.now).SetUpdatedAt(m.now).
			Exec(ctx)
	}
}

// moveSchedules moves every day of work that the event can move; when work
// begins, that is the first of them alone.
func moveSchedules(event lifecycle.ScheduleEvent) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		from := lifecycle.Schedule.From(event)
		to, _ := lifecycle.Schedule.Next(from[0], event) // all lead to the same
		update := tx.Schedule.Update().Where(schedule.ContractID(r.id), store.In(schedule.FieldStatus, from))
		if event == lifecycle.ScheduleBegin {
			update.Where(firstDay)
		}
		return nil, update.SetStatus(to).AddVersion(1).SetUpdatedAt(m.now).Exec(ctx)
	}
}

// firstDay keeps the first day of work of each contract.
func firstDay(s *sql.Selector) {
	day := sql.Table(schedule.Table).As("day")
	s.Where(sql.In(s.C(schedule.FieldID), sql.Dialect(s.Dialect()).Select(day.C(schedule.FieldID)).From(day).
		Where(sql.ColumnsEQ(day.C(schedule.FieldContractID), s.C(schedule.FieldContractID))).
		OrderBy(day.C(schedule.FieldDate), day.C(schedule.FieldStartTime), day.C(schedule.FieldID)).Limit(1)))
}

// openExtension adds a request for more time that waits for its answer.
func openExtension(minutes int64, reason string) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		return nil, tx.TimeAdjustment.Create().
			SetInstitutionID(r.institutionID).SetContractID(r.id).SetMinutes(minutes).SetReason(reason).
			SetRequestedAt(m.now).SetCreatedAt(m.now).SetUpdatedAt(m.now).
			Exec(ctx)
	}
}

// answerExtension answers the request for more time that waits, if there is one.
func answerExtension(event lifecycle.AdjustmentEvent, reason string) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		to, _ := lifecycle.Adjustment.Next(lifecycle.AdjustmentPending, event)
		update := tx.TimeAdjustment.Update().
			Where(timeadjustment.ContractID(r.id), timeadjustment.StatusEQ(lifecycle.AdjustmentPending)).
			SetStatus(to).SetStatusReason(reason).SetRespondedAt(m.now).AddVersion(1).SetUpdatedAt(m.now)
		if to == lifecycle.AdjustmentApproved {
			update.SetApprovedAt(m.now)
		}
		return nil, update.Exec(ctx)
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
