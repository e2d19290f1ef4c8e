package market_test

import (
	"context"
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// TestTheWizardCostsItsStatements: whatever the number of days, contacts, pictures
// and price lines, as far as one statement holds them.
func TestTheWizardCostsItsStatements(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, none := app.World, market.ContractWants{}
		home := w.Institutions["home"]
		schedule := goodSchedule()
		schedule.ContractID = w.Contract("draft_schedule")
		again := schedule
		again.Schedules = market.Some([]market.Day{{Date: "2026-06-14", StartTime: "09:00", EndTime: "10:00"}})
		picture := func() market.Attachment { return market.Attachment{Upload: testkit.Upload(testkit.PNG)} }
		for _, c := range []struct {
			name, as   string
			statements int
			do         func(ctx context.Context) error
		}{
			// Sub-service, partner with what it can do and asks for; contract, its text, which
			// has its number, assignment, message, history; the answer.
			{"create", institution, 9, func(ctx context.Context) error {
				_, err := app.Market.CreateContract(ctx, market.CreateContract{InstitutionID: &home, PartnerID: w.Partners["partner"], SubServiceID: subServiceID(t, app, "Patient monitor"), Kind: lifecycle.KindRepair}, none)
				return err
			}},
			// The contract; settings, zone, days, contacts; contract, old days, new days,
			// contact, message, history; the answer.
			{"schedule", institution, 13, func(ctx context.Context) error {
				_, err := app.Market.SetContractSchedule(ctx, schedule, none)
				return err
			}},
			{"schedule again, with other days", institution, 11, func(ctx context.Context) error {
				_, err := app.Market.SetContractSchedule(ctx, again, none)
				return err
			}},
			// The contract; settings; contract, message, history; the answer.
			{"details", institution, 6, func(ctx context.Context) error {
				_, err := app.Market.SetContractDetails(ctx, market.SetContractDetails{ContractID: w.Contract("draft_details"), Description: market.Some("Calibrate it.")}, none)
				return err
			}},
			// Once more settings before, and the rows of the files.
			{"details with two pictures", institution, 8, func(ctx context.Context) error {
				_, err := app.Market.SetContractDetails(ctx, withPictures(market.SetContractDetails{ContractID: w.Contract("draft_details")}, picture(), picture()), none)
				return err
			}},
			// The contract with its partner; settings, method, promotion, days, prices, lines,
			// zone; contract, lines, payment, message, history; the answer.
			{"payment", institution, 14, func(ctx context.Context) error {
				_, err := app.Market.ProcessPayment(ctx, market.ProcessPayment{ContractID: w.Contract("draft_payment"), PaymentMethodID: 1, PromotionCode: "WELCOME"}, none)
				return err
			}},
			{"proof", institution, 9, func(ctx context.Context) error {
				_, err := app.Market.SendPaymentProof(ctx, w.Contract("to_pay"), testkit.Upload(testkit.PDF), none)
				return err
			}},
			{"verify", admin, 9, func(ctx context.Context) error {
				_, err := app.Market.VerifyPayment(ctx, w.Contract("to_verify"), none)
				return err
			}},
			{"cancel", institution, 12, func(ctx context.Context) error {
				_, err := app.Market.CancelContract(ctx, w.Contract("accepted"), "why", none)
				return err
			}},
		} {
			ctx, ran := store.Observe(app.As(c.as))
			if err := c.do(ctx); err != nil {
				t.Errorf("%s: %v (%s)", c.name, err, detailOf(err))
			}
			if ran.Count() != c.statements {
				t.Errorf("%s costs %d statements, want %d: %q", c.name, ran.Count(), c.statements, ran.Texts())
			}
		}
	})
}
