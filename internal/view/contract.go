package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// Contract is a contract as one caller may see it.
type Contract struct {
	Row
	ID            int64                    `see:"party"`
	ReferenceCode string                   `see:"party"`
	Status        lifecycle.ContractStatus `see:"party"`
	DisplayStatus lifecycle.DisplayStatus  `see:"party"`
	StatusReason  *string                  `see:"party"`
	Step          lifecycle.Step           `see:"party"`
	Kind          lifecycle.Kind           `see:"party"`

	ContractEscalationStage           *lifecycle.Stage           `see:"party"`
	EscalationDeadlineAt              *time.Time                 `see:"party"`
	ContractEscalationCountdownActive bool                       `see:"party"`
	PartnerStatus                     *lifecycle.PartnerPresence `see:"owner,waiting,assignee,supervisor,admin"`

	Description *string `see:"party"`
	ToolBrand   *string `see:"party"`
	ToolType    *string `see:"party"`
	ToolImages  []*File `see:"party"`

	Partner     *Partner     `see:"owner,assignee,supervisor,admin"`
	Institution *Institution `see:"party"`
	SubService  *SubService  `see:"party"`

	ContractStartDate *Date      `see:"party"`
	ContractStartTime *ClockTime `see:"party"`
	ContractEndDate   *Date      `see:"party"`
	ContractEndTime   *ClockTime `see:"party"`
	ScheduleStartDate *Date      `see:"party"`
	ScheduleStartTime *ClockTime `see:"party"`
	ScheduleEndDate   *Date      `see:"party"`
	ScheduleEndTime   *ClockTime `see:"party"`

	ScheduledStartAt           *time.Time `see:"party"`
	ScheduledEndAt             *time.Time `see:"party"`
	EffectiveScheduledEndAt    *time.Time `see:"party"`
	ApproachingScheduledStart  bool       `see:"party"`
	SecondsUntilScheduledStart *int32     `see:"party"`

	Schedules      []*Schedule      `see:"party"`
	ContactPersons []*ContactPerson `see:"party"`

	PricingItems        []*PricingItem          `see:"party"`
	PricingTotal        *Money                  `see:"party"`
	DiscountAmount      *Money                  `see:"party"`
	TotalAmount         *Money                  `see:"party"`
	Payment             *Payment                `see:"party"`
	PaymentStatus       lifecycle.PaymentStatus `see:"party"`
	PaymentDeadlineAt   *time.Time              `see:"party"`
	Assignments         []*Assignment           `see:"party"`
	CanRequestExtension bool                    `see:"party"`

	PendingTimeAdjustment      *TimeAdjustment   `see:"party"`
	TimeAdjustments            []*TimeAdjustment `see:"party"`
	HasPendingExtensionRequest bool              `see:"party"`

	Inspection *Inspection `see:"party"`
	Conclusion *Conclusion `see:"party"`
	Review     *Review     `see:"party"`

	AcceptedAt    *time.Time `see:"party"`
	WorkStartedAt *time.Time `see:"party"`
	CompletedAt   *time.Time `see:"party"`
	CancelledAt   *time.Time `see:"party"`
	CreatedAt     time.Time  `see:"party"`
	UpdatedAt     time.Time  `see:"party"`
	Version       int64      `see:"party"`
}

// GlobalID is the contract's opaque id in the graph.
func (c *Contract) GlobalID() GlobalID { return GlobalID{"Contract", c.ID} }

// IsNode marks the contract as an object with a global id.
func (*Contract) IsNode() {}

// File is a stored upload with a link that serves it.
type File struct {
	Row
	Name string `see:"anyone"`
	URL  string `see:"anyone"`
}

// Schedule is one stretch of work.
type Schedule struct {
	Row
	ID        int64                    `see:"party"`
	Date      Date                     `see:"party"`
	StartTime ClockTime                `see:"party"`
	EndTime   ClockTime                `see:"party"`
	Status    lifecycle.ScheduleStatus `see:"party"`
}

// GlobalID is the schedule's opaque id in the graph.
func (s *Schedule) GlobalID() GlobalID { return GlobalID{"Schedule", s.ID} }

// ContactPerson is whom the partner asks for on site.
type ContactPerson struct {
	Row
	ID    int64   `see:"party"`
	Name  string  `see:"party"`
	Phone *string `see:"member,engaged,supervisor,admin"`
}

// GlobalID is the contact person's opaque id in the graph.
func (c *ContactPerson) GlobalID() GlobalID { return GlobalID{"ContactPerson", c.ID} }

// PricingItem is one line of the price.
type PricingItem struct {
	Row
	ID               int64            `see:"party"`
	PricingSchemaID  int64            `see:"party"`
	Name             string           `see:"party"`
	Code             string           `see:"party"`
	Kind             string           `see:"party"`
	Amount           Money            `see:"party"`
	Unit             string           `see:"party"`
	IsPartnerPricing bool             `see:"party"`
	Effect           lifecycle.Effect `see:"party"`
}

// GlobalID is the pricing item's opaque id in the graph.
func (p *PricingItem) GlobalID() GlobalID { return GlobalID{"PricingItem", p.ID} }

