package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kontrak/internal/program"
)

// browserTime bounds the whole test. A run takes about twenty seconds.
const browserTime = 4 * time.Minute

// TestThePlaygroundInABrowser goes through the page as a person does; see
// test/playground.mjs for the steps. It needs Chromium, Node and "npm ci" in
// test/, and is left out where one is missing, unless KONTRAK_REQUIRE_BROWSER=1.
// Pictures go to the directory KONTRAK_SCREENSHOTS.
func TestThePlaygroundInABrowser(t *testing.T) {
	t.Parallel()
	node, chromium := findBrowser(t)
	ctx, cancel := context.WithTimeout(t.Context(), browserTime)
	defer cancel()
	serve := account{Email: "rina@kontrak.test", Password: "correct horse"}
	serve.URL = startServing(ctx, t, serve)
	settings, err := json.Marshal(map[string]any{
		"chromium": chromium, "shots": os.Getenv("KONTRAK_SCREENSHOTS"), "serve": serve,
		"demo": start(ctx, t, nil, "Kontrak demo: ", "demo", "--addr", "127.0.0.1:0"),
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, node, filepath.Join("test", "playground.mjs"), string(settings))
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// findBrowser gives the programs that the test needs.
func findBrowser(t *testing.T) (node, chromium string) {
	t.Helper()
	missing := func(what string) {
		t.Helper()
		if os.Getenv("KONTRAK_REQUIRE_BROWSER") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	if _, err := os.Stat(filepath.Join("test", "node_modules", "playwright-core")); err != nil {
		missing("playwright-core is not installed: run npm ci in web/test")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("there is no node")
	}
	for _, name := range []string{os.Getenv("KONTRAK_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return node, found
		}
	}
	missing("there is no chromium: install it, or say where it is with KONTRAK_CHROMIUM")
	return "", ""
}

// account is one that can sign in, and where.
type account struct {
	URL      string `json:"url"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// startServing serves an empty database that has one account, and gives its
// address.
func startServing(ctx context.Context, t *testing.T, a account) string {
	t.Helper()
	dir := t.TempDir()
	env := map[string]string{
		"KONTRAK_USER_PASSWORD": a.Password,
		"KONTRAK_DATABASE_URL":  "sqlite:" + filepath.Join(dir, "kontrak.db"),
		"KONTRAK_FILES_DIR":     filepath.Join(dir, "files"),
	}
	start(ctx, t, env, "opened account ", "user", "create", "--role", "admin", "--email", a.Email)
	return start(ctx, t, env, "public_url=", "serve", "--addr", "127.0.0.1:0")
}

// start runs the program until the test ends, and gives the word that it prints
// after the given ones.
func start(ctx context.Context, t *testing.T, env map[string]string, before string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := program.Main(ctx, program.Env{
			Args: args, Stdin: strings.NewReader(""), Stdout: in, Stderr: in, Now: time.Now, Wall: time.Now,
			LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		})
		_ = in.Close()
		ended <- code
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("kontrak %s ended with %d", strings.Join(args, " "), code)
		}
	})
	lines, said := bufio.NewScanner(out), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if _, after, ok := strings.Cut(lines.Text(), before); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }() // so that it can go on printing
			return strings.Fields(after)[0]
		}
	}
	t.Fatalf("kontrak %s did not say %q:\n%s", strings.Join(args, " "), before, said)
	return ""
}
