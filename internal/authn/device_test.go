package authn_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent/session"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// onDevices is a partner who is signed in on a phone and, under another id than the one
// that it names for push messages, on a tablet; and somebody else with such a phone.
type onDevices struct {
	*testkit.App
	phone, tablet *authn.Tokens
}

const itsEmail = "partner@demo.test"

func signInOnDevices(t *testing.T, db testkit.Database) *onDevices {
	t.Helper()
	o := &onDevices{App: testkit.Start(t, db)}
	o.phone = o.open(t, itsEmail, authn.Device{ID: "phone", PushToken: "its-phone"})
	o.tablet = o.open(t, itsEmail, authn.Device{ID: "tablet", PushToken: "its-tablet"})
	o.open(t, "institution@demo.test", authn.Device{ID: "phone", PushToken: "another-phone"})
	if err := o.Auth.KeepDevice(t.Context(), o.who(t, o.tablet), authn.Device{ID: "the-same-tablet", PushToken: "its-tablet-now"}); err != nil {
		t.Fatal(err)
	}
	if got := o.known(t); got != "another-phone its-phone its-tablet-now" {
		t.Fatal(got)
	}
	return o
}

func (o *onDevices) open(t *testing.T, email string, d authn.Device) *authn.Tokens {
	t.Helper()
	tokens, _, err := o.Auth.SignIn(t.Context(), authn.SignIn{Email: email, Password: world.Password, Device: d})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func (o *onDevices) who(t *testing.T, tokens *authn.Tokens) actor.Actor {
	t.Helper()
	who, err := o.Auth.Verify(t.Context(), tokens.Access)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

// known gives where push messages are sent.
func (o *onDevices) known(t *testing.T) string {
	t.Helper()
	var list []string
	for _, d := range o.Store.Client().DeviceToken.Query().AllX(t.Context()) {
		list = append(list, d.Token)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// TestPushMessagesEndWithTheSession, however it ends, and with no other one.
func TestPushMessagesEndWithTheSession(t *testing.T) {
	t.Parallel()
	const password = "another password"
	for _, way := range []struct {
		name string
		end  func(t *testing.T, o *onDevices)
		left string
	}{
		{"the password is set anew", func(t *testing.T, o *onDevices) {
			if err := o.Auth.ForgotPassword(t.Context(), itsEmail, ""); err != nil {
				t.Fatal(err)
			}
			grant, err := o.Auth.VerifyReset(t.Context(), itsEmail, sent(t, o.App), "")
			if err == nil {
				err = o.Auth.ResetPassword(t.Context(), grant.Token, password, password, "")
			}
			if err != nil {
				t.Fatal(err)
			}
		}, ""},
		{"the password is changed on the phone", func(t *testing.T, o *onDevices) {
			if err := o.Auth.ChangePassword(t.Context(), o.who(t, o.phone), world.Password, password, password, ""); err != nil {
				t.Fatal(err)
			}
		}, "its-phone"},
		{"a refresh token of the tablet is shown twice", func(t *testing.T, o *onDevices) {
			if _, err := o.Auth.Refresh(t.Context(), o.tablet.Refresh, ""); err != nil {
				t.Fatal(err)
			}
			o.Wall.Advance(time.Minute)
			if _, err := o.Auth.Refresh(t.Context(), o.tablet.Refresh, ""); code(err) != fault.TokenInvalid {
				t.Fatal(err)
			}
		}, "its-phone"},
		{"its owner signs out on the tablet", func(t *testing.T, o *onDevices) {
			if err := o.Auth.SignOut(t.Context(), o.who(t, o.tablet), false); err != nil {
				t.Fatal(err)
			}
		}, "its-phone"},
		{"its owner signs out everywhere", func(t *testing.T, o *onDevices) {
			if err := o.Auth.SignOut(t.Context(), o.who(t, o.tablet), true); err != nil {
				t.Fatal(err)
			}
		}, ""},
		{"its owner signs in on the phone again, and names no token", func(t *testing.T, o *onDevices) {
			o.open(t, itsEmail, authn.Device{ID: "phone"})
		}, "its-tablet-now"},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
				o := signInOnDevices(t, db)
				way.end(t, o)
				if got, want := o.known(t), strings.TrimSpace("another-phone "+way.left); got != want {
					t.Errorf("push messages are sent to %q, want %q", got, want)
				}
			})
		})
	}
}

