package market

import (
	"encoding/json"
	"strings"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/payment"
	"kontrak/internal/changelog"
	"kontrak/internal/view"
)

// told is how a recorded name is shown in a history: the graph's name, the ties
// that may see it, which are those of the field that holds it today, and the form
// of its values.
type told struct {
	name string
	ties view.Tie
	form func(e *entry, value json.RawMessage) (view.JSON, error)
}

// historyFields are the recorded names that a history shows, by the field that
// governs who sees them.
var historyFields = func() map[string]told {
	of := func(v any, field, name string, form func(*entry, json.RawMessage) (view.JSON, error)) told {
		return told{name: name, ties: view.Audience(v, field), form: form}
	}
	c, p := view.Contract{}, view.Payment{}
	fields := map[string]told{
		contract.FieldInstitutionID:        of(c, "Institution", "institution", reference("Institution")),
		contract.FieldPartnerID:            of(c, "Partner", "partner", partnerForm),
		contract.FieldSubServiceID:         of(c, "SubService", "subService", reference("SubService")),
		contract.FieldKind:                 of(c, "Kind", "kind", enumForm),
		contract.FieldStatus:               of(c, "Status", "status", enumForm),
		contract.FieldStage:                of(c, "ContractEscalationStage", "contractEscalationStage", enumForm),
		contract.FieldStep:                 of(c, "Step", "step", enumForm),
		contract.FieldStatusReason:         of(c, "StatusReason", "statusReason", textForm),
		contract.FieldDescription:          of(c, "Description", "description", textForm),
		contract.FieldToolBrand:            of(c, "ToolBrand", "toolBrand", textForm),
		contract.FieldToolType:             of(c, "ToolType", "toolType", textForm),
		contract.FieldToolImages:           of(c, "ToolImages", "toolImages", asItIs),
		contract.FieldStartDate:            of(c, "ContractStartDate", "contractStartDate", textForm),
		contract.FieldStartTime:            of(c, "ContractStartTime", "contractStartTime", textForm),
		contract.FieldEndDate:              of(c, "ContractEndDate", "contractEndDate", textForm),
		contract.FieldEndTime:              of(c, "ContractEndTime", "contractEndTime", textForm),
		contract.FieldScheduleStartDate:    of(c, "ScheduleStartDate", "scheduleStartDate", textForm),
		contract.FieldScheduleStartTime:    of(c, "ScheduleStartTime", "scheduleStartTime", textForm),
		contract.FieldScheduleEndDate:      of(c, "ScheduleEndDate", "scheduleEndDate", textForm),
		contract.FieldScheduleEndTime:      of(c, "ScheduleEndTime", "scheduleEndTime", textForm),
		contract.FieldScheduledStartAt:     of(c, "ScheduledStartAt", "scheduledStartAt", asItIs),
		contract.FieldScheduledEndAt:       of(c, "ScheduledEndAt", "scheduledEndAt", asItIs),
		contract.FieldExtensionMinutes:     of(c, "EffectiveScheduledEndAt", "extensionMinutes", asItIs),
		contract.FieldPricingTotal:         of(c, "PricingTotal", "pricingTotal", moneyForm),
		contract.FieldDiscount:             of(c, "DiscountAmount", "discountAmount", moneyForm),
		contract.FieldEscalationDeadlineAt: of(c, "EscalationDeadlineAt", "escalationDeadlineAt", asItIs),
		contract.FieldAcceptedAt:           of(c, "AcceptedAt", "acceptedAt", asItIs),
		contract.FieldWorkStartedAt:        of(c, "WorkStartedAt", "workStartedAt", asItIs),
		contract.FieldCompletedAt:          of(c, "CompletedAt", "completedAt", asItIs),
		contract.FieldCancelledAt:          of(c, "CancelledAt", "cancelledAt", asItIs),

		changelog.Schedules:       of(c, "Schedules", "schedules", listForm),
		changelog.ContactPersons:  of(c, "ContactPersons", "contactPersons", listForm),
		changelog.PricingItems:    of(c, "PricingItems", "pricingItems", listForm),
		changelog.TimeAdjustments: of(c, "TimeAdjustments", "timeAdjustments", listForm),
		changelog.Assignments:     of(c, "Assignments", "assignments", listForm),
		changelog.Inspection:      of(c, "Inspection", "inspection", listForm),
		changelog.Conclusion:      of(c, "Conclusion", "conclusion", listForm),
		changelog.Review:          of(c, "Review", "review", listForm),
	}
	for column, t := range map[string]told{
		payment.FieldStatus:          of(p, "Status", "status", enumForm),
		payment.FieldAmount:          of(p, "Amount", "amount", moneyForm),
		payment.FieldDiscount:        of(p, "DiscountAmount", "discountAmount", moneyForm),
		payment.FieldStatusReason:    of(p, "StatusReason", "statusReason", textForm),
		payment.FieldPaymentMethodID: of(p, "PaymentMethod", "paymentMethod", reference("PaymentMethod")),
		payment.FieldPromotionID:     of(p, "Promotion", "promotion", reference("Promotion")),
		payment.FieldProof:           of(p, "Proof", "proof", textForm),
		payment.FieldDeadlineAt:      of(p, "PaymentDeadlineAt", "paymentDeadlineAt", asItIs),
		payment.FieldPaidAt:          of(p, "PaidAt", "paidAt", asItIs),
	} {
		t.name = "payment." + t.name
		fields[changelog.PaymentPrefix+column] = t
	}
	return fields
}()

