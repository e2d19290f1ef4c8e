package market_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

func TestAPromotionIsReckoned(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as := app.World, signedIn(t, app)
		draft, paid := w.Contract("draft_payment"), w.Contract("to_pay")
		total := rowsOf(t, app, paid).contract.PricingTotal
		amount := func(n int64) market.ValidatePromotion { return market.ValidatePromotion{OrderAmount: &n} }
		before := app.Snapshot(t)
		for _, c := range []struct {
			code           string
			in             market.ValidatePromotion
			discount, left int64
		}{
			{"PROMO10", amount(200_000), 20_000, 180_000},
			{"PROMO10", amount(500_000), 50_000, 450_000},
			{"PROMO10", amount(5_000_000), 50_000, 4_950_000},
			{" promo10 ", amount(200_009), 20_000, 180_009},
			{"POTONG75", amount(500_000), 75_000, 425_000},
			{"WELCOME", amount(0), 0, 0},
			{"WELCOME", amount(19), 0, 19},
			{"WELCOME", amount(1<<53 - 1), 450_359_962_737_049, 1<<53 - 1 - 450_359_962_737_049},
			{"PROMO10", market.ValidatePromotion{ContractID: &draft}, 50_000, 515_000}, // three hours at 160,000 and 85,000
			{"WELCOME", market.ValidatePromotion{ContractID: &paid}, total / 20, total - total/20},
		} {
			c.in.Code = c.code
			v, err := app.Market.ValidatePromotion(as[institution], c.in)
			if err != nil || v.DiscountAmount.Value != c.discount || v.TotalAfterDiscount.Value != c.left {
				t.Errorf("%q: %+v, %v (%s)", c.code, v, err, detailOf(err))
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %q", differing(before, after))
		}
	})
}

func TestAPromotionIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := app.World
		var list []refused
		try := func(as, code string, fault fault.Code, detail string, change func(*market.ValidatePromotion)) {
			in := market.ValidatePromotion{Code: code, OrderAmount: new(int64(400_000))}
			if change != nil {
				change(&in)
			}
			list = append(list, refused{code + " " + detail, as, func(ctx context.Context) error {
				_, err := app.Market.ValidatePromotion(ctx, in)
				return err
			}, fault, detail})
		}
		of := func(story string) func(*market.ValidatePromotion) {
			return func(in *market.ValidatePromotion) { in.ContractID, in.OrderAmount = new(w.Contract(story)), nil }
		}
		try("", "PROMO10", fault.TokenMissing, "", nil)
		for _, as := range []string{technician, supervisor, admin} {
			try(as, "PROMO10", fault.RoleForbidden, "role", nil)
		}
		try(institution, "", fault.InputInvalid, "code is required", nil)
		try(institution, "NOTHING", fault.RecordNotFound, "", nil)
		try(institution, "PAUSED", fault.RecordNotFound, "", nil)
		try(institution, "RAMADAN25", fault.InputInvalid, "code has ended", nil)
		try(institution, "MERDEKA17", fault.InputInvalid, "code begins on 2026-08-01", nil)
		try(institution, "POTONG75", fault.InputInvalid, "code is for orders of at least 500000 IDR, and this one is 400000 IDR", nil)
		try(institution, "PROMO10", fault.InputInvalid, "order_amount must be between 0", func(in *market.ValidatePromotion) { in.OrderAmount = new(int64(-1)) })
		try(institution, "PROMO10", fault.InputInvalid, "order_amount must be between 0", func(in *market.ValidatePromotion) { in.OrderAmount = new(int64(1 << 53)) })
		try(institution, "PROMO10", fault.InputInvalid, "order_amount is required, or contract_id", func(in *market.ValidatePromotion) { in.OrderAmount = nil })
		try(institution, "PROMO10", fault.InputInvalid, "order_amount cannot be combined", func(in *market.ValidatePromotion) { in.ContractID = new(int64(1)) })
		try(institution, "PROMO10", fault.InputInvalid, "institution_id is not one of your", func(in *market.ValidatePromotion) { in.At.InstitutionID = new(w.Institutions["foreign"]) })
		try(institution, "PROMO10", fault.RecordNotFound, "", of("offer_foreign"))
		try(institution, "PROMO10", fault.RecordNotFound, "", of("no such story"))
		try(institution, "PROMO10", fault.WrongState, "step", of("draft_schedule"))
		refuseAll(t, app, list)
	})
}

