package lifecycle

// PaymentStatus is where a payment stands.
type PaymentStatus string

// The statuses of a payment. refund_due is owed back, refunded is given back.
const (
	PaymentUnpaid    PaymentStatus = "unpaid"
	PaymentPending   PaymentStatus = "pending" // proof sent, not verified
	PaymentPaid      PaymentStatus = "paid"
	PaymentExpired   PaymentStatus = "expired"
	PaymentRefundDue PaymentStatus = "refund_due"
	PaymentRefunded  PaymentStatus = "refunded"
)

// PaymentStatuses lists every status of a payment.
var PaymentStatuses = []PaymentStatus{
	PaymentUnpaid, PaymentPending, PaymentPaid, PaymentExpired, PaymentRefundDue, PaymentRefunded,
}

// AssignmentStatus is what became of a partner's assignment.
type AssignmentStatus string

// The statuses of an assignment.
const (
	AssignmentPending   AssignmentStatus = "pending"
	AssignmentAccepted  AssignmentStatus = "accepted"
	AssignmentRejected  AssignmentStatus = "rejected"
	AssignmentExpired   AssignmentStatus = "expired"
	AssignmentCancelled AssignmentStatus = "cancelled"
)

// AssignmentStatuses lists every status of an assignment.
var AssignmentStatuses = []AssignmentStatus{
	AssignmentPending, AssignmentAccepted, AssignmentRejected, AssignmentExpired, AssignmentCancelled,
}

// AssignmentKind says how a partner came to a contract.
type AssignmentKind string

// The kinds of assignment.
const (
	AssignmentInitial      AssignmentKind = "initial"
	AssignmentReassignment AssignmentKind = "reassignment"
)

// AssignmentKinds lists every kind of assignment.
var AssignmentKinds = []AssignmentKind{AssignmentInitial, AssignmentReassignment}

// PartnerPresence is what a contract says of its partner (partner_status).
type PartnerPresence string

// The presences; a contract that shows no partner for another reason has none.
const (
	PartnerAssigned    PartnerPresence = "assigned"
	PartnerReassigning PartnerPresence = "reassigning"
)

// PartnerPresences lists every presence.
var PartnerPresences = []PartnerPresence{PartnerAssigned, PartnerReassigning}

// ScheduleStatus is where one day of work stands.
type ScheduleStatus string

// The statuses of a schedule.
const (
	SchedulePending    ScheduleStatus = "pending"
	ScheduleInProgress ScheduleStatus = "in_progress"
	ScheduleCompleted  ScheduleStatus = "completed"
	ScheduleCancelled  ScheduleStatus = "cancelled"
)

// ScheduleStatuses lists every status of a schedule.
var ScheduleStatuses = []ScheduleStatus{SchedulePending, ScheduleInProgress, ScheduleCompleted, ScheduleCancelled}

// AdjustmentStatus is what became of a request for more time.
type AdjustmentStatus string

// The statuses of a time adjustment.
const (
	AdjustmentPending  AdjustmentStatus = "pending"
	AdjustmentApproved AdjustmentStatus = "approved"
	AdjustmentRejected AdjustmentStatus = "rejected"
)

// AdjustmentStatuses lists every status of a time adjustment.
var AdjustmentStatuses = []AdjustmentStatus{AdjustmentPending, AdjustmentApproved, AdjustmentRejected}

// InspectionStatus is where an inspection stands.
type InspectionStatus string

// The statuses of an inspection.
const (
	InspectionDraft     InspectionStatus = "draft"
	InspectionSubmitted InspectionStatus = "submitted"
)

// InspectionStatuses lists every status of an inspection.
var InspectionStatuses = []InspectionStatus{InspectionDraft, InspectionSubmitted}

// ConclusionResult is what an inspection came to.
type ConclusionResult string

// The results of a conclusion.
const (
	ResultGood          ConclusionResult = "good"
	ResultNeedsFollowUp ConclusionResult = "needs_follow_up"
	ResultBroken        ConclusionResult = "broken"
)

// ConclusionResults lists every result.
var ConclusionResults = []ConclusionResult{ResultGood, ResultNeedsFollowUp, ResultBroken}

// Effect says whether an amount is added or taken off.
type Effect string

// The effects.
const (
	EffectAdd      Effect = "add"
	EffectSubtract Effect = "subtract"
)

// Effects lists every effect.
var Effects = []Effect{EffectAdd, EffectSubtract}

// DiscountType says how a promotion counts.
type DiscountType string

// The types of discount.
const (
	DiscountPercentage DiscountType = "percentage"
	DiscountFixed      DiscountType = "fixed_amount"
)

// DiscountTypes lists every type of discount.
var DiscountTypes = []DiscountType{DiscountPercentage, DiscountFixed}
