package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// partnerItem is a partner in the list of partners (schema PartnerListItem).
type partnerItem struct {
	partnerHead
	Price        *money   `json:"price"`
	DistanceKm   *float64 `json:"distance_km"`
	IsWishlisted *bool    `json:"is_wishlisted"`
	CreatedAt    instant  `json:"created_at"`
}

func toPartnerItem(v *view.Partner) partnerItem {
	return partnerItem{
		partnerHead: toPartnerHead(v), Price: maybe(v.Price, toMoney), DistanceKm: v.DistanceKm,
		IsWishlisted: v.IsWishlisted, CreatedAt: instant(v.CreatedAt),
	}
}

// partner is a partner by itself (schema Partner): an item of the list without
// what only a search gives.
type partner struct {
	partnerHead
	IsWishlisted *bool   `json:"is_wishlisted"`
	CreatedAt    instant `json:"created_at"`
}

func toPartner(v *view.Partner) partner {
	return partner{partnerHead: toPartnerHead(v), IsWishlisted: v.IsWishlisted, CreatedAt: instant(v.CreatedAt)}
}

// partnerHead are the keys that both have.
type partnerHead struct {
	ID                 int64                        `json:"id"`
	FullName           string                       `json:"full_name"`
	Picture            *string                      `json:"picture"`
	Gender             lifecycle.Gender             `json:"gender"`
	IsVerified         bool                         `json:"is_verified"`
	OpenToWork         bool                         `json:"open_to_work"`
	Status             lifecycle.PartnerStatus      `json:"status"`
	VerificationStatus lifecycle.VerificationStatus `json:"verification_status"`
	VerificationStep   lifecycle.VerificationStep   `json:"verification_step"`
	Location           *location                    `json:"location"`
	RatingsSummary     ratingsSummary               `json:"ratings_summary"`
	Competencies       []competency                 `json:"competencies"`
}

func toPartnerHead(v *view.Partner) partnerHead {
	return partnerHead{
		ID: v.ID, FullName: v.FullName, Picture: link(v.Picture), Gender: v.Gender, IsVerified: v.IsVerified,
		OpenToWork: v.OpenToWork, Status: v.Status, VerificationStatus: v.VerificationStatus,
		VerificationStep: v.VerificationStep, Location: maybe(v.Location, toLocation),
		RatingsSummary: toRatingsSummary(v.RatingsSummary), Competencies: each(v.Competencies, toCompetency),
	}
}

// location is a partner's primary place (schema PartnerLocation).
type location struct {
	Province    string  `json:"province"`
	City        string  `json:"city"`
	District    string  `json:"district"`
	Subdistrict string  `json:"subdistrict"`
	Postcode    string  `json:"postcode"`
	Address     string  `json:"address"`
	Latitude    float64 `json:"latitude"`
	Longitude   float64 `json:"longitude"`
}

func toLocation(v *view.Location) location {
	return location{
		Province: v.Province, City: v.City, District: v.District, Subdistrict: v.Subdistrict, Postcode: v.Postcode,
		Address: v.Address, Latitude: v.Latitude, Longitude: v.Longitude,
	}
}

// ratingsSummary is what a partner's reviews come to.
type ratingsSummary struct {
	OverallAverage float64 `json:"overall_average"`
	TotalReviews   int32   `json:"total_reviews"`
}

func toRatingsSummary(v *view.RatingsSummary) ratingsSummary {
	return ratingsSummary{OverallAverage: v.OverallAverage, TotalReviews: v.TotalReviews}
}

// competency is a service with the sub-services of it that a partner can do
// (schema PartnerCompetency).
type competency struct {
	ID          int64                  `json:"id"`
	Name        string                 `json:"name"`
	SubServices []subServiceCompetency `json:"sub_services"`
}

func toCompetency(v *view.Competency) competency {
	return competency{
		ID: v.Service.ID, Name: v.Service.Name, SubServices: each(v.SubServices, toSubServiceCompetency),
	}
}

type subServiceCompetency struct {
	ID     int64                     `json:"id"`
	Name   string                    `json:"name"`
	Status lifecycle.CatalogueStatus `json:"status"`
	Kinds  []lifecycle.Kind          `json:"kinds"`
}

func toSubServiceCompetency(v *view.SubServiceCompetency) subServiceCompetency {
	kinds := v.Kinds
	if kinds == nil {
		kinds = []lifecycle.Kind{}
	}
	return subServiceCompetency{ID: v.SubService.ID, Name: v.SubService.Name, Status: v.Status, Kinds: kinds}
}
