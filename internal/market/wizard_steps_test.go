package market_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// daysText writes the stretches of work of a view.
func daysText(v *view.Contract) string {
	var list []string
	for _, s := range v.Schedules {
		list = append(list, fmt.Sprintf("%s %s-%s", s.Date, s.StartTime, s.EndTime))
	}
	return strings.Join(list, ", ")
}

func contactsText(v *view.Contract) string {
	var list []string
	for _, c := range v.ContactPersons {
		list = append(list, c.Name+" "+*c.Phone)
	}
	return strings.Join(list, ", ")
}

// TestEachFieldOfAScheduleIsAbsentNullOrAValue starts from three days, nine to
// twelve, with a stretch of its own on the second, and one contact.
func TestEachFieldOfAScheduleIsAbsentNullOrAValue(t *testing.T) {
	t.Parallel()
	const (
		own   = "2026-06-14 09:30-11:00"
		daily = "2026-06-13 09:00-12:00, 2026-06-14 09:00-12:00, 2026-06-15 09:00-12:00"
		siti  = "Siti Aminah +62 (812) 999-0001"
	)
	type set = market.SetContractSchedule
	days := func(list ...market.Day) market.Optional[[]market.Day] { return market.Some(list) }
	for _, c := range []struct {
		name         string
		change       set
		days, people string // "" where it is refused
		refusal      string
	}{
		{"everything absent", set{}, own, siti, ""},
		{"the same start date", set{StartDate: market.Some(view.Date("2026-06-13"))}, own, siti, ""},
		{"another start date", set{StartDate: market.Some(view.Date("2026-06-14"))}, "2026-06-14 09:00-12:00, 2026-06-15 09:00-12:00", siti, ""},
		{"null for the start date", set{StartDate: market.Null[view.Date]()}, "", "", "contract_start_date is required"},
		{"another start time", set{StartTime: market.Some(view.ClockTime("10:00"))}, "2026-06-13 10:00-12:00, 2026-06-14 10:00-12:00, 2026-06-15 10:00-12:00", siti, ""},
		{"null for the start time", set{StartTime: market.Null[view.ClockTime]()}, "", "", "contract_start_time is required"},
		{"another end date", set{EndDate: market.Some(view.Date("2026-06-14"))}, "2026-06-13 09:00-12:00, 2026-06-14 09:00-12:00", siti, ""},
		{"null for the end date", set{EndDate: market.Null[view.Date]()}, "", "", "contract_end_date is required"},
		{"another end time", set{EndTime: market.Some(view.ClockTime("11:00"))}, "2026-06-13 09:00-11:00, 2026-06-14 09:00-11:00, 2026-06-15 09:00-11:00", siti, ""},
		{"null for the end time", set{EndTime: market.Null[view.ClockTime]()}, "", "", "contract_end_time is required"},
		{"null for the stretches", set{Schedules: market.Null[[]market.Day]()}, daily, siti, ""},
		{"no stretches", set{Schedules: days()}, daily, siti, ""},
		{"other stretches, out of order", set{Schedules: days(market.Day{Date: "2026-06-15", StartTime: "09:00", EndTime: "10:00"}, market.Day{Date: "2026-06-13", StartTime: "11:00", EndTime: "12:00"})},
			"2026-06-13 11:00-12:00, 2026-06-15 09:00-10:00", siti, ""},
		{"two that touch", set{Schedules: days(market.Day{Date: "2026-06-13", StartTime: "09:00", EndTime: "10:00"}, market.Day{Date: "2026-06-13", StartTime: "10:00", EndTime: "12:00"})},
			"2026-06-13 09:00-10:00, 2026-06-13 10:00-12:00", siti, ""},
		{"null for the contacts", set{Contacts: market.Null[[]market.Contact]()}, "", "", "contact_persons must leave at least one"},
		{"other contacts", set{Contacts: market.Some([]market.Contact{{Name: market.Some("Agus"), Phone: market.Some("0812 3456")}})}, own, "Agus 0812 3456", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			app := testkit.Start(t, testkit.SQLite(t))
			ctx, id := app.As(institution), app.World.Contract("draft_schedule")
			in := goodSchedule()
			in.ContractID, in.Schedules = id, days(market.Day{Date: "2026-06-14", StartTime: "09:30", EndTime: "11:00"})
			first, err := app.Market.SetContractSchedule(ctx, in, everything)
			if err != nil || first.Step != lifecycle.StepDetails || daysText(first) != own {
				t.Fatalf("%v, %v", first, err)
			}
			c.change.ContractID = id
			v, err := app.Market.SetContractSchedule(ctx, c.change, everything)
			if c.days == "" {
				if detailOf(err) != c.refusal {
					t.Errorf("%v (%s)", err, detailOf(err))
				}
				return
			}
			if err != nil || daysText(v) != c.days || contactsText(v) != c.people {
				t.Fatalf("%v (%s): %s, %s", err, detailOf(err), daysText(v), contactsText(v))
			}
			days := v.Schedules
			if *v.ScheduleStartDate != days[0].Date || *v.ScheduleStartTime != days[0].StartTime || *v.ScheduleEndDate != days[len(days)-1].Date || *v.ScheduleEndTime != days[len(days)-1].EndTime {
				t.Errorf("the schedules begin %s %s and end %s %s", *v.ScheduleStartDate, *v.ScheduleStartTime, *v.ScheduleEndDate, *v.ScheduleEndTime)
			}
		})
	}
}

