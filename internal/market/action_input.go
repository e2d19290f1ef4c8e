package market

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// ActionInput is the input of an action, for ContractCan: each action reads what
// is its own. It holds no codes that are scanned, nor files.
type ActionInput struct {
	// Schedule is for set_schedule, and Details is for set_details.
	Schedule SetContractSchedule
	Details  SetContractDetails
	// Payment is for process_payment.
	Payment ProcessPayment
	// Reason is for reject, reject_escalation, cancel, reject_extension,
	// refuse_payment and the back office's ways out.
	Reason string
	// PartnerID is for assign_replacement and replace_partner.
	PartnerID int64
	// AdditionalHours is for request_extension, which takes a reason too.
	AdditionalHours view.Hours
	// Inspection is for inspect and edit_inspection, Conclusion for conclude and
	// edit_conclusion, Review for review and edit_review.
	Inspection *InspectContract
	Conclusion *ConcludeContract
	Review     *ReviewContract
}

// deedOf gives the deed of an action with an input; nil when the action has no
// input beyond codes and files, or none was given.
func (a *App) deedOf(action lifecycle.ContractAction, in *ActionInput) deed {
	if in == nil {
		return nil
	}
	switch action {
	case lifecycle.ActSetSchedule:
		return &scheduling{App: a, in: in.Schedule}
	case lifecycle.ActSetDetails:
		return newDetailing(a, in.Details)
	case lifecycle.ActProcessPayment:
		return &processing{App: a, in: in.Payment}
	case lifecycle.ActReject:
		return &rejecting{App: a, reason: reason{in.Reason}}
	case lifecycle.ActCancel:
		return &cancelling{App: a, reason: reason{in.Reason}}
	case lifecycle.ActRefusePayment:
		return &refusing{App: a, reason: reason{in.Reason}}
	case lifecycle.ActRejectEscalation:
		return &givingUp{App: a, reason: reason{in.Reason}}
	case lifecycle.ActAssignReplacement:
		return &replacing{App: a, partnerID: in.PartnerID}
	case lifecycle.ActRequestExtension:
		return &extending{App: a, hours: in.AdditionalHours, reason: in.Reason}
	case lifecycle.ActForceCancel:
		return &forceCancelling{App: a, reason: reason{in.Reason}}
	case lifecycle.ActForceComplete:
		return &forceCompleting{App: a, reason: reason{in.Reason}}
	case lifecycle.ActReplacePartner:
		return &exchanging{App: a, partnerID: in.PartnerID, reason: in.Reason}
	case lifecycle.ActRejectExtension:
		return &denying{App: a, remark: remark{in.Reason}}
	}
	return a.findingOf(action, in)
}

// findingOf is deedOf for what is written down of a contract.
func (a *App) findingOf(action lifecycle.ContractAction, in *ActionInput) deed {
	switch {
	case (action == lifecycle.ActInspect || action == lifecycle.ActEditInspection) && in.Inspection != nil:
		return newInspecting(a, action, *in.Inspection)
	case (action == lifecycle.ActConclude || action == lifecycle.ActEditConclusion) && in.Conclusion != nil:
		return newConcluding(a, action, *in.Conclusion)
	case (action == lifecycle.ActReview || action == lifecycle.ActEditReview) && in.Review != nil:
		return &reviewing{App: a, named: action, in: *in.Review}
	}
	return nil
}
