package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/promotion"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PromotionTerms are what a promotion gives, and for which orders. They are fixed
// once it is made: contracts that used it go on saying what it gave.
type PromotionTerms struct {
	Code                              string
	DiscountType                      lifecycle.DiscountType
	DiscountValue                     int64 // percent, or whole currency units
	MinOrderAmount, MaxDiscountAmount int64 // whole currency units; 0 for none
	Currency                          string
}

// PromotionDetails are what may change of a promotion. A new one needs a name and
// both days.
type PromotionDetails struct {
	Name, Description  Optional[string]
	StartDate, EndDate Optional[view.Date]
	Active             Optional[bool]
}

var promotions = noun[ent.Promotion]{
	name: lifecycle.NounPromotion,
	of:   func(r *ent.Promotion) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.Promotion, error) {
		return tx.Promotion.Query().Where(promotion.ID(id), store.ForUpdate).Only(ctx)
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.Promotion) error {
		if before != nil {
			return nil
		}
		return freeCode(tx.Promotion.Query().Where(promotion.Code(next.Code)).Exist(ctx))
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.Promotion) (int64, error) {
		made, err := tx.Promotion.Create().SetCode(r.Code).SetName(r.Name).SetDescription(r.Description).
			SetDiscountType(r.DiscountType).SetDiscountValue(r.DiscountValue).SetMinOrderAmount(r.MinOrderAmount).
			SetMaxDiscountAmount(r.MaxDiscountAmount).SetCurrency(r.Currency).SetStartDate(r.StartDate).SetEndDate(r.EndDate).
			SetActive(r.Active).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.Promotion, version int64) (int, error) {
		return tx.Promotion.Update().Where(promotion.ID(r.ID), promotion.Version(version)).
			SetName(r.Name).SetDescription(r.Description).SetStartDate(r.StartDate).SetEndDate(r.EndDate).SetActive(r.Active).
			SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// CreatePromotion makes a promotion.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID; DUPLICATE for
// a code that another one has.
func (a *App) CreatePromotion(ctx context.Context, terms PromotionTerms, in PromotionDetails) (*view.Promotion, error) {
	return seen(a, seeWholePromotion)(promotions.create(ctx, a, func(bad *fault.Fields, r *ent.Promotion) {
		*r = ent.Promotion{
			Code: terms.Code, DiscountType: terms.DiscountType, DiscountValue: terms.DiscountValue, MinOrderAmount: terms.MinOrderAmount,
			MaxDiscountAmount: terms.MaxDiscountAmount, Currency: terms.Currency, Active: true,
		}
		terms.check(bad)
		in.change(bad, r)
	}))
}

func (t PromotionTerms) check(bad *fault.Fields) {
	bad.Check(len(t.Code) <= maxCode && promoForm.MatchString(t.Code), "code",
		"must be 1 to %d capital letters, digits and single hyphens or underscores between them, such as PROMO10", maxCode)
	checkChoice(bad, "discount_type", t.DiscountType, lifecycle.DiscountTypes)
	if t.DiscountType == lifecycle.DiscountPercentage {
		bad.Check(t.DiscountValue >= 1 && t.DiscountValue <= 100, "discount_value", "must be between 1 and 100 percent")
		checkMoney(bad, "max_discount_amount", t.MaxDiscountAmount, 0)
	} else {
		checkMoney(bad, "discount_value", t.DiscountValue, 1)
		bad.Check(t.MaxDiscountAmount == 0, "max_discount_amount", "is for a percentage: leave it out")
	}
	checkMoney(bad, "min_order_amount", t.MinOrderAmount, 0)
	checkCurrency(bad, t.Currency)
}

// UpdatePromotion changes what a promotion is called, when it may be used, and
// whether. What it was used for keeps its discount.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID;
// STALE when somebody changed it after that version.
func (a *App) UpdatePromotion(ctx context.Context, id, version int64, in PromotionDetails) (*view.Promotion, error) {
	return seen(a, seeWholePromotion)(promotions.amend(ctx, a, id, version, in.change))
}

func (in PromotionDetails) change(bad *fault.Fields, r *ent.Promotion) {
	start, end := view.Date(r.StartDate), view.Date(r.EndDate)
	setText(in.Name, &r.Name)
	setText(in.Description, &r.Description)
	set(bad, "start_date", in.StartDate, &start)
	set(bad, "end_date", in.EndDate, &end)
	set(bad, "active", in.Active, &r.Active)
	r.StartDate, r.EndDate = string(start), string(end)
	checkText(bad, "name", r.Name, 1, nameLength)
	checkText(bad, "description", r.Description, 0, catalogueTextSize)
	goodStart, goodEnd := isDate(r.StartDate), isDate(r.EndDate)
	bad.Check(goodStart, "start_date", "must be a day, YYYY-MM-DD")
	bad.Check(goodEnd, "end_date", "must be a day, YYYY-MM-DD")
	bad.Check(!goodStart || !goodEnd || r.StartDate <= r.EndDate, "end_date", "must not be before the first day")
}

// AllPromotions lists all promotions, the newest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllPromotions(ctx context.Context, active *bool, p Page, unread fault.Fields) (*view.Page[view.Promotion], error) {
	return listRecords(ctx, a, p, unread, records[ent.Promotion, view.Promotion]{
		newest: true, id: func(r *ent.Promotion) int64 { return r.ID }, see: oneByOne(seeWholePromotion),
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.Promotion, error) {
			return on.Promotion.Query().Where(whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.Promotion.Query().Where(whereActive(active)).Count(ctx)
		},
	})
}

// seeWholePromotion is the view of a promotion for the back office.
func seeWholePromotion(_ *App, r *ent.Promotion) *view.Promotion {
	return promotionView(r, view.Anyone|view.Admin)
}
