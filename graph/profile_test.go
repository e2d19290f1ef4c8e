package graph_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"kontrak/ent/file"
	technicians "kontrak/ent/partner"
	"kontrak/ent/user"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const (
	changeProfile = `mutation($input: ProfileUpdateInput!) { done: profileUpdate(input: $input) { user { fullName phoneNumber language picture { name url }
		partner { fullName phoneNumber picture { name } gender birthPlace birthDate about experienceYears } updatedAt } userErrors { field code message } } }`
	closeOwn = `mutation($input: AccountCloseInput!) { done: accountClose(input: $input) { done userErrors { field code message refusals { rule } } } }`
)

// TestAPartnerChangesItsProfile: in the account and in its own record, the picture too,
// whose file everybody may fetch and whose former one is gone; in REST as in the graph.
func TestAPartnerChangesItsProfile(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, partner)
		c := app.Store.Client()
		row := func() (string, string) {
			u := c.User.Query().Where(user.Email(partner)).OnlyX(t.Context())
			p := c.Partner.Query().Where(technicians.UserID(u.ID)).OnlyX(t.Context())
			if u.FullName != p.FullName || u.Phone != p.Phone || u.Picture != p.Picture {
				t.Errorf("the account is %+v, and its partner %+v", u, p)
			}
			return u.Picture, p.SearchName
		}
		first, _ := row()
		kept := app.Files.Count()
		got := askWithFiles(t, app, token, changeProfile, map[string]any{"input": map[string]any{
			"fullName": " Budi Årnes ", "phoneNumber": "+62 811 0000", "language": "EN", "picture": nil, "gender": "MALE", "birthPlace": "Solo",
			"birthDate": "1980-02-29", "about": "I repair.", "experienceYears": 12,
		}}, map[string]string{"variables.input.picture": testkit.WEBP})
		if !strings.Contains(got.body, `"fullName":"Budi Årnes","phoneNumber":"+62 811 0000","language":"EN"`) ||
			!strings.Contains(got.body, `"gender":"MALE","birthPlace":"Solo","birthDate":"1980-02-29","about":"I repair.","experienceYears":12`) {
			t.Fatalf("%s", got.body)
		}
		url := got.object("done", "user")["picture"].(map[string]any)["url"].(string)
		r := app.Do(t, http.MethodGet, strings.TrimPrefix(url, testkit.PublicURL), "", nil)
		if r.Status != http.StatusOK || string(r.Body) != testkit.WEBP || r.Header.Get("Content-Type") != "image/webp" {
			t.Errorf("%s gives %d %v", url, r.Status, r.Header)
		}
		second, folded := row()
		if folded != "budi arnes" {
			t.Errorf("it is found as %q", folded)
		}
		if gone := app.Do(t, http.MethodGet, "/files/"+first, "", nil); gone.Status != http.StatusNotFound {
			t.Errorf("the picture before is still there: %d", gone.Status)
		}
		if n := c.File.Query().Where(file.Name(first)).CountX(t.Context()); n != 0 || app.Files.Count() != kept {
			t.Errorf("%d rows and %d files more are left", n, app.Files.Count()-kept)
		}
		shown := ask(t, app, app.Token(t, byInstitution), `query($id: ID!) { partner(id: $id) { fullName picture { name } phoneNumber } }`, map[string]any{"id": globalID("Partner", app.World.Partners["partner"])})
		if !strings.Contains(shown.body, `"fullName":"Budi Årnes","picture":{"name":"`+second+`"}`) {
			t.Errorf("others see %s", shown.body)
		}
		rest := app.Do(t, http.MethodGet, "/api/v1/profile", token, nil)
		if !strings.Contains(string(rest.Body), `"picture":"`+url+`"`) || !strings.Contains(string(rest.Body), `"birth_date":"1980-02-29"`) {
			t.Errorf("REST shows %d %s", rest.Status, rest.Body)
		}
		form := app.Form(t, http.MethodPatch, "/api/v1/profile/personal-information", token,
			testkit.Part{Field: "profile[full_name]", Body: "Budi Dua"}, testkit.Part{Field: "profile[experience_years]", Body: "13"},
			testkit.Part{Field: "profile[picture]", File: "me.png", Body: testkit.PNG}, testkit.Part{Field: "profile[email]", Body: "other@demo.test"})
		if sent := app.Send(form); sent.Status != http.StatusOK || !strings.Contains(string(sent.Body), `"full_name":"Budi Dua"`) || !strings.Contains(string(sent.Body), `"experience_years":13`) ||
			!strings.Contains(string(sent.Body), `"email":"`+partner+`"`) {
			t.Errorf("by a form: %d %s", sent.Status, sent.Body)
		}
		if third, _ := row(); third == second || app.Files.Count() != kept {
			t.Errorf("the picture is %s, and %d files more are kept", third, app.Files.Count()-kept)
		}
	})
}

