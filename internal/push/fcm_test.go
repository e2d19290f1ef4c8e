package push_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"kontrak/internal/push"
	"kontrak/internal/testkit"
)

var noon = time.Date(2026, time.June, 8, 12, 0, 0, 0, time.UTC)

func client(t *testing.T, server *testkit.FCM, change func(*push.Config)) *push.FCM {
	t.Helper()
	c := push.Config{Credentials: server.Credentials, URL: server.URL, Wall: func() time.Time { return noon }}
	if change != nil {
		change(&c)
	}
	f, err := push.NewFCM(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func message(token string) push.Message {
	return push.Message{ID: "k-1", Token: token, Title: "Title", Body: "Body", Data: map[string]string{"id": "k-1", "type": "contract_accepted"}}
}

func TestAMessageIsTakenWithItsID(t *testing.T) {
	t.Parallel()
	server := testkit.NewFCM(t)
	f := client(t, server, nil)
	for range 2 {
		if err := f.Send(t.Context(), message("device")); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range server.Taken() {
		if m.Token != "device" || m.Title != "Title" || m.Body != "Body" || m.Tag != "k-1" || m.CollapseID != "k-1" || m.Data["id"] != "k-1" {
			t.Errorf("%+v", m)
		}
	}
	if n := len(server.Taken()); n != 2 {
		t.Errorf("%d were taken", n)
	}
}

// TestWhatAnAnswerMeans has the server answer each message in its own way.
func TestWhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	answer := func(status int, word, code, blames string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { testkit.FCMError(w, status, word, code, blames) }
	}
	page := func(status int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(status); _, _ = w.Write([]byte("<html>a proxy</html>")) }
	}
	asked := func(after string, status int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", after)
			testkit.FCMError(w, status, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "")
		}
	}
	for _, c := range []struct {
		name string
		says func(http.ResponseWriter)
		is   error // nil: later
		wait time.Duration
	}{
		{"unregistered", answer(404, "NOT_FOUND", "UNREGISTERED", ""), push.ErrUnregistered, 0},
		{"not found", answer(404, "NOT_FOUND", "", ""), push.ErrUnregistered, 0},
		{"a bad token", answer(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token"), push.ErrUnregistered, 0},
		{"a bad message", answer(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.data"), push.ErrRefused, 0},
		{"another sender's token", answer(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", ""), push.ErrRefused, 0},
		{"a page that is not found", page(404), nil, 0},
		{"a page that says it is well", page(200), nil, 0},
		{"an empty answer", func(w http.ResponseWriter) { w.WriteHeader(200) }, nil, 0},
		{"no rights yet", answer(403, "PERMISSION_DENIED", "", ""), nil, 0},
		{"a failure", answer(500, "INTERNAL", "INTERNAL", ""), nil, 0},
		{"too many", asked("90", 429), nil, 90 * time.Second},
		{"too many until an instant", asked(noon.Add(time.Minute).Format(http.TimeFormat), 429), nil, time.Minute},
		{"too many until an instant that has gone by", asked(noon.Add(-time.Minute).Format(http.TimeFormat), 429), nil, 0},
		{"too many with nonsense", asked("soon", 429), nil, 0},
		{"overloaded", asked("7", 503), nil, 7 * time.Second},
		{"a redirect", func(w http.ResponseWriter) { w.Header().Set("Location", "/elsewhere"); w.WriteHeader(307) }, nil, 0},
		{"a closed connection", testkit.HangUp, nil, 0},
		{"a trusted certificate that is missing", answer(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", ""), nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := testkit.NewFCM(t)
			server.Misbehave(func(_ int, _ testkit.PushTaken, w http.ResponseWriter) bool { c.says(w); return true })
			err := client(t, server, nil).Send(t.Context(), message("device"))
			if err == nil {
				t.Fatal("it is taken")
			}
			for _, final := range []error{push.ErrUnregistered, push.ErrRefused} {
				if errors.Is(err, final) != errors.Is(c.is, final) {
					t.Errorf("it is %v", err)
				}
			}
			var wait time.Duration
			if later, is := errors.AsType[*push.Later](err); is {
				wait = later.RetryAfter()
			}
			if wait != c.wait {
				t.Errorf("to wait %s, want %s", wait, c.wait)
			}
			if n := server.Calls(); n != 1 {
				t.Errorf("%d calls", n)
			}
		})
	}
}

func TestAnAccessTokenIsRefreshedOnceWhenItIsRefused(t *testing.T) {
	t.Parallel()
	server := testkit.NewFCM(t)
	f := client(t, server, nil)
	if err := f.Send(t.Context(), message("a")); err != nil {
		t.Fatal(err)
	}
	server.ForgetToken()
	if err := f.Send(t.Context(), message("b")); err != nil {
		t.Fatal(err)
	}
	if n := server.Calls(); n != 3 {
		t.Errorf("%d calls, want 3: one, a refused one, and it again", n)
	}
	server.Misbehave(func(_ int, _ testkit.PushTaken, w http.ResponseWriter) bool {
		testkit.FCMError(w, http.StatusUnauthorized, "UNAUTHENTICATED", "", "")
		return true
	})
	if err := f.Send(t.Context(), message("c")); err == nil || errors.Is(err, push.ErrRefused) {
		t.Errorf("refused for good: %v", err)
	}
	if n := server.Calls(); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
	server.RefuseTokens(1)
	err := client(t, server, nil).Send(t.Context(), message("d"))
	if err == nil || strings.Contains(err.Error(), "secret-in-body") {
		t.Errorf("without an access token: %v", err)
	}
}

func TestASilentServerIsGivenUp(t *testing.T) {
	t.Parallel()
	server := testkit.NewFCM(t)
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	server.Misbehave(func(int, testkit.PushTaken, http.ResponseWriter) bool { <-end; return true })
	f := client(t, server, func(c *push.Config) { c.Timeout = 50 * time.Millisecond })
	if err := f.Send(t.Context(), message("a")); err == nil {
		t.Error("it is taken")
	}
}

func TestADeadServerIsLeftAlone(t *testing.T) {
	t.Parallel()
	server := testkit.NewFCM(t)
	server.Misbehave(func(_ int, _ testkit.PushTaken, w http.ResponseWriter) bool { w.WriteHeader(500); return true })
	f := client(t, server, func(c *push.Config) { c.Rest = time.Hour })
	for range 100 {
		if err := f.Send(t.Context(), message("a")); err == nil {
			t.Fatal("it is taken")
		}
	}
	if n := server.Calls(); n != 5 || f.Ready() {
		t.Errorf("%d calls, ready: %v", n, f.Ready())
	}
	if err := f.Send(t.Context(), message("a")); !errors.Is(err, push.ErrResting) {
		t.Error(err)
	}
}

func TestWhatIsWrongWithAMessageLeavesTheServerInUse(t *testing.T) {
	t.Parallel()
	server := testkit.NewFCM(t)
	server.Misbehave(func(call int, _ testkit.PushTaken, w http.ResponseWriter) bool {
		if call%2 == 0 {
			testkit.FCMError(w, http.StatusTooManyRequests, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "")
		} else {
			testkit.FCMError(w, http.StatusNotFound, "NOT_FOUND", "UNREGISTERED", "")
		}
		return true
	})
	f := client(t, server, func(c *push.Config) { c.Rest = time.Hour })
	for range 20 {
		_ = f.Send(t.Context(), message("a"))
	}
	if n := server.Calls(); n != 20 || !f.Ready() {
		t.Errorf("%d calls, ready: %v", n, f.Ready())
	}
}

func TestCredentialsThatAreNoneAreRefusedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "hunter2", `{"type":"authorized_user","private_key":"hunter2"}`, `{"type":"service_account","project_id":"p","private_key":"hunter2"}`} {
		_, err := push.NewFCM(push.Config{Credentials: []byte(text)})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := push.NewFCM(push.Config{Credentials: testkit.NewFCM(t).Credentials, URL: "fcm"}); err == nil {
		t.Error("an address without a scheme is taken")
	}
}
