package market_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"kontrak/ent/subservice"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// refused is one thing that must be refused, and must write nothing.
type refused struct {
	name, as string
	do       func(ctx context.Context) error
	code     fault.Code
	detail   string // what the fault says beyond its code; "" for nothing
}

// refuseAll does everything at the demo's instant, and holds the tables and the
// files against what they were before.
func refuseAll(t *testing.T, app *testkit.App, list []refused) {
	t.Helper()
	as := signedIn(t, app)
	before, stored := app.Snapshot(t), app.Files.Count()
	for _, r := range list {
		err := r.do(as[r.as])
		if got := detailOf(err); codeOf(err) != r.code || (r.detail == "") != (got == "") || !strings.Contains(got, r.detail) {
			t.Errorf("%s: %v (%s), want %s (%s)", r.name, err, got, r.code, r.detail)
		}
	}
	if after := app.Snapshot(t); !maps.Equal(before, after) || app.Files.Count() != stored {
		t.Errorf("something was written: %q, and %d files instead of %d", differing(before, after), app.Files.Count(), stored)
	}
}

// subServiceID is the id of a sub-service by its name.
func subServiceID(t testing.TB, app *testkit.App, name string) int64 {
	t.Helper()
	return app.Store.Client().SubService.Query().Where(subservice.Name(name)).OnlyIDX(t.Context())
}

func TestAContractIsNotCreatedOutOfAnything(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, monitor := app.World, subServiceID(t, app, "Patient monitor")
		home := w.Institutions["home"]
		good := market.CreateContract{InstitutionID: &home, PartnerID: w.Partners["partner"], SubServiceID: monitor, Kind: lifecycle.KindRepair}
		var list []refused
		try := func(name, as string, code fault.Code, detail string, change func(*market.CreateContract)) {
			in := good
			if change != nil {
				change(&in)
			}
			list = append(list, refused{name, as, func(ctx context.Context) error {
				_, err := app.Market.CreateContract(ctx, in, everything)
				return err
			}, code, detail})
		}
		try("nobody", "", fault.TokenMissing, "", nil)
		for _, as := range []string{technician, supervisor, admin} {
			try(as, as, fault.RoleForbidden, "role", nil)
		}
		for name, id := range map[string]int64{"foreign": w.Institutions["foreign"], "asked to join": w.Institutions["other"], "unknown": 1 << 40, "nonsense": -1} {
			try(name+" institution", institution, fault.InputInvalid, "institution_id is not one of your institutions", func(in *market.CreateContract) { in.InstitutionID = &id })
		}
		none := int64(0)
		try("no institution", institution, fault.InputInvalid, "institution_id is required", func(in *market.CreateContract) { in.InstitutionID = &none })
		try("no institution, which is no hidden state", institution, fault.InputInvalid, "institution_id is required", func(in *market.CreateContract) { in.InstitutionID = nil })
		try("nothing selected", "other@demo.test", fault.InputInvalid, "institution_id is required: no institution is selected", func(in *market.CreateContract) { in.InstitutionID, in.Current = nil, true })
		try("a former manager", "former@demo.test", fault.InputInvalid, "institution_id is not one", nil)
		try("nothing at all", institution, fault.InputInvalid, "institution_id is required; kind is required: one of installation maintenance repair; partner_id is required: the id of a partner; sub_service_id is required: the id of a sub-service",
			func(in *market.CreateContract) { *in = market.CreateContract{} })
		try("an unknown kind", institution, fault.InputInvalid, "kind must be one of", func(in *market.CreateContract) { in.Kind = "Repair" })
		try("no sub-service, and an unknown partner", institution, fault.InputInvalid, "partner_id is none of the partners; sub_service_id is not offered", func(in *market.CreateContract) {
			in.SubServiceID, in.PartnerID = 1<<40, 1<<40
		})
		try("no sub-service, and a hidden partner", institution, fault.InputInvalid, "partner_id is none of the partners; sub_service_id is not offered", func(in *market.CreateContract) {
			in.SubServiceID, in.PartnerID = 1<<40, w.Partners["suspended"]
		})
		try("ids of other types", institution, fault.InputInvalid, "partner_id is not an id of type Partner; sub_service_id is not an id of type SubService", func(in *market.CreateContract) {
			in.SubServiceID, in.PartnerID = market.NoRecord, market.NoRecord
		})
		try("an unknown sub-service", institution, fault.InputInvalid, "sub_service_id is not offered", func(in *market.CreateContract) { in.SubServiceID = 1 << 40 })
		for _, name := range []string{"Film processor", "Film scanner"} {
			try(name, institution, fault.InputInvalid, "sub_service_id is not offered", func(in *market.CreateContract) { in.SubServiceID = subServiceID(t, app, name) })
		}
		try("a kind that is not offered", institution, fault.InputInvalid, "kind is not offered for Medical gas", func(in *market.CreateContract) { in.SubServiceID = subServiceID(t, app, "Medical gas") })
		for name, rule := range map[string]string{
			"no_competency": "competency", "competency_pending": "competency_active", "competency_inactive": "competency_active", "kind_missing": "competency_kind",
			"not_verified": "partner_listed", "inactive": "partner_listed", "suspended": "partner_listed", "deleted": "partner_listed", "resting": "open_to_work",
		} {
			try("a partner of "+name, institution, fault.PartnerIneligible, "partner_id is not eligible; "+rule, func(in *market.CreateContract) {
				in.PartnerID = w.Partners[name]
				if name == "resting" {
					in.Kind = lifecycle.KindMaintenance
				}
			})
		}
		try("an unknown partner", institution, fault.PartnerIneligible, "partner_id is not eligible; partner_listed", func(in *market.CreateContract) { in.PartnerID = 1 << 40 })
		try("several rules at once", institution, fault.PartnerIneligible, "competency; open_to_work; price", func(in *market.CreateContract) {
			in.PartnerID, in.SubServiceID = w.Partners["resting"], subServiceID(t, app, "Autoclave")
		})
		refuseAll(t, app, list)
	})
}

