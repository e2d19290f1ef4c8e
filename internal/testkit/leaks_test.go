package testkit_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/opaque"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// TestWhatMayNotBeInALogIsFound has each secret logged by a helper that leaks.
func TestWhatMayNotBeInALogIsFound(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := doors.Start(t, db)
		a.Indiscreet()
		token := a.Token(t, "partner@demo.test")
		tokens, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: "partner@demo.test", Password: world.Password})
		if err != nil {
			t.Fatal(err)
		}
		who := actor.From(a.As("partner@demo.test"))
		if err := a.Auth.KeepDevice(t.Context(), who, authn.Device{ID: "phone", PushToken: "push:to-the-phone"}); err != nil {
			t.Fatal(err)
		}
		personal, err := a.Auth.CreatePersonalToken(t.Context(), who.UserID, "laptop")
		if err != nil {
			t.Fatal(err)
		}
		a.Do(t, http.MethodPost, "/api/v1/auth/forgot-password", "", `{"user": {"email": "member@demo.test"}}`)
		a.Do(t, http.MethodPost, "/api/v1/auth/login", "", `{"user": {"email": "member@demo.test", "password": "not The right one"}}`)
		a.Do(t, http.MethodPost, "/query", "", map[string]string{"query": `mutation { passwordVerifyCode(input: {email: "a", code: "918273"}) { token } }`})
		keyed := a.Request(t, http.MethodGet, "/kit-api/v1/tags", "", nil)
		keyed.Header.Set(authn.KeyHeader, "some key of Kit 1")
		a.Send(keyed)
		digits := testkit.Codes.Digits(a.Store.Client().OneTimeCode.Query().OnlyX(t.Context()))
		user := a.Store.Client().User.Query().FirstX(t.Context())
		a.CheckLog(t) // none of it is there yet

		for name, secret := range map[string]string{
			"an access token": token, "a refresh token": tokens.Refresh, "a personal token": personal.Token,
			"a header": "Bearer x", "an address": user.Email, "a phone": user.Phone, "another phone": "010-1234-5678",
			"a password": world.Password, "a wrong password": "not The right one", "a hash": user.PasswordHash,
			"a code": digits, "a code that was tried": "918273", "where pushes go": "push:to-the-phone",
			"a key": opaque.Key(), "a key that was sent": "some key of Kit 1", "the hash of a key": opaque.Hash("x"),
			"a link": "/files/a.png?expires=1780891200&signature=0a1b", "an address with a password": "postgres://kontrak:secret@db/kontrak",
			"our own key": string(testkit.Secrets[testkit.KeyID]),
		} {
			leaking := &testkit.App{Store: a.Store, Log: &testkit.Log{}}
			testkit.Note(leaking, a)
			slog.New(slog.NewTextHandler(leaking.Log, nil)).Info("a request", "path", "/api/v1/contracts/17", "said", secret)
			got := failures{TB: t}
			leaking.CheckLog(&got)
			if len(got.texts) == 0 {
				t.Errorf("%s was not found: %s", name, leaking.Log)
			}
		}
	})
}

func TestALogOfGoodLinesHoldsNothing(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`time=2026-06-08T02:00:00.123+07:00 level=INFO msg=request method=GET path=/api/v1/contracts/12345678 status=200 bytes=918274 took=1.918273ms client=192.0.2.1 request_id=ABCDEFGHIJKLMNOP`,
		"github.com/go-chi/chi/v5@v5.2.1/mux.go:123 +0x1a2b3c4d5",
		"key=918273645 contract_id=9182731 reference=NKT-00000017 uuid=ed976505-bcbd-47bd-913d-f4cde05dea7a",
		`error="pq: duplicate key value violates unique constraint \"users_email_key\""`,
	} {
		if found := testkit.Leaks(line, "918273", "demo-password", "abc"); len(found) != 0 {
			t.Errorf("%q in %s", found, line)
		}
	}
	if got := testkit.Leaks("digits=918273", "918273"); len(got) != 1 || !strings.Contains(got[0], "918273") {
		t.Errorf("%q", got)
	}
}
