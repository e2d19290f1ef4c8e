package market

import (
	"context"
	"unicode/utf8"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/paymentmethod"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// ProcessPayment is step three of the wizard: how a contract is to be paid.
type ProcessPayment struct {
	ContractID      int64
	PaymentMethodID int64
	PromotionCode   string // may be empty
}

// ProcessPayment does step three of the wizard: it freezes the price and asks for
// the money.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID, for a promotion that cannot be used with the reason;
// PARTNER_NOT_ELIGIBLE when the partner cannot do the work any more; WRONG_STATE
// unless the contract is a draft whose steps one and two are done;
// DEADLINE_PASSED when the start has gone by; STALE.
func (a *App) ProcessPayment(ctx context.Context, in ProcessPayment, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, in.ContractID, &processing{App: a, in: in}, w)
}

// processing is the deed of ProcessPayment.
type processing struct {
	*App
	in    ProcessPayment
	price *price
}

func (d *processing) action() lifecycle.ContractAction { return lifecycle.ActProcessPayment }

func (d *processing) check(ctx context.Context, on *ent.Client, c *facts) error {
	asked, err := once(c, "order", func([]*contractRow) (orderAsked, error) { return d.in.read(ctx, on) })
	if err != nil {
		return err
	}
	bad := asked.bad
	if c.row.status != lifecycle.ContractDraft || c.row.step != lifecycle.StepPayment {
		return bad.Err(fault.InputInvalid) // the law says the rest
	}
	work, err := pricingFound(ctx, on, c)
	if err != nil {
		return err
	}
	price, priceless := work.of(c.row)
	if asked.promo != nil && priceless == nil {
		zone, err := institutionZone(ctx, on, c)
		if err != nil {
			return err
		}
		price.reduce(&bad, "promotion_code", asked.promo, c.now.In(zone).Format(dateForm))
	}
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	if d.price = price; eligible(toPay)(c) == nil {
		return priceless // else the law says it, with what else refuses the partner
	}
	return nil
}

// orderAsked is what an order asks for, whatever the contract, and what is wrong
// with it.
type orderAsked struct {
	promo *ent.Promotion
	bad   fault.Fields
}

func (in *ProcessPayment) read(ctx context.Context, on *ent.Client) (asked orderAsked, err error) {
	if err := checkMethod(ctx, on, &asked.bad, in.PaymentMethodID); err != nil {
		return asked, err
	}
	checkText(&asked.bad, "promotion_code", in.PromotionCode, 0, maxCode)
	asked.promo, err = promotionOf(ctx, on, &asked.bad, in.PromotionCode)
	return asked, err
}

// checkMethod notes a payment method that is not offered.
func checkMethod(ctx context.Context, on *ent.Client, bad *fault.Fields, id int64) error {
	if id <= 0 {
		checkID(bad, "payment_method_id", id, "PaymentMethod", "the id of a payment method")
		return nil
	}
	there, err := on.PaymentMethod.Query().Where(paymentmethod.ID(id), paymentmethod.Active(true)).Exist(ctx)
	bad.Check(err != nil || there, "payment_method_id", "is none of the payment methods")
	return err
}

// promotionOf reads the promotion of a code, and notes an unknown one; nil without
// a code, and for a text that can be none.
func promotionOf(ctx context.Context, on *ent.Client, bad *fault.Fields, code string) (*ent.Promotion, error) {
	if code == "" || !store.Storable(code) || utf8.RuneCountInString(code) > maxCode {
		return nil, nil //nolint:nilnil // nil is said to be no promotion
	}
	promo, err := promotionByCode(ctx, on, code)
	bad.Check(err != nil || promo != nil, "promotion_code", "is unknown")
	return promo, err
}

func (d *processing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractProcessPayment, by: c.who, now: c.now,
		set: func(u *ent.ContractUpdate) { u.SetPricingTotal(d.price.total).SetDiscount(d.price.discount) },
		beside: []step{
			freezePrice(d.price), openPayment(d.price, d.in.PaymentMethodID, c.set.paymentDeadline(c.now)), d.announce(topicChanged),
		},
	})
}

// orderOf gives what a contract's order is without a promotion, and the day that
// it is at its institution.
//
// Faults: NOT_FOUND, WRONG_STATE, PARTNER_NOT_ELIGIBLE.
func (a *App) orderOf(ctx context.Context, on *ent.Client, who actor.Actor, contractID int64) (price, string, error) {
	rows, err := a.contractRows(ctx, on, who, pricedWants, func(s *sql.Selector, c *sql.SelectTable) {
		s.Where(sql.EQ(c.C(contract.FieldID), contractID))
	})
	if err != nil {
		return price{}, "", err
	}
	if len(rows) == 0 {
		return price{}, "", fault.New(fault.RecordNotFound, "There is no such contract.")
	}
	r := rows[0]
	day, err := dayIn(r.institution.zone, a.Now())
	if err != nil || r.payment.id.Valid {
		return price{currency: r.currency, total: r.total}, day, err
	}
	if f := stepReached(lifecycle.StepDetails)(&facts{row: r}); f != nil {
		return price{}, "", f
	}
	work, err := readPricing(ctx, on, rows)
	if err != nil {
		return price{}, "", err
	}
	found, err := work.of(r)
	if err != nil {
		return price{}, "", err
	}
	return *found, day, nil
}
