package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// settingsData is the data of the settings (schema PublicSettingsResponse).
type settingsData struct {
	Settings settings `json:"settings"`
}

type settings struct {
	TalentFinderRadius       float64 `json:"talent_finder_radius"`
	PartnerResponseHours     float64 `json:"partner_response_hours"`
	SupervisorResponseHours  float64 `json:"supervisor_response_hours"`
	PaymentDeadlineHours     float64 `json:"payment_deadline_hours"`
	DepartureReminderMinutes float64 `json:"departure_reminder_minutes"`
	MaxExtensionHours        float64 `json:"max_extension_hours"`
	MinAppVersion            string  `json:"min_app_version"`
}

func toSettings(v *view.PublicSettings) settings {
	return settings{
		TalentFinderRadius: v.TalentFinderRadius, PartnerResponseHours: v.PartnerResponseHours, SupervisorResponseHours: v.SupervisorResponseHours,
		PaymentDeadlineHours: v.PaymentDeadlineHours, DepartureReminderMinutes: v.DepartureReminderMinutes,
		MaxExtensionHours: v.MaxExtensionHours, MinAppVersion: v.MinAppVersion,
	}
}

// banner is a banner in a list (schema Banner).
type banner struct {
	ID       int64   `json:"id"`
	Title    string  `json:"title"`
	Image    *string `json:"image"`
	Link     *string `json:"link"`
	Position int64   `json:"position"`
}

func toBanner(v *view.Banner) banner {
	return banner{ID: v.ID, Title: v.Title, Image: link(v.Image), Link: v.Link, Position: v.Position}
}

// bannerData is the data of one banner.
type bannerData struct {
	Banner detailedBanner `json:"banner"`
}

// detailedBanner is a banner by itself (schema BannerDetailed).
type detailedBanner struct {
	banner
	Description *string    `json:"description"`
	Content     *string    `json:"content"`
	StartDate   *view.Date `json:"start_date"`
	EndDate     *view.Date `json:"end_date"`
}

func toDetailedBanner(v *view.Banner) detailedBanner {
	return detailedBanner{banner: toBanner(v), Description: v.Description, Content: v.Content, StartDate: v.StartDate, EndDate: v.EndDate}
}

// service is a service in a list (schema Service).
type service struct {
	ID          int64                     `json:"id"`
	Name        string                    `json:"name"`
	Description *string                   `json:"description"`
	Icon        *string                   `json:"icon"`
	Status      lifecycle.CatalogueStatus `json:"status"`
}

func toService(v *view.Service) service {
	return service{ID: v.ID, Name: v.Name, Description: v.Description, Icon: link(v.Icon), Status: v.Status}
}

// serviceData is the data of one service (schema ServiceResponse).
type serviceData struct {
	Service wholeService `json:"service"`
}

// wholeService is a service by itself (schema ServiceWithSubServices).
type wholeService struct {
	service
	SubServices []subService `json:"sub_services"`
}

func toWholeService(v *view.Service) wholeService {
	return wholeService{service: toService(v), SubServices: each(v.SubServices, toSubService)}
}

// subService is a sub-service (schema SubService).
type subService struct {
	ID          int64                     `json:"id"`
	Name        string                    `json:"name"`
	Description *string                   `json:"description"`
	Status      lifecycle.CatalogueStatus `json:"status"`
	Kinds       []lifecycle.Kind          `json:"kinds"`
}

func toSubService(v *view.SubService) subService {
	return subService{ID: v.ID, Name: v.Name, Description: v.Description, Status: v.Status, Kinds: v.Kinds}
}

// testedService is a service with the tests of its sub-services (schema
// ServiceWithCompetencyTests).
type testedService struct {
	service
	SubServices []testedSubService `json:"sub_services"`
}

func toTestedService(v *view.Service) testedService {
	return testedService{service: toService(v), SubServices: each(v.SubServices, toTestedSubService)}
}

// testedSubService is a sub-service with its tests (schema SubServiceWithTests).
type testedSubService struct {
	subService
	CompetencyTests []competencyTest `json:"competency_tests"`
}

