package market

import (
	"slices"

	"kontrak/internal/actor"
	"kontrak/internal/notice"
)

// audience says by which ties people are told of an event.
type audience uint16

// The audiences. Whoever did it is told of nothing that it did itself: the answer of the
// action has said so.
const (
	// toMembers are the managers and members of the contract's institution.
	toMembers audience = 1 << iota
	// toAssignee is the contract's partner.
	toAssignee
	// toSupervisors are the supervisors in whose queue the contract waits.
	toSupervisors
	// toHandler is the supervisor who found another partner for the contract.
	toHandler
	// toKeepers are an agreement's owner, approver and those to be told, the managers of
	// its institution, and who asked for the signature that it is about.
	toKeepers
	// toSigners are those asked to sign who have an account with that address.
	toSigners
	// toPartner is the partner that the message names, and toMaker the supervisor that
	// made it.
	toPartner
	toMaker
	// toUser is the person that the message names, or whose membership it names.
	toUser
	// toManagers are the managers of the institution that the membership is one of, and
	// toAnswerers the same while the request for it waits.
	toManagers
	toAnswerers
)

// speaksTo are the roles that each audience has.
var speaksTo = map[audience][]actor.Role{
	toMembers: {actor.Institution}, toAssignee: {actor.Partner}, toSupervisors: {actor.Supervisor}, toHandler: {actor.Supervisor},
	toKeepers: actor.Roles, toSigners: actor.Roles, toPartner: {actor.Partner}, toMaker: {actor.Supervisor}, toUser: actor.Roles,
	toManagers: {actor.Institution}, toAnswerers: {actor.Institution},
}

// The types of records that notifications are about.
const (
	aboutContract   = "Contract"
	aboutAgreement  = "Agreement"
	aboutPartner    = "Partner"
	aboutMembership = "Membership"
)

// topic says of an event what it is about and who is told.
type topic struct {
	about string
	to    audience
}

// topics are the events that people are told of (Nukitu reference, 2.7; those of
// agreements and memberships are ours). Who is told must be able to know of the record, and the text
// says no more than it shows (docs/decisions/notifications.md).
//
// contract_escalated is told for a partner's refusal as for its silence: an institution
// may not tell them apart while the contract waits.
var topics = map[string]topic{
	"contract_payment_verified":    {aboutContract, toMembers},
	"contract_payment_expired":     {aboutContract, toMembers},
	"contract_payment_refused":     {aboutContract, toMembers},
	"contract_assigned":            {aboutContract, toAssignee},
	"contract_accepted":            {aboutContract, toMembers},
	"contract_rejected":            {aboutContract, toMembers | toSupervisors},
	"contract_escalated":           {aboutContract, toMembers | toSupervisors},
	"contract_reassigned":          {aboutContract, toMembers | toAssignee},
	"contract_escalation_rejected": {aboutContract, toMembers},
	"contract_on_route":            {aboutContract, toMembers},
	"contract_departure_reminder":  {aboutContract, toAssignee},
	"contract_started":             {aboutContract, toMembers},
	"extension_requested":          {aboutContract, toMembers},
	"extension_approved":           {aboutContract, toAssignee},
	"extension_rejected":           {aboutContract, toAssignee},
	"contract_completed":           {aboutContract, toMembers | toAssignee | toHandler},
	"contract_cancelled":           {aboutContract, toMembers | toAssignee | toHandler},
	"review_received":              {aboutContract, toAssignee},

	"agreement_approved":         {aboutAgreement, toKeepers},
	"agreement_rejected":         {aboutAgreement, toKeepers},
	"agreement_active":           {aboutAgreement, toKeepers},
	"agreement_expires_soon":     {aboutAgreement, toKeepers},
	"agreement_expired":          {aboutAgreement, toKeepers},
	"agreement_period_requested": {aboutAgreement, toKeepers},
	"agreement_period_approved":  {aboutAgreement, toKeepers},
	"agreement_period_rejected":  {aboutAgreement, toKeepers},
	"agreement_renewed":          {aboutAgreement, toKeepers},
	"agreement_terminated":       {aboutAgreement, toKeepers},
	"signature_requested":        {aboutAgreement, toSigners},
	"signature_reminder":         {aboutAgreement, toSigners},
	"signature_cancelled":        {aboutAgreement, toSigners | toKeepers},
	"signature_concluded":        {aboutAgreement, toSigners | toKeepers},

	"certification_status_changed":   {aboutPartner, toPartner},
	"competency_test_status_changed": {aboutPartner, toPartner},
	"partner_verified":               {aboutPartner, toPartner | toMaker},

	topicAsked:                {aboutMembership, toAnswerers},
	"membership_approved":     {aboutMembership, toUser},
	"membership_refused":      {aboutMembership, toUser},
	"membership_role_changed": {aboutMembership, toUser},
	"membership_ended":        {aboutMembership, toUser},
	"membership_left":         {aboutMembership, toManagers},

	notice.General: {"", toUser},
}

// about is what a message names; 0 for nothing.
type about struct {
	ContractID    int64 `json:"contract_id"`
	AgreementID   int64 `json:"agreement_id"`
	SignatureID   int64 `json:"signature_id"`
	ParticipantID int64 `json:"participant_id"`
	PartnerID     int64 `json:"partner_id"`
	UserID        int64 `json:"user_id"`
	MembershipID  int64 `json:"membership_id"`
	Version       int64 `json:"version"` // of the contract, the agreement or the membership, that the action made
}

// subject gives the number of the record that a topic is about.
func (a about) subject(typeName string) int64 {
	switch typeName {
	case aboutContract:
		return a.ContractID
	case aboutAgreement:
		return a.AgreementID
	case aboutPartner:
		return a.PartnerID
	case aboutMembership:
		return a.MembershipID
	}
	return 0
}

// isPrivate tells that people alone are told, and no webhook: no receiver can be shown a
// membership.
func (t topic) isPrivate() bool { return t.about == aboutMembership }

// EventTopics are the events that a webhook can be told of, in order: those that people
// are told of, and that a contract was made or changed in another way. None is about a
// membership.
var EventTopics = slices.Sorted(func(yield func(string) bool) {
	if !yield(topicCreated) || !yield(topicChanged) {
		return
	}
	for name, t := range topics {
		if t.about != "" && !t.isPrivate() && !yield(name) {
			return
		}
	}
})
