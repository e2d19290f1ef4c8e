package market_test

import (
	"context"
	"strings"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// fieldsOf gives the fields that a fault names, each once, in order.
func fieldsOf(err error) string {
	f, _ := fault.As(err)
	if f == nil {
		return ""
	}
	var names []string
	for _, field := range f.Fields {
		if len(names) == 0 || names[len(names)-1] != field.Name {
			names = append(names, field.Name)
		}
	}
	return strings.Join(names, " ")
}

func TestCounterpartiesAreKeptByTheirInstitution(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m := signedIn(t, app), app.Market
		home, branch := app.World.Institutions["home"], app.World.Institutions["branch"]
		me := as["institution@demo.test"]
		_ = branch
		made, err := m.CreateCounterparty(me, &home, market.CounterpartyFields{
			Name: market.Some(" Zeta컴퍼니 "), CustomKey: market.Some("z-1"), Ceo: market.Some("Kim"), KitName: true,
			Managers: market.Some([]lifecycle.Manager{{Name: "Lee", Roles: []lifecycle.ManagerRole{"CONTRACT"}}}),
		})
		if err != nil {
			t.Fatal(err)
		}
		if made.Name != "Zeta컴퍼니" || *made.CustomKey != "z-1" || made.Managers[0].Roles[0] != "CONTRACT" || made.Version != 1 {
			t.Errorf("made %+v", made)
		}
		if _, err := m.CreateCounterparty(me, &home, market.CounterpartyFields{Name: market.Some("Zeta컴퍼니"), CustomKey: market.Some("z-1")}); codeOf(err) != fault.Duplicate || fieldsOf(err) != "custom_key name" {
			t.Errorf("the same again: %v %s", err, fieldsOf(err))
		}
		for name, ctx := range map[string]context.Context{"a foreigner": as["foreign@demo.test"]} {
			if _, err := m.UpdateCounterparty(ctx, made.ID, nil, market.CounterpartyFields{Ceo: market.Some("x")}); codeOf(err) != fault.RecordNotFound {
				t.Errorf("%s changes it: %v", name, err)
			}
			if _, err := m.Counterparty(ctx, made.ID); codeOf(err) != fault.RecordNotFound {
				t.Errorf("%s reads it: %v", name, err)
			}
			if _, err := m.DeleteCounterparty(ctx, made.ID); codeOf(err) != fault.RecordNotFound {
				t.Errorf("%s deletes it: %v", name, err)
			}
			if _, err := m.CreateCounterparty(ctx, &home, market.CounterpartyFields{}); fieldsOf(err) != "institution_id name" {
				t.Errorf("%s makes one: %v %s", name, err, fieldsOf(err))
			}
		}
		if _, err := m.CreateCounterparty(as["partner@demo.test"], &home, market.CounterpartyFields{}); codeOf(err) != fault.RoleForbidden {
			t.Errorf("a partner makes one: %v", err)
		}
		// absent stays, null clears
		made, err = m.UpdateCounterparty(me, made.ID, new(int64(1)), market.CounterpartyFields{Ceo: market.Null[string](), Address: market.Some("Seoul")})
		if err != nil || made.Ceo != nil || *made.Address != "Seoul" || *made.CustomKey != "z-1" || len(made.Managers) != 1 || made.Version != 2 {
			t.Errorf("changed %+v, %v", made, err)
		}
		if _, err := m.UpdateCounterparty(me, made.ID, new(int64(1)), market.CounterpartyFields{Ceo: market.Some("x")}); codeOf(err) != fault.Stale {
			t.Errorf("an old version: %v", err)
		}
		page, err := m.Counterparties(me, market.CounterpartyFilter{Name: "ZETA"}, market.OffsetPage(0, 10))
		if err != nil || *page.Total != 1 || page.Items[0].ID != made.ID {
			t.Fatalf("found %+v, %v", page, err)
		}
		paper, err := m.CreateAgreement(me, market.CreateAgreement{InstitutionID: &home, AgreementFields: market.AgreementFields{
			Title: market.Some("x"), AgreementPairs: market.AgreementPairs{CustomerIDs: market.Some([]int64{made.ID})},
		}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.DeleteCounterparty(me, made.ID); codeOf(err) != fault.WrongState {
			t.Errorf("one in use is deleted: %v", err)
		}
		if _, err := m.SortAgreement(me, paper.ID, market.AgreementPairs{CustomerIDs: market.Some([]int64{})}, 0); err != nil {
			t.Fatal(err)
		}
		if gone, err := m.DeleteCounterparty(me, made.ID); err != nil || gone.ID != made.ID {
			t.Errorf("deleted %+v, %v", gone, err)
		}
		if _, err := m.Counterparty(me, made.ID); codeOf(err) != fault.RecordNotFound {
			t.Errorf("it is still there: %v", err)
		}
	})
}

func TestEverythingWrongWithACounterpartyIsToldAtOnce(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.SQLite(t))
	home, long := app.World.Institutions["home"], strings.Repeat("x", 600)
	before := app.Snapshot(t)
	_, err := app.Market.CreateCounterparty(signedIn(t, app)["institution@demo.test"], &home, market.CounterpartyFields{
		Name: market.Some("a b"), KitName: true, CustomKey: market.Some("a b"), RegistrationNumber: market.Some("1 2"), Ceo: market.Some(long),
		Address: market.Some(long), Industry: market.Some(long), Category: market.Some("\x00"), Email: market.Some("x"),
		PartnerID: market.Some(int64(99_999_999)), Managers: market.Some([]lifecycle.Manager{{Email: "y", Roles: []lifecycle.ManagerRole{"BOSS"}}}),
	})
	want := "address category ceo custom_key email industry managers[0].email managers[0].name managers[0].roles name partner_id registration_number"
	if codeOf(err) != fault.InputInvalid || fieldsOf(err) != want {
		t.Errorf("told %v: %s", err, fieldsOf(err))
	}
	if got := app.Snapshot(t); got["counterparties"] != before["counterparties"] {
		t.Error("something was written")
	}
}

