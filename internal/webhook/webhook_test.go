package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"kontrak/internal/webhook"
)

func TestAnAddressIsOneOfTheInternet(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://example.com/kontrak?x=1":            "",
		"https://example.com:8443":                   "",
		"https://93.184.216.34/":                     "",
		"https://[2606:2800:220:1:248:1893:25c8:1]/": "",
		"http://example.com/":                        "must begin with https://",
		"ftp://example.com/":                         "must begin with https://",
		"example.com":                                "must be an address",
		"":                                           "must be an address",
		"https://":                                   "must be an address",
		"https:example.com":                          "must be an address",
		"https://a:b@example.com/":                   "must hold no password",
		"https://a@example.com/":                     "must hold no password",
		"https://@example.com/":                      "must hold no password",
		"https://example.com/#x":                     "must have no fragment",
		"https://example.com/#":                      "must have no fragment",
		"https://example.com:65535/":                 "",
		"https://example.com:0/":                     "must have a port from 1",
		"https://example.com:65536/":                 "must have a port from 1",
		"https://example.com:99999/":                 "must have a port from 1",
		"https://2130706433/":                        "must have a host by name",
		"https://0x7f.1/":                            "must have a host by name",
		"https://0X7F000001/":                        "must have a host by name",
		"https://017700000001/":                      "must have a host by name",
		"https://127.1/":                             "must have a host by name",
		"https://127.0.0.1./":                        "must have a host by name",
		"https://127.0.0.01/":                        "must have a host by name",
		"https://example.0x/":                        "must have a host by name",
		"https://1.0x7f.example/":                    "",
		"https://１２７.０.０.１/":                         "in ASCII letters",
		"https://intranet/":                          "reachable from the internet",
		"https://\x00example.com/":                   "must be an address",
		"https://localhost/":                         "reachable from the internet",
		"https://LOCALHOST.:443/":                    "reachable from the internet",
		"https://db.internal/":                       "reachable from the internet",
		"https://127.0.0.1/":                         "reachable from the internet",
		"https://10.1.2.3/":                          "reachable from the internet",
		"https://172.16.0.1/":                        "reachable from the internet",
		"https://192.168.0.1/":                       "reachable from the internet",
		"https://169.254.169.254/latest/meta-data/":  "reachable from the internet",
		"https://100.64.0.1/":                        "reachable from the internet",
		"https://0.0.0.0/":                           "reachable from the internet",
		"https://255.255.255.255/":                   "reachable from the internet",
		"https://224.0.0.1/":                         "reachable from the internet",
		"https://[::1]/":                             "reachable from the internet",
		"https://[::]/":                              "reachable from the internet",
		"https://[fe80::1%25eth0]/":                  "reachable from the internet",
		"https://[fd00::1]/":                         "reachable from the internet",
		"https://[::ffff:127.0.0.1]/":                "reachable from the internet",
		"https://[64:ff9b::7f00:1]/":                 "reachable from the internet",
		"https://[2002:7f00:1::]/":                   "reachable from the internet",
		"https://example.com/" + strings.Repeat("a", webhook.MaxURL): "must have at most",
	} {
		err := webhook.CheckURL(text, false)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{"http://127.0.0.1:8080/x", "https://localhost/"} {
		if err := webhook.CheckURL(text, true); err != nil {
			t.Errorf("%s where private ones are allowed: %v", text, err)
		}
	}
}

var at = time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)

func wall() time.Time { return at }

// receiver is one that answers as it is told, and the address that leads to it.
func receiver(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

// TestReceiversCanTellWhoSent by the library that the standard gives them.
func TestReceiversCanTellWhoSent(t *testing.T) {
	t.Parallel()
	secret := webhook.Secret([]byte("a key of ours that is long enough"), "nonce")
	if other := webhook.Secret([]byte("a key of ours that is long enough"), "another"); other == secret || !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("%q %q", secret, other)
	}
	checks, err := standard.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	const body = `{"type":"contract_accepted"}`
	var got http.Header
	url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.WriteHeader(http.StatusNoContent)
	})
	status, err := webhook.NewSender(true, wall).Send(t.Context(), webhook.Message{ID: "msg_1", URL: url, Secret: secret, Body: []byte(body)})
	if status != http.StatusNoContent || err != nil {
		t.Fatal(status, err)
	}
	if err := checks.VerifyIgnoringTimestamp([]byte(body), got); err != nil {
		t.Error(err)
	}
	if err := checks.VerifyIgnoringTimestamp([]byte(body+" "), got); err == nil {
		t.Error("another body is taken too")
	}
	if got.Get("webhook-id") != "msg_1" || got.Get("webhook-timestamp") != "1780884000" || got.Get("Content-Type") != "application/json" {
		t.Errorf("%v", got)
	}
}

