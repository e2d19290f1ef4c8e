package graph_test

import (
	"testing"

	"kontrak/ent/onetimecode"
	"kontrak/internal/testkit"
)

// digitsOf gives those of the newest open code, as its mail says them.
func digitsOf(t *testing.T, app *testkit.App) string {
	t.Helper()
	ids := app.Store.Client().OneTimeCode.Query().Where(onetimecode.UserIDNotNil(), onetimecode.EndedAtIsNil()).Order(onetimecode.ByID()).IDsX(t.Context())
	l, err := app.Auth.CodeLetter(t.Context(), ids[len(ids)-1])
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	return l.Code
}

// TestAnAccountFromRegistrationToSigningOut goes through every mutation of accounts.
func TestAnAccountFromRegistrationToSigningOut(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		do := func(token, mutation string, input any) map[string]any {
			t.Helper()
			got := ask(t, app, token, mutation, map[string]any{"in": input})
			done := got.object("done")
			if bad, _ := done["userErrors"].([]any); len(bad) > 0 {
				t.Fatalf("%s: %v", mutation, bad)
			}
			return done
		}
		const email, errors = "siti@example.com", "userErrors { field code message }"
		register := do("", `mutation($in: AccountRegisterInput!) { done: accountRegister(input: $in) { verification { email attemptsRemaining expiresAt resendAvailableAt } `+errors+` } }`,
			map[string]any{"email": "Siti@example.com", "password": "a good password", "fullName": "Siti", "role": "PARTNER", "language": "EN"})
		if v := register["verification"].(map[string]any); v["email"] != email || v["attemptsRemaining"] != 5.0 {
			t.Errorf("%v", v)
		}
		tokens := do("", `mutation($in: AccountVerifyEmailInput!) { done: accountVerifyEmail(input: $in) { tokens { accessToken refreshToken expiresIn } `+errors+` } }`,
			map[string]any{"email": email, "code": digitsOf(t, app), "device": map[string]any{"id": "d", "platform": "IOS", "pushToken": "p"}})["tokens"].(map[string]any)
		tokens = do("", `mutation($in: SessionRefreshInput!) { done: sessionRefresh(input: $in) { tokens { accessToken refreshToken } `+errors+` } }`,
			map[string]any{"refreshToken": tokens["refreshToken"]})["tokens"].(map[string]any)
		access := tokens["accessToken"].(string)
		do(access, `mutation($in: PasswordChangeInput!) { done: passwordChange(input: $in) { done `+errors+` } }`, map[string]any{"current": "a good password", "password": "another password"})
		do(access, `mutation($in: DeviceKeepInput!) { done: deviceKeep(input: $in) { done `+errors+` } }`, map[string]any{"id": "d", "pushToken": "q", "platform": "ANDROID"})
		do(access, `mutation($in: DeviceForgetInput!) { done: deviceForget(input: $in) { done `+errors+` } }`, map[string]any{"id": "d"})
		do("", `mutation($in: CodeSendInput!) { done: codeSend(input: $in) { verification { email } `+errors+` } }`, map[string]any{"email": email, "purpose": "PASSWORD_RESET"})
		grant := do("", `mutation($in: CodeInput!) { done: passwordVerifyCode(input: $in) { token expiresAt `+errors+` } }`, map[string]any{"email": email, "code": digitsOf(t, app)})
		do("", `mutation($in: PasswordResetInput!) { done: passwordReset(input: $in) { done `+errors+` } }`, map[string]any{"token": grant["token"], "password": "a third password"})
		tokens = do("", `mutation($in: SessionOpenInput!) { done: sessionOpen(input: $in) { tokens { accessToken } `+errors+` } }`,
			map[string]any{"email": email, "password": "a third password"})["tokens"].(map[string]any)
		access = tokens["accessToken"].(string)
		do(access, `mutation($in: SessionEndInput!) { done: sessionEnd(input: $in) { done `+errors+` } }`, map[string]any{"everywhere": true})
		if got := app.Do(t, "POST", "/query", access, map[string]any{"query": "{ viewer { id } }"}); got.Status != 401 {
			t.Errorf("after signing out: %d %s", got.Status, got.Body)
		}
	})
}

// TestSigningInFailsAtTheTop: what keeps somebody from signing in is an error of the
// request; what is wrong with the fields of an account is not.
func TestSigningInFailsAtTheTop(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.SQLite(t))
	for _, c := range []struct{ mutation, code string }{
		{`sessionOpen(input: { email: "partner@demo.test", password: "wrong" }) { userErrors { code } }`, "WRONG_CREDENTIALS"},
		{`sessionRefresh(input: { refreshToken: "unknown" }) { userErrors { code } }`, "TOKEN_INVALID"},
		{`sessionEnd(input: {}) { done }`, "UNAUTHENTICATED"},
		{`passwordChange(input: { current: "x", password: "x" }) { done }`, "UNAUTHENTICATED"},
		{`deviceKeep(input: { id: "", pushToken: "" }) { done }`, "UNAUTHENTICATED"},
		{`deviceForget(input: { id: "" }) { done }`, "UNAUTHENTICATED"},
	} {
		got := app.Do(t, "POST", "/query", "", map[string]any{"query": "mutation { " + c.mutation + " }"})
		var body struct {
			Errors []struct{ Extensions struct{ Code string } }
		}
		got.JSON(t, &body)
		if len(body.Errors) != 1 || body.Errors[0].Extensions.Code != c.code {
			t.Errorf("%s: %s, want %s", c.mutation, got.Body, c.code)
		}
	}
	got := app.Do(t, "POST", "/query", "", map[string]any{"query": `mutation { passwordVerifyCode(input: { email: "partner@demo.test", code: "x" }) { token userErrors { field code } } }`})
	if string(got.Body) != `{"data":{"passwordVerifyCode":{"token":null,"userErrors":[{"field":"code","code":"INVALID"}]}}}` {
		t.Errorf("a wrong code: %s", got.Body)
	}
}
