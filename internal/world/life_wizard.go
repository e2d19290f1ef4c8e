package world

import (
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// The durations that settings hold, with their defaults.
const (
	paymentTime    = 24 * time.Hour
	partnerTime    = 24 * time.Hour
	supervisorTime = 24 * time.Hour

	departureReminder = 2 * time.Hour
)

// partnerDeadline is when a partner that is asked at a given instant must have
// answered.
func partnerDeadline(asked, start time.Time) time.Time {
	return earlier(asked.Add(partnerTime), asked.Add(start.Sub(asked)/2))
}

// supervisorDeadline is when a supervisor must have found another partner.
func supervisorDeadline(escalated, start time.Time) time.Time {
	return earlier(escalated.Add(supervisorTime), start)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// days is when work is to be done: so many days in a row, from the start on, so
// many hours each.
type days struct {
	start time.Time
	count int
	hours int
}

// end is the end of the last day.
func (d days) end() time.Time {
	return d.start.AddDate(0, 0, d.count-1).Add(time.Duration(d.hours) * time.Hour)
}

const (
	dateForm  = time.DateOnly
	clockForm = "15:04"
)

// contact is whom to ask for on site.
type contact struct{ name, phone string }

// setSchedule is step one of the wizard.
func (l *life) setSchedule(at time.Time, d days, contacts ...contact) {
	if !l.must("set_schedule", "draft") {
		return
	}
	zone := l.at.zone
	d.start = d.start.Truncate(30 * time.Minute) // nobody agrees on odd minutes, nor on the day's last one
	var schedules []*ent.Schedule
	for i := range d.count {
		start := d.start.In(zone).AddDate(0, 0, i)
		end := start.Add(time.Duration(d.hours) * time.Hour)
		schedules = append(schedules, &ent.Schedule{
			InstitutionID: l.contract.InstitutionID, Date: start.Format(dateForm),
			StartTime: start.Format(clockForm), EndTime: sameDay(start, end).Format(clockForm),
			Status: lifecycle.SchedulePending, Version: 1, CreatedAt: at, UpdatedAt: at,
		})
	}
	first, last := schedules[0], schedules[len(schedules)-1]
	from, to := d.start.In(zone), sameDay(d.start.In(zone).AddDate(0, 0, d.count-1), d.end().In(zone))
	l.change(lifecycle.ContractSetSchedule, at, l.creator(), func(c *ent.Contract) {
		c.Step = lifecycle.StepDetails
		c.StartDate, c.StartTime = from.Format(dateForm), from.Format(clockForm)
		c.EndDate, c.EndTime = to.Format(dateForm), to.Format(clockForm)
		c.ScheduleStartDate, c.ScheduleStartTime = first.Date, first.StartTime
		c.ScheduleEndDate, c.ScheduleEndTime = last.Date, last.EndTime
		c.ScheduledStartAt, c.ScheduledEndAt = new(from.UTC()), new(to.UTC())
	})
	l.schedules = schedules
	for _, c := range contacts {
		l.contacts = append(l.contacts, &ent.ContactPerson{
			InstitutionID: l.contract.InstitutionID, Name: c.name, Phone: c.phone,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		})
	}
}

// sameDay gives the end, or the last minute of the start's day when the end is
// on another: a day of work does not pass midnight.
func sameDay(start, end time.Time) time.Time {
	if start.Format(dateForm) == end.Format(dateForm) {
		return end
	}
	return time.Date(start.Year(), start.Month(), start.Day(), 23, 59, 0, 0, start.Location())
}

// narrowSchedule lets the first day begin and the last day end later and
// earlier than the agreed period, as when the rows are changed afterwards.
func (l *life) narrowSchedule(at time.Time, startTime, endTime string) {
	if !l.must("narrow", "draft") {
		return
	}
	first, last := l.schedules[0], l.schedules[len(l.schedules)-1]
	l.change(lifecycle.ContractSetSchedule, at, l.creator(), func(c *ent.Contract) {
		c.ScheduleStartTime, c.ScheduleEndTime = startTime, endTime
	})
	first.StartTime, last.EndTime = startTime, endTime
}

// creator is the user of the institution that made the contract.
func (l *life) creator() who { return who{id: l.contract.CreatedByID, role: "institution"} }

// work is what is to be done.
type work struct {
	description, brand, model string
	images                    []string
}

// setDetails is step two of the wizard.
func (l *life) setDetails(at time.Time, w work) {
	if !l.must("set_details", "draft") {
		return
	}
	l.change(lifecycle.ContractSetDetails, at, l.creator(), func(c *ent.Contract) {
		c.Step = lifecycle.StepPayment
		c.Description, c.ToolBrand, c.ToolType, c.ToolImages = w.description, w.brand, w.model, w.images
	})
}

// processPayment is step three of the wizard: it freezes the price and asks for
// the money. promotion may be nil.
func (l *life) processPayment(at time.Time, method *ent.PaymentMethod, promotion *ent.Promotion) {
	if l.contract.Step != lifecycle.StepPayment {
		l.fail("process_payment at step %s", l.contract.Step)
		return
	}
	items := l.cat.price(l.contract, l.technician, l.schedules, at)
	total := sum(items)
	discount, err := discountOf(promotion, total, at.In(l.at.zone).Format(dateForm))
	if err != nil {
		l.fail("%v", err)
	}
	l.move(lifecycle.ContractProcessPayment, at, l.creator(), func(c *ent.Contract) {
		c.PricingTotal, c.Discount = total, discount
	})
	l.items = items
	l.payment = &ent.Payment{
		InstitutionID: l.contract.InstitutionID, PaymentMethodID: method.ID, Amount: total - discount, Discount: discount,
		Status: lifecycle.PaymentUnpaid, DeadlineAt: new(at.Add(paymentTime)), Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	if promotion != nil {
		l.payment.PromotionID = new(promotion.ID)
	}
}

// pays changes the payment.
func (l *life) pays(at time.Time, status lifecycle.PaymentStatus) *ent.Payment {
	p := l.payment
	p.Status = status
	p.Version++
	p.UpdatedAt = at
	return p
}

// sendProof uploads what shows that the institution has paid.
func (l *life) sendProof(at time.Time, file string) {
	if !l.must("send_proof", "payment_pending") {
		return
	}
	l.change(lifecycle.ContractSendProof, at, l.creator(), func(*ent.Contract) {})
	p := l.pays(at, lifecycle.PaymentPending)
	p.Proof, p.ProofSentAt, p.StatusReason = file, new(at), ""
}

// refuseProof is the back office not finding the money.
func (l *life) refuseProof(at time.Time, admin *ent.User, reason string) {
	if !l.must("refuse_proof", "payment_pending") {
		return
	}
	l.change(lifecycle.ContractRefusePayment, at, by(admin), func(*ent.Contract) {})
	l.because(reason)
	p := l.pays(at, lifecycle.PaymentUnpaid)
	p.StatusReason = reason
	if again := at.Add(paymentTime); again.After(*p.DeadlineAt) {
		p.DeadlineAt = new(again)
	}
}

// verifyPayment is the back office finding the money: the partner is asked, or
// the contract expires where its start has gone by.
func (l *life) verifyPayment(at time.Time, admin *ent.User) {
	if l.payment == nil || l.payment.Status != lifecycle.PaymentPending {
		l.fail("verify_payment without a proof")
		return
	}
	start := *l.contract.ScheduledStartAt
	if !at.Before(start) {
		l.move(lifecycle.ContractExpire, at, by(admin), func(*ent.Contract) {})
		l.pays(at, lifecycle.PaymentRefundDue).PaidAt = new(at)
		l.close(lifecycle.AssignmentCancelled, at, "")
		l.setSchedules(lifecycle.ScheduleCancelled, at)
		return
	}
	l.move(lifecycle.ContractVerifyPayment, at, by(admin), func(c *ent.Contract) {
		c.Step = lifecycle.StepCompleted
		c.OfferedAt = new(at)
		c.EscalationDeadlineAt = new(partnerDeadline(at, start))
	})
	l.pays(at, lifecycle.PaymentPaid).PaidAt = new(at)
}

// expire is the payment's deadline passing.
func (l *life) expire() {
	if l.payment == nil || l.payment.Status != lifecycle.PaymentUnpaid {
		l.fail("expire without an unpaid payment")
		return
	}
	at := *l.payment.DeadlineAt
	l.move(lifecycle.ContractExpire, at, who{}, func(*ent.Contract) {})
	l.pays(at, lifecycle.PaymentExpired)
	l.close(lifecycle.AssignmentCancelled, at, "")
	l.setSchedules(lifecycle.ScheduleCancelled, at)
}

// refund is the back office having given the money back.
func (l *life) refund(at time.Time, admin *ent.User) {
	if l.payment == nil || l.payment.Status != lifecycle.PaymentRefundDue {
		l.fail("refund that is not due")
		return
	}
	l.change(lifecycle.ContractRecordRefund, at, by(admin), func(*ent.Contract) {})
	l.pays(at, lifecycle.PaymentRefunded).RefundedAt = new(at)
}
