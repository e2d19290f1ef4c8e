package program

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kontrak/internal/testkit"
)

// TestTheDemoHasNotificationsToShow for everybody who takes part in its stories: some of
// them read, and each with its text.
func TestTheDemoHasNotificationsToShow(t *testing.T) {
	t.Parallel()
	r := command{}.start(t, "export ADMIN_TOKEN=", "demo", "--addr", "127.0.0.1:0")
	defer r.stop(t)
	at := regexp.MustCompile(`Kontrak demo: (\S+)`).FindStringSubmatch(r.stdout.String())[1]
	seen := 0
	for _, m := range regexp.MustCompile(`(?m)^export (\w+)_TOKEN=(\S+)$`).FindAllStringSubmatch(r.stdout.String(), -1) {
		if m[1] == "ADMIN" {
			continue // the back office is told of nothing
		}
		status, text := ask(t, http.MethodGet, at+"/api/v1/notifications", m[2], "")
		var list struct {
			Data []struct {
				Title, Body string
				Read        bool
				CreatedAt   time.Time `json:"created_at"`
				Notifiable  *struct{ ID int64 }
			}
			Meta struct {
				Unread int `json:"unread_count"`
			}
		}
		if err := json.Unmarshal([]byte(text), &list); err != nil || status != http.StatusOK || len(list.Data) < 2 || list.Meta.Unread == 0 {
			t.Fatalf("%s: %d %v %s", m[1], status, err, text)
		}
		for _, n := range list.Data {
			if n.Title == "" || n.Body == "" || n.Notifiable == nil || n.CreatedAt.IsZero() {
				t.Errorf("%s: %+v", m[1], n)
			}
			if n.Read {
				seen++
			}
		}
	}
	if seen == 0 {
		t.Error("nothing was read")
	}
}

// TestServeSendsPushMessages with the service account of a file.
func TestServeSendsPushMessages(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, fcm, dir := db.Open(t), testkit.NewFCM(t), t.TempDir()
		w := demoIn(t, st)
		credentials := filepath.Join(dir, "fcm.json")
		if err := os.WriteFile(credentials, fcm.Credentials, 0o600); err != nil {
			t.Fatal(err)
		}
		c := command{env: map[string]string{
			"KONTRAK_DATABASE_URL": db.URL, "KONTRAK_FILES_DIR": filepath.Join(dir, "files"), "KONTRAK_DRAIN": "0s",
			"KONTRAK_JWT_KEYS": "one=" + randomKey(), "KONTRAK_LINK_KEY": randomKey(),
			"KONTRAK_FCM_CREDENTIALS": credentials, "KONTRAK_FCM_URL": fcm.URL,
		}}
		r := c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0", "--worker-interval", "100ms")
		token := func(email string) string { return strings.TrimSpace(c.must(t, "token", "--email", email)) }
		if status, text := ask(t, http.MethodPut, r.url+"/api/v1/device-token", token("partner@demo.test"), `{"device_id":"d","fcm_token":"to-the-partner","platform":"android"}`); status != http.StatusOK {
			t.Fatal(status, text)
		}
		if text := graphQL(t, r.url, token("admin@demo.test"), `mutation { contractForceCancel(input: {contract: "`+contractID(w, "accepted")+`", reason: "Closed."}) { userErrors { code } } }`); !strings.Contains(text, `"userErrors":[]`) {
			t.Fatal(text)
		}
		for end := time.Now().Add(time.Minute); len(fcm.Taken()) == 0; {
			if time.Now().After(end) {
				t.Fatalf("nothing is sent\n%s", r.stderr)
			}
			ask(t, http.MethodGet, r.url+"/readyz", "", "")
		}
		r.stop(t)
		if m := fcm.Taken()[0]; m.Token != "to-the-partner" || m.Title == "" || m.Data["type"] != "contract_cancelled" {
			t.Errorf("%+v", m)
		}
	})
}
