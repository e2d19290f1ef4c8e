package lifecycle

// ContractStatus is the status of a contract as every dialect prints it
// (Nukitu reference, section 2.1).
type ContractStatus string

// The statuses of a contract.
const (
	ContractDraft          ContractStatus = "draft"
	ContractPaymentPending ContractStatus = "payment_pending"
	ContractPartnerPending ContractStatus = "partner_pending"
	ContractAccepted       ContractStatus = "accepted"
	ContractOnRoute        ContractStatus = "on_route"
	ContractInProgress     ContractStatus = "in_progress"
	ContractCompleted      ContractStatus = "completed"
	ContractCancelled      ContractStatus = "cancelled"
	ContractRejected       ContractStatus = "rejected"
	ContractExpired        ContractStatus = "expired"
)

// ContractStatuses lists every status, in the order of a contract's life.
var ContractStatuses = []ContractStatus{
	ContractDraft, ContractPaymentPending, ContractPartnerPending, ContractAccepted, ContractOnRoute,
	ContractInProgress, ContractCompleted, ContractCancelled, ContractRejected, ContractExpired,
}

// Stage says whose turn it is while a contract is partner_pending.
type Stage string

// The stages; outside partner_pending a contract has none.
const (
	StagePartner    Stage = "partner"
	StageSupervisor Stage = "supervisor"
)

// Stages lists every stage.
var Stages = []Stage{StagePartner, StageSupervisor}

// DisplayStatus is the status that people read (Nukitu reference, 2.4): the
// status, told apart where a status alone says too little.
type DisplayStatus string

// The display statuses: every status, and two that are told apart.
const (
	DisplayDraft               DisplayStatus = "draft"
	DisplayPaymentPending      DisplayStatus = "payment_pending"
	DisplayPaymentVerification DisplayStatus = "payment_verification"
	DisplayPartnerPending      DisplayStatus = "partner_pending"
	DisplaySupervisorPending   DisplayStatus = "supervisor_pending"
	DisplayAccepted            DisplayStatus = "accepted"
	DisplayOnRoute             DisplayStatus = "on_route"
	DisplayInProgress          DisplayStatus = "in_progress"
	DisplayCompleted           DisplayStatus = "completed"
	DisplayCancelled           DisplayStatus = "cancelled"
	DisplayRejected            DisplayStatus = "rejected"
	DisplayExpired             DisplayStatus = "expired"
)

// DisplayStatuses lists every display status, in the order of a contract's life.
var DisplayStatuses = []DisplayStatus{
	DisplayDraft, DisplayPaymentPending, DisplayPaymentVerification, DisplayPartnerPending, DisplaySupervisorPending,
	DisplayAccepted, DisplayOnRoute, DisplayInProgress, DisplayCompleted, DisplayCancelled, DisplayRejected, DisplayExpired,
}

// Display gives the display status of a contract.
func Display(status ContractStatus, stage Stage, payment PaymentStatus) DisplayStatus {
	switch {
	case status == ContractPaymentPending && payment == PaymentPending:
		return DisplayPaymentVerification
	case status == ContractPartnerPending && stage == StageSupervisor:
		return DisplaySupervisorPending
	}
	return DisplayStatus(status)
}

// Step is how far the wizard of a draft has come (Nukitu reference, 2.2).
type Step string

// The steps: the one that is to be filled in next.
const (
	StepSchedule  Step = "schedule"
	StepDetails   Step = "details"
	StepPayment   Step = "payment"
	StepCompleted Step = "completed"
)

// Steps lists every step, in order.
var Steps = []Step{StepSchedule, StepDetails, StepPayment, StepCompleted}

// Kind is what a partner is hired for.
type Kind string

// The kinds of work.
const (
	KindInstallation Kind = "installation"
	KindMaintenance  Kind = "maintenance"
	KindRepair       Kind = "repair"
)

// Kinds lists every kind.
var Kinds = []Kind{KindInstallation, KindMaintenance, KindRepair}

// ContractState is where a contract stands: its status, with partner_pending
// told apart by its stage.
type ContractState string

// StateSupervisorPending is partner_pending at stage supervisor; every other
// state is named as its status.
const StateSupervisorPending ContractState = "supervisor_pending"

// StateOf gives the state of a contract with that status and stage.
func StateOf(status ContractStatus, stage Stage) ContractState {
	if status == ContractPartnerPending && stage == StageSupervisor {
		return StateSupervisorPending
	}
	return ContractState(status)
}

// Status gives the status of a state.
func (s ContractState) Status() ContractStatus {
	if s == StateSupervisorPending {
		return ContractPartnerPending
	}
	return ContractStatus(s)
}

