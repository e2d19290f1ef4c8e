package testkit

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// FCM is a server on loopback that takes push messages as Firebase Cloud Messaging does,
// and can misbehave.
type FCM struct {
	URL string
	// Credentials are a service account's whose tokens it takes.
	Credentials []byte

	mu     sync.Mutex
	taken  []PushTaken
	calls  int
	access int // how many access tokens it gave; the last one is good
	before func(call int, to PushTaken, w http.ResponseWriter) (done bool)
	after  func(call int, w http.ResponseWriter) (done bool)
	refuse int // how many requests for an access token it refuses
}

// PushTaken is a push message that was taken.
type PushTaken struct {
	Token, Title, Body, Tag, CollapseID string
	Data                                map[string]string
}

// fcmKey is the key of the service account: making one takes a while.
var fcmKey = sync.OnceValue(func() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
})

// NewFCM starts a server that goes with the test.
func NewFCM(t testing.TB) *FCM {
	t.Helper()
	f := &FCM{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", f.token)
	mux.HandleFunc("POST /v1/projects/kontrak-test/messages:send", f.send)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f.URL = server.URL
	f.Credentials, _ = json.Marshal(map[string]string{
		"type": "service_account", "project_id": "kontrak-test", "private_key_id": "k1", "private_key": fcmKey(),
		"client_email": "kontrak@test.invalid", "token_uri": server.URL + "/token",
	})
	return f
}

// Misbehave has before answer a call in place of the server, when it says so. Nothing is
// taken then. Calls count from 1.
func (f *FCM) Misbehave(before func(call int, to PushTaken, w http.ResponseWriter) (done bool)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.before = 0, before
}

// Spoil has after answer a call whose message was taken, when it says so.
func (f *FCM) Spoil(after func(call int, w http.ResponseWriter) (done bool)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.after = 0, after
}

// ForgetToken makes the access token that was given last no good.
func (f *FCM) ForgetToken() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.access++
}

// RefuseTokens has the next requests for an access token refused.
func (f *FCM) RefuseTokens(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse = n
}

// Calls tells how many messages were sent since the server's manners changed last.
func (f *FCM) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Taken gives every message that was taken, repeats too.
func (f *FCM) Taken() []PushTaken {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]PushTaken{}, f.taken...)
}

func (f *FCM) token(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse > 0 || strings.Count(r.FormValue("assertion"), ".") != 2 {
		f.refuse--
		FCMError(w, http.StatusBadRequest, "invalid_grant", "", "secret-in-body")
		return
	}
	f.access++
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": fmt.Sprintf("access-%d", f.access), "token_type": "Bearer", "expires_in": 3600})
}

func (f *FCM) send(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Message struct {
			Token        string                       `json:"token"`
			Notification struct{ Title, Body string } `json:"notification"`
			Data         map[string]string            `json:"data"`
			Android      struct {
				Notification struct{ Tag string } `json:"notification"`
			} `json:"android"`
			APNS struct {
				Headers map[string]string `json:"headers"`
			} `json:"apns"`
		} `json:"message"`
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	m := in.Message
	to := PushTaken{
		Token: m.Token, Title: m.Notification.Title, Body: m.Notification.Body, Data: m.Data,
		Tag: m.Android.Notification.Tag, CollapseID: m.APNS.Headers["apns-collapse-id"],
	}
	f.mu.Lock()
	f.calls++
	call, before, after, good := f.calls, f.before, f.after, fmt.Sprintf("Bearer access-%d", f.access)
	f.mu.Unlock()
	switch {
	case before != nil && before(call, to, w):
		return
	case r.Header.Get("Authorization") != good:
		FCMError(w, http.StatusUnauthorized, "UNAUTHENTICATED", "", "")
		return
	case err != nil || m.Token == "" || m.Notification.Title == "":
		FCMError(w, http.StatusBadRequest, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "")
		return
	}
	f.mu.Lock()
	f.taken = append(f.taken, to)
	f.mu.Unlock()
	if after != nil && after(call, w) {
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"name": fmt.Sprintf("projects/kontrak-test/messages/%d", call)})
}

// FCMError answers as FCM does when something is wrong: with its status and its own code,
// "" for none, and the field that is to blame.
func FCMError(w http.ResponseWriter, status int, word, code, blames string) {
	details := []any{}
	if code != "" {
		details = append(details, map[string]string{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code})
	}
	if blames != "" {
		details = append(details, map[string]any{
			"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": []any{map[string]string{"field": blames}},
		})
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": status, "status": word, "message": "something is wrong", "details": details}})
}

// HangUp ends the connection of a request without an answer.
func HangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}
