package graph

import (
	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// catalogueFields are the fields of what the back office keeps.
var catalogueFields = fieldNames{"partner_id": "partner", "sub_service_id": "subService"}

// recordID reads the id of a record that an update is for; what is none names no
// record.
func recordID(typeName, id string) int64 {
	var r ids
	return r.one("id", typeName, id)
}

func fromBasePriceSet(in model.BasePriceSetInput) market.SetBasePrice {
	var r ids
	set := market.SetBasePrice{
		PartnerID: recordID("Partner", in.Partner), SubServiceID: r.one("subService", "SubService", in.SubService),
		Amount: in.Amount, Currency: in.Currency, Replaces: r.maybe("replaces", "BasePrice", in.Replaces),
	}
	set.Unread = r.bad
	return set
}

func fromPricingSchemaCreate(in model.PricingSchemaCreateInput) market.PricingSchema {
	return market.PricingSchema{
		Code: in.Code, Name: market.Some(in.Name), Kind: market.Some(in.Kind), Unit: market.Some(in.Unit), Effect: market.Some(in.Effect),
		Amount: market.Some(in.Amount), Currency: market.Some(in.Currency), Active: market.Some(in.Active),
	}
}

func fromPricingSchemaUpdate(in model.PricingSchemaUpdateInput) (id, version int64, change market.PricingSchema) {
	return recordID("PricingSchema", in.PricingSchema), in.Version, market.PricingSchema{
		Name: optional(in.Name), Kind: optional(in.Kind), Unit: optional(in.Unit), Effect: optional(in.Effect),
		Amount: optional(in.Amount), Currency: optional(in.Currency), Active: optional(in.Active),
	}
}

func fromPromotionCreate(in model.PromotionCreateInput) (market.PromotionTerms, market.PromotionDetails) {
	return market.PromotionTerms{
			Code: in.Code, DiscountType: in.DiscountType, DiscountValue: in.DiscountValue,
			MinOrderAmount: in.MinOrderAmount, MaxDiscountAmount: in.MaxDiscountAmount, Currency: in.Currency,
		}, market.PromotionDetails{
			Name: market.Some(in.Name), Description: market.Some(in.Description),
			StartDate: market.Some(in.StartDate), EndDate: market.Some(in.EndDate), Active: market.Some(in.Active),
		}
}

func fromPromotionUpdate(in model.PromotionUpdateInput) (id, version int64, change market.PromotionDetails) {
	return recordID("Promotion", in.Promotion), in.Version, market.PromotionDetails{
		Name: optional(in.Name), Description: optional(in.Description),
		StartDate: optional(in.StartDate), EndDate: optional(in.EndDate), Active: optional(in.Active),
	}
}

func fromTemplateCreate(in model.InspectionTemplateCreateInput) market.NewTemplate {
	var r ids
	made := market.NewTemplate{
		Code: in.Code, Name: in.Name, SubServiceID: r.maybe("subService", "SubService", in.SubService), Kind: in.Kind,
		Sections: each(in.Sections, toTemplateSection), Active: in.Active, Replaces: r.maybe("replaces", "InspectionTemplate", in.Replaces),
	}
	made.Unread = r.bad
	return made
}

func toTemplateSection(in *model.TemplateSectionInput) market.NewTemplateSection {
	return market.NewTemplateSection{Key: in.Key, Title: in.Title, Items: each(in.Items, func(i *model.TemplateItemInput) market.NewTemplateItem {
		return market.NewTemplateItem{Key: i.Key, Label: i.Label, Kind: i.Kind, Required: i.Required, Options: i.Options}
	})}
}

func fromTemplateUpdate(in model.InspectionTemplateUpdateInput) (id, version int64, change market.TemplateDetails) {
	return recordID("InspectionTemplate", in.InspectionTemplate), in.Version,
		market.TemplateDetails{Name: optional(in.Name), Active: optional(in.Active)}
}

func fromRatingItemCreate(in model.RatingItemCreateInput) (name string, details market.RatingItemDetails) {
	return in.Name, market.RatingItemDetails{
		Description: market.Some(in.Description), Position: market.Some(in.Position), Active: market.Some(in.Active),
	}
}

func fromRatingItemUpdate(in model.RatingItemUpdateInput) (id, version int64, change market.RatingItemDetails) {
	return recordID("RatingItem", in.RatingItem), in.Version, market.RatingItemDetails{
		Description: optional(in.Description), Position: optional(in.Position), Active: optional(in.Active),
	}
}

func fromPaymentMethodCreate(in model.PaymentMethodCreateInput) (code string, kind lifecycle.PaymentMethodKind, details market.PaymentMethodDetails) {
	return in.Code, in.Kind, market.PaymentMethodDetails{
		Name: market.Some(in.Name), AccountName: optional(in.AccountName), AccountNumber: optional(in.AccountNumber),
		Instructions: optional(in.Instructions), Active: market.Some(in.Active), Logo: fromLogo(in.Logo),
	}
}

func fromPaymentMethodUpdate(in model.PaymentMethodUpdateInput) (id, version int64, change market.PaymentMethodDetails) {
	return recordID("PaymentMethod", in.PaymentMethod), in.Version, market.PaymentMethodDetails{
		Name: optional(in.Name), AccountName: optional(in.AccountName), AccountNumber: optional(in.AccountNumber),
		Instructions: optional(in.Instructions), Active: optional(in.Active), Logo: fromLogo(in.Logo),
	}
}

// fromLogo gives the picture that came with the request, null for none of it.
func fromLogo(in graphql.Omittable[*graphql.Upload]) market.Optional[*market.Upload] {
	switch sent, ok := in.ValueOK(); {
	case !ok:
		return market.Optional[*market.Upload]{}
	case sent == nil:
		return market.Null[*market.Upload]()
	default:
		return market.Some(fromUpload(sent))
	}
}

func fromBasePriceFilter(f *model.BasePriceFilter, p market.Page, unread ids) (market.BasePriceFilter, market.Page) {
	filter := market.BasePriceFilter{}
	if f != nil {
		filter.PartnerID = unread.maybe("filter.partner", "Partner", f.Partner)
		filter.SubServiceID = unread.maybe("filter.subService", "SubService", f.SubService)
		filter.Active = f.Active
	}
	filter.Unread = unread.bad
	return filter, p
}

// fromRecord reads which records the changes are asked of.
func fromRecord(r *ids, noun *lifecycle.CatalogueNoun, record *string) (*lifecycle.CatalogueNoun, *int64) {
	if record == nil {
		return noun, nil
	}
	of, n, ok := view.ParseRecordID(*record)
	r.bad.Check(ok, "record", "is not an id of a record of the catalogue")
	r.bad.Check(!ok || noun == nil || *noun == of, "record", "is of another noun")
	return &of, &n
}

func partnersPriced(prices []*view.BasePrice) []int64 {
	list := make([]int64, len(prices))
	for i, p := range prices {
		list[i] = p.PartnerID
	}
	return list
}

func subServicesPriced(prices []*view.BasePrice) []int64 {
	list := make([]int64, len(prices))
	for i, p := range prices {
		list[i] = p.SubServiceID
	}
	return list
}

// subServicesInspected are the sub-services of templates; 0 stands for none, which
// no sub-service is.
func subServicesInspected(templates []*view.InspectionTemplate) []int64 {
	list := make([]int64, len(templates))
	for i, t := range templates {
		if t.SubServiceID != nil {
			list[i] = *t.SubServiceID
		}
	}
	return list
}
