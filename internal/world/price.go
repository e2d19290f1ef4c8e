package world

import (
	"errors"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// catalogue is what contracts are made from. Only what is in use stands here,
// but for the promotions, whose window is looked at when one is used.
type catalogue struct {
	subServices []*ent.SubService
	schemas     []*ent.PricingSchema
	methods     []*ent.PaymentMethod
	promotions  []*ent.Promotion
	criteria    []*ent.RatingItem
}

// price gives the price lines of a contract: the partner's hourly price for the
// hours of all days, then the platform's items as they stand.
func (c *catalogue) price(of *ent.Contract, t *technician, days []*ent.Schedule, at time.Time) []*ent.PricingItem {
	var items []*ent.PricingItem
	for _, s := range c.schemas {
		amount, unit := s.Amount, s.Unit
		if s.IsPartnerPricing {
			amount, unit = t.hourly[of.SubServiceID]*hours(days), "hour"
		}
		items = append(items, &ent.PricingItem{
			InstitutionID: of.InstitutionID, PricingSchemaID: s.ID, Position: len(items) + 1,
			Name: s.Name, Code: s.Code, Kind: s.Kind, Amount: amount, Unit: unit,
			IsPartnerPricing: s.IsPartnerPricing, Effect: s.Effect, CreatedAt: at,
		})
	}
	return items
}

// hours gives the hours of all days, a begun hour as a whole one.
func hours(days []*ent.Schedule) int64 {
	var minutes int64
	for _, d := range days {
		minutes += minuteOf(d.EndTime) - minuteOf(d.StartTime)
	}
	return (minutes + 59) / 60
}

// minuteOf reads HH:MM, which was written here.
func minuteOf(clock string) int64 {
	digit := func(i int) int64 { return int64(clock[i] - '0') }
	return (digit(0)*10+digit(1))*60 + digit(3)*10 + digit(4)
}

// sum adds the lines up, those that take off taken off.
func sum(items []*ent.PricingItem) int64 {
	var total int64
	for _, i := range items {
		if i.Effect == lifecycle.EffectSubtract {
			total -= i.Amount
		} else {
			total += i.Amount
		}
	}
	return total
}

var errPromotion = errors.New("the promotion cannot be used for this")

// discountOf gives what a promotion takes off a total on a day.
func discountOf(p *ent.Promotion, total int64, day string) (int64, error) {
	if p == nil {
		return 0, nil
	}
	if !usable(p, total, day) {
		return 0, errPromotion
	}
	discount := p.DiscountValue
	if p.DiscountType == lifecycle.DiscountPercentage {
		discount = total * p.DiscountValue / 100
		if p.MaxDiscountAmount > 0 {
			discount = min(discount, p.MaxDiscountAmount)
		}
	}
	return min(discount, total), nil
}

func usable(p *ent.Promotion, total int64, day string) bool {
	return p.StartDate <= day && day <= p.EndDate && total >= p.MinOrderAmount
}