func toTestedSubService(v *view.SubService) testedSubService {
	return testedSubService{subService: toSubService(v), CompetencyTests: each(v.CompetencyTests, toCompetencyTest)}
}

// competencyTest is a competency test (schema CompetencyTest).
type competencyTest struct {
	ID           int64   `json:"id"`
	Name         string  `json:"name"`
	Description  *string `json:"description"`
	URL          *string `json:"url"`
	PassingScore *int64  `json:"passing_score"`
}

func toCompetencyTest(v *view.CompetencyTest) competencyTest {
	return competencyTest{ID: v.ID, Name: v.Name, Description: v.Description, URL: v.URL, PassingScore: v.PassingScore}
}

// certification is a certification in a list (schema Certification).
type certification struct {
	ID                   int64      `json:"id"`
	Name                 string     `json:"name"`
	Issuer               string     `json:"issuer"`
	Description          *string    `json:"description"`
	Image                *string    `json:"image"`
	Price                *money     `json:"price"`
	Location             *string    `json:"location"`
	StartDate            *view.Date `json:"start_date"`
	EndDate              *view.Date `json:"end_date"`
	Quota                *int64     `json:"quota"`
	RegistrationDeadline *view.Date `json:"registration_deadline"`
}

func toCertification(v *view.Certification) certification {
	return certification{
		ID: v.ID, Name: v.Name, Issuer: v.Issuer, Description: v.Description, Image: link(v.Image), Price: maybe(v.Price, toMoney),
		Location: v.Location, StartDate: v.StartDate, EndDate: v.EndDate, Quota: v.Quota, RegistrationDeadline: v.RegistrationDeadline,
	}
}

// certificationData is the data of one certification (schema CertificationResponse).
type certificationData struct {
	Certification detailedCertification `json:"certification"`
}

// detailedCertification is a certification by itself (schema CertificationDetailed).
type detailedCertification struct {
	certification
	Requirements []string  `json:"requirements"`
	Benefits     []string  `json:"benefits"`
	SubServices  []subject `json:"sub_services"`
	Registered   bool      `json:"registered"`
	Wishlisted   bool      `json:"wishlisted"`
}

// subject is a sub-service by its name.
type subject struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func toSubject(v *view.SubService) subject { return subject{ID: v.ID, Name: v.Name} }

func toDetailedCertification(v *view.OwnCertification) detailedCertification {
	return detailedCertification{
		certification: toCertification(v.Certification), Requirements: v.Requirements, Benefits: v.Benefits,
		SubServices: each(v.SubServices, toSubject), Registered: v.Registered, Wishlisted: v.Wishlisted,
	}
}

// registrationData is the data of one registration.
type registrationData struct {
	Certification registration `json:"certification"`
}

// registration is a partner's registration for a certification (schema
// PartnerCertification).
type registration struct {
	ID             int64                         `json:"id"`
	Certification  certification                 `json:"certification"`
	Status         lifecycle.CertificationStatus `json:"status"`
	RegisteredAt   instant                       `json:"registered_at"`
	CertificateURL *string                       `json:"certificate_url"`
}

func toRegistration(v *view.PartnerCertification) registration {
	return registration{
		ID: v.ID, Certification: toCertification(v.Certification), Status: v.Status, RegisteredAt: instant(v.RegisteredAt), CertificateURL: link(v.Certificate),
	}
}

// wishData is the data of one wish (schema PartnerCertificationWishlistResponse).
type wishData struct {
	Wishlist wish `json:"wishlist"`
}

// wish is a certification that a partner keeps in mind (schema
// PartnerCertificationWishlist).
type wish struct {
	ID            int64         `json:"id"`
	Certification certification `json:"certification"`
	CreatedAt     instant       `json:"created_at"`
}

func toWish(v *view.CertificationWish) wish {
	return wish{ID: v.ID, Certification: toCertification(v.Certification), CreatedAt: instant(v.CreatedAt)}
}
