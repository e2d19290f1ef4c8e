package market_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/ent/membership"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

func TestAnAPIKeyActsForItsMember(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		as, m, c := signedIn(t, app), app.Market, app.Store.Client()
		home := app.World.Institutions["home"]
		me, mate := as["institution@demo.test"], as["member@demo.test"]
		mateID := actor.From(mate).UserID
		for _, refused := range []struct {
			email, fields string
			code          fault.Code
			in            market.CreateAPIKey
		}{
			{"partner@demo.test", "", fault.RoleForbidden, market.CreateAPIKey{InstitutionID: &home}},
			{"supervisor@demo.test", "", fault.RoleForbidden, market.CreateAPIKey{InstitutionID: &home}},
			{"member@demo.test", "", fault.RoleForbidden, market.CreateAPIKey{InstitutionID: &home}},
			{"foreign@demo.test", "institution_id label user_id", fault.InputInvalid, market.CreateAPIKey{InstitutionID: &home}},
			{"institution@demo.test", "institution_id label user_id", fault.InputInvalid, market.CreateAPIKey{UserID: new(int64(99_999_999))}},
			{"institution@demo.test", "label", fault.InputInvalid, market.CreateAPIKey{InstitutionID: &home, Label: strings.Repeat("x", 101)}},
			{"admin@demo.test", "user_id", fault.InputInvalid, market.CreateAPIKey{InstitutionID: &home, Label: "x"}},
		} {
			if _, _, err := m.CreateAPIKey(as[refused.email], refused.in); codeOf(err) != refused.code || fieldsOf(err) != refused.fields {
				t.Errorf("%s: %v %q", refused.email, err, fieldsOf(err))
			}
		}
		key, secret, err := m.CreateAPIKey(me, market.CreateAPIKey{InstitutionID: &home, UserID: &mateID, Label: " Archive "})
		if err != nil || key.Label != "Archive" || key.User.ID != mateID || key.CreatedBy.ID != actor.From(me).UserID || len(secret) < 30 {
			t.Fatalf("%+v %v", key, err)
		}
		if row := c.ApiKey.GetX(t.Context(), key.ID); row.KeyHash == secret || strings.Contains(row.String(), secret) {
			t.Errorf("the key is stored: %s", row)
		}
		use := func(keys ...string) (actor.Actor, error) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			for _, k := range keys {
				r.Header.Add("x-api-key", k)
			}
			return app.Auth.AuthenticateKey(t.Context(), r)
		}
		who, err := use(secret)
		if err != nil || who.UserID != mateID || len(who.Institutions) != 1 || who.Institutions[0] != home || who.CurrentInstitution != home || who.Role != actor.Institution {
			t.Errorf("the key gives %+v, %v", who, err)
		}
		for name, c := range map[string]struct {
			keys []string
			code fault.Code
		}{
			"none": {nil, fault.TokenMissing}, "an empty one": {[]string{""}, fault.TokenMissing}, "another": {[]string{secret + "x"}, fault.TokenInvalid},
			"two": {[]string{secret, secret}, fault.TokenInvalid}, "in small letters": {[]string{strings.ToLower(secret)}, fault.TokenInvalid},
			"a huge one": {[]string{strings.Repeat("x", 1<<16)}, fault.TokenInvalid}, "zero": {[]string{"\x00"}, fault.TokenInvalid},
		} {
			if _, err := use(c.keys...); codeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		// the last use is known to the minute
		used := func() time.Time { return *c.ApiKey.GetX(t.Context(), key.ID).LastUsedAt }
		first := used()
		app.Wall.Advance(30 * time.Second)
		if _, err := use(secret); err != nil {
			t.Error(err)
		}
		if !used().Equal(first) || first.Second() != 0 {
			t.Errorf("used at %s, then at %s", first, used())
		}
		app.Wall.Advance(30 * time.Second)
		if _, err := use(secret); err != nil {
			t.Error(err)
		}
		if used().Sub(first) != time.Minute {
			t.Errorf("a minute later it was used at %s", used())
		}
		// its member loses what it has
		c.User.Update().Where(user.ID(mateID)).SetStatus(lifecycle.UserSuspended).ExecX(t.Context())
		if _, err := use(secret); codeOf(err) != fault.RoleForbidden {
			t.Errorf("of a suspended account: %v", err)
		}
		c.User.Update().Where(user.ID(mateID)).SetStatus(lifecycle.UserActive).ExecX(t.Context())
		c.Membership.Update().Where(membership.UserID(mateID)).SetState(lifecycle.MembershipEnded).ExecX(t.Context())
		if _, err := use(secret); codeOf(err) != fault.RoleForbidden {
			t.Errorf("of a former member: %v", err)
		}
		c.Membership.Update().Where(membership.UserID(mateID)).SetState(lifecycle.MembershipActive).ExecX(t.Context())
		checkRevocation(t, app, key.ID, use, secret)
	})
}

func checkRevocation(t *testing.T, app *testkit.App, id int64, use func(...string) (actor.Actor, error), secret string) {
	t.Helper()
	as, m := signedIn(t, app), app.Market
	home := app.World.Institutions["home"]
	for email, want := range map[string]fault.Code{
		"foreign@demo.test": fault.RecordNotFound, "member@demo.test": fault.RecordNotFound,
		"partner@demo.test": fault.RoleForbidden, "supervisor@demo.test": fault.RoleForbidden, "": fault.TokenMissing,
	} {
		if _, err := m.RevokeAPIKey(as[email], id); codeOf(err) != want {
			t.Errorf("%s revokes it: %v", email, err)
		}
		pages, err := m.APIKeysOf(as[email], []int64{home}, market.OffsetPage(0, 10))
		if email == "" && codeOf(err) != fault.TokenMissing || email != "" && (err != nil || pages[0] != nil) {
			t.Errorf("%s lists them: %v %v", email, pages, err)
		}
	}
	if _, err := use(secret); err != nil {
		t.Errorf("after all this: %v", err)
	}
	first, err := m.RevokeAPIKey(as["admin@demo.test"], id)
	if err != nil || first.RevokedAt == nil {
		t.Fatalf("%+v %v", first, err)
	}
	app.Clock.Advance(time.Hour)
	again, err := m.RevokeAPIKey(as["institution@demo.test"], id)
	if err != nil || !again.RevokedAt.Equal(*first.RevokedAt) {
		t.Errorf("revoked again: %+v %v", again, err)
	}
	if _, err := use(secret); codeOf(err) != fault.TokenInvalid {
		t.Errorf("a revoked key: %v", err)
	}
	pages, err := m.APIKeysOf(as["institution@demo.test"], []int64{home, 1 << 40}, market.OffsetPage(0, 100))
	if err != nil || len(pages) != 2 || pages[1] != nil {
		t.Fatalf("%v %v", pages, err)
	}
	if page := pages[0]; page.Items[len(page.Items)-1].RevokedAt == nil || int(*page.Total) != len(page.Items) {
		t.Errorf("listed %+v", page)
	}
}