// TestOfAProfileAbsentNullAndAValueStayApart for each field, in the graph and in REST.
func TestOfAProfileAbsentNullAndAValueStayApart(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	token := app.Token(t, partner)
	const shown = `fullName phoneNumber picture { name } partner { gender birthPlace birthDate about experienceYears }`
	inGraph := func(name, value string) (string, bool) {
		got := ask(t, app, token, `mutation { done: profileUpdate(input: { `+name+`: `+value+` }) { user { `+shown+` } userErrors { field } } }`, nil)
		return got.body, strings.Contains(got.body, `"userErrors":[]`)
	}
	inREST := func(name, value string) (string, bool) {
		got := app.Do(t, http.MethodPatch, "/api/v1/profile/personal-information", token, `{"`+name+`": `+value+`}`)
		return string(got.Body), got.Status == http.StatusOK
	}
	for _, f := range []struct {
		name, value, shown string
		send               func(name, value string) (string, bool)
		keeps              bool // refuses null
	}{
		{"fullName", `"Budi"`, `"fullName":"Budi"`, inGraph, true},
		{"phoneNumber", `"021 555123"`, `"phoneNumber":"021 555123"`, inGraph, false},
		{"birthPlace", `"Solo"`, `"birthPlace":"Solo"`, inGraph, false},
		{"birthDate", `"1980-01-01"`, `"birthDate":"1980-01-01"`, inGraph, false},
		{"about", `"I repair."`, `"about":"I repair."`, inGraph, false},
		{"experienceYears", `7`, `"experienceYears":7`, inGraph, false},
		{"gender", `FEMALE`, `"gender":"FEMALE"`, inGraph, true},
		{"full_name", `"Budi D"`, `"full_name":"Budi D"`, inREST, true},
		{"phone_number", `"021 555124"`, `"phone_number":"021 555124"`, inREST, false},
		{"birth_place", `"Klaten"`, `"birth_place":"Klaten"`, inREST, false},
		{"birth_date", `"1980-01-02"`, `"birth_date":"1980-01-02"`, inREST, false},
		{"about", `"I mend."`, `"about":"I mend."`, inREST, false},
		{"experience_years", `8`, `"experience_years":8`, inREST, false},
		{"gender", `"male"`, `"gender":"male"`, inREST, true},
		{"picture", ``, `/files/`, inREST, false},
	} {
		if f.value != "" {
			if body, done := f.send(f.name, f.value); !done || !strings.Contains(body, f.shown) {
				t.Errorf("%s as %s: %s", f.name, f.value, body)
			}
		}
		if absent := app.Do(t, http.MethodPatch, "/api/v1/profile/personal-information", token, `{}`); absent.Status != http.StatusOK {
			t.Errorf("nothing at all: %s", absent.Body)
		}
		if body := profileOf(t, app, token, shown); !strings.Contains(body, f.shown) {
			t.Errorf("%s left out: %s", f.name, body)
		}
		body, done := f.send(f.name, "null")
		if done == f.keeps {
			t.Errorf("%s as null: %s", f.name, body)
		}
		if body := profileOf(t, app, token, shown); strings.Contains(body, f.shown) != f.keeps {
			t.Errorf("%s after null: %s", f.name, body)
		}
	}
}

// profileOf is the caller's profile, in the graph and in REST.
func profileOf(t *testing.T, app *testkit.App, token, fields string) string {
	t.Helper()
	return ask(t, app, token, `{ viewer { `+fields+` } }`, nil).body + string(app.Do(t, http.MethodGet, "/api/v1/profile", token, nil).Body)
}

