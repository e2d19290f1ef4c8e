package nukitu_test

import (
	"net/http"
	"testing"
	"time"

	"kontrak/internal/testkit"
)

func TestSigningIn(t *testing.T) {
	t.Parallel()
	want := example(t, "login.json")
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		for _, c := range []struct{ name, body string }{
			{"with address and password", `{"email":"partner@demo.test","password":"demo-password"}`},
			{"in a wrapper", `{"user":{"email":" Partner@demo.TEST","password":"demo-password"}}`},
			{"from a device", `{"email":"partner@demo.test","password":"demo-password","device_info":{"device_id":"d-1","platform":"ios","fcm_token":"f"}}`},
			{"with nulls for what is not there", `{"email":"partner@demo.test","password":"demo-password","device_info":null}`},
		} {
			r := a.Request(t, http.MethodPost, "/api/v1/auth/login", "an old token that is no good", c.body)
			got := a.Send(r)
			if got.Status != http.StatusOK {
				t.Fatalf("%s: %d %s", c.name, got.Status, got.Body)
			}
			for _, wrong := range newShapes().compare(want, parse(t, got.Body), "") {
				t.Errorf("%s: %s", c.name, wrong)
			}
			var body struct {
				Data struct {
					User   struct{ ID int64 }
					Tokens struct {
						Access  string `json:"access_token"`
						Refresh string `json:"refresh_token"`
						Type    string `json:"token_type"`
						Expires int    `json:"expires_in"`
					}
				}
			}
			got.JSON(t, &body)
			tokens := body.Data.Tokens
			if tokens.Type != "Bearer" || tokens.Expires != 3600 || len(tokens.Refresh) < 26 || tokens.Refresh == tokens.Access {
				t.Errorf("%s: %+v", c.name, tokens)
			}
			me := a.Do(t, http.MethodGet, "/api/v1/auth/me", tokens.Access, nil)
			if me.Status != http.StatusOK || me.Object(t)["data"].(map[string]any)["user"].(map[string]any)["id"] != float64(body.Data.User.ID) {
				t.Errorf("%s: the token gives %d %s", c.name, me.Status, me.Body)
			}
			if refused := a.Do(t, http.MethodGet, "/api/v1/auth/me", tokens.Refresh, nil); refused.Status != http.StatusUnauthorized {
				t.Errorf("%s: the refresh token opens /auth/me: %s", c.name, refused.Body)
			}
		}
	})
}

func TestAnAccessTokenEndsAfterItsHour(t *testing.T) {
	t.Parallel()
	a := start(t, testkit.SQLite(t))
	var body struct {
		Data struct {
			Tokens struct {
				Access string `json:"access_token"`
			}
		}
	}
	a.Do(t, http.MethodPost, "/api/v1/auth/login", "", `{"email":"partner@demo.test","password":"demo-password"}`).JSON(t, &body)
	a.Wall.Advance(time.Hour)
	r := a.Do(t, http.MethodGet, "/api/v1/auth/me", body.Data.Tokens.Access, nil)
	if r.Status != http.StatusUnauthorized {
		t.Errorf("after an hour: %d %s", r.Status, r.Body)
	}
	checkFailure(t, r, "token_expired", "")
}