// Stage gives the stage of a state, or "" where there is none.
func (s ContractState) Stage() Stage {
	switch s {
	case StateSupervisorPending:
		return StageSupervisor
	case ContractState(ContractPartnerPending):
		return StagePartner
	}
	return ""
}

// ContractEvent is what moves a contract.
type ContractEvent string

// The events of a contract.
const (
	ContractProcessPayment    ContractEvent = "process_payment"    // institution: step three of the wizard
	ContractVerifyPayment     ContractEvent = "verify_payment"     // admin: the money is there
	ContractExpire            ContractEvent = "expire"             // time: nobody paid, or the start went by before the payment was verified
	ContractAccept            ContractEvent = "accept"             // partner
	ContractEscalate          ContractEvent = "escalate"           // partner rejects, its deadline passes, or it is suspended
	ContractAssignReplacement ContractEvent = "assign_replacement" // supervisor
	ContractReject            ContractEvent = "reject"             // supervisor, or its deadline passes
	ContractGoOnRoute         ContractEvent = "go_on_route"        // partner
	ContractStartWork         ContractEvent = "start_work"         // partner, with the institution's code
	ContractFinishWork        ContractEvent = "finish_work"        // institution, with the partner's code
	ContractCancel            ContractEvent = "cancel"             // institution
	ContractForceCancel       ContractEvent = "force_cancel"       // admin
	ContractForceComplete     ContractEvent = "force_complete"     // admin
	ContractReplacePartner    ContractEvent = "replace_partner"    // admin
)

// The changes of a contract that leave it where it is. They stand in its history
// beside the moves.
const (
	ContractCreate           ContractEvent = "create"            // institution: the first step of the wizard
	ContractSetSchedule      ContractEvent = "set_schedule"      // institution: step one
	ContractSetDetails       ContractEvent = "set_details"       // institution: step two
	ContractSendProof        ContractEvent = "send_proof"        // institution: shows that it has paid
	ContractRefusePayment    ContractEvent = "refuse_payment"    // admin: the money is not there
	ContractRecordRefund     ContractEvent = "record_refund"     // admin: the money was given back
	ContractRemindDeparture  ContractEvent = "remind_departure"  // time: the start is near
	ContractRequestExtension ContractEvent = "request_extension" // partner: asks for more time
	ContractApproveExtension ContractEvent = "approve_extension" // institution: more time
	ContractRejectExtension  ContractEvent = "reject_extension"  // institution: no more time
	ContractInspect          ContractEvent = "inspect"           // partner: writes the inspection, or changes it
	ContractConclude         ContractEvent = "conclude"          // partner: writes the conclusion, or changes it
	ContractReview           ContractEvent = "review"            // institution: rates the work, or changes the review
)

// ContractChanges lists the changes that are no moves.
var ContractChanges = []ContractEvent{
	ContractCreate, ContractSetSchedule, ContractSetDetails, ContractSendProof, ContractRefusePayment,
	ContractRecordRefund, ContractRemindDeparture, ContractRequestExtension, ContractApproveExtension,
	ContractRejectExtension, ContractInspect, ContractConclude, ContractReview,
}

// Contract is the life of a contract (Nukitu reference, 2.3; the admin's ways
// out of every state are ours).
var Contract = Machine[ContractState, ContractEvent]{
	Name:  "contract",
	Start: "draft",
	Moves: map[ContractState]map[ContractEvent]ContractState{
		"draft": {
			ContractProcessPayment: "payment_pending", ContractCancel: "cancelled", ContractForceCancel: "cancelled",
		},
		"payment_pending": {
			ContractVerifyPayment: "partner_pending", ContractExpire: "expired",
			ContractCancel: "cancelled", ContractForceCancel: "cancelled",
		},
		"partner_pending": {
			ContractAccept: "accepted", ContractEscalate: StateSupervisorPending, ContractCancel: "cancelled",
			ContractForceCancel: "cancelled", ContractReplacePartner: "accepted",
		},
		StateSupervisorPending: {
			ContractAssignReplacement: "accepted", ContractReject: "rejected", ContractCancel: "cancelled",
			ContractForceCancel: "cancelled", ContractReplacePartner: "accepted",
		},
		"accepted": {
			ContractGoOnRoute: "on_route", ContractCancel: "cancelled",
			ContractForceCancel: "cancelled", ContractForceComplete: "completed", ContractReplacePartner: "accepted",
		},
		"on_route": {
			ContractStartWork: "in_progress", ContractForceCancel: "cancelled",
			ContractForceComplete: "completed", ContractReplacePartner: "accepted",
		},
		"in_progress": {
			ContractFinishWork: "completed", ContractForceCancel: "cancelled", ContractForceComplete: "completed",
		},
	},
}
