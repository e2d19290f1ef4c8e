package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kontrak/internal/api"
)

// settingsOf gives what the server wrote into the page.
func settingsOf(t *testing.T, page string) api.Demo {
	t.Helper()
	m := regexp.MustCompile(`<script type="application/json" id="settings" nonce="\w{20,}">(.*?)</script>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no settings in %s", page)
	}
	var d api.Demo
	if err := json.Unmarshal([]byte(m[1]), &d); err != nil {
		t.Fatalf("%s: %v", m[1], err)
	}
	if d.Accounts == nil {
		t.Error("the list of accounts is null, and the page cannot count it")
	}
	return d
}

func TestThePlaygroundOffersTheDemosAccountsAndNobodyElse(t *testing.T) {
	t.Parallel()
	if d := settingsOf(t, serve(t, api.Config{}).do("GET", "/").Body.String()); len(d.Accounts) > 0 || d.Password != "" {
		t.Errorf("outside of the demo it offers %+v", d)
	}
	demo := api.Demo{
		Accounts: []api.DemoAccount{{Email: "a@demo.test", Role: "admin", About: `</script><script>alert("x")</script>`}},
		Password: "demo & co",
	}
	page := serve(t, api.Config{Demo: demo}).do("GET", "/").Body.String()
	if strings.Contains(page, "</script><script>alert") {
		t.Fatal("a text ended the element that it stands in")
	}
	if d := settingsOf(t, page); len(d.Accounts) != 1 || d.Accounts[0] != demo.Accounts[0] || d.Password != demo.Password {
		t.Errorf("it offers %+v", d)
	}
}

func TestThePlaygroundMayOnlyLoadItsOwnFiles(t *testing.T) {
	t.Parallel()
	s := serve(t, api.Config{})
	first, second := s.do("GET", "/"), s.do("GET", "/")
	policy := first.Header().Get("Content-Security-Policy")
	nonce := regexp.MustCompile(`'nonce-(\w{20,})'`).FindStringSubmatch(policy)
	if nonce == nil || !strings.Contains(first.Body.String(), `nonce="`+nonce[1]+`"`) {
		t.Fatalf("page and policy have no nonce in common: %s", policy)
	}
	if strings.Contains(second.Body.String(), nonce[1]) {
		t.Error("the nonce came twice")
	}
	directives := map[string]string{}
	for _, d := range strings.Split(policy, ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(d), " ")
		directives[name] = sources
	}
	for name, want := range map[string]string{
		"default-src": "'none'", "script-src": "'self'", "worker-src": "'self'", "connect-src": "'self'", "font-src": "'self'",
		"img-src": "'self' data:", "style-src": "'self' 'nonce-" + nonce[1] + "'", "style-src-attr": "'unsafe-inline'",
		"base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
	} {
		if directives[name] != want {
			t.Errorf("%s is %s, want %s", name, directives[name], want)
		}
		delete(directives, name)
	}
	if len(directives) > 0 {
		t.Errorf("nobody asked for %v", directives)
	}
	if got := first.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page with its nonce is cached: %s", got)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(first.Body.String(), -1) {
		if w := s.do("GET", m[1]); w.Code != 200 {
			t.Errorf("the page names %s, which answers %d", m[1], w.Code)
		}
	}
}

// scriptOf gives the path of the page's script.
func scriptOf(t *testing.T, s served) string {
	t.Helper()
	m := regexp.MustCompile(`<script type="module"[^>]* src="(/assets/[^"]+)"`).FindStringSubmatch(s.do("GET", "/").Body.String())
	if m == nil {
		t.Fatal("the page has no script")
	}
	return m[1]
}

func TestAssetsAreSentPackedAndKeptForGood(t *testing.T) {
	t.Parallel()
	s := serve(t, api.Config{})
	script := scriptOf(t, s)
	plain := s.do("GET", script).Body.Bytes()
	for _, c := range []struct {
		name, accepts string
		packed        bool
	}{
		{"a browser", "gzip, deflate, br, zstd", true},
		{"capitals", "GZIP", true},
		{"by weight", "deflate;q=0.5, gzip;q=0.8", true},
		{"anything", "*", true},
		{"nothing said", "", false},
		{"something else", "br", false},
		{"refused", "gzip;q=0", false},
		{"refused at length", "br, gzip; q=0.000", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := s.do("GET", script, header("Accept-Encoding", c.accepts))
			h := w.Header()
			if w.Code != 200 || h.Get("Content-Type") != "text/javascript; charset=utf-8" || h.Get("Vary") != "Accept-Encoding" ||
				h.Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("%d %v", w.Code, h)
			}
			body := w.Body.Bytes()
			if packed := h.Get("Content-Encoding") == "gzip"; packed != c.packed {
				t.Fatalf("packed: %v", packed)
			}
			if c.packed {
				body = unpack(t, body)
			}
			if len(body) < 10_000 || !bytes.Equal(body, plain) {
				t.Errorf("%d bytes, want the same %d as without packing", len(body), len(plain))
			}
		})
	}
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestTheLicensesOfWhatIsBundledAreServed(t *testing.T) {
	t.Parallel()
	w := serve(t, api.Config{}).do("GET", "/assets/licenses.md")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "## graphiql - ") || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v %.200s", w.Code, w.Header(), w.Body)
	}
}

func TestThereIsNothingElseBelowAssets(t *testing.T) {
	t.Parallel()
	s := serve(t, api.Config{})
	for _, path := range []string{"/assets/", "/assets/none.js", "/assets/..%2findex.html", "/assets/../SOURCES", "/SOURCES", scriptOf(t, s) + ".gz"} {
		if w := s.do("GET", path); w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}