// TestAHiddenPartnerIsNotToldApartFromAnUnknownOne compares whole faults.
func TestAHiddenPartnerIsNotToldApartFromAnUnknownOne(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.SQLite(t))
	home := app.World.Institutions["home"]
	refusal := func(partnerID int64) string {
		_, err := app.Market.CreateContract(app.As(institution), market.CreateContract{
			InstitutionID: &home, PartnerID: partnerID, SubServiceID: subServiceID(t, app, "Patient monitor"), Kind: lifecycle.KindRepair,
		}, everything)
		f, _ := fault.As(err)
		return err.Error() + f.Refusals[0].Needed + f.Refusals[0].Actual
	}
	want := refusal(1 << 40)
	for _, name := range []string{"inactive", "suspended", "deleted", "not_verified"} {
		if got := refusal(app.World.Partners[name]); got != want {
			t.Errorf("%s: %s, and of an unknown one: %s", name, got, want)
		}
	}
}

func TestAScheduleIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := app.World
		var list []refused
		try := func(name, as, story string, code fault.Code, detail string, change func(*market.SetContractSchedule)) {
			in := goodSchedule()
			in.ContractID = w.Contract(story)
			if change != nil {
				change(&in)
			}
			list = append(list, refused{name, as, func(ctx context.Context) error {
				_, err := app.Market.SetContractSchedule(ctx, in, everything)
				return err
			}, code, detail})
		}
		try("nobody", "", "draft_schedule", fault.TokenMissing, "", nil)
		try("the partner", technician, "draft_schedule", fault.RoleForbidden, "role", nil)
		try("the back office", admin, "draft_schedule", fault.RoleForbidden, "role", nil)
		try("another institution", "foreign@demo.test", "draft_schedule", fault.RecordNotFound, "", nil)
		try("an unknown contract", institution, "no such story", fault.RecordNotFound, "", nil)
		try("one that is to be paid", institution, "to_pay", fault.WrongState, "state", nil)
		try("one that is cancelled", institution, "cancelled", fault.WrongState, "state", nil)
		draft := func(detail string, change func(*market.SetContractSchedule)) {
			try(detail, institution, "draft_schedule", fault.InputInvalid, detail, change)
		}
		draft("contact_persons is required: name at least one; contract_end_date is required; contract_end_time is required; contract_start_date is required; contract_start_time is required",
			func(in *market.SetContractSchedule) { *in = market.SetContractSchedule{ContractID: in.ContractID} })
		for _, c := range []struct{ detail, startDate, startTime, endDate, endTime string }{
			{"contract_start_date must be a date", "13-06-2026", "09:00", "2026-06-13", "12:00"},
			{"contract_start_date must be a date", "2026-02-30", "09:00", "2026-06-13", "12:00"},
			{"contract_start_time must be a time of day", "2026-06-13", "9:00", "2026-06-13", "12:00"},
			{"contract_start_time must be a time of day", "2026-06-13", "09:00:00", "2026-06-13", "12:00"},
			{"contract_end_time must be a time of day", "2026-06-13", "09:00", "2026-06-13", "24:00"},
			{"contract_start_date must be in the future: in Asia/Jakarta it is 2026-06-08 09:00", "2026-06-08", "09:00", "2026-06-08", "12:00"},
			{"contract_start_date must be in the future", "2020-06-08", "09:00", "2020-06-08", "12:00"},
			{"contract_start_date must be within 10 years", "2036-06-09", "09:00", "2036-06-09", "12:00"},
			{"contract_start_date must be within 10 years", "9999-12-30", "09:00", "9999-12-31", "12:00"},
			{"contract_end_date must be after the start", "2026-06-13", "09:00", "2026-06-13", "09:00"},
			{"contract_end_date must be after the start", "2026-06-13", "09:00", "2026-06-12", "12:00"},
			{"contract_end_date must be at most 366 days", "2026-06-13", "09:00", "2027-06-15", "12:00"},
		} {
			draft(c.detail, func(in *market.SetContractSchedule) {
				in.StartDate, in.StartTime = market.Some(view.Date(c.startDate)), market.Some(view.ClockTime(c.startTime))
				in.EndDate, in.EndTime = market.Some(view.Date(c.endDate)), market.Some(view.ClockTime(c.endTime))
			})
		}
		for _, c := range []struct {
			detail string
			days   []market.Day
		}{
			{"schedules[0].date must be a date", []market.Day{{"13", "09:00", "10:00"}}},
			{"schedules[1].end_time must be a time of day", []market.Day{{"2026-06-13", "09:00", "10:00"}, {"2026-06-14", "09:00", "x"}}},
			{"schedules[0].end_time must be after its start, on the same day", []market.Day{{"2026-06-13", "10:00", "10:00"}}},
			{"schedules[0].end_time must be after its start, on the same day", []market.Day{{"2026-06-13", "22:00", "06:00"}}},
			{"schedules[0].date must lie within the contract's period", []market.Day{{"2026-06-12", "09:00", "10:00"}}},
			{"schedules[0].date must lie within the contract's period", []market.Day{{"2026-06-13", "08:59", "10:00"}}},
			{"schedules[0].date must lie within the contract's period", []market.Day{{"2026-06-15", "09:00", "12:01"}}},
			{"schedules has two stretches at once", []market.Day{{"2026-06-14", "09:30", "10:30"}, {"2026-06-14", "09:00", "09:31"}}},
			{"schedules has 367 stretches of work, and 366 are allowed", make([]market.Day, 367)},
		} {
			draft(c.detail, func(in *market.SetContractSchedule) { in.Schedules = market.Some(c.days) })
		}
		refuseAll(t, app, append(list, badContacts(app, draftContact(t, app))...))
	})
}

