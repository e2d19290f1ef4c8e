package nukitu

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// money is an amount of whole currency units (schema Money).
type money struct {
	Value    int64  `json:"value"`
	Currency string `json:"currency"`
}

func toMoney(m *view.Money) money { return money{Value: m.Value, Currency: m.Currency} }

// effectiveMoney is an amount that says whether it is added or taken off.
type effectiveMoney struct {
	Value    int64            `json:"value"`
	Currency string           `json:"currency"`
	Effect   lifecycle.Effect `json:"effect"`
}

func toAdded(m *view.Money) effectiveMoney {
	return effectiveMoney{Value: m.Value, Currency: m.Currency, Effect: lifecycle.EffectAdd}
}

func toSubtracted(m *view.Money) effectiveMoney {
	return effectiveMoney{Value: m.Value, Currency: m.Currency, Effect: lifecycle.EffectSubtract}
}

// totalAmount is what is to be paid, with the discount that is taken off already.
type totalAmount struct {
	Value          int64  `json:"value"`
	Currency       string `json:"currency"`
	DiscountAmount int64  `json:"discount_amount"`
}

func toTotalAmount(v *view.Contract) totalAmount {
	return totalAmount{Value: v.TotalAmount.Value, Currency: v.TotalAmount.Currency, DiscountAmount: v.DiscountAmount.Value}
}

// pricingItem is one line of a price.
type pricingItem struct {
	PricingSchemaID  int64            `json:"pricing_schema_id"`
	Name             string           `json:"name"`
	Code             string           `json:"code"`
	Kind             string           `json:"kind"`
	Amount           money            `json:"amount"`
	Unit             string           `json:"unit"`
	IsPartnerPricing bool             `json:"is_partner_pricing"`
	Effect           lifecycle.Effect `json:"effect"`
}

func toPricingItem(v *view.PricingItem) pricingItem {
	return pricingItem{
		PricingSchemaID: v.PricingSchemaID, Name: v.Name, Code: v.Code, Kind: v.Kind, Amount: toMoney(&v.Amount),
		Unit: v.Unit, IsPartnerPricing: v.IsPartnerPricing, Effect: v.Effect,
	}
}

// payment is what an institution owes for a contract.
type payment struct {
	ID                int64                   `json:"id"`
	Amount            money                   `json:"amount"`
	Status            lifecycle.PaymentStatus `json:"status"`
	PaymentMethodID   *int64                  `json:"payment_method_id"`
	Proof             *string                 `json:"proof"`
	PaymentDeadlineAt *instant                `json:"payment_deadline_at"`
	DiscountAmount    *effectiveMoney         `json:"discount_amount"`
	Promotion         *promotion              `json:"promotion"`
}

func toPayment(v *view.Payment) payment {
	return payment{
		ID: v.ID, Amount: toMoney(&v.Amount), Status: v.Status, PaymentMethodID: v.PaymentMethodID, Proof: link(v.Proof),
		PaymentDeadlineAt: maybe(v.PaymentDeadlineAt, toInstant), DiscountAmount: maybe(v.DiscountAmount, toSubtracted),
		Promotion: maybe(v.Promotion, toPromotion),
	}
}

// promotion is a discount that a code gives (schema Promotion). A discount in
// percent stands in the value of discount_value.
type promotion struct {
	ID                int64                  `json:"id"`
	Code              string                 `json:"code"`
	Name              string                 `json:"name"`
	Description       string                 `json:"description"`
	DiscountType      lifecycle.DiscountType `json:"discount_type"`
	DiscountValue     money                  `json:"discount_value"`
	MinOrderAmount    money                  `json:"min_order_amount"`
	MaxDiscountAmount *money                 `json:"max_discount_amount"`
	StartDate         view.Date              `json:"start_date"`
	EndDate           view.Date              `json:"end_date"`
}

func toPromotion(v *view.Promotion) promotion {
	p := promotion{
		ID: v.ID, Code: v.Code, Name: v.Name, Description: v.Description, DiscountType: v.DiscountType,
		DiscountValue: toMoney(&v.DiscountValue), MinOrderAmount: toMoney(&v.MinOrderAmount),
		StartDate: v.StartDate, EndDate: v.EndDate,
	}
	if v.MaxDiscountAmount.Value > 0 { // none: there is no cap, which 0 would deny
		p.MaxDiscountAmount = new(toMoney(&v.MaxDiscountAmount))
	}
	return p
}
