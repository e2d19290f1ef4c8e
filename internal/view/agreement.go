package view

import (
	"strconv"
	"time"

	"kontrak/internal/lifecycle"
)

// Agreement is a legal paper with a period, a cost, files and signatures. Whoever
// may know of one sees all of it (rulings, "Who sees what").
type Agreement struct {
	Row
	ID               int64                     `see:"insider"`
	PublicID         string                    `see:"insider"`
	UUID             string                    `see:"insider"`
	CustomKey        *string                   `see:"insider"`
	Identifier       *string                   `see:"insider"`
	ContractNumber   string                    `see:"insider"`
	Version          int64                     `see:"insider"`
	Title            string                    `see:"insider"`
	Description      *string                   `see:"insider"`
	AgreementType    *AgreementType            `see:"insider"`
	GatewayKind      lifecycle.GatewayKind     `see:"insider"`
	Origin           lifecycle.Origin          `see:"insider"`
	Status           lifecycle.AgreementStatus `see:"insider"`
	RenewalStatus    *lifecycle.RenewalStatus  `see:"insider"`
	StatusReason     *string                   `see:"insider"`
	PeriodStatus     *lifecycle.PeriodStatus   `see:"insider"`
	Cost             Money                     `see:"insider"`
	LicenseType      *LicenseType              `see:"insider"`
	LicenseCount     *int32                    `see:"insider"`
	NotifyBeforeDays *int32                    `see:"insider"`
	StartsAt         *time.Time                `see:"insider"`
	EndsAt           *time.Time                `see:"insider"`
	GeneratedOn      Date                      `see:"insider"`
	ClientApprovedOn *Date                     `see:"insider"`
	ConcludedAt      *time.Time                `see:"insider"`
	Source           lifecycle.AgreementSource `see:"insider"`
	ExternalID       *string                   `see:"insider"`
	CreatedAt        time.Time                 `see:"insider"`
	UpdatedAt        time.Time                 `see:"insider"`
	DeletedAt        *time.Time                `see:"insider"`

	Institution   *Institution     `see:"insider"`
	Vendor        *Counterparty    `see:"insider"`
	Owner         *Person          `see:"insider"`
	Approver      *Person          `see:"insider"`
	File          *StoredFile      `see:"insider"`
	WordFile      *StoredFile      `see:"insider"`
	ConcludedFile *StoredFile      `see:"insider"`
	Customers     []*Counterparty  `see:"insider"`
	Tags          []*Tag           `see:"insider"`
	Assets        []*Asset         `see:"insider"`
	NotifyUsers   []*Person        `see:"insider"`
	Users         []*Person        `see:"insider"`
	Organizations []*Institution   `see:"insider"`
	ColumnItems   []*ColumnItem    `see:"insider"`
	Terms         []*AgreementTerm `see:"insider"`
	// Signature is the latest one, whatever has become of it.
	Signature *Signature `see:"insider"`
}

// GlobalID is the agreement's opaque id in the graph.
func (a *Agreement) GlobalID() GlobalID { return GlobalID{"Agreement", a.ID} }

// IsNode marks the agreement as an object with a global id.
func (*Agreement) IsNode() {}

// ContractNumber writes the number by which Faveo's users know an agreement.
func ContractNumber(id int64) string { return "#CNTR-" + strconv.FormatInt(id, 10) }

// AgreementType is a kind of agreement.
type AgreementType struct {
	Row
	ID   int64  `see:"anyone"`
	Name string `see:"anyone"`
}

// GlobalID is the type's opaque id in the graph.
func (t *AgreementType) GlobalID() GlobalID { return GlobalID{"AgreementType", t.ID} }

// LicenseType is a kind of licence.
type LicenseType struct {
	Row
	ID   int64  `see:"anyone"`
	Name string `see:"anyone"`
}

// GlobalID is the type's opaque id in the graph.
func (t *LicenseType) GlobalID() GlobalID { return GlobalID{"LicenseType", t.ID} }

