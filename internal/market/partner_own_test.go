package market_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/cataloguechange"
	"kontrak/ent/competency"
	"kontrak/ent/onetimecode"
	"kontrak/ent/outbox"
	"kontrak/ent/partner"
	"kontrak/ent/wishlist"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

const boss = "supervisor@demo.test"

// aPlace is a whole place.
func aPlace() market.Place {
	return market.Place{
		Province: market.Some("Banten"), City: market.Some("Serang"), Address: market.Some("Jalan Raya 1"),
		Latitude: market.Some(-6.1), Longitude: market.Some(106.1),
	}
}

func aPartner(email string) market.NewPartner {
	return market.NewPartner{Email: email, Language: lifecycle.English, PartnerFields: market.PartnerFields{
		FullName: market.Some(" Dewi Lestari "), PhoneNumber: market.Some("+62 812 999 0001"), BirthDate: market.Some("1990-12-31"),
		Gender: market.Some(lifecycle.GenderFemale), Place: aPlace(), PlaceAt: "location", Skills: market.Some([]market.Skill{
			{SubServiceID: 8, BasePrice: market.Some(int64(90_000))}, {SubServiceID: 12, Kinds: market.Some([]lifecycle.Kind{lifecycle.KindMaintenance})},
		}),
	}}
}

const everyPartnerPart = market.WantLocation | market.WantLocations | market.WantPrivate | market.WantPhone | market.WantCompetencies | market.WantPrice |
	market.WantPrices | market.WantEducation | market.WantCompleted

// TestASupervisorMakesAPartnerThatIsInvited: in one transaction all of it is there, the
// owner chooses a password with the token of the mail, once, and the partner is found.
func TestASupervisorMakesAPartnerThatIsInvited(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, m := app.Store.Client(), app.Market
		v, err := m.CreatePartner(app.As(boss), aPartner(" Dewi@Example.com "), everyPartnerPart)
		if err != nil {
			t.Fatal(err)
		}
		if v.FullName != "Dewi Lestari" || *v.Email != "dewi@example.com" || *v.PhoneNumber != "+62 812 999 0001" || string(*v.BirthDate) != "1990-12-31" ||
			!v.IsVerified || !v.OpenToWork || v.Location.City != "Serang" || len(v.Locations) != 1 || v.Price.Value != 90_000 || len(v.Prices) != 1 || len(v.Prices[0].Kinds) != 3 {
			t.Errorf("%+v", v)
		}
		p := c.Partner.Query().Where(partner.ID(v.ID)).WithUser().OnlyX(t.Context())
		if p.Edges.User.PasswordHash != "" || p.Edges.User.Role != "partner" || p.Edges.User.EmailVerifiedAt != nil || p.Status != lifecycle.PartnerActive {
			t.Errorf("%+v of %+v", p, p.Edges.User)
		}
		row := c.OneTimeCode.Query().Where(onetimecode.UserID(p.UserID)).OnlyX(t.Context())
		l, err := app.Auth.CodeLetter(t.Context(), row.ID)
		if err != nil || l.Email != "dewi@example.com" || l.Language != lifecycle.English || !row.ExpiresAt.Equal(app.Wall.Now().Add(7*24*time.Hour).Truncate(time.Millisecond)) {
			t.Fatalf("%+v %v", l, err)
		}
		if n := c.Outbox.Query().Where(outbox.Topic("invitation")).CountX(t.Context()); n != 1 || len(app.Holding(t, l.Code)) > 0 {
			t.Errorf("%d mails; the token is held in %v", n, app.Holding(t, l.Code))
		}
		nouns := c.CatalogueChange.Query().Where(cataloguechange.NounIn(lifecycle.NounPartner, lifecycle.NounUser, lifecycle.NounBasePrice)).Order(ent.Asc("id")).AllX(t.Context())
		told := ""
		for _, r := range nouns[len(nouns)-3:] {
			told += string(r.Noun) + " "
			if text := string(r.Changes); strings.Contains(text, "Dewi") || strings.Contains(text, "dewi") || strings.Contains(text, "999 0001") || strings.Contains(text, "1990") {
				t.Errorf("a change tells who it is: %s", text)
			}
		}
		if told != "user base_price partner " {
			t.Errorf("the changes tell of %s", told)
		}
		accept(t, app, l.Code)
		if _, _, err := app.Auth.SignIn(t.Context(), authn.SignIn{Email: "dewi@example.com", Password: "a good password"}); err != nil {
			t.Error(err)
		}
		for _, token := range []string{l.Code, "", "unknown"} {
			if err := app.Auth.AcceptInvitation(t.Context(), token, "another password", ""); codeOf(err) != fault.InputInvalid {
				t.Errorf("%q: %v", token, err)
			}
		}
		found, err := m.Partners(app.As(institution), market.PartnerFilter{Latitude: new(-6.1), Longitude: new(106.1), RadiusKm: new(1.0)}, market.PartnerOrder{}, market.NumberedPage(1, 20), 0)
		if err != nil || len(found.Items) != 1 || found.Items[0].ID != v.ID {
			t.Errorf("around its place: %+v %v", found, err)
		}
	})
}

