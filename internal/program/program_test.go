package program

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/ent/apikey"
	"kontrak/ent/membership"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

var wall = time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)

// command is one run of the program.
type command struct {
	env   map[string]string
	stdin string
}

// result is what a run left.
type result struct {
	code           int
	stdout, stderr string
}

// env gives the surroundings of a run, with the given streams.
func (c command) surroundings(stdout, stderr io.Writer, args ...string) Env {
	now := func() time.Time { return wall }
	return Env{
		Args: args, Stdin: strings.NewReader(c.stdin), Stdout: stdout, Stderr: stderr, Now: now, Wall: now,
		LookupEnv: func(name string) (string, bool) { v, ok := c.env[name]; return v, ok },
	}
}

// run runs the program to its end.
func (c command) run(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Main(t.Context(), c.surroundings(&stdout, &stderr, args...))
	return result{code, stdout.String(), stderr.String()}
}

// must runs the program and expects it to end well.
func (c command) must(t *testing.T, args ...string) string {
	t.Helper()
	r := c.run(t, args...)
	if r.code != exitGood {
		t.Fatalf("kontrak %s: status %d\n%s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r.stdout
}

// running is a run that goes on.
type running struct {
	url    string
	stdout *lines
	stderr *lines
	end    context.CancelFunc
	ended  chan int
}

// start runs the program until it prints, in one of its streams, the word before
// its address.
func (c command) start(t *testing.T, before string, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{stdout: newLines(before), stderr: newLines(before), end: cancel, ended: make(chan int, 1)}
	go func() { r.ended <- Main(ctx, c.surroundings(r.stdout, r.stderr, args...)) }()
	t.Cleanup(func() {
		cancel()
		r.discreet(t)
	})
	select {
	case r.url = <-r.stdout.found:
	case r.url = <-r.stderr.found:
	case code := <-r.ended:
		t.Fatalf("it ended with %d\n%s", code, r.stderr)
	case <-time.After(time.Minute):
		t.Fatalf("it did not start\n%s", r.stderr)
	}
	return r
}

// discreet fails when the log holds a secret or personal data.
func (r *running) discreet(t *testing.T) {
	t.Helper()
	for _, found := range testkit.Leaks(r.stderr.String(), world.Password, world.KitKey) {
		t.Errorf("the log holds %s", found)
	}
}

// stop ends the program as a signal does, and expects it to end well.
func (r *running) stop(t *testing.T) {
	t.Helper()
	r.end()
	select {
	case code := <-r.ended:
		if code != exitGood {
			t.Errorf("it ended with %d\n%s", code, r.stderr)
		}
	case <-time.After(time.Minute):
		t.Fatal("it did not end")
	}
}

// lines is a stream that tells which word follows another one.
type lines struct {
	mu     sync.Mutex
	text   bytes.Buffer
	before string
	found  chan string
}

func newLines(before string) *lines { return &lines{before: before, found: make(chan string, 1)} }

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	if _, after, ok := strings.Cut(l.text.String(), l.before); ok && strings.ContainsAny(after, " \n") {
		select {
		case l.found <- strings.Fields(after)[0]:
		default: // it was found before
		}
	}
	return len(p), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestHelpIsEverywhere(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"", "--help", "demo --help", "serve --help", "migrate --help", "seed --help", "import --help", "user --help", "user create --help",
		"token --help", "version --help",
	} {
		t.Run("kontrak "+args, func(t *testing.T) {
			t.Parallel()
			if out := (command{}).must(t, strings.Fields(args)...); !strings.HasPrefix(out, "Usage: kontrak") {
				t.Errorf("it said %q", out)
			}
		})
	}
}

func TestAWrongCallIsExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, args, says string
		code             int
	}{
		{"an unknown command", "dance", "dance", exitUsage},
		{"an unknown flag", "serve --colour", "--colour", exitUsage},
		{"a token of nobody", "token", "--email", exitUsage},
		{"a token of two", "token --email a@b.test --user 1", "--user", exitUsage},
		{"a token for ever", "token --user 1 --life 100000h", "--life", exitUsage},
		{"an unknown role", "user create --role king --email a@b.test", "admin", exitUsage},
		{"nothing to seed", "seed --contracts 0", "--contracts", exitUsage},
		{"a settings file that is not there", "migrate --config nowhere.yml", "nowhere.yml", exitUsage},
		{"a demo for other machines", "demo --addr 0.0.0.0:0", "--allow-remote", exitBad},
		{"a demo for other machines by name", "demo --addr :0", "--allow-remote", exitBad},
		{"no such database", "migrate --database-url mysql://db", "database_url", exitBad},
		{"an address that is not ours", "demo --addr 127.0.0.1:99999", "addr", exitBad},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := command{}.run(t, strings.Fields(c.args)...)
			if r.code != c.code || !strings.Contains(r.stderr, c.says) || r.stdout != "" {
				t.Errorf("status %d, said %q and %q", r.code, r.stdout, r.stderr)
			}
		})
	}
}

