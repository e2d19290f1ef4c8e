package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// Education is the highest education of a partner. What it says is shown to whoever
// hires; the paper that proves it is not.
type Education struct {
	Row
	Level           string  `see:"anyone"`
	InstitutionName string  `see:"anyone"`
	Major           *string `see:"anyone"`
	GraduationYear  *int32  `see:"anyone"`
	Certificate     *File   `see:"self,creator,admin"`
}

// PartnerPrice is what a partner asks for a sub-service, and for which kinds of it.
type PartnerPrice struct {
	Row
	SubServiceID int64            `see:"anyone"`
	SubService   *SubService      `see:"anyone"`
	Kinds        []lifecycle.Kind `see:"anyone"`
	Amount       Money            `see:"anyone"`
	Unit         string           `see:"anyone"`
}

// PartnerReview is what an institution says of a partner, as everybody reads it.
type PartnerReview struct {
	Row
	ID          int64        `see:"anyone"`
	OverallRate float64      `see:"anyone"`
	Comment     *string      `see:"anyone"`
	Institution *Institution `see:"anyone"`
	CreatedAt   time.Time    `see:"anyone"`
}

// WishlistFilters count the caller's wishlist by what it can be narrowed by.
type WishlistFilters struct {
	Row
	Services   []*ServiceCount `see:"anyone"`
	Cities     []*CityCount    `see:"anyone"`
	Kinds      []*KindCount    `see:"anyone"`
	TotalCount int64           `see:"anyone"`
}

// ServiceCount is how many partners of a list can do something of a service.
type ServiceCount struct {
	Row
	Service     *Service           `see:"anyone"`
	Count       int64              `see:"anyone"`
	SubServices []*SubServiceCount `see:"anyone"`
}

// SubServiceCount is how many partners of a list can do a sub-service.
type SubServiceCount struct {
	Row
	SubService *SubService `see:"anyone"`
	Count      int64       `see:"anyone"`
}

// CityCount is how many partners of a list work from a city.
type CityCount struct {
	Row
	Name  string `see:"anyone"`
	Count int64  `see:"anyone"`
}

// KindCount is how many partners of a list do a kind of work.
type KindCount struct {
	Row
	Kind  lifecycle.Kind `see:"anyone"`
	Count int64          `see:"anyone"`
}

// SupervisorService is a service with how many of the caller's own partners can do
// something of it.
type SupervisorService struct {
	Row
	Service       *Service                  `see:"anyone"`
	Icon          *File                     `see:"anyone"`
	Status        lifecycle.CatalogueStatus `see:"anyone"`
	PartnersCount int64                     `see:"anyone"`
}
