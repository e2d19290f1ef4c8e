package nukitu_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"kontrak/ent/onetimecode"
	"kontrak/internal/testkit"
)

// codeOf gives the digits of the newest open code, as its mail says them.
func codeOf(t *testing.T, a *testkit.App) string {
	t.Helper()
	id := a.Store.Client().OneTimeCode.Query().Where(onetimecode.UserIDNotNil(), onetimecode.EndedAtIsNil()).Order(onetimecode.ByID()).IDsX(t.Context())
	l, err := a.Auth.CodeLetter(t.Context(), id[len(id)-1])
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	return l.Code
}

// said asks a route and gives the data of the answer, which must have that status.
func said(t *testing.T, a *testkit.App, want int, method, path, token string, body any) map[string]any {
	t.Helper()
	r := a.Do(t, method, "/api/v1"+path, token, body)
	if r.Status != want {
		t.Fatalf("%s %s: %d %s, want %d", method, path, r.Status, r.Body, want)
	}
	data, _ := r.Object(t)["data"].(map[string]any)
	return data
}

// TestAnAccountFromRegistrationToSigningOut goes through every route of accounts.
func TestAnAccountFromRegistrationToSigningOut(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		const email = "siti@example.com"
		opened := said(t, a, 201, "POST", "/auth/register", "", `{"user":{"email":"Siti@Example.com","password":"a good password","password_confirmation":"a good password",
			"full_name":"Siti","role":"institution","phone_number":"+62 21 5551234","device_info":{"device_id":"d"}}}`)
		if u := opened["user"].(map[string]any); u["email"] != email || u["email_verified"] != false || opened["tokens"] != nil {
			t.Errorf("%v", opened)
		}
		if v := opened["verification"].(map[string]any); v["attempts_remaining"] != 5.0 || v["email"] != email {
			t.Errorf("%v", v)
		}
		login := `{"email":"siti@example.com","password":"a good password","device_info":{"device_id":"d","fcm_token":"f"}}`
		checkFailure(t, a.Do(t, http.MethodPost, "/api/v1/auth/login", "", login), "email_not_verified", "")
		signed := said(t, a, 200, "POST", "/auth/verify-email", "", fmt.Sprintf(`{"email":%q,"otp":%q}`, email, codeOf(t, a)))
		if signed["user"].(map[string]any)["email_verified"] != true {
			t.Errorf("%v", signed)
		}
		signed = said(t, a, 200, "POST", "/auth/login", "", login)
		tokens := signed["tokens"].(map[string]any)
		next := said(t, a, 200, "POST", "/auth/refresh", "", map[string]any{"refresh_token": tokens["refresh_token"]})["tokens"].(map[string]any)
		access := next["access_token"].(string)
		said(t, a, 200, "PATCH", "/profile/password", access,
			`{"current_password":"a good password","password":"another password","password_confirmation":"another password"}`)
		said(t, a, 200, "PUT", "/device-token", access, `{"device_id":"d","fcm_token":"g","platform":"ios"}`)
		said(t, a, 200, "DELETE", "/device-token?device_id=d", access, nil)
		said(t, a, 200, "POST", "/auth/forgot-password", "", fmt.Sprintf(`{"email":%q}`, email))
		said(t, a, 200, "POST", "/auth/forgot-password", "", fmt.Sprintf(`{"email":%q}`, email)) // too soon, which is not told
		grant := said(t, a, 200, "POST", "/auth/verify-reset-otp", "", fmt.Sprintf(`{"email":%q,"otp":%q}`, email, codeOf(t, a)))
		said(t, a, 200, "POST", "/auth/reset-password", "", map[string]any{
			"reset_token": grant["reset_token"], "password": "a third password", "password_confirmation": "a third password",
		})
		checkFailure(t, a.Do(t, http.MethodGet, "/api/v1/auth/me", access, nil), "unauthorized", "")
		a.Wall.Advance(time.Minute)
		for _, path := range []string{"/auth/logout", "/auth/logout-all"} {
			signed = said(t, a, 200, "POST", "/auth/login", "", `{"email":"siti@example.com","password":"a third password"}`)
			access = signed["tokens"].(map[string]any)["access_token"].(string)
			said(t, a, 200, "DELETE", path, access, nil)
			checkFailure(t, a.Do(t, http.MethodGet, "/api/v1/auth/me", access, nil), "unauthorized", "")
		}
	})
}

// TestWhatIsWrongWithARequestOfAccountsIsNamed: the field, all at once, and nothing
// is written.
func TestWhatIsWrongWithARequestOfAccountsIsNamed(t *testing.T) {
	t.Parallel()
	a := start(t, testkit.SQLite(t))
	token := a.Token(t, "partner@demo.test")
	before := a.Snapshot(t)
	for _, c := range []struct {
		method, path, token, body, code, field string
	}{
		{"POST", "/auth/register", "", `{}`, "validation_error", "email,password,full_name,role,password_confirmation"},
		{"POST", "/auth/register", "", `{"email":"a@b.c","password":"12345678","password_confirmation":"12345678","full_name":"A","role":"admin"}`, "validation_error", "role"},
		{"POST", "/auth/register", "", `{"email":"partner@demo.test","password":"12345678","password_confirmation":"12345678","full_name":"A","role":"partner"}`, "validation_error", "email"},
		{"POST", "/auth/verify-email", "", `{"email":"partner@demo.test","otp":"123456"}`, "validation_error", "otp"},
		{"POST", "/auth/verify-email", "", `{"email":7,"otp":{}}`, "validation_error", "email,otp"},
		{"POST", "/auth/resend-otp", "", `{"email":"partner@demo.test","purpose":"invitation"}`, "validation_error", "purpose"},
		{"POST", "/auth/refresh", "", `{"refresh_token":"unknown"}`, "unauthorized", ""},
		{"POST", "/auth/refresh", "", `{}`, "validation_error", "refresh_token"},
		{"POST", "/auth/forgot-password", "", `{"email":"nobody"}`, "validation_error", "email"},
		{"POST", "/auth/verify-reset-otp", "", `{"email":"partner@demo.test","otp":"\u0000"}`, "validation_error", "otp"},
		{"POST", "/auth/reset-password", "", `{"reset_token":"x","password":"12345678","password_confirmation":"12345678"}`, "validation_error", "reset_token"},
		{"PATCH", "/profile/password", token, `{"current_password":"wrong","password":"12345678","password_confirmation":"12345678"}`, "validation_error", "current_password"},
		{"PATCH", "/profile/password", "", `{}`, "unauthorized", ""},
		{"PUT", "/device-token", token, `{"device_id":"","fcm_token":"x","platform":"vax"}`, "validation_error", "device_id,platform"},
		{"PUT", "/device-token", token, `{"device_id":" ","fcm_token":"a\tb","platform":"ios"}`, "validation_error", "device_id,fcm_token"},
		{"DELETE", "/device-token", token, `{}`, "validation_error", "device_id"},
		{"DELETE", "/auth/logout", "", ``, "unauthorized", ""},
	} {
		r := a.Do(t, c.method, "/api/v1"+c.path, c.token, c.body)
		checkFailure(t, r, c.code, c.field)
	}
	after := a.Snapshot(t)
	for table := range before {
		if before[table] != after[table] {
			t.Errorf("%s has changed", table)
		}
	}
}