// Counterparty is the other side of agreements: Faveo's vendor, Kit's customer.
type Counterparty struct {
	Row
	ID                 int64                `see:"insider"`
	Name               string               `see:"insider"`
	CustomKey          *string              `see:"insider"`
	RegistrationNumber *string              `see:"insider"`
	Ceo                *string              `see:"insider"`
	Address            *string              `see:"insider"`
	Industry           *string              `see:"insider"`
	Category           *string              `see:"insider"`
	Email              *string              `see:"insider"`
	Managers           []*lifecycle.Manager `see:"insider"`
	PartnerID          *int64               `see:"insider"`
	Version            int64                `see:"insider"`
	CreatedAt          time.Time            `see:"insider"`
	UpdatedAt          time.Time            `see:"insider"`
}

// GlobalID is the counterparty's opaque id in the graph.
func (c *Counterparty) GlobalID() GlobalID { return GlobalID{"Counterparty", c.ID} }

// IsNode marks the counterparty as an object with a global id.
func (*Counterparty) IsNode() {}

// Tag is a word by which an institution sorts its agreements.
type Tag struct {
	Row
	ID        int64              `see:"insider"`
	Name      string             `see:"insider"`
	ColorCode lifecycle.TagColor `see:"insider"`
	Position  int32              `see:"insider"`
}

// GlobalID is the tag's opaque id in the graph.
func (t *Tag) GlobalID() GlobalID { return GlobalID{"Tag", t.ID} }

// IsNode marks the tag as an object with a global id.
func (*Tag) IsNode() {}

// Asset is a thing that agreements are about.
type Asset struct {
	Row
	ID   int64  `see:"insider"`
	Name string `see:"insider"`
}

// GlobalID is the asset's opaque id in the graph.
func (a *Asset) GlobalID() GlobalID { return GlobalID{"Asset", a.ID} }

// ColumnItem is a field that an institution adds to an agreement.
type ColumnItem struct {
	Row
	Slug  string `see:"insider"`
	Name  string `see:"insider"`
	Value string `see:"insider"`
}

// AgreementTerm is one period of an agreement.
type AgreementTerm struct {
	Row
	ID        int64               `see:"insider"`
	Kind      lifecycle.TermKind  `see:"insider"`
	State     lifecycle.TermState `see:"insider"`
	StartsAt  time.Time           `see:"insider"`
	EndsAt    time.Time           `see:"insider"`
	Cost      Money               `see:"insider"`
	Approver  *Person             `see:"insider"`
	CreatedAt time.Time           `see:"insider"`
}

// StoredFile is a file that an agreement holds.
type StoredFile struct {
	Row
	ID          int64     `see:"insider"`
	PublicID    string    `see:"insider"`
	Title       string    `see:"insider"`
	Description *string   `see:"insider"`
	ContentType string    `see:"insider"`
	Size        int64     `see:"insider"` // bytes
	Shared      bool      `see:"insider"`
	URL         string    `see:"insider"` // expires
	CreatedAt   time.Time `see:"insider"`
}

// GlobalID is the file's opaque id in the graph.
func (f *StoredFile) GlobalID() GlobalID { return GlobalID{"File", f.ID} }

// Signature is one attempt to have an agreement signed.
type Signature struct {
	Row
	ID           int64                     `see:"insider"`
	UUID         string                    `see:"insider"`
	AgreementID  int64                     `see:"insider"`
	Title        string                    `see:"insider"`
	Status       lifecycle.SignatureStatus `see:"insider"`
	StatusReason *string                   `see:"insider"`
	SigningOrder lifecycle.SigningOrder    `see:"insider"`
	ExpiredDate  *time.Time                `see:"insider"`
	CreatedAt    time.Time                 `see:"insider"`
	UpdatedAt    time.Time                 `see:"insider"`
	Participants []*Participant            `see:"insider"`
	Objects      []*SignatureObject        `see:"insider"`
}

// GlobalID is the signature's opaque id in the graph.
func (s *Signature) GlobalID() GlobalID { return GlobalID{"Signature", s.ID} }

// IsNode marks the signature as an object with a global id.
func (*Signature) IsNode() {}

