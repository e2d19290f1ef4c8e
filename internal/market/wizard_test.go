package market_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/contactperson"
	"kontrak/ent/contract"
	"kontrak/ent/contracthistory"
	"kontrak/ent/payment"
	"kontrak/ent/pricingitem"
	"kontrak/ent/promotion"
	"kontrak/ent/schedule"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"

	"github.com/google/go-cmp/cmp"
)

// contractRows are the rows of one contract, as they are stored.
type contractRows struct {
	contract    *ent.Contract
	schedules   []*ent.Schedule
	contacts    []*ent.ContactPerson
	items       []*ent.PricingItem
	payments    []*ent.Payment
	assignments []*ent.Assignment
	history     []*ent.ContractHistory
}

func rowsOf(t testing.TB, app *testkit.App, id int64) *contractRows {
	t.Helper()
	c, ctx := app.Store.Client(), t.Context()
	return &contractRows{
		contract:    c.Contract.GetX(ctx, id),
		schedules:   c.Schedule.Query().Where(schedule.ContractID(id)).Order(schedule.ByDate(), schedule.ByStartTime()).AllX(ctx),
		contacts:    c.ContactPerson.Query().Where(contactperson.ContractID(id)).Order(contactperson.ByID()).AllX(ctx),
		items:       c.PricingItem.Query().Where(pricingitem.ContractID(id)).Order(pricingitem.ByPosition()).AllX(ctx),
		payments:    c.Payment.Query().Where(payment.ContractID(id)).AllX(ctx),
		assignments: c.Assignment.Query().Where(assignment.ContractID(id)).Order(assignment.BySequence()).AllX(ctx),
		history:     c.ContractHistory.Query().Where(contracthistory.ContractID(id)).Order(contracthistory.ByContractVersion()).AllX(ctx),
	}
}

// text writes the rows, and what the history tells of them, without their ids.
func (r *contractRows) text(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	contract := *r.contract
	contract.ID = 0
	_, contract.SearchText, _ = strings.Cut(contract.SearchText, " ") // it begins with the reference code
	fmt.Fprintln(&b, contract.String())
	for _, s := range r.schedules {
		s.ID, s.ContractID = 0, 0
		fmt.Fprintln(&b, s)
	}
	for _, p := range r.contacts {
		p.ID, p.ContractID = 0, 0
		fmt.Fprintln(&b, p)
	}
	for _, i := range r.items {
		i.ID, i.ContractID = 0, 0
		fmt.Fprintln(&b, i)
	}
	for _, p := range r.payments {
		p.ID, p.ContractID = 0, 0
		if p.Proof != "" {
			p.Proof = "a name of its own"
		}
		fmt.Fprintln(&b, p)
	}
	for _, a := range r.assignments {
		a.ID, a.ContractID = 0, 0
		fmt.Fprintln(&b, a)
	}
	for _, h := range r.history {
		var told map[string]any
		if err := json.Unmarshal(h.Changes, &told); err != nil {
			t.Fatal(err)
		}
		delete(told, "payment.id")
		if _, sent := told["payment.proof"]; sent {
			told["payment.proof"] = "a name of its own"
		}
		withoutIDs(told)
		h.Changes, _ = json.Marshal(told)
		text := string(h.Changes)
		h.ID, h.ContractID, h.Changes = 0, 0, nil
		fmt.Fprintln(&b, h, text)
	}
	return b.String()
}

// withoutIDs takes the ids of rows out of what a history tells.
func withoutIDs(told any) {
	switch told := told.(type) {
	case map[string]any:
		delete(told, "id")
		for _, v := range told {
			withoutIDs(v)
		}
	case []any:
		for _, v := range told {
			withoutIDs(v)
		}
	}
}

// again does to a new contract what was done to another, at the same instants.
type again struct {
	*testkit.App
	ctx  context.Context //nolint:containedctx // who does it all again
	like *contractRows
	id   int64
}

