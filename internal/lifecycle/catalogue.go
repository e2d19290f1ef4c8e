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
)

// CatalogueNouns lists every noun of the catalogue.
var CatalogueNouns = []CatalogueNoun{
	NounBasePrice, NounPricingSchema, NounPromotion, NounInspectionTemplate, NounRatingItem, NounPaymentMethod, NounSetting,
}
