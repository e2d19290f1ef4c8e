package lifecycle

// ContractAction is something that a person may do to a contract. An action is
// refused or leads to an event; what time does is no action.
type ContractAction string

// The actions of an institution, of a partner, of a supervisor, of an admin.
const (
	ActSetSchedule      ContractAction = "set_schedule"
	ActSetDetails       ContractAction = "set_details"
	ActProcessPayment   ContractAction = "process_payment"
	ActSendProof        ContractAction = "send_proof"
	ActCancel           ContractAction = "cancel"
	ActShowStartCode    ContractAction = "show_start_code"
	ActFinishWork       ContractAction = "finish_work"
	ActApproveExtension ContractAction = "approve_extension"
	ActRejectExtension  ContractAction = "reject_extension"
	ActReview           ContractAction = "review"
	ActEditReview       ContractAction = "edit_review"

	ActAccept           ContractAction = "accept"
	ActReject           ContractAction = "reject"
	ActGoOnRoute        ContractAction = "go_on_route"
	ActStartWork        ContractAction = "start_work"
	ActShowEndCode      ContractAction = "show_end_code" // of an institution too
	ActRequestExtension ContractAction = "request_extension"
	ActInspect          ContractAction = "inspect"
	ActEditInspection   ContractAction = "edit_inspection"
	ActConclude         ContractAction = "conclude"
	ActEditConclusion   ContractAction = "edit_conclusion"

	ActAssignReplacement ContractAction = "assign_replacement"
	ActRejectEscalation  ContractAction = "reject_escalation"

	ActVerifyPayment  ContractAction = "verify_payment"
	ActRefusePayment  ContractAction = "refuse_payment"
	ActRecordRefund   ContractAction = "record_refund"
	ActForceCancel    ContractAction = "force_cancel"
	ActForceComplete  ContractAction = "force_complete"
	ActReplacePartner ContractAction = "replace_partner"
)

// ContractActions lists every action, by who does it and in the order of a
// contract's life.
var ContractActions = []ContractAction{
	ActSetSchedule, ActSetDetails, ActProcessPayment, ActSendProof, ActCancel, ActShowStartCode, ActFinishWork,
	ActApproveExtension, ActRejectExtension, ActReview, ActEditReview,
	ActAccept, ActReject, ActGoOnRoute, ActStartWork, ActShowEndCode, ActRequestExtension, ActInspect,
	ActEditInspection, ActConclude, ActEditConclusion,
	ActAssignReplacement, ActRejectEscalation,
	ActVerifyPayment, ActRefusePayment, ActRecordRefund, ActForceCancel, ActForceComplete, ActReplacePartner,
}