func (a *again) do(h *ent.ContractHistory) error {
	a.Clock.Set(h.At)
	switch h.Event {
	case lifecycle.ContractCreate:
		c := a.like.contract
		v, err := a.Market.CreateContract(a.ctx, market.CreateContract{
			InstitutionID: &c.InstitutionID, PartnerID: a.like.assignments[0].PartnerID, SubServiceID: c.SubServiceID, Kind: c.Kind,
		}, everything)
		if err == nil {
			a.id = v.ID
		}
		return err
	case lifecycle.ContractSetSchedule:
		_, err := a.Market.SetContractSchedule(a.ctx, a.schedule(), everything)
		return err
	case lifecycle.ContractSetDetails:
		c := a.like.contract
		_, err := a.Market.SetContractDetails(a.ctx, market.SetContractDetails{
			ContractID: a.id, Description: market.Some(c.Description), ToolBrand: market.Some(c.ToolBrand), ToolType: market.Some(c.ToolType),
		}, everything)
		return err
	case lifecycle.ContractProcessPayment:
		in := market.ProcessPayment{ContractID: a.id, PaymentMethodID: a.like.payments[0].PaymentMethodID}
		if id := a.like.payments[0].PromotionID; id != nil {
			in.PromotionCode = a.Store.Client().Promotion.Query().Where(promotion.ID(*id)).OnlyX(a.ctx).Code
		}
		_, err := a.Market.ProcessPayment(a.ctx, in, everything)
		return err
	case lifecycle.ContractVerifyPayment, lifecycle.ContractExpire:
		_, err := a.Market.VerifyPayment(a.ctx, a.id, everything)
		return err
	case lifecycle.ContractRefusePayment:
		_, err := a.Market.RefusePayment(a.ctx, a.id, h.Reason, everything)
		return err
	case lifecycle.ContractRecordRefund:
		_, err := a.Market.RecordRefund(a.ctx, a.id, everything)
		return err
	case lifecycle.ContractSendProof:
		_, err := a.Market.SendPaymentProof(a.ctx, a.id, testkit.Upload(testkit.PNG), everything)
		return err
	case lifecycle.ContractCancel:
		_, err := a.Market.CancelContract(a.ctx, a.id, h.Reason, everything)
		return err
	}
	return fmt.Errorf("nobody knows how to %s", h.Event)
}

// schedule is step one, with the stretches of work left to the wizard.
func (a *again) schedule() market.SetContractSchedule {
	c := a.like.contract
	var contacts []market.Contact
	for _, p := range a.like.contacts {
		contacts = append(contacts, market.Contact{Name: market.Some(p.Name), Phone: market.Some(p.Phone)})
	}
	return market.SetContractSchedule{
		ContractID: a.id, StartDate: market.Some(view.Date(c.StartDate)), StartTime: market.Some(view.ClockTime(c.StartTime)),
		EndDate: market.Some(view.Date(c.EndDate)), EndTime: market.Some(view.ClockTime(c.EndTime)), Contacts: market.Some(contacts),
	}
}

// TestTheWizardWritesWhatTheDemoSaysItDoes does every contract of the demo again
// that went no further than the wizard and the payment, at the same instants by the
// same people, and holds row against row.
func TestTheWizardWritesWhatTheDemoSaysItDoes(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c := app.Store.Client()
		done := map[lifecycle.ContractStatus]int{}
		for _, row := range c.Contract.Query().Order(contract.ByID()).AllX(t.Context()) {
			like := rowsOf(t, app, row.ID)
			if len(row.ToolImages) > 0 || !repeatable(like.history) {
				continue // pictures get names of their own
			}
			a := &again{App: app, like: like}
			for _, h := range like.history {
				a.ctx = app.As(c.User.GetX(t.Context(), *h.ActorID).Email)
				if err := a.do(h); err != nil {
					t.Fatalf("contract %d, %s: %v (%s)", row.ID, h.Event, err, detailOf(err))
				}
			}
			if d := cmp.Diff(strings.Split(like.text(t), "\n"), strings.Split(rowsOf(t, app, a.id).text(t), "\n")); d != "" {
				t.Errorf("contract %d was written otherwise: %s", row.ID, d)
			}
			done[row.Status]++
		}
		for status, least := range map[lifecycle.ContractStatus]int{
			lifecycle.ContractDraft: 9, lifecycle.ContractPaymentPending: 8, lifecycle.ContractPartnerPending: 6,
			lifecycle.ContractCancelled: 4, lifecycle.ContractExpired: 1,
		} {
			if done[status] < least {
				t.Errorf("%d contracts in %s were done again, want %d at least: %v", done[status], status, least, done)
			}
		}
	})
}

// repeatable tells whether the institution and the back office did everything, and
// each step of the wizard was done once.
func repeatable(history []*ent.ContractHistory) bool {
	seen := map[lifecycle.ContractEvent]bool{}
	for _, h := range history {
		switch h.Event {
		case lifecycle.ContractCreate, lifecycle.ContractSetSchedule, lifecycle.ContractSetDetails, lifecycle.ContractProcessPayment,
			lifecycle.ContractCancel, lifecycle.ContractVerifyPayment, lifecycle.ContractRefusePayment, lifecycle.ContractRecordRefund,
			lifecycle.ContractSendProof, lifecycle.ContractExpire:
		default:
			return false
		}
		if seen[h.Event] || h.ActorID == nil {
			return false
		}
		seen[h.Event] = true
	}
	return true
}
