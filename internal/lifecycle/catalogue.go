package lifecycle

// CatalogueNoun is a kind of record that the back office keeps.
type CatalogueNoun string

// The nouns of the catalogue.
const (
	NounBasePrice          CatalogueNoun = "base_price"
	NounPricingSchema      CatalogueNoun = "pricing_schema"
	NounPromotion          CatalogueNoun = "promotion"
	NounInspectionTemplate CatalogueNoun = "inspection_template"
	NounRatingItem         CatalogueNoun = "rating_item"
	NounPaymentMethod      CatalogueNoun = "payment_method"
	NounSetting            CatalogueNoun = "setting"
	NounService            CatalogueNoun = "service"
	NounSubService         CatalogueNoun = "sub_service"
	NounCompetencyTest     CatalogueNoun = "competency_test"
	NounTestQuestion       CatalogueNoun = "test_question"
	NounCertification      CatalogueNoun = "certification"
	NounBanner             CatalogueNoun = "banner"
)

// The nouns of people, whose changes the back office looks through too.
const (
	NounInstitution          CatalogueNoun = "institution"
	NounMembership           CatalogueNoun = "membership"
	NounPartner              CatalogueNoun = "partner"
	NounPartnerTest          CatalogueNoun = "partner_test"
	NounPartnerCertification CatalogueNoun = "partner_certification"
	NounUser                 CatalogueNoun = "user"
)

// CatalogueNouns lists every noun of the catalogue.
var CatalogueNouns = []CatalogueNoun{
	NounBasePrice, NounPricingSchema, NounPromotion, NounInspectionTemplate, NounRatingItem, NounPaymentMethod, NounSetting,
	NounService, NounSubService, NounCompetencyTest, NounTestQuestion, NounCertification, NounBanner,
	NounInstitution, NounMembership, NounPartner, NounPartnerTest, NounPartnerCertification, NounUser,
}