func TestContactsAreReplacedOrChanged(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, id := app.As(institution), app.World.Contract("draft_details")
		text := market.Some[string]
		set := func(contacts ...market.Contact) *view.Contract {
			t.Helper()
			v, err := app.Market.SetContractSchedule(ctx, market.SetContractSchedule{ContractID: id, Contacts: market.Some(contacts)}, everything)
			if err != nil {
				t.Fatalf("%v (%s)", err, detailOf(err))
			}
			return v
		}
		known := draftContact(t, app)
		v := set(market.Contact{ID: known, Phone: text("+62 812 777")}, market.Contact{Name: text("Agus"), Phone: text("+62 812 888")}, market.Contact{Remove: true, Name: text("Nobody")})
		if contactsText(v) != "Siti Aminah +62 812 777, Agus +62 812 888" || v.ContactPersons[0].ID != known {
			t.Errorf("one changed, one added: %s", contactsText(v))
		}
		agus := v.ContactPersons[1].ID
		if v = set(market.Contact{ID: agus, Name: text("Agus Basuki")}); contactsText(v) != "Siti Aminah +62 812 777, Agus Basuki +62 812 888" {
			t.Errorf("who is not named stays: %s", contactsText(v))
		}
		if v = set(market.Contact{ID: known, Remove: true}); contactsText(v) != "Agus Basuki +62 812 888" || v.ContactPersons[0].ID != agus {
			t.Errorf("one removed: %s", contactsText(v))
		}
		before := rowsOf(t, app, id)
		if v = set(market.Contact{Name: text("Agus Basuki"), Phone: text("+62 812 888")}); v.ContactPersons[0].ID != agus || v.Version != before.contract.Version || len(rowsOf(t, app, id).history) != len(before.history) {
			t.Errorf("the same list again: %s, version %d", contactsText(v), v.Version)
		}
		if v = set(market.Contact{Name: text("Dewi"), Phone: text("+62 812 999")}); contactsText(v) != "Dewi +62 812 999" || v.ContactPersons[0].ID == agus {
			t.Errorf("another list: %s", contactsText(v))
		}
		checkContactHistory(t, app, id)
	})
}

// checkContactHistory: the last row tells who was there before and is there now.
func checkContactHistory(t *testing.T, app *testkit.App, id int64) {
	t.Helper()
	rows := app.Store.Client().ContractHistory.Query().Where(contracthistory.ContractID(id)).Order(contracthistory.ByContractVersion()).AllX(t.Context())
	var told changelog.Changes
	if err := json.Unmarshal(rows[len(rows)-1].Changes, &told); err != nil || len(told) != 1 {
		t.Fatalf("%v: %v", told, err)
	}
	for i, text := range []json.RawMessage{told[changelog.ContactPersons].From, told[changelog.ContactPersons].To} {
		people, err := changelog.Read[[]*ent.ContactPerson](text)
		want := []string{"Agus Basuki +62 812 888", "Dewi +62 812 999"}[i]
		if err != nil || len(people) != 1 || people[0].Name+" "+people[0].Phone != want {
			t.Errorf("%v, %v: want %s", people, err, want)
		}
	}
}

