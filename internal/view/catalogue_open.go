package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// PublicSettings are the settings that may be read without signing in.
type PublicSettings struct {
	Row
	TalentFinderRadius       float64 `see:"anyone"`
	PartnerResponseHours     float64 `see:"anyone"`
	SupervisorResponseHours  float64 `see:"anyone"`
	PaymentDeadlineHours     float64 `see:"anyone"`
	DepartureReminderMinutes float64 `see:"anyone"`
	MaxExtensionHours        float64 `see:"anyone"`
	MinAppVersion            string  `see:"anyone"`
}

// CompetencyTest is what shows that somebody can do a sub-service.
type CompetencyTest struct {
	Row
	ID           int64      `see:"anyone"`
	SubServiceID int64      `see:"anyone"`
	Name         string     `see:"anyone"`
	Description  *string    `see:"anyone"`
	URL          *string    `see:"anyone"`
	PassingScore *int64     `see:"anyone"`
	Active       *bool      `see:"admin"`
	Version      *int64     `see:"admin"`
	CreatedAt    *time.Time `see:"admin"`
	UpdatedAt    *time.Time `see:"admin"`
}

// GlobalID is the test's opaque id in the graph.
func (t *CompetencyTest) GlobalID() GlobalID { return GlobalID{"CompetencyTest", t.ID} }

// Certification is an examination that partners may register for.
type Certification struct {
	Row
	ID                   int64         `see:"anyone"`
	Name                 string        `see:"anyone"`
	Issuer               string        `see:"anyone"`
	Description          *string       `see:"anyone"`
	Image                *File         `see:"anyone"`
	Price                *Money        `see:"anyone"`
	Location             *string       `see:"anyone"`
	StartDate            *Date         `see:"anyone"`
	EndDate              *Date         `see:"anyone"`
	Quota                *int64        `see:"anyone"`
	RegistrationDeadline *Date         `see:"anyone"`
	Requirements         []string      `see:"anyone"`
	Benefits             []string      `see:"anyone"`
	SubServices          []*SubService `see:"anyone"`
	CreatedAt            time.Time     `see:"anyone"`
	RegisteredCount      *int64        `see:"admin"`
	Active               *bool         `see:"admin"`
	Version              *int64        `see:"admin"`
	UpdatedAt            *time.Time    `see:"admin"`
}

// GlobalID is the certification's opaque id in the graph.
func (c *Certification) GlobalID() GlobalID { return GlobalID{"Certification", c.ID} }

// IsNode marks the certification as an object with a global id.
func (*Certification) IsNode() {}

// OwnCertification is how the caller stands to a certification: whether it is
// registered, and whether it keeps it in mind.
type OwnCertification struct {
	*Certification
	Registered, Wishlisted bool
}

// PartnerCertification is a partner's registration for a certification. Others than the
// partner and the back office meet only those that were passed, and not the paper.
type PartnerCertification struct {
	Row
	ID              int64                         `see:"anyone"`
	PartnerID       int64                         `see:"anyone"`
	CertificationID int64                         `see:"anyone"`
	Certification   *Certification                `see:"anyone"`
	Status          lifecycle.CertificationStatus `see:"anyone"`
	StatusReason    *string                       `see:"self,admin"`
	Certificate     *File                         `see:"self,admin"`
	RegisteredAt    time.Time                     `see:"anyone"`
	Version         *int64                        `see:"self,admin"`
	UpdatedAt       *time.Time                    `see:"self,admin"`
}

// GlobalID is the registration's opaque id in the graph.
func (c *PartnerCertification) GlobalID() GlobalID { return GlobalID{"PartnerCertification", c.ID} }

// CertificationWish is a certification that a partner keeps in mind.
type CertificationWish struct {
	Row
	ID            int64          `see:"self"`
	Certification *Certification `see:"self"`
	CreatedAt     time.Time      `see:"self"`
}

// GlobalID is the wish's opaque id in the graph.
func (w *CertificationWish) GlobalID() GlobalID { return GlobalID{"CertificationWish", w.ID} }

// Banner is a notice that the mobile apps show at the top.
type Banner struct {
	Row
	ID          int64      `see:"anyone"`
	Title       string     `see:"anyone"`
	Image       *File      `see:"anyone"`
	Link        *string    `see:"anyone"`
	Position    int64      `see:"anyone"`
	Description *string    `see:"anyone"`
	Content     *string    `see:"anyone"`
	StartDate   *Date      `see:"anyone"`
	EndDate     *Date      `see:"anyone"`
	Active      *bool      `see:"admin"`
	Version     *int64     `see:"admin"`
	CreatedAt   *time.Time `see:"admin"`
	UpdatedAt   *time.Time `see:"admin"`
}

// GlobalID is the banner's opaque id in the graph.
func (b *Banner) GlobalID() GlobalID { return GlobalID{"Banner", b.ID} }