// accept accepts an invitation from many sides at once: one of them wins.
func accept(t *testing.T, app *testkit.App, token string) {
	t.Helper()
	won, wrong := 0, sync.Mutex{}
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			err := app.Auth.AcceptInvitation(t.Context(), token, "a good password", fmt.Sprint("10.0.0.", i))
			wrong.Lock()
			defer wrong.Unlock()
			switch {
			case err == nil:
				won++
			case codeOf(err) != fault.InputInvalid:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d were the first", won)
	}
}

func TestAnInvitationEndsAfterAWeek(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.SQLite(t))
	if _, err := app.Market.CreatePartner(app.As(boss), aPartner("dewi@example.com"), 0); err != nil {
		t.Fatal(err)
	}
	row := app.Store.Client().OneTimeCode.Query().OnlyX(t.Context())
	l, err := app.Auth.CodeLetter(t.Context(), row.ID)
	if err != nil {
		t.Fatal(err)
	}
	app.Wall.Advance(7 * 24 * time.Hour)
	if err := app.Auth.ResetPassword(t.Context(), l.Code, "a good password", "a good password", ""); codeOf(err) != fault.InputInvalid {
		t.Error(err)
	}
	if l, err := app.Auth.CodeLetter(t.Context(), row.ID); l != nil || err != nil {
		t.Error("it would still be sent", err)
	}
}

// TestAPartnerOfAnotherSupervisorIsNone: to read, to change and to delete.
func TestAPartnerOfAnotherSupervisorIsNone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		m, as := app.Market, signedIn(t, app)
		before := app.Snapshot(t)
		for _, id := range []int64{app.World.Partners["refused"], app.World.Partners["deleted"], 1 << 40, 0, -1} {
			_, read := m.OwnPartner(as[boss], id, 0)
			_, changed := m.UpdatePartner(as[boss], id, market.PartnerFields{FullName: market.Some("")}, 0)
			_, deleted := m.DeletePartner(as[boss], id)
			if got := errorsOf(read, changed, deleted); got != "NOT_FOUND NOT_FOUND NOT_FOUND" {
				t.Errorf("partner %d: %s", id, got)
			}
		}
		for _, who := range []string{institution, technician, admin} {
			_, read := m.OwnPartner(as[who], 1<<40, 0)
			_, made := m.CreatePartner(as[who], market.NewPartner{}, 0)
			_, changed := m.UpdatePartner(as[who], 1<<40, market.PartnerFields{}, 0)
			_, deleted := m.DeletePartner(as[who], 1<<40)
			_, services := m.SupervisorServices(as[who])
			if got := errorsOf(read, made, changed, deleted, services); got != strings.TrimSpace(strings.Repeat("FORBIDDEN ", 5)) {
				t.Errorf("%s: %s", who, got)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %v", differing(before, after))
		}
	})
}

// TestWhatIsWrongWithAPartnerIsNamedAtOnce.
func TestWhatIsWrongWithAPartnerIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as := app.As(boss)
		before := app.Snapshot(t)
		bad := market.NewPartner{Email: "x", Language: "xx", PartnerFields: market.PartnerFields{
			FullName: market.Some(strings.Repeat("😀", 201)), PhoneNumber: market.Some("x"), BirthDate: market.Some("2999-01-01"), Gender: market.Null[lifecycle.Gender](),
			Place: market.Place{Latitude: market.Some(90.1), City: market.Some("a\x00")}, PlaceAt: "location", Skills: market.Some([]market.Skill{
				{SubServiceID: 8, BasePrice: market.Some(int64(-1))}, {SubServiceID: 8, Kinds: market.Some([]lifecycle.Kind{"x"})}, {SubServiceID: 1 << 40, Kinds: market.Some([]lifecycle.Kind{})},
			}),
		}}
		_, err := app.Market.CreatePartner(as, bad, 0)
		f, _ := fault.As(err)
		var named []string
		for _, field := range f.Fields {
			if !slices.Contains(named, field.Name) {
				named = append(named, field.Name)
			}
		}
		want := "birth_date competencies[0].base_price competencies[1].kinds competencies[1].sub_service_id competencies[2].kinds competencies[2].sub_service_id " +
			"email full_name gender language location.address location.city location.latitude location.longitude location.province phone_number"
		if got := strings.Join(named, " "); got != want || f.Code != fault.InputInvalid {
			t.Errorf("%s:\n%s, want\n%s", f.Code, got, want)
		}
		taken := aPartner("Partner@demo.test")
		if _, err := app.Market.CreatePartner(as, taken, 0); codeOf(err) != fault.Duplicate || !strings.Contains(testFields(err), "email") {
			t.Error(err)
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %v", differing(before, after))
		}
	})
}