// draftContact is the id of the contact person of the story "draft_details".
func draftContact(t testing.TB, app *testkit.App) int64 {
	t.Helper()
	return rowsOf(t, app, app.World.Contract("draft_details")).contacts[0].ID
}

// badContacts are lists of contact persons that are refused, of the story
// "draft_details", which has one.
func badContacts(app *testkit.App, known int64) []refused {
	text := market.Some[string]
	eleven := make([]market.Contact, 11)
	for i := range eleven {
		eleven[i] = market.Contact{Name: text("Somebody"), Phone: text("+62812000001")}
	}
	var list []refused
	for _, c := range []struct {
		detail   string
		contacts market.Optional[[]market.Contact]
	}{
		{"contact_persons must leave at least one", market.Null[[]market.Contact]()},
		{"contact_persons must leave at least one", market.Some([]market.Contact{})},
		{"contact_persons must leave at least one", market.Some([]market.Contact{{ID: known, Remove: true}})},
		{"contact_persons must leave at least one", market.Some([]market.Contact{{Remove: true}})},
		{"contact_persons would be 11, and 10 are allowed", market.Some(eleven)},
		{"contact_persons would be 11, and 10 are allowed", market.Some(append([]market.Contact{{ID: known}}, eleven[:10]...))},
		{"contact_persons[0].name is required; contact_persons[0].phone is required", market.Some([]market.Contact{{}})},
		{"contact_persons[0].name is required", market.Some([]market.Contact{{ID: known, Name: market.Null[string]()}})},
		{"contact_persons[0].name must have at most 200 letters", market.Some([]market.Contact{{Name: text(strings.Repeat("a", 201)), Phone: text("+62812000001")}})},
		{"contact_persons[0].phone must be a telephone number", market.Some([]market.Contact{{Name: text("Siti"), Phone: text("call me")}})},
		{"contact_persons[0].phone must have at most 40 letters", market.Some([]market.Contact{{Name: text("Siti"), Phone: text("+62 " + strings.Repeat("1", 40))}})},
		{"contact_persons[0].name must be text without the zero character", market.Some([]market.Contact{{Name: text("S\x00ti"), Phone: text("+62812000001")}})},
		{"contact_persons[0].id is no contact person of this contract", market.Some([]market.Contact{{ID: known + 1}})},
		{"contact_persons[0].id is no contact person of this contract", market.Some([]market.Contact{{ID: -1}})},
		{"contact_persons[1].id is named twice", market.Some([]market.Contact{{ID: known}, {ID: known}})},
	} {
		in := market.SetContractSchedule{ContractID: app.World.Contract("draft_details"), Contacts: c.contacts}
		list = append(list, refused{c.detail, institution, func(ctx context.Context) error {
			_, err := app.Market.SetContractSchedule(ctx, in, everything)
			return err
		}, fault.InputInvalid, c.detail})
	}
	return list
}

