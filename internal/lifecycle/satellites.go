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

// PaymentEvent is what moves a payment.
type PaymentEvent string

// The events of a payment.
const (
	PaymentSendProof PaymentEvent = "send_proof" // institution
	PaymentVerify    PaymentEvent = "verify"     // admin: the money is there
	PaymentRefuse    PaymentEvent = "refuse"     // admin: the money is not there
	PaymentLapse     PaymentEvent = "lapse"      // nothing was paid in time, or before the contract ended
	PaymentOwe       PaymentEvent = "owe"        // the contract ended after money was, or may have been, paid
	PaymentRefund    PaymentEvent = "refund"     // admin: the money was given back
)

// Payment is the life of a payment (rulings, "Payments").
var Payment = Machine[PaymentStatus, PaymentEvent]{
	Name:  "payment",
	Start: PaymentUnpaid,
	Moves: map[PaymentStatus]map[PaymentEvent]PaymentStatus{
		PaymentUnpaid: {PaymentSendProof: PaymentPending, PaymentLapse: PaymentExpired},
		PaymentPending: {
			PaymentSendProof: PaymentPending, PaymentVerify: PaymentPaid, PaymentRefuse: PaymentUnpaid, PaymentOwe: PaymentRefundDue,
		},
		PaymentPaid:      {PaymentOwe: PaymentRefundDue},
		PaymentRefundDue: {PaymentRefund: PaymentRefunded},
	},
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

// AssignmentEvent is what moves an assignment.
type AssignmentEvent string

// The events of an assignment.
const (
	AssignmentAccept AssignmentEvent = "accept" // partner
	AssignmentReject AssignmentEvent = "reject" // partner
	AssignmentExpire AssignmentEvent = "expire" // the partner's deadline passed
	AssignmentCancel AssignmentEvent = "cancel" // the contract ended, or went to somebody else
)

// Assignment is the life of a partner's assignment. One that a supervisor or
// the back office makes begins as accepted.
var Assignment = Machine[AssignmentStatus, AssignmentEvent]{
	Name:  "assignment",
	Start: AssignmentPending,
	Moves: map[AssignmentStatus]map[AssignmentEvent]AssignmentStatus{
		AssignmentPending: {
			AssignmentAccept: AssignmentAccepted, AssignmentReject: AssignmentRejected,
			AssignmentExpire: AssignmentExpired, AssignmentCancel: AssignmentCancelled,
		},
		AssignmentAccepted: {AssignmentCancel: AssignmentCancelled},
	},
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

// ScheduleEvent is what moves a day of work.
type ScheduleEvent string

// The events of a schedule.
const (
	ScheduleBegin  ScheduleEvent = "begin"  // work begins: on the first day
	ScheduleFinish ScheduleEvent = "finish" // the contract is completed
	ScheduleCancel ScheduleEvent = "cancel" // the contract ends without its work
)

// Schedule is the life of one day of work.
var Schedule = Machine[ScheduleStatus, ScheduleEvent]{
	Name:  "schedule",
	Start: SchedulePending,
	Moves: map[ScheduleStatus]map[ScheduleEvent]ScheduleStatus{
		SchedulePending:    {ScheduleBegin: ScheduleInProgress, ScheduleFinish: ScheduleCompleted, ScheduleCancel: ScheduleCancelled},
		ScheduleInProgress: {ScheduleFinish: ScheduleCompleted, ScheduleCancel: ScheduleCancelled},
	},
}

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

// AdjustmentEvent is what moves a time adjustment.
type AdjustmentEvent string

// The events of a time adjustment.
const (
	AdjustmentApprove AdjustmentEvent = "approve" // institution
	AdjustmentReject  AdjustmentEvent = "reject"  // institution, or the work ended first
)

// Adjustment is the life of a request for more time.
var Adjustment = Machine[AdjustmentStatus, AdjustmentEvent]{
	Name:  "time adjustment",
	Start: AdjustmentPending,
	Moves: map[AdjustmentStatus]map[AdjustmentEvent]AdjustmentStatus{
		AdjustmentPending: {AdjustmentApprove: AdjustmentApproved, AdjustmentReject: AdjustmentRejected},
	},
}

// QRPhase is what a scanned code does.
type QRPhase string

// The phases of a QR token.
const (
	QRStart QRPhase = "start" // the institution shows it, the partner begins work
	QREnd   QRPhase = "end"   // the partner shows it, the institution finishes work
)

// QRPhases lists every phase.
var QRPhases = []QRPhase{QRStart, QREnd}

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
