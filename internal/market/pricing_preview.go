package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// PricingQuestion is how contracts would be paid; both parts may be left out.
type PricingQuestion struct {
	PaymentMethodID *int64
	PromotionCode   string
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
}

// pricedWants is what is read of a contract to price it.
var pricedWants = ContractWants{Parts: WantSubService | WantInstitution}

// PricingPreviews tells what each of the contracts would cost now: drafts whose
// step one is done. It writes nothing, and costs the same number of statements for
// any number of contracts. Each contract has a preview or a fault:
//
// Faults: UNAUTHENTICATED, FORBIDDEN for other roles than institution and admin;
// for one contract INVALID, NOT_FOUND, WRONG_STATE, PARTNER_NOT_ELIGIBLE.
func (a *App) PricingPreviews(ctx context.Context, ids []int64, in PricingQuestion) ([]*view.PricingPreview, []error, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, nil, err
	}
	views, failed := make([]*view.PricingPreview, len(ids)), make([]error, len(ids))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := a.contractRows(ctx, on, who, pricedWants, func(s *sql.Selector, c *sql.SelectTable) {
			s.Where(store.InP(c.C(contract.FieldID), ids))
		})
		if err != nil {
			return err
		}
		p := &previewing{who: who, in: in, bad: in.Unread}
		if err := p.read(ctx, on, rows); err != nil {
			return err
		}
		for i, r := range inOrder(ids, rows, func(r *contractRow) int64 { return r.id }) {
			views[i], failed[i] = p.preview(a, r)
		}
		return nil
	})
	return views, failed, err
}

// PricingPreview is PricingPreviews of one contract.
func (a *App) PricingPreview(ctx context.Context, id int64, in PricingQuestion) (*view.PricingPreview, error) {
	views, failed, err := a.PricingPreviews(ctx, []int64{id}, in)
	if err != nil {
		return nil, err
	}
	return views[0], failed[0]
}

// previewing is what previews are made from.
type previewing struct {
	who   actor.Actor
	in    PricingQuestion
	bad   fault.Fields // what is wrong with the question, whatever the contract
	work  *pricing
	promo *ent.Promotion
}

func (p *previewing) read(ctx context.Context, on *ent.Client, rows []*contractRow) (err error) {
	if p.in.PaymentMethodID != nil {
		if err := checkMethod(ctx, on, &p.bad, *p.in.PaymentMethodID); err != nil {
			return err
		}
	}
	checkText(&p.bad, "promotion_code", p.in.PromotionCode, 0, maxCode)
	if p.promo, err = promotionOf(ctx, on, &p.bad, p.in.PromotionCode); err != nil {
		return err
	}
	p.work, err = readPricing(ctx, on, rows)
	return err
}

// preview gives the price of one contract, or why there is none.
func (p *previewing) preview(a *App, r *contractRow) (*view.PricingPreview, error) {
	if r == nil {
		return nil, fault.New(fault.RecordNotFound, "There is no such contract.")
	}
	bad := p.bad
	var found *price
	err := bad.Err(fault.ParameterInvalid)
	if err == nil {
		err = previewable(r)
	}
	if err == nil {
		found, err = p.work.of(r)
	}
	if err != nil {
		return nil, err
	}
	if p.promo != nil {
		day, err := dayIn(r.institution.zone, a.Now())
		if err != nil {
			return nil, err
		}
		found.reduce(&bad, "promotion_code", p.promo, day)
		if err := bad.Err(fault.ParameterInvalid); err != nil {
			return nil, err
		}
	}
	return found.see(contractTies(p.who, r)), nil
}

// previewable refuses a contract whose price cannot be reckoned, or is fixed.
//
// Faults: WRONG_STATE.
func previewable(r *contractRow) error {
	if r.status != lifecycle.ContractDraft {
		return fault.New(fault.WrongState, "").Refuse("state", string(lifecycle.ContractDraft), string(r.state()))
	}
	if f := stepReached(lifecycle.StepDetails)(&facts{row: r}); f != nil {
		return f
	}
	return nil
}
