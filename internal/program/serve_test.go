package program

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kontrak/internal/testkit"
)

// ask sends a request and gives its status and body.
func ask(t *testing.T, method, url, token, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("Content-Type", "application/json")
	return take(t, r)
}

// take sends a request that is made already.
func take(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func graphQL(t *testing.T, url, token, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	status, text := ask(t, "POST", url+"/query", token, string(body))
	if status != http.StatusOK || strings.Contains(text, `"errors"`) {
		t.Fatalf("%s: %d %s", query, status, text)
	}
	return text
}

// TestTheDemo goes the way of somebody who starts it for the first time, and
// uses what it prints.
func TestTheDemo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := command{}.start(t, "Kontrak demo: ", "demo", "--addr", "127.0.0.1:0")
	if status, text := ask(t, "GET", r.url+"/readyz", "", ""); status != 200 {
		t.Fatalf("it is not ready: %d %s", status, text)
	}
	out := r.stdout.String()
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^export (\w+)_TOKEN=(\S+)$`).FindAllStringSubmatch(out, -1) {
		tokens[m[1]] = m[2]
	}
	if len(tokens) != 4 {
		t.Fatalf("it printed %d tokens:\n%s", len(tokens), out)
	}
	for _, account := range []string{"institution@demo.test", "partner@demo.test", "supervisor@demo.test", "admin@demo.test"} {
		status, text := ask(t, "POST", r.url+"/api/v1/auth/login", "", `{"email":"`+account+`","password":"demo-password"}`)
		if status != 200 || !strings.Contains(out, account) {
			t.Errorf("%s cannot sign in: %d %s", account, status, text)
		}
	}
	if text := graphQL(t, r.url, tokens["INSTITUTION"], demoQuery); !strings.Contains(text, `"referenceCode":"NKT-`) {
		t.Errorf("the query that it prints: %s", text)
	}
	status, text := ask(t, "GET", r.url+"/api/v1/partner/contracts?page=1&per_page=2", tokens["PARTNER"], "")
	if status != 200 || !strings.Contains(text, `"success":true`) {
		t.Errorf("the partner's contracts: %d %s", status, text)
	}
	assign := regexp.MustCompile(`PATCH (\S+) .*'(\{"contract".*\})'`).FindStringSubmatch(out)
	if assign == nil {
		t.Fatalf("it does not print how to assign a partner:\n%s", out)
	}
	status, text = ask(t, "PATCH", assign[1], tokens["SUPERVISOR"], assign[2])
	if status != 200 || !strings.Contains(text, `"status":"accepted"`) {
		t.Errorf("assigning the partner that it names: %d %s", status, text)
	}
	picture := regexp.MustCompile(`"picture":"([^"]+)"`).FindStringSubmatch(text)
	tool := regexp.MustCompile(`"tool_images":\["([^"]+)"`).FindStringSubmatch(text)
	if picture == nil || tool == nil {
		t.Fatalf("no pictures in %s", text)
	}
	for at, want := range map[string]int{picture[1]: 200, tool[1]: 200, strings.Split(tool[1], "?")[0]: 404} {
		if status, _ := ask(t, "GET", at, "", ""); status != want {
			t.Errorf("%s: %d, want %d", at, status, want)
		}
	}
	checkPrintedDialects(t, out, tokens)
	checkPrintedMove(t, out, tokens["ADMIN"])
	r.stop(t)
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("it left %v behind: %v", left, err)
	}
}

