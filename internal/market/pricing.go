package market

import (
	"context"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/pricingschema"
	"kontrak/ent/schedule"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// maxPricingItems is how many lines a price has at most (rulings, "Limits").
const maxPricingItems = 50

// maxMoney is the largest amount that every client reads exactly.
const maxMoney = 1<<53 - 1

// price is what a contract costs.
type price struct {
	lines     []priceLine
	currency  string
	total     int64 // before discount
	discount  int64
	promotion *ent.Promotion
}

// priceLine is one line of a price.
type priceLine struct {
	*ent.PricingSchema
	amount int64
	unit   string
}

// pricing is what contracts are priced from: how long they take, what their
// partners ask for, and what the platform adds.
type pricing struct {
	hours   map[int64]int64
	prices  map[[2]int64]*ent.BasePrice // by partner and sub-service
	schemas []*ent.PricingSchema
}

// readPricing reads what the contracts are priced from: three statements for any
// number of them.
func readPricing(ctx context.Context, on *ent.Client, rows []*contractRow) (*pricing, error) {
	var ids, partners, subServices []int64
	for _, r := range rows {
		ids, partners, subServices = append(ids, r.id), append(partners, r.partnerID), append(subServices, r.subService.id)
	}
	p := &pricing{hours: map[int64]int64{}, prices: map[[2]int64]*ent.BasePrice{}}
	days, err := on.Schedule.Query().Where(store.In(schedule.FieldContractID, ids)).All(ctx)
	if err != nil {
		return nil, err
	}
	byContract := map[int64][]Day{}
	for _, d := range days {
		byContract[d.ContractID] = append(byContract[d.ContractID],
			Day{view.Date(d.Date), view.ClockTime(d.StartTime), view.ClockTime(d.EndTime)})
	}
	for id, days := range byContract {
		p.hours[id] = hoursOf(days)
	}
	asked, err := on.BasePrice.Query().Where(
		store.In(baseprice.FieldPartnerID, partners), store.In(baseprice.FieldSubServiceID, subServices), baseprice.Active(true),
	).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range asked {
		p.prices[[2]int64{b.PartnerID, b.SubServiceID}] = b
	}
	p.schemas, err = on.PricingSchema.Query().Where(pricingschema.Active(true)).Order(pricingschema.ByID()).All(ctx)
	if err == nil && len(p.schemas) > maxPricingItems {
		err = fmt.Errorf("market: a price would have %d lines, and %d are allowed", len(p.schemas), maxPricingItems)
	}
	return p, err
}

// of gives the price of a contract, without a discount.
//
// Faults: PARTNER_NOT_ELIGIBLE when its partner asks for no price, or for one that
// nobody can pay.
func (p *pricing) of(r *contractRow) (*price, error) {
	base := p.prices[[2]int64{r.partnerID, r.subService.id}]
	if base == nil || base.Currency != r.currency {
		return nil, fault.New(fault.PartnerIneligible, "").Refuse(hasPrice.name, hasPrice.needed(r.job(0)), "none")
	}
	found := &price{currency: r.currency}
	for _, s := range p.schemas {
		line := priceLine{PricingSchema: s, amount: s.Amount, unit: s.Unit}
		if s.IsPartnerPricing {
			if base.Amount > maxMoney/max(1, p.hours[r.id]) {
				return nil, tooDear(base.Currency)
			}
			line.amount, line.unit = base.Amount*p.hours[r.id], base.Unit
		} else if s.Currency != r.currency {
			continue // the platform asks for it in another currency
		}
		if s.Effect == lifecycle.EffectSubtract {
			found.total -= line.amount
		} else if found.total += line.amount; found.total > maxMoney {
			return nil, tooDear(base.Currency)
		}
		found.lines = append(found.lines, line)
	}
	found.total = max(0, found.total)
	return found, nil
}

func tooDear(currency string) error {
	return fault.New(fault.PartnerIneligible, "").
		Refuse("price", fmt.Sprintf("at most %d %s", int64(maxMoney), currency), "more")
}

// reduce takes off what a promotion gives on a day; it notes why it cannot.
func (p *price) reduce(bad *fault.Fields, field string, promo *ent.Promotion, day string) {
	if why := unusable(promo, p.total, p.currency, day); why != "" {
		bad.Add(field, "%s", why)
		return
	}
	p.promotion, p.discount = promo, discountOf(promo, p.total)
}

// dayIn gives the day of an instant in a zone.
func dayIn(zoneName string, now time.Time) (string, error) {
	zone, err := zoneOf(zoneName)
	if err != nil {
		return "", err
	}
	return now.In(zone).Format(dateForm), nil
}

// see makes the view of a price.
func (p *price) see(ties view.Tie) *view.PricingPreview {
	money := func(amount int64) view.Money { return view.Money{Value: amount, Currency: p.currency} }
	v := &view.PricingPreview{
		PricingItems: make([]*view.PriceLine, len(p.lines)), PricingTotal: new(money(p.total)),
		DiscountAmount: new(money(p.discount)), TotalAmount: new(money(p.total - p.discount)),
	}
	for i, l := range p.lines {
		v.PricingItems[i] = view.See(&view.PriceLine{
			PricingSchemaID: l.ID, Name: l.Name, Code: l.Code, Kind: l.Kind, Amount: money(l.amount),
			Unit: l.unit, IsPartnerPricing: l.IsPartnerPricing, Effect: l.Effect,
		}, ties)
	}
	if p.promotion != nil {
		v.Promotion = promotionView(p.promotion, ties|view.Anyone)
	}
	return view.See(v, ties)
}