func testFields(err error) string {
	f, _ := fault.As(err)
	names := ""
	for _, field := range f.Fields {
		names += field.Name + " "
	}
	return names
}

// TestASupervisorChangesAPartner: what is left out stays, skills that are left out of the
// list end with their prices, and a price of the past is kept.
func TestASupervisorChangesAPartner(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, m, as := app.Store.Client(), app.Market, app.As(boss)
		made, err := m.CreatePartner(as, aPartner("dewi@example.com"), 0)
		if err != nil {
			t.Fatal(err)
		}
		before := c.Partner.GetX(t.Context(), made.ID)
		v, err := m.UpdatePartner(as, made.ID, market.PartnerFields{
			FullName: market.Some("Dewi Baru"), Place: market.Place{City: market.Some("Cilegon")},
			Skills: market.Some([]market.Skill{{SubServiceID: 12, BasePrice: market.Some(int64(70_000))}}),
		}, everyPartnerPart)
		if err != nil {
			t.Fatal(err)
		}
		if v.FullName != "Dewi Baru" || v.Location.City != "Cilegon" || v.Location.Province != "Banten" || *v.PhoneNumber != "+62 812 999 0001" ||
			len(v.Prices) != 1 || v.Prices[0].Amount.Value != 70_000 || !slices.Equal(v.Prices[0].Kinds, []lifecycle.Kind{lifecycle.KindMaintenance}) {
			t.Errorf("%+v %+v", v, v.Prices)
		}
		p := c.Partner.GetX(t.Context(), made.ID)
		if p.Version != before.Version+1 || p.SearchName != "dewi baru" || c.User.GetX(t.Context(), p.UserID).FullName != "Dewi Baru" {
			t.Errorf("%+v", p)
		}
		for _, r := range c.Competency.Query().Where(competency.PartnerID(p.ID)).AllX(t.Context()) {
			if (r.Status == lifecycle.CatalogueActive) != (r.SubServiceID == 12) {
				t.Errorf("%+v", r)
			}
		}
		if n := c.BasePrice.Query().Where(baseprice.PartnerID(p.ID), baseprice.Active(false)).CountX(t.Context()); n != 1 {
			t.Errorf("%d prices of the past", n)
		}
		same := app.Snapshot(t)
		if _, err := m.UpdatePartner(as, made.ID, market.PartnerFields{FullName: market.Some("Dewi Baru")}, 0); err != nil || !maps.Equal(same, app.Snapshot(t)) {
			t.Errorf("what changes nothing wrote %v: %v", differing(same, app.Snapshot(t)), err)
		}
	})
}

// TestAPartnerIsDeletedOnce: two at the same instant; whoever has work stays.
func TestAPartnerIsDeletedOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, m := app.Store.Client(), app.Market
		made, err := m.CreatePartner(app.As(boss), aPartner("dewi@example.com"), 0)
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, 3)
		var all sync.WaitGroup
		for i := range errs {
			as := app.As(boss)
			all.Go(func() { _, errs[i] = m.DeletePartner(as, made.ID) })
		}
		all.Wait()
		codes := []string{string(codeOf(errs[0])), string(codeOf(errs[1])), string(codeOf(errs[2]))}
		slices.Sort(codes)
		if got := strings.Join(codes, " "); got != " NOT_FOUND NOT_FOUND" {
			t.Errorf("deleted at once: %q", got)
		}
		if c.Partner.GetX(t.Context(), made.ID).DeletedAt == nil || c.OneTimeCode.Query().Where(onetimecode.EndedAtIsNil()).ExistX(t.Context()) {
			t.Error("it, or its invitation, is still there")
		}
		if _, err := m.Partner(app.As(institution), made.ID, 0); codeOf(err) != fault.RecordNotFound {
			t.Error(err)
		}
		busy := 0
		w := readTruth(t, app)
		for _, p := range w.partners {
			offers, works := w.held(p.ID)
			if p.CreatedByID == nil || *p.CreatedByID != w.user(boss).ID || p.DeletedAt != nil || len(offers)+len(works) == 0 {
				continue
			}
			busy++
			if _, err := m.DeletePartner(app.As(boss), p.ID); codeOf(err) != fault.WrongState {
				t.Errorf("partner %d with work: %v", p.ID, err)
			}
		}
		if busy == 0 {
			t.Error("no partner of the supervisor has work")
		}
	})
}

