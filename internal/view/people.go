package view

import (
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
)

// Institution is a customer of the marketplace.
type Institution struct {
	Row
	ID          int64                     `see:"anyone"`
	Name        string                    `see:"anyone"`
	Kind        lifecycle.InstitutionKind `see:"anyone"`
	Address     string                    `see:"anyone"`
	Province    string                    `see:"anyone"`
	City        string                    `see:"anyone"`
	District    *string                   `see:"anyone"`
	Subdistrict *string                   `see:"anyone"`
	Postcode    *string                   `see:"anyone"`
	Latitude    float64                   `see:"anyone"`
	Longitude   float64                   `see:"anyone"`
	Zone        string                    `see:"anyone"`
	PhoneNumber *string                   `see:"anyone"`
	Email       *string                   `see:"anyone"`
	Picture     *File                     `see:"anyone"`
	IsMember    *bool                     `see:"customer"`
	DistanceKm  *float64                  `see:"anyone"`
	CreatedAt   time.Time                 `see:"anyone"`
}

// GlobalID is the institution's opaque id in the graph.
func (i *Institution) GlobalID() GlobalID { return GlobalID{"Institution", i.ID} }

// IsNode marks the institution as an object with a global id.
func (*Institution) IsNode() {}

// Partner is a technician.
type Partner struct {
	Row
	ID                 int64                        `see:"anyone"`
	FullName           string                       `see:"anyone"`
	Picture            *File                        `see:"anyone"`
	Gender             lifecycle.Gender             `see:"anyone"`
	IsVerified         bool                         `see:"anyone"`
	OpenToWork         bool                         `see:"anyone"`
	Status             lifecycle.PartnerStatus      `see:"anyone"`
	StatusReason       *string                      `see:"self,creator,admin"`
	VerificationStatus lifecycle.VerificationStatus `see:"anyone"`
	VerificationStep   lifecycle.VerificationStep   `see:"anyone"`
	About              *string                      `see:"anyone"`
	ExperienceYears    *int32                       `see:"anyone"`
	City               *string                      `see:"anyone"`
	Location           *Location                    `see:"anyone"`
	Locations          []*Location                  `see:"anyone"`
	Education          *Education                   `see:"anyone"`
	RatingsSummary     *RatingsSummary              `see:"anyone"`
	Competencies       []*Competency                `see:"anyone"`
	Price              *Money                       `see:"anyone"`
	Prices             []*PartnerPrice              `see:"anyone"`
	// CompletedContractsCount is a number of the marketplace, as its ratings are.
	CompletedContractsCount int32     `see:"anyone"`
	DistanceKm              *float64  `see:"anyone"`
	IsWishlisted            *bool     `see:"customer"`
	PhoneNumber             *string   `see:"self,creator,client,admin"`
	Email                   *string   `see:"self,creator,admin"`
	IdentityNumber          *string   `see:"self,creator,admin"`
	BirthDate               *Date     `see:"self,creator,admin"`
	BirthPlace              *string   `see:"self,creator,admin"`
	CreatedAt               time.Time `see:"anyone"`

	// What follows is of its verification.
	VerificationReason *string    `see:"self,creator,admin"`
	IdentityCard       *File      `see:"self,creator,admin"`
	SubmittedAt        *time.Time `see:"self,creator,admin"`
	Version            *int64     `see:"admin"`
	// DeletedAt is when it left the marketplace; who is no admin does not find it then.
	DeletedAt *time.Time `see:"admin"`
}

// GlobalID is the partner's opaque id in the graph.
func (p *Partner) GlobalID() GlobalID { return GlobalID{"Partner", p.ID} }

// IsNode marks the partner as an object with a global id.
func (*Partner) IsNode() {}

// Location is where a partner works from.
type Location struct {
	Row
	ID          int64   `see:"anyone"`
	IsPrimary   bool    `see:"anyone"`
	Province    string  `see:"anyone"`
	City        string  `see:"anyone"`
	District    string  `see:"anyone"`
	Subdistrict string  `see:"anyone"`
	Postcode    string  `see:"anyone"`
	Address     string  `see:"anyone"`
	Latitude    float64 `see:"anyone"`
	Longitude   float64 `see:"anyone"`
}

// RatingsSummary is what a partner's reviews come to.
type RatingsSummary struct {
	Row
	OverallAverage float64 `see:"anyone"`
	TotalReviews   int32   `see:"anyone"`
}

// Competency is a service with the sub-services of it that a partner can do.
type Competency struct {
	Row
	Service     *Service                `see:"anyone"`
	SubServices []*SubServiceCompetency `see:"anyone"`
}

