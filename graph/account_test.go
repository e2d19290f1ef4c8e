package graph_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kontrak/ent/onetimecode"
	"kontrak/ent/user"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

var mutationName = regexp.MustCompile(`done: (\w+)`)

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

// accountCosts are the statements of each mutation of accounts. Whoever is signed in
// costs one more: whether the session still stands.
var accountCosts = map[string]int{
	"accountRegister": 5, "accountVerifyEmail": 14, "codeSend": 5, "sessionOpen": 4, "sessionRefresh": 9, "sessionEnd": 4,
	"passwordVerifyCode": 6, "passwordReset": 10, "passwordChange": 7, "deviceKeep": 5, "deviceForget": 2,
	"profileUpdate": 6, "accountClose": 20, "userClose": 20,
}

// TestAnAccountFromRegistrationToSigningOut goes through every mutation of accounts, and
// counts what each asks of the database.
func TestAnAccountFromRegistrationToSigningOut(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		do := func(token, mutation string, input any) map[string]any {
			t.Helper()
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, token, mutation, map[string]any{"in": input})
			done := got.object("done")
			name := mutationName.FindStringSubmatch(mutation)[1]
			if want := accountCosts[name]; ran.Count() != want {
				t.Errorf("%s: %d statements, want %d: %.2500q", name, ran.Count(), want, ran.Texts())
			}
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
		do(access, `mutation($in: ProfileUpdateInput!) { done: profileUpdate(input: $in) { user { fullName } `+errors+` } }`, map[string]any{"fullName": "Siti Aminah"})
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
		do(app.Token(t, email), `mutation($in: AccountCloseInput!) { done: accountClose(input: $in) { done `+errors+` } }`, map[string]any{"password": "a third password"})
		do(app.Token(t, byAdmin), `mutation($in: UserCloseInput!) { done: userClose(input: $in) { user { status } `+errors+` } }`,
			map[string]any{"user": globalID("User", app.Store.Client().User.Query().Where(user.Email("newcomer@demo.test")).OnlyIDX(t.Context())), "reason": "Asked for."})
	})
}

// TestSigningInFailsAtTheTop: what keeps somebody from signing in is an error of the
// request; what is wrong with the fields of an account is not.
func TestSigningInFailsAtTheTop(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
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

// badAccounts are inputs that are refused, with the fields that are named.
var badAccounts = []struct {
	mutation, input string
	fields          string
}{
	{"accountRegister", `{ email: "siti", password: "short", fullName: " ", role: INSTITUTION, phoneNumber: "x" }`, "email,fullName,password,phoneNumber"},
	{"accountRegister", `{ email: "siti@example.com", password: "a good password", fullName: "a\u0000b", role: ADMIN }`, "fullName,role"},
	{"accountVerifyEmail", `{ email: "siti", code: "" }`, "code"},
	{"accountVerifyEmail", `{ email: "nobody@example.com", code: "123456" }`, "code"},
	{"codeSend", `{ email: "", purpose: PASSWORD_RESET }`, "email"},
	{"passwordVerifyCode", `{ email: "nobody@example.com", code: "123456" }`, "code"},
	{"passwordReset", `{ token: "unknown", password: "a good password" }`, "token"},
	{"passwordReset", `{ token: "", password: "short" }`, "password,token"},
	{"passwordChange", `{ current: "wrong", password: "a good password" }`, "current"},
	{"passwordChange", `{ current: "", password: "short" }`, "current,password"},
	{"deviceKeep", `{ id: "", pushToken: "" }`, "id,pushToken"},
	{"deviceKeep", `{ id: " ", pushToken: "a\u0007" }`, "id,pushToken"},
	{"sessionOpen", `{ email: "partner@demo.test", password: "demo-password", device: { id: "a phone", pushToken: " " } }`, "device.id,device.pushToken"},
	{"deviceForget", `{ id: "" }`, "id"},
}

// TestBadInputOfAccountsIsNamedAndWritesNothing for somebody who is signed in where that
// is needed.
func TestBadInputOfAccountsIsNamedAndWritesNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, partner)
		before := app.Snapshot(t)
		for _, c := range badAccounts {
			as := ""
			if slices.Contains([]string{"passwordChange", "deviceKeep", "deviceForget"}, c.mutation) {
				as = token
			}
			got := try(t.Context(), t, app, as, `mutation { done: `+c.mutation+`(input: `+c.input+`) { userErrors { field code message } } }`, nil)
			var fields []string
			for _, e := range got.list("done", "userErrors") {
				fields = append(fields, e.(map[string]any)["field"].(string))
			}
			if slices.Sort(fields); strings.Join(fields, ",") != c.fields {
				t.Errorf("%s(%s): %s, want %s", c.mutation, c.input, got.body, c.fields)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Error("something was written")
		}
	})
}
