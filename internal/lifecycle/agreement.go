package lifecycle

// AgreementStatus is where an agreement stands (agreement model, section 2).
type AgreementStatus string

// The statuses of an agreement.
const (
	AgreementDraft      AgreementStatus = "draft"
	AgreementApproved   AgreementStatus = "approved" // its period has not begun
	AgreementActive     AgreementStatus = "active"
	AgreementExpired    AgreementStatus = "expired"
	AgreementTerminated AgreementStatus = "terminated"
	AgreementRejected   AgreementStatus = "rejected"
)

// AgreementStatuses lists every status, in the order of Faveo's ids 1 to 6
// (agreement model, section 3).
var AgreementStatuses = []AgreementStatus{
	AgreementDraft, AgreementApproved, AgreementActive, AgreementExpired, AgreementTerminated, AgreementRejected,
}

// AgreementEvent is what happens to an agreement: a move, or a change that leaves
// it in its status.
type AgreementEvent string

// The moves of an agreement.
const (
	AgreementApprove   AgreementEvent = "approve"   // its period lies ahead
	AgreementBegin     AgreementEvent = "begin"     // approved while its period runs, or the period has begun
	AgreementReject    AgreementEvent = "reject"    // approver
	AgreementExpire    AgreementEvent = "expire"    // time: its period is over
	AgreementRevive    AgreementEvent = "revive"    // a next period of one that has expired has begun
	AgreementTerminate AgreementEvent = "terminate" // ended before its time
	AgreementReopen    AgreementEvent = "reopen"    // a rejected one was changed
)

// The changes that leave an agreement's status as it is.
const (
	AgreementCreate        AgreementEvent = "create"
	AgreementUpdate        AgreementEvent = "update"
	AgreementRenew         AgreementEvent = "renew"          // a new period is asked for
	AgreementExtend        AgreementEvent = "extend"         // a longer period is asked for
	AgreementGrantTerm     AgreementEvent = "grant_term"     // approver: yes to what was asked for
	AgreementRefuseTerm    AgreementEvent = "refuse_term"    // approver: no
	AgreementTakeOver      AgreementEvent = "take_over"      // time: the next period begins as the last ends
	AgreementRemind        AgreementEvent = "remind"         // time: it will expire soon
	AgreementAttach        AgreementEvent = "attach"         // a file
	AgreementDelete        AgreementEvent = "delete"         // hidden from all lists
	AgreementSign          AgreementEvent = "sign"           // signatures are asked for, given or refused
	AgreementConclude      AgreementEvent = "conclude"       // the last one has signed
	AgreementCancelSigning AgreementEvent = "cancel_signing" // the signature will not come about
)

// AgreementChanges lists them.
var AgreementChanges = []AgreementEvent{
	AgreementCreate, AgreementUpdate, AgreementRenew, AgreementExtend, AgreementGrantTerm, AgreementRefuseTerm,
	AgreementTakeOver, AgreementRemind, AgreementAttach, AgreementDelete, AgreementSign, AgreementConclude, AgreementCancelSigning,
}

// Agreement is the life of an agreement (Faveo reference, section 8).
var Agreement = Machine[AgreementStatus, AgreementEvent]{
	Name:  "agreement",
	Start: AgreementDraft,
	Moves: map[AgreementStatus]map[AgreementEvent]AgreementStatus{
		AgreementDraft: {
			AgreementApprove: AgreementApproved, AgreementBegin: AgreementActive, AgreementReject: AgreementRejected,
		},
		AgreementApproved: {AgreementBegin: AgreementActive, AgreementTerminate: AgreementTerminated},
		AgreementActive:   {AgreementExpire: AgreementExpired, AgreementTerminate: AgreementTerminated},
		AgreementExpired:  {AgreementRevive: AgreementActive},
		AgreementRejected: {AgreementReopen: AgreementDraft},
	},
}

// RenewalStatus is how far the next period of an agreement has come; empty while
// none was asked for.
type RenewalStatus string

// The statuses of a renewal.
const (
	RenewalPending    RenewalStatus = "renewal_pending"
	RenewalApproved   RenewalStatus = "renewal_approved"
	RenewalRejected   RenewalStatus = "renewal_rejected"
	RenewalDone       RenewalStatus = "renewed"
	ExtensionPending  RenewalStatus = "extension_pending"
	ExtensionDone     RenewalStatus = "extended"
	ExtensionRejected RenewalStatus = "extension_rejected"
)

// RenewalStatuses lists every one, in the order of Faveo's ids 7 to 13.
var RenewalStatuses = []RenewalStatus{
	RenewalPending, RenewalApproved, RenewalRejected, RenewalDone, ExtensionPending, ExtensionDone, ExtensionRejected,
}

// RenewalEvent is what moves a renewal.
type RenewalEvent string

// The events of a renewal.
const (
	RenewalAsk         RenewalEvent = "ask_renewal"
	RenewalAskExtended RenewalEvent = "ask_extension"
	RenewalGrant       RenewalEvent = "grant"
	RenewalRefuse      RenewalEvent = "refuse"
	RenewalBegin       RenewalEvent = "begin" // the renewed period has begun
)

