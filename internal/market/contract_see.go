package market

import (
	stdsql "database/sql"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// see makes the view of one row of the load, without what the caller may not see.
func (l *contractLoad) see(i int) *view.Contract {
	r := l.rows[i]
	ties := l.ties(i)
	v := &view.Contract{
		ID: r.id, ReferenceCode: view.ReferenceCode(r.id), Version: r.version,
		Status: r.status, Step: r.step, Kind: r.kind, StatusReason: filled(r.reason),
		DisplayStatus: lifecycle.Display(r.status, r.stage, r.payment.status.V),
		PartnerStatus: presence(r),
		Description:   filled(r.description), ToolBrand: filled(r.brand), ToolType: filled(r.model),
		ToolImages: l.app.privateFiles(r.images),
		AcceptedAt: instant(r.accepted), WorkStartedAt: instant(r.workStarted),
		CompletedAt: instant(r.completed), CancelledAt: instant(r.cancelled),
		CreatedAt: r.created, UpdatedAt: r.updated,
	}
	l.seeTurn(v, r)
	l.seePeriod(v, r)
	l.seeMoney(v, r, ties)
	l.seeRelations(v, i, ties)
	return view.See(v, ties)
}

// presence is what the contract says of its partner to whom it says anything.
func presence(r *contractRow) *lifecycle.PartnerPresence {
	if r.state() == lifecycle.StateSupervisorPending {
		return new(lifecycle.PartnerReassigning)
	}
	return new(lifecycle.PartnerAssigned)
}

// seeTurn says whose turn it is, and until when.
func (l *contractLoad) seeTurn(v *view.Contract, r *contractRow) {
	if r.status != lifecycle.ContractPartnerPending {
		return
	}
	v.ContractEscalationStage = new(r.stage)
	v.EscalationDeadlineAt = instant(r.deadline)
	v.ContractEscalationCountdownActive = r.deadline.Valid && l.now.Before(r.deadline.V)
}

func (l *contractLoad) seePeriod(v *view.Contract, r *contractRow) {
	date := func(i int) *view.Date { return (*view.Date)(filled(r.dates[i])) }
	clock := func(i int) *view.ClockTime { return (*view.ClockTime)(filled(r.dates[i])) }
	v.ContractStartDate, v.ContractStartTime, v.ContractEndDate, v.ContractEndTime = date(0), clock(1), date(2), clock(3)
	v.ScheduleStartDate, v.ScheduleStartTime, v.ScheduleEndDate, v.ScheduleEndTime = date(4), clock(5), date(6), clock(7)
	v.ScheduledStartAt, v.ScheduledEndAt = instant(r.startAt), instant(r.endAt)
	if r.endAt.Valid {
		v.EffectiveScheduledEndAt = new(r.effectiveEnd())
	}
	v.HasPendingExtensionRequest = r.pendingRequest
	v.CanRequestExtension = r.status == lifecycle.ContractInProgress && !r.pendingRequest &&
		v.EffectiveScheduledEndAt != nil && l.now.Before(*v.EffectiveScheduledEndAt)
	if (r.status == lifecycle.ContractAccepted || r.status == lifecycle.ContractOnRoute) && r.startAt.Valid {
		left := max(0, r.startAt.V.Sub(l.now))
		v.ApproachingScheduledStart = left <= l.settings.departureReminder
		v.SecondsUntilScheduledStart = new(int32(min(left/time.Second, 1<<31-1)))
	}
}

func (l *contractLoad) seeMoney(v *view.Contract, r *contractRow, ties view.Tie) {
	money := func(amount int64) *view.Money { return &view.Money{Value: amount, Currency: r.currency} }
	v.PricingTotal, v.DiscountAmount, v.TotalAmount = money(r.total), money(r.discount), money(r.total-r.discount)
	v.PaymentStatus = lifecycle.PaymentUnpaid
	p := &r.payment
	if !p.id.Valid {
		return
	}
	v.PaymentStatus, v.PaymentDeadlineAt = p.status.V, instant(p.deadline)
	pay := &view.Payment{
		ID: p.id.V, Amount: *money(p.amount.V), Status: p.status.V, StatusReason: filled(p.reason.V),
		PaymentMethodID: &p.methodID.V, PaymentDeadlineAt: instant(p.deadline), PaidAt: instant(p.paid),
		Proof: l.app.links.Private(p.proof.V, l.app.wall()),
	}
	if p.discount.V > 0 {
		pay.DiscountAmount = money(p.discount.V)
	}
	if l.wants.has(WantPaymentMethod) {
		pay.PaymentMethod = view.See(&view.PaymentMethod{
			ID: p.methodID.V, Name: p.methodName.V, Code: p.methodCode.V, Kind: p.methodKind.V,
			AccountName: filled(p.methodAccount[0].V), AccountNumber: filled(p.methodAccount[1].V),
			Instructions: filled(p.methodAccount[2].V), Logo: l.app.links.Public(p.methodAccount[3].V), Active: p.methodActive.V,
			Version: &p.methodVersion.V, CreatedAt: &p.methodMade.V, UpdatedAt: &p.methodChanged.V,
		}, ties)
	}
	if l.wants.has(WantPromotion) && p.promotionID.Valid {
		pay.Promotion = seePromotion(p, ties)
	}
	v.Payment = view.See(pay, ties)
}

func seePromotion(p *paymentRow, ties view.Tie) *view.Promotion {
	money := func(amount int64) view.Money { return view.Money{Value: amount, Currency: p.promoCurrency.V} }
	return view.See(&view.Promotion{
		ID: p.promotionID.V, Code: p.promoCode.V, Name: p.promoName.V, Description: p.promoText.V,
		DiscountType: p.promoType.V, DiscountValue: money(p.promoValue.V), MinOrderAmount: money(p.promoMin.V),
		MaxDiscountAmount: money(p.promoMax.V), StartDate: view.Date(p.promoFrom.V), EndDate: view.Date(p.promoEnd.V),
		Active: &p.promoActive.V, Version: &p.promoVersion.V, CreatedAt: &p.promoMade.V, UpdatedAt: &p.promoChanged.V,
	}, ties)
}

// seeRelations hangs the records beside the contract and its lists into the view.
func (l *contractLoad) seeRelations(v *view.Contract, i int, ties view.Tie) {
	r := l.rows[i]
	if l.wants.has(WantInstitution) {
		v.Institution = l.app.seeInstitution(&r.institution, l.who)
	}
	if l.wants.has(WantSubService) {
		v.SubService = seeSubService(&r.subService)
	}
	if l.wants.has(WantPartner) {
		v.Partner = l.app.seePartner(&r.partner, l.who, l.partners)
	}
	v.Schedules, v.ContactPersons = at(l.schedules, i), at(l.contacts, i)
	v.PricingItems, v.TimeAdjustments = at(l.items, i), at(l.adjustments, i)
	v.Inspection, v.Conclusion, v.Review = one(l.inspections, i), one(l.conclusions, i), one(l.reviews, i)
	for _, t := range v.TimeAdjustments {
		if t.Status == lifecycle.AdjustmentPending {
			v.PendingTimeAdjustment = t
		}
	}
	v.Assignments = []*view.Assignment{}
	for _, a := range at(l.assignments, i) {
		v.Assignments = append(v.Assignments, view.See(&view.Assignment{
			ID: a.id, Sequence: a.sequence, AssignmentKind: a.kind, Status: a.status,
			StatusReason: filled(a.reason), AssignedAt: a.assigned, RespondedAt: instant(a.responded),
			Partner: l.app.seePartner(&a.partner, l.who, l.partners),
			AssignedBy: view.See(&view.Person{
				ID: a.assignedBy, FullName: a.assignedByName, Role: a.assignedByRole,
			}, ties),
		}, ties))
	}
}

// at gives a contract's part of a list that was read for all, or an empty list.
func at[V any](lists [][]V, i int) []V {
	if lists == nil || lists[i] == nil {
		return []V{}
	}
	return lists[i]
}

// one gives a contract's record of those that were read for all, or nil.
func one[V any](list []*V, i int) *V {
	if list == nil {
		return nil
	}
	return list[i]
}

// filled gives a text, or nil when it is empty.
func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// instant gives an instant, or nil when there is none.
func instant(t stdsql.Null[time.Time]) *time.Time {
	if !t.Valid {
		return nil
	}
	return &t.V
}