// Participant is one who is to sign.
type Participant struct {
	Row
	ID           int64                       `see:"insider"`
	UUID         string                      `see:"insider"`
	Position     int32                       `see:"insider"`
	Name         string                      `see:"insider"`
	Status       lifecycle.ParticipantStatus `see:"insider"`
	Auth         *string                     `see:"insider"`
	Send         lifecycle.SendWay           `see:"insider"`
	Email        *string                     `see:"insider"`
	Phone        *string                     `see:"insider"`
	RoleName     *string                     `see:"insider"`
	Language     *string                     `see:"insider"`
	RequestedAt  *time.Time                  `see:"insider"`
	ViewedAt     *time.Time                  `see:"insider"`
	AnsweredAt   *time.Time                  `see:"insider"`
	AnswerReason *string                     `see:"insider"`
}

// GlobalID is the participant's opaque id in the graph.
func (p *Participant) GlobalID() GlobalID { return GlobalID{"Participant", p.ID} }

// SignatureObject is an input field of a signature.
type SignatureObject struct {
	Row
	ID            int64                    `see:"insider"`
	ParticipantID *int64                   `see:"insider"`
	Contents      string                   `see:"insider"`
	Type          lifecycle.ObjectType     `see:"insider"`
	Category      lifecycle.ObjectCategory `see:"insider"`
	Name          string                   `see:"insider"`
	Description   string                   `see:"insider"`
}

// AgreementHistoryEntry is one change of an agreement.
type AgreementHistoryEntry struct {
	Row
	// Version is that of the agreement after the change.
	Version int64                    `see:"insider"`
	At      time.Time                `see:"insider"`
	Event   lifecycle.AgreementEvent `see:"insider"`
	// Actor is nil when time did it, or somebody without an account.
	Actor      *Person                    `see:"insider"`
	FromStatus *lifecycle.AgreementStatus `see:"insider"`
	ToStatus   lifecycle.AgreementStatus  `see:"insider"`
	Reason     *string                    `see:"insider"`
	Changes    []*AgreementChange         `see:"insider"`
}

// AgreementChange is one field of an agreement that changed.
type AgreementChange struct {
	Row
	Field string `see:"insider"`
	From  JSON   `see:"insider"`
	To    JSON   `see:"insider"`
}

// AgreementForecast is something that time will do to an agreement if nobody does
// anything.
type AgreementForecast struct {
	Row
	Kind          lifecycle.Due             `see:"anyone"`
	At            time.Time                 `see:"anyone"`
	Status        lifecycle.AgreementStatus `see:"anyone"` // after it, as the next
	RenewalStatus *lifecycle.RenewalStatus  `see:"anyone"`
}

// AgreementDecision is whether the caller may do something to an agreement.
type AgreementDecision struct {
	Row
	Action   lifecycle.AgreementAction `see:"anyone"`
	Allowed  bool                      `see:"anyone"`
	Code     *string                   `see:"anyone"`
	Message  *string                   `see:"anyone"`
	Refusals []*Refusal                `see:"anyone"`
}

// SignatureUsage counts signatures by their status.
type SignatureUsage struct {
	Row
	Total    int64 `see:"insider"`
	Created  int64 `see:"insider"`
	Waiting  int64 `see:"insider"`
	Done     int64 `see:"insider"`
	Canceled int64 `see:"insider"`
}

// APIKey lets a program act for one member of one institution. Managers of the
// institution list its keys; the key itself is shown once, by whoever makes it.
type APIKey struct {
	Row
	ID            int64      `see:"manager,admin"`
	InstitutionID int64      `see:"manager,admin"`
	Label         string     `see:"manager,admin"`
	User          *Person    `see:"manager,admin"`
	CreatedBy     *Person    `see:"manager,admin"`
	CreatedAt     time.Time  `see:"manager,admin"`
	LastUsedAt    *time.Time `see:"manager,admin"` // to the minute
	RevokedAt     *time.Time `see:"manager,admin"`
}

// GlobalID is the key's opaque id in the graph.
func (k *APIKey) GlobalID() GlobalID { return GlobalID{"APIKey", k.ID} }
