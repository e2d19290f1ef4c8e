package nukitu_test

import (
	"net/http"
	"testing"

	"kontrak/internal/testkit"
)

// TestAttributesOfAccountsMayBeWrapped in the names of their resource: nothing that is
// sent is left out without a word.
func TestAttributesOfAccountsMayBeWrapped(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "partner@demo.test")
		const path = "/api/v1/profile/personal-information"
		shown := func(got *testkit.Response) (name, about any) {
			t.Helper()
			if got.Status != http.StatusOK {
				t.Fatalf("%d %s", got.Status, got.Body)
			}
			data := got.Object(t)["data"].(map[string]any)
			return data["user"].(map[string]any)["full_name"], data["profile"].(map[string]any)["about"]
		}
		for body, want := range map[string][2]string{
			`{"full_name":"Budi One","about":"1"}`:                                          {"Budi One", "1"},
			`{"user":{"full_name":"Budi Two","about":"2"}}`:                                 {"Budi Two", "2"},
			`{"profile":{"full_name":"Budi Three","about":"3"}}`:                            {"Budi Three", "3"},
			`{"user":{"full_name":"Budi Four"},"profile":{"full_name":"Tono","about":"4"}}`: {"Budi Four", "4"},
			`{"user":null,"full_name":"Budi Five","about":"5"}`:                             {"Budi Five", "5"},
		} {
			if name, about := shown(a.Send(a.Request(t, http.MethodPatch, path, token, body))); name != want[0] || about != want[1] {
				t.Errorf("%s: %v, %v", body, name, about)
			}
		}
		for _, wrapper := range []string{"user", "profile"} {
			picture := func(got *testkit.Response) any {
				return got.Object(t)["data"].(map[string]any)["user"].(map[string]any)["picture"]
			}
			before := picture(a.Do(t, http.MethodGet, "/api/v1/profile", token, nil))
			got := a.Send(a.Form(t, http.MethodPatch, path, token,
				testkit.Part{Field: wrapper + "[full_name]", Body: "Budi " + wrapper}, testkit.Part{Field: wrapper + "[about]", Body: wrapper},
				testkit.Part{Field: wrapper + "[picture]", File: "a.png", Body: testkit.PNG}))
			name, about := shown(got)
			first := picture(got)
			if name != "Budi "+wrapper || about != wrapper || first == before {
				t.Errorf("a form with %s: %v, %v, %v", wrapper, name, about, first)
			}
			alone := a.Send(a.Form(t, http.MethodPatch, path, token, testkit.Part{Field: wrapper + "[picture]", File: "a.png", Body: testkit.PNG}))
			if alone.Status != http.StatusOK || picture(alone) == first {
				t.Errorf("a picture alone in %s: %d %s", wrapper, alone.Status, alone.Body)
			}
			if bad := a.Send(a.Request(t, http.MethodPatch, path, token, `{"`+wrapper+`":"Budi"}`)); bad.Status != http.StatusBadRequest {
				t.Errorf("%s that is a text: %d %s", wrapper, bad.Status, bad.Body)
			}
		}
		for _, c := range []struct{ method, path, body string }{
			{http.MethodPut, "/api/v1/device-token", `{"device":{"device_id":"d","fcm_token":"f","platform":"android"}}`},
			{http.MethodPut, "/api/v1/device-token", `{"device_token":{"device_id":"d","fcm_token":"f","platform":"android"}}`},
			{http.MethodDelete, "/api/v1/device-token", `{"device_token":{"device_id":"d"}}`},
			{http.MethodPatch, "/api/v1/profile/password", `{"profile":{"current_password":"demo-password","password":"a good password","password_confirmation":"a good password"}}`},
			{http.MethodPatch, "/api/v1/profile/password", `{"user":{"current_password":"a good password","password":"a better password","password_confirmation":"a better password"}}`},
		} {
			if got := a.Send(a.Request(t, c.method, c.path, token, c.body)); got.Status != http.StatusOK {
				t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, got.Status, got.Body)
			}
		}
	})
}
