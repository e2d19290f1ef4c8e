package market

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/promotion"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// promotionCode finds a promotion by the code that somebody types in, whatever
// the case of its letters; nil when there is none, or it was switched off.
func promotionByCode(ctx context.Context, on *ent.Client, code string) (*ent.Promotion, error) {
	code = strings.TrimSpace(code)
	list, err := on.Promotion.Query().Where(
		promotion.Or(promotion.Code(code), promotion.Code(strings.ToUpper(code))), promotion.Active(true),
	).All(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if exact := slices.IndexFunc(list, func(p *ent.Promotion) bool { return p.Code == code }); exact >= 0 {
		return list[exact], nil
	}
	return list[0], nil
}

// unusable says why a promotion cannot be used for an order on a day; "" when it
// can.
func unusable(p *ent.Promotion, total int64, currency, day string) string {
	switch {
	case day < p.StartDate:
		return "begins on " + p.StartDate + ": use it from then on"
	case day > p.EndDate:
		return "has ended: its last day was " + p.EndDate
	case p.Currency != currency && (p.DiscountType == lifecycle.DiscountFixed || p.MinOrderAmount+p.MaxDiscountAmount > 0):
		return "is for orders in " + p.Currency
	case total < p.MinOrderAmount:
		return fmt.Sprintf("is for orders of at least %d %s, and this one is %d %s", p.MinOrderAmount, p.Currency, total, currency)
	}
	return ""
}

// discountOf gives what a promotion takes off an order, never more than all.
func discountOf(p *ent.Promotion, total int64) int64 {
	discount := p.DiscountValue
	if p.DiscountType == lifecycle.DiscountPercentage {
		discount = total * p.DiscountValue / 100
		if p.MaxDiscountAmount > 0 {
			discount = min(discount, p.MaxDiscountAmount)
		}
	}
	return min(discount, total)
}

// promotionView is the view of a promotion: everybody who is told of it may read what
// it gives.
func promotionView(p *ent.Promotion, ties view.Tie) *view.Promotion {
	money := func(amount int64) view.Money { return view.Money{Value: amount, Currency: p.Currency} }
	return view.See(&view.Promotion{
		ID: p.ID, Code: p.Code, Name: p.Name, Description: p.Description, DiscountType: p.DiscountType,
		DiscountValue: money(p.DiscountValue), MinOrderAmount: money(p.MinOrderAmount), MaxDiscountAmount: money(p.MaxDiscountAmount),
		StartDate: view.Date(p.StartDate), EndDate: view.Date(p.EndDate),
		Active: &p.Active, Version: &p.Version, CreatedAt: &p.CreatedAt, UpdatedAt: &p.UpdatedAt,
	}, ties)
}

// Whose is an institution whose day counts: one that is named, the caller's
// current one, or none, which stands for the marketplace.
type Whose struct {
	InstitutionID *int64
	Current       bool
}

// day gives the day that it is there.
func (w Whose) day(ctx context.Context, on *ent.Client, a *App, who actor.Actor) (string, error) {
	id := w.InstitutionID
	if id == nil && w.Current && who.CurrentInstitution != 0 {
		id = &who.CurrentInstitution
	}
	name := marketZone
	if id != nil {
		i, err := on.Institution.Query().Where(institution.ID(*id)).Select(institution.FieldZone).Only(ctx)
		if err != nil {
			return "", err
		}
		name = i.Zone
	}
	return dayIn(name, a.Now())
}

// check notes an institution that is not the caller's.
func (w Whose) check(bad *fault.Fields, who actor.Actor) {
	// access: an institution outside the caller's list is not told apart from an
	// unknown one.
	bad.Check(w.InstitutionID == nil || who.MemberOf(*w.InstitutionID), "institution_id", "is not one of your institutions")
}

// maxPromotions bounds the list of promotions.
const maxPromotions = 100

// Promotions lists those that may be used today, those that end first first; 100
// at most.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; INVALID for an
// institution that is not the caller's.
func (a *App) Promotions(ctx context.Context, at Whose, unread fault.Fields) ([]*view.Promotion, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	bad := unread
	at.check(&bad, who)
	if err := bad.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	var list []*view.Promotion
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		day, err := at.day(ctx, on, a, who)
		if err != nil {
			return err
		}
		rows, err := on.Promotion.Query().
			Where(promotion.Active(true), promotion.StartDateLTE(day), promotion.EndDateGTE(day)).
			Order(promotion.ByEndDate(), promotion.ByID()).Limit(maxPromotions).All(ctx)
		list = make([]*view.Promotion, len(rows))
		for i, r := range rows {
			list[i] = promotionView(r, view.Anyone)
		}
		return err
	})
	return list, err
}

// ValidatePromotion is a promotion code, and the order that it is to be used for:
// a contract, or an amount on a day of an institution.
type ValidatePromotion struct {
	Code        string
	ContractID  *int64
	OrderAmount *int64 // whole currency units
	At          Whose
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
}

// maxCode bounds a promotion code, in letters.
const maxCode = 50

func (in ValidatePromotion) check(who actor.Actor) error {
	bad := in.Unread
	checkText(&bad, "code", in.Code, 1, maxCode)
	bad.Check(in.ContractID == nil || in.OrderAmount == nil, "order_amount", "cannot be combined with contract_id")
	bad.Check(in.ContractID != nil || in.OrderAmount != nil, "order_amount", "is required, or contract_id: a promotion is for an order")
	bad.Check(in.OrderAmount == nil || *in.OrderAmount >= 0 && *in.OrderAmount <= maxMoney, "order_amount", "must be between 0 and %d", int64(maxMoney))
	in.At.check(&bad, who)
	return bad.Err(fault.InputInvalid)
}

// ValidatePromotion tells what a promotion would take off an order. It writes
// nothing.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; INVALID, with
// the reason, for a code that cannot be used for the order; NOT_FOUND for an
// unknown code or contract; WRONG_STATE for a contract that has no price yet.
func (a *App) ValidatePromotion(ctx context.Context, in ValidatePromotion) (*view.PromotionCheck, error) {
	who, err := caller(ctx, actor.Institution)
	if err != nil {
		return nil, err
	}
	if err := in.check(who); err != nil {
		return nil, err
	}
	var v *view.PromotionCheck
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		order := price{currency: defaultCurrency}
		var day string
		if in.ContractID != nil {
			order, day, err = a.orderOf(ctx, on, who, *in.ContractID)
		} else {
			order.total = *in.OrderAmount
			day, err = in.At.day(ctx, on, a, who)
		}
		if err != nil {
			return err
		}
		promo, err := promotionByCode(ctx, on, in.Code)
		if err != nil {
			return err
		}
		if promo == nil {
			return fault.New(fault.RecordNotFound, "There is no such promotion code.")
		}
		var bad fault.Fields
		order.reduce(&bad, "code", promo, day)
		if err := bad.Err(fault.InputInvalid); err != nil {
			return err
		}
		money := func(amount int64) *view.Money { return &view.Money{Value: amount, Currency: order.currency} }
		v = view.See(&view.PromotionCheck{
			Promotion: promotionView(promo, view.Anyone), DiscountAmount: money(order.discount), TotalAfterDiscount: money(order.total - order.discount),
		}, view.Anyone)
		return nil
	})
	return v, err
}

// defaultCurrency is the currency of an amount that belongs to no contract.
const defaultCurrency = "IDR"
