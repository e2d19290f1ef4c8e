package market

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// ActionInput is the input of an action, for ContractCan: each action reads what
// is its own. It holds no codes that are scanned, nor files.
type ActionInput struct {
	// Reason is for reject, reject_escalation, cancel, reject_extension,
	// refuse_payment and the back office's ways out.
	Reason string
	// PartnerID is for assign_replacement and replace_partner.
	PartnerID int64
	// AdditionalHours is for request_extension, which takes a reason too.
	AdditionalHours view.Hours
}

// deedOf gives the deed of an action with an input; nil when the action has no
// input beyond codes and files, or none was given.
func (a *App) deedOf(action lifecycle.ContractAction, in *ActionInput) deed {
	if in == nil {
		return nil
	}
	switch action {
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
	return nil
}
