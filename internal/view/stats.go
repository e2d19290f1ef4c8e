package view

import "kontrak/internal/lifecycle"

// ContractStat is what the contracts come to that agree in what they are counted by:
// only those that the caller may know of, by what it may read in them.
type ContractStat struct {
	Row
	Status          *lifecycle.ContractStatus `see:"anyone"`
	Stage           *lifecycle.Stage          `see:"anyone"`
	Kind            *lifecycle.Kind           `see:"anyone"`
	Month           *string                   `see:"anyone"`
	Institution     *GlobalID                 `see:"anyone"`
	InstitutionName *string                   `see:"anyone"`
	Partner         *GlobalID                 `see:"anyone"`
	PartnerName     *string                   `see:"anyone"`
	Currency        string                    `see:"anyone"`
	Count           int64                     `see:"anyone"`
	PricingTotal    *Money                    `see:"anyone"`
	DiscountAmount  *Money                    `see:"anyone"`
	TotalAmount     *Money                    `see:"anyone"`
}