func TestVersionSaysWhatRuns(t *testing.T) {
	t.Parallel()
	if out := (command{}).must(t, "version"); !strings.HasPrefix(out, "kontrak ") || !strings.Contains(out, "go1.") {
		t.Errorf("it said %q", out)
	}
}

func TestMigrateAppliesOnce(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, url string) {
		if out := (command{}).must(t, "migrate", "--status", "--database-url", url); !strings.Contains(out, "missing") {
			t.Errorf("before: %q", out)
		}
		if out := (command{}).must(t, "migrate", "--database-url", url); !strings.Contains(out, "applied 0001") {
			t.Errorf("first: %q", out)
		}
		if out := (command{}).must(t, "migrate", "--database-url", url); !strings.Contains(out, "nothing to do") {
			t.Errorf("again: %q", out)
		}
		if out := (command{}).must(t, "migrate", "--status", "--database-url", url); strings.Contains(out, "missing") {
			t.Errorf("after: %q", out)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "k.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, testkit.EmptyPostgres(t).URL)
	})
}

func TestSeedSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r := command{}.run(t, "seed", "--contracts", "30", "--database-url", db.URL)
		if r.code != exitGood || !strings.Contains(r.stdout, "added 30 contracts") || !strings.Contains(r.stderr, "30 of 30") {
			t.Errorf("status %d, said %q and %q", r.code, r.stdout, r.stderr)
		}
	})
}

func TestUserCreateOpensAnAccount(t *testing.T) {
	t.Parallel()
	at := "sqlite:" + filepath.Join(t.TempDir(), "k.db")
	create := func(c command, email string) result {
		return c.run(t, "user", "create", "--role", "admin", "--email", email, "--database-url", at)
	}
	byVariable := map[string]string{passwordVariable: "correct horse"}
	for _, c := range []struct {
		name, email, says string
		with              command
		code              int
	}{
		{"its password comes on standard input", "one@k.test", "opened account 1", command{stdin: "correct horse\n"}, exitGood},
		{"or from the environment", "two@k.test", "opened account 2", command{env: byVariable}, exitGood},
		{"no password, no account", "three@k.test", "no password", command{}, exitBad},
		{"a short one will not do", "three@k.test", "password must have", command{stdin: "short\n"}, exitBad},
		{"an address is taken once", "ONE@k.test ", "one@k.test has an account already: give another one with --email", command{env: byVariable}, exitBad},
		{"an address is an address", "nobody", "email must be", command{env: byVariable}, exitBad},
	} {
		r := create(c.with, c.email)
		if r.code != c.code || !strings.Contains(r.stdout+r.stderr, c.says) {
			t.Errorf("%s: status %d, said %q and %q", c.name, r.code, r.stdout, r.stderr)
		}
		if strings.Contains(r.stdout+r.stderr, "correct horse") {
			t.Errorf("%s: the password was shown", c.name)
		}
	}
}

func TestTokenNeedsAnAccount(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := "sqlite:" + filepath.Join(dir, "k.db")
	command{}.must(t, "migrate", "--database-url", at)
	for _, who := range [][]string{{"--email", "nobody@k.test"}, {"--user", "7"}} {
		if r := (command{}).run(t, append([]string{"token", "--database-url", at}, who...)...); r.code != exitBad || r.stdout != "" {
			t.Errorf("%v: status %d, said %q", who, r.code, r.stdout)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "k.db.keys")); err != nil {
		t.Errorf("the keys were not kept: %v", err)
	}
}

func TestTokenMakesAnAPIKey(t *testing.T) {
	t.Parallel()
	db := testkit.SQLite(t)
	command{}.must(t, "seed", "--contracts", "30", "--database-url", db.URL)
	st := db.Open(t)
	member := st.Client().Membership.Query().Where(membership.RoleEQ(lifecycle.MembershipManager), membership.StateEQ(lifecycle.MembershipActive)).FirstX(t.Context())
	who, where := fmt.Sprint(member.UserID), fmt.Sprint(member.InstitutionID)
	key := strings.TrimSpace(command{}.must(t, "token", "--database-url", db.URL, "--user", who, "--api-key", "Archive", "--institution", where))
	sum := sha256.Sum256([]byte(key))
	row := st.Client().ApiKey.Query().Where(apikey.KeyHash(hex.EncodeToString(sum[:]))).OnlyX(t.Context())
	if row.UserID != member.UserID || row.InstitutionID != member.InstitutionID || row.Label != "Archive" {
		t.Errorf("made %s", row)
	}
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"--user", who, "--api-key", "x"}, exitUsage}, {[]string{"--user", who, "--institution", where}, exitUsage},
		{[]string{"--user", who, "--api-key", "x", "--institution", "99999999"}, exitBad}, {[]string{"--user", "99999999", "--api-key", "x", "--institution", where}, exitBad},
	} {
		if r := (command{}).run(t, append([]string{"token", "--database-url", db.URL}, c.args...)...); r.code != c.code || r.stdout != "" {
			t.Errorf("%v: status %d, said %q and %q", c.args, r.code, r.stdout, r.stderr)
		}
	}
}