// SchemaID is the opaque id of its schema in the graph.
func (p *PricingItem) SchemaID() GlobalID { return GlobalID{"PricingSchema", p.PricingSchemaID} }

// Payment is what is owed for a contract. How it was paid is between the
// institution and the back office.
type Payment struct {
	Row
	ID                int64                   `see:"party"`
	Amount            Money                   `see:"party"`
	Status            lifecycle.PaymentStatus `see:"party"`
	StatusReason      *string                 `see:"member,admin"`
	PaymentMethodID   *int64                  `see:"member,admin"`
	PaymentMethod     *PaymentMethod          `see:"member,admin"`
	Proof             *File                   `see:"member,admin"`
	PaymentDeadlineAt *time.Time              `see:"party"`
	DiscountAmount    *Money                  `see:"party"`
	Promotion         *Promotion              `see:"member,admin"`
	PaidAt            *time.Time              `see:"party"`
}

// GlobalID is the payment's opaque id in the graph.
func (p *Payment) GlobalID() GlobalID { return GlobalID{"Payment", p.ID} }

// PaymentMethod is a way to pay.
type PaymentMethod struct {
	Row
	ID            int64                       `see:"anyone"`
	Name          string                      `see:"anyone"`
	Code          string                      `see:"anyone"`
	Kind          lifecycle.PaymentMethodKind `see:"anyone"`
	AccountName   *string                     `see:"customer,admin"`
	AccountNumber *string                     `see:"customer,admin"`
	Instructions  *string                     `see:"customer,admin"`
	Logo          *File                       `see:"anyone"`
	Active        bool                        `see:"anyone"`
	Version       *int64                      `see:"admin"`
	CreatedAt     *time.Time                  `see:"admin"`
	UpdatedAt     *time.Time                  `see:"admin"`
}

// GlobalID is the payment method's opaque id in the graph.
func (m *PaymentMethod) GlobalID() GlobalID { return GlobalID{"PaymentMethod", m.ID} }

// Promotion is a discount that a code gives.
type Promotion struct {
	Row
	ID                int64                  `see:"anyone"`
	Code              string                 `see:"anyone"`
	Name              string                 `see:"anyone"`
	Description       string                 `see:"anyone"`
	DiscountType      lifecycle.DiscountType `see:"anyone"`
	DiscountValue     Money                  `see:"anyone"`
	MinOrderAmount    Money                  `see:"anyone"`
	MaxDiscountAmount Money                  `see:"anyone"`
	StartDate         Date                   `see:"anyone"`
	EndDate           Date                   `see:"anyone"`
	Active            *bool                  `see:"admin"`
	Version           *int64                 `see:"admin"`
	CreatedAt         *time.Time             `see:"admin"`
	UpdatedAt         *time.Time             `see:"admin"`
}

// GlobalID is the promotion's opaque id in the graph.
func (p *Promotion) GlobalID() GlobalID { return GlobalID{"Promotion", p.ID} }

// Assignment is one partner tried on a contract. A row is shown whole or not at
// all: internal/market leaves out those that the caller may not know of.
type Assignment struct {
	Row
	ID             int64                      `see:"party"`
	Sequence       int32                      `see:"party"`
	AssignmentKind lifecycle.AssignmentKind   `see:"party"`
	Status         lifecycle.AssignmentStatus `see:"party"`
	StatusReason   *string                    `see:"party"`
	AssignedAt     time.Time                  `see:"party"`
	RespondedAt    *time.Time                 `see:"party"`
	Partner        *Partner                   `see:"party"`
	AssignedBy     *Person                    `see:"party"`
}

// GlobalID is the assignment's opaque id in the graph.
func (a *Assignment) GlobalID() GlobalID { return GlobalID{"Assignment", a.ID} }

// TimeAdjustment is a request for more time.
type TimeAdjustment struct {
	Row
	ID              int64                      `see:"party"`
	AdditionalHours Hours                      `see:"party"`
	Reason          string                     `see:"party"`
	Status          lifecycle.AdjustmentStatus `see:"party"`
	StatusReason    *string                    `see:"party"`
	RequestedAt     time.Time                  `see:"party"`
	ApprovedAt      *time.Time                 `see:"party"`
}

// GlobalID is the time adjustment's opaque id in the graph.
func (t *TimeAdjustment) GlobalID() GlobalID { return GlobalID{"TimeAdjustment", t.ID} }

// ExtensionEstimate is what more time would come to, by the contract's own price.
type ExtensionEstimate struct {
	Row
	AdditionalHours Hours `see:"party"`
	HourlyRate      Money `see:"party"`
	EstimatedCost   Money `see:"party"`
	// EffectiveScheduledEndAt is when the work would have to be done.
	EffectiveScheduledEndAt time.Time `see:"party"`
}

// QRCode is a code that one side of a contract shows and the other one scans. It
// exists for those who may show it.
type QRCode struct {
	Row
	Token string `see:"member,assignee"`
	// ExpiresAt is in wall time.
	ExpiresAt time.Time `see:"member,assignee"`
}
