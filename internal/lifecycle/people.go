package lifecycle

// UserStatus is whether an account may be used.
type UserStatus string

// The statuses of a user.
const (
	UserActive    UserStatus = "active"
	UserSuspended UserStatus = "suspended"
	UserClosed    UserStatus = "closed"
)

// UserStatuses lists every status of a user.
var UserStatuses = []UserStatus{UserActive, UserSuspended, UserClosed}

// UserEvent is what moves an account.
type UserEvent string

// The events of an account.
const (
	UserSuspend   UserEvent = "suspend"   // admin
	UserReinstate UserEvent = "reinstate" // admin
	UserClose     UserEvent = "close"     // its owner, or admin
)

// User is the life of an account. Nothing brings a closed one back: who it was is not
// known any more.
var User = Machine[UserStatus, UserEvent]{
	Name:  "user",
	Start: UserActive,
	Moves: map[UserStatus]map[UserEvent]UserStatus{
		UserActive:    {UserSuspend: UserSuspended, UserClose: UserClosed},
		UserSuspended: {UserReinstate: UserActive, UserClose: UserClosed},
	},
}

// MembershipRole is what a user may do for an institution.
type MembershipRole string

// The roles of a membership. An agent is a supervisor's membership.
const (
	MembershipManager MembershipRole = "manager"
	MembershipMember  MembershipRole = "member"
	MembershipAgent   MembershipRole = "agent"
)

// MembershipRoles lists every role of a membership.
var MembershipRoles = []MembershipRole{MembershipManager, MembershipMember, MembershipAgent}

// MembershipState is where a membership stands; only an active one is a tie.
type MembershipState string

// The states of a membership.
const (
	MembershipRequested MembershipState = "requested"
	MembershipActive    MembershipState = "active"
	MembershipEnded     MembershipState = "ended"
)

// MembershipStates lists every state of a membership.
var MembershipStates = []MembershipState{MembershipRequested, MembershipActive, MembershipEnded}

// MembershipEvent is what moves a membership.
type MembershipEvent string

// The events of a membership.
const (
	MembershipAsk     MembershipEvent = "ask"     // who wants to be a member
	MembershipApprove MembershipEvent = "approve" // a manager, or admin
	MembershipRefuse  MembershipEvent = "refuse"  // a manager, or admin
	MembershipLeave   MembershipEvent = "leave"   // the member, a manager, or admin
)

// Membership is the life of a membership. Who has left may ask again.
var Membership = Machine[MembershipState, MembershipEvent]{
	Name:  "membership",
	Start: MembershipRequested,
	Moves: map[MembershipState]map[MembershipEvent]MembershipState{
		MembershipRequested: {MembershipApprove: MembershipActive, MembershipRefuse: MembershipEnded, MembershipLeave: MembershipEnded},
		MembershipActive:    {MembershipLeave: MembershipEnded},
		MembershipEnded:     {MembershipAsk: MembershipRequested},
	},
}

// InstitutionStatus is whether an institution takes part in the marketplace.
type InstitutionStatus string

// The statuses of an institution.
const (
	InstitutionActive    InstitutionStatus = "active"
	InstitutionSuspended InstitutionStatus = "suspended"
)

// InstitutionStatuses lists every status of an institution.
var InstitutionStatuses = []InstitutionStatus{InstitutionActive, InstitutionSuspended}

// InstitutionEvent is what moves an institution.
type InstitutionEvent string

// The events of an institution.
const (
	InstitutionSuspend   InstitutionEvent = "suspend"   // admin
	InstitutionReinstate InstitutionEvent = "reinstate" // admin
)

// Institution is the life of an institution in the marketplace.
var Institution = Machine[InstitutionStatus, InstitutionEvent]{
	Name:  "institution",
	Start: InstitutionActive,
	Moves: map[InstitutionStatus]map[InstitutionEvent]InstitutionStatus{
		InstitutionActive:    {InstitutionSuspend: InstitutionSuspended},
		InstitutionSuspended: {InstitutionReinstate: InstitutionActive},
	},
}

// InstitutionKind says what an institution is.
type InstitutionKind string