// goodSchedule is a step one that is taken: three days, from nine to twelve.
func goodSchedule() market.SetContractSchedule {
	return market.SetContractSchedule{
		StartDate: market.Some(view.Date("2026-06-13")), StartTime: market.Some(view.ClockTime("09:00")),
		EndDate: market.Some(view.Date("2026-06-15")), EndTime: market.Some(view.ClockTime("12:00")),
		Contacts: market.Some([]market.Contact{{Name: market.Some("Siti Aminah"), Phone: market.Some("+62 (812) 999-0001")}}),
	}
}

func TestDetailsAreRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := app.World
		foreign := rowsOf(t, app, w.Contract("to_pay")).contract.ToolImages[0]
		picture := market.Attachment{Upload: testkit.Upload(testkit.PNG)}
		var list []refused
		try := func(name, as, story string, code fault.Code, detail string, in market.SetContractDetails) {
			in.ContractID = w.Contract(story)
			list = append(list, refused{name, as, func(ctx context.Context) error {
				_, err := app.Market.SetContractDetails(ctx, in, everything)
				return err
			}, code, detail})
		}
		good := market.SetContractDetails{Description: market.Some("Calibrate it."), ToolImages: market.Some([]market.Attachment{picture})}
		try("nobody", "", "draft_details", fault.TokenMissing, "", good)
		try("the partner", technician, "draft_details", fault.RoleForbidden, "role", good)
		try("another institution", "foreign@demo.test", "draft_details", fault.RecordNotFound, "", good)
		try("step one is not done", institution, "draft_schedule", fault.WrongState, "step", good)
		try("it is to be paid", institution, "to_pay", fault.WrongState, "state", good)
		for _, c := range []struct {
			detail string
			in     market.SetContractDetails
		}{
			{"description is required", market.SetContractDetails{}},
			{"description is required", market.SetContractDetails{Description: market.Null[string]()}},
			{"description is required", market.SetContractDetails{Description: market.Some(" \n")}},
			{"description must have at most 5000 letters", market.SetContractDetails{Description: market.Some(strings.Repeat("a", 5001))}},
			{"tool_brand must have at most 200 letters; tool_type must be text", market.SetContractDetails{Description: good.Description, ToolBrand: market.Some(strings.Repeat("a", 201)), ToolType: market.Some("\x00")}},
			{"tool_images is no picture, whatever its name says", withPictures(good, market.Attachment{Upload: testkit.Upload(testkit.PDF)})},
			{"tool_images[1] is no picture, whatever its name says", withPictures(good, picture, market.Attachment{Upload: testkit.Upload(testkit.SVG)})},
			{"tool_images[1] is empty", withPictures(good, picture, market.Attachment{Upload: testkit.Upload("")})},
			{"tool_images has 11 files, and 10 are allowed", withPictures(good, picture, picture, picture, picture, picture, picture, picture, picture, picture, picture, picture)},
			{"tool_images is none of the files that are there", withPictures(good, market.Attachment{Kept: foreign})},
			{"tool_images is none of the files that are there", withPictures(good, market.Attachment{})},
			{"tool_images is none of the files that are there", withPictures(good, market.Attachment{Kept: "../../etc/passwd"})},
		} {
			try(c.detail, institution, "draft_details", fault.InputInvalid, c.detail, c.in)
		}
		refuseAll(t, app, list)
	})
}