// unshown are the recorded names that no caller sees in a history, for no field holds
// them: what they say stands in the row itself, or is the program's own.
var unshown = []string{
	contract.FieldCreatedByID, contract.FieldSupervisorID, contract.FieldCurrency, contract.FieldOfferedAt,
	contract.FieldReleasedAt, contract.FieldDepartureRemindedAt, contract.FieldOnRouteAt,
	changelog.PaymentPrefix + payment.FieldID, changelog.PaymentPrefix + payment.FieldProofSentAt, changelog.PaymentPrefix + payment.FieldRefundedAt,
}

// asItIs is a value that the graph writes as the record does.
func asItIs(_ *entry, value json.RawMessage) (view.JSON, error) {
	if string(value) == "null" {
		return nil, nil
	}
	return view.JSON(value), nil
}

// textForm is a text; an empty one is none.
func textForm(_ *entry, value json.RawMessage) (view.JSON, error) {
	if string(value) == `""` || string(value) == "null" {
		return nil, nil
	}
	return view.JSON(value), nil
}

// enumForm is one of the program's words, as the graph writes it.
func enumForm(e *entry, value json.RawMessage) (view.JSON, error) {
	word, err := textForm(e, value)
	return view.JSON(strings.ToUpper(string(word))), err
}

func moneyForm(e *entry, value json.RawMessage) (view.JSON, error) {
	amount, err := changelog.Read[*int64](value)
	if amount == nil || err != nil {
		return nil, err
	}
	return view.Plain(view.Money{Value: *amount, Currency: e.of.currency}), nil
}

// reference is the id of a record of that type.
func reference(typeName string) func(*entry, json.RawMessage) (view.JSON, error) {
	return func(_ *entry, value json.RawMessage) (view.JSON, error) {
		id, err := changelog.Read[*int64](value)
		if id == nil || err != nil {
			return nil, err
		}
		return view.JSON(view.GlobalID{Type: typeName, Number: *id}.AppendGQL(nil)), nil
	}
}

// partnerForm is the id of a partner. access: a partner knows of its own tries
// only, and so of no other partner that a contract had.
func partnerForm(e *entry, value json.RawMessage) (view.JSON, error) {
	id, err := changelog.Read[*int64](value)
	if id == nil || err != nil || e.ties.Any(view.Assignee) && *id != e.who.PartnerID {
		return nil, err
	}
	return reference("Partner")(e, value)
}

// listForm is what hangs on a contract, as the caller may see it.
func listForm(e *entry, value json.RawMessage) (view.JSON, error) {
	docs, err := readDocs(changelog.State{e.name: value})
	if err != nil {
		return nil, err
	}
	switch e.name {
	case changelog.Schedules:
		return view.Plain(docs.seeSchedules(e.ties)), nil
	case changelog.ContactPersons:
		return view.Plain(docs.seeContacts(e.ties)), nil
	case changelog.PricingItems:
		return view.Plain(docs.seeItems(e.ties, e.of.currency)), nil
	case changelog.TimeAdjustments:
		return view.Plain(docs.seeAdjustments(e.ties)), nil
	case changelog.Assignments:
		return e.assignments(value)
	}
	return e.finding(value)
}

// assignments are the tries that the caller may know of today.
func (e *entry) assignments(value json.RawMessage) (view.JSON, error) {
	rows, err := changelog.Read[[]*ent.Assignment](value)
	if err != nil {
		return nil, err
	}
	list := []*view.Assignment{}
	for _, r := range rows {
		row := assignmentOf(r)
		if !pastTryVisible(e.who, e.ties, e.of, row) {
			continue
		}
		list = append(list, view.See(&view.Assignment{
			ID: row.id, Sequence: row.sequence, AssignmentKind: row.kind, Status: row.status, StatusReason: filled(row.reason),
			AssignedAt: row.assigned, RespondedAt: instant(row.responded),
			Partner: &view.Partner{ID: row.partner.id}, AssignedBy: &view.Person{ID: row.assignedBy},
		}, e.ties))
	}
	return view.Plain(list), nil
}

// finding is an inspection, a conclusion or a review.
func (e *entry) finding(value json.RawMessage) (view.JSON, error) {
	switch e.name {
	case changelog.Inspection:
		i, err := changelog.Read[*ent.Inspection](value)
		if i == nil || err != nil {
			return nil, err
		}
		v, err := e.app.seeInspection(inspectionOf(i), e.ties, func(name string) string { return name })
		return view.Plain(v), err
	case changelog.Conclusion:
		c, err := changelog.Read[*ent.Conclusion](value)
		if c == nil || err != nil {
			return nil, err
		}
		return view.Plain(e.app.seeConclusion(conclusionOf(c), e.ties)), nil
	}
	r, err := changelog.Read[*changelog.Reviewed](value)
	if r == nil || err != nil {
		return nil, err
	}
	v := reviewOfRow(r).see(e.ties)
	for _, rate := range r.Ratings {
		v.Ratings = append(v.Ratings, view.See(&view.Rating{RatingItemID: rate.RatingItemID, Name: e.criteria[rate.RatingItemID], Rate: int32(rate.Rate)}, e.ties))
	}
	return view.Plain(v), nil
}