// The kinds of institution.
const (
	InstitutionHospital   InstitutionKind = "hospital"
	InstitutionClinic     InstitutionKind = "clinic"
	InstitutionLaboratory InstitutionKind = "laboratory"
	InstitutionOther      InstitutionKind = "other"
)

// InstitutionKinds lists every kind of institution.
var InstitutionKinds = []InstitutionKind{InstitutionHospital, InstitutionClinic, InstitutionLaboratory, InstitutionOther}

// PartnerStatus is whether a partner takes part in the marketplace.
type PartnerStatus string

// The statuses of a partner.
const (
	PartnerActive    PartnerStatus = "active"
	PartnerInactive  PartnerStatus = "inactive"
	PartnerSuspended PartnerStatus = "suspended"
)

// PartnerStatuses lists every status of a partner.
var PartnerStatuses = []PartnerStatus{PartnerActive, PartnerInactive, PartnerSuspended}

// PartnerEvent is what moves a partner.
type PartnerEvent string

// The events of a partner.
const (
	PartnerRest      PartnerEvent = "rest"      // it takes no new work for a while
	PartnerReturn    PartnerEvent = "return"    // it takes work again
	PartnerSuspend   PartnerEvent = "suspend"   // admin
	PartnerReinstate PartnerEvent = "reinstate" // admin
)

// Partner is the life of a partner in the marketplace.
var Partner = Machine[PartnerStatus, PartnerEvent]{
	Name:  "partner",
	Start: PartnerActive,
	Moves: map[PartnerStatus]map[PartnerEvent]PartnerStatus{
		PartnerActive:    {PartnerRest: PartnerInactive, PartnerSuspend: PartnerSuspended},
		PartnerInactive:  {PartnerReturn: PartnerActive, PartnerSuspend: PartnerSuspended},
		PartnerSuspended: {PartnerReinstate: PartnerActive},
	},
}

// VerificationStatus is how far the verification of a partner has come.
type VerificationStatus string

// The statuses of a verification.
const (
	VerificationNotStarted VerificationStatus = "not_started"
	VerificationInProgress VerificationStatus = "in_progress"
	VerificationCompleted  VerificationStatus = "completed"
	VerificationRejected   VerificationStatus = "rejected"
)

// VerificationStatuses lists every status of a verification.
var VerificationStatuses = []VerificationStatus{
	VerificationNotStarted, VerificationInProgress, VerificationCompleted, VerificationRejected,
}

// VerificationStep is what a partner has to do next to be verified.
type VerificationStep string

// The steps of a verification.
const (
	VerifyRegistration   VerificationStep = "registration"
	VerifyBasicTest      VerificationStep = "basic_test"
	VerifyCompetencyTest VerificationStep = "competency_test"
	VerifyReview         VerificationStep = "review"
	VerifyDone           VerificationStep = "verified"
)

// VerificationSteps lists every step of a verification, in order.
var VerificationSteps = []VerificationStep{
	VerifyRegistration, VerifyBasicTest, VerifyCompetencyTest, VerifyReview, VerifyDone,
}

// Gender is a partner's gender as its papers say it.
type Gender string

// The genders that the dialect knows.
const (
	GenderMale   Gender = "male"
	GenderFemale Gender = "female"
)

// Genders lists every gender.
var Genders = []Gender{GenderMale, GenderFemale}

// CatalogueStatus is whether a service, sub-service or competency is in use.
type CatalogueStatus string

// The statuses of the catalogue.
const (
	CatalogueActive   CatalogueStatus = "active"
	CatalogueInactive CatalogueStatus = "inactive"
	CataloguePending  CatalogueStatus = "pending"
)

// CatalogueStatuses lists every status of the catalogue.
var CatalogueStatuses = []CatalogueStatus{CatalogueActive, CatalogueInactive, CataloguePending}

// PaymentMethodKind says how a payment method moves money.
type PaymentMethodKind string

// The kinds of payment method.
const (
	MethodBankTransfer   PaymentMethodKind = "bank_transfer"
	MethodVirtualAccount PaymentMethodKind = "virtual_account"
	MethodEWallet        PaymentMethodKind = "e_wallet"
)

// PaymentMethodKinds lists every kind of payment method.
var PaymentMethodKinds = []PaymentMethodKind{MethodBankTransfer, MethodVirtualAccount, MethodEWallet}
