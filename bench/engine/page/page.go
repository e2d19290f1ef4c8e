// Package page is the data that both engines serve: the very same objects in
// memory. Both read fields of structs; ids are computed by methods, GlobalID for
// our engine and ID for the other one.
package page

// The enums, whose values are named as in the schema.
type (
	// ContractStatus is how a contract stands.
	ContractStatus string
	// WorkKind is what a partner is hired for.
	WorkKind string
	// Progress is how far something has come.
	Progress string
	// PaymentStatus is how a payment stands.
	PaymentStatus string
	// Effect tells whether an amount is added.
	Effect string
	// Role is what a user is.
	Role string
)

// The values of the enums.
const (
	Draft          ContractStatus = "DRAFT"
	PaymentPending ContractStatus = "PAYMENT_PENDING"
	PartnerPending ContractStatus = "PARTNER_PENDING"
	Accepted       ContractStatus = "ACCEPTED"
	InProgress     ContractStatus = "IN_PROGRESS"
	Completed      ContractStatus = "COMPLETED"

	Installation WorkKind = "INSTALLATION"
	Maintenance  WorkKind = "MAINTENANCE"
	Repair       WorkKind = "REPAIR"

	NotBegun Progress = "PENDING"
	Running  Progress = "IN_PROGRESS"
	Done     Progress = "COMPLETED"

	Unpaid  PaymentStatus = "UNPAID"
	Pending PaymentStatus = "PENDING"
	Paid    PaymentStatus = "PAID"

	Add      Effect = "ADD"
	Subtract Effect = "SUBTRACT"

	RoleInstitution Role = "INSTITUTION"
	RolePartner     Role = "PARTNER"
	RoleSupervisor  Role = "SUPERVISOR"
	RoleAdmin       Role = "ADMIN"
)

// ContractConnection is a page of contracts.
type ContractConnection struct {
	TotalCount Int64
	PageInfo   *PageInfo
	Nodes      []*Contract
}

// PageInfo is where a page lies.
type PageInfo struct {
	HasNextPage bool
	EndCursor   *string
}

// Contract is what an institution hires a partner for.
type Contract struct {
	DatabaseID                         Int64
	ReferenceCode                      string
	Status, DisplayStatus              ContractStatus
	Step                               Progress
	Kind                               WorkKind
	ContractEscalationStage            *Role
	EscalationDeadlineAt               *Time
	PartnerStatus                      *Progress
	Description, ToolBrand, ToolType   *string
	ContractStartDate, ContractEndDate *string
	ContractStartTime, ContractEndTime *string
	CreatedAt, UpdatedAt               Time
	Institution                        *Institution
	Partner                            *Partner
	SubService                         *SubService
	Schedules                          []*Schedule
	ContactPersons                     []*ContactPerson
	PricingItems                       []*PricingItem
	TotalAmount                        Money
	Payment                            *Payment
	Assignments                        []*Assignment
	TimeAdjustments                    []*TimeAdjustment
}

// Institution hires partners.
type Institution struct {
	Number                        Int64
	Name, Address, City, Province string
}

// Partner does the work.
type Partner struct {
	Number         Int64
	FullName       string
	City           *string
	Picture        *File
	RatingsSummary *RatingsSummary
	Competencies   []*Competency
}

// RatingsSummary is what reviews come to.
type RatingsSummary struct {
	OverallAverage float64
	TotalReviews   int32
}

// Competency is what a partner can do within a service.
type Competency struct {
	Service     *Service
	SubServices []*SubServiceCompetency
}

// SubServiceCompetency is for which kinds of work a partner knows a sub-service.
type SubServiceCompetency struct {
	Status     Progress
	Kinds      []WorkKind
	SubService *SubService
}

// Service is a field of work.
type Service struct {
	Number Int64
	Name   string
}

// SubService is a part of a service.
type SubService struct {
	Number  Int64
	Name    string
	Service *Service
}

// Schedule is one stretch of work.
type Schedule struct {
	Number                   Int64
	Date, StartTime, EndTime string
	Status                   Progress
}

// ContactPerson is whom to ask for on site.
type ContactPerson struct {
	Number Int64
	Name   string
	Phone  *string
}

// PricingItem is one line of the price.
type PricingItem struct {
	Number                 Int64
	Name, Code, Kind, Unit string
	Effect                 Effect
	IsPartnerPricing       bool
	Amount                 Money
}

// Money is an amount of whole currency units.
type Money struct {
	Value    Int64
	Currency string
}

// Payment is what is owed.
type Payment struct {
	Number        Int64
	Status        PaymentStatus
	Amount        Money
	PaymentMethod *PaymentMethod
	Proof         *File
	Promotion     *Promotion
}

// PaymentMethod is a way to pay.
type PaymentMethod struct{ Name string }

// File is a stored upload.
type File struct{ URL string }

// Promotion takes something off.
type Promotion struct {
	Number       Int64
	Code, Name   string
	DiscountType Effect
}

// Assignment is the try of one partner.
type Assignment struct {
	Number       Int64
	Sequence     int32
	Status       Progress
	StatusReason *string
	AssignedAt   Time
	Partner      *Partner
	AssignedBy   *Person
}

// Person is a user by name.
type Person struct {
	Number   Int64
	FullName string
	Role     Role
}

// TimeAdjustment is a request for more time.
type TimeAdjustment struct {
	Number                  Int64
	AdditionalHours, Reason string
	Status                  Progress
	RequestedAt             Time
}