func TestTagsAndAssetsAreKeptByTheirInstitution(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m := signedIn(t, app), app.Market
		home := app.World.Institutions["home"]
		me, foreign := as["institution@demo.test"], as["foreign@demo.test"]
		one, err := m.CreateTag(me, &home, market.TagFields{Name: market.Some("zeta"), ColorCode: market.Some(lifecycle.TagColor("RED")), Position: market.Some(int32(900_000))})
		if err != nil || one.ColorCode != "RED" || one.Position != 900_000 {
			t.Fatalf("%+v %v", one, err)
		}
		if _, err := m.CreateTag(me, &home, market.TagFields{Name: market.Some("zeta")}); codeOf(err) != fault.Duplicate {
			t.Errorf("the same again: %v", err)
		}
		if _, err := m.CreateTag(me, &home, market.TagFields{Name: market.Some(""), ColorCode: market.Some(lifecycle.TagColor("PINK")), Position: market.Some(int32(-1))}); fieldsOf(err) != "color_code name position" {
			t.Errorf("told %v: %s", err, fieldsOf(err))
		}
		if _, err := m.UpdateTag(foreign, one.ID, market.TagFields{}); codeOf(err) != fault.RecordNotFound {
			t.Errorf("a foreigner changes it: %v", err)
		}
		one, err = m.UpdateTag(me, one.ID, market.TagFields{ColorCode: market.Null[lifecycle.TagColor]()})
		if err != nil || one.Name != "zeta" || one.ColorCode != "GRAY" || one.Position != 900_000 {
			t.Fatalf("changed %+v %v", one, err)
		}
		list, err := m.Tags(me, home)
		if err != nil || list[len(list)-1].ID != one.ID {
			t.Errorf("listed %+v %v", list, err)
		}
		if list, err := m.Tags(foreign, home); err != nil || len(list) != 0 {
			t.Errorf("a foreigner lists %+v %v", list, err)
		}
		paper, err := m.CreateAgreement(me, market.CreateAgreement{InstitutionID: &home, AgreementFields: market.AgreementFields{
			Title: market.Some("x"), AgreementPairs: market.AgreementPairs{TagIDs: market.Some([]int64{one.ID})},
		}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.DeleteTag(me, one.ID); codeOf(err) != fault.WrongState {
			t.Errorf("one in use is deleted: %v", err)
		}
		if _, err := m.DeleteAgreement(me, paper.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := m.DeleteTag(me, one.ID); err != nil {
			t.Error(err)
		}
		thing, err := m.CreateAsset(me, &home, " Scanner Z ", fault.Fields{})
		if err != nil || thing.Name != "Scanner Z" {
			t.Fatalf("%+v %v", thing, err)
		}
		if _, err := m.CreateAsset(me, &home, "Scanner Z", fault.Fields{}); codeOf(err) != fault.Duplicate {
			t.Errorf("the same again: %v", err)
		}
		if _, err := m.CreateAsset(foreign, &home, "", fault.Fields{}); fieldsOf(err) != "institution_id name" {
			t.Errorf("told %s", fieldsOf(err))
		}
		things, err := m.Assets(me, &home, market.OffsetPage(0, 100))
		if err != nil || things.Items[len(things.Items)-1].ID != thing.ID {
			t.Errorf("listed %+v %v", things, err)
		}
	})
}