// TestABadProfileIsRefusedAndNothingIsKept: every bad field is named, neither bytes nor
// rows are written.
func TestABadProfileIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := map[string]string{byInstitution: app.Token(t, byInstitution), partner: app.Token(t, partner)}
		before, stored := app.Snapshot(t), app.Files.Count()
		for _, b := range []struct {
			as, file string
			input    map[string]any
			fields   string
		}{
			{byInstitution, "", map[string]any{"fullName": " ", "phoneNumber": "x", "language": nil}, "fullName,language,phoneNumber"},
			{byInstitution, "", map[string]any{"about": "x", "birthDate": "1980-01-01", "birthPlace": nil, "experienceYears": 1, "gender": "MALE"}, "about,birthDate,birthPlace,experienceYears,gender"},
			{partner, "", map[string]any{"about": strings.Repeat("x", 2001), "birthDate": "2026-06-08", "birthPlace": "a\u0000b", "experienceYears": 81, "gender": nil}, "about,birthDate,birthPlace,experienceYears,gender"},
			{partner, testkit.GIF, map[string]any{"fullName": nil, "picture": nil}, "fullName,picture"},
			{partner, testkit.PDF, map[string]any{"picture": nil}, "picture"},
			{partner, testkit.SVG, map[string]any{"picture": nil}, "picture"},
			{partner, testkit.PNG[:20], map[string]any{"picture": nil}, "picture"},
			{byInstitution, testkit.JPEG, map[string]any{"about": "x", "picture": nil}, "about"},
		} {
			var got *answer
			if b.file == "" {
				got = ask(t, app, tokens[b.as], changeProfile, map[string]any{"input": b.input})
			} else {
				got = askWithFiles(t, app, tokens[b.as], changeProfile, map[string]any{"input": b.input}, map[string]string{"variables.input.picture": b.file})
			}
			if code, fields := refusedAs(got); code != "INVALID" || fields != b.fields {
				t.Errorf("%v: %s", b.input, got.body)
			}
		}
		for _, b := range []struct{ body, want string }{
			{`{"experience_years":"many","full_name":7,"gender":"other","birth_date":"soon"}`, "birth_date experience_years full_name gender"},
			{`{"picture":"https://example.com/me.png"}`, "picture"},
		} {
			r := app.Do(t, http.MethodPatch, "/api/v1/profile/personal-information", tokens[partner], b.body)
			for _, name := range strings.Fields(b.want) {
				if r.Status != http.StatusBadRequest || !strings.Contains(string(r.Body), name) {
					t.Errorf("%s: %d %s", b.body, r.Status, r.Body)
				}
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) || app.Files.Count() != stored {
			t.Errorf("something was written, and %d files are kept", app.Files.Count()-stored)
		}
	})
}

// TestAnAccountIsClosedInTheGraph by its owner with the password, also of a suspended
// one, and by the back office; nothing opens it afterwards.
func TestAnAccountIsClosedInTheGraph(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		const newcomer, suspended, former = "newcomer@demo.test", "suspended@demo.test", "former@demo.test"
		token := app.Token(t, newcomer)
		for _, w := range []struct {
			token, want string
			input       map[string]any
		}{
			{"", `"code":"UNAUTHENTICATED"`, map[string]any{"password": "demo-password"}},
			{"", `"code":"WRONG_CREDENTIALS"`, map[string]any{"password": "wrong", "email": suspended}},
			{"", `"code":"WRONG_CREDENTIALS"`, map[string]any{"password": "demo-password", "email": "nobody@demo.test"}},
			{token, `"field":"password","code":"INVALID"`, map[string]any{"password": "wrong"}},
			{app.Token(t, "foreign@demo.test"), `"refusals":[{"rule":"another_manager"}]`, map[string]any{"password": "demo-password"}},
			{token, `"done":true`, map[string]any{"password": "demo-password", "email": "foreign@demo.test"}},
			{token, `"code":"TOKEN_INVALID"`, map[string]any{"password": "demo-password"}},
			{"", `"done":true`, map[string]any{"password": "demo-password", "email": suspended}},
		} {
			if got := try(t.Context(), t, app, w.token, closeOwn, map[string]any{"input": w.input}); !strings.Contains(got.body, w.want) {
				t.Errorf("%v: %s, want %s", w.input, got.body, w.want)
			}
		}
		c := app.Store.Client()
		if n := c.User.Query().Where(user.EmailIn(newcomer, suspended)).CountX(t.Context()); n != 0 {
			t.Errorf("%d of the two are still there", n)
		}
		if n := c.User.Query().Where(user.Email("foreign@demo.test")).CountX(t.Context()); n != 1 {
			t.Error("the address beside the token counted")
		}
		id := c.User.Query().Where(user.Email(former)).OnlyX(t.Context()).ID
		by := func(token string) string {
			return try(t.Context(), t, app, token, `mutation($id: ID!) { done: userClose(input: { user: $id, reason: "Asked for." }) { user { status fullName email } userErrors { code } } }`,
				map[string]any{"id": globalID("User", id)}).body
		}
		if got := by(app.Token(t, byInstitution)); !strings.Contains(got, `"FORBIDDEN"`) {
			t.Errorf("by a manager: %s", got)
		}
		if got := by(app.Token(t, byAdmin)); !strings.Contains(got, `"status":"CLOSED","fullName":"Closed account","email":"closed-`) {
			t.Errorf("by the back office: %s", got)
		}
	})
}
