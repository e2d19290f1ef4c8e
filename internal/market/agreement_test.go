package market_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kontrak/ent/agreementhistory"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// draftOf makes a draft of the customer's institution that its member approves.
func draftOf(t *testing.T, app *testkit.App, as map[string]context.Context, in market.AgreementFields) *view.Agreement {
	t.Helper()
	me, err := app.Market.Viewer(as["institution@demo.test"], market.PartnerWant(0))
	if err != nil {
		t.Fatal(err)
	}
	in.ApproverID = market.Some(me.ID)
	v, err := app.Market.CreateAgreement(as["institution@demo.test"], market.CreateAgreement{InstitutionID: &me.CurrentInstitution.ID, AgreementFields: in}, market.AgreementEverything)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnAgreementLivesByTheClock(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m := signedIn(t, app), app.Market
		day := 24 * time.Hour
		v := draftOf(t, app, as, market.AgreementFields{
			Title: market.Some("Ventilators"), Cost: market.Some(int64(1200)), NotifyBeforeDays: market.Some(int32(10)),
			StartsAt: market.Some(world.Now.Add(day)), EndsAt: market.Some(world.Now.Add(31 * day)),
		})
		move := func(by string) []*view.Firing {
			t.Helper()
			done, err := m.AdvanceClock(as["admin@demo.test"], market.AdvanceClock{By: &by})
			if err != nil {
				t.Fatal(err)
			}
			return done.Fired
		}
		expect := func(v *view.Agreement, err error, status lifecycle.AgreementStatus, renewal lifecycle.RenewalStatus) {
			t.Helper()
			if f, bad := fault.As(err); bad {
				t.Fatalf("%v %+v", f, f.Fields)
			}
			got := lifecycle.RenewalStatus("")
			if v.RenewalStatus != nil {
				got = *v.RenewalStatus
			}
			if v.Status != status || got != renewal {
				t.Fatalf("it is %s, %s; want %s, %s", v.Status, got, status, renewal)
			}
		}
		read := func() (*view.Agreement, error) {
			return m.Agreement(as["institution@demo.test"], v.ID, market.AgreementEverything)
		}
		expect(v, nil, "draft", "")
		v, err := m.ApproveAgreement(as["institution@demo.test"], v.ID, market.AgreementEverything)
		expect(v, err, "approved", "")
		move("24h")
		v, err = read()
		expect(v, err, "active", "")
		end := *v.EndsAt
		ask := market.NextPeriod{ApproverID: v.Approver.ID, StartsAt: &end, EndsAt: new(end.Add(30 * day)), Cost: new(int64(1500))}
		v, err = m.RenewAgreement(as["institution@demo.test"], v.ID, ask, market.AgreementEverything)
		expect(v, err, "active", "renewal_pending")
		if _, err := m.ExtendAgreement(as["institution@demo.test"], v.ID, ask, 0); codeOf(err) != fault.WrongState {
			t.Errorf("a second period was asked for: %v", err)
		}
		v, err = m.ApproveAgreement(as["institution@demo.test"], v.ID, market.AgreementEverything)
		expect(v, err, "active", "renewal_approved")
		if v.Cost.Value != 1500 || len(v.Terms) != 2 || !v.EndsAt.Equal(end.Add(30*day)) {
			t.Errorf("%+v with %d terms", v.Cost, len(v.Terms))
		}
		move("720h")
		v, err = read()
		expect(v, err, "active", "renewed")
		if v.Origin != lifecycle.OriginRenewal || v.Terms[0].State != lifecycle.TermPast || v.Terms[1].State != lifecycle.TermApproved {
			t.Errorf("%s, %s and %s", v.Origin, v.Terms[0].State, v.Terms[1].State)
		}
		move("800h")
		v, err = read()
		expect(v, err, "expired", "renewed")
		if n := app.Store.Client().AgreementHistory.Query().Where(agreementhistory.AgreementID(v.ID)).CountX(t.Context()); int64(n) != v.Version {
			t.Errorf("%d history rows of version %d", n, v.Version)
		}
	})
}

// TestLettersAreCountedAndNotBytes: a title of the greatest length is taken in any
// script, down to the table.
func TestLettersAreCountedAndNotBytes(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		title := strings.Repeat("계", 255)
		if v := draftOf(t, app, signedIn(t, app), market.AgreementFields{Title: market.Some(title)}); v.Title != title {
			t.Errorf("%s", v.Title)
		}
	})
}
