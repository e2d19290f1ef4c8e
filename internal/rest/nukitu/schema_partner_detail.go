package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// partnerData is the data of one partner (schemas PartnerResponse and
// PartnerDetailResponse).
type partnerData struct {
	Partner detailedPartner `json:"partner"`
}

// detailedPartner is a partner with what belongs to it (schema PartnerDetailed).
type detailedPartner struct {
	partnerItem
	About                   *string         `json:"about"`
	ExperienceYears         *int32          `json:"experience_years"`
	Locations               []placeItem     `json:"locations"`
	Certifications          []registration  `json:"certifications"`
	Education               *educationItem  `json:"education"`
	Reviews                 []partnerReview `json:"reviews"`
	CompletedContractsCount int32           `json:"completed_contracts_count"`
	Pricings                []pricing       `json:"pricings"`
}

func toDetailedPartner(v *view.Partner, reviews []*view.PartnerReview, passed []*view.PartnerCertification) detailedPartner {
	return detailedPartner{
		partnerItem: toPartnerItem(v), About: v.About, ExperienceYears: v.ExperienceYears, Locations: each(v.Locations, toPlaceItem),
		Certifications: each(passed, toRegistration), Education: maybe(v.Education, toEducation), Reviews: each(reviews, toPartnerReview),
		CompletedContractsCount: v.CompletedContractsCount, Pricings: toPricings(v.Prices),
	}
}

// placeItem is one of a partner's places (schema PartnerLocation).
type placeItem struct {
	ID        int64 `json:"id"`
	IsPrimary bool  `json:"is_primary"`
	location
}

func toPlaceItem(v *view.Location) placeItem {
	return placeItem{ID: v.ID, IsPrimary: v.IsPrimary, location: toLocation(v)}
}

// educationData is the data of a partner's education (schema PartnerEducationResponse).
type educationData struct {
	Education *educationItem `json:"education"`
}

// educationItem is the highest education of a partner; certificate is null for whoever
// may not see it.
type educationItem struct {
	Level           string  `json:"level"`
	InstitutionName string  `json:"institution_name"`
	Major           *string `json:"major"`
	GraduationYear  *int32  `json:"graduation_year"`
	Certificate     *string `json:"certificate"`
}

func toEducation(v *view.Education) educationItem {
	return educationItem{
		Level: v.Level, InstitutionName: v.InstitutionName, Major: v.Major, GraduationYear: v.GraduationYear, Certificate: link(v.Certificate),
	}
}

// partnerReview is what an institution says of a partner.
type partnerReview struct {
	ID          int64     `json:"id"`
	OverallRate float64   `json:"overall_rate"`
	Comment     *string   `json:"comment"`
	Institution namedItem `json:"institution"`
	CreatedAt   instant   `json:"created_at"`
}

// namedItem is a record by its name.
type namedItem struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func toPartnerReview(v *view.PartnerReview) partnerReview {
	return partnerReview{
		ID: v.ID, OverallRate: v.OverallRate, Comment: v.Comment, CreatedAt: instant(v.CreatedAt),
		Institution: namedItem{ID: v.Institution.ID, Name: v.Institution.Name},
	}
}

// pricing is what a partner asks for a kind of work in a sub-service.
type pricing struct {
	SubServiceID int64          `json:"sub_service_id"`
	Kind         lifecycle.Kind `json:"kind"`
	Amount       money          `json:"amount"`
	Unit         string         `json:"unit"`
}

// toPricings gives a price for each kind that the partner does: all of a sub-service
// cost the same.
func toPricings(prices []*view.PartnerPrice) []pricing {
	list := []pricing{}
	for _, p := range prices {
		for _, kind := range p.Kinds {
			list = append(list, pricing{SubServiceID: p.SubServiceID, Kind: kind, Amount: toMoney(&p.Amount), Unit: p.Unit})
		}
	}
	return list
}

// wishedPartner is the data of a partner that was put on the wishlist or taken away.
type wishedPartner struct {
	PartnerID    int64 `json:"partner_id"`
	IsWishlisted bool  `json:"is_wishlisted"`
}

// wishlistFilters count the wishlist by what it can be narrowed by (schema
// WishlistFiltersResponse).
type wishlistFilters struct {
	Services   []serviceCount `json:"services"`
	Cities     []cityCount    `json:"cities"`
	Kinds      []kindCount    `json:"kinds"`
	TotalCount int64          `json:"total_count"`
}

type serviceCount struct {
	ID          int64             `json:"id"`
	Name        string            `json:"name"`
	Count       int64             `json:"count"`
	SubServices []subServiceCount `json:"sub_services"`
}

type subServiceCount struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

type cityCount struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

type kindCount struct {
	Kind  lifecycle.Kind `json:"kind"`
	Count int64          `json:"count"`
}

func toWishlistFilters(v *view.WishlistFilters) wishlistFilters {
	return wishlistFilters{
		Services: each(v.Services, func(s *view.ServiceCount) serviceCount {
			return serviceCount{ID: s.Service.ID, Name: s.Service.Name, Count: s.Count, SubServices: each(s.SubServices, func(s *view.SubServiceCount) subServiceCount {
				return subServiceCount{ID: s.SubService.ID, Name: s.SubService.Name, Count: s.Count}
			})}
		}),
		Cities:     each(v.Cities, func(c *view.CityCount) cityCount { return cityCount{Name: c.Name, Count: c.Count} }),
		Kinds:      each(v.Kinds, func(c *view.KindCount) kindCount { return kindCount{Kind: c.Kind, Count: c.Count} }),
		TotalCount: v.TotalCount,
	}
}