// TestASessionIsOnTheDeviceThatItNames: on one, and no other session of the account is on
// it.
func TestASessionIsOnTheDeviceThatItNames(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		o := signInOnDevices(t, db)
		phone, tablet := o.who(t, o.phone), o.who(t, o.tablet)
		if err := o.Auth.KeepDevice(t.Context(), phone, authn.Device{ID: "the-same-tablet", PushToken: "moved"}); err != nil {
			t.Fatal(err)
		}
		if got := o.known(t); got != "another-phone moved" {
			t.Errorf("push messages are sent to %q", got)
		}
		if err := o.Auth.SignOut(t.Context(), tablet, false); err != nil {
			t.Fatal(err)
		}
		if got := o.known(t); got != "another-phone moved" {
			t.Errorf("after the session before has ended: %q", got)
		}
		if err := o.Auth.SignOut(t.Context(), phone, false); err != nil {
			t.Fatal(err)
		}
		if got := o.known(t); got != "another-phone" {
			t.Errorf("after the session has ended: %q", got)
		}
		if err := o.Auth.KeepDevice(t.Context(), phone, authn.Device{ID: "phone", PushToken: "late"}); code(err) != fault.TokenInvalid {
			t.Errorf("whoever has just signed out names a device: %v", err)
		}
	})
}

// TestSomebodyIsSignedInOnADevice as long as the session is open and the account what it
// was.
func TestSomebodyIsSignedInOnADevice(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		o := signInOnDevices(t, db)
		c, its := o.Store.Client(), o.who(t, o.phone)
		signedIn := func() string {
			var list []string
			for _, d := range c.DeviceToken.Query().Where(store.SignedInOn(o.Wall.Now())).AllX(t.Context()) {
				list = append(list, d.Token)
			}
			slices.Sort(list)
			return strings.Join(list, " ")
		}
		for _, is := range []struct {
			name string
			make func()
			want string
		}{
			{"all are", func() {}, "another-phone its-phone its-tablet-now"},
			{"a suspended account", func() { c.User.UpdateOneID(its.UserID).SetStatus(lifecycle.UserSuspended).ExecX(t.Context()) }, "another-phone"},
			{"another role", func() {
				c.User.UpdateOneID(its.UserID).SetStatus(lifecycle.UserActive).SetRole(actor.Supervisor).ExecX(t.Context())
			}, "another-phone"},
			{"the role as before", func() { c.User.UpdateOneID(its.UserID).SetRole(actor.Partner).ExecX(t.Context()) }, "another-phone its-phone its-tablet-now"},
			{"an expired session", func() {
				c.Session.Update().Where(session.ID(its.SessionID)).SetExpiresAt(o.Wall.Now()).ExecX(t.Context())
			}, "another-phone its-tablet-now"},
		} {
			if is.make(); signedIn() != is.want {
				t.Errorf("%s: %q, want %q", is.name, signedIn(), is.want)
			}
		}
	})
}

// TestWhatCannotBeADeviceIsRefused by every way in, with the field named, and keeps
// nothing.
func TestWhatCannotBeADeviceIsRefused(t *testing.T) {
	t.Parallel()
	o := signInOnDevices(t, testkit.SQLite(t))
	phone := o.who(t, o.phone)
	for _, c := range []struct {
		name, id, token string
		fields          string
	}{
		{"a space", " ", "t", "device_id"},
		{"a token of a space", "d", " ", "fcm_token"},
		{"a space within", "a phone", "a token", "device_id fcm_token"},
		{"a line break at the end", "d\n", "t\r\n", "device_id fcm_token"},
		{"the zero character", "d\x00", "t\x00", "device_id fcm_token"},
		{"the last control character", "d\x7f", "t\x7f", "device_id fcm_token"},
		{"letters beyond ASCII", "d\u00e9", "t\u200b", "device_id fcm_token"},
		{"no text", "d\xff", "t\xff", "device_id fcm_token"},
		{"too long", strings.Repeat("d", authn.MaxDevice+1), strings.Repeat("t", authn.MaxPushToken+1), "device_id fcm_token"},
		{"the longest, of the first and the last visible one", strings.Repeat("!~", authn.MaxDevice/2), strings.Repeat("~!", authn.MaxPushToken/2), ""},
	} {
		d := authn.Device{ID: c.id, PushToken: c.token}
		_, _, opened := o.Auth.SignIn(t.Context(), authn.SignIn{Email: itsEmail, Password: world.Password, Device: d})
		for way, err := range map[string]error{"kept": o.Auth.KeepDevice(t.Context(), phone, d), "signed in on": opened} {
			var fields []string
			if f, ok := fault.As(err); ok {
				for _, field := range f.Fields {
					fields = append(fields, field.Name)
				}
			}
			if got := strings.Join(fields, " "); got != c.fields || (err == nil) != (c.fields == "") {
				t.Errorf("%s, %s: %v", c.name, way, err)
			}
		}
		if got := o.known(t); c.fields != "" && got != "another-phone its-phone its-tablet-now" {
			t.Errorf("%s: push messages are sent to %q", c.name, got)
		}
	}
}