// TestAPartnerIsWishedOnce: from many sides at once; and toggled.
func TestAPartnerIsWishedOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, m, id := app.Store.Client(), app.Market, app.World.Partners["partner"]
		c.Wishlist.Delete().ExecX(t.Context())
		var all sync.WaitGroup
		for range 6 {
			as := app.As(institution)
			all.Go(func() {
				if _, err := m.WishPartner(as, id, new(true), nil, 0); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := c.Wishlist.Query().Where(wishlist.PartnerID(id)).CountX(t.Context()); n != 1 {
			t.Errorf("it is there %d times", n)
		}
		for _, want := range []bool{false, true} {
			if v, err := m.WishPartner(app.As(institution), id, nil, nil, 0); err != nil || *v.IsWishlisted != want {
				t.Errorf("turned over: %+v %v", v, err)
			}
		}
		for _, id := range []int64{app.World.Partners["suspended"], app.World.Partners["deleted"], app.World.Partners["not_verified"], 1 << 40} {
			if _, err := m.WishPartner(app.As(institution), id, new(true), nil, 0); codeOf(err) != fault.RecordNotFound {
				t.Errorf("partner %d: %v", id, err)
			}
		}
		if _, err := m.WishPartner(app.As(technician), id, nil, nil, 0); codeOf(err) != fault.RoleForbidden {
			t.Error(err)
		}
	})
}

// TestAPartnerSaysWhereItIsAndWhatItLearned.
func TestAPartnerSaysWhereItIsAndWhatItLearned(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, m, id := app.Store.Client(), app.Market, app.World.Partners["partner"]
		as, before := app.As(technician), app.Snapshot(t)
		for _, in := range []market.DomicileChange{
			{Place: market.Place{City: market.Null[string]()}}, {Place: market.Place{Latitude: market.Null[float64]()}}, {Place: market.Place{Longitude: market.Some(180.5)}},
		} {
			if _, err := m.UpdateDomicile(as, in, 0); codeOf(err) != fault.InputInvalid {
				t.Errorf("%+v: %v", in, err)
			}
		}
		for _, in := range []market.EducationChange{{}, {Level: market.Some("x"), InstitutionName: market.Some("y"), GraduationYear: market.Some(int64(1899))}} {
			if _, err := m.UpdateEducation(as, in, 0); codeOf(err) != fault.InputInvalid {
				t.Errorf("%+v: %v", in, err)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %v", differing(before, after))
		}
		v, err := m.UpdateDomicile(as, market.DomicileChange{Place: market.Place{City: market.Some("Serang"), Latitude: market.Some(-6.1)}}, market.WantLocation|market.WantLocations)
		if err != nil || v.Partner.Location.City != "Serang" || v.Partner.Location.Latitude != -6.1 || !v.Partner.Locations[0].IsPrimary || v.Partner.Locations[0].City != "Serang" {
			t.Errorf("%+v %v", v, err)
		}
		v, err = m.UpdateEducation(as, market.EducationChange{Level: market.Some("diploma"), InstitutionName: market.Some("Politeknik"), GraduationYear: market.Some(int64(2012))}, market.WantEducation)
		if err != nil || v.Partner.Education.Level != "diploma" || *v.Partner.Education.GraduationYear != 2012 {
			t.Fatal(err)
		}
		c.Education.Update().SetCertificate("paper").ExecX(t.Context())
		for _, who := range []string{institution, boss, admin, technician} {
			p, err := m.Partner(app.As(who), id, market.WantEducation)
			if err != nil || (p.Education.Certificate != nil) != (who == technician || who == admin || who == boss && p.Ties().Names()[len(p.Ties().Names())-1] == "creator") {
				t.Errorf("%s sees %+v %v", who, p.Education.Certificate, err)
			}
		}
		v, err = m.UpdateEducation(as, market.EducationChange{Level: market.Some("bachelor"), GraduationYear: market.Null[int64]()}, market.WantEducation)
		if err != nil || v.Partner.Education.Certificate != nil || v.Partner.Education.GraduationYear != nil || v.Partner.Education.InstitutionName != "Politeknik" {
			t.Errorf("%+v %v", v.Partner.Education, err)
		}
		nobody := app.Store.Client().Partner.Query().Where(partner.ID(id)).OnlyX(t.Context())
		c.Partner.UpdateOne(nobody).SetDeletedAt(world.Now).ExecX(t.Context())
		app.BendAll()
		if _, err := m.UpdateDomicile(as, market.DomicileChange{Place: aPlace()}, 0); codeOf(err) != fault.WrongState {
			t.Error(err)
		}
	})
}