// renewalAsks are what may begin while nothing waits.
var renewalAsks = map[RenewalEvent]RenewalStatus{RenewalAsk: RenewalPending, RenewalAskExtended: ExtensionPending}

// Renewal is the life of a next period. The empty status is that of an agreement
// for which none was ever asked.
var Renewal = Machine[RenewalStatus, RenewalEvent]{
	Name:  "renewal",
	Start: "",
	Moves: map[RenewalStatus]map[RenewalEvent]RenewalStatus{
		"":                renewalAsks,
		RenewalPending:    {RenewalGrant: RenewalApproved, RenewalRefuse: RenewalRejected},
		RenewalApproved:   {RenewalBegin: RenewalDone},
		RenewalRejected:   renewalAsks,
		RenewalDone:       renewalAsks,
		ExtensionPending:  {RenewalGrant: ExtensionDone, RenewalRefuse: ExtensionRejected},
		ExtensionDone:     renewalAsks,
		ExtensionRejected: renewalAsks,
	},
}

// GatewayKind is Yedpay's kind of an agreement.
type GatewayKind string

// The kinds.
const (
	GatewayOther   GatewayKind = "other_agreement"
	GatewayOffline GatewayKind = "offline_gateway_agreement"
	GatewayOnline  GatewayKind = "online_gateway_agreement"
)

// GatewayKinds lists them in the order of Yedpay's numbers, from 0 (Yedpay
// reference, section 5).
var GatewayKinds = []GatewayKind{GatewayOther, GatewayOffline, GatewayOnline}

// Origin tells whether an agreement's period is its first (Kit's type).
type Origin string

// The origins.
const (
	OriginNew     Origin = "NEW"
	OriginRenewal Origin = "RENEWAL"
)

// Origins lists them.
var Origins = []Origin{OriginNew, OriginRenewal}

// AgreementSource is the system that an agreement came from.
type AgreementSource string

// The sources.
const (
	SourceKontrak AgreementSource = "kontrak"
	SourceFaveo   AgreementSource = "faveo"
	SourceKit     AgreementSource = "kit"
	SourceYedpay  AgreementSource = "yedpay"
)

// AgreementSources lists them.
var AgreementSources = []AgreementSource{SourceKontrak, SourceFaveo, SourceKit, SourceYedpay}

// TermKind says how a period of an agreement came about.
type TermKind string

// The kinds of term.
const (
	TermInitial   TermKind = "initial"
	TermRenewal   TermKind = "renewal"
	TermExtension TermKind = "extension"
)

// TermKinds lists them.
var TermKinds = []TermKind{TermInitial, TermRenewal, TermExtension}

// TermState is where one period of an agreement stands.
type TermState string

// The states of a term.
const (
	TermPending  TermState = "pending"  // asked for
	TermApproved TermState = "approved" // the present period, or the next
	TermRejected TermState = "rejected"
	TermPast     TermState = "past" // another took over, or it ended
)

// TermStates lists them.
var TermStates = []TermState{TermPending, TermApproved, TermRejected, TermPast}

// TermEvent is what moves a term.
type TermEvent string

// The events of a term.
const (
	TermGrant  TermEvent = "grant"
	TermRefuse TermEvent = "refuse"
	TermPass   TermEvent = "pass" // over, or taken over by the next
)

// Term is the life of one period.
var Term = Machine[TermState, TermEvent]{
	Name:  "agreement term",
	Start: TermPending,
	Moves: map[TermState]map[TermEvent]TermState{
		TermPending:  {TermGrant: TermApproved, TermRefuse: TermRejected},
		TermApproved: {TermPass: TermPast},
	},
}

// PeriodStatus is where today lies in the period of an agreement (Kit reference,
// section 3). One without a period has none.
type PeriodStatus string

// The period statuses.
const (
	PeriodBefore  PeriodStatus = "before"
	PeriodOngoing PeriodStatus = "ongoing"
	PeriodAfter   PeriodStatus = "after"
)

// PeriodStatuses lists them.
var PeriodStatuses = []PeriodStatus{PeriodBefore, PeriodOngoing, PeriodAfter}

// AgreementAction is what somebody may want to do to an agreement.
type AgreementAction string

// The actions.
const (
	AgreementActUpdate    AgreementAction = "update"
	AgreementActApprove   AgreementAction = "approve"
	AgreementActReject    AgreementAction = "reject"
	AgreementActRenew     AgreementAction = "renew"
	AgreementActExtend    AgreementAction = "extend"
	AgreementActTerminate AgreementAction = "terminate"
	AgreementActDelete    AgreementAction = "delete"
	AgreementActAttach    AgreementAction = "attach"
	AgreementActSort      AgreementAction = "sort" // tags, customers, assets and own columns
	AgreementActAskToSign AgreementAction = "ask_to_sign"
	AgreementActCancelAsk AgreementAction = "cancel_signing"
)

// AgreementActions lists them.
var AgreementActions = []AgreementAction{
	AgreementActUpdate, AgreementActApprove, AgreementActReject, AgreementActRenew, AgreementActExtend, AgreementActTerminate,
	AgreementActDelete, AgreementActAttach, AgreementActSort, AgreementActAskToSign, AgreementActCancelAsk,
}