// SubServiceCompetency is one sub-service that a partner can do.
type SubServiceCompetency struct {
	Row
	SubService *SubService               `see:"anyone"`
	Status     lifecycle.CatalogueStatus `see:"anyone"`
	Kinds      []lifecycle.Kind          `see:"anyone"`
}

// Service is a field of work. Who reads one beside something else leaves Icon and
// Status out: WholeServices of internal/market reads them.
type Service struct {
	Row
	ID          int64                     `see:"anyone"`
	Name        string                    `see:"anyone"`
	Description *string                   `see:"anyone"`
	Icon        *File                     `see:"anyone"`
	Status      lifecycle.CatalogueStatus `see:"anyone"`
	SubServices []*SubService             `see:"anyone"`
	Version     *int64                    `see:"admin"`
}

// GlobalID is the service's opaque id in the graph.
func (s *Service) GlobalID() GlobalID { return GlobalID{"Service", s.ID} }

// IsNode marks the service as an object with a global id.
func (*Service) IsNode() {}

// SubService is what is contracted. As of Service, WholeSubServices reads Status.
type SubService struct {
	Row
	ID              int64                     `see:"anyone"`
	Name            string                    `see:"anyone"`
	Description     *string                   `see:"anyone"`
	Kinds           []lifecycle.Kind          `see:"anyone"`
	Service         *Service                  `see:"anyone"`
	Status          lifecycle.CatalogueStatus `see:"anyone"`
	CompetencyTests []*CompetencyTest         `see:"anyone"`
	Version         *int64                    `see:"admin"`
}

// GlobalID is the sub-service's opaque id in the graph.
func (s *SubService) GlobalID() GlobalID { return GlobalID{"SubService", s.ID} }

// IsNode marks the sub-service as an object with a global id.
func (*SubService) IsNode() {}

// Person is a user as others see it: who did something.
type Person struct {
	Row
	ID       int64      `see:"anyone"`
	FullName string     `see:"anyone"`
	Role     actor.Role `see:"anyone"`
}

// GlobalID is the person's opaque id in the graph.
func (p *Person) GlobalID() GlobalID { return GlobalID{"User", p.ID} }

// User is an account as its owner sees it.
type User struct {
	Row
	ID                 int64                `see:"self,admin"`
	Email              string               `see:"self,admin"`
	FullName           string               `see:"self,admin"`
	Role               actor.Role           `see:"self,admin"`
	PhoneNumber        *string              `see:"self,admin"`
	Picture            *File                `see:"self,admin"`
	EmailVerified      bool                 `see:"self,admin"`
	Language           lifecycle.Language   `see:"self,admin"`
	Status             lifecycle.UserStatus `see:"self,admin"`
	CurrentInstitution *Institution         `see:"self,admin"`
	Institutions       []*Institution       `see:"self,admin"`
	Partner            *Partner             `see:"self,admin"`
	HasInstitution     bool                 `see:"self,admin"`
	CreatedAt          time.Time            `see:"self,admin"`
	UpdatedAt          time.Time            `see:"self,admin"`
}

// GlobalID is the user's opaque id in the graph.
func (u *User) GlobalID() GlobalID { return GlobalID{"User", u.ID} }

// IsNode marks the user as an object with a global id.
func (*User) IsNode() {}

// InstitutionMarker is an institution on a map.
type InstitutionMarker struct {
	Row
	ID        int64   `see:"anyone"`
	Name      string  `see:"anyone"`
	Latitude  float64 `see:"anyone"`
	Longitude float64 `see:"anyone"`
}

// InstitutionStanding is whether an institution takes part in the marketplace.
type InstitutionStanding struct {
	Row
	Status  lifecycle.InstitutionStatus `see:"anyone"`
	Reason  *string                     `see:"member,admin"`
	Version int64                       `see:"anyone"`
}

// Membership ties a user to an institution.
type Membership struct {
	Row
	ID            int64                     `see:"self,manager,admin"`
	InstitutionID int64                     `see:"self,manager,admin"`
	User          *Person                   `see:"self,manager,admin"`
	Role          lifecycle.MembershipRole  `see:"self,manager,admin"`
	State         lifecycle.MembershipState `see:"self,manager,admin"`
	Version       int64                     `see:"self,manager,admin"`
	CreatedAt     time.Time                 `see:"self,manager,admin"`
	UpdatedAt     time.Time                 `see:"self,manager,admin"`
}

// GlobalID is the membership's opaque id in the graph.
func (m *Membership) GlobalID() GlobalID { return GlobalID{"Membership", m.ID} }

// GlobalID is the opaque id of the institution in the graph.
func (m *InstitutionMarker) GlobalID() GlobalID { return GlobalID{"Institution", m.ID} }