func withPictures(in market.SetContractDetails, list ...market.Attachment) market.SetContractDetails {
	in.ToolImages = market.Some(list)
	return in
}

func TestAPaymentIsNotProcessed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w := app.World
		var list []refused
		try := func(name, as, story string, code fault.Code, detail string, method int64, promo string) {
			in := market.ProcessPayment{ContractID: w.Contract(story), PaymentMethodID: method, PromotionCode: promo}
			list = append(list, refused{name, as, func(ctx context.Context) error {
				_, err := app.Market.ProcessPayment(ctx, in, everything)
				return err
			}, code, detail})
		}
		try("nobody", "", "draft_payment", fault.TokenMissing, "", 1, "")
		try("the partner", technician, "draft_payment", fault.RoleForbidden, "role", 1, "")
		try("another institution", "foreign@demo.test", "draft_payment", fault.RecordNotFound, "", 1, "")
		try("step one is not done", institution, "draft_schedule", fault.WrongState, "step", 1, "")
		try("step two is not done", institution, "draft_details", fault.WrongState, "step", 1, "")
		try("it was processed", institution, "to_pay", fault.WrongState, "state", 1, "")
		try("no method", institution, "draft_payment", fault.InputInvalid, "payment_method_id is required", 0, "")
		try("an unknown method", institution, "draft_payment", fault.InputInvalid, "payment_method_id is none of the payment methods", 99, "")
		try("a method that is switched off", institution, "draft_payment", fault.InputInvalid, "payment_method_id is none of the payment methods", 4, "")
		try("everything wrong, and too early", institution, "draft_schedule", fault.InputInvalid, "payment_method_id is required: the id of a payment method; promotion_code is unknown", 0, "NOTHING")
		for code, detail := range map[string]string{
			"NOTHING": "is unknown", "PAUSED": "is unknown", "RAMADAN25": "has ended: its last day was 2026-03-20", "MERDEKA17": "begins on 2026-08-01: use it from then on",
			strings.Repeat("A", 51): "must have at most 50 letters", "A\x00": "must be text",
		} {
			try(code, institution, "draft_payment", fault.InputInvalid, "promotion_code "+detail, 1, code)
		}
		refuseAll(t, app, list)
	})
}

