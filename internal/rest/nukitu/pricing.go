package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// pricingPreview answers GET /contracts/{id}/pricing-preview.
func (d *dialect) pricingPreview(r *request) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	v, err := d.app.PricingPreview(r.Context(), id, fromPricingQuestion(r.query))
	if err != nil {
		return nil, err
	}
	return data(toPricingPreview(v)), nil
}

func fromPricingQuestion(q *query) market.PricingQuestion {
	in := market.PricingQuestion{PaymentMethodID: q.id("payment_method_id"), PromotionCode: q.text("promotion_code")}
	in.Unread = q.bad
	return in
}

// paymentMethods answers GET /payment-methods.
func (d *dialect) paymentMethods(r *request) (any, error) {
	list, err := d.app.PaymentMethods(r.Context())
	if err != nil {
		return nil, err
	}
	return data(each(list, toPaymentMethod)), nil
}

// promotions answers GET /promotions.
func (d *dialect) promotions(r *request) (any, error) {
	list, err := d.app.Promotions(r.Context(), market.Whose{Current: true}, r.query.bad)
	if err != nil {
		return nil, err
	}
	return data(each(list, toPromotion)), nil
}

// validatePromotion answers POST /promotions/validate.
func (d *dialect) validatePromotion(r *request) (any, error) {
	in := r.attributes("promotion")
	v, err := d.app.ValidatePromotion(r.Context(), fromPromotionValidate(in))
	if err != nil {
		return nil, in.explain(err)
	}
	return data(toPromotionCheck(v)), nil
}

// fromPromotionValidate reads schema PromotionValidateRequest.
func fromPromotionValidate(in *attributes) market.ValidatePromotion {
	c := market.ValidatePromotion{Code: in.text("code"), OrderAmount: in.amount("order_amount"), At: market.Whose{Current: true}}
	if in.sent("contract_id") {
		c.ContractID = new(in.id("contract_id"))
	}
	c.Unread = *in.bad
	return c
}

// pricingPreviewData is what a draft would cost (schema PricingPreviewResponse).
type pricingPreviewData struct {
	PricingItems   []pricingItem   `json:"pricing_items"`
	DiscountAmount *effectiveMoney `json:"discount_amount"`
	Promotion      *promotion      `json:"promotion"`
	PricingTotal   effectiveMoney  `json:"pricing_total"`
}

func toPricingPreview(v *view.PricingPreview) pricingPreviewData {
	body := pricingPreviewData{
		PricingItems: each(v.PricingItems, toPriceLine), Promotion: maybe(v.Promotion, toPromotion), PricingTotal: toAdded(v.PricingTotal),
	}
	if v.Promotion != nil {
		body.DiscountAmount = new(toSubtracted(v.DiscountAmount))
	}
	return body
}

func toPriceLine(v *view.PriceLine) pricingItem {
	return pricingItem{
		PricingSchemaID: v.PricingSchemaID, Name: v.Name, Code: v.Code, Kind: v.Kind, Amount: toMoney(&v.Amount),
		Unit: v.Unit, IsPartnerPricing: v.IsPartnerPricing, Effect: v.Effect,
	}
}

// paymentMethod is a way to pay (schema PaymentMethodsResponse).
type paymentMethod struct {
	ID            int64                       `json:"id"`
	Name          string                      `json:"name"`
	Code          string                      `json:"code"`
	Kind          lifecycle.PaymentMethodKind `json:"kind"`
	AccountName   *string                     `json:"account_name"`
	AccountNumber *string                     `json:"account_number"`
	Instructions  *string                     `json:"instructions"`
	Logo          *string                     `json:"logo"`
	Active        bool                        `json:"active"`
}

func toPaymentMethod(v *view.PaymentMethod) paymentMethod {
	return paymentMethod{
		ID: v.ID, Name: v.Name, Code: v.Code, Kind: v.Kind, AccountName: v.AccountName, AccountNumber: v.AccountNumber,
		Instructions: v.Instructions, Logo: link(v.Logo), Active: v.Active,
	}
}

// promotionCheck is what a promotion would take off (schema
// PromotionValidateResponse). One that cannot be used is a failure with the reason.
type promotionCheck struct {
	Valid              bool           `json:"valid"`
	Promotion          promotion      `json:"promotion"`
	DiscountAmount     effectiveMoney `json:"discount_amount"`
	TotalAfterDiscount money          `json:"total_after_discount"`
	Message            *string        `json:"message"`
}

func toPromotionCheck(v *view.PromotionCheck) promotionCheck {
	return promotionCheck{
		Valid: true, Promotion: toPromotion(v.Promotion), DiscountAmount: toSubtracted(v.DiscountAmount),
		TotalAfterDiscount: toMoney(v.TotalAfterDiscount),
	}
}