func TestEachFieldOfTheDetailsIsAbsentNullOrAValue(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, id := app.As(institution), app.World.Contract("draft_payment")
		had := rowsOf(t, app, id).contract
		set := func(in market.SetContractDetails) *ent.Contract {
			t.Helper()
			in.ContractID = id
			if _, err := app.Market.SetContractDetails(ctx, in, everything); err != nil {
				t.Fatalf("%v (%s)", err, detailOf(err))
			}
			return rowsOf(t, app, id).contract
		}
		same := func(got *ent.Contract, description, brand, model string, images []string) {
			t.Helper()
			if got.Description != description || got.ToolBrand != brand || got.ToolType != model || !slices.Equal(got.ToolImages, images) || got.Step != lifecycle.StepPayment {
				t.Errorf("%q %q %q %v at step %s", got.Description, got.ToolBrand, got.ToolType, got.ToolImages, got.Step)
			}
		}
		same(set(market.SetContractDetails{}), had.Description, had.ToolBrand, had.ToolType, had.ToolImages)
		same(set(market.SetContractDetails{Description: market.Some(had.Description)}), had.Description, had.ToolBrand, had.ToolType, had.ToolImages)
		if got := rowsOf(t, app, id).contract; got.Version != had.Version || !got.UpdatedAt.Equal(had.UpdatedAt) {
			t.Errorf("nothing to change: version %d becomes %d", had.Version, got.Version)
		}
		same(set(market.SetContractDetails{Description: market.Some("  Calibrate it.\n")}), "Calibrate it.", had.ToolBrand, had.ToolType, had.ToolImages)
		same(set(market.SetContractDetails{ToolBrand: market.Some(" Acme ")}), "Calibrate it.", "Acme", had.ToolType, had.ToolImages)
		same(set(market.SetContractDetails{ToolBrand: market.Null[string]()}), "Calibrate it.", "", had.ToolType, had.ToolImages)
		same(set(market.SetContractDetails{ToolType: market.Some("X1")}), "Calibrate it.", "", "X1", had.ToolImages)
		same(set(market.SetContractDetails{ToolType: market.Null[string](), ToolBrand: market.Some("")}), "Calibrate it.", "", "", had.ToolImages)

		kept := market.Attachment{Kept: had.ToolImages[1]}
		got := set(market.SetContractDetails{ToolImages: market.Some([]market.Attachment{{Upload: testkit.Upload(testkit.JPEG)}, kept})})
		if len(got.ToolImages) != 2 || got.ToolImages[1] != had.ToolImages[1] || bytesOf(t, app, got.ToolImages[0]) != testkit.JPEG {
			t.Errorf("one new and one kept: %v of %v", got.ToolImages, had.ToolImages)
		}
		v, err := app.Market.Contract(ctx, id, everything)
		if err != nil {
			t.Fatal(err)
		}
		byLink := market.Attachment{Kept: v.ToolImages[0].URL}
		same(set(market.SetContractDetails{ToolImages: market.Some([]market.Attachment{byLink})}), "Calibrate it.", "", "", got.ToolImages[:1])
		same(set(market.SetContractDetails{ToolImages: market.Null[[]market.Attachment]()}), "Calibrate it.", "", "", []string{})
		same(set(market.SetContractDetails{ToolImages: market.Some([]market.Attachment{})}), "Calibrate it.", "", "", []string{})
		if _, err := app.Files.Open(ctx, had.ToolImages[0]); err != nil {
			t.Errorf("a picture that was replaced is gone: %v", err)
		}
	})
}

// TestAnEarlierStepIsDoneAgain: what came after it stands.
func TestAnEarlierStepIsDoneAgain(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, id := app.As(member), app.World.Contract("draft_payment")
		in := goodSchedule()
		in.ContractID = id
		v, err := app.Market.SetContractSchedule(ctx, in, everything)
		if err != nil || v.Step != lifecycle.StepPayment || v.Description == nil {
			t.Fatalf("%+v, %v", v, err)
		}
		v, err = app.Market.ProcessPayment(ctx, market.ProcessPayment{ContractID: id, PaymentMethodID: 2, PromotionCode: " welcome"}, everything)
		if err != nil {
			t.Fatalf("%v (%s)", err, detailOf(err))
		}
		// Nine hours at 160,000, travel 75,000, platform 25,000, less 15,000; 5 % off.
		if v.PricingTotal.Value != 1_525_000 || v.DiscountAmount.Value != 76_250 || v.Payment.Amount.Value != 1_448_750 || v.Payment.Promotion.Code != "WELCOME" ||
			v.Status != lifecycle.ContractPaymentPending || v.Step != lifecycle.StepPayment || *v.Payment.PaymentMethod.AccountNumber != "880004400101" {
			t.Errorf("%+v, %+v", v.PricingTotal, v.Payment)
		}
	})
}