// TestAPaymentIsNotProcessedForAPartnerThatCannotCome: what has changed since the
// draft was made.
func TestAPaymentIsNotProcessedForAPartnerThatCannotCome(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.Bend(
			"instants of a contract's life are there when they passed", "the last history row tells the present state",
			"a day of work ends with its contract", testkit.PlaysBack,
		)
		c, ctx, id := app.Store.Client(), t.Context(), app.World.Contract("draft_payment")
		row := c.Contract.GetX(ctx, id)
		process := func() error {
			_, err := app.Market.ProcessPayment(app.As(institution), market.ProcessPayment{ContractID: id, PaymentMethodID: 1}, everything)
			return err
		}
		for _, s := range []struct {
			rule     string
			code     fault.Code
			do, undo func()
		}{
			{"open_to_work", fault.PartnerIneligible,
				func() { c.Partner.UpdateOneID(row.PartnerID).SetOpenToWork(false).ExecX(ctx) },
				func() { c.Partner.UpdateOneID(row.PartnerID).SetOpenToWork(true).ExecX(ctx) }},
			{"partner_active", fault.PartnerIneligible,
				func() { c.Partner.UpdateOneID(row.PartnerID).SetStatus(lifecycle.PartnerSuspended).ExecX(ctx) },
				func() { c.Partner.UpdateOneID(row.PartnerID).SetStatus(lifecycle.PartnerActive).ExecX(ctx) }},
			{"partner", fault.PartnerIneligible,
				func() { c.Partner.UpdateOneID(row.PartnerID).SetDeletedAt(app.World.Now).ExecX(ctx) },
				func() { c.Partner.UpdateOneID(row.PartnerID).ClearDeletedAt().ExecX(ctx) }},
			{"competency_kind", fault.PartnerIneligible,
				func() { c.Competency.Update().Where(of(row)...).SetMaintenance(false).ExecX(ctx) },
				func() { c.Competency.Update().Where(of(row)...).SetMaintenance(true).ExecX(ctx) }},
			{"price", fault.PartnerIneligible,
				func() { c.BasePrice.Update().Where(priceOf(row)...).SetCurrency("USD").ExecX(ctx) },
				func() { c.BasePrice.Update().Where(priceOf(row)...).SetCurrency("IDR").ExecX(ctx) }},
			{"overlap", fault.PartnerIneligible,
				func() { occupy(t, app, row, lifecycle.ContractAccepted) },
				func() { occupy(t, app, row, lifecycle.ContractCompleted) }},
			{"start", fault.DeadlinePassed, func() { app.Clock.Set(*row.ScheduledStartAt) }, func() { app.Clock.Set(app.World.Now) }},
		} {
			s.do()
			if err := process(); codeOf(err) != s.code || detailOf(err) != s.rule {
				t.Errorf("%s: %v (%s)", s.rule, err, detailOf(err))
			}
			s.undo()
		}
		if err := process(); err != nil {
			t.Errorf("nothing stands in the way any more: %v (%s)", err, detailOf(err))
		}
	})
}
