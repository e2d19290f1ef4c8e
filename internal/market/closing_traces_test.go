package market_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/session"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// leaveTraces fills in everything that is kept of a partner, and gives what tells who
// it is.
func leaveTraces(ctx context.Context, t *testing.T, app *testkit.App, u *ent.User, p *ent.Partner) []string {
	t.Helper()
	c, who := app.Store.Client(), actor.From(ctx)
	_, err := app.Market.UpdateProfile(ctx, market.ProfileChange{
		FullName: market.Some("Zulkifli Unikum"), PhoneNumber: market.Some("+62 811 7777 0001"), Picture: market.Some(testkit.Upload(testkit.PNG)),
		BirthPlace: market.Some("Kampung Unikum"), BirthDate: market.Some("1969-12-31"), About: market.Some("Unikum repairs everything."), ExperienceYears: market.Some(int64(31)),
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	device := authn.Device{ID: "device-of-unikum", Name: "Zulkifli's telephone", Platform: "ios", PushToken: "push-to-unikum"}
	_, _, err = app.Auth.SignIn(t.Context(), authn.SignIn{Email: u.Email, Password: world.Password, Device: device})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Auth.CreatePersonalToken(t.Context(), u.ID, "Unikum's script"); err != nil {
		t.Fatal(err)
	}
	if err := app.Auth.ForgotPassword(t.Context(), u.Email, ""); err != nil {
		t.Fatal(err)
	}
	c.Notification.Create().SetUserID(u.ID).SetKey("k").SetType("x").SetPayload(json.RawMessage(`{"of":"notified-unikum"}`)).SetCreatedAt(world.Now).ExecX(t.Context())
	c.Partner.UpdateOneID(p.ID).SetIdentityNumber("3171-unikum-1").SetStatusReason("Unikum was late.").
		SetIdentityCard("card-of-unikum").SetVerificationReason("Unikum's card cannot be read.").ExecX(t.Context())
	if _, err := app.Market.UpdateEducation(ctx, market.EducationChange{Level: market.Some("diploma"), InstitutionName: market.Some("Politeknik Unikum")}, 0); err != nil {
		t.Fatal(err)
	}
	c.Education.Update().SetCertificate("certificate-of-unikum").ExecX(t.Context())
	for _, name := range []string{"card-of-unikum", "certificate-of-unikum"} {
		c.File.Create().SetUploadedByID(u.ID).SetName(name).SetPurpose("paper").SetContentType("image/png").SetSize(1).SetSha256(strings.Repeat("0", 64)).
			SetPublic(false).SetCreatedAt(world.Now).ExecX(t.Context())
	}
	if _, err := app.Market.WishPartner(app.As(institution), p.ID, new(true), nil, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Market.SuspendPartner(app.As(admin), p.ID, "Unikum was late.", 0, none); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Market.ReinstatePartner(app.As(admin), p.ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := c.PartnerLocation.Update().SetAddress("Jalan Unikum 1").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.PartnerLocation.Update().Where(partnerlocation.PartnerIDNEQ(p.ID)).SetAddress("Jalan Lain 2").ExecX(t.Context())
	if who.PartnerID != p.ID {
		t.Fatal("it is another partner")
	}
	picture := c.User.GetX(t.Context(), u.ID).Picture
	return []string{u.Email, "Unikum", "Zulkifli", "7777 0001", "1969-12-31", picture}
}

// keptTables are what a closed account leaves as it was.
var keptTables = []string{
	"contracts", "contract_history", "payments", "partner_assignments", "schedules", "pricing_items", "inspections", "conclusions", "reviews", "review_ratings",
	"agreements", "agreement_history", "signatures", "participants", "institutions", "competencies", "base_prices", "contact_persons", "outbox", "webhooks",
}

func checkKept(t *testing.T, before, after map[string]string) {
	t.Helper()
	for _, table := range keptTables {
		if before[table] == "" || before[table] != after[table] {
			t.Errorf("%s was changed, or is no table", table)
		}
	}
}

// checkClosed looks at what opened the account before.
func checkClosed(ctx context.Context, t *testing.T, app *testkit.App, u *ent.User) {
	t.Helper()
	c := app.Store.Client()
	row := c.User.GetX(t.Context(), u.ID)
	if row.Status != lifecycle.UserClosed || row.ClosedAt == nil || !row.ClosedAt.Equal(world.Now) || *row.ClosedByID != u.ID || row.Version < 2 || row.PasswordHash != "" {
		t.Errorf("the account is %+v", row)
	}
	if _, _, err := app.Auth.SignIn(t.Context(), authn.SignIn{Email: u.Email, Password: world.Password}); codeOf(err) != fault.WrongCredentials {
		t.Errorf("signing in: %v", err)
	}
	if _, err := app.Auth.Confirm(t.Context(), actor.Actor{}, row.Email, "", ""); codeOf(err) != fault.WrongCredentials {
		t.Errorf("without a password: %v", err)
	}
	open := c.Session.Query().Where(session.UserID(u.ID)).AllX(t.Context())
	for _, s := range open {
		if s.RevokedAt == nil || s.DeviceName != "" || s.DeviceID != "" {
			t.Errorf("a session is left: %+v", s)
		}
	}
	if err := app.Market.CloseAccount(ctx); codeOf(err) != fault.WrongState || !strings.Contains(err.Error(), "closed already") {
		t.Errorf("once more: %v", err)
	}
	if _, err := app.Market.UpdateProfile(ctx, market.ProfileChange{FullName: market.Some("Back")}, 0); codeOf(err) != fault.TokenInvalid {
		t.Errorf("changing the profile: %v", err)
	}
	if err := app.Auth.KeepDevice(t.Context(), actor.From(ctx), authn.Device{ID: "d", PushToken: "p"}); codeOf(err) != fault.TokenInvalid {
		t.Errorf("keeping a device: %v", err)
	}
	again := authn.Registration{Email: u.Email, Password: "a good password", Confirmation: "a good password", Name: "Somebody else", Role: actor.Partner}
	if _, _, err := app.Auth.Register(t.Context(), again); err != nil {
		t.Errorf("the address is not free: %v", err)
	}
}
