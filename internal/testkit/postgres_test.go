//go:build unix

package testkit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// envOrphan makes this test binary the process that is killed below.
const envOrphan = "KONTRAK_TESTKIT_ORPHAN"

// A test binary that is killed has no chance to clean up; its cluster goes all
// the same.
func TestClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	if os.Getenv(envOrphan) == "1" {
		at, err := StartPostgres()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(at)
		select {} // until it is killed
	}
	if s := postgres(t); s == nil || !s.own {
		t.Skip("needs a cluster of its own")
	}
	child := exec.Command(os.Args[0], "-test.run=^TestClusterEndsWithItsProcess$", "-test.v")
	child.Env = append(os.Environ(), envOrphan+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	dir := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "postgres://") {
			dir = hostOf(t, lines.Text())
			break
		}
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("the child's cluster is not there: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s is left behind", dir)
		}
	}
}

func hostOf(t *testing.T, at string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("host")
}

func TestDatabasesAreMigratedEmptyAndApart(t *testing.T) {
	t.Parallel()
	OnEach(t, func(t *testing.T, first Database) {
		var second Database
		for _, db := range Databases(t) {
			if db.Name == first.Name {
				second = db
			}
		}
		a, b := first.Open(t), second.Open(t)
		for _, s := range []interface{ Ping(context.Context) error }{a, b} {
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("not migrated: %v", err)
			}
		}
		at := time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)
		a.Client().Setting.Create().SetKey("k").SetValue("v").SetCreatedAt(at).SetUpdatedAt(at).ExecX(t.Context())
		if n := b.Client().Setting.Query().CountX(t.Context()); n != 0 {
			t.Errorf("another test's database holds %d rows of this one", n)
		}
	})
}