// TestTodayIsTheDayOfTheInstitution: at 18:30 UTC it is tomorrow in Indonesia, and
// in Jayapura since half past three.
func TestTodayIsTheDayOfTheInstitution(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := app.World
		first := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC) // MERDEKA17 begins
		foreign := w.Institutions["foreign"]
		for _, c := range []struct {
			name, as string
			at       time.Time
			whose    market.Whose
			there    bool
		}{
			{"before midnight in Jakarta", institution, first.Add(-7*time.Hour - time.Millisecond), market.Whose{}, false},
			{"midnight in Jakarta", institution, first.Add(-7 * time.Hour), market.Whose{}, true},
			{"the current one is in Jakarta", institution, first.Add(-7*time.Hour - time.Millisecond), market.Whose{Current: true}, false},
			{"midnight in Jayapura", "foreign@demo.test", first.Add(-9 * time.Hour), market.Whose{InstitutionID: &foreign}, true},
			{"midnight in Jayapura, which is selected", "foreign@demo.test", first.Add(-9 * time.Hour), market.Whose{Current: true}, true},
			{"midnight in Jayapura, which nobody named", "foreign@demo.test", first.Add(-9 * time.Hour), market.Whose{}, false},
			{"nothing is selected", "other@demo.test", first.Add(-7 * time.Hour), market.Whose{Current: true}, true},
		} {
			app.Clock.Set(c.at)
			list, err := app.Market.Promotions(app.As(c.as), c.whose, fault.Fields{})
			got := slices.ContainsFunc(list, func(p *view.Promotion) bool { return p.Code == "MERDEKA17" })
			if err != nil || got != c.there {
				t.Errorf("%s: %t, %v", c.name, got, err)
			}
		}
		app.Clock.Set(w.Now)
		list, err := app.Market.Promotions(app.As(institution), market.Whose{}, fault.Fields{})
		var codes []string
		for _, p := range list {
			codes = append(codes, p.Code)
		}
		if want := []string{"POTONG75", "PROMO10", "WELCOME"}; err != nil || !slices.Equal(codes, want) {
			t.Errorf("today there are %v, %v", codes, err)
		}
	})
}

// TestAPreviewIsWhatWillBeAskedFor: it writes nothing, and processing the payment
// comes to the same.
func TestAPreviewIsWhatWillBeAskedFor(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, id := app.As(institution), app.World.Contract("draft_payment")
		before := app.Snapshot(t)
		for _, code := range []string{"", "WELCOME", "PROMO10"} {
			p, err := app.Market.PricingPreview(ctx, id, market.PricingQuestion{PromotionCode: code, PaymentMethodID: new(int64(1))})
			if err != nil || len(p.PricingItems) != 4 || p.PricingTotal.Value != 565_000 || (p.Promotion == nil) != (code == "") || p.TotalAmount.Value != 565_000-p.DiscountAmount.Value {
				t.Fatalf("%q: %+v, %v", code, p, err)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Fatalf("something was written: %q", differing(before, after))
		}
		p, _ := app.Market.PricingPreview(ctx, id, market.PricingQuestion{PromotionCode: "PROMO10"})
		v, err := app.Market.ProcessPayment(ctx, market.ProcessPayment{ContractID: id, PaymentMethodID: 1, PromotionCode: "PROMO10"}, everything)
		if err != nil || *v.PricingTotal != *p.PricingTotal || *v.DiscountAmount != *p.DiscountAmount || *v.TotalAmount != *p.TotalAmount || len(v.PricingItems) != len(p.PricingItems) {
			t.Fatalf("%+v, %v", v, err)
		}
		for i, item := range v.PricingItems {
			l := p.PricingItems[i]
			if item.Name != l.Name || item.Amount != l.Amount || item.Unit != l.Unit || item.Effect != l.Effect || item.PricingSchemaID != l.PricingSchemaID {
				t.Errorf("line %d is %+v, and was %+v", i, item, l)
			}
		}
	})
}

func TestAPreviewIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := app.World
		var list []refused
		try := func(as, story string, code fault.Code, detail string, in market.PricingQuestion) {
			list = append(list, refused{story + " " + detail, as, func(ctx context.Context) error {
				_, err := app.Market.PricingPreview(ctx, w.Contract(story), in)
				return err
			}, code, detail})
		}
		none := market.PricingQuestion{}
		try("", "draft_payment", fault.TokenMissing, "", none)
		try(technician, "draft_payment", fault.RoleForbidden, "role", none)
		try(supervisor, "draft_payment", fault.RoleForbidden, "role", none)
		try("foreign@demo.test", "draft_payment", fault.RecordNotFound, "", none)
		try(institution, "draft_schedule", fault.WrongState, "step", none)
		try(institution, "to_pay", fault.WrongState, "state", none)
		try(admin, "offer", fault.WrongState, "state", none)
		try(institution, "draft_payment", fault.ParameterInvalid, "promotion_code is unknown", market.PricingQuestion{PromotionCode: "NOTHING"})
		try(institution, "draft_payment", fault.ParameterInvalid, "promotion_code has ended", market.PricingQuestion{PromotionCode: "RAMADAN25"})
		try(institution, "draft_payment", fault.ParameterInvalid, "payment_method_id is none of", market.PricingQuestion{PaymentMethodID: new(int64(99))})
		refuseAll(t, app, list)
	})
}

func TestPaymentMethodsAreForThoseWhoPay(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.SQLite(t))
	for _, as := range []string{institution, admin} {
		list, err := app.Market.PaymentMethods(app.As(as))
		if err != nil || len(list) != 3 || list[1].Kind != lifecycle.MethodVirtualAccount || *list[0].AccountName != "PT Kontrak Indonesia" || list[0].Logo == nil || !list[2].Active {
			t.Errorf("%s: %+v, %v", as, list, err)
		}
	}
	for as, code := range map[string]fault.Code{technician: fault.RoleForbidden, supervisor: fault.RoleForbidden} {
		if _, err := app.Market.PaymentMethods(app.As(as)); codeOf(err) != code {
			t.Errorf("%s: %v", as, err)
		}
	}
	if _, err := app.Market.PaymentMethods(t.Context()); codeOf(err) != fault.TokenMissing {
		t.Errorf("nobody: %v", err)
	}
}