// TestWhatAReceiverAnswersIsToldApart and never repeated to anybody.
func TestWhatAReceiverAnswersIsToldApart(t *testing.T) {
	t.Parallel()
	elsewhere := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("a redirection was followed") })
	for what, c := range map[string]struct {
		answer http.HandlerFunc
		status int
		gone   bool
		after  time.Duration
	}{
		"accepted": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(202) }, 202, false, 0},
		"failed":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, 500, false, 0},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		}, 307, false, 0},
		"gone":             {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, 410, true, 0},
		"busy for seconds": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "90"); w.WriteHeader(429) }, 429, false, 90 * time.Second},
		"busy until": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", at.Add(time.Minute).Format(http.TimeFormat))
			w.WriteHeader(503)
		}, 503, false, time.Minute},
		"busy for ever": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "999999999999999")
			w.WriteHeader(503)
		}, 503, false, time.Hour},
		"busy since": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "-5"); w.WriteHeader(503) }, 503, false, 0},
		"an endless answer": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		}, 200, false, 0},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			status, err := webhook.NewSender(true, wall).Send(t.Context(), webhook.Message{ID: "m", URL: receiver(t, c.answer), Secret: webhook.Secret(nil, "n"), Body: []byte("{}")})
			if status != c.status || errors.Is(err, webhook.ErrGone) != c.gone || (err == nil) != (c.status/100 == 2) {
				t.Errorf("%d %v", status, err)
			}
			if r, is := errors.AsType[*webhook.Refusal](err); is && r.RetryAfter() != c.after {
				t.Errorf("it is to be tried again after %s", r.RetryAfter())
			}
		})
	}
}

// TestNothingIsSentIntoPrivateNetworks whatever the name says: it is looked at when the
// connection is made. Failures do not repeat the address.
func TestNothingIsSentIntoPrivateNetworks(t *testing.T) {
	t.Parallel()
	url := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	s := webhook.NewSender(false, wall)
	for _, at := range []string{url, strings.Replace(url, "127.0.0.1", "localhost", 1), strings.Replace(url, "127.0.0.1", "[::ffff:127.0.0.1]", 1)} {
		_, err := s.Send(t.Context(), webhook.Message{ID: "m", URL: at + "/secret-path", Secret: webhook.Secret(nil, "n"), Body: []byte("{}")})
		if !errors.Is(err, webhook.ErrPrivate) || strings.Contains(err.Error(), "secret-path") {
			t.Errorf("%s: %v", at, err)
		}
	}
}

// TestFailuresBeforeAnAnswerAreSaidPlainly and without the address.
func TestFailuresBeforeAnAnswerAreSaidPlainly(t *testing.T) {
	t.Parallel()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	cut := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = c.Close()
		}
	})
	hangs := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the sender goes
		<-r.Context().Done()
	})
	for at, want := range map[string]string{
		secure.URL: "the connection failed before an answer", closed.URL: "no connection", cut: "the connection failed before an answer",
		hangs: "no answer in time", "http://nowhere.invalid/": "the name of the address is not known",
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if at == hangs {
			ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
		}
		status, err := webhook.NewSender(true, wall).Send(ctx, webhook.Message{ID: "m", URL: at + "/secret-path", Secret: webhook.Secret(nil, "n"), Body: []byte("{}")})
		cancel()
		if status != 0 || err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret-path") {
			t.Errorf("%s: %d %v, want %q", at, status, err, want)
		}
	}
}