// checkPrintedDialects uses a line of each dialect that the demo prints, and its link.
func checkPrintedDialects(t *testing.T, out string, tokens map[string]string) {
	t.Helper()
	for dialect, want := range map[string]string{"/api/v1/partner/": `"success":true`, "/service-desk/api/": `"contracts":`, "/v1/companies/": `"data":`, "/kit-api/v1/": `"ok":true`} {
		line := regexp.MustCompile(`curl -s '(http://[^/]+` + dialect + `[^']*)' -H ["']([\w-]+): ([^"']+)["']`).FindStringSubmatch(out)
		if line == nil {
			t.Errorf("it prints no line for %s:\n%s", dialect, out)
			continue
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, line[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		secret := line[3]
		for role, token := range tokens {
			secret = strings.ReplaceAll(secret, "$"+role+"_TOKEN", token)
		}
		r.Header.Set(line[2], secret)
		if status, text := take(t, r); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", line[0], status, text)
		}
	}
	link := regexp.MustCompile(`http\S+/sign/\S+`).FindString(out)
	if status, text := ask(t, http.MethodGet, link, "", ""); status != http.StatusOK || !strings.Contains(text, "<form") {
		t.Errorf("the signing link %q: %d %s", link, status, text)
	}
}

// TestServe opens an account, gets a token, serves, ends, and serves again.
func TestServe(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		c := command{env: map[string]string{
			"KONTRAK_DATABASE_URL": db.URL,
			"KONTRAK_FILES_DIR":    filepath.Join(t.TempDir(), "files"),
			"KONTRAK_DRAIN":        "0s",
			passwordVariable:       "correct horse",
		}}
		if db.Name == "postgres" {
			c.env["KONTRAK_JWT_KEYS"], c.env["KONTRAK_LINK_KEY"] = "one="+randomKey(), randomKey()
		}
		c.must(t, "user", "create", "--role", "supervisor", "--email", "ayu@k.test")
		token := strings.TrimSpace(c.must(t, "token", "--email", "Ayu@k.test"))
		r := c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0")
		if status, text := ask(t, "GET", r.url+"/readyz", "", ""); status != 200 {
			t.Fatalf("it is not ready: %d %s", status, text)
		}
		if text := graphQL(t, r.url, token, `{ viewer { email role } }`); !strings.Contains(text, `"ayu@k.test"`) {
			t.Errorf("the viewer: %s", text)
		}
		status, text := ask(t, "POST", r.url+"/api/v1/auth/login", "", `{"email":"ayu@k.test","password":"correct horse"}`)
		if status != 200 {
			t.Errorf("sign-in: %d %s", status, text)
		}
		r.stop(t)
		if log := r.stderr.String(); strings.Contains(log, "correct horse") || strings.Contains(log, token) {
			t.Errorf("the log holds a secret: %s", log)
		}
		again := c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0")
		graphQL(t, again.url, token, `{ viewer { id } }`) // the keys were kept
		again.stop(t)
	})
}

func TestServeWithoutMigratingNeedsTheTables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := command{}.run(t, "serve", "--no-migrate", "--addr", "127.0.0.1:0",
		"--database-url", "sqlite:"+filepath.Join(dir, "k.db"), "--files-dir", filepath.Join(dir, "files"))
	if r.code != exitBad || !strings.Contains(r.stderr, "run the migrations") {
		t.Errorf("status %d: %s", r.code, r.stderr)
	}
}

func TestAnAddressIsTakenOnce(t *testing.T) {
	t.Parallel()
	first, err := listen(t.Context(), "127.0.0.1:0", leave{grace: time.Second}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.listener.Close() }()
	if r := (command{}).run(t, "demo", "--addr", first.listener.Addr().String()); r.code != exitBad || !strings.Contains(r.stderr, "--addr") {
		t.Errorf("status %d: %s", r.code, r.stderr)
	}
}

// awaitRefusal waits until nobody listens any more.
func awaitRefusal(t *testing.T, addr string) {
	t.Helper()
	for {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
		if err != nil {
			return
		}
		_ = conn.Close()
	}
}

// slow answers when it is let go, and tells when it was asked.
type slow struct{ asked, release chan struct{} }

func (s slow) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	close(s.asked)
	<-s.release
	_, _ = io.WriteString(w, "done")
}

func TestRequestsUnderWayMayFinishWithinBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		grace    time.Duration
		finishes bool
	}{
		{"a request that ends in time is answered", time.Minute, true},
		{"one that does not is cut off", time.Millisecond, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s, err := listen(ctx, "127.0.0.1:0", leave{grace: c.grace}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			h := slow{asked: make(chan struct{}), release: make(chan struct{})}
			ended, answered := make(chan error, 1), make(chan error, 1)
			go func() { ended <- s.serve(ctx, h) }()
			go func() {
				answer, err := http.Get(s.url())
				if err == nil {
					err = answer.Body.Close()
				}
				answered <- err
			}()
			<-h.asked
			cancel()
			awaitRefusal(t, s.listener.Addr().String())
			if c.finishes {
				close(h.release)
			}
			if err := <-answered; (err == nil) != c.finishes {
				t.Errorf("the request: %v", err)
			}
			if err := <-ended; err != nil {
				t.Errorf("the server: %v", err)
			}
			if !c.finishes {
				close(h.release)
			}
			if !s.ending.Load() {
				t.Error("it did not say that it ends")
			}
		})
	}
}
