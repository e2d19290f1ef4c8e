package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"kontrak/internal/api"
	"kontrak/internal/market"
)

var noon = time.Date(2026, time.June, 8, 12, 0, 0, 0, time.UTC)

// served is a handler with its log.
type served struct {
	http.Handler
	log *bytes.Buffer
}

// serve makes the handler of a configuration, with what is required filled in.
func serve(t *testing.T, c api.Config) served {
	t.Helper()
	log := &bytes.Buffer{}
	c.Logger = slog.New(slog.NewJSONHandler(log, nil))
	c.Wall = func() time.Time { return noon }
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	h, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return served{h, log}
}

func (s served) do(method, target string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Add(name, value) }
}

func from(address string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr = address }
}

// tells answers what it was asked.
var tells = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, r.Method+" "+r.URL.Path+" "+r.RemoteAddr)
})

func TestADoorGetsEverythingBelowItsPath(t *testing.T) {
	t.Parallel()
	s := serve(t, api.Config{Doors: []api.Door{
		{Path: "/api/v1", Handler: tells},
		{Path: "/api/v1/special", Handler: http.NotFoundHandler()},
		{Path: "/query", Handler: tells},
	}})
	for _, c := range []struct {
		name, method, path string
		status             int
		answer             string
	}{
		{"its path", "POST", "/query", 200, "POST /query "},
		{"below its path", "GET", "/api/v1/partner/contracts/7", 200, "GET /api/v1/partner/contracts/7 "},
		{"a method that nobody knows", "BREW", "/api/v1/coffee", 200, "BREW /api/v1/coffee "},
		{"a path that only begins alike", "GET", "/api/v10", 404, "NOT_FOUND"},
		{"the longer path", "GET", "/api/v1/special/x", 404, "404 page not found"},
		{"an unknown path", "GET", "/nowhere", 404, "NOT_FOUND"},
		{"a method that a page does not have", "POST", "/healthz", 405, "METHOD_NOT_ALLOWED"},
		{"the page at the root", "GET", "/", 200, "Kontrak playground"},
		{"the page of what there is", "GET", "/about", 200, "/api/v1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := s.do(c.method, c.path)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.answer) {
				t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Request-Id") == "" {
				t.Errorf("headers: %v", w.Header())
			}
		})
	}
}

func TestAConfigurationThatCannotBeServedIsRefused(t *testing.T) {
	t.Parallel()
	whole := api.Config{
		Logger: slog.New(slog.DiscardHandler), Wall: func() time.Time { return noon },
		Ready: func(context.Context) error { return nil },
	}
	for _, c := range []struct {
		name  string
		doors []api.Door
	}{
		{"two doors with one path", []api.Door{{Path: "/a", Handler: tells}, {Path: "/a", Handler: tells}}},
		{"a door before the health page", []api.Door{{Path: "/healthz", Handler: tells}}},
		{"a door that takes everything", []api.Door{{Path: "", Handler: tells}}},
		{"a door with a slash at the end", []api.Door{{Path: "/a/", Handler: tells}}},
		{"a door with nothing behind it", []api.Door{{Path: "/a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			with := whole
			with.Doors = c.doors
			if _, err := api.New(with); err == nil {
				t.Error("it was accepted")
			}
		})
	}
	if _, err := api.New(api.Config{}); err == nil {
		t.Error("an empty configuration was accepted")
	}
}

func TestAPanicIsAnsweredInTheEnvelopeOfItsDoor(t *testing.T) {
	t.Parallel()
	panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a secret of the row") })
	late := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic("too late")
	})
	s := serve(t, api.Config{Doors: []api.Door{
		{Path: "/plain", Handler: panics}, {Path: "/late", Handler: late},
		{Path: "/own", Handler: panics, Fail: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, `{"success":false}`, http.StatusInternalServerError)
		}},
	}})
	w := s.do("GET", "/own/x")
	if w.Code != 500 || !strings.Contains(w.Body.String(), `{"success":false}`) {
		t.Errorf("own envelope: %d %s", w.Code, w.Body)
	}
	w = s.do("GET", "/plain/x", header("X-Request-Id", "request-0001"))
	var body struct {
		Error struct{ Code, Message, ErrorID string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 500 {
		t.Fatalf("plain: %d %s: %v", w.Code, w.Body, err)
	}
	if body.Error.Code != "INTERNAL" || body.Error.ErrorID != "request-0001" || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("plain: %s", w.Body)
	}
	if !strings.Contains(s.log.String(), "a secret of the row") || !strings.Contains(s.log.String(), `"error_id":"request-0001"`) {
		t.Errorf("the log does not hold the panic: %s", s.log)
	}
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("half an answer was ended as if it were whole")
		}
	}()
	s.do("GET", "/late")
}

func TestTheLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	s := serve(t, api.Config{Doors: []api.Door{{Path: "/api/v1", Handler: tells}}})
	s.do("GET", "/api/v1/me?token=query-secret", header("Authorization", "Bearer header-secret"), from("192.0.2.7:4711"))
	line := s.log.String()
	if strings.Contains(line, "secret") {
		t.Errorf("a secret is in the log: %s", line)
	}
	for _, part := range []string{`"method":"GET"`, `"path":"/api/v1/me"`, `"status":200`, `"client":"192.0.2.7"`, `"request_id":"`} {
		if !strings.Contains(line, part) {
			t.Errorf("the log line lacks %s: %s", part, line)
		}
	}
}

func TestOnlyATrustedProxyNamesTheClient(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		name, peer, forwarded, client string
		trusted                       []netip.Prefix
	}{
		{"a proxy names the client", "10.0.0.1:1", "192.0.2.7", "192.0.2.7:0", trusted},
		{"proxies are skipped from the right", "10.0.0.1:1", "192.0.2.7, 10.0.0.2", "192.0.2.7:0", trusted},
		{"what the client itself claims does not count", "10.0.0.1:1", "1.1.1.1, 192.0.2.7", "192.0.2.7:0", trusted},
		{"a stranger names nobody", "203.0.113.5:1", "192.0.2.7", "203.0.113.5:0", trusted},
		{"nonsense leaves the proxy", "10.0.0.1:1", "evil", "10.0.0.1:1", trusted},
		{"without trusted proxies the peer is the client", "10.0.0.1:1", "192.0.2.7", "10.0.0.1:1", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, api.Config{TrustedProxies: c.trusted, Doors: []api.Door{{Path: "/who", Handler: tells}}})
			w := s.do("GET", "/who", from(c.peer), header("X-Forwarded-For", c.forwarded))
			if got := strings.TrimPrefix(w.Body.String(), "GET /who "); got != c.client {
				t.Errorf("client %s, want %s", got, c.client)
			}
		})
	}
}

func TestOnlyNamedOriginsMayCall(t *testing.T) {
	t.Parallel()
	s := serve(t, api.Config{
		Origins: []string{"https://app.example"}, Doors: []api.Door{{Path: "/query", Handler: tells}},
	})
	preflight := func(origin string) *httptest.ResponseRecorder {
		return s.do("OPTIONS", "/query", header("Origin", origin), header("Access-Control-Request-Method", "POST"))
	}
	if w := preflight("https://app.example"); w.Code != 204 || w.Header().Get("Access-Control-Allow-Origin") != "https://app.example" {
		t.Errorf("named origin: %d %v", w.Code, w.Header())
	}
	for _, origin := range []string{"https://evil.example", "https://app.example.evil.example", "null", ""} {
		if w := preflight(origin); w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("origin %q may call: %v", origin, w.Header())
		}
	}
	none := serve(t, api.Config{Doors: []api.Door{{Path: "/query", Handler: tells}}})
	if w := none.do("POST", "/query", header("Origin", "https://app.example")); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("origins are allowed by default: %v", w.Header())
	}
}

func TestABodyHasALimit(t *testing.T) {
	t.Parallel()
	reads := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	s := serve(t, api.Config{Doors: []api.Door{{Path: "/in", Handler: reads}}})
	for _, c := range []struct {
		name, kind   string
		size, status int
	}{
		{"a megabyte of JSON passes", "application/json", 1 << 20, 200},
		{"a byte more does not", "application/json", 1<<20 + 1, 413},
		{"nor without a type", "", 2 << 20, 413},
		{"files may be larger", "multipart/form-data; boundary=x", 2 << 20, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "/in", bytes.NewReader(make([]byte, c.size)))
			r.Header.Set("Content-Type", c.kind)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
		})
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	away := serve(t, api.Config{Ready: func(context.Context) error { return errors.New("dial db.internal: refused") }})
	here := serve(t, api.Config{})
	for _, c := range []struct {
		name, path, answer string
		s                  served
		status             int
	}{
		{"it lives with its database", "/healthz", "ok\n", here, 200},
		{"it lives without its database", "/healthz", "ok\n", away, 200},
		{"it is ready with its database", "/readyz", "ready\n", here, 200},
		{"it is not ready without, and does not say which", "/readyz", "not ready\n", away, 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			if w := c.s.do("GET", c.path); w.Code != c.status || w.Body.String() != c.answer {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, c.status, c.answer)
			}
		})
	}
	if !strings.Contains(away.log.String(), "db.internal") {
		t.Error("the log does not say why it is not ready")
	}
}

func TestTransportSecurityIsAskedForOnlyOverHTTPS(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{true, false} {
		w := serve(t, api.Config{Secure: secure}).do("GET", "/healthz")
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != secure {
			t.Errorf("secure %v: header %v", secure, got)
		}
	}
}

var links = market.Links{Base: "https://kontrak.example", Key: []byte("0123456789abcdef0123456789abcdef"), Life: time.Hour}
