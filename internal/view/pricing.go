package view

import "kontrak/internal/lifecycle"

// PricingPreview is what a draft would cost, if it were paid for now: for those who
// may ask.
type PricingPreview struct {
	Row
	PricingItems   []*PriceLine `see:"party"`
	PricingTotal   *Money       `see:"party"`
	DiscountAmount *Money       `see:"party"`
	TotalAmount    *Money       `see:"party"`
	Promotion      *Promotion   `see:"party"`
}

// PriceLine is one line of a price that is not frozen yet.
type PriceLine struct {
	Row
	PricingSchemaID  int64            `see:"party"`
	Name             string           `see:"party"`
	Code             string           `see:"party"`
	Kind             string           `see:"party"`
	Amount           Money            `see:"party"`
	Unit             string           `see:"party"`
	IsPartnerPricing bool             `see:"party"`
	Effect           lifecycle.Effect `see:"party"`
}

// SchemaID is the opaque id of its schema in the graph.
func (l *PriceLine) SchemaID() GlobalID { return GlobalID{"PricingSchema", l.PricingSchemaID} }

// PromotionCheck is what a promotion would take off an order.
type PromotionCheck struct {
	Row
	Promotion          *Promotion `see:"anyone"`
	DiscountAmount     *Money     `see:"anyone"`
	TotalAfterDiscount *Money     `see:"anyone"`
}
